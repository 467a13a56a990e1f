"""The outbox: letters to holders, tried again until the mail server has taken or refused them.

Source: docs/delivering.md.
"""

import logging
import smtplib
from uuid import UUID

from sqlalchemy import Connection

from ledger.application import mail
from ledger.application.claims import Claims
from ledger.application.contacts import Contacts
from ledger.application.context import Context
from ledger.database import Row, reading, writing
from ledger.domain.deliveries import Delivery
from ledger.domain.values import from_days, legal_day, new_id
from ledger.messages import say
from ledger.projections.certificates import CERTIFICATES
from ledger.store import outbox
from ledger.store.history import Turn
from ledger.view import Models

LOGGER = logging.getLogger(__name__)
READER, PURPOSE = "outbox", "send a letter"
AT_ONCE = 10  # Letters in one round: the log waits for it.
MINUTE = 60_000  # ms
LEASE = 15 * MINUTE  # So long nobody else tries what one process is trying.
AGAIN = tuple(minutes * MINUTE for minutes in (2, 10, 30, 120, 480, 1440))  # After the first try, the second …


class Outbox:
    def __init__(self, context: Context, contacts: Contacts, claims: Claims) -> None:
        self._context, self._contacts, self._claims = context, contacts, claims

    def queue(self, connection: Connection, certificate: Row, delivery: UUID | None, *langs: str) -> None:
        """A letter to the holder: where to claim what was delivered, or without a delivery, that the end is near."""
        now = self._context.history.clock()
        row = {
            "id": new_id(now).bytes,
            "holder": certificate["registrant"],
            "certificate": certificate["id"],
            "delivery": None if delivery is None else delivery.bytes,
            "lang": " ".join(langs),
            "state": outbox.QUEUED,
            "tries": 0,
            "due": now,
            "made": now,
            "settled": None,
        }
        outbox.put_letter(connection, row)

    def keep(self) -> int:
        """One round; how many letters were tried. Whatever the server does, it is tried again later.

        Raises: ConfigError: the password cannot be read.
        """
        if not self._context.config.smtp or not self._waiting():
            return 0
        left = self._taken()
        tried = len(left)
        # A crash from here on leaves letters that are tried again after the lease: one may arrive twice, none is lost.
        try:
            with mail.session(self._context.config) as send:
                while left:
                    self._settle(left[0], self._tried(left[0], send))
                    del left[0]
        except (OSError, smtplib.SMTPException) as refused:
            LOGGER.warning("outbox: %s", type(refused).__name__)  # Its text may repeat an address.
            for row in left:
                self._settle(row, mail.LATER)
        return tried

    def _waiting(self) -> bool:
        with reading(self._context.history.engine) as connection:
            return bool(outbox.due(connection, self._context.history.clock(), 1))

    def _taken(self) -> list[Row]:
        now = self._context.history.clock()
        with writing(self._context.history.engine) as connection:
            rows = outbox.due(connection, now, AT_ONCE)
            for row in rows:
                outbox.put_letter(connection, row | {"due": now + LEASE})
        return rows

    def _tried(self, row: Row, send: mail.Send) -> str:
        holder = UUID(bytes=row["holder"])
        with writing(self._context.history.engine) as connection:  # The look is noted.
            said = self._said(connection, row)
            to = self._contacts.email(connection, holder, reader=READER, purpose=PURPOSE)
        if to is None or said is None:
            return mail.REFUSED  # Nobody to write to, or nothing to write any more.
        return send(mail.letter(self._context.config, to, *said, self._context.history.clock()))

    def _said(self, connection: Connection, row: Row) -> tuple[str, str] | None:
        """Subject and text, in one language below the other; None: it would not be true any more."""
        found = self._facts(connection, row)
        if found is None:
            return None
        key, facts = found
        langs = row["lang"].split()
        subjects, texts = ([say(one, lang, **facts) for lang in langs] for one in (f"{key}.subject", key))
        return " / ".join(subjects), "\n\n".join(texts)

    def _facts(self, connection: Connection, row: Row) -> tuple[str, dict[str, object]] | None:
        """Which letter it is, and what it tells."""
        contact = self._context.config.contact
        if row["delivery"] is not None:
            claim = self._claims.address(connection, UUID(bytes=row["delivery"]))
            if claim is None:
                return None
            address, ends = claim
            return "s.delivery.letter", {"address": address, "until": legal_day(ends), "contact": contact}
        certificate = Models(connection, self._context.config.origin).get(CERTIFICATES, row["certificate"])
        if certificate is None or certificate["state"] != "active" or certificate["through"] is None:
            return None
        return "s.reminder.letter", {"through": from_days(certificate["through"]), "contact": contact}

    def _settle(self, row: Row, outcome: str) -> None:
        """What became of this try. A letter that comes back is an event of its delivery."""
        with self._context.history.writing() as turn:
            after = row | {"tries": row["tries"] + 1}
            if outcome == mail.LATER and row["tries"] < len(AGAIN):
                outbox.put_letter(turn.connection, after | {"due": turn.now + AGAIN[row["tries"]]})
                return
            states = {mail.SENT: outbox.SENT, mail.REFUSED: outbox.BOUNCED, mail.LATER: outbox.GIVEN_UP}
            outbox.put_letter(turn.connection, after | {"state": states[outcome], "settled": turn.now})
            if outcome != mail.SENT and row["delivery"] is not None:
                self._bounced(turn, row)

    def _bounced(self, turn: Turn, row: Row) -> None:
        delivery = turn.get(Delivery, UUID(bytes=row["delivery"]))
        if delivery.state == "sent":
            delivery.record(Delivery.Bounced)
            turn.save(delivery)
            self._claims.end(turn.connection, delivery.id)
