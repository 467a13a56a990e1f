"""Each cell of the outage matrix, by a real host that fails in this way; docs/verifying.md says what follows."""

from collections.abc import Iterator

import pytest

from ledger.application.hosts import fetcher
from ledger.credentials.sources import Answer, Fetch
from ledger.credentials.verifier import Verifier
from tests.conformance import outages, world
from tests.conformance.outages import CELLS, PATHS, Cell
from tests.conformance.world import NOW

PATIENCE = 0.4  # seconds: what answers at all does so in a few milliseconds.


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    with outages.serving() as address:
        yield address


@pytest.fixture(scope="module")
def unreached() -> Iterator[dict[str, str]]:
    with outages.mute() as mute:
        yield {"name not resolved": "http://x.invalid", "connection refused": outages.closed(), "too slow": mute}


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would answer for whoever does not."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def fetch_of(cell: Cell, host: str, unreached: dict[str, str]) -> Fetch:
    """All from the host, but the one file whose failure is that nobody answers."""
    good = fetcher(f"{host}/{cell.id}")
    bad = fetcher(unreached[cell.failure], seconds=PATIENCE) if cell.failure in unreached else good

    def fetch(path: str, again: bool) -> Answer:
        return (bad if path == PATHS[cell.source] else good)(path, again)

    return fetch


@pytest.mark.parametrize("cell", CELLS.values(), ids=list(CELLS))
def test_the_verdict_is_that_of_the_table(cell: Cell, host: str, unreached: dict[str, str]) -> None:
    fetch = fetch_of(cell, host, unreached)
    verifier = Verifier(origin=world.ORIGIN, base=world.BASE, root=world.ROOT, fetch=fetch, held=cell.held)

    verdict = verifier.verify(world.address(outages.DATA), clock=NOW)

    assert outages.written(verdict) == outages.expected()[cell.id]


def test_the_table_is_complete() -> None:
    assert set(outages.expected()) == set(CELLS)


def test_no_cell_is_green_that_should_not_be() -> None:
    """Green are: what is held and counts, a proof, which does not age, and lists that are older but in their time."""
    may = {
        *(
            f"later-{source}-{failure}"
            for source in outages.SOURCES
            for failure in (*outages.UNREACHED, "lower version")
        ),
        *(f"later-{source}-past its end" for source in ("status list", "bucket", "log")),
        *(f"first-{source}-lower version" for source in ("status list", "bucket", "log")),
        "first-log-past its end",
    } - {"later-key list-lower version"}

    green = {cell for cell, said in outages.expected().items() if said.startswith("green")}

    assert green == {cell.replace(" ", "-") for cell in may}


def test_the_log_is_asked_for_compromised_keys_only(host: str) -> None:
    asked = []
    good = fetcher(f"{host}/first-log-HTML")

    def fetch(path: str, again: bool) -> Answer:
        asked.append(path)
        return good(path, again)

    verifier = Verifier(origin=world.ORIGIN, base=world.BASE, root=world.ROOT, fetch=fetch, held={})
    verifier.verify(world.address(world.PLAIN), clock=NOW)

    assert "keys/list" in asked
    assert [path for path in asked if path.startswith("proof/")] == []
