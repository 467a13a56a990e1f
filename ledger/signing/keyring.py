"""The private keys of this service: one file a key, named after its role, found by the key list in force."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA65PrivateKey

from ledger.errors import ConfigError
from ledger.signing import cose, key_files, public_key
from ledger.signing.key_files import StoredKey
from ledger.signing.key_records import Key, KeyList, RootKey
from ledger.signing.public_key import ALG_ED25519, ALG_ML_DSA_44, ALG_ML_DSA_65

KEK = "kek"
GENERATE: dict[int, Callable[[], StoredKey]] = {
    ALG_ED25519: Ed25519PrivateKey.generate,
    ALG_ML_DSA_44: MLDSA44PrivateKey.generate,
    ALG_ML_DSA_65: MLDSA65PrivateKey.generate,
}


class Keyring:
    """A folder of keys, each loaded once. File: `<role>[-<authority>]-<kid>.pem`."""

    def __init__(self, folder: Path, passphrase: bytes | None, origin: str) -> None:
        self.folder, self.origin = folder, origin
        self._passphrase = passphrase
        self._loaded: dict[Path, StoredKey] = {}

    def create(self, role: str, authority: str | None = None, alg: int = ALG_ED25519) -> bytes:
        """A new private key in a file of its own; its public bytes. A crash leaves a file that no list names."""
        key = GENERATE[alg]()
        public = key.public_key().public_bytes_raw()
        path = self._path(role, authority, public_key.kid_of(public, alg))
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key_files.save_private(path, key, passphrase=self._passphrase)
        return public

    def private(self, role: str, authority: str | None, kid: bytes) -> Ed25519PrivateKey:
        """Raises: ConfigError: `key-file-missing`, `key-file-locked`."""
        key = self._load(self._path(role, authority, kid))
        if not isinstance(key, Ed25519PrivateKey):
            raise ConfigError("key-file-malformed", path=self._path(role, authority, kid).name, expected="Ed25519")
        return key

    def of_log(self, keys: KeyList) -> tuple[Ed25519PrivateKey, MLDSA44PrivateKey | None]:
        """What signs the log's checkpoints. Raises: ConfigError: `key-role-missing`, `key-file-missing`."""
        active = [k for k in keys.keys if k.role == "checkpoint" and k.state == "active"]
        found = {k.alg: self._load(self._path(k.role, None, k.kid)) for k in sorted(active, key=_age)}
        first, second = found.get(ALG_ED25519), found.get(ALG_ML_DSA_44)
        if not isinstance(first, Ed25519PrivateKey):
            raise ConfigError("key-role-missing", role="checkpoint", authority="-")
        return first, second if isinstance(second, MLDSA44PrivateKey) else None

    def _load(self, path: Path) -> StoredKey:
        if path not in self._loaded:
            self._loaded[path] = key_files.load_private(path, passphrase=self._passphrase)
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

    def roots(self, keys: Sequence[RootKey]) -> list[cose.PrivateKey]:
        """The root keys that lie here: all of a demonstration's, none in production, where they are offline."""
        paths = [self._path("root", None, root.kid) for root in keys]
        found = [self._load(path) for path in paths if path.exists()]
        return [key for key in found if isinstance(key, Ed25519PrivateKey | MLDSA65PrivateKey)]

    def require(self, keys: KeyList) -> None:
        """That every active key of a list made elsewhere lies here: else nothing could be signed from then on.

        Raises: ConfigError: `key-file-missing`, `key-file-locked`, `key-file-malformed`: it is another key.
        """
        for key in keys.keys:
            path = self._path(key.role, key.authority, key.kid)
            if key.state == "active" and self._load(path).public_key().public_bytes_raw() != key.public:
                raise ConfigError("key-file-malformed", path=path.name, expected=key.kid.hex())

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
