"""A second implementation of ML-DSA believes the log's line of a note, and the roots' signature beside a key list."""

from collections.abc import Callable
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA65PrivateKey

from ledger.signing import key_list, public_key
from ledger.signing.key_records import KeyList, RootKey, RootSet
from ledger.transparency import checkpoint
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.notes import ML_DSA_44, NoteKey

Ask = Callable[[str, list[dict[str, Any]]], list[str]]
ORIGIN = "ledger.contoh.invalid"
NOW = 1_792_627_200  # s UTC


def test_the_logs_second_line_holds_for_others(ask: Ask) -> None:
    first, second = Ed25519PrivateKey.generate(), MLDSA44PrivateKey.generate()
    note = checkpoint.signed(Checkpoint(ORIGIN, 2145, bytes(range(32))), first, second, NOW).encode().decode()
    case = {"note": note, "vkey": NoteKey(ORIGIN, ML_DSA_44, second.public_key().public_bytes_raw()).encode()}
    tampered = [
        case | {"note": note.replace("\n2145\n", "\n2146\n")},
        case | {"note": note.replace(ORIGIN + "\n", "lain.contoh.invalid\n", 1)},
        case | {"note": note.replace("AAECAwQF", "AQECAwQF", 1)},
    ]

    assert all(one["note"] != note for one in tampered)
    assert ask("with_dilithium.py", [case, *tampered]) == ["holds", "refused", "refused", "refused"]


def test_the_roots_second_signature_of_a_key_list_holds_for_others(ask: Ask) -> None:
    first, second = Ed25519PrivateKey.generate(), MLDSA65PrivateKey.generate()
    public = second.public_key().public_bytes_raw()
    roots = RootSet((RootKey(first.public_key().public_bytes_raw()), RootKey(public, public_key.ALG_ML_DSA_65)), 1)
    published = key_list.publish(KeyList(1, NOW, NOW + 1, roots, {}, ()), [first, second], ORIGIN)
    protected, _, _, signature = cbor2.loads(published["signed"][1]).value
    message = cbor2.dumps(["Signature1", protected, f"peksos/keys/1\0{ORIGIN}".encode(), published["list"]])
    case = {"key": public.hex(), "message": message.hex(), "signature": signature.hex()}

    assert cbor2.loads(protected)[1] == -49
    assert ask("with_dilithium.py", [case, case | {"message": message.hex() + "00"}]) == ["holds", "refused"]
