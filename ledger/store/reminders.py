"""Which reminders of a certificate's end were given: each once. Their loss costs a second letter."""

from collections.abc import Sequence

from sqlalchemy import Column, Connection, Integer, LargeBinary, Table, select

from ledger.database import BIG, HISTORY, chunks, put

REMINDERS = Table(
    "reminders",
    HISTORY,
    Column("certificate", LargeBinary(16), primary_key=True),
    Column("days", Integer, primary_key=True, autoincrement=False),  # before the end
    Column("at", BIG, nullable=False),  # ms UTC
)


def given(connection: Connection, certificates: Sequence[bytes]) -> set[tuple[bytes, int]]:
    found: set[tuple[bytes, int]] = set()
    for some in chunks(certificates):
        wanted = select(REMINDERS.c.certificate, REMINDERS.c.days).where(REMINDERS.c.certificate.in_(some))
        found.update((row.certificate, row.days) for row in connection.execute(wanted))
    return found


def note(connection: Connection, certificates: Sequence[bytes], days: Sequence[int], at: int) -> None:
    rows = [{"certificate": id, "days": n, "at": at} for id, n in zip(certificates, days, strict=True)]
    put(connection, REMINDERS, rows)
