"""One event from command to commit, beside the stock library; and whether it gets dearer as the history grows."""

from functools import partial
from pathlib import Path
from statistics import median

from bench.figures import Figure, rate, side_by_side
from bench.ledgers import Register
from bench.stock import Stock

BATCH = 500
SMALL, LARGE = 10_000, 200_000  # events


def beside_stock(folder: Path, *, singles: int, batches: int, rounds: int) -> list[Figure]:
    ours, stock = Register.begun(folder / "ours"), Stock.on_sqlite(folder / "stock.db")
    for warm in (ours, stock):
        warm.singly(singles)
        warm.at_once(BATCH)
    one = side_by_side(partial(ours.singly, singles), partial(stock.singly, singles), rounds)
    many = side_by_side(partial(in_batches, ours, batches), partial(in_batches, stock, batches), rounds)
    stock.close()
    return [
        Figure("append, one at a time", one[0], "stock eventsourcing", one[1], one[2], 0.6),
        Figure(f"append, {BATCH} at a time", many[0], "stock eventsourcing", many[1], many[2], 0.7),
    ]


def on_postgresql(folder: Path, url: str, *, singles: int, batches: int, rounds: int) -> list[Figure]:
    """Beside the same on SQLite: the stock library's recorder for PostgreSQL needs a package that is not ours."""
    ours, files = Register.begun(folder / "keys", url), Register.begun(folder / "files")
    one = side_by_side(partial(ours.singly, singles), partial(files.singly, singles), rounds)
    many = side_by_side(partial(in_batches, ours, batches), partial(in_batches, files, batches), rounds)
    ours.ledger.engine.dispose()
    return [
        Figure("append on PostgreSQL, one at a time", one[0], "on SQLite", one[1], one[2]),
        Figure(f"append on PostgreSQL, {BATCH} at a time", many[0], "on SQLite", many[1], many[2]),
    ]


def as_it_grows(folder: Path, *, small: int, large: int, singles: int, batches: int, rounds: int) -> list[Figure]:
    """Two ledgers side by side, so that a busy moment of the machine hits both."""
    short, long = Register.begun(folder / "short"), Register.begun(folder / "long")
    for register, size in ((short, small), (long, large)):
        for _ in range(size // BATCH):
            register.at_once(BATCH)
    one = cost(partial(long.singly, singles), partial(short.singly, singles), rounds)
    many = cost(partial(in_batches, long, batches), partial(in_batches, short, batches), rounds)
    against = f"at {small:,} events"
    return [
        Figure(f"append at {large:,}, one at a time: cost", one[0], against, one[1], one[2], 1.15, at_most=True),
        Figure(f"append at {large:,}, {BATCH} at a time: cost", many[0], against, many[1], many[2], 1.15, at_most=True),
    ]


def cost(long: "partial[int]", short: "partial[int]", rounds: int) -> tuple[float, float, float]:
    """Rates, and how many times dearer the longer one is."""
    pairs = [(rate(long), rate(short)) for _ in range(rounds)]
    return median(a for a, _ in pairs), median(b for _, b in pairs), median(b / a for a, b in pairs)


def in_batches(register: Register | Stock, count: int) -> int:
    return sum(register.at_once(BATCH) for _ in range(count))
