"""One frozen configuration from LEDGER_*; a name that nobody knows refuses to start: a typo must not run a server."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from ledger.errors import ConfigError

PREFIX = "LEDGER_"
DEMONSTRATION = ".contoh.invalid"


def _setting(default: str, about: str) -> str:
    return field(default=default, metadata={"about": about})


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting is text; `LEDGER_DATABASE` sets `database`, and so on. Source: docs/configuration.md."""

    database: str = _setting("sqlite:///data/ledger.db", "Main database: sqlite:///file or postgresql+psycopg://…")
    keys_database: str = _setting("sqlite:///data/keys.db", "Key database, apart from the main one and its backups")
    keys: str = _setting("keys/demo", "Folder of the private keys and the key-encryption key, mode 0700")
    passphrase: str = _setting("", "Of the private keys: file:/path or fd:3; empty: demonstration keys without one")
    origin: str = _setting("demo.contoh.invalid", "The ledger's name, under every signature; never changed")
    root: str = _setting("", "Fingerprint of the first root set, from the key ceremony's minutes")
    public_url: str = _setting("http://127.0.0.1:8000", "Where codes lead: scheme and host")
    contact: str = _setting("sekretariat@contoh.invalid", "Whom readers of a verdict may ask")
    mirror: str = _setting("data/mirror", "Second place of the log's entries: a folder, in production on another disk")
    policy: str = _setting("", "File of the log's witnesses and their quorum (C2SP tlog-policy); empty: none")
    published: str = _setting("", "Where the published checkpoint stands, compared at start: address or file")
    host: str = _setting("127.0.0.1", "Address on which the server listens")
    port: str = _setting("8000", "Port on which the server listens")
    workers: str = _setting("2", "Processes of the server")
    officer: str = _setting("", "Officer in whose name the command line acts: the officer's id")
    officer_key: str = _setting("", "File of that officer's private key, for approvals")
    language: str = _setting("id", "Language of the command line: id or en")

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", self.origin):
            raise ConfigError("setting-malformed", name="LEDGER_ORIGIN", expected="ledger.example.org")
        if not re.fullmatch(r"https?://[a-z0-9.-]+(:[0-9]+)?", self.public_url):
            raise ConfigError("setting-malformed", name="LEDGER_PUBLIC_URL", expected="https://host")
        for name in ("port", "workers"):
            if not getattr(self, name).isdecimal():
                raise ConfigError("setting-malformed", name=PREFIX + name.upper(), expected="a number")
        if self.language not in ("id", "en"):
            raise ConfigError("setting-malformed", name="LEDGER_LANGUAGE", expected="id or en")
        if not self.passphrase and not self.demonstration:
            raise ConfigError("setting-missing", name="LEDGER_PASSPHRASE", expected="file:/path or fd:3")

    @property
    def demonstration(self) -> bool:
        """A specimen's ledger: its origin lies under contoh.invalid, and no real verifier holds its root."""
        return self.origin.endswith(DEMONSTRATION)

    @property
    def keys_folder(self) -> Path:
        return Path(self.keys)


def read(environ: Mapping[str, str]) -> Config:
    """Raises: ConfigError: an unknown LEDGER_ name, or a malformed value."""
    known = {PREFIX + f.name.upper(): f.name for f in fields(Config)}
    given = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    unknown = sorted(given.keys() - known.keys())
    if unknown:
        raise ConfigError("setting-unknown", got=", ".join(unknown))
    return Config(**{known[name]: value for name, value in given.items()})
