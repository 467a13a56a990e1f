"""Ten thousand typed numbers and check codes over every public route: neither answers nor times tell which exist."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from time import perf_counter_ns
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy import event as hook

from ledger.app import create_app
from ledger.cli.story import Story, StoryClock
from ledger.credentials import check_code
from ledger.database import reading, writing
from ledger.domain import numbers
from ledger.projections.certificates import TABLE
from ledger.wiring import build

pytestmark = pytest.mark.usefixtures("unnoted")

TYPED = 10_000
POOL = 50  # Of each kind, each as often as another: whether something was typed before is no secret.
GUESS = 0.5  # What a classifier scores that learns nothing.
MARGIN = 0.06
NAME = "Budi Santoso"
PLENTY = "1000000"
TIMES = re.compile(r"\d\d?[.:]\d\d(:\d\d)?(\+07:00| WIB)")

Pools = dict[str, list[str]]  # kind of input -> what is typed
Routes = dict[str, tuple[Pools, Any]]


@pytest.fixture
def service(told: Story, clock: StoryClock) -> Iterator[FlaskClient]:
    """The whole story's register, where anybody may ask as often as they like."""
    plenty = {f"budget_{kind}": PLENTY for kind in ("number", "checks", "address", "pictures")}
    ledger = build(replace(told.ledger.config, **plenty), clock=clock)
    _unhurried(ledger.engine)
    yield create_app(ledger).test_client()
    ledger.close()


def _unhurried(engine: Engine) -> None:
    """The disk's time hides differences and takes most of the test's."""
    engine.dispose()
    hook.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))


@pytest.fixture
def typed(told: Story) -> dict[str, Pools]:
    """Numbers and check codes that exist, that never did, and whose holders were erased just now."""
    with reading(told.ledger.engine) as connection:
        wanted = select(TABLE.c.number, TABLE.c.id, TABLE.c.registrant).where(TABLE.c.kind.startswith("HADIR"))
        rows = list(connection.execute(wanted.order_by(TABLE.c.number).limit(2 * POOL)))
    gone, there = rows[:POOL], rows[POOL:]
    codes = [check_of(told, UUID(bytes=id), UUID(bytes=holder)) for _, id, holder in gone]
    erasures = [told.ledger.registrants.erase(UUID(bytes=holder), "PDP-43") for *_, holder in gone]
    told.approved("ketua", "sekretaris", erasures)
    authority, code, year, _, _ = gone[0].number.split("-")
    nowhere = [numbers.compose(authority, code, int(year), serial) for serial in range(900_001, 900_001 + POOL)]
    return {
        "number": {"there": [r.number for r in there], "nowhere": nowhere, "erased": [r.number for r in gone]},
        "check": {"nowhere": [check_code.shown(check_code.new()) for _ in range(POOL)], "erased": codes},
    }


def check_of(told: Story, certificate: UUID, holder: UUID) -> str:
    with writing(told.ledger.engine) as connection:
        vault = told.ledger.context.vault
        said: Any = vault.open(connection, holder, f"content/{certificate}", reader="test", purpose="test")
    return check_code.shown(said["check"])


def routes(client: FlaskClient, typed: dict[str, Pools]) -> Routes:
    page, api = "/periksa", "/api/v1/verifications"
    return {
        "number on the page": (typed["number"], lambda one: client.post(page, data={"number": one, "name": NAME})),
        "number by the API": (typed["number"], lambda one: client.post(api, json={"number": one, "name": NAME})),
        "check code on the page": (typed["check"], lambda one: client.post(page, data={"check": one})),
        "check code by the API": (typed["check"], lambda one: client.post(api, json={"check": one})),
    }


def asked(routes: Routes, count: int) -> tuple[dict[str, set[Any]], dict[str, dict[str, list[int]]]]:
    """All kinds by turns in a random order: what is answered on each route, and how long it took, in ns."""
    chance = random.Random(7)
    answers: dict[str, set[Any]] = {route: set() for route in routes}
    times = {route: {kind: list[int]() for kind in pools} for route, (pools, _) in routes.items()}
    source = {(route, kind): cycle(pools[kind]) for route, (pools, _) in routes.items() for kind in pools}
    turns = [turn for turn, _ in zip(cycle(source), range(count), strict=False)]
    chance.shuffle(turns)
    for route, kind in turns:
        one, post = next(source[route, kind]), routes[route][1]
        begun = perf_counter_ns()
        answer = post(one)
        times[route][kind].append(perf_counter_ns() - begun)
        said = TIMES.sub("", answer.text).replace(one, "")  # A form may give back what was typed.
        answers[route].add((answer.status_code, said, len(answer.data), tuple(answer.headers.items())))
    return answers, times


def told_apart(one: list[int], other: list[int]) -> float:
    """How often a time of `one` is the longer: the area under the curve of a classifier. Source: Mann and Whitney."""
    ranked = sorted([(time, 1) for time in one] + [(time, 0) for time in other])
    ranks = sum(rank for rank, (_, first) in enumerate(ranked, start=1) if first)
    return (ranks - len(one) * (len(one) + 1) / 2) / (len(one) * len(other))


def scores(times: dict[str, dict[str, list[int]]]) -> dict[str, float]:
    return {
        f"{route}: {kind}": told_apart(some[kind], some["nowhere"])
        for route, some in times.items()
        for kind in some
        if kind != "nowhere"
    }


@pytest.mark.parametrize("db", ["sqlite"])
def test_neither_answers_nor_times_tell_which_numbers_exist(service: FlaskClient, typed: dict[str, Pools]) -> None:
    every = routes(service, typed)
    asked(every, TYPED // 20)  # Everything is warm.

    answers, times = asked(every, TYPED)

    assert {route: len(said) for route, said in answers.items()} == dict.fromkeys(every, 1)
    (on_page,) = answers["number on the page"]
    assert on_page[0] == 200
    assert "TIDAK ADA YANG COCOK" in on_page[1]
    learnt = {what: score for what, score in scores(times).items() if abs(score - GUESS) > MARGIN}
    if learnt:  # Perhaps the machine was busy with something else: a real difference stays.
        _, times = asked(every, TYPED)
        learnt = {
            what: score for what, score in scores(times).items() if what in learnt and abs(score - GUESS) > MARGIN
        }
    assert learnt == {}


@pytest.mark.parametrize("db", ["sqlite"])
def test_a_certificate_that_is_there_does_answer_whoever_knows_it(service: FlaskClient, told: Story) -> None:
    """Otherwise the test above would pass on a service that answers nothing."""
    with reading(told.ledger.engine) as connection:
        wanted = select(TABLE.c.id, TABLE.c.registrant).where(TABLE.c.number == told.numbers["graduates"][0])
        id, holder = connection.execute(wanted).one()

    page = service.post("/periksa", data={"check": check_of(told, UUID(bytes=id), UUID(bytes=holder))})

    assert "ASLI DAN BERLAKU" in page.text
