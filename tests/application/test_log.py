"""The log's round with three real witnesses: quorum, alarms, a total rollback, a clone beside it, health."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ledger.application.witnesses import Outcome, Witnesses
from ledger.cli.story import Story, StoryClock
from ledger.errors import StoreError
from ledger.transparency import notes, policy
from ledger.wiring import Ledger, build
from tests.waiting import wait_for

NAMES = tuple(f"saksi-{n}.contoh.invalid" for n in (1, 2, 3))
pytestmark = pytest.mark.parametrize("db", ["sqlite"])  # Its files are copied.
FILES = ("main.db", "keys.db", "keys", "mirror")


@pytest.fixture
def begun(story: Story, clock: StoryClock) -> Story:
    """Two founders, on files, at the time of now: witnesses have clocks of their own."""
    story.begins()
    clock.free()
    return story


@contextmanager
def three(folder: Path, port: int, *keys: str) -> Iterator[Path]:
    """The policy file of three witnesses, all processes of one command."""
    command = [sys.executable, "-m", "ledger", "witness", "three", str(folder), "--port", str(port)]
    for key in keys:
        command += ["--log", key]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for n in range(3):
            wait_for(port + n)
        yield folder / "policy.txt"
    finally:
        process.terminate()
        assert process.wait(timeout=30) == 0


def three_free_ports() -> int:
    """The first of them."""
    for start in range(21_000, 30_000, 7):
        try:
            for port in range(start, start + 3):
                socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return start
    raise AssertionError("no free ports")


def vkeys(story: Story) -> list[str]:
    return [key.encode() for key in story.ledger.checkpoints.log_keys()]


def watched(story: Story, policy_file: Path, folder: Path | None = None) -> Ledger:
    """The same ledger, or the files in a folder, under a policy."""
    config = replace(story.ledger.config, policy=str(policy_file))
    if folder is not None:
        config = replace(
            config,
            database=f"sqlite:///{folder / 'main.db'}",
            keys_database=f"sqlite:///{folder / 'keys.db'}",
            keys=str(folder / "keys"),
            mirror=str(folder / "mirror"),
        )
    return build(config, clock=story.clock)


def regulation(ledger: Ledger, story: Story, number: int) -> None:
    actor = ledger.officers.actor(story.officers["ketua"])
    ledger.authorities.catalogue(actor, regulation=f"UU {number}/2021", rank="UU", begins=date(2019, 9, 1))


def copied(story: Story, place: Path) -> Path:
    """Every local file as it is now."""
    story.ledger.close()
    source = Path(story.ledger.config.keys).parent
    place.mkdir()
    for name in FILES:
        if (source / name).is_dir():
            shutil.copytree(source / name, place / name)
        else:
            shutil.copy(source / name, place / name)
    return place


def test_witnesses_cosign_and_a_total_rollback_does_not_start(begun: Story, tmp_path: Path) -> None:
    with three(tmp_path / "saksi", three_free_ports(), *vkeys(begun)) as policy_file:
        ledger = watched(begun, policy_file)

        asked = ledger.log.keep()

        assert [one.outcome for one in asked] == [Outcome.COSIGNED] * 3
        rules = policy.read(policy_file)
        assert set(rules.cosigners(notes.parse(ledger.checkpoints.latest()))) == set(NAMES)
        seal = ledger.log.seal()
        assert seal is not None
        assert seal.witnesses == NAMES
        health = ledger.log.health()
        assert health.green
        assert health.quorum_age is not None
        assert health.quorum_age < 60
        assert ledger.log.keep() == []  # Nothing new, and just shown.

        ledger.close()
        old = copied(begun, tmp_path / "old")
        regulation(ledger, begun, 1)
        assert len(ledger.log.keep()) == 3
        ledger.ready()

        back = watched(begun, policy_file, old)
        with pytest.raises(StoreError) as refused:
            back.ready()

        assert refused.value.code == "log-alarm"
        assert back.checkpoints.mirror.alarms() == 3
        ledger.close()
        back.close()


def test_a_clone_that_goes_its_own_way_is_stopped_with_the_evidence_kept(begun: Story, tmp_path: Path) -> None:
    with three(tmp_path / "saksi", three_free_ports(), *vkeys(begun)) as policy_file:
        ledger = watched(begun, policy_file)
        ledger.log.keep()
        ledger.close()
        clone = watched(begun, policy_file, copied(begun, tmp_path / "clone"))
        regulation(ledger, begun, 1)
        ledger.log.keep()
        regulation(clone, begun, 2)

        with pytest.raises(StoreError) as refused:
            clone.log.keep()

        assert refused.value.code == "log-alarm"
        evidence = sorted((Path(clone.config.mirror) / "alarms").glob("*/*"))
        assert {path.name for path in evidence} == {"answer", "request", "witness"}
        assert not clone.log.health().green
        regulation(clone, begun, 3)
        with pytest.raises(StoreError) as again:
            clone.checkpoints.sign()
        assert again.value.code == "log-alarm"
        shutil.rmtree(Path(clone.config.mirror) / "alarms")
        clone.checkpoints.sign()
        ledger.close()
        clone.close()


def test_witnesses_that_nobody_reaches_stop_nothing_and_turn_health_red(
    begun: Story, tmp_path: Path, clock: StoryClock
) -> None:
    port = three_free_ports()
    with three(tmp_path / "saksi", port, *vkeys(begun)) as policy_file:
        ledger = watched(begun, policy_file)
        ledger.log.keep()
    regulation(ledger, begun, 1)

    asked = ledger.log.keep()

    assert {one.outcome for one in asked} == {Outcome.UNREACHABLE}
    assert ledger.checkpoints.behind_since() is None
    ledger.ready()
    assert ledger.log.health().green
    clock.ms = clock() + 25 * 3_600_000
    assert not ledger.log.health().green
    ledger.close()


def test_a_log_that_never_had_a_quorum_is_not_healthy(begun: Story, tmp_path: Path) -> None:
    with three(tmp_path / "saksi", three_free_ports(), *vkeys(begun)) as policy_file:
        pass
    ledger = watched(begun, policy_file)
    ledger.log.keep()

    health = ledger.log.health()

    assert (health.green, health.quorum_age, health.alarms) == (False, None, 0)
    ledger.close()


def test_the_server_keeps_the_log_within_seconds(begun: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.application.log.ROUND_SECONDS", 0.05)

    begun.ledger.log.keeping()

    until = time.monotonic() + 20
    while begun.ledger.checkpoints.behind_since() and time.monotonic() < until:
        time.sleep(0.05)
    assert begun.ledger.checkpoints.behind_since() is None


def test_a_rollback_to_before_the_first_checkpoint_is_seen_before_anything_is_signed(
    begun: Story, tmp_path: Path
) -> None:
    (Path(begun.ledger.config.keys).parent / "mirror").mkdir()
    old = copied(begun, tmp_path / "old")
    with three(tmp_path / "saksi", three_free_ports(), *vkeys(begun)) as policy_file:
        ledger = watched(begun, policy_file)
        ledger.log.keep()
        ledger.close()
        back = watched(begun, policy_file, old)
        regulation(back, begun, 9)

        with pytest.raises(StoreError) as refused:
            back.ready()

        assert refused.value.code == "log-alarm"
        assert back.checkpoints.newest() is None
        back.close()


def test_two_hosts_on_one_database_do_not_alarm_each_other(begun: Story, tmp_path: Path) -> None:
    """Each has a mirror of its own, and the other's newer note reached the witnesses first."""
    with three(tmp_path / "saksi", three_free_ports(), *vkeys(begun)) as policy_file:
        one = watched(begun, policy_file)
        other = build(replace(one.config, mirror=str(tmp_path / "mirror-2")), clock=begun.clock)
        one.log.keep()
        slow = one.checkpoints.require_newest()
        regulation(other, begun, 1)
        other.log.keep()
        witnesses = Witnesses(policy.read(policy_file), keep=one.checkpoints.mirror.folder / "alarms")
        asked = witnesses.ask(slow.note.encode(), slow.size, lambda old: one.checkpoints.consistency(old, slow.size))
        assert {answer.outcome for answer in asked} == {Outcome.ALARM}

        one.log.require_no_alarm(asked)

        assert one.checkpoints.mirror.alarms() == 0
        one.ready()
        one.close()
        other.close()


def test_an_event_that_waits_for_its_checkpoint_turns_health_red(begun: Story, clock: StoryClock) -> None:
    ledger = begun.ledger
    ledger.log.keep()
    regulation(ledger, begun, 1)
    assert ledger.log.health().green

    clock.ms = clock() + 61_000

    assert not ledger.log.health().green
    ledger.checkpoints.sign()
    assert ledger.log.health().green


def test_a_round_that_fails_in_whatever_way_is_not_the_last(
    begun: Story, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The mirror's place is taken by a file, for a while."""
    monkeypatch.setattr("ledger.application.log.ROUND_SECONDS", 0.02)
    place = Path(begun.ledger.config.mirror)
    place.write_bytes(b"in the way")

    begun.ledger.log.keeping()
    _until(lambda: "mirror-unreachable" in caplog.text)
    place.unlink()

    _until(lambda: begun.ledger.checkpoints.behind_since() is None)


def _until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if holds():
            return
        time.sleep(0.02)
    raise AssertionError
