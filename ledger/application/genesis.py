"""The beginning of a ledger: the first key list, two officers, and these two as the first registrants."""

from dataclasses import dataclass
from datetime import date

from ledger.application.context import NOBODY, Answer, Context
from ledger.application.key_lists import LIST_DAYS, SERVICE_ROLES, new_key, signed
from ledger.application.registrants import Person, Registrants
from ledger.domain.keys import Keys
from ledger.domain.officers import Officer
from ledger.errors import InputError
from ledger.events import CONTEXT, TYPE
from ledger.signing import cose, public_key
from ledger.signing.key_records import KeyList, RootKey, RootSet
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


def create_keys(context: Context) -> tuple[list[bytes], dict[str, bytes]]:
    """Root and service keys, and the vault's key: files of this machine, mode 0600. Public bytes of each."""
    roots = [context.keyring.create("root")]
    return roots, {role: context.keyring.create(role) for role in SERVICE_ROLES}


def begin(context: Context, founders: tuple[Founder, Founder]) -> Answer:
    """One transaction: a crash leaves an empty ledger and files that nobody names.

    Raises: StoreError: there is a history; InputError: both founders are one person.
    """
    if founders[0].person.nik == founders[1].person.nik:
        raise InputError("founders-one-person")
    create(context.history.engine)
    context.history.require_empty()
    roots, publics = create_keys(context)
    people = context.new_subjects(2)
    context.vault.prepare([NOBODY])
    key = context.keyring.private("event", None, public_key.kid_of(publics["event"]))
    signer = cose.Signer(key, context=CONTEXT, origin=context.config.origin, typ=TYPE)
    with context.history.writing(signer=signer) as turn:
        now = turn.now // 1000
        keys = tuple(new_key(public, role, None, now) for role, public in publics.items())
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
