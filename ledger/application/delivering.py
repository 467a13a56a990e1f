"""Deliveries: certificates go to their holders by WhatsApp, mail, print or from hand to hand; each is an event.

Source: docs/delivering.md.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from ledger.application.claims import Claims
from ledger.application.contacts import EMAIL as ADDRESS
from ledger.application.context import Answer, Context
from ledger.application.outbox import Outbox
from ledger.application.papers import Papers
from ledger.application.printing import Order
from ledger.database import Row, reading
from ledger.domain.deliveries import BY_LINK, EMAIL, HANDOVER, PRINT, SIGNATURE, Delivery
from ledger.errors import ConfigError, InputError, NotFoundError
from ledger.projections.certificates import CERTIFICATES
from ledger.projections.deliveries import DELIVERIES
from ledger.store import outbox
from ledger.store.history import Actor, Turn
from ledger.view import Models

AT_ONCE = 100  # Certificates in one act.


class Delivering:
    def __init__(self, context: Context, papers: Papers, claims: Claims, letters: Outbox) -> None:
        self._context, self._papers, self._claims, self._letters = context, papers, claims, letters

    # Sent -----------------------------------------------------------------------------------------------------

    def by_link(self, actor: Actor, numbers: Sequence[str], channel: str, lang: str) -> Answer:
        """An address for each holder: by mail it is sent by the service, by WhatsApp from the clerk's own phone.

        Earlier addresses of these certificates are over.

        Raises: InputError: `channel-unknown`, `deliveries-count`, `email-missing`; ConfigError: `mail-unset`; as
            `Papers.print`: each holder gets a file that is recorded and can be verified.
        """
        if channel not in BY_LINK:
            raise InputError("channel-unknown", got=channel, expected=", ".join(BY_LINK))
        self._require_count(numbers)
        self._context.history.require_new(actor)
        if channel == EMAIL:
            self._papers.require_may(actor, numbers, Order())
            self._require_mail(numbers)
        files = dict(self._papers.print(_unkeyed(actor), numbers, Order()).singles)
        # A crash here leaves files that are recorded, and that nobody was told of.
        with self._context.history.writing(actor) as turn:
            made = []
            for certificate in self._rows(turn.models(), numbers):
                delivery = self._sent(turn, certificate, channel)
                self._claims.make(turn, delivery.id, certificate, files[certificate["number"]])
                if channel == EMAIL:
                    self._letters.queue(turn.connection, certificate, delivery.id, lang)
                made.append(str(delivery.id))
            return turn.reply(deliveries=made)

    def by_print(self, actor: Actor, number: str) -> tuple[Answer, bytes]:
        """The file for the clerk's printer, and that it was printed for its holder. Raises: as `Papers.print`."""
        self._context.history.require_new(actor)
        printed = self._papers.print(_unkeyed(actor), [number], Order())
        with self._context.history.writing(actor) as turn:
            (certificate,) = self._rows(turn.models(), [number])
            delivery = self._sent(turn, certificate, PRINT)
            return turn.reply(deliveries=[str(delivery.id)]), printed.file

    def by_hand(self, actor: Actor, numbers: Sequence[str]) -> Answer:
        """Those who signed for their papers on the hand-over list. Raises: InputError, NotFoundError, RuleError."""
        self._require_count(numbers)
        with self._context.history.writing(actor) as turn:
            made = []
            for certificate in self._rows(turn.models(), numbers):
                delivery = Delivery.begin(turn.new_id(), certificate=_id(certificate), channel=HANDOVER)
                delivery.record(Delivery.Received, means=SIGNATURE)
                made.append(delivery)
            turn.save(*made)
            return turn.reply(deliveries=[str(one.id) for one in made])

    # What became of one ---------------------------------------------------------------------------------------

    def signed_for(self, actor: Actor, delivery: UUID) -> Answer:
        """The holder has signed for it at the desk. Raises: NotFoundError, RuleError."""
        return self._followed(actor, delivery, Delivery.Received, means=SIGNATURE)

    def came_back(self, actor: Actor, delivery: UUID) -> Answer:
        """The number or the address was wrong. Raises: NotFoundError, RuleError."""
        return self._followed(actor, delivery, Delivery.Bounced)

    def show(self, delivery: UUID) -> Answer:
        """`address`: where it may be claimed until `ends`; `mail`: how the letter stands. Raises: NotFoundError."""
        with reading(self._context.history.engine) as connection:
            models = Models(connection, self._context.config.origin)
            row = models.get(DELIVERIES, delivery.bytes)
            if row is None:
                raise NotFoundError("not-found", of="delivery", got=delivery)
            certificate = models.get(CERTIFICATES, row["certificate"]) or {}
            address, ends = self._claims.address(connection, delivery) or (None, None)
            letter = outbox.of_delivery(connection, delivery)
        return {
            **told(row),
            "version": row["version"],
            "number": certificate["number"],
            "authority": certificate["authority"],
            "registrant": str(UUID(bytes=certificate["registrant"])),
            "address": address,
            "ends": ends,
            "mail": letter and letter["state"],
        }

    # ----------------------------------------------------------------------------------------------------------

    def _followed(
        self, actor: Actor, id: UUID, kind: type[Delivery.Received | Delivery.Bounced], **body: str
    ) -> Answer:
        with self._context.history.writing(actor) as turn:
            delivery = turn.get(Delivery, id)
            delivery.record(kind, **body)
            turn.save(delivery)
            self._claims.end(turn.connection, id)
            return turn.reply(delivery=str(id))

    def _sent(self, turn: Turn, certificate: Row, channel: str) -> Delivery:
        delivery = Delivery.begin(turn.new_id(), certificate=_id(certificate), channel=channel)
        turn.save(delivery)
        return delivery

    def _rows(self, models: Models, numbers: Sequence[str]) -> list[Row]:
        models.prefetch_by(CERTIFICATES, "number", numbers)
        found = {number: models.find(CERTIFICATES, "number", number) for number in dict.fromkeys(numbers)}
        for number, rows in found.items():
            if not rows:
                raise NotFoundError("not-found", of="certificate", got=number)
        return [rows[0] for rows in found.values()]

    def _require_count(self, numbers: Sequence[str]) -> None:
        if not 1 <= len(numbers) <= AT_ONCE:
            raise InputError("deliveries-count", got=len(numbers), maximum=AT_ONCE)

    def _require_mail(self, numbers: Sequence[str]) -> None:
        if not self._context.config.smtp:
            raise ConfigError("mail-unset")
        with reading(self._context.history.engine) as connection:
            rows = self._rows(Models(connection, self._context.config.origin), numbers)
            holders = {UUID(bytes=row["registrant"]): row["number"] for row in rows}
            lacking = holders.keys() - self._context.vault.holding(connection, holders, ADDRESS)
        if lacking:
            raise InputError("email-missing", numbers=sorted(holders[one] for one in lacking))


def told(row: Row) -> Answer:
    """One delivery, without whom it was for; instants in ms UTC."""
    return {
        "delivery": str(UUID(bytes=row["id"])),
        "channel": row["channel"],
        "state": row["state"],
        "means": row["means"],
        "sent": row["sent"],
        "settled": row["settled"],
    }


def _id(certificate: Row) -> UUID:
    return UUID(bytes=certificate["id"])


def _unkeyed(actor: Actor) -> Actor:
    """For the act before the act: the key is for the last one."""
    return replace(actor, request=None, seen=None)
