"""Receipts: a small file that proves, without a server, that an entry is in the log."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError, VerificationError
from ledger.transparency import checkpoint, proof
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.merkle import inclusion_proof, leaf_hash, nodes_of, root_of
from ledger.transparency.notes import ED25519, NoteKey
from ledger.transparency.proof import Receipt

ORIGIN, KEY = "log.contoh.invalid", Ed25519PrivateKey.generate()
LOG = [NoteKey(ORIGIN, ED25519, KEY.public_key().public_bytes_raw())]
ENTRIES = [bytes([n]) * 40 for n in range(11)]
HASHES = [leaf_hash(entry) for entry in ENTRIES]
NOTE = checkpoint.signed(Checkpoint(ORIGIN, 11, root_of(HASHES)), KEY, None, 1).encode()
RECEIPT = Receipt(ENTRIES[6], 6, tuple(inclusion_proof(6, 11, nodes_of(HASHES))), NOTE)


def test_a_receipt_proves_its_entry_offline() -> None:
    read = proof.parse(RECEIPT.encode())

    assert read == RECEIPT
    assert read.verify(LOG).point.size == 11


@pytest.mark.parametrize(("entry", "index"), [(ENTRIES[5], 6), (ENTRIES[6], 5), (ENTRIES[6], 11)])
def test_a_receipt_of_another_entry_or_place_is_refused(entry: bytes, index: int) -> None:
    with pytest.raises(LedgerError):
        Receipt(entry, index, RECEIPT.hashes, NOTE).verify(LOG)


@given(st.data())
def test_a_changed_byte_is_never_a_proof_of_something_else(data: st.DataObject) -> None:
    changed = bytearray(RECEIPT.encode())
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))

    try:
        read = proof.parse(bytes(changed))
        read.verify(LOG)
    except LedgerError:
        return

    assert (read.entry, read.index) == (RECEIPT.entry, 6)


@pytest.mark.parametrize("text", [b"", b"c2sp.org/tlog-proof@v1\n\n", b"c2sp.org/tlog-proof@v1\nextra !\nindex 6\n\nx"])
def test_a_malformed_receipt_is_refused(text: bytes) -> None:
    with pytest.raises(VerificationError) as refused:
        proof.parse(text)

    assert refused.value.code == "proof-malformed"


def test_bytes_have_one_spelling() -> None:
    """The last letter of a hash has two bits that mean nothing."""
    lines = RECEIPT.encode().split(b"\n")
    assert lines[3].endswith(b"=")
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    lines[3] = lines[3][:-2] + letters[letters.index(lines[3][-2]) + 1 :][:1] + b"="

    with pytest.raises(VerificationError) as refused:
        proof.parse(b"\n".join(lines))

    assert (refused.value.code, refused.value.facts["why"]) == ("proof-malformed", "base64")
