"""How much a page asks of the databases: so many statements and no more, over few rows and over many."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from itertools import groupby
from pathlib import Path
from pkgutil import iter_modules
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event

import ledger.web.desk
from ledger.app import create_app
from ledger.application import home
from ledger.application.evidence import Given
from ledger.cli import board
from ledger.cli.story import Story, StoryClock
from ledger.domain.cases import ASK
from ledger.domain.deliveries import EMAIL, Delivery
from ledger.wiring import build
from tests.conftest import GREEN_DAY, Master, config_in

FEW, MANY = 5, 50
TODAY = date(2026, 11, 10)
ENDING = date(2031, 10, 1)  # Three weeks before the last day of six certificates.
# By name: who asks for which page, and how many statements it takes at most, transactions and the session included.
PAGES = {
    "home": ("ketua", "", 47),
    "home of a board": ("ketua-dpd", "", 48),
    "inbox": ("sekretaris", "kotak-masuk", 12),
    "proposal": ("sekretaris", "usulan/{proposal}", 45),
    "person": ("ketua", "orang/{person}", 33),
    "trainings": ("ketua", "pelatihan", 7),
    "trainings of a board": ("ketua-dpd", "pelatihan", 7),
    "training": ("ketua-dpd", "pelatihan/{training}", 8),
    "roster": ("petugas", "pelatihan/{bimtek}/peserta", 18),
    "certificates": ("ketua", "sertifikat", 7),
    "certificates of a board": ("ketua-dpd", "sertifikat", 7),
    "certificate": ("ketua", "sertifikat/{number}", 29),
    "deliveries": ("ketua", "kirim", 22),
    "deliveries of a board": ("ketua-dpd", "kirim", 22),
    "deliveries that came back": ("ketua", "kirim/kembali", 18),
    "deliveries of a batch": ("petugas", "kirim/daftar/pelatihan/{bimtek}", 23),
    "officers": ("ketua", "pengurus", 15),
    "decrees": ("ketua", "sk", 7),
    "cases": ("ketua", "kasus", 15),
}


@dataclass
class Crowd:
    """A desk with `many` rows of everything, on pages of so many rows; `named`: what stands in addresses."""

    many: int
    story: Story
    app: Flask
    named: dict[str, object]


@pytest.fixture(scope="module")
def crowds(told_on_sqlite: Master, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Crowd]]:
    made = [crowded(told_on_sqlite, tmp_path_factory.mktemp("crowd") / "here", many) for many in (FEW, MANY)]
    yield made
    for one in made:
        one.story.ledger.close()


def crowded(master: Master, folder: Path, many: int) -> Crowd:
    shutil.copytree(master.folder, folder)
    clock = StoryClock()
    clock.at(GREEN_DAY)
    story = Story(build(config_in(folder, f"sqlite:///{folder}/main.db"), clock=clock), clock)
    vars(story).update(deepcopy(master.state))
    board.appointed(story)
    clock.at(TODAY)
    desk, (number, *_), taken = story.ledger, story.numbers["graduates"], story.numbers["attendance"]
    people = [UUID(desk.certificates.show(one)["registrant"]) for one in taken[: 2 * many]]
    erasures = [desk.registrants.erase(one, "PDP-43") for one in people[:many]]
    for acts in (*([act] for act in erasures), erasures):
        proposal = desk.proposals.propose(story.actor("ketua"), acts)["proposal"]
    appointed(story, people[many:])
    for n in range(many):
        training = planned(story, many)
        desk.delivering.by_hand(story.actor("ketua"), [number])
        came_back(story, taken[-n - 1])
        desk.cases.open(ASK, Given(number=f"X-{n}", name="Nama"))
        story.decree("ketua", f"{100 + n}/DPP IPSPI/SK/2026", "results", TODAY, "decider-ipspi")
    clock.at(TODAY + timedelta(days=3))  # The trainings are over and not closed.
    named = {"proposal": proposal, "training": training, "bimtek": story.training, "number": number}
    holder = desk.certificates.show(number)["registrant"]
    return Crowd(many, story, create_app(desk), named | {"person": holder})


def appointed(story: Story, people: Sequence[UUID]) -> None:
    decree = story.decree("ketua", "11/DPP IPSPI/SK/2026", board.MATTER, TODAY, "decider-ipspi")
    mandate = {"authority": "IPSPI", "roles": ["enrol"], "begins": TODAY, "ends": None, "decree": decree}
    acts = [story.ledger.officers.appoint(person=one, office="Petugas DPP", **mandate) for one in people]
    story.approved("ketua", "sekretaris", acts)


def planned(story: Story, many: int) -> UUID:
    numbers = {"hours": 16, "announced": many, "quotas": {f"32.{n:02d}": 1 for n in range(1, many + 1)}}
    term = {"days": [TODAY, TODAY + timedelta(days=1)], "basis": "UU 14/2019"}
    clerk, which = story.actor("sekretaris-dpd"), {"programme": board.PROGRAMME, "activity": "bimtek"}
    return UUID(story.ledger.trainings.plan(clerk, **which, **term, **numbers)["training"])


def came_back(story: Story, number: str) -> None:
    with story.ledger.context.history.writing(story.actor("kepala")) as turn:
        certificate = story.ledger.certificates.stream(number)
        delivery = Delivery.begin(turn.new_id(), certificate=certificate, channel=EMAIL)
        delivery.record(Delivery.Bounced)
        turn.save(delivery)


@pytest.fixture
def asked(crowds: list[Crowd], monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], list[tuple[list[str], str]]]:
    """Statements and text of a page, in each of the crowds."""

    def both(who: str, path: str) -> list[tuple[list[str], str]]:
        return [_asked(one, who, path.format_map(one.named), monkeypatch) for one in crowds]

    return both


def _asked(crowd: Crowd, who: str, path: str, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], str]:
    for module in (import_module(f"ledger.web.desk.{one.name}") for one in iter_modules(ledger.web.desk.__path__)):
        for rows in {"ROWS", "LISTED"} & vars(module).keys():
            monkeypatch.setattr(module, rows, crowd.many)
    monkeypatch.setattr(home, "LISTED", crowd.many)
    access, client = crowd.story.ledger.access, crowd.app.test_client()
    client.set_cookie(access.cookie_name, access.begin(crowd.story.officers[who]))
    client.get(f"/meja/{path}")  # Since then it knows the last day.
    with statements(crowd.story) as found:
        answer = client.get(f"/meja/{path}")
    assert answer.status_code == 200, path
    return found, answer.text


@contextmanager
def statements(story: Story) -> Iterator[list[str]]:
    """What both databases are asked meanwhile, whoever sent it: SQLite itself tells. Rows that are put at once count
    as one statement."""
    found: list[str] = []

    def traced(connection: object, *_: object) -> None:
        connection.set_trace_callback(found.append)  # type: ignore[attr-defined]

    def quiet(connection: object, *_: object) -> None:
        connection.set_trace_callback(None)  # type: ignore[attr-defined]

    with ExitStack() as stack:
        for engine in (story.ledger.engine, story.ledger.context.vault._keys._engine):
            for when, what in (("checkout", traced), ("checkin", quiet)):
                event.listen(engine, when, what)
                stack.callback(event.remove, engine, when, what)
        yield found
    found[:] = [one for one, _ in groupby(found, key=lambda sql: sql.partition("VALUES")[0])]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_as_much_over_many_rows_as_over_few(
    name: str, asked: Callable[[str, str], list[tuple[list[str], str]]]
) -> None:
    who, path, most = PAGES[name]

    (few, short), (many, long) = asked(who, path)

    assert len(many) == len(few), sorted(set(many) - set(few))
    assert len(few) <= most, few
    assert len(long) > len(short) + MANY  # There are more rows on it, or their number says nothing.


def test_what_ends_soon_asks_as_much_over_many_rows_as_over_few(
    crowds: list[Crowd], asked: Callable[[str, str], list[tuple[list[str], str]]]
) -> None:
    for one in crowds:
        one.story.clock.at(ENDING)

    (few, _), (many, _) = asked("ketua", "kirim/berakhir")

    for one in crowds:
        one.story.clock.at(TODAY + timedelta(days=3))
    assert len(many) == len(few) <= 60


def test_a_search_asks_as_much_for_many_people_as_for_few(crowds: list[Crowd]) -> None:
    counts = []
    for one in crowds:
        one.story.ledger.search.warm()
        with statements(one.story) as found:
            shown = one.story.ledger.search.people("si", reader="test", limit=one.many)
        counts.append((len(shown.people), len(found)))

    (few, asked_few), (many, asked_many) = counts
    assert many > few
    assert asked_many == asked_few <= 12
