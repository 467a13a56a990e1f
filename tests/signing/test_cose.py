from concurrent.futures import ThreadPoolExecutor

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import ConfigError, InputError, VerificationError
from ledger.signing import cose, public_key

KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
SECOND = MLDSA65PrivateKey.from_seed_bytes(b"\x03" * 32)
ORIGIN = "ledger.contoh.invalid"
EXTERNAL = cose.aad("peksos/event/1", ORIGIN)
SIGNER = cose.Signer(KEY, context="peksos/event/1", origin=ORIGIN, typ=cose.EVENT_TYP)
VERIFIER = cose.Verifier(KEY.public_key(), context="peksos/event/1", origin=ORIGIN, typ=cose.EVENT_TYP)
STATEMENT = SIGNER.sign(b"payload")


def written(header: object, unprotected: object = None, payload: object = b"p", signature: object = bytes(64)) -> bytes:
    """A statement as a stranger may write it."""
    protected = header if isinstance(header, bytes) else cbor2.dumps(header, canonical=True)
    body = [protected, {} if unprotected is None else unprotected, payload, signature]
    return cbor2.dumps(cbor2.CBORTag(18, body), canonical=True)


def refusal(data: bytes, typ: str | None = None, *, detached: bool = False) -> VerificationError:
    with pytest.raises(VerificationError) as refused:
        cose.parse(data, typ=typ, detached=detached)
    return refused.value


def test_a_statement_is_the_structure_of_rfc_9052() -> None:
    protected = cbor2.dumps({1: -19, 4: SIGNER.kid, 16: cose.EVENT_TYP}, canonical=True)
    signed = cbor2.dumps(["Signature1", protected, b"peksos/event/1\0ledger.contoh.invalid", b"payload"])

    expected = cbor2.CBORTag(18, [protected, {}, b"payload", KEY.sign(signed)])

    assert cbor2.dumps(expected) == STATEMENT


def test_a_kid_is_the_beginning_of_the_hash_of_the_cose_key() -> None:
    public = KEY.public_key().public_bytes_raw()

    assert public_key.kid_of(public) == SIGNER.kid
    # SHA-256 over a3 01 01 20 06 21 58 20 <public>, computed with sha256sum.
    assert SIGNER.kid.hex() == "dd2fb4e18b5e1ce3"


@given(st.binary(max_size=400))
def test_what_is_signed_is_verified_both_ways(payload: bytes) -> None:
    statement = SIGNER.sign(payload)

    parsed = cose.parse(statement, typ=cose.EVENT_TYP)
    cose.verify(parsed, KEY.public_key(), EXTERNAL)

    assert parsed.payload == payload
    assert VERIFIER.verify(statement) == payload


@pytest.mark.parametrize("size", [0, 1, 23, 24, 25, 255, 256, 257, 300, 65_380])
def test_a_payload_of_any_length_is_verified(size: int) -> None:
    statement = SIGNER.sign(bytes(size))

    assert VERIFIER.verify(statement) == bytes(size)
    assert cose.parse(statement, typ=cose.EVENT_TYP).payload == bytes(size)


def test_every_changed_byte_is_refused() -> None:
    for place in range(len(STATEMENT)):
        tampered = STATEMENT[:place] + bytes((STATEMENT[place] ^ 1,)) + STATEMENT[place + 1 :]

        with pytest.raises(VerificationError):
            VERIFIER.verify(tampered)
        with pytest.raises(VerificationError):
            cose.verify(cose.parse(tampered, typ=cose.EVENT_TYP), KEY.public_key(), EXTERNAL)


def test_a_signature_over_a_longer_way_to_write_the_length_is_refused() -> None:
    head = STATEMENT[: STATEMENT.index(b"\x47payload")]
    protected = head[2:-1]
    longer = b"\x58\x07payload"
    signed = b"\x84\x6aSignature1" + protected + cbor2.dumps(EXTERNAL) + longer

    with pytest.raises(VerificationError) as refused:
        VERIFIER.verify(head + longer + b"\x58\x40" + KEY.sign(signed))

    assert refused.value.facts == {"why": "order"}
    assert STATEMENT.endswith(KEY.sign(signed.replace(longer, b"\x47payload")))


