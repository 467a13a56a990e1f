"""Passwords with their second factor, under a name that the officer chose; and one-time codes, known by their hash."""

import secrets
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Column, Connection, LargeBinary, String, Table, delete, func, select, update

from ledger.database import BIG, HISTORY, Row, put

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Source: Crockford's base 32; none is taken for another.
READ_AS = str.maketrans("OIL", "011", "- \t\r\n")
LENGTH, GROUP = 24, 4  # 120 random bits: so many that a plain hash keeps them. Source: ASVS 5, 6.5.2
PASSWORDS = Table(
    "passwords",
    HISTORY,
    Column("officer", LargeBinary(16), primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("hash", String, nullable=False),  # Argon2id, with its salt and costs
    Column("secret", LargeBinary, nullable=False),  # Of the time-based codes, sealed under a key from the KEK
    Column("step", BIG, nullable=False),  # The last time step whose code was taken
)
CODES = Table(
    "one_time_codes",
    HISTORY,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("officer", LargeBinary(16), nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("expires", BIG),  # ms UTC; None: never
)


def put_password(connection: Connection, row: Row) -> None:
    """Instead of the officer's earlier one."""
    put(connection, PASSWORDS, [row], replace=True)


def of_name(connection: Connection, name: str) -> Row | None:
    row = connection.execute(select(PASSWORDS).where(PASSWORDS.c.name == name)).mappings().one_or_none()
    return None if row is None else dict(row)


def name_of(connection: Connection, officer: UUID) -> str | None:
    found: str | None = connection.scalar(select(PASSWORDS.c.name).where(PASSWORDS.c.officer == officer.bytes))
    return found


def take_step(connection: Connection, officer: bytes, step: int) -> bool:
    """Whether no code of this time step, or of a later one, was taken before."""
    here = (PASSWORDS.c.officer == officer, PASSWORDS.c.step < step)
    return bool(connection.execute(update(PASSWORDS).where(*here).values(step=step)).rowcount)


def remove(connection: Connection, officer: UUID) -> int:
    return connection.execute(delete(PASSWORDS).where(PASSWORDS.c.officer == officer.bytes)).rowcount


def new_codes(connection: Connection, officer: UUID, kind: str, count: int, expires: int | None = None) -> list[str]:
    """Instead of the officer's earlier ones of this kind; they are answered once and stored nowhere."""
    drop_codes(connection, officer, kind)
    codes = ["".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(count)]
    rows = [{"hash": _hash(code), "officer": officer.bytes, "kind": kind, "expires": expires} for code in codes]
    put(connection, CODES, rows)
    return ["-".join(code[n : n + GROUP] for n in range(0, LENGTH, GROUP)) for code in codes]


def take_code(connection: Connection, typed: str, now: int) -> tuple[UUID, str] | None:
    """Whose it is, and its kind; it is good for nothing from now on."""
    here = CODES.c.hash == _hash(typed.upper().translate(READ_AS))
    row = connection.execute(select(CODES).where(here)).one_or_none()
    connection.execute(delete(CODES).where(here | (CODES.c.expires < now)))
    if row is None or (row.expires is not None and row.expires < now):
        return None
    return UUID(bytes=row.officer), row.kind


def drop_codes(connection: Connection, officer: UUID, kind: str | None = None) -> None:
    """Those of this kind, or all."""
    here = [CODES.c.officer == officer.bytes, *([] if kind is None else [CODES.c.kind == kind])]
    connection.execute(delete(CODES).where(*here))


def codes_left(connection: Connection, officer: UUID, kind: str) -> int:
    wanted = select(func.count()).where(CODES.c.officer == officer.bytes, CODES.c.kind == kind)
    return connection.execute(wanted).scalar_one()


def _hash(code: str) -> bytes:
    return sha256(code.encode("utf-8", "backslashreplace")).digest()
