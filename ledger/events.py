"""The stored, signed event: the closed table of kinds, and the codec between an event and its signed payload.

Source: docs/formats/event.md. What is written here can never be unwritten: `tests/test_events.py` freezes the bytes.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import product
from types import NoneType, UnionType
from typing import Any, get_args, get_origin
from uuid import UUID

import cbor2
from eventsourcing.domain import Aggregate

from ledger.domain.assessments import Assessment
from ledger.domain.attestations import Attestation
from ledger.domain.authorities import Authority
from ledger.domain.certificates import Certificate
from ledger.domain.decrees import Decree
from ledger.domain.delegations import Delegation
from ledger.domain.deliveries import Delivery
from ledger.domain.documents import Blank, Document
from ledger.domain.equivalences import Equivalence
from ledger.domain.exports import Export
from ledger.domain.keys import Keys
from ledger.domain.lifecycle import Event, First, Noun
from ledger.domain.officers import Officer
from ledger.domain.participations import Participation
from ledger.domain.proposals import Proposal
from ledger.domain.registrants import Registrant
from ledger.domain.regulations import Regulation
from ledger.domain.schemes import Scheme
from ledger.domain.trainings import Training
from ledger.domain.values import from_days, legal_day, to_days
from ledger.errors import InputError, VerificationError
from ledger.signing import cbor, cose, key_list, public_key
from ledger.signing.key_records import KeyList

Fact = First | Event
NOUNS: tuple[type[Noun], ...] = (
    Keys,
    Officer,
    Registrant,
    Authority,
    Regulation,
    Scheme,
    Training,
    Participation,
    Decree,
    Equivalence,
    Assessment,
    Proposal,
    Certificate,
    Export,
    Attestation,
    Document,
    Blank,
    Delivery,
    Delegation,
)
# Closed: `resolve_topic` would import whatever module the stored bytes name.
KINDS: dict[str, tuple[type[Fact], type[Noun]]] = {
    kind.TOPIC: (kind, noun)
    for noun in NOUNS
    for kind in vars(noun).values()
    if isinstance(kind, type) and issubclass(kind, First | Event) and hasattr(kind, "TOPIC")
}
UNDATED = {kind.TOPIC for kind in Certificate.UNDATED}  # By name: the library makes classes of its own of these.
CONTEXT, TYPE = "peksos/event/1", cose.EVENT_TYP  # Of the signature over an event.
LAST_INSTANT = 253_402_214_400_000  # ms UTC; a day before the last that dates can say.
MAX_ENTRY = 65_535  # bytes; a tile's entry has a uint16 length.
FRAME = {"originator_id", "originator_version", "originator_topic", "timestamp"}


@dataclass(slots=True)  # Not frozen: that trebles the time to make one, and a history makes millions.
class Record:
    """An event at its place in the history.

    `position` counts from 0; `recorded` is ms UTC; `effective` the civil day from which it counts; `authority` in
    whose name; `actor` the officer's stream, None for the service; `entry` the signed bytes, once they are known.
    """

    position: int
    recorded: int
    effective: date
    authority: str | None
    actor: UUID | None
    capacity: str
    event: Fact
    entry: bytes = b""
    stream: bytes = field(init=False)
    day: date = field(init=False)  # The legal day on which it was recorded.

    def __post_init__(self) -> None:
        self.stream = self.event.originator_id.bytes
        self.day = legal_day(self.recorded)


Convert = Callable[[Any], Any]


def _exactly(kind: type) -> Convert:
    def same(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(kind.__name__)
        return value

    return same


@lru_cache(maxsize=4096)  # One training, one proposal, one officer stand in thousands of events.
def _to_uuid(value: Any) -> UUID:
    return UUID(bytes=value)


def _uuid_bytes(value: Any) -> bytes:
    raw: bytes = value.bytes
    return raw


def _codec(annotation: Any) -> tuple[Convert, Convert]:
    """How a field of this type is written and read."""
    if annotation is date:
        return to_days, from_days
    if annotation is UUID:
        return _uuid_bytes, _to_uuid
    inside = get_args(annotation)
    if get_origin(annotation) is tuple:
        write, read = _codec(inside[0])
        as_list, as_tuple = _exactly(list), _exactly(tuple)
        return lambda v: [write(x) for x in as_tuple(v)], lambda v: tuple(read(x) for x in as_list(v))
    if get_origin(annotation) is dict:
        name, as_dict = _exactly(str), _exactly(dict)
        write, read = _codec(inside[1])
        return (
            lambda v: {k: write(v[k]) for k in sorted(as_dict(v), key=_canonical)},
            lambda v: {name(k): read(x) for k, x in as_dict(v).items()},
        )
    return _exactly(annotation), _exactly(annotation)


def _canonical(name: str) -> tuple[int, str]:
    """The order of text keys in RFC 8949, section 4.2.1: encoded length first."""
    return len(name.encode()), name


def _plan(kind: type[Fact]) -> list[tuple[str, Convert, Convert, bool]]:
    """Name, writer, reader, may be absent; in the order in which they are stored."""

    def one(field: Field[Any]) -> tuple[str, Convert, Convert, bool]:
        annotation = field.type
        if isinstance(annotation, UnionType):
            annotation = next(a for a in get_args(annotation) if a is not NoneType)
        return field.name, *_codec(annotation), field.default is not MISSING

    found: list[Field[Any]] = [f for f in fields(kind) if f.name not in FRAME]
    return [one(f) for f in sorted(found, key=lambda f: _canonical(f.name))]


PLANS = {topic: _plan(kind) for topic, (kind, _) in KINDS.items()}


def _body(topic: str, values: Mapping[str, Any], only: tuple[str, ...] | None = None) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for name, write, _, optional in PLANS[topic]:
        if only is not None and name not in only:
            continue
        value = values.get(name)
        if value is not None:
            try:
                body[name] = write(value)
            except (TypeError, AttributeError, ValueError) as cause:
                raise InputError("field-malformed", kind=topic, field=name, got=type(value).__name__) from cause
        elif not optional:
            raise InputError("field-missing", kind=topic, field=name)
    return body


def encode(record: Record) -> bytes:
    """The payload that the event key signs, deterministic CBOR: whatever this writes, `decode` reads.

    Raises: InputError: a field has the wrong type, or `cbor-malformed`: a number or a text that no reader accepts.
    """
    said = payload(record)
    cbor.check(said["body"])
    cbor.check({**said, "body": None})
    return cbor2.dumps(said)


def payload(record: Record) -> dict[str, Any]:
    """What `encode` writes. Keys are in RFC 8949's order, so that cbor2 need not sort: half the time."""
    event = record.event
    return {
        "v": 1,
        "body": _body(event.TOPIC, vars(event)),
        "kind": event.TOPIC,
        "actor": record.actor.bytes if record.actor else None,
        "index": record.position,
        "stream": record.stream,
        "version": event.originator_version,
        "capacity": record.capacity,
        "recorded": record.recorded,
        "authority": record.authority,
        "effective": to_days(record.effective),
    }


