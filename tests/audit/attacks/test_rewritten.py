"""A history that somebody wrote anew and signed rightly: nothing inside shows it, whoever saw the other one does."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ledger.cli.main import cli
from ledger.cli.story import Story
from ledger.transparency import checkpoint, notes, paper
from ledger.transparency.merkle import consistency_proof, leaf_hash, nodes_of
from ledger.transparency.submission import Submission
from ledger.witness.book import FORK, UNPROVED
from ledger.witness.witness import Witness, create
from tests.audit.attacks.attacker import Attacker
from tests.audit.bundle.conftest import of, witness
from tests.conftest import GREEN_DAY

TAIL = 12  # events since the last export


def shown(attacker: Attacker, to: Witness, old: int, size: int) -> tuple[int, str]:
    """What a witness answers to a checkpoint of the history as it is now."""
    leaves = nodes_of([leaf_hash(entry) for entry in attacker.entries])
    proof = tuple(consistency_proof(old, size, leaves)) if old <= size else ()
    note = attacker.note(size, cosigners=[])
    answer = to.add_checkpoint(Submission(old, proof, note).encode())
    return answer.status, answer.body


@pytest.fixture
def board(attacker: Attacker, tmp_path: Path) -> Witness:
    """A real witness, which saw the whole story."""
    size = len(attacker.entries)
    create(tmp_path / "board", witness("dpd-32"), attacker.log_keys)
    found = Witness(tmp_path / "board", lambda: attacker.time(size))
    status, line = shown(attacker, found, 0, size)
    assert status == 200
    assert line.startswith("— saksi.contoh.invalid/dpd-32 ")
    return found


# The last ten cut -----------------------------------------------------------------------------------------------------


def test_the_last_ten_cut_is_found_by_the_kept_checkpoint_and_by_the_paper(attacker: Attacker, tmp_path: Path) -> None:
    """The witnesses are accomplices here: they cosign the shorter history."""
    whole = len(attacker.entries)
    previous, seen = attacker.note(whole), paper.write(attacker.point(whole), GREEN_DAY)
    del attacker.entries[-10:]
    folder = attacker.write(tmp_path / "bundle")

    found = attacker.found(folder, previous=previous, seen=seen)

    assert attacker.second(folder) == []
    assert attacker.second(folder, previous=previous) == [(None, "previous-differs", "previous")]
    assert found == [("previous-differs", whole), ("seen-differs", whole)]


def test_the_last_ten_cut_gets_no_cosignature(attacker: Attacker, board: Witness, tmp_path: Path) -> None:
    whole = len(attacker.entries)
    del attacker.entries[-10:]

    refused = [shown(attacker, board, old, whole - 10) for old in (whole, whole - 10, 0)]

    assert refused == [(400, "old-above-size\n"), (409, f"{whole}\n"), (409, f"{whole}\n")]
    attacker.cosigners = []
    assert attacker.both(attacker.write(tmp_path / "bundle")) == [(None, "witness-quorum", "log/checkpoint")]


@pytest.mark.parametrize(("more", "status", "called"), [(10, 409, FORK), (11, 422, UNPROVED)])
def test_another_end_in_the_place_of_the_last_ten_is_kept_as_evidence(
    attacker: Attacker, board: Witness, more: int, status: int, called: str
) -> None:
    whole, last = len(attacker.entries), attacker.record(-1)
    del attacker.entries[-10:]
    start = len(attacker.entries)
    attacker.entries += [attacker.sign(replace(last, position=start + n)) for n in range(more)]

    answer, _ = shown(attacker, board, whole, start + more)

    (evidence,) = board.book.forks()
    theirs = checkpoint.parse(notes.parse(evidence.theirs))
    assert (answer, evidence.what, theirs) == (status, called, attacker.point(start + more))
    assert checkpoint.parse(notes.parse(evidence.ours)).size == whole


# Dated anew -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def grown(story: Story) -> Attacker:
    """The story was exported and is watched; three days later there are some more events, which a witness saw, too."""
    exported = of(story.ledger).entries
    story.clock.at(GREEN_DAY + timedelta(days=3))
    for number in range(TAIL):
        actor = story.actor("ketua")
        story.ledger.authorities.catalogue(actor, regulation=f"UU {number + 1}/2026", rank="UU", begins=GREEN_DAY)
    attacker = Attacker(story.ledger, of(story.ledger).entries).with_export()
    attacker.kept = [len(exported), len(attacker.entries)]
    times = [attacker.records[size - 1].recorded // 1000 for size in attacker.kept]
    attacker.times = {attacker.kept[0]: times[0] + 2 * 86_400, attacker.kept[1]: times[1] + 60}
    return attacker


def redated(attacker: Attacker, start: int, *, hours: float) -> None:
    """Everything from there on, signed anew."""
    key, later = attacker.key(), timedelta(hours=hours)
    for at in range(start, len(attacker.entries)):
        record = attacker.record(at)
        recorded = record.recorded + round(later.total_seconds() * 1000)
        moved = replace(record, recorded=recorded, effective=record.effective + timedelta(days=int(hours / 24)))
        attacker.entries[at] = attacker.sign(moved, key)


@pytest.mark.parametrize(("hours", "code"), [(-72, "recorded-before-witness"), (12, "recorded-after-witness")])
def test_everything_since_the_export_dated_anew_is_found_by_the_witnesses_times(
    grown: Attacker, tmp_path: Path, hours: int, code: str
) -> None:
    start, _ = grown.kept
    assert grown.found(grown.write(tmp_path / "true")) == []
    redated(grown, start, hours=hours)

    found = grown.found(grown.write(tmp_path / "bundle"))

    assert found == [(code, start)]


@pytest.mark.parametrize("minutes", [-1, 1])
def test_everything_since_the_export_dated_anew_is_found_by_who_saw_it_before(
    grown: Attacker, tmp_path: Path, minutes: int
) -> None:
    """Too little for the witnesses' times; every online key and every witness signs it again."""
    start, whole = grown.kept
    previous, seen = grown.note(whole), paper.write(grown.point(whole), GREEN_DAY)
    redated(grown, start, hours=minutes / 60)
    folder = grown.write(tmp_path / "bundle")

    found = grown.found(folder, previous=previous, seen=seen)

    assert grown.second(folder) == []
    assert found == [("previous-differs", whole), ("seen-differs", whole)]


