"""Private keys and 32-byte secrets as files that only their owner reads."""

import base64
import binascii
import os
import secrets
import stat
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA65PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from ledger.errors import ConfigError

SECRET_SIZE = 32  # bytes
MIN_PASSPHRASE = 12  # bytes; PKCS#8's 2 048 rounds of PBKDF2 hardly slow a guesser down.
LIMIT = 65_536  # bytes of a file that we look at
GROUP_AND_WORLD = 0o077

StoredKey = Ed25519PrivateKey | MLDSA44PrivateKey | MLDSA65PrivateKey


def read_passphrase(source: str) -> bytes:
    """The passphrase that `file:<path>` or `fd:<number>` holds, without the end of its line.

    Raises:
        ConfigError: `passphrase-source`, `passphrase-short`, or as `load_private` for the file.
    """
    where, _, name = source.partition(":")
    if where == "file" and name:
        text = _read(Path(name))
    elif where == "fd" and name.isascii() and name.isdigit() and len(name) < 10:
        text = _read_descriptor(int(name))
    else:
        raise ConfigError("passphrase-source", expected="file:/path or fd:3")
    passphrase = text.rstrip(b"\r\n")
    _refuse_short(passphrase)
    return passphrase


def save_private(path: Path, key: StoredKey, *, passphrase: bytes | None) -> None:
    """Write a key, once.

    Args:
        passphrase: None writes it unencrypted: for a demonstration, never for keys that anybody relies on.

    Raises:
        ConfigError: `key-file-exists`, `passphrase-short`, or `key-file-unwritable`.

    Source: RFC 5958 (PKCS#8), PEM of RFC 7468.
    """
    if passphrase is not None:
        _refuse_short(passphrase)
    protection = NoEncryption() if passphrase is None else BestAvailableEncryption(passphrase)
    _write(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection))


def load_private(path: Path, *, passphrase: bytes | None) -> StoredKey:
    """Read a key.

    Args:
        passphrase: None reads an unencrypted key only, a passphrase an encrypted one only.

    Raises:
        ConfigError: `key-file-missing`, `key-file-open` (others may read it), `key-file-locked` (encrypted
            otherwise) or `key-file-malformed`.
    """
    data = _read(path)
    encrypted = b"-----BEGIN ENCRYPTED PRIVATE KEY-----" in data
    if encrypted is (passphrase is None):
        raise ConfigError("key-file-locked", path=str(path))
    try:
        key = load_pem_private_key(data, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm) as cause:
        code = "key-file-locked" if encrypted else "key-file-malformed"
        raise ConfigError(code, path=str(path)) from cause
    if not isinstance(key, StoredKey):
        raise ConfigError("key-file-malformed", path=str(path))
    return key


def save_secret(path: Path, secret: bytes) -> None:
    """Write a 32-byte secret as a line of base64, once. Raises: ConfigError: as `save_private`."""
    _refuse_size(path, secret)
    _write(path, base64.b64encode(secret) + b"\n")


def load_secret(path: Path) -> bytes:
    """The 32 bytes. Raises: ConfigError: as `load_private`."""
    try:
        secret = base64.b64decode(_read(path).strip(), validate=True)
    except binascii.Error as cause:
        raise ConfigError("key-file-malformed", path=str(path)) from cause
    _refuse_size(path, secret)
    return secret


def _refuse_size(path: Path, secret: bytes) -> None:
    if len(secret) != SECRET_SIZE:
        raise ConfigError("key-file-malformed", path=str(path), got=len(secret), expected=SECRET_SIZE)


def _refuse_short(passphrase: bytes) -> None:
    if len(passphrase) < MIN_PASSPHRASE:
        raise ConfigError("passphrase-short", got=len(passphrase), expected=MIN_PASSPHRASE)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())  # Of what is open, not of what the name has become since.
            data = file.read(LIMIT)
    except FileNotFoundError as cause:
        raise ConfigError("key-file-missing", path=str(path)) from cause
    except (OSError, ValueError) as cause:
        raise ConfigError("key-file-unreadable", path=str(path)) from cause
    mode = stat.S_IMODE(status.st_mode)
    if mode & GROUP_AND_WORLD:
        raise ConfigError("key-file-open", path=str(path), got=oct(mode), expected="0o600")
    return data


def _read_descriptor(number: int) -> bytes:
    """A file from its beginning, for each process of a server anew; a pipe gives what it holds to one process only."""
    try:
        with os.fdopen(number, "rb", closefd=False) as file:
            if file.seekable():
                file.seek(0)
            return file.read(LIMIT)
    except OSError as cause:
        raise ConfigError("passphrase-source", expected="file:/path or fd:3") from cause


def _write(path: Path, data: bytes) -> None:
    """All of the file or none of it, and never over another one."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        # A crash from here leaves a draft that nobody reads; it may be deleted.
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(descriptor)
            os.link(draft, path)  # Unlike a rename it refuses to replace.
        finally:
            draft.unlink()
        _sync_folder(path.parent)
    except FileExistsError as cause:
        raise ConfigError("key-file-exists", path=str(path)) from cause
    except OSError as cause:
        raise ConfigError("key-file-unwritable", path=str(path)) from cause


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
