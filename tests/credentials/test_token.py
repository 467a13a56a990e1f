from dataclasses import replace
from typing import Any

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from ledger.credentials import digits, token
from ledger.domain.values import Personal
from ledger.errors import InputError, LedgerError, VerificationError
from ledger.signing import cbor, cose, public_key

LONG_NAME = Personal("Siti Rahmawati " * 5 + "Nasution.")  # 84 bytes, the most
TITLE = "Peserta, 16 JP, 2/2 hari"


def read(data: bytes) -> token.Token:
    return token.read(token.parse(data).payload or b"")


def version(world: Any, data: bytes) -> int:
    code = segno.make(
        [(digits.prefix(world.base), 4), (digits.encode(data), 1)], error="m", boost_error=False, micro=False
    )
    return int(code.version)


def test_what_is_issued_is_read_again(world: Any) -> None:
    assert read(world.code()) == world.token
    assert version(world, world.code()) <= 12


def test_the_signature_holds_for_this_ledger_only(world: Any) -> None:
    statement = token.parse(world.code())
    public = public_key.load_public(world.signer.public)

    cose.verify(statement, public, cose.aad(token.CONTEXT, world.origin))

    with pytest.raises(VerificationError):
        cose.verify(statement, public, cose.aad(token.CONTEXT, "ledger.example"))


def test_over_version_12_the_title_goes_first_and_then_the_issuer(world: Any) -> None:
    full = read(world.code(issuer="ipspi", title="Generalis"))
    untitled = read(world.code(issuer="ipspi", title=TITLE + TITLE))
    bare = read(world.code(issuer="ipspi" * 12, title=TITLE))

    assert (full.issuer, full.title) == ("ipspi", "Generalis")
    assert (untitled.issuer, untitled.title) == ("ipspi", None)
    assert (bare.issuer, bare.title) == (None, None)


def test_an_attendance_certificate_keeps_its_title(world: Any) -> None:
    kept = read(world.code(kind="HADIR", title=TITLE, name=LONG_NAME))

    assert kept.title == TITLE
    assert kept.issuer is None


def test_a_name_is_never_cut(world: Any) -> None:
    data = world.code(name=LONG_NAME)

    assert read(data).name == LONG_NAME
    assert version(world, data) == 13


def test_what_needs_more_than_version_15_is_not_issued(world: Any) -> None:
    with pytest.raises(InputError) as refused:
        world.code(kind="HADIR", title="t" * 64, name=LONG_NAME, number="n" * 64, scope="s" * 64)

    assert refused.value.code == "token-too-large"


@pytest.mark.parametrize(("bits", "last"), [(token.TARGET_BITS, 12), (token.LIMIT_BITS, 15)])
def test_the_sizes_are_those_of_the_encoder(world: Any, bits: int, last: int) -> None:
    prefix = digits.prefix(world.base)
    fitting = max(size for size in range(100, 412) if token._code_bits(prefix, bytes(size)) <= bits)

    assert version(world, bytes(fitting)) == last
    assert version(world, bytes(fitting + 1)) == last + 1


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": Personal("x" * 85)}, "text 1"),
        ({"name": Personal("")}, "text 1"),
        ({"kind": "DOKTER"}, "kind"),
        ({"kind": "PEKSOSGENERALIS"}, "kind"),
        ({"kind": "HADIR", "title": None}, "title"),
        ({"id": b"short"}, "id"),
        ({"status": (0, -1)}, "count"),
        ({"issued": -1}, "count"),
        ({"expires": 1 << 50}, "time"),
        ({"number": ""}, "text 6"),
    ],
)
def test_nothing_is_signed_that_a_verifier_would_refuse(world: Any, changes: dict[str, Any], why: str) -> None:
    with pytest.raises(InputError) as refused:
        world.code(**changes)

    assert refused.value.code == "token-malformed"
    assert refused.value.facts == {"why": why}


@pytest.mark.parametrize(
    ("label", "value", "why"),
    [
        (5, None, "labels"),
        (9, 0, "labels"),
        (5, True, "count"),
        (7, "text", "id"),
        (1, 1, "text 1"),
        (-70001, [], "labels"),
        (-70001, {1: "A"}, "labels"),
    ],
)
def test_a_payload_of_another_schema_is_refused(world: Any, label: int, value: object, why: str) -> None:
    claims: Any = cbor.decode(token.parse(world.code()).payload or b"", limit=500)
    claims[label] = value
    if value is None:
        del claims[label]

    with pytest.raises(VerificationError) as refused:
        token.read(cbor.encode(claims))

    assert refused.value.facts == {"why": why}


@pytest.mark.parametrize(
    ("label", "value", "why"), [(3, [1], "status"), (3, "1", "status"), (4, 1 << 40, "decided"), (5, "", "text 5")]
)
def test_a_paper_of_another_schema_is_refused(world: Any, label: int, value: object, why: str) -> None:
    claims: Any = cbor.decode(token.parse(world.code()).payload or b"", limit=500)
    claims[-70001][label] = value

    with pytest.raises(VerificationError) as refused:
        token.read(cbor.encode(claims))

    assert refused.value.facts == {"why": why}


def test_a_name_shows_in_no_representation(world: Any) -> None:
    assert "Siti" not in repr(world.token)
    assert replace(world.token, name=Personal("Siti Rahmawati")) == world.token


@given(st.binary(max_size=500))
def test_any_bytes_are_read_or_refused_with_our_error(data: bytes) -> None:
    for reader in (token.parse, token.read):
        with pytest.raises(LedgerError):
            reader(data)