def test_a_shortened_or_lengthened_statement_is_refused() -> None:
    for data in (*(STATEMENT[:size] for size in range(len(STATEMENT))), STATEMENT + b"\0", b"\0" + STATEMENT):
        with pytest.raises(VerificationError):
            VERIFIER.verify(data)


@given(st.binary(max_size=200))
def test_whatever_the_bytes_only_our_error_is_raised(data: bytes) -> None:
    for candidate in (data, b"\xd2\x84" + data, STATEMENT[:30] + data):
        with pytest.raises(VerificationError):
            VERIFIER.verify(candidate)
        with pytest.raises(VerificationError):
            cose.verify(cose.parse(candidate, typ=None), KEY.public_key(), EXTERNAL)


@pytest.mark.parametrize(("context", "origin"), [("peksos/cert/1", ORIGIN), ("peksos/event/1", "ledger.ipspi.or.id")])
def test_a_signature_for_another_purpose_or_ledger_does_not_hold(context: str, origin: str) -> None:
    parsed = cose.parse(STATEMENT, typ=cose.EVENT_TYP)

    with pytest.raises(VerificationError) as refused:
        cose.verify(parsed, KEY.public_key(), cose.aad(context, origin))
    with pytest.raises(VerificationError) as also:
        cose.Verifier(KEY.public_key(), context=context, origin=origin, typ=cose.EVENT_TYP).verify(STATEMENT)

    assert refused.value.code == also.value.code == "signature-wrong"


def test_another_key_s_signature_does_not_hold() -> None:
    with pytest.raises(VerificationError) as refused:
        cose.verify(cose.parse(STATEMENT, typ=cose.EVENT_TYP), OTHER.public_key(), EXTERNAL)

    assert refused.value.code == "signature-wrong"


def test_another_key_s_statement_is_named_by_its_kid() -> None:
    other = cose.Signer(OTHER, context="peksos/event/1", origin=ORIGIN, typ=cose.EVENT_TYP)

    with pytest.raises(VerificationError) as refused:
        VERIFIER.verify(other.sign(b"payload"))

    assert refused.value.code == "key-unknown"
    assert refused.value.facts["kid"] == other.kid.hex()


@pytest.mark.parametrize("alg", [-8, -7, -49, -50, 0, 5])
def test_an_algorithm_that_is_not_the_profile_s_is_refused(alg: int) -> None:
    error = refusal(written({1: alg, 4: bytes(8)}))

    assert error.code == "algorithm-refused"
    assert error.facts == {"got": alg}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (written({1: -19, 4: bytes(8), 16: "application/other"}), "headers"),
        (written({1: -19, 4: bytes(8), 2: [1]}), "headers"),
        (written({1: -19, 4: bytes(7)}), "headers"),
        (written({1: -19}), "headers"),
        (written({4: bytes(8)}), "headers"),
        (written([]), "headers"),
        (written(b""), "undecodable"),
        (written(b"\xa2\x04\x48" + bytes(8) + b"\x01\x32"), "order"),
        (written({1: -19, 4: bytes(8)}, {4: b"x"}), "shape"),
        (written({1: -19, 4: bytes(8)}, []), "shape"),
        (written({1: -19, 4: bytes(8)}, payload=None), "shape"),
        (written({1: -19, 4: bytes(8)}, payload="p"), "shape"),
        (written({1: -19, 4: bytes(8)}, signature=bytes(63)), "signature"),
        (written({1: -19, 4: bytes(8)}, signature=None), "shape"),
        (cbor2.dumps(cbor2.CBORTag(18, [])), "shape"),
        (cbor2.dumps(cbor2.CBORTag(17, [])), "tag"),
        (STATEMENT[1:], "tag"),
        (b"\xd8\x12" + STATEMENT[1:], "tag"),
        (STATEMENT + b"\0", "shape"),
        (b"", "tag"),
    ],
)
def test_a_reading_is_strict(data: bytes, why: str) -> None:
    error = refusal(data)

    assert (error.code, error.facts) == ("statement-malformed", {"why": why})


def test_the_type_asked_for_must_be_there() -> None:
    error = refusal(written({1: -19, 4: bytes(8)}), cose.EVENT_TYP)

    assert error.facts == {"why": "headers"}


