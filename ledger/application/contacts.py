"""Telephone numbers and mail addresses: given by the person, sealed, gone with the person's data."""

from uuid import UUID

from sqlalchemy import Connection

from ledger.application.context import Answer, Context
from ledger.application.officers import Officers
from ledger.application.scope import Scope
from ledger.database import writing
from ledger.domain.contacts import Contact, Email, Phone
from ledger.errors import ForbiddenError, NotFoundError, SealedError
from ledger.projections.officers import OFFICERS, roles
from ledger.projections.registrants import REGISTRANTS
from ledger.store.history import Actor
from ledger.view import Models

PHONE, EMAIL = "phone", "email"  # Fields of the registrant in the vault; no event commits to them.
KEEPERS = {"enrol", "certify", "admin"}
PURPOSE = "see how the holder may be reached"
CHANGE = "change how the holder may be reached"


class Contacts:
    def __init__(self, context: Context, officers: Officers) -> None:
        self._context, self._officers, self._scope = context, officers, Scope(context)

    def show(self, actor: Actor, registrant: UUID) -> Contact:
        """The look is noted. Raises: ForbiddenError; NotFoundError; SealedError: `data-erased`."""
        with writing(self._context.history.engine) as connection:
            self._require(connection, actor, registrant)
            phone, email = (self._opened(connection, registrant, field, actor) for field in (PHONE, EMAIL))
        return Contact(None if phone is None else Phone(phone), None if email is None else Email(email))

    def set(self, actor: Actor, registrant: UUID, contact: Contact) -> Answer:
        """What is none is cleared. Each change is noted among the looks: no event tells of it. Raises: as `show`."""
        with self._context.history.writing(actor) as turn:
            self._require(turn.connection, actor, registrant)
            for field, given in ((PHONE, contact.phone), (EMAIL, contact.email)):
                self._change(turn.connection, registrant, field, given, reader=str(actor.officer))
            return turn.reply(registrant=str(registrant))

    def email(self, connection: Connection, registrant: UUID, *, reader: str, purpose: str) -> Email | None:
        """For a letter that is being sent; None: there is none, or the person's data is destroyed."""
        found = self._context.vault.open_many(connection, [registrant], EMAIL, reader=reader, purpose=purpose)
        return Email(str(found[registrant])) if registrant in found else None

    def _change(
        self, connection: Connection, registrant: UUID, field: str, given: Phone | Email | None, *, reader: str
    ) -> None:
        vault = self._context.vault
        if given is not None:
            vault.seal(connection, registrant, field, given.reveal())
        elif vault.holding(connection, [registrant], field):
            vault.remove(connection, registrant, field)
        else:
            return
        vault.note(connection, [registrant], field, reader=reader, purpose=CHANGE)

    def _opened(self, connection: Connection, registrant: UUID, field: str, actor: Actor) -> str | None:
        vault, reader = self._context.vault, str(actor.officer)
        found = vault.open_many(connection, [registrant], field, reader=reader, purpose=PURPOSE)
        return str(found[registrant]) if registrant in found else None

    def _require(self, connection: Connection, actor: Actor, registrant: UUID) -> None:
        """No event, so no rule asks: who may is asked here."""
        if actor.officer is None:
            raise ForbiddenError("role-missing", kind="contact", expected=sorted(KEEPERS))
        self._officers.require_in_office(actor.officer)
        self._scope.registrant(actor.officer, registrant)
        models = Models(connection, self._context.config.origin)
        if KEEPERS.isdisjoint(roles(models.get(OFFICERS, actor.officer.bytes) or {})):
            raise ForbiddenError("role-missing", kind="contact", expected=sorted(KEEPERS))
        row = models.get(REGISTRANTS, registrant.bytes)
        if row is None:
            raise NotFoundError("not-found", of="registrant", got=registrant)
        if row["state"] != "registered":
            raise SealedError("data-erased", subject=registrant, field="contact")