def act(topic: str, stream: UUID, values: Mapping[str, Any], effective: date) -> bytes:
    """What the second person approves of an event: a leaf under `proposal.made`'s root.

    The certificate's number, token and days of signature are not known before the act; they are not part of it, nor
    is the effective day of an issue, a new paper or a renewal, which is the day of signature.

    Raises: InputError: `field-malformed`, `field-missing`.
    """
    kind = KINDS[topic][0]
    leaf: dict[str, Any] = {"body": _body(topic, values, kind.ACT), "kind": topic, "stream": stream.bytes}
    if topic not in UNDATED:
        leaf["effective"] = to_days(effective)
    return cbor.encode(leaf)


def read_act(leaf: bytes) -> tuple[str, UUID, dict[str, Any]]:
    """Kind, stream and fields of an act of our own making. Raises: InputError."""
    parts: Any = cbor.decode(leaf, limit=MAX_ENTRY)
    readers = {name: read for name, _, read, _ in PLANS[parts["kind"]]}
    return parts["kind"], UUID(bytes=parts["stream"]), {n: readers[n](v) for n, v in parts["body"].items()}


ENVELOPE: dict[str, tuple[type, ...]] = {
    "v": (int,),
    "body": (dict,),
    "kind": (str,),
    "actor": (bytes, NoneType),
    "index": (int,),
    "stream": (bytes,),
    "version": (int,),
    "capacity": (str,),
    "recorded": (int,),
    "authority": (str, NoneType),
    "effective": (int,),
}
SHAPES = set(product(*ENVELOPE.values()))  # The types of a payload's fields, in their order: exact, and asked at once.


