"""What is asked for, how often, and what is held: the parts that a verdict alone does not show."""

from collections.abc import Callable

import pytest

from ledger.credentials.sources import KEYS, MAX_STEPS, Answer, Fetch, Got, Kind, keys, listed
from ledger.errors import VerificationError
from tests.conformance import world
from tests.conformance.world import ORIGIN, ROOT, keys_file, replace, signed_by, version


class Dated:
    """A list that is nothing but its times, written as text."""

    def __init__(self, data: bytes) -> None:
        if not data.startswith(b"at "):
            raise VerificationError("list-malformed", why="test")
        self.iat = int(data.split()[1])
        self.exp = self.iat + 10


def answering(answers: dict[str, Answer], asked: list[str]) -> Fetch:
    def fetch(path: str, _: bool) -> Answer:
        asked.append(path)
        return answers.get(path, Answer(Kind.ABSENT))

    return fetch


def got(answer: Answer, held: dict[str, bytes]) -> Got[Dated]:
    return listed("list", Dated, fetch=lambda *_: answer, held=held)


def of(data: bytes) -> Answer:
    return Answer(Kind.BYTES, data)


@pytest.mark.parametrize(
    ("answer", "kind", "value", "kept"),
    [
        (of(b"at 20 new"), Kind.BYTES, 20, b"at 20 new"),
        (of(b"at 10 old"), Kind.BYTES, 10, b"at 10 old"),
        (of(b"at 10 other"), Kind.WRONG, 10, b"at 10 old"),
        (of(b"at 9 older"), Kind.SILENT, 10, b"at 10 old"),
        (of(b"<html>"), Kind.WRONG, 10, b"at 10 old"),
        (Answer(Kind.SILENT), Kind.SILENT, 10, b"at 10 old"),
        (Answer(Kind.WRONG), Kind.WRONG, 10, b"at 10 old"),
        (Answer(Kind.ABSENT), Kind.ABSENT, 10, b"at 10 old"),
    ],
)
def test_what_is_held_changes_only_for_something_newer(answer: Answer, kind: Kind, value: int, kept: bytes) -> None:
    held = {"list": b"at 10 old"}

    found = got(answer, held)

    assert (found.kind, found.value and found.value.iat, held["list"]) == (kind, value, kept)
    assert found.rollback is (answer.data == b"at 9 older")


def test_what_is_held_and_does_not_verify_any_more_is_nothing() -> None:
    held = {"list": b"damaged"}

    assert got(Answer(Kind.SILENT), held).value is None
    assert got(of(b"at 1"), held).value is not None


@pytest.mark.parametrize(("now", "wrong"), [(19, False), (20, True), (21, True)])
def test_an_answer_past_its_end_is_wrong_and_what_is_held_is_not(now: int, wrong: bool) -> None:
    assert got(of(b"at 10"), {}).wrong(now) is wrong
    assert not got(Answer(Kind.SILENT), {"list": b"at 10"}).wrong(now)


def test_a_walk_asks_for_every_list_between_once_and_in_order() -> None:
    asked: list[str] = []
    second, third = version(4, roots=world.roots(4, 5)), version(5, roots=world.roots(6, 7))
    answers = {
        KEYS: of(signed_by(third, 4, 5, 6, 7)),
        "keys/4": of(signed_by(second, 1, 2, 4, 5)),
    }
    held = {KEYS: keys_file()}

    found = keys(origin=ORIGIN, root=ROOT, fetch=answering(answers, asked), held=held)

    assert (found.kind, found.value and found.value.version) == (Kind.BYTES, 5)
    assert asked == [KEYS, "keys/4"]
    assert held == {KEYS: answers[KEYS].data}


def test_nobody_walks_further_than_a_thousand_lists() -> None:
    asked: list[str] = []
    far = replace(version(5, roots=world.roots(6, 7)), version=3 + MAX_STEPS + 1)
    held = {KEYS: keys_file()}

    found = keys(origin=ORIGIN, root=ROOT, fetch=answering({KEYS: of(signed_by(far, 6, 7))}, asked), held=held)

    assert found.kind is Kind.WRONG
    assert asked == [KEYS]


@pytest.mark.parametrize(
    "grouped", [str.upper, lambda root: root.replace("-", " "), lambda root: root.replace("-", "")]
)
def test_the_fingerprint_counts_however_it_is_written(grouped: Callable[[str], str]) -> None:
    found = keys(origin=ORIGIN, root=grouped(ROOT), fetch=lambda *_: of(keys_file()), held={})

    assert found.kind is Kind.BYTES


def test_without_a_fingerprint_nothing_is_believed() -> None:
    assert keys(origin=ORIGIN, root="", fetch=lambda *_: of(keys_file()), held={}).kind is Kind.WRONG
