"""`make bench`: a table of ratios; with --strict, exit 1 if one misses what is wanted."""

import argparse
import os
import platform
import sqlite3
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from bench import append, desk, endpoint, library, lists, log, page, papers, replay, stock
from bench.figures import Figure, table
from ledger.application.issuing import FULL


def measured(folder: Path, *, quick: bool, events: int, postgresql: bool) -> list[Figure]:
    """Quick: everything once, at a size that says nothing. `events`: of the long history whose log is measured."""
    rounds = 1 if quick else 9
    sizes = {"singles": 20, "batches": 1} if quick else {"singles": 400, "batches": 6}
    register = {"people": 1_000, "events": 5_000} if quick else {}
    history = {"trainings": 1, "signatures": 100} if quick else {"trainings": 11, "signatures": 5_000}
    small, large = (1_000, 2_000) if quick else (append.SMALL, append.LARGE)
    figures = [
        *append.beside_stock(folder / "append", **sizes, rounds=rounds),
        *replay.beside_verification(folder / "replay", **history, rounds=min(rounds, 5)),
        *endpoint.beside_hello(folder / "endpoint", seconds=0.2 if quick else 2, rounds=rounds),
        *library.beside_vc(seconds=0.2 if quick else 2, rounds=min(rounds, 5)),
        *page.in_a_browser(folder / "page", rounds=rounds),
        *lists.rebuilt(folder / "lists", rounds=min(rounds, 5), certificates=1_000 if quick else FULL),
        *append.as_it_grows(folder / "growth", small=small, large=large, **sizes, rounds=rounds),
        *log.at_length(folder / "log", events=events, short=small, singles=sizes["singles"], rounds=rounds),
        *papers.at_once(20 if quick else 500, rounds=min(rounds, 3)),
        *desk.pages(folder / "desk", **register, rounds=rounds),
    ]
    if postgresql:
        from bench.postgresql import server  # noqa: PLC0415 - it warns when loaded, and is seldom asked for

        with server() as url:
            figures += append.on_postgresql(folder / "postgresql", url, **sizes, rounds=rounds)
    return figures


def surroundings(folder: Path) -> str:
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("eventsourcing", "sqlalchemy", "cryptography", "granian")
    )
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {packages}\n"
        f"load before the start {os.getloadavg()[0]:.1f}; a connection of the stock library: "
        f"{stock.durability(folder / 'plain.db')}"
    )


def main() -> int:
    options = argparse.ArgumentParser(prog="bench", description=__doc__)
    options.add_argument("--quick", action="store_true", help="run everything once, at tiny size")
    options.add_argument("--events", type=int, default=1_000_000, help="length of the long history; 2000 with --quick")
    options.add_argument("--strict", action="store_true", help="exit 1 if a ratio misses what is wanted")
    options.add_argument("--postgresql", action="store_true", help="our appends on a private PostgreSQL, too")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for part in ("append", "replay", "endpoint", "growth", "log", "postgresql"):
            (folder / part).mkdir()
        print(surroundings(folder), end="\n\n", flush=True)
        events = 2_000 if chosen.quick else chosen.events
        figures = measured(folder, quick=chosen.quick, events=events, postgresql=chosen.postgresql)
    print(table(figures))
    return int(chosen.strict and not all(figure.reached for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