def decode(payload: bytes, entry: bytes = b"") -> Record:
    """Strict reading of a signed payload.

    Raises: InputError: not deterministic CBOR, an unknown kind, a missing, unknown or mistyped field.
    """
    p = cbor.decode(payload, limit=MAX_ENTRY)
    if type(p) is not dict or tuple(p) != tuple(ENVELOPE):
        raise InputError("event-malformed", why="fields")
    if tuple(map(type, p.values())) not in SHAPES:
        raise InputError("event-malformed", why="types")
    if p["v"] != 1 or len(p["stream"]) != 16 or (p["actor"] is not None and len(p["actor"]) != 16):
        raise InputError("event-malformed", why="envelope")
    if not 0 <= p["recorded"] <= LAST_INSTANT:
        raise InputError("event-malformed", why="recorded")
    if p["kind"] not in KINDS:
        raise InputError("event-unknown", got=p["kind"])
    kind, noun = KINDS[p["kind"]]
    state = _fields(p["kind"], p["body"])
    state["originator_id"] = UUID(bytes=p["stream"])
    state["originator_version"] = p["version"]
    state["timestamp"] = datetime.fromtimestamp(p["recorded"] / 1000, UTC)
    if issubclass(kind, Aggregate.Created):
        state["originator_topic"] = noun.TOPIC
    event = object.__new__(kind)
    object.__setattr__(event, "__dict__", state)
    actor = _to_uuid(p["actor"]) if p["actor"] else None
    effective = from_days(p["effective"])
    return Record(p["index"], p["recorded"], effective, p["authority"], actor, p["capacity"], event, entry)


def payload_of(entry: bytes) -> bytes:
    """The payload of a stored entry; whether its signature holds is for the audit to say. Raises: VerificationError."""
    return cose.peek(entry)


def require_signed(record: Record, keys: KeyList, origin: str) -> None:
    """Whether a key of this list that is entitled at the record's index and time signed `record.entry`.

    Raises: VerificationError: `signature-wrong`, or as `key_list.entitled`.
    """
    statement, external = cose.parse(record.entry, typ=TYPE), cose.aad(CONTEXT, origin)
    at = record.recorded // 1000
    for key in key_list.entitled(keys, statement.kid, "event", index=record.position, at=at):
        try:
            cose.verify(statement, public_key.load_public(key.public), external)
        except VerificationError:  # Another key may have the same kid.
            continue
        return
    raise VerificationError("signature-wrong", kid=statement.kid.hex())


def _fields(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    state: dict[str, Any] = {}
    known = 0
    for name, _, read, optional in PLANS[kind]:
        if name in body:
            try:
                state[name] = read(body[name])
            except (TypeError, ValueError, AttributeError, InputError) as cause:
                raise InputError("field-malformed", kind=kind, field=name, got=type(body[name]).__name__) from cause
            known += 1
        elif optional:
            state[name] = None
        else:
            raise InputError("field-missing", kind=kind, field=name)
    if known != len(body):
        unknown = sorted(str(n) for n in body.keys() - state.keys())
        raise InputError("field-unknown", kind=kind, field=", ".join(unknown))
    return state
