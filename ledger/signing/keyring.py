"""The private keys of this service: one file a key, named after its role, found by the key list in force."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.errors import ConfigError
from ledger.signing import cose, key_files, public_key
from ledger.signing.key_records import Key, KeyList

KEK = "kek"


class Keyring:
    """A folder of keys, each loaded once. File: `<role>[-<authority>]-<kid>.pem`."""

    def __init__(self, folder: Path, passphrase: bytes | None, origin: str) -> None:
        self.folder, self.origin = folder, origin
        self._passphrase = passphrase
        self._loaded: dict[Path, Ed25519PrivateKey] = {}

    def create(self, role: str, authority: str | None = None) -> bytes:
        """A new private key in a file of its own; its 32 public bytes. A crash leaves a file that no list names."""
        key = Ed25519PrivateKey.generate()
        public = key.public_key().public_bytes_raw()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key_files.save_private(self._path(role, authority, public_key.kid_of(public)), key, passphrase=self._passphrase)
        return public

    def private(self, role: str, authority: str | None, kid: bytes) -> Ed25519PrivateKey:
        """Raises: ConfigError: `key-file-missing`, `key-file-locked`."""
        path = self._path(role, authority, kid)
        if path not in self._loaded:
            key = key_files.load_private(path, passphrase=self._passphrase)
            if not isinstance(key, Ed25519PrivateKey):
                raise ConfigError("key-file-malformed", path=path.name, expected="Ed25519")
            self._loaded[path] = key
        return self._loaded[path]

    def signer(
        self,
        keys: KeyList,
        role: str,
        authority: str | None,
        *,
        context: str,
        typ: str | None,
        pool: ThreadPoolExecutor | None = None,
    ) -> cose.Signer:
        """Signs with the newest active key of this role. Raises: ConfigError: `key-role-missing`."""
        active = [k for k in keys.keys if k.role == role and k.authority == authority and k.state == "active"]
        if not active:
            raise ConfigError("key-role-missing", role=role, authority=authority or "-")
        private = self.private(role, authority, max(active, key=_age).kid)
        return cose.Signer(private, context=context, origin=self.origin, typ=typ, pool=pool)

    def roots(self, publics: Sequence[bytes]) -> list[Ed25519PrivateKey]:
        """The root keys that lie here: all of a demonstration's, none in production, where they are offline."""
        here = [p for p in publics if self._path("root", None, public_key.kid_of(p)).exists()]
        return [self.private("root", None, public_key.kid_of(public)) for public in here]

    def kek(self) -> bytes:
        """The key-encryption key of the vault. Raises: ConfigError."""
        return key_files.load_secret(self.folder / KEK)

    def create_kek(self, secret: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key_files.save_secret(self.folder / KEK, secret)

    def _path(self, role: str, authority: str | None, kid: bytes) -> Path:
        parts = [role, *([authority] if authority else []), kid.hex()]
        return self.folder / ("-".join(parts) + ".pem")


def _age(key: Key) -> int:
    return key.begins
