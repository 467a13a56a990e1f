"""The beginning of a ledger: the first key list, two officers, and these two as the first registrants."""

from dataclasses import dataclass
from datetime import date

from ledger.application.context import NOBODY, Answer, Context
from ledger.application.key_lists import LIST_DAYS, SERVICE_ROLES, new_key, signed, slots
from ledger.application.registrants import Person, Registrants
from ledger.domain.keys import Keys
from ledger.domain.officers import Officer
from ledger.errors import InputError
from ledger.events import CONTEXT, TYPE
from ledger.signing import cose
from ledger.signing.key_records import Key, KeyList, RootKey, RootSet
from ledger.store.schema import create


@dataclass(frozen=True, slots=True)
class Founder:
    """One of the two who begin; every later officer is appointed by approval."""

    person: Person
    authority: str
    office: str
    roles: tuple[str, ...]
    begins: date
    ends: date | None = None


def create_keys(context: Context, now: int) -> tuple[list[bytes], tuple[Key, ...]]:
    """Root keys, as public bytes, and the service's: files of this machine, mode 0600."""
    roots = [context.keyring.create("root")]
    return roots, tuple(new_key(context.keyring, *slot, now) for role in SERVICE_ROLES for slot in slots(role))


def begin(context: Context, founders: tuple[Founder, Founder]) -> Answer:
    """One transaction: a crash leaves an empty ledger and files that nobody names.

    Raises: StoreError: there is a history; InputError: both founders are one person.
    """
    if founders[0].person.nik == founders[1].person.nik:
        raise InputError("founders-one-person")
    create(context.history.engine)
    context.history.require_empty()
    roots, keys = create_keys(context, context.history.clock() // 1000)
    people = context.new_subjects(2)
    context.vault.prepare([NOBODY])
    kid = next(key.kid for key in keys if key.role == "event")
    key = context.keyring.private("event", None, kid)
    signer = cose.Signer(key, context=CONTEXT, origin=context.config.origin, typ=TYPE)
    with context.history.writing(signer=signer) as turn:
        now = turn.now // 1000
        root_set = RootSet(tuple(RootKey(public) for public in roots), threshold=len(roots))
        first = KeyList(1, now, now + LIST_DAYS * 86_400, root_set, {}, keys)
        turn.save(Keys.begin(turn.new_id(), **signed(context, first)))
        officers = [
            Officer.begin(
                turn.new_id(),
                person=person,
                authority=founder.authority,
                roles=founder.roles,
                office=founder.office,
                begins=founder.begins,
                ends=founder.ends,
            )
            for person, founder in zip(people, founders, strict=True)
        ]
        turn.save(*officers)
        Registrants(context).admit(turn, [founder.person for founder in founders], people)
        context.vault.seal(turn.connection, NOBODY, "identity", {"name": "-"})
        return turn.reply(
            officers=[str(officer.id) for officer in officers],
            persons=[str(person) for person in people],
            root=root_set.fingerprint(),
        )
