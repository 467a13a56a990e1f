"""Whose history `ledger replay` and `ledger sample` read: that of the ledger here, or of a bundle carried away."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from ledger.audit import bundle as bundles
from ledger.audit.replay import Entry
from ledger.cli.desk import Desk
from ledger.database import reading
from ledger.store import recorder

BUNDLE = click.option(
    "--bundle", type=click.Path(path_type=Path), help="From an audited bundle; no ledger is needed then."
)


@dataclass(frozen=True, slots=True)
class Source:
    """`entries` gives the same entries each time, in order."""

    origin: str
    size: int
    entries: Callable[[], Iterable[Entry]]


@contextmanager
def source(desk: Desk, bundle: Path | None) -> Iterator[Source]:
    """Raises: BundleError: it cannot be read."""
    if bundle is not None:
        with bundles.opened(bundle) as opened:
            yield Source(opened.manifest.origin, opened.manifest.size, opened.entries)
        return
    with reading(desk.ledger.engine) as connection:
        size, _ = recorder.head(connection)
        yield Source(desk.config.origin, size, lambda: recorder.entries(connection))
