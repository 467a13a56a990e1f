"""One frozen configuration from LEDGER_*; a name that nobody knows refuses to start: a typo must not run a server."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from ledger.errors import ConfigError

PREFIX = "LEDGER_"
ADDRESS = r"https?://[a-z0-9.-]+(:[0-9]+)?"
WRITTEN = {  # How these are written, and what such a one looks like.
    "origin": (r"[a-z0-9-]+(\.[a-z0-9-]+)+", "ledger.example.org"),
    "public_url": (ADDRESS, "https://host"),
    "desk": (ADDRESS, "https://host"),
    "smtp": (r"(smtps?://[a-z0-9.-]+(:[0-9]+)?)?", "smtps://host"),
    "mail_from": (r"[A-Za-z0-9._-]{1,64}@[a-z0-9.-]+", "office@example.org"),
}
DEMONSTRATION = ".contoh.invalid"
SERVICE, PUBLIC = ROLES = ("service", "public")
BUDGETS = (
    *("budget_number", "budget_checks", "budget_address", "budget_pictures", "budget_cases", "budget_board"),
    "budget_claim",
)
NUMBERS = ("port", "workers", "proxies", *BUDGETS)


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
    public_url: str = _setting(
        "http://127.0.0.1:8000", "Where codes lead: scheme and host; its port follows LEDGER_PORT"
    )
    desk: str = _setting(
        "http://localhost:8000", "Where staff sign in: scheme and host, to which passkeys are bound; its port, too"
    )
    contact: str = _setting("sekretariat@contoh.invalid", "Whom readers of a verdict may ask")
    mirror: str = _setting("data/mirror", "Second place of the log's entries: a folder, in production on another disk")
    policy: str = _setting("", "File of the log's witnesses and their quorum (C2SP tlog-policy); empty: none")
    published: str = _setting("", "Where the published checkpoint stands, compared at start: address or file")
    host: str = _setting("127.0.0.1", "Address on which the server listens")
    port: str = _setting("8000", "Port on which the server listens")
    workers: str = _setting("2", "Processes of the server")
    proxies: str = _setting("0", "How many proxies of ours stand in front, each adding to X-Forwarded-For")
    budget_number: str = _setting("30", "How often one number may be typed within an hour, by all together")
    budget_checks: str = _setting("5000", "How many check codes may be typed within an hour, by all together")
    budget_address: str = _setting("600", "How many numbers and check codes one address may type within an hour")
    budget_pictures: str = _setting("300", "How many pictures and PDFs one address may send within an hour")
    budget_cases: str = _setting("20", "How many reports and questions one address may send within an hour")
    budget_board: str = _setting("300", "How many reports and questions may be sent within an hour, by all together")
    budget_claim: str = _setting("5", "How often one claim address may be tried within an hour")
    smtp: str = _setting("", "Mail server: smtps://host, or smtp://host with STARTTLS; empty: no mail is sent")
    smtp_user: str = _setting("", "User at the mail server; empty: none is asked for")
    smtp_password: str = _setting("", "Of that user: file:/path or fd:3")
    mail_from: str = _setting("sekretariat@contoh.invalid", "Address in whose name mail is sent")
    role: str = _setting(SERVICE, "service, or public: serves codes and files, without keys and without a vault")
    service: str = _setting("", "Of a public server: address of the service, for what needs the vault")
    service_secret: str = _setting("", "Shared by service and public servers: file:/path or fd:3; empty: none")
    officer: str = _setting("", "Officer in whose name the command line acts: the officer's id")
    officer_key: str = _setting("", "File of that officer's private key, for approvals")
    language: str = _setting("id", "Language of the command line: id or en")

    def __post_init__(self) -> None:
        for name, (pattern, expected) in WRITTEN.items():
            if not re.fullmatch(pattern, getattr(self, name)):
                raise ConfigError("setting-malformed", name=PREFIX + name.upper(), expected=expected)
        for name in NUMBERS:
            if not getattr(self, name).isdecimal():
                raise ConfigError("setting-malformed", name=PREFIX + name.upper(), expected="a number")
        if self.language not in ("id", "en"):
            raise ConfigError("setting-malformed", name="LEDGER_LANGUAGE", expected="id or en")
        self._require_role()
        if self.role == SERVICE and not self.passphrase and not self.demonstration:
            raise ConfigError("setting-missing", name="LEDGER_PASSPHRASE", expected="file:/path or fd:3")

    def _require_role(self) -> None:
        if self.role not in ROLES:
            raise ConfigError("setting-malformed", name="LEDGER_ROLE", expected="service or public")
        if self.service and not (self.service_secret and re.fullmatch(ADDRESS, self.service)):
            raise ConfigError("setting-malformed", name="LEDGER_SERVICE", expected="http://host:port, and a secret")

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
    settings = _local(given.get("LEDGER_PORT", "")) | {known[name]: value for name, value in given.items()}
    return Config(**settings)


def _local(port: str) -> dict[str, str]:
    """On another port, pages and codes that nobody gave an address for are there, too."""
    return {"public_url": f"http://127.0.0.1:{port}", "desk": f"http://localhost:{port}"} if port.isdecimal() else {}
