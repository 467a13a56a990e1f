"""One session with the mail server: encrypted, unless the server is this machine; and what it says of each letter."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import urlsplit

from ledger.config import Config
from ledger.domain.contacts import Email
from ledger.signing.key_files import read_passphrase

SECONDS = 10  # For each answer of the server.
PORTS = {"smtps": 465, "smtp": 587}  # Source: RFC 8314, section 3.3; RFC 6409, section 3.1
LOOPBACK = ("localhost", "127.0.0.1")
PERMANENT = 500  # From this reply code on the server will say the same again. Source: RFC 5321, section 4.2.1
SENT, REFUSED, LATER = "sent", "refused", "later"
Send = Callable[[EmailMessage], str]


@contextmanager
def session(config: Config) -> Iterator[Send]:
    """What sends one letter after the other, and says SENT, REFUSED (for good) or LATER of each.

    Raises: OSError, smtplib.SMTPException: no session; nothing was sent. ConfigError.
    """
    parts = urlsplit(config.smtp)
    host, port, trusted = parts.hostname or "", parts.port or PORTS[parts.scheme], ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=trusted)
    else:
        server = smtplib.SMTP(host, port, timeout=SECONDS)
    with server:
        if parts.scheme == "smtp" and host not in LOOPBACK:
            server.starttls(context=trusted)  # Refused by a server that cannot: then nothing is sent.
        if config.smtp_user:
            server.login(config.smtp_user, read_passphrase(config.smtp_password).decode())
        yield lambda letter: _sent(server, letter)


def letter(config: Config, to: Email, subject: str, text: str, at: int) -> EmailMessage:
    """`at`: ms UTC. No name and no number stands in it; the address is that of the person only."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = config.mail_from, to.reveal(), subject
    made["Date"] = format_datetime(datetime.fromtimestamp(at / 1000, UTC))
    made["Message-ID"] = make_msgid(domain=config.mail_from.rpartition("@")[2])
    made["Auto-Submitted"] = "auto-generated"  # Nobody's holiday answers it. Source: RFC 3834
    made.set_content(text)
    return made


def _sent(server: smtplib.SMTP, letter: EmailMessage) -> str:
    try:
        server.send_message(letter)
    except smtplib.SMTPRecipientsRefused as refused:
        ((code, _),) = refused.recipients.values()
        return REFUSED if code >= PERMANENT else LATER
    except smtplib.SMTPDataError as refused:
        return REFUSED if refused.smtp_code >= PERMANENT else LATER
    except (smtplib.SMTPException, OSError):
        return LATER
    return SENT
