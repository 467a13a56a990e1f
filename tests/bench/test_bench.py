"""The bench runs; what it measures at this size says nothing and is not looked at."""

from pathlib import Path

import pytest

from bench import append, desk, endpoint, log, papers, replay
from bench.__main__ import surroundings
from bench.figures import Figure, table
from bench.ledgers import configured
from bench.load import answered, post
from ledger.application import printing


def test_an_append_is_measured_beside_the_stock_library(tmp_path: Path) -> None:
    figures = append.beside_stock(tmp_path, singles=2, batches=1, rounds=1)

    assert [figure.wanted for figure in figures] == [0.6, 0.7]
    assert all(figure.ours > 0 and figure.other > 0 and figure.ratio > 0 for figure in figures)


def test_an_append_is_measured_in_a_short_and_in_a_longer_history(tmp_path: Path) -> None:
    figures = append.as_it_grows(tmp_path, small=500, large=1_000, singles=2, batches=1, rounds=1)

    assert [(figure.wanted, figure.at_most) for figure in figures] == [(1.15, True), (1.15, True)]
    assert all(figure.ours > 0 and figure.ratio > 0 for figure in figures)


def test_the_log_of_a_long_history_is_measured(tmp_path: Path) -> None:
    checkpoint, proof, one, many, audited, memory = log.at_length(
        tmp_path, events=1_000, short=500, singles=2, rounds=1
    )

    assert [figure.wanted for figure in (checkpoint, proof, one, many, audited, memory)] == [1, 1, 1.2, 1.2, 0.8, 1]
    assert min(checkpoint.ours, proof.ours, one.ratio, many.ratio, audited.ratio, memory.ratio) > 0


def test_an_audit_of_the_story_is_measured_beside_bare_signatures(tmp_path: Path) -> None:
    clock, core, rebuild = replay.beside_verification(tmp_path, trainings=1, signatures=10, rounds=1)

    assert clock.wanted == 0.5
    assert min(clock.ratio, core.ratio, rebuild.ours) > 0


def test_a_verification_is_measured_beside_a_bare_application(tmp_path: Path) -> None:
    (figure,) = endpoint.beside_hello(tmp_path, seconds=0.2, rounds=1)

    assert figure.wanted == 0.20
    assert min(figure.ours, figure.other) > 0


def test_papers_are_measured_with_their_codes(tmp_path: Path) -> None:
    own, whole = papers.at_once(printing.ALONE + 1, rounds=1)

    assert own.wanted == 1
    assert min(own.ours, whole.ours) > 0


def test_the_pages_of_the_desk_are_measured(tmp_path: Path) -> None:
    *pages, learnt = desk.pages(tmp_path / "desk", people=600, events=5_000, rounds=1)

    assert {(figure.wanted, figure.at_most) for figure in pages} == {(1, True)}
    assert min(figure.ratio for figure in pages) > 0
    assert learnt.ours > 0


def test_answers_that_are_no_200_are_not_counted(tmp_path: Path) -> None:
    with endpoint.served("bench.hello:app", configured(tmp_path / "hello")) as port:
        assert answered(port, post("/elsewhere", b"{}"), seconds=0.2) == 0


@pytest.mark.parametrize(
    ("ratio", "at_most", "reached"), [(0.6, False, True), (0.59, False, False), (1.2, True, False)]
)
def test_a_ratio_that_misses_what_is_wanted_says_so(ratio: float, at_most: bool, reached: bool) -> None:
    wanted = 1.15 if at_most else 0.6
    figure = Figure("this", 6, "that", 10, ratio, wanted, at_most)

    assert figure.reached is reached
    assert ("MISSED" in table([figure])) is not reached


def test_the_surroundings_name_the_durability_of_the_stock_library(tmp_path: Path) -> None:
    said = surroundings(tmp_path)

    assert "journal_mode=wal, synchronous=FULL" in said
