"""The desk over a register of full size: how long each page takes, made by the application itself.

The history is one that was told, under a view of so many people and certificates and a log of so many events that were
never signed: what a page asks is the same, and a million signatures would take an hour.
"""

import os
import random
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Table, select

from bench.figures import Figure
from bench.ledgers import told
from ledger.app import create_app
from ledger.application.scope import Sight
from ledger.database import Row, chunks, put, reading, writing
from ledger.domain.values import new_id
from ledger.projections.awaited import TABLE as AWAITED
from ledger.projections.certificates import TABLE as CERTIFICATES
from ledger.projections.officers import TABLE as OFFICERS
from ledger.projections.participations import TABLE as PARTICIPATIONS
from ledger.projections.registrants import TABLE as PEOPLE
from ledger.store import recorder
from ledger.vault.vault import IDENTITY
from ledger.wiring import Ledger

PEOPLE_FULL, EVENTS_FULL = 100_000, 1_000_000
WANTED_MS = 100
SYLLABLES = ("a", "ba", "bu", "di", "fa", "ha", "ji", "ka", "la", "li", "ma", "mi", "na", "ni", "ra", "si", "su", "wi")
COMMON = ("Siti", "Muhammad", "Ahmad", "Dewi", "Sri", "Budi", "Agus", "Abdul", "Nur")
BUSY = 2_000  # Events of the last day.
SPREAD = 12  # Days between one lot of certificates and the next.
ELSEWHERE, APART = "31.71", 100  # There lives one lot in so many: few people, whose board has pages of its own.
OF_A_BOARD = {"home": "/meja/", "certificates": "/meja/sertifikat", "deliveries": "/meja/kirim"}


def pages(folder: Path, *, people: int = PEOPLE_FULL, events: int = EVENTS_FULL, rounds: int) -> list[Figure]:
    """Milliseconds of each page, at most WANTED_MS; and of the first search, in a process that has just started."""
    ledger = filled(folder, people=people, events=events)
    begun = time.perf_counter()
    ledger.search.warm()
    loaded = time.perf_counter() - begun
    officer = UUID(next(one["officer"] for one in ledger.officers.listed() if one["authority"] == "IPSPI"))
    app = create_app(ledger)
    client, board = (_signed_in(app, ledger, one) for one in (officer, _on_a_board(ledger, officer)))
    with reading(ledger.engine) as connection:
        wanted = select(CERTIFICATES.c.registrant, CERTIFICATES.c.number).order_by(CERTIFICATES.c.position)
        holder = connection.execute(wanted.limit(1)).one()  # No copy: its papers and texts are there.
    asked: dict[str, Callable[[], object]] = {
        "home": lambda: _got(client, "/meja/"),
        "inbox": lambda: _got(client, "/meja/kotak-masuk"),
        "people": lambda: _got(client, "/meja/orang"),
        "a person": lambda: _got(client, f"/meja/orang/{UUID(bytes=holder.registrant)}"),
        "certificates": lambda: _got(client, "/meja/sertifikat"),
        "a certificate": lambda: _got(client, f"/meja/sertifikat/{holder.number}"),
        "trainings": lambda: _got(client, "/meja/pelatihan"),
        "deliveries": lambda: _got(client, "/meja/kirim"),
        **{f"a small board's {name}": partial(_got, board, path) for name, path in OF_A_BOARD.items()},
        **{f"search: {typed}": _searching(ledger, typed) for typed in ("si", "siti", "moh. a", "nur ma s")},
    }
    size = f"{people:,} people, {events:,} events"
    figures = [_figure(f"desk, {name}", work, size, rounds) for name, work in asked.items()]
    ledger.close()
    return [*figures, Figure(f"desk, names learnt in {loaded:.1f} s", people / loaded, size, 0, 0)]