def test_an_approval_dated_anew_no_longer_names_its_proposal(attacker: Attacker, tmp_path: Path) -> None:
    """The approver signed the proposal as it was, with an own key."""
    start = attacker.first("proposal.made", after=2000)
    redated(attacker, start, hours=1)

    found = attacker.both(attacker.write(tmp_path / "bundle"))

    assert found == [(attacker.first("approval.given", after=start), "approval-of-another", "")]


def test_an_event_left_out_and_the_rest_numbered_anew_breaks_the_next_approval(
    attacker: Attacker, tmp_path: Path
) -> None:
    start = attacker.first("regulation.catalogued")
    key = attacker.key()
    del attacker.entries[start]
    for at in range(start, len(attacker.entries)):
        attacker.entries[at] = attacker.sign(replace(attacker.record(at), position=at), key)

    found = attacker.both(attacker.write(tmp_path / "bundle"))

    assert found == [(attacker.first("approval.given", after=start), "approval-of-another", "")]


# A split view ---------------------------------------------------------------------------------------------------------


def test_two_people_who_were_shown_two_histories_can_prove_it(
    attacker: Attacker, exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log signed all three; of one size the notes alone tell, of two the tiles of an audited bundle."""
    monkeypatch.chdir(tmp_path)
    whole = len(attacker.entries)
    Path("policy").write_text(attacker.policy_text())
    Path("ours").write_bytes(attacker.note(whole))
    Path("older").write_bytes(attacker.note(whole - 8))
    redated(attacker, whole - 10, hours=1)
    Path("theirs").write_bytes(attacker.note(whole))
    Path("theirs-older").write_bytes(attacker.note(whole - 8))

    one_size = compared("ours", "theirs", "--policy", "policy")
    two_sizes = compared("theirs-older", "ours", "--policy", "policy", "--bundle", str(exported))
    honest = compared("older", "ours", "--policy", "policy", "--bundle", str(exported))

    assert (one_size.exit_code, two_sizes.exit_code, honest.exit_code) == (1, 1, 0)
    for name in ("ours", "theirs"):
        assert Path(name).read_text() in one_size.stdout
    assert Path("theirs-older").read_text() in two_sizes.stdout


def compared(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["compare-checkpoints", *arguments], env={"LEDGER_LANGUAGE": "en"})
