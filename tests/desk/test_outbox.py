"""Letters go out over a real mail server, which takes them, refuses them or is not there."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from socket import socket
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import text

from ledger.application.outbox import AGAIN
from ledger.cli.story import Story
from ledger.database import reading
from ledger.domain.contacts import Contact, Email
from ledger.errors import InputError
from tests.conftest import GREEN_DAY
from tests.desk.delivered import ADDRESS, BORN, covered, linked, number, reachable, secret, told, with_mail

MINUTE = 60_000  # ms
NOWHERE = Email.parse("tidak.ada@contoh.invalid")


@dataclass
class Office:
    """What the server does: keeps letters, refuses one recipient for good, is out of order while `says` is set."""

    says: str = ""
    letters: list[tuple[list[str], EmailMessage]] = field(default_factory=list)

    async def handle_RCPT(self, *given: Any) -> str:  # noqa: N802 - the name is the library's.
        _, _, envelope, address, _ = given
        if address == NOWHERE.reveal():
            return "550 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, *given: Any) -> str:  # noqa: N802
        _, _, envelope = given
        if self.says:
            return self.says
        self.letters.append((list(envelope.rcpt_tos), message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


def free_port() -> int:
    with socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def server(office: Office) -> Iterator[str]:
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


@pytest.fixture
def ready(here: Story, server: str) -> Story:
    reachable(with_mail(here, server))
    return covered(here)


def state(story: Story) -> list[tuple[str, int]]:
    with reading(story.ledger.engine) as connection:
        return [(row.state, row.tries) for row in connection.execute(text("SELECT state, tries FROM outbox"))]


def wait(story: Story, ms: int) -> None:
    story.clock.ms = (story.clock.ms or 0) + ms


def test_a_letter_leads_to_the_paper_and_names_nobody(ready: Story, office: Office) -> None:
    delivery = linked(ready, "email")

    ready.ledger.outbox.keep()

    ((recipients, letter),) = office.letters
    said = letter.get_content()
    file = ready.ledger.claims.take(secret(ready, delivery), number(ready), BORN)
    assert recipients == [ADDRESS.reveal()]
    assert secret(ready, delivery) in said.replace("=\n", "")
    assert "Ahmad" not in letter.as_string()
    assert number(ready) not in letter.as_string()
    assert file.startswith(b"%PDF")
    assert state(ready) == [("sent", 1)]


def test_what_was_sent_is_not_sent_again(ready: Story, office: Office) -> None:
    linked(ready, "email")
    ready.ledger.outbox.keep()

    wait(ready, 24 * 60 * MINUTE)

    assert ready.ledger.outbox.keep() == 0
    assert len(office.letters) == 1


def test_a_refused_recipient_is_a_delivery_that_came_back(ready: Story) -> None:
    reachable(ready, NOWHERE)
    delivery = linked(ready, "email")

    ready.ledger.outbox.keep()

    assert told(ready, delivery) == ["delivery.sent", "delivery.bounced"]
    assert state(ready) == [("bounced", 1)]
    assert ready.ledger.delivering.show(delivery)["address"] is None
    assert [row["number"] for row in ready.ledger.deliveries.bounced()] == [number(ready)]


def test_a_server_that_cannot_now_is_asked_again_later_and_later(ready: Story, office: Office) -> None:
    office.says = "451 Try again later"
    delivery = linked(ready, "email")
    ready.ledger.outbox.keep()
    assert (ready.ledger.outbox.keep(), state(ready)) == (0, [("queued", 1)])
    office.says = ""

    wait(ready, AGAIN[0])
    ready.ledger.outbox.keep()

    assert state(ready) == [("sent", 2)]
    assert told(ready, delivery) == ["delivery.sent"]


def test_after_many_tries_a_letter_is_given_up_and_counts_as_come_back(here: Story) -> None:
    reachable(covered(with_mail(here, f"smtp://127.0.0.1:{free_port()}")))
    delivery = linked(here, "email")

    for pause in (0, *AGAIN):
        wait(here, pause)
        assert here.ledger.outbox.keep() == 1

    assert state(here) == [("given-up", len(AGAIN) + 1)]
    assert told(here, delivery) == ["delivery.sent", "delivery.bounced"]


def test_a_letter_that_another_process_holds_waits_for_its_lease(ready: Story, office: Office) -> None:
    linked(ready, "email")
    ready.ledger.outbox._taken()  # And then that process was killed.

    at_once = ready.ledger.outbox.keep()
    wait(ready, 16 * MINUTE)

    assert (at_once, ready.ledger.outbox.keep(), len(office.letters)) == (0, 1, 1)


def test_an_address_that_was_cleared_meanwhile_gets_nothing(ready: Story, office: Office) -> None:
    delivery = linked(ready, "email")
    holder = UUID(ready.ledger.certificates.show(number(ready))["registrant"])
    ready.ledger.contacts.set(ready.actor("ketua"), holder, Contact())

    ready.ledger.outbox.keep()

    assert office.letters == []
    assert told(ready, delivery) == ["delivery.sent", "delivery.bounced"]


def test_whoever_has_given_no_address_is_named_by_the_number_of_the_certificate(ready: Story) -> None:
    with pytest.raises(InputError) as refused:
        linked(ready, "email", 1)

    assert (refused.value.code, refused.value.facts) == ("email-missing", {"numbers": [number(ready, 1)]})


def test_a_reminder_says_the_last_day_in_every_language(ready: Story, office: Office) -> None:
    ready.clock.at(GREEN_DAY.replace(year=2031) - timedelta(days=30))

    ready.ledger.reminders.keep()
    ready.ledger.outbox.keep()

    ((_, letter),) = office.letters
    said = letter.get_content()
    assert said.index("22 Oktober 2031") < said.index("22 October 2031")
    assert letter["Subject"] == "Sertifikat Anda segera berakhir / Your certificate is about to end"
    assert letter["Auto-Submitted"] == "auto-generated"


def test_a_server_elsewhere_is_believed_by_its_certificate_only(
    here: Story, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = certified(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain)
    controller = Controller(office, hostname="127.0.0.1", port=free_port(), ssl_context=context)
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    controller.start()
    reachable(covered(with_mail(here, f"smtps://127.0.0.1:{controller.port}")))
    linked(here, "email")

    here.ledger.outbox.keep()
    monkeypatch.delenv("SSL_CERT_FILE")
    linked(here, "email")
    here.ledger.outbox.keep()
    controller.stop()

    assert len(office.letters) == 1
    assert sorted(state(here)) == [("queued", 1), ("sent", 1)]


def certified(folder: Path) -> Path:
    """A key and a certificate of 127.0.0.1, in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
    made = made.not_valid_after(datetime.now(UTC) + timedelta(days=2))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    signed = made.sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "mail.pem"
    file.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return file
