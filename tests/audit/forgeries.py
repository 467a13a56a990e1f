"""Histories that say something else, rightly hashed and signed by whoever has the event key, and two officers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.domain.proposals import Proposal
from ledger.domain.registrants import Registrant
from ledger.events import CONTEXT, TYPE, act, decode, encode
from ledger.signing.approval import message
from ledger.signing.cose import Signer
from ledger.transparency.merkle import leaf_hash

Forger = Any  # tests/audit/conftest.py
History = list[bytes]
AT = 30


def entries(forger: Forger) -> History:
    return [entry for _, entry, _ in forger.entries]


def signed(forger: Forger, payload: bytes) -> bytes:
    return Signer(forger.key(), context=CONTEXT, origin=forger.origin, typ=TYPE).sign(payload)


def removed(forger: Forger) -> History:
    return entries(forger)[:AT] + entries(forger)[AT + 1 :]


def swapped(forger: Forger) -> History:
    one, two = entries(forger)[AT : AT + 2]
    return [*entries(forger)[:AT], two, one, *entries(forger)[AT + 2 :]]


def doubled(forger: Forger) -> History:
    return [*entries(forger)[: AT + 1], *entries(forger)[AT:]]


def changed(at: int = AT, key: Callable[[Forger], Any] = lambda f: f.key(), **fields: Any) -> Any:
    return lambda forger: [entry for _, entry, _ in forger.changed(at, key(forger), **fields)]


def of_another_ledger(forger: Forger) -> History:
    other = forger.sign(forger.records[AT], origin="lain.contoh.invalid")[1]
    return [*entries(forger)[:AT], other, *entries(forger)[AT + 1 :]]


def earlier(forger: Forger) -> History:
    return changed(recorded=forger.records[AT - 1].recorded - 1)(forger)


def later_in_effect(forger: Forger) -> History:
    return changed(effective=forger.records[AT].day + timedelta(days=1))(forger)


def registered_twice(forger: Forger) -> History:
    first, *_, last = (r for r in forger.records if isinstance(r.event, Registrant.Created))
    return changed(last.position, stream=first.stream)(forger)


def with_event(kind: type, pick: int = 0, **fields: Any) -> Any:
    """The history in which one event of this kind says something else, rightly signed."""

    def forged(forger: Forger) -> History:
        record = [r for r in forger.records if isinstance(r.event, kind)][pick]
        vars(record.event).update({name: f(forger, record) if callable(f) else f for name, f in fields.items()})
        return [*entries(forger)[: record.position], forger.sign(record)[1], *entries(forger)[record.position + 1 :]]

    return forged


def of_bytes(change: Callable[[dict[str, Any]], object], *, canonical: bool = True) -> Any:
    """An entry that the codec would not write."""

    def forged(forger: Forger) -> History:
        value = cbor2.loads(encode(forger.records[AT]))
        change(value)
        payload = cbor2.dumps(value, canonical=canonical)
        return [*entries(forger)[:AT], signed(forger, payload), *entries(forger)[AT + 1 :]]

    return forged


def flipped(at: int) -> Any:
    def forged(forger: Forger) -> History:
        entry = bytearray(entries(forger)[AT])
        entry[at] ^= 1
        return [*entries(forger)[:AT], bytes(entry), *entries(forger)[AT + 1 :]]

    return forged


def without_payload(forger: Forger) -> History:
    signer = Signer(forger.key(), context=CONTEXT, origin=forger.origin, typ=TYPE)
    return [*entries(forger)[:AT], signer.sign_detached(b""), *entries(forger)[AT + 1 :]]


def approved_by_another_key(forger: Forger, record: Any) -> bytes:
    return Ed25519PrivateKey.generate().sign(b"anything")


def approved_late(forger: Forger) -> History:
    """Twenty days after the proposal."""
    at, *_ = (r for r in forger.records if r.position > AT and isinstance(r.event, Proposal.Approved))
    late = {"recorded": at.recorded + 20 * 86_400_000, "effective": at.effective + timedelta(days=20)}
    return changed(at.position, **late)(forger)


def approved_by_the_proposer(forger: Forger) -> History:
    """Proposed in the approver's name."""
    made, given = next(pair for pair in zip(forger.records, forger.records[1:], strict=False) if is_approved(*pair))
    who = {"actor": given.actor, "capacity": given.capacity, "authority": given.authority}
    return changed(made.position, **who)(forger)


def is_approved(made: Any, given: Any) -> bool:
    return made.position > AT and isinstance(given.event, Proposal.Approved)


def by_the_other(at: int) -> Any:
    """One event in the name of the officer of the first approval."""

    def forged(forger: Forger) -> History:
        other = forger.records[6]
        return changed(at, actor=other.actor, capacity=other.capacity, authority=other.authority)(forger)

    return forged


def moved(source: int, to: int) -> Any:
    """An event that stood elsewhere, in a stream of its own; nothing follows."""

    def forged(forger: Forger) -> History:
        record, place = forger.records[source], forger.records[to]
        record.position, record.recorded, record.effective = to, place.recorded, place.effective
        record.stream = bytes(16) if source < to else record.stream
        return [*entries(forger)[:to], forger.sign(record)[1]]

    return forged


def conspired(at: int, change: Callable[[Forger, dict[str, Any]], object]) -> Any:
    """Another act, which two officers did propose and approve: alone in its batch, two events after its proposal."""

    def forged(forger: Forger) -> History:
        value = cbor2.loads(encode(forger.records[at]))
        change(forger, value)
        done = decode(cbor2.dumps(value, canonical=True))
        made, given = forger.records[at - 2 : at]
        leaf = act(done.event.TOPIC, done.event.originator_id, vars(done.event), done.effective)
        vars(made.event)["acts"] = leaf_hash(leaf)
        proposal = leaf_hash(forger.sign(made)[1])
        vars(given.event).update(proposal=proposal)
        if given.event.assertion:
            said = message(forger.origin, proposal, given.event.shown)
            vars(given.event).update(assertion=key_of(forger, given.actor).sign(said))
        return [*entries(forger)[: at - 2], *(forger.sign(record)[1] for record in (made, given, done))]

    return forged


def key_of(forger: Forger, officer: UUID) -> Ed25519PrivateKey:
    (name,) = (name for name, id in forger.world.officers.items() if id == officer)
    return Ed25519PrivateKey.from_private_bytes(forger.world.keys[name])


def other_act(forger: Forger, value: dict[str, Any]) -> None:
    """Approved by a founder who has no key yet."""
    uri = "https://status.contoh.invalid/"
    body = {"proposal": value["body"]["proposal"], "authority": "KEMENSOS", "status_uri": uri}
    value.update(kind="authority.registered", stream=bytes(16), version=1, body=body)
