"""Two writers at once, each with connections of its own: no rule between streams is asked in two turns together."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.application.acts import Act
from ledger.cli.cast import invented
from ledger.cli.story import Story, StoryClock
from ledger.config import Config
from ledger.database import reading
from ledger.domain.participations import Participation
from ledger.errors import LedgerError
from ledger.projections.registrants import REGISTRANTS
from ledger.store.history import AnsweredBefore
from ledger.store.requests import Request
from ledger.view import Models
from ledger.wiring import Ledger, build

HERE = Path(__file__).parent
CHILD = HERE / "store" / "child.py"
Call = Callable[[], Any]
Contest = Callable[[Any, int], Call]
CONTESTS: dict[str, tuple[str, Contest]] = {}
SPEC = spec_from_file_location("world", HERE / "rules" / "conftest.py")
assert SPEC is not None
assert SPEC.loader is not None
RULES = module_from_spec(SPEC)
SPEC.loader.exec_module(RULES)
NOW = RULES.NOW


def contest(code: str) -> Callable[[Contest], Contest]:
    """Made ready by each writer, the first (0) and the second (1); the one who comes too late is told `code`."""

    def register(made: Contest) -> Contest:
        CONTESTS[made.__name__] = (code, made)
        return made

    return register


def approving(w: Any, n: int, batch: list[Act], by: tuple[str, str] = ("ketua", "sekretaris")) -> Call:
    """The approval of a proposal of its own, signed already; nobody may propose the same twice."""
    proposer, approver = by if n == 0 else by[::-1]
    proposal = w.proposed(batch, proposer)
    shown = w.ledger.proposals.show(proposal, reader=approver)
    assertion = w.story.keys[approver].sign(bytes.fromhex(shown["signing"]))
    return lambda: w.ledger.proposals.approve(w.actor(approver), proposal, assertion)


@contest("decree-taken")
def a_decree_number(w: Any, n: int) -> Call:
    body = {"number": "90/LSP KEMENSOS RI/SK/III/2020", "matter": "results", "on": NOW}
    return lambda: w.ledger.assessments.decree(w.actor("kepala"), **body, deciders=[w.people["decider"]])


@contest("scheme-taken")
def a_scheme(w: Any, n: int) -> Call:
    return lambda: w.ledger.schemes.register(w.actor("kepala"), "RELAWAN/TAGANA")


@contest("regulation-taken")
def a_regulation(w: Any, n: int) -> Call:
    return lambda: w.ledger.authorities.catalogue(w.actor("ketua"), regulation="UU 1/2020", rank="UU", begins=NOW)


@contest("authority-taken")
def an_authority(w: Any, n: int) -> Call:
    return approving(w, n, [w.ledger.authorities.register("DINSOS", "https://contoh.invalid/status")])


@contest("person-is-officer")
def an_office_for_one_person(w: Any, n: int) -> Call:
    mandate = {"roles": ("certify",), "office": "Pejabat", "begins": NOW, "ends": None}
    return approving(w, n, [w.ledger.officers.appoint(person=w.people["decider"], authority="KEMENSOS", **mandate)])


KEY = Ed25519PrivateKey.generate().public_key().public_bytes_raw()


@contest("key-taken")
def a_key_for_two_officers(w: Any, n: int) -> Call:
    return approving(w, n, [w.ledger.officers.enrol_key(w.officers[("petugas", "wakil")[n]], KEY)])


@contest("participant-twice")
def a_place_in_a_training(w: Any, n: int) -> Call:
    body = {"training": w.planned, "registrant": w.participants[0], "group": "32.75", "marks": "HH"}
    return lambda: w.save("petugas", Participation.begin(w.new_id(), **body))


@contest("result-used")
def a_certificate_for_one_result(w: Any, n: int) -> Call:
    return approving(w, n, [w.competence()], by=("kepala", "wakil"))


@contest("edition-out-of-order")
def the_next_edition(w: Any, n: int) -> Call:
    published = w.ledger.schemes.publish(
        w.schemes["RELAWAN/PSM-DASAR"], standard="Permensos 16/2017", basis="Permensos 10/2019", begins=NOW, months=12
    )
    return approving(w, n, [published], by=("kepala", "wakil"))


@contest("state-refuses")
def a_revocation(w: Any, n: int) -> Call:
    act = w.ledger.certificates.status_act("revoke", w.certificate, decree=w.decrees["revocation"], reason="fraud")
    return approving(w, n, [act], by=("kepala", "wakil"))


@contest("state-refuses")
def an_erasure(w: Any, n: int) -> Call:
    return approving(w, n, [w.ledger.registrants.erase(w.participants[3], "PDP-43")])


@contest("identity-taken")
def somebody_elses_number(w: Any, n: int) -> Call:
    """Two people are corrected to one NIK."""
    person = invented("Orang Baru", 9500)
    return lambda: w.ledger.registrants.correct(w.actor("ketua"), w.participants[n], person)


@contest("state-refuses")
def a_closing(w: Any, n: int) -> Call:
    if n == 0:
        w.ledger.trainings.explain(w.actor("petugas"), w.planned, "announced", "Belum ada peserta.")
        w.ledger.trainings.explain(w.actor("petugas"), w.planned, "roster", "Belum ada peserta.", "32.75")
    return lambda: w.ledger.trainings.close(w.actor("petugas"), w.planned)


@pytest.fixture
def world(ledger: Ledger, clock: StoryClock) -> Any:
    """On both databases; the fixture of the ledger audits the whole history afterwards."""
    told = RULES._tell(Story(ledger, clock))
    clock.at(NOW, 10)
    return RULES.World(ledger, clock, **told)


@pytest.fixture
def other(world: Any, config: Config, clock: StoryClock) -> Iterator[Any]:
    """The same world through another service over the same databases."""
    second = build(config, clock=clock)
    yield replace(world, ledger=second)
    second.engine.dispose()


def at_once(*calls: Call) -> list[Any]:
    """What each answered, or the error that it was refused with."""
    barrier = Barrier(len(calls))

    def run(call: Call) -> Any:
        barrier.wait(10)
        try:
            return call()
        except (LedgerError, AnsweredBefore) as refused:
            return refused

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def codes(outcomes: list[Any]) -> list[str]:
    return sorted(outcome.code if isinstance(outcome, LedgerError) else "" for outcome in outcomes)


@pytest.mark.parametrize("name", sorted(CONTESTS))
def test_of_two_writers_one_wins_and_the_other_is_told_why(world: Any, other: Any, name: str) -> None:
    code, made = CONTESTS[name]
    calls = [made(world, 0), made(other, 1)]

    outcomes = at_once(*calls)

    assert codes(outcomes) == ["", code]


def test_two_registrations_of_one_nik_yield_one_person(world: Any, other: Any) -> None:
    person = invented("Orang Baru", 9501)
    before = people(world.ledger)

    answers = at_once(*(lambda w=w: w.ledger.registrants.register(w.actor("petugas"), person) for w in (world, other)))

    assert answers[0]["registrant"] == answers[1]["registrant"]
    assert sorted(answer["new"] for answer in answers) == [False, True]
    assert people(world.ledger) == before + 1


def test_an_approval_given_twice_at_once_is_carried_out_once(world: Any, other: Any) -> None:
    proposal = world.proposed([world.competence()], "kepala")
    shown = world.ledger.proposals.show(proposal, reader="wakil")
    assertion = world.story.keys["wakil"].sign(bytes.fromhex(shown["signing"]))
    before = len(world.ledger.certificates.listed())

    calls = [lambda w=w: w.ledger.proposals.approve(w.actor("wakil"), proposal, assertion) for w in (world, other)]
    outcomes = at_once(*calls)

    assert codes(outcomes) == ["", "state-refuses"]
    assert len(world.ledger.certificates.listed()) == before + 1


def test_two_batches_issued_at_once_share_no_number_and_no_status_index(world: Any, other: Any) -> None:
    acts = world.ledger.certificates.attendance(world.training)
    before = set(world.ledger.certificates.listed())
    calls = [
        approving(w, n, batch, by=("kepala", "wakil"))
        for n, (w, batch) in enumerate(((world, acts[:2]), (other, acts[2:])))
    ]

    outcomes = at_once(*calls)

    assert codes(outcomes) == ["", ""]
    fresh = sorted(set(world.ledger.certificates.listed()) - before)
    assert [number[-8:-2] for number in fresh] == ["000001", "000002", "000003", "000004"]


def test_a_sheet_imported_twice_at_once_is_imported_once(world: Any, other: Any) -> None:
    header, *rows = RULES.SHEET.splitlines()
    sheet = "\n".join([header, *rows[:2]]).encode()

    outcomes = at_once(
        *(
            lambda w=w: w.ledger.trainings.import_sheet(w.actor("petugas"), w.planned, sheet, "sheet.csv").answer
            for w in (world, other)
        )
    )

    assert sorted((answer["written"], answer["already"]) for answer in outcomes) == [(0, 2), (2, 0)]


def test_closing_while_a_sheet_is_imported_loses_nobody(world: Any, other: Any) -> None:
    """Either the import came first, and its people are in the roster, or it is refused whole."""
    actor = world.actor("petugas")
    plan = {"programme": "PSM-DASAR", "activity": "bimtek", "days": (NOW,), "hours": 8, "basis": "Permensos 10/2019"}
    id = UUID(world.ledger.trainings.plan(actor, **plan, announced=0, quotas={"32.75": 0})["training"])
    sheet = RULES.SHEET.splitlines()
    one = "\n".join(line.rpartition(";")[0] for line in sheet[:2]).encode()
    closing = lambda: world.ledger.trainings.close(actor, id)  # noqa: E731
    importing = lambda: other.ledger.trainings.import_sheet(actor, id, one, "sheet.csv").answer  # noqa: E731

    outcomes = at_once(closing, importing)

    assert codes(outcomes) in (["", "training-not-open"], ["", "discrepancy-open"])
    shown = world.ledger.trainings.show(id)
    assert (shown["state"], shown["roster"]) in (("closed", {}), ("planned", {"32.75": 1}))


def test_two_changes_of_the_key_list_at_once_follow_each_other(world: Any, other: Any) -> None:
    version = world.ledger.keys.current().version

    answers = at_once(lambda: world.ledger.keys.rotate("event"), lambda: other.ledger.keys.rotate("event"))

    assert sorted(answer["version"] for answer in answers) == [version + 1, version + 2]
    active = [key for key in world.ledger.keys.current().keys if (key.role, key.state) == ("event", "active")]
    assert len(active) == 1


def test_one_request_sent_twice_at_once_is_done_once_and_answered_twice(world: Any, other: Any) -> None:
    person = invented("Orang Baru", 9502)
    size = world.ledger.histories.size()

    def register(w: Any) -> Call:
        request = Request.of(bytes(32), w.officers["petugas"].bytes, "/registrants", "key-1", b"body")
        return lambda: w.ledger.registrants.register(replace(w.actor("petugas"), request=request), person)

    outcomes = at_once(register(world), register(other))

    (before,) = (o for o in outcomes if isinstance(o, AnsweredBefore))
    (answer,) = (o for o in outcomes if not isinstance(o, AnsweredBefore))
    assert answer["registrant"] in before.answer
    assert world.ledger.histories.size() == size + 1


def people(ledger: Ledger) -> int:
    with reading(ledger.engine) as connection:
        return len(Models(connection, ledger.config.origin).every(REGISTRANTS))
