"""The log asks its witnesses, over HTTP: real ones, and ports that answer as no witness should."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest

from ledger.application.witnesses import RED_SECONDS, SKEW, Asked, Outcome, Witnesses, quorum_age
from ledger.errors import ConfigError, StoreError
from ledger.store.checkpoints import Kept
from ledger.transparency import checkpoint, notes, policy
from ledger.transparency.merkle import Frontier
from ledger.transparency.notes import Signature
from ledger.transparency.policy import Policy
from ledger.transparency.submission import parse
from ledger.witness import three
from ledger.witness.book import Book
from ledger.witness.server import together
from ledger.witness.witness import Witness, create
from tests.cli.test_server import free_port
from tests.witness.made import Log, answering, dripping, free_ports, posted

SIZE, PLAIN = "text/x.tlog.size", "text/plain"
NAMES = list(three.NAMES)


@dataclass
class Watched:
    """A log with three witnesses; `evidence` is the folder of alarms."""

    log: Log
    folders: list[Path]
    policy: Policy
    evidence: Path

    def ask(self, size: int, known: int = 0, log: Log | None = None, patience: float = 5.0) -> dict[str, Asked]:
        log = log or self.log
        names = {witness.key.name: known for witness in self.policy.witnesses.values()}
        client = Witnesses(self.policy, keep=self.evidence, patience=patience)
        return {one.witness: one for one in client.ask(log.note(size), size, log.prove(size), names)}

    def outcomes(self, size: int, known: int = 0, log: Log | None = None) -> list[Outcome]:
        return [one.outcome for one in self.ask(size, known, log).values()]

    def elsewhere(self, port: int) -> "Watched":
        """The first witness is asked at another port."""
        address = self.policy.witnesses[NAMES[0]].url
        moved = self.text().replace(f"{address}\n", f"http://127.0.0.1:{port}\n")
        return Watched(self.log, self.folders, policy.parse(moved.encode()), self.evidence)

    def text(self) -> str:
        return (self.folders[0].parent / three.POLICY).read_text(encoding="utf-8")


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    log, port = Log(), free_ports(3)
    folders = three.prepare(tmp_path / "three", port, log.keys())
    with together(folders, "127.0.0.1", port):
        yield Watched(log, folders, policy.read(tmp_path / "three" / three.POLICY), tmp_path / "evidence")


def test_three_witnesses_make_a_quorum(watched: Watched) -> None:
    asked = watched.ask(9)

    signatures = [signature for one in asked.values() for signature in one.signatures]
    note = notes.parse(watched.log.note(9)).with_signatures(signatures)
    assert [one.outcome for one in asked.values()] == [Outcome.COSIGNED] * 3
    assert watched.policy.satisfied(watched.policy.cosigners(note))
    assert checkpoint.opened(note.encode(), watched.log.keys()).point == watched.log.point(9)
    assert not watched.evidence.exists()


def test_a_witness_that_is_behind_is_asked_again_with_a_proof_from_there(watched: Watched) -> None:
    watched.ask(5)

    asked = watched.ask(9, known=0)

    assert {(one.outcome, one.old, len(one.signatures)) for one in asked.values()} == {(Outcome.RETRIED, 5, 1)}
    assert watched.outcomes(12, known=9) == [Outcome.COSIGNED] * 3


def test_a_witness_that_never_said_that_it_has_our_checkpoint_signs_it_again(watched: Watched) -> None:
    watched.ask(9)

    assert watched.outcomes(9, known=5) == [Outcome.RETRIED] * 3
    assert watched.outcomes(9, known=9) == [Outcome.COSIGNED] * 3
    assert watched.outcomes(9, known=40) == [Outcome.COSIGNED] * 3


@pytest.mark.parametrize("known", [0, 5, 9])
def test_another_root_of_the_same_size_is_an_alarm(watched: Watched, known: int) -> None:
    watched.ask(9)

    asked = watched.ask(9, known, watched.log.forked(6))

    assert {(one.outcome, one.ahead) for one in asked.values()} == {(Outcome.ALARM, None)}
    assert [len(Book(folder).forks()) for folder in watched.folders] == [1, 1, 1]


def test_a_fork_that_has_grown_past_the_witnesses_is_an_alarm(watched: Watched) -> None:
    watched.ask(9)

    asked = watched.ask(12, known=9, log=watched.log.forked(6))

    assert {(one.outcome, one.status) for one in asked.values()} == {(Outcome.ALARM, 422)}


def test_a_witness_with_two_keys_is_asked_once_and_signs_by_both(tmp_path: Path) -> None:
    log, port = Log(), free_port()
    keys = create(tmp_path / "witness", "saksi.contoh.invalid", log.keys(), second=True).keys()
    both = [f"witness {n} {key.encode()} http://127.0.0.1:{port}{'/' * n}\n" for n, key in enumerate(keys)]
    rules = policy.parse("".join([*both, "group both all 0 1\nquorum both\n"]).encode())
    client = Witnesses(rules, keep=tmp_path / "evidence")
    with together([tmp_path / "witness"], "127.0.0.1", port):
        posted(port, log.submission(0, 10))  # Its answer was lost.

        found = [client.ask(log.note(size), size, log.prove(size)) for size in (20, 30)]

    for size, asked in zip((20, 30), found, strict=True):
        note = notes.parse(log.note(size)).with_signatures(signature for one in asked for signature in one.signatures)
        assert [one.outcome for one in asked] == [Outcome.RETRIED] * 2
        assert rules.satisfied(rules.cosigners(note))
    assert not (tmp_path / "evidence").exists()


def test_somebody_who_shows_our_note_while_we_ask_again_makes_no_alarm(watched: Watched) -> None:
    with answering(409, SIZE, b"5\n", b"9\n") as port:
        asked = watched.elsewhere(port).ask(9)[NAMES[0]]

    assert (asked.outcome, asked.old, asked.ahead) == (Outcome.UNREACHABLE, 5, None)
    assert not watched.evidence.exists()


def test_a_log_that_was_rolled_back_is_an_alarm_at_its_start(watched: Watched) -> None:
    watched.ask(9)
    client = Witnesses(watched.policy, keep=None)

    alarms = client.check(watched.log.note(5), 5, watched.log.prove(5))

    assert [(one.witness, one.status, one.ahead, one.evidence) for one in alarms] == [
        (name, 409, 9, None) for name in NAMES
    ]
    assert client.check(watched.log.note(12), 12, watched.log.prove(12)) == []


def test_the_evidence_of_an_alarm_is_kept(watched: Watched) -> None:
    watched.ask(9)
    fork = watched.log.forked(6)

    asked = watched.ask(12, known=9, log=fork)[NAMES[0]]

    assert asked.evidence is not None
    assert parse((asked.evidence / "request").read_bytes()).note == fork.note(12)
    assert (asked.evidence / "answer").read_text().startswith("422 text/plain\n\nconsistency-wrong")
    assert watched.policy.witnesses[NAMES[0]].key.encode() in (asked.evidence / "witness").read_text()
    assert len(list(watched.evidence.iterdir())) == 3


def test_an_alarm_whose_evidence_cannot_be_kept_is_no_answer_at_all(watched: Watched) -> None:
    watched.ask(9)
    watched.evidence.write_bytes(b"")

    with pytest.raises(StoreError) as refused:
        watched.ask(12, known=9, log=watched.log.forked(6))

    assert refused.value.code == "folder-unwritable"


@pytest.mark.parametrize(
    ("status", "kind", "body", "outcome"),
    [
        (400, PLAIN, b"no", Outcome.ALARM),
        (422, PLAIN, b"no", Outcome.ALARM),
        (409, SIZE, b"10\n", Outcome.ALARM),
        (409, SIZE, b"9999999999999999999\n", Outcome.ALARM),
        (409, SIZE, b"9\n", Outcome.ALARM),
        (409, SIZE, b"5\n", Outcome.UNREACHABLE),
        (409, SIZE, b"much\n", Outcome.CONFIGURATION),
        (409, SIZE, b"9" * 5000, Outcome.CONFIGURATION),
        (409, PLAIN, b"5\n", Outcome.CONFIGURATION),
        (403, PLAIN, b"no", Outcome.CONFIGURATION),
        (404, PLAIN, b"no", Outcome.CONFIGURATION),
        (302, PLAIN, b"", Outcome.CONFIGURATION),
        (307, PLAIN, b"", Outcome.CONFIGURATION),
        (413, PLAIN, b"", Outcome.CONFIGURATION),
        (204, PLAIN, b"", Outcome.CONFIGURATION),
        (429, PLAIN, b"", Outcome.UNREACHABLE),
        (500, PLAIN, b"", Outcome.UNREACHABLE),
        (503, PLAIN, b"", Outcome.UNREACHABLE),
        (200, PLAIN, b"", Outcome.CONFIGURATION),
        (200, PLAIN, b"hello\n", Outcome.CONFIGURATION),
        (200, PLAIN, b"\xff" * 100_000, Outcome.CONFIGURATION),
    ],
)
def test_every_answer_has_its_outcome(watched: Watched, status: int, kind: str, body: bytes, outcome: Outcome) -> None:
    with answering(status, kind, body) as port:
        asked = watched.elsewhere(port).ask(9)

    assert (asked[NAMES[0]].outcome, asked[NAMES[0]].signatures) == (outcome, ())
    assert [asked[name].outcome for name in NAMES[1:]] == [Outcome.COSIGNED] * 2
    assert watched.evidence.exists() is (outcome == Outcome.ALARM)


def test_a_conflict_over_a_size_that_we_named_ourselves_is_an_alarm_in_any_words(watched: Watched) -> None:
    watched.ask(9)

    with answering(409, PLAIN, b"other root\n") as port:
        asked = watched.elsewhere(port).ask(9, known=9)

    assert asked[NAMES[0]].outcome == Outcome.ALARM


def test_a_retry_that_meets_a_size_above_ours_is_an_alarm(watched: Watched) -> None:
    with answering(409, SIZE, b"5\n", b"10\n") as port:
        asked = watched.elsewhere(port).ask(9)

    assert (asked[NAMES[0]].outcome, asked[NAMES[0]].old, asked[NAMES[0]].ahead) == (Outcome.ALARM, 5, 10)


def line(watched: Watched, folder: int, seconds: float = 0.0, size: int = 9) -> bytes:
    """A cosignature by one of the witnesses, made elsewhere and at another time."""
    alike = Witness(watched.folders[folder], lambda: int(time.time() + seconds))
    return alike.add_checkpoint(watched.log.submission(0, size)).body.encode()


@pytest.mark.parametrize(
    "forged",
    [
        lambda watched: line(watched, 1),
        lambda watched: line(watched, 0, size=8),
        lambda watched: line(watched, 0, seconds=-SKEW - 60),
        lambda watched: line(watched, 0, seconds=SKEW + 60),
    ],
)
def test_a_cosignature_by_another_key_of_another_checkpoint_or_time_is_none(
    watched: Watched, forged: Callable[[Watched], bytes]
) -> None:
    with answering(200, PLAIN, forged(watched)) as port:
        asked = watched.elsewhere(port).ask(9)[NAMES[0]]

    assert (asked.outcome, asked.signatures) == (Outcome.CONFIGURATION, ())


def test_a_fault_of_configuration_is_one_line_whatever_the_witness_says(watched: Watched) -> None:
    with answering(403, PLAIN, b"no\n2026 all is well\r\x1b" + b"a" * 5000) as port:
        refused = watched.elsewhere(port).ask(9)
    with answering(200, PLAIN, line(watched, 0, seconds=SKEW + 60)) as port:
        early = watched.elsewhere(port).ask(9)[NAMES[0]]

    assert refused[NAMES[0]].fault.startswith(
        f"witness-configuration: witness={NAMES[0]}, status=403, answer='no\\n2026 all is well\\r\\x1baaa"
    )
    assert len(refused[NAMES[0]].fault) < 400
    assert "status=200, answer='cosignature-time: " in early.fault
    assert refused[NAMES[1]].fault == ""


def test_strangers_signatures_beside_the_right_one_are_ignored(watched: Watched) -> None:
    with answering(200, PLAIN, line(watched, 1) + line(watched, 0)) as port:
        asked = watched.elsewhere(port).ask(9)[NAMES[0]]

    assert [signature.name for signature in asked.signatures] == [NAMES[0]]


def test_a_slow_witness_keeps_nobody_waiting(watched: Watched) -> None:
    done = Event()
    with ExitStack() as stack:
        port = stack.enter_context(answering(200, PLAIN, b"", wait=lambda: done.wait(30)))
        stack.callback(done.set)
        begun = time.monotonic()
        asked = watched.elsewhere(port).ask(9, patience=1.0)
        took = time.monotonic() - begun

    assert [asked[name].outcome for name in NAMES] == [Outcome.UNREACHABLE, Outcome.COSIGNED, Outcome.COSIGNED]
    assert took < 3


def test_a_witness_that_answers_a_byte_at_a_time_keeps_nobody_waiting(watched: Watched) -> None:
    with dripping() as port:
        begun = time.monotonic()
        asked = watched.elsewhere(port).ask(9, patience=1.0)
        took = time.monotonic() - begun

    assert [asked[name].outcome for name in NAMES] == [Outcome.UNREACHABLE, Outcome.COSIGNED, Outcome.COSIGNED]
    assert took < 3


def under_way() -> int:
    return sum(thread.name.startswith("witness ") for thread in threading.enumerate())


def test_a_witness_that_never_ends_its_answer_is_not_asked_again_meanwhile(watched: Watched) -> None:
    with dripping() as port:
        client = Witnesses(watched.elsewhere(port).policy, keep=None, patience=0.3)

        for size in (7, 8, 9):
            asked = client.ask(watched.log.note(size), size, watched.log.prove(size))

            assert [one.outcome == Outcome.UNREACHABLE for one in asked] == [True, False, False]
            assert under_way() == 1

    gone_within(5)
    asked = client.ask(watched.log.note(10), 10, watched.log.prove(10))
    assert (asked[0].outcome, under_way()) == (Outcome.UNREACHABLE, 0)


def test_what_comes_of_an_answer_after_its_time_is_not_waited_for(watched: Watched) -> None:
    with dripping(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n") as port:
        asked = watched.elsewhere(port).ask(9, patience=0.5)

        gone_within(5)

    assert (asked[NAMES[0]].outcome, asked[NAMES[0]].status) == (Outcome.UNREACHABLE, 0)


def gone_within(seconds: float) -> None:
    until = time.monotonic() + seconds
    while under_way() and time.monotonic() < until:
        time.sleep(0.02)
    assert under_way() == 0


def test_a_witness_that_is_down_is_unreachable(watched: Watched) -> None:
    assert watched.elsewhere(free_ports(1)).ask(9)[NAMES[0]].outcome == Outcome.UNREACHABLE


def test_a_log_that_the_witnesses_do_not_know_is_a_fault_of_configuration(watched: Watched) -> None:
    assert watched.outcomes(9, log=Log("other.contoh.invalid")) == [Outcome.CONFIGURATION] * 3
    assert watched.outcomes(9, log=Log()) == [Outcome.CONFIGURATION] * 3


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://saksi.example.org/w", True),
        ("http://127.0.0.1:8101", True),
        ("http://[::1]:8101", True),
        ("http://localhost/", True),
        ("http://saksi.example.org", False),
        ("http://127.0.0.1.example.org", False),
        ("http://127.0.0.1@example.org", False),
        ("file:///etc/passwd", False),
        ("ftp://127.0.0.1/", False),
        ("https://", False),
        ("https://[", False),
        ("saksi.example.org", False),
    ],
)
def test_notes_go_out_over_https_or_stay_on_the_machine(watched: Watched, url: str, safe: bool) -> None:
    address = watched.policy.witnesses[NAMES[0]].url
    moved = policy.parse(watched.text().replace(f"{address}\n", f"{url}\n").encode())

    if safe:
        assert Witnesses(moved, keep=None).policy == moved
        return
    with pytest.raises(ConfigError) as refused:
        Witnesses(moved, keep=None)
    assert refused.value.code == "witness-address"


def test_a_witness_without_an_address_is_not_asked(watched: Watched) -> None:
    address = watched.policy.witnesses[NAMES[0]].url
    silent = Watched(
        watched.log, watched.folders, policy.parse(watched.text().replace(f" {address}\n", "\n").encode()), Path()
    )

    assert list(silent.ask(9)) == NAMES[1:]


@dataclass
class Shelf:
    """Kept checkpoints, the newest first; `read`: the sizes of those that were looked at."""

    log: Log
    given: list[tuple[int, int, list[Signature]]]  # size, s UTC, cosignatures
    read: list[int] = field(default_factory=list)

    def __iter__(self) -> Iterator[Kept]:
        for size, signed, signatures in self.given:
            self.read.append(size)
            note = notes.parse(self.log.note(size)).with_signatures(signatures)
            yield Kept(size, signed * 1000, note, Frontier())


def test_the_age_of_the_quorum_is_that_of_the_newest_checkpoint_with_one(watched: Watched) -> None:
    three_of_them = [signature for one in watched.ask(9).values() for signature in one.signatures]
    one_of_them = list(watched.ask(12)[NAMES[0]].signatures)
    since = sorted(signature.time for signature in three_of_them)[1]
    shelf = Shelf(watched.log, [(12, since, one_of_them), (9, since - 90_000, three_of_them), (5, since, [])])

    assert quorum_age(shelf, watched.policy, since + 80_000) == 80_000
    assert shelf.read == [12, 9]
    assert quorum_age([], watched.policy, since) is None
    assert quorum_age([], policy.parse(b"quorum none\n"), since) == 0


def test_a_quorum_is_not_looked_for_before_the_last_day(watched: Watched) -> None:
    three_of_them = [signature for one in watched.ask(5).values() for signature in one.signatures]
    now = three_of_them[0].time
    shelf = Shelf(watched.log, [(12, now, []), (9, now - RED_SECONDS - 1, []), (5, now, three_of_them)])

    assert quorum_age(shelf, watched.policy, now) is None
    assert shelf.read == [12, 9]
