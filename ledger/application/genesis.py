"""The beginning of a ledger: the first key list, two officers, and these two as the first registrants."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.application.context import NOBODY, NOBODYS, Answer, Context
from ledger.application.key_lists import DAY, LIST_DAYS, admitted, service_keys, signed
from ledger.application.registrants import Person, Registrants
from ledger.domain.keys import Keys
from ledger.domain.officers import Officer
from ledger.errors import ConfigError, InputError
from ledger.events import CONTEXT, TYPE
from ledger.signing import key_request
from ledger.signing.key_records import KeyList, RootKey, RootSet
from ledger.signing.key_request import Request
from ledger.signing.keyring import Keyring
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


def begin(context: Context, founders: tuple[Founder, Founder], request: bytes | None = None) -> Answer:
    """One transaction: a crash leaves an empty ledger and files that nobody names.

    Args:
        request: The first list, as the ceremony signed it. None makes one root key here: for a demonstration.

    Raises:
        StoreError: There is a history.
        InputError: Both founders are one person.
        ConfigError: `ceremony-needed`, `key-file-missing`: the list's keys were not made here.
        VerificationError: The ceremony's list is not signed, or its roots are not those of LEDGER_ROOT.
    """
    if founders[0].person.nik == founders[1].person.nik:
        raise InputError("founders-one-person")
    create(context.history.engine)
    context.history.require_empty()
    keys, body = _by_one_root(context) if request is None else admitted(context, Request.decode(request), None)
    people = context.new_subjects(2)
    context.vault.prepare([NOBODY])
    signer = context.keyring.signer(keys, "event", None, context=CONTEXT, typ=TYPE)
    with context.history.writing(signer=signer) as turn:
        turn.save(Keys.begin(turn.new_id(), **body))
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
        context.vault.seal(turn.connection, NOBODY, "identity", NOBODYS)
        return turn.reply(
            officers=[str(officer.id) for officer in officers],
            persons=[str(person) for person in people],
            root=keys.roots.fingerprint(),
        )


def request_first(keyring: Keyring, now: int) -> Request:
    """Before a ceremony: the service's keys, made here, in a first list that waits for its roots. `now` in s UTC."""
    return key_request.first(keyring.origin, service_keys(keyring, now), iat=now, exp=now + LIST_DAYS * DAY)


def _by_one_root(context: Context) -> tuple[KeyList, dict[str, Any]]:
    if not context.config.demonstration:
        raise ConfigError("ceremony-needed", expected="ledger keys ceremony")
    now = context.history.clock() // 1000
    roots = RootSet((RootKey(context.keyring.create("root")),), threshold=1)
    first = KeyList(1, now, now + LIST_DAYS * DAY, roots, {}, service_keys(context.keyring, now))
    return first, signed(context, first)
