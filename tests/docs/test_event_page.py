"""docs/formats/event.md: its example is made here, and its list of kinds is the code's."""

import re
from dataclasses import MISSING, Field, fields
from datetime import date
from hashlib import sha256
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.domain.proposals import Proposal
from ledger.domain.registrants import Registrant
from ledger.events import CONTEXT, KINDS, PLANS, TYPE, Fact, Record, act, decode, encode, payload_of
from ledger.signing import cose
from ledger.signing.approval import message, officer_key, verify_assertion
from ledger.transparency.merkle import leaf_hash, root_of

PAGE = (Path(__file__).parents[2] / "docs/formats/event.md").read_text(encoding="utf-8")
ORIGIN = "ledger.contoh.invalid"
EVENT_KEY, OFFICER_KEY = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (7, 9))
SIGNER = cose.Signer(EVENT_KEY, context=CONTEXT, origin=ORIGIN, typ=TYPE)
KETUA, SEKRETARIS, PERSON, PROPOSAL = (UUID(f"01704f2c-1800-7000-8000-00000000000{n}") for n in (1, 2, 3, 4))
DAY, RECORDED = date(2020, 2, 17), 1_581_904_800_000
NAMES = {int: "uint", str: "tstr", bytes: "bstr", bool: "bool", date: "day", UUID: "id"}


def told() -> dict[str, bytes]:
    """The values of the page, by their labels: `label`, then hex, in a table."""
    return {label: bytes.fromhex(value) for label, value in re.findall(r"^\| (.+?) \| `([0-9a-f]+)` \|$", PAGE, re.M)}


def event(noun: Any, id: UUID, **body: Any) -> Fact:
    made: Fact = noun.begin(id, **body).collect_events()[0]
    return made


def registration() -> bytes:
    made = event(Registrant, PERSON, identity=sha256(b"commitment").digest(), region="32.75", adult=True)
    return SIGNER.sign(encode(Record(5, RECORDED, DAY, "IPSPI", KETUA, "Ketua DPP", made)))


def proposal(leaf: bytes) -> bytes:
    made = event(Proposal, PROPOSAL, acts=root_of([leaf_hash(leaf)]), count=1, expires=RECORDED + 14 * 86_400_000)
    return SIGNER.sign(encode(Record(6, RECORDED, DAY, "IPSPI", KETUA, "Ketua DPP", made)))


def example() -> dict[str, bytes]:
    public = OFFICER_KEY.public_key().public_bytes_raw()
    enrolment = act("officer.key-enrolled", SEKRETARIS, {"key": officer_key(public)}, DAY)
    proposed, shown = leaf_hash(proposal(enrolment)), sha256(b"shown").digest()
    signed = message(ORIGIN, proposed, shown)
    return {
        "entry": registration(),
        "its leaf hash": leaf_hash(registration()),
        "act": enrolment,
        "`acts`: the root over this one act": root_of([leaf_hash(enrolment)]),
        "`proposal`: leaf hash of `proposal.made`": proposed,
        "`shown`": shown,
        "what the officer signs": signed,
        "`assertion`": OFFICER_KEY.sign(signed),
        "officer's public key": public,
    }


def rule_of(annotation: Any) -> str:
    """A type in the notation of RFC 8610."""
    if isinstance(annotation, UnionType):
        return rule_of(next(a for a in get_args(annotation) if a is not NoneType))
    inside = get_args(annotation)
    if get_origin(annotation) is tuple:
        return f"[* {rule_of(inside[0])}]"
    if get_origin(annotation) is dict:
        return f"{{* tstr => {rule_of(inside[1])}}}"
    return NAMES[annotation]


def line(topic: str) -> str:
    """`kind = { "field": type, ? "field": type }`, in the order in which the fields are stored."""
    declared: dict[str, Field[Any]] = {field.name: field for field in fields(KINDS[topic][0])}
    parts = [
        f'{"" if declared[name].default is MISSING else "? "}"{name}": {rule_of(declared[name].type)}'
        for name, *_ in PLANS[topic]
    ]
    return f"{topic} = {{ {', '.join(parts)} }}"


def approved(topic: str) -> str:
    act_fields = ", ".join(f"`{name}`" for name in KINDS[topic][0].ACT)
    return f"| `{topic}` | {act_fields} |"


def test_the_example_is_what_the_code_makes() -> None:
    assert told() == example()


def test_the_entry_on_the_page_reads_as_the_page_says() -> None:
    record = decode(payload_of(told()["entry"]))

    cose.Verifier(EVENT_KEY.public_key(), context=CONTEXT, origin=ORIGIN, typ=TYPE).verify(told()["entry"])
    assert (record.position, record.event.TOPIC, record.stream) == (5, "registrant.registered", PERSON.bytes)
    assert f'"recorded": {record.recorded}' in PAGE
    assert f'"effective": {(record.effective - date(1970, 1, 1)).days}' in PAGE


def test_the_assertion_on_the_page_holds() -> None:
    on_page = told()

    verify_assertion(
        officer_key(on_page["officer's public key"]),
        on_page["`assertion`"],
        ORIGIN,
        on_page["`proposal`: leaf hash of `proposal.made`"],
        on_page["`shown`"],
    )


def test_every_kind_stands_on_the_page_with_its_fields() -> None:
    block = re.findall(r"^[a-z-]+\.[a-z-]+ = \{.*\}$", PAGE, re.M)

    assert block == [line(topic) for topic in KINDS]


def test_every_kind_that_can_be_approved_stands_with_what_is_approved_of_it() -> None:
    rows = re.findall(r"^\| `[a-z-]+\.[a-z-]+` \| (?:`\w+`(?:, )?)+ \|$", PAGE, re.M)

    assert rows == [approved(topic) for topic in KINDS if KINDS[topic][0].ACT]
