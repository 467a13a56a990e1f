"""The key ceremony, offline: root keys, each in a file with a passphrase of its own, and the first list under them.

The folder gets its name when all of it is there. Docs: docs/operations.md.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey

from ledger.errors import ConfigError
from ledger.signing import cbor, cose, key_files, key_request, public_key
from ledger.signing.key_records import RootKey, RootSet
from ledger.signing.key_request import Request
from ledger.signing.public_key import ALG_ED25519, ALG_ML_DSA_65

ROOTS, LIST = "roots.cbor", "list.cbor"  # The public root set, and the first list that it signed.


@dataclass(frozen=True, slots=True)
class Part:
    """A key to be made; each has a keeper and a place of its own."""

    name: str
    alg: int


@dataclass(frozen=True, slots=True)
class Held:
    """What a ceremony made: `files` in the order of the set's keys."""

    roots: RootSet
    files: tuple[str, ...]


def parts(roots: int, *, spare: bool, post_quantum: bool) -> list[Part]:
    """A spare stands in the set like the others: it replaces a lost key without a new ceremony.

    The ML-DSA-65 key has one too, for without such a signature no list is believed any more.
    """
    made = [Part(f"root-{n}", ALG_ED25519) for n in range(1, roots + 1)]
    made += [Part("spare", ALG_ED25519)] if spare else []
    made += [Part("post-quantum", ALG_ML_DSA_65)] if post_quantum else []
    made += [Part("post-quantum-spare", ALG_ML_DSA_65)] if post_quantum and spare else []
    return made


@contextmanager
def whole(folder: Path) -> Iterator[Path]:
    """A folder that appears at once, or not at all.

    A crash leaves one under another name, with keys that no set names; the next run throws it away.

    Raises: ConfigError: `ceremony-exists`, `key-file-unwritable`.
    """
    if folder.exists():
        raise ConfigError("ceremony-exists", path=str(folder))
    making = folder.with_name(f".{folder.name}.making")
    try:
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True, mode=0o700)
        yield making
        making.rename(folder)
        _sync(folder.parent)
    except OSError as cause:
        raise ConfigError("key-file-unwritable", path=str(folder)) from cause
    finally:
        shutil.rmtree(making, ignore_errors=True)


def hold(
    folder: Path,
    passphrases: Sequence[tuple[Part, bytes]],
    *,
    threshold: int,
    request: Request | None,
) -> Held:
    """Make the keys, write the public set, and sign the first list by every one of them.

    Each file is read back for its signature: what goes into a safe is known to open.

    Args:
        folder: Empty.
        threshold: How many Ed25519 keys must sign a list.
        request: The first list, without its roots; None: another root set for a ledger that has begun.

    Raises:
        ConfigError: `passphrase-short`, `passphrase-twice`, or as `key_files.save_private`.
        VerificationError: As `Request.with_roots`.
    """
    if len({secret for _, secret in passphrases}) < len(passphrases):
        raise ConfigError("passphrase-twice")
    made = [(*_made(folder, part, secret), secret) for part, secret in passphrases]
    roots = RootSet(tuple(root for root, _, _ in made), threshold)
    key_request.save(folder / ROOTS, cbor.encode(roots.to_map()))
    if request is not None:
        signed = request.with_roots(roots)
        for _, name, secret in made:
            signed = signed.signed_by(load_root(folder / name, secret))
        key_request.save(folder / LIST, signed.encode())
    return Held(roots, tuple(name for _, name, _ in made))


def load_root(path: Path, passphrase: bytes | None) -> cose.PrivateKey:
    """Raises: ConfigError: as `key_files.load_private`, or `key-file-malformed`: no root key is of this kind."""
    key = key_files.load_private(path, passphrase=passphrase)
    if not isinstance(key, Ed25519PrivateKey | MLDSA65PrivateKey):
        raise ConfigError("key-file-malformed", path=str(path), expected="Ed25519, ML-DSA-65")
    return key


def _made(folder: Path, part: Part, passphrase: bytes) -> tuple[RootKey, str]:
    key = Ed25519PrivateKey.generate() if part.alg == ALG_ED25519 else MLDSA65PrivateKey.generate()
    root = RootKey(key.public_key().public_bytes_raw(), part.alg)
    name = f"{part.name}-{public_key.kid_of(root.public, root.alg).hex()}.pem"
    key_files.save_private(folder / name, key, passphrase=passphrase)
    return root, name


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