def test_a_statement_over_the_limit_is_refused_by_both_ways() -> None:
    long = written({1: -19, 4: SIGNER.kid, 16: cose.EVENT_TYP}, payload=bytes(65_500))

    assert refusal(long, cose.EVENT_TYP).facts == {"why": "length"}
    with pytest.raises(VerificationError) as refused:
        VERIFIER.verify(long)

    assert refused.value.facts == {"why": "length"}


@pytest.mark.parametrize("size", [65_500, 65_536, 70_000])
def test_a_statement_that_nobody_would_read_back_is_not_signed(size: int) -> None:
    with pytest.raises(InputError) as refused:
        SIGNER.sign(bytes(size))

    assert refused.value.code == "input-too-large"


def test_many_are_signed_in_order_on_two_threads_as_on_one() -> None:
    payloads = [bytes((n,)) for n in range(75)]

    with ThreadPoolExecutor(1) as pool:
        paired = cose.Signer(KEY, context="peksos/event/1", origin=ORIGIN, typ=cose.EVENT_TYP, pool=pool)
        statements = paired.sign_all(payloads)

    assert statements == SIGNER.sign_all(payloads)
    assert [VERIFIER.verify(statement) for statement in statements] == payloads


@pytest.mark.parametrize("key", [KEY, SECOND])
def test_a_detached_statement_holds_over_its_payload_only(key: cose.PrivateKey) -> None:
    statement = cose.Signer(key, context="peksos/keys/1", origin=ORIGIN).sign_detached(b"list")
    external = cose.aad("peksos/keys/1", ORIGIN)

    parsed = cose.parse(statement, typ=None, detached=True)
    cose.verify(parsed, key.public_key(), external, b"list")

    for payload in (b"tsil", None):
        with pytest.raises(VerificationError):
            cose.verify(parsed, key.public_key(), external, payload)


def test_an_attached_payload_is_not_replaced_by_another() -> None:
    with pytest.raises(VerificationError) as refused:
        cose.verify(cose.parse(STATEMENT, typ=cose.EVENT_TYP), KEY.public_key(), EXTERNAL, b"payload")

    assert refused.value.facts == {"why": "payload"}


def test_the_algorithm_is_the_key_s_and_not_the_message_s() -> None:
    detached = cose.Signer(KEY, context="peksos/keys/1", origin=ORIGIN).sign_detached(b"list")
    parsed = cose.parse(detached, typ=None, detached=True)

    with pytest.raises(VerificationError) as refused:
        cose.verify(parsed, SECOND.public_key(), EXTERNAL, b"list")

    assert refused.value.code == "algorithm-refused"


def test_a_detached_statement_is_none_where_a_whole_one_is_asked_and_the_reverse() -> None:
    detached = cose.Signer(KEY, context="peksos/keys/1", origin=ORIGIN).sign_detached(b"list")

    assert refusal(detached).facts == {"why": "shape"}
    assert refusal(STATEMENT, cose.EVENT_TYP, detached=True).facts == {"why": "shape"}


@pytest.mark.parametrize("key", [KEY, SECOND])
def test_a_cose_key_is_read_as_it_was_written(key: cose.PrivateKey) -> None:
    public = key.public_key().public_bytes_raw()
    alg = -19 if key is KEY else -49

    assert public_key.read_cose_key(public_key.cose_key(public, alg)) == (public, alg)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {1: 1, -1: 6},
        {1: 1, -1: 4, -2: bytes(32)},
        {1: 1, -1: 6, -2: KEY.public_key().public_bytes_raw(), 2: b"x"},
        {1: 7, 3: -49, -1: bytes(1312)},
        {1: 7, 3: -19, -1: bytes(32)},
        {1: 7, 3: -49, -1: bytes(1952), 4: b"x"},
    ],
)
def test_another_map_is_no_cose_key(value: object) -> None:
    with pytest.raises(VerificationError) as refused:
        public_key.read_cose_key(value)

    assert refused.value.code == "key-malformed"


def test_a_weak_point_is_no_cose_key() -> None:
    with pytest.raises(VerificationError) as refused:
        public_key.read_cose_key({1: 1, -1: 6, -2: bytes(32)})

    assert refused.value.code == "key-weak"


@pytest.mark.parametrize("origin", ["", "ledger\0x", "lédger", "a\n"])
def test_an_origin_is_printable_ascii(origin: str) -> None:
    with pytest.raises(ConfigError) as refused:
        cose.aad("peksos/event/1", origin)

    assert refused.value.code == "origin-malformed"
