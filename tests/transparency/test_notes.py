"""Signed notes and checkpoints: what is signed, by whom, and what is refused."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError, VerificationError
from ledger.transparency import checkpoint, notes
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.notes import COSIGNED, ED25519, ML_DSA_44, NoteKey

ORIGIN = "log.contoh.invalid"
KEY, SECOND, WITNESS = Ed25519PrivateKey.generate(), MLDSA44PrivateKey.generate(), Ed25519PrivateKey.generate()
LOG = [
    NoteKey(ORIGIN, ED25519, KEY.public_key().public_bytes_raw()),
    NoteKey(ORIGIN, ML_DSA_44, SECOND.public_key().public_bytes_raw()),
]
OTHER = NoteKey("witness.contoh.invalid/w1", COSIGNED, WITNESS.public_key().public_bytes_raw())
POINT = Checkpoint(ORIGIN, 20_852_163, base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="))
NOTE = checkpoint.signed(POINT, KEY, SECOND, 1_679_315_147)


def test_a_checkpoint_is_opened_with_both_keys_of_its_log() -> None:
    opened = checkpoint.opened(NOTE.encode(), LOG)

    assert opened.point == POINT
    assert NOTE.text == f"{ORIGIN}\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def test_a_cosignature_names_its_witness_and_time() -> None:
    cosigned = notes.cosign(POINT.cosigned()[COSIGNED], OTHER.name, WITNESS, 1_679_315_150)

    opened = checkpoint.opened(NOTE.with_signatures([cosigned]).encode(), LOG, [OTHER])

    assert {name: signature.time for name, signature in opened.witnesses.items()} == {OTHER.name: 1_679_315_150}


def test_a_cosignature_signs_the_message_of_its_specification() -> None:
    message = POINT.cosigned()[COSIGNED]("anybody", 1_679_315_147)

    assert message == b"cosignature/v1\ntime 1679315147\n" + POINT.text().encode()


def test_an_unknown_signature_is_ignored_and_a_missing_one_refused() -> None:
    stranger = notes.cosign(POINT.cosigned()[COSIGNED], "stranger", Ed25519PrivateKey.generate(), 5)

    assert checkpoint.opened(NOTE.with_signatures([stranger]).encode(), LOG).witnesses == {}
    with pytest.raises(VerificationError) as refused:
        checkpoint.opened(checkpoint.signed(POINT, KEY, None, 1).encode(), LOG)
    assert refused.value.code == "checkpoint-unsigned"


@pytest.mark.parametrize("size", [20_852_164, 0])
def test_a_known_key_that_fails_rejects_the_note(size: int) -> None:
    other = Checkpoint(ORIGIN, size, POINT.root)
    forged = notes.Note(other.text(), NOTE.signatures)

    with pytest.raises(VerificationError) as refused:
        checkpoint.opened(forged.encode(), LOG)

    assert refused.value.code == "note-signature-wrong"


def test_a_verifier_key_is_read_back_and_a_changed_one_refused() -> None:
    for key in (*LOG, OTHER):
        assert NoteKey.parse(key.encode()) == key
    with pytest.raises(VerificationError):
        NoteKey.parse(OTHER.encode().replace("w1", "w2"))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\nno dash\n",
        b"text\n\n\xe2\x80\x94 name notbase64\n",
        b"a\rb\n\nx\n",
        b"\xff\n\n",
    ],
)
def test_a_malformed_note_is_refused(text: bytes) -> None:
    with pytest.raises(VerificationError) as refused:
        notes.parse(text)

    assert refused.value.code == "note-malformed"


@given(st.binary(max_size=300))
def test_random_bytes_raise_only_our_errors(data: bytes) -> None:
    with pytest.raises(LedgerError):
        checkpoint.opened(data, LOG)


@given(st.data())
def test_a_changed_byte_of_a_note_is_never_opened_as_another_checkpoint(data: st.DataObject) -> None:
    changed = bytearray(NOTE.encode())
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))

    try:
        opened = checkpoint.opened(bytes(changed), LOG)
    except LedgerError:
        return

    assert opened.point == POINT


def test_a_name_is_as_long_as_a_cosignature_has_room_for() -> None:
    """255 bytes of UTF-8, whose length is one byte."""
    public = OTHER.public
    assert NoteKey("é" * 127 + "e", COSIGNED, public).id
    for name in ("é" * 128, "e" * 256, "\udc80", "", "a b", "a+b"):
        with pytest.raises(VerificationError) as refused:
            NoteKey(name, COSIGNED, public)
        assert refused.value.code == "note-key-malformed"


@pytest.mark.parametrize("origin", ["o" * 256, "é" * 128, "a b", "a+b"])
def test_a_checkpoint_is_of_a_log_that_a_key_can_name(origin: str) -> None:
    with pytest.raises(VerificationError) as refused:
        checkpoint.parse(notes.Note(Checkpoint(origin, 1, bytes(32)).text(), ()))

    assert refused.value.code == "checkpoint-malformed"


def test_a_checkpoint_has_fewer_entries_than_a_database_counts() -> None:
    assert checkpoint.parse(notes.Note(Checkpoint(ORIGIN, 2**63 - 1, bytes(32)).text(), ())).size == 2**63 - 1
    with pytest.raises(VerificationError) as refused:
        checkpoint.parse(notes.Note(Checkpoint(ORIGIN, 2**63, bytes(32)).text(), ()))
    assert refused.value.code == "checkpoint-malformed"
