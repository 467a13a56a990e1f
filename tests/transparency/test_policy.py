"""Policies of witnesses. Source: c2sp.org/tlog-policy."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import ConfigError, VerificationError
from ledger.transparency import checkpoint, notes, policy
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.notes import COSIGNED, ED25519, ML_DSA_44, NoteKey

ORIGIN = "log.contoh.invalid"
PRIVATE = {name: Ed25519PrivateKey.from_private_bytes(name.encode() * 16) for name in ("X1", "X2", "X3", "Y1", "Y2")}
LOG = Ed25519PrivateKey.from_private_bytes(b"L" * 32)
LOG_KEY = NoteKey(ORIGIN, ED25519, LOG.public_key().public_bytes_raw())
SECOND = NoteKey(ORIGIN, ML_DSA_44, MLDSA44PrivateKey.from_seed_bytes(b"M" * 32).public_key().public_bytes_raw())
KEYS = {
    name: NoteKey(f"{name.lower()}.contoh.invalid", COSIGNED, key.public_key().public_bytes_raw())
    for name, key in PRIVATE.items()
}
LINES = [
    "# Two of the one kind, one of the other.",
    f"log {LOG_KEY.encode()} https://log.contoh.invalid/",
    f"log {SECOND.encode()}",
    "",
    f"witness X1 {KEYS['X1'].encode()} https://x1.contoh.invalid/",
    f"\twitness\tX2 \t {KEYS['X2'].encode()}  ",
    f"witness X3 {KEYS['X3'].encode()}",
    "group X 2 X1 X2 X3",
    f"witness Y1 {KEYS['Y1'].encode()}",
    f"witness Y2 {KEYS['Y2'].encode()}",
    "group Y any Y1 Y2",
    "  # All of both.",
    "group XY all X Y",
    "quorum XY",
]


def text(*lines: str) -> bytes:
    return ("\n".join(lines) + "\n").encode()


POLICY = policy.parse(text(*LINES))


def test_a_policy_names_logs_and_witnesses() -> None:
    assert POLICY.log_keys == (LOG_KEY, SECOND)
    assert POLICY.keys_of(ORIGIN) == [LOG_KEY, SECOND]
    assert POLICY.keys_of("other.contoh.invalid") == []
    assert {name: witness.key for name, witness in POLICY.witnesses.items()} == KEYS
    assert [witness.url for witness in POLICY.witnesses.values()] == ["https://x1.contoh.invalid/", "", "", "", ""]


@pytest.mark.parametrize(
    ("names", "satisfied"),
    [
        ("X1 X2 Y1", True),
        ("X1 X3 Y2", True),
        ("X1 X2 X3 Y1 Y2", True),
        ("X1 Y1 Y2", False),
        ("X1 X2 X3", False),
        ("X1 X1 Y1", False),
        ("", False),
        ("X Y", False),
        ("XY", False),
        ("none", False),
        ("X1 stranger Y1", False),
    ],
)
def test_a_quorum_is_counted_over_nested_groups_of_witnesses(names: str, satisfied: bool) -> None:
    assert POLICY.satisfied(names.split()) is satisfied


def test_a_quorum_may_be_one_witness_or_nobody() -> None:
    one = policy.parse(text(LINES[4], "quorum X1"))
    nobody = policy.parse(text("quorum none"))

    assert (one.satisfied(["X1"]), one.satisfied([])) == (True, False)
    assert nobody.satisfied([])


def cosigned(**times: int) -> notes.Note:
    point = Checkpoint(ORIGIN, 5, bytes(32))
    message = point.cosigned()[COSIGNED]
    signatures = [notes.cosign(message, KEYS[name].name, PRIVATE[name], time) for name, time in times.items()]
    return checkpoint.signed(point, LOG, None, 1).with_signatures(signatures)


def test_cosigners_are_named_as_the_policy_names_them() -> None:
    found = POLICY.cosigners(cosigned(X1=100, Y2=300))

    assert {name: signature.time for name, signature in found.items()} == {"X1": 100, "Y2": 300}


def test_a_cosignature_that_fails_is_refused() -> None:
    forged = notes.Note(Checkpoint(ORIGIN, 6, bytes(32)).text(), cosigned(X1=100).signatures)

    with pytest.raises(VerificationError) as refused:
        POLICY.cosigners(forged)

    assert refused.value.code == "note-signature-wrong"


@pytest.mark.parametrize(
    ("times", "since"),
    [
        ({"X1": 100, "X2": 200, "Y1": 300}, 300),
        ({"Y1": 100, "X2": 400, "X1": 200, "X3": 900}, 400),
        ({"X1": 100, "X2": 200}, None),
        ({}, None),
    ],
)
def test_a_quorum_holds_since_the_last_signature_that_it_needed(times: dict[str, int], since: int | None) -> None:
    assert POLICY.since(POLICY.cosigners(cosigned(**times))) == since


def test_where_nobody_is_asked_for_the_quorum_always_held() -> None:
    assert policy.parse(text("quorum none")).since({}) == 0


@pytest.mark.parametrize(
    ("line", "number", "why"),
    [
        ("quorum", 15, "quorum"),
        ("quorum X", 15, "quorum"),
        ("quorum X Y", 15, "quorum"),
        ("Quorum X", 15, "word"),
        ("log", 15, "log"),
        ("log notakey", 15, "key"),
        (f"log {LOG_KEY.encode()}", 15, "key twice"),
        (f"log {KEYS['X1'].encode()}", 15, "kind of key"),
        (f"log {SECOND.encode()} a b", 15, "log"),
        ("witness Z1", 15, "witness"),
        (f"witness X1 {LOG_KEY.encode()}", 15, "name"),
        (f"witness X {LOG_KEY.encode()}", 15, "name"),
        (f"witness none {LOG_KEY.encode()}", 15, "name"),
        (f"witness Z1 {LOG_KEY.encode()}", 15, "kind of key"),
        (f"witness Z1 {NoteKey('z', COSIGNED, KEYS['X1'].public).encode()}", 15, "key twice"),
        (f"witness Z1 {NoteKey('z', COSIGNED, LOG_KEY.public).encode()} u v", 15, "witness"),
        ("group Z any", 15, "group"),
        ("group Z any Z", 15, "member"),
        ("group Z any none", 15, "member"),
        ("group Z any stranger", 15, "member"),
        ("group Z any X1", 15, "member twice"),
        ("group Z 2 XY XY", 15, "member twice"),
        ("group X any XY", 15, "name"),
        ("group Z 0 XY", 15, "threshold"),
        ("group Z 2 XY", 15, "threshold"),
        ("group Z 01 XY", 15, "threshold"),
        ("group Z ١ XY", 15, "threshold"),
        (f"group Z {'9' * 5000} XY", 15, "threshold"),
        ("group Z some XY", 15, "threshold"),
        ("quorum XY\r", 15, "control"),
        ("#\x7f", 15, "control"),
        ("#\0", 15, "control"),
    ],
)
def test_a_line_that_breaks_the_format_is_refused_by_its_number(line: str, number: int, why: str) -> None:
    with pytest.raises(VerificationError) as refused:
        policy.parse(text(*LINES, line))

    assert (refused.value.code, refused.value.facts) == ("policy-malformed", {"line": number, "why": why})


@pytest.mark.parametrize(
    ("data", "line", "why"),
    [
        (b"", 1, "no quorum"),
        (text(*LINES[:-1]), 13, "no quorum"),
        (text("quorum X1", LINES[4]), 1, "quorum"),
        (b"# fine\nquorum none", 2, "no newline at the end"),
        (b"# fine\n# \xff\nquorum none\n", 2, "utf-8"),
        (b"quorum none\n" + b"#" * policy.MAX_POLICY, 1, "size"),
    ],
)
def test_a_file_that_is_not_whole_is_refused(data: bytes, line: int, why: str) -> None:
    with pytest.raises(VerificationError) as refused:
        policy.parse(data)

    assert refused.value.facts == {"line": line, "why": why}


def test_names_are_compared_byte_by_byte() -> None:
    kelvin = text(
        LINES[4].replace("X1", "K"), LINES[5].replace("X2", "\u212a"), "group both all K \u212a", "quorum both"
    )

    read = policy.parse(kelvin)

    assert (read.satisfied(["K"]), read.satisfied(["K", "\u212a"])) == (False, True)


def test_long_chains_of_groups_are_counted() -> None:
    chain = [LINES[4], "group g0 any X1", *(f"group g{n} all g{n - 1}" for n in range(1, 5000)), "quorum g4999"]

    assert policy.parse(text(*chain)).satisfied(["X1"])


def test_a_policy_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "policy").write_bytes(text(*LINES))

    assert policy.read(tmp_path / "policy") == POLICY
    with pytest.raises(ConfigError) as refused:
        policy.read(tmp_path / "absent")
    assert refused.value.code == "policy-unreadable"


words = st.sampled_from(
    ["log", "witness", "group", "quorum", "none", "all", "any", "1", "2", "X1", "X2", "#", "\t", "\n"]
)
vkeys = st.sampled_from([key.encode() for key in (LOG_KEY, SECOND, KEYS["X1"], KEYS["X2"])])
likely = st.lists(words | vkeys | st.text(max_size=3), max_size=30).map(lambda parts: (" ".join(parts) + "\n").encode())


@given(st.binary(max_size=300) | likely)
def test_whatever_is_read_raises_only_our_errors(data: bytes) -> None:
    try:
        read = policy.parse(data)
    except VerificationError:
        return

    assert read.satisfied(list(read.witnesses)) in (True, False)
