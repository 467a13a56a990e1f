"""A bundle is of now: its history ends with its own export, its witnesses are fresh, and none of it waited for them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.audit.kept import DAY
from ledger.audit.page import page
from ledger.cli.audit import told
from ledger.domain.exports import Export
from ledger.messages import LANGUAGES, say
from tests.audit.bundle.conftest import Maker

OTHER = ("export-differs", "MANIFEST.json")


@pytest.mark.parametrize(
    "said", [{"purpose": "court-order"}, {"retention": "9999-12-31"}, {"from": 1}, {"made": 1_600_000_000_000}]
)
def test_a_manifest_that_the_history_does_not_record_is_named(
    maker: Maker, tmp_path: Path, said: dict[str, Any]
) -> None:
    report = maker.audited(maker.write(tmp_path / "bundle", **said))

    assert OTHER in [(one.code, one.file) for one in report.findings]
    assert report.outcome("export") == "differs"


def test_a_tail_cut_off_at_an_older_cosigned_checkpoint_is_named(maker: Maker, tmp_path: Path) -> None:
    """Everything in it is true, and a year old; the manifest alone is of today."""
    previous, cut = maker.note(20), Maker(maker.ledger, maker.entries[:61])
    folder = cut.write(tmp_path / "bundle", made=maker.records[-1].recorded + 365 * DAY * 1000)

    found = maker.found(folder, previous=previous)

    assert found == [OTHER, ("witness-stale", "log/checkpoint")]


def test_witnesses_may_have_signed_a_day_before_the_bundle_was_made(maker: Maker, tmp_path: Path) -> None:
    signed = maker.time(len(maker.entries))

    within = maker.found(maker.write(tmp_path / "within", made=(signed + DAY) * 1000 + 999))
    beyond = maker.found(maker.write(tmp_path / "beyond", made=(signed + DAY + 1) * 1000))

    assert within == [OTHER]
    assert beyond == [OTHER, ("witness-stale", "log/checkpoint")]


@pytest.mark.parametrize(("days", "named"), [(1, []), (2, [OTHER])])
def test_an_export_long_before_the_end_is_not_of_this_bundle(
    world: Any, maker_of: Any, tmp_path: Path, days: int, named: list[Any]
) -> None:
    size = world.ledger.histories.size()
    body = {"purpose": "annual-audit", "recipient": "BPK", "size": size, "since": 0}
    retention = maker_of(world.ledger).records[-1].day + timedelta(days=30)
    world.save("ketua", Export.begin(world.new_id(), **body, retention=retention))
    early = maker_of(world.ledger).records[-1]
    world.clock.ms += days * DAY * 1000
    world.ledger.authorities.catalogue(world.actor("ketua"), regulation="UU 1/2021", rank="UU", begins=early.day)
    later = maker_of(world.ledger)

    found = later.found(later.write(tmp_path / "b", made=early.recorded, retention=retention.isoformat()))

    assert found == named


def test_events_that_were_entered_long_after_they_say_are_named(maker: Maker, tmp_path: Path) -> None:
    """The witnesses saw them ninety days later, and the checkpoints between were left out."""
    size = len(maker.entries)
    maker.times = {size: maker.records[-1].recorded // 1000 + 90 * DAY}
    folder = maker.write(tmp_path / "bundle")
    for path in (folder / "checkpoints").iterdir():
        if int(path.name) != size:
            path.unlink()

    report = maker.audited(maker.resign(folder), previous=maker.note(20))

    assert [(one.code, one.position) for one in report.findings] == [("unwitnessed-long", 20)]
    assert report.as_json()["unwitnessed_seconds"] == maker.times[size] - maker.records[20].recorded // 1000
    assert report.as_json()["watched_from"] == 20


def test_without_a_quorum_nothing_is_asked_of_its_times(maker: Maker, tmp_path: Path) -> None:
    maker.times = {len(maker.entries): maker.records[-1].recorded // 1000 + 90 * DAY}
    folder = maker.write(tmp_path / "bundle")

    for policy in (None, maker.policy("none")):
        report = maker.audited(folder, policy=policy)

        assert (report.findings, report.watched_from) == ([], None)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_people_read_when_it_was_made_and_how_long_events_waited(maker: Maker, sound: Path, lang: str) -> None:
    report = maker.audited(sound)

    for shown in (told(report, lang), page(report, lang)):
        for key in ("audit.page.made", "audit.page.watched", "audit.page.waited"):
            assert say(key, lang) in shown
        assert shown.count(say("r.witness", lang)) == 3


def test_rules_and_schemas_belong_to_every_bundle_and_are_the_checkers_own(maker: Maker, sound: Path) -> None:
    (sound / "schemas/export.made.json").unlink()
    (sound / "rules/rulebook.json").unlink()
    lifecycles = sound / "rules/lifecycles.json"
    lifecycles.write_bytes(lifecycles.read_bytes().replace(b'"annulled"', b'"active"'))

    report = maker.audited(maker.resign(sound))

    assert [(one.code, one.file) for one in report.findings] == [
        ("rules-differ", "rules/lifecycles.json"),
        ("file-missing", "rules/rulebook.json"),
        ("file-missing", "schemas/export.made.json"),
    ]
    assert report.outcome("rules") == "differs"