def filled(folder: Path, *, people: int, events: int) -> Ledger:
    """The story, and copies of its people under other ids and names."""
    ledger, lots = told(folder, 1), random.Random(0)
    with writing(ledger.engine) as connection:
        start = recorder.head(connection)[0]
        for table in (PEOPLE, PARTICIPATIONS, CERTIFICATES, AWAITED):
            _copy(connection, table, people)
        _lengthen(connection, ledger.context.history.clock(), events)
    with reading(ledger.engine) as connection:
        fresh = list(connection.scalars(select(PEOPLE.c.id).where(PEOPLE.c.position >= start)))
    for some in chunks([UUID(bytes=id) for id in fresh], 5_000):
        ledger.context.vault.prepare(some)
        with writing(ledger.engine) as connection:
            named = [(id, IDENTITY, {"name": _name(lots), "nik": "0", "born": "1990-01-01", "sex": "P"}) for id in some]
            ledger.context.vault.seal_many(connection, named)
    return ledger


def _on_a_board(ledger: Ledger, officer: UUID) -> UUID:
    """Another one like this officer, of a province with few people."""
    id = new_id(ledger.context.history.clock())
    with writing(ledger.engine) as connection:
        row = connection.execute(select(OFFICERS).where(OFFICERS.c.id == officer.bytes)).mappings().one()
        put(connection, OFFICERS, [dict(row) | {"id": id.bytes, "region": ELSEWHERE[:2]}])
    return id


def _signed_in(app: Flask, ledger: Ledger, officer: UUID) -> FlaskClient:
    client = app.test_client()
    client.set_cookie(ledger.access.cookie_name, ledger.access.begin(officer))
    return client


def _copy(connection: Connection, table: Table, count: int) -> None:
    """So many rows like those that are there; each copy belongs to a copy of the person."""
    rows = [dict(row._mapping) for row in connection.execute(select(table).order_by(table.c.position))]
    start, many = recorder.head(connection)[0], len(rows)
    for some in chunks(range(many, count), 5_000):
        put(connection, table, [_like(rows[n % many], n // many, start + n) for n in some])


def _like(row: Row, turn: int, position: int) -> Row:
    """Ids are those of the original, turned by the number of the round: they fit each other in every table."""
    ids = ("id", "registrant", "participation", "assessment", "token")
    turned: Row = {name: _turned(row[name], turn) for name in ids if row.get(name)}
    numbered = {name: f"{row[name]}{turn:04d}" for name in ("number",) if name in row}
    if "signed" in row:
        signed = row["signed"] + turn * SPREAD
        turned |= {"signed": signed, "through": signed + 1_825}
    if turn and turn % APART == 0:
        turned |= {"region": ELSEWHERE, "home": ELSEWHERE[:2]}  # Columns that a table lacks are not put.
    return row | turned | numbered | {"position": position}


def _turned(value: bytes, turn: int) -> bytes:
    return bytes(a ^ b for a, b in zip(value, turn.to_bytes(len(value), "big"), strict=True))


def _lengthen(connection: Connection, now: int, events: int) -> None:
    """A log of so many entries: copies of the first ones, under streams of nobody; BUSY of them are new."""
    entries = [entry for _, entry, _ in recorder.entries(connection, 0, 500)]
    start, recorded = recorder.head(connection)
    for some in chunks(range(start, events - BUSY), 10_000):
        recorder.append(connection, list(_rows(entries, some, recorded)))
    recorder.append(connection, list(_rows(entries, range(max(start, events - BUSY), events), now)))


def _rows(entries: list[bytes], positions: Iterable[int], recorded: int) -> Iterator[Row]:
    for n in positions:
        entry = entries[n % len(entries)]
        named = {"stream": new_id(recorded).bytes, "version": 1, "recorded": recorded}
        yield {"position": n, **named, "entry": entry, "leaf": os.urandom(32)}


def _name(lots: random.Random) -> str:
    made = ["".join(lots.choices(SYLLABLES, k=lots.randint(2, 4))).title() for _ in range(lots.randint(1, 3))]
    return " ".join([lots.choice(COMMON), *made] if lots.random() < 0.5 else made)


def _got(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")


def _searching(ledger: Ledger, typed: str) -> Callable[[], object]:
    return lambda: ledger.search.people(typed, reader="bench", sight=Sight(region="32"))


def _figure(name: str, work: Callable[[], object], size: str, rounds: int) -> Figure:
    """The first time does not count: it opens connections and reads templates."""
    work()
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1000)
    took = median(times)
    return Figure(f"{name}: {took:.0f} ms", 1000 / took, f"100 ms, {size}", 1000 / WANTED_MS, took / WANTED_MS, 1, True)
