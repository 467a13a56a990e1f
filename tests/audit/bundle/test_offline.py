"""Each check of the offline audit, in a bundle that an insider with every online key has made to agree with itself."""

import json
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.audit import compare
from ledger.audit.replay import Replay
from ledger.database import open_database, writing
from ledger.errors import VerificationError
from ledger.events import CONTEXT, TYPE, payload_of
from ledger.signing.cose import Signer
from ledger.transparency import checkpoint, notes, paper
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.notes import ED25519, NoteKey
from tests.audit.bundle.conftest import Maker, witness

DAY = date(2020, 3, 2)
OTHER = bytes(32)
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes([9]) * 32)


def test_a_sound_bundle_is_proved_by_anchors_from_outside(maker: Maker, sound: Path) -> None:
    previous, seen = maker.note(20), paper.write(maker.point(40), DAY)

    report = maker.audited(sound, previous=previous, seen=seen)

    assert report.exit == 0
    assert {check for check in report.checks if report.outcome(check) != "holds"} == {"status"}
    assert report.outcome("status") == "not-published"
    assert (report.size, report.root) == (len(maker.entries), maker.point(len(maker.entries)).root)
    assert report.cosigned == dict.fromkeys("abc", maker.time(len(maker.entries)))


@pytest.mark.parametrize(("root", "quorum"), [(None, "two"), (True, None), (None, None), (True, "none")])
def test_without_an_anchor_the_most_is_consistent(
    maker: Maker, sound: Path, root: bool | None, quorum: str | None
) -> None:
    anchors = {"root": root and maker.fingerprint, "policy": quorum and maker.policy(quorum)}

    report = maker.audited(sound, **anchors)

    assert (report.exit, report.findings) == (3, [])
    assert report.outcome("root") == ("holds" if root else "not-asked")
    assert report.outcome("witnesses") == report.outcome("times") == ("holds" if quorum == "two" else "not-asked")


def test_a_flipped_a_missing_and_a_new_file_are_named(maker: Maker, sound: Path) -> None:
    (sound / "README.txt").write_bytes(b"Believe me.")
    (sound / "rules/rulebook.json").unlink()
    (sound / "rules/more.json").write_bytes(b"{}")

    assert maker.found(sound) == [
        ("file-differs", "README.txt"),
        ("file-unknown", "rules/more.json"),
        ("file-missing", "rules/rulebook.json"),
    ]


@pytest.mark.parametrize("name", ["rules/more.json", "schemas/decree.forgotten.json", "log/tile/0/001", "log/tile/0/x"])
def test_a_file_that_no_such_bundle_has_is_named_even_if_it_is_listed(maker: Maker, sound: Path, name: str) -> None:
    (sound / name).write_bytes(b"{}")

    assert maker.found(maker.resign(sound)) == [("file-unknown", name)]


def test_partial_tiles_of_the_bundle_below_a_difference_are_no_finding(maker: Maker, sound: Path) -> None:
    (sound / "log/tile/0/000.p").mkdir(exist_ok=True)
    (sound / "log/tile/0/000.p/3").write_bytes(bytes(96))

    assert maker.found(sound) == []


@pytest.mark.parametrize("what", ["missing", "stranger", "content"])
def test_a_manifest_without_the_event_keys_signature_is_named(maker: Maker, sound: Path, what: str) -> None:
    raw = (sound / "MANIFEST.json").read_bytes()
    if what == "missing":
        (sound / "MANIFEST.sig").unlink()
    elif what == "stranger":
        signer = Signer(STRANGER, context="peksos/bundle/1", origin=maker.origin)
        (sound / "MANIFEST.sig").write_bytes(signer.sign_detached(raw))
    else:
        (sound / "MANIFEST.json").write_bytes(raw.replace(b"annual-audit", b"annual-visit"))

    unsigned = ("manifest-unsigned", "MANIFEST.sig")
    assert maker.found(sound) == [*([("export-differs", "MANIFEST.json")] if what == "content" else []), unsigned]


def test_a_retired_event_key_signs_no_manifest_whatever_its_time(maker: Maker, maker_of: Any, tmp_path: Path) -> None:
    old, before = maker.ledger.keys.current(), maker.records[-1].recorded
    maker.ledger.keys.rotate("event")
    later = maker_of(maker.ledger)
    folder = later.write(tmp_path / "bundle", made=before - 1)
    assert later.found(folder) == [("export-differs", "MANIFEST.json")]

    (folder / "MANIFEST.sig").write_bytes(later.signature((folder / "MANIFEST.json").read_bytes(), old))

    assert later.found(folder) == [("export-differs", "MANIFEST.json"), ("manifest-unsigned", "MANIFEST.sig")]


def test_an_edited_tile_is_named_with_its_first_position(maker: Maker, sound: Path) -> None:
    (tile,) = (sound / "log/tile/0/000.p").iterdir()
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])

    report = maker.audited(maker.resign(sound))

    (finding,) = report.findings
    assert (finding.code, finding.position, finding.file) == ("tile-differs", 0, str(tile.relative_to(sound)))
    assert report.outcome("tiles") == "differs"


@pytest.mark.parametrize("tile", ["entries", "0"])
def test_a_tile_that_nobody_lists_is_missed(maker: Maker, sound: Path, tile: str) -> None:
    (path,) = (sound / f"log/tile/{tile}/000.p").iterdir()
    path.unlink()

    assert ("file-missing", str(path.relative_to(sound))) in maker.found(maker.resign(sound))


def test_a_bundle_of_entries_that_is_cut_is_named(maker: Maker, sound: Path) -> None:
    (path,) = (sound / "log/tile/entries/000.p").iterdir()
    path.write_bytes(path.read_bytes()[:-1])

    assert maker.found(maker.resign(sound)) == [("tile-malformed", str(path.relative_to(sound)))]


def test_a_removed_entry_is_found_and_the_rest_is_hashed_all_the_same(
    maker: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.audit.passage.Replay", partial(Replay, run=7))
    size = len(maker.entries)
    del maker.entries[50]
    folder = maker.write(tmp_path / "bundle")
    assert maker.found(folder) == [("index-gap", 50)]
    (tile,) = (folder / "log/tile/0/000.p").iterdir()
    tile.write_bytes(bytes(32 * (size - 1)))

    report = maker.audited(maker.resign(folder))

    assert [one.code for one in report.findings] == ["tile-differs", "index-gap"]
    assert (report.size, report.replayed.events) == (size - 1, 50)


def test_an_event_signed_by_another_key_is_found(maker: Maker, tmp_path: Path) -> None:
    signer = Signer(STRANGER, context=CONTEXT, origin=maker.origin, typ=TYPE)
    maker.entries[30] = signer.sign(payload_of(maker.entries[30]))

    assert maker.found(maker.write(tmp_path / "bundle")) == [("key-unknown", 30)]


def test_a_kept_checkpoint_of_another_history_is_named(maker: Maker, sound: Path) -> None:
    """Signed by the log, cosigned by everybody: a split view that was kept."""
    size = maker.sizes()[0]
    name = f"checkpoints/{size:012d}"
    (sound / name).write_bytes(maker.note(size, Checkpoint(maker.origin, size, OTHER)))

    assert maker.found(maker.resign(sound)) == [("checkpoint-differs", name)]


def test_a_kept_checkpoint_of_a_longer_history_is_named(maker: Maker, sound: Path) -> None:
    size = len(maker.entries) + 1
    name = f"checkpoints/{size:012d}"
    (sound / name).write_bytes(maker.note(size, Checkpoint(maker.origin, size, OTHER)))

    assert maker.found(maker.resign(sound)) == [("checkpoint-differs", name)]


@pytest.mark.parametrize("what", ["name", "origin"])
def test_a_kept_checkpoint_under_another_name_is_named(maker: Maker, sound: Path, what: str) -> None:
    size = maker.sizes()[0]
    name = f"checkpoints/{size + (what == 'name'):012d}"
    other = replace(maker.point(size), origin="lain.contoh.invalid") if what == "origin" else maker.point(size)
    (sound / name).write_bytes(maker.note(size, other))

    assert maker.found(maker.resign(sound)) == [("checkpoint-differs", name)]


@pytest.mark.parametrize("what", ["stranger", "one key of two", "broken", "malformed"])
def test_a_kept_checkpoint_that_the_log_did_not_sign_is_named(maker: Maker, sound: Path, what: str) -> None:
    size = maker.sizes()[0]
    name = f"checkpoints/{size:012d}"
    point, path = maker.point(size), sound / name
    whole = notes.parse(path.read_bytes())
    if what == "stranger":
        path.write_bytes(checkpoint.signed(point, STRANGER, None, 1).encode())
    elif what == "one key of two":
        path.write_bytes(replace(whole, signatures=whole.signatures[:1]).encode())
    elif what == "broken":
        first = replace(whole.signatures[0], raw=bytes(64))
        path.write_bytes(replace(whole, signatures=(first, *whole.signatures[1:])).encode())
    else:
        path.write_bytes(b"\n".join(path.read_bytes().split(b"\n")[1:]))

    ((code, file),) = maker.found(maker.resign(sound))

    assert file == name
    assert code == {"broken": "note-signature-wrong", "malformed": "checkpoint-malformed"}.get(
        what, "checkpoint-unsigned"
    )


def test_checkpoints_are_signed_by_the_keys_of_their_own_time(maker: Maker, maker_of: Any, tmp_path: Path) -> None:
    size = len(maker.entries) - 1  # Its export stands in the bundle only.
    maker.ledger.keys.rotate("checkpoint")
    later = maker_of(maker.ledger)
    early = f"checkpoints/{size:012d}"
    folder = later.write(tmp_path / "bundle", {early: maker.note(size)})
    assert later.found(folder) == []

    new_keys = later.ledger.context.keyring.of_log(later.ledger.keys.current())
    (folder / early).write_bytes(checkpoint.signed(maker.point(size), *new_keys, 1).encode())

    assert later.found(later.resign(folder)) == [("checkpoint-unsigned", early)]


def test_the_newest_checkpoint_is_one_of_the_kept(maker: Maker, sound: Path) -> None:
    (sound / f"checkpoints/{len(maker.entries):012d}").unlink()

    assert maker.found(maker.resign(sound)) == [("checkpoint-differs", "log/checkpoint")]


def test_a_bundle_has_its_newest_checkpoint(maker: Maker, sound: Path) -> None:
    (sound / "log/checkpoint").unlink()

    assert maker.found(maker.resign(sound)) == [
        ("file-missing", "log/checkpoint"),
        ("witness-quorum", "log/checkpoint"),
    ]


def test_the_manifest_says_the_root_of_the_newest_checkpoint(maker: Maker, tmp_path: Path) -> None:
    folder = maker.write(tmp_path / "bundle", root=OTHER.hex())

    assert maker.found(folder) == [("checkpoint-differs", "log/checkpoint")]


def test_another_root_set_than_the_anchor_is_named(maker: Maker, sound: Path) -> None:
    report = maker.audited(sound, root="0" * 64)

    assert ("root-not-anchored", 0) in [(one.code, one.position) for one in report.findings]
    assert report.outcome("root") == "differs"


def test_the_newest_checkpoint_is_signed_by_the_policys_log(maker: Maker, sound: Path) -> None:
    stranger = NoteKey(maker.origin, ED25519, STRANGER.public_key().public_bytes_raw())
    elsewhere = NoteKey("lain.contoh.invalid", ED25519, STRANGER.public_key().public_bytes_raw())

    assert maker.found(sound, policy=maker.policy(logs=[])) == []
    for logs in ([stranger], [elsewhere]):
        assert maker.found(sound, policy=maker.policy(logs=logs)) == [("checkpoint-unsigned", "log/checkpoint")]


def test_too_few_witnesses_are_no_quorum(maker: Maker, tmp_path: Path) -> None:
    maker.cosigners = ["b"]

    report = maker.audited(maker.write(tmp_path / "bundle"))

    assert [(one.code, one.file) for one in report.findings] == [("witness-quorum", "log/checkpoint")]
    assert report.exit == 1


def test_a_cosignature_that_fails_is_named(maker: Maker, sound: Path) -> None:
    note = notes.parse((sound / "log/checkpoint").read_bytes())
    broken = [replace(s, raw=bytes(len(s.raw))) if s.name == witness("a") else s for s in note.signatures]
    (sound / "log/checkpoint").write_bytes(replace(note, signatures=tuple(broken)).encode())

    assert maker.found(maker.resign(sound))[0] == ("note-signature-wrong", "log/checkpoint")


def test_an_event_recorded_later_than_its_witnesses_saw_it_is_named(maker: Maker, tmp_path: Path) -> None:
    size = maker.sizes()[1]
    recorded = [record.recorded for record in maker.records]
    maker.times[size] = recorded[size - 1] // 1000 - 300
    assert maker.found(maker.write(tmp_path / "within")) == []
    maker.times[size] -= 1
    first = next(n for n, one in enumerate(recorded) if one > (maker.times[size] + 300) * 1000)

    found = maker.found(maker.write(tmp_path / "beyond"))

    assert found[0] == ("recorded-after-witness", first)
    assert {code for code, _ in found} == {"recorded-after-witness"}


def test_an_event_recorded_before_the_witnesses_saw_the_log_without_it_is_named(maker: Maker, tmp_path: Path) -> None:
    size = maker.sizes()[1]
    maker.times[size] = maker.records[size].recorded // 1000 + 300
    assert maker.found(maker.write(tmp_path / "within")) == []
    maker.times[size] += 1

    found = maker.found(maker.write(tmp_path / "beyond"))

    assert found[0] == ("recorded-before-witness", size)


def test_a_history_that_was_cut_does_not_continue_the_kept_checkpoint(maker: Maker, tmp_path: Path) -> None:
    """The last ten removed, everything signed again by every online key and every witness."""
    previous, seen = maker.note(len(maker.entries)), paper.write(maker.point(len(maker.entries)), DAY)
    end = len(maker.entries)
    cut = next(n for n in range(end - 10, 0, -1) if maker.records[n].event.TOPIC == "decree.recorded")
    del maker.entries[cut:]
    folder = maker.write(tmp_path / "bundle")
    assert maker.found(folder) == []

    assert maker.found(folder, previous=previous) == [("previous-differs", end)]
    assert maker.found(folder, seen=seen) == [("seen-differs", end)]


def test_a_kept_checkpoint_of_another_root_or_without_signature_is_named(maker: Maker, sound: Path) -> None:
    size = 40
    other = Checkpoint(maker.origin, size, OTHER)
    unsigned = checkpoint.signed(maker.point(size), STRANGER, None, 1).encode()
    elsewhere = replace(maker.point(size), origin="lain.contoh.invalid")

    assert maker.found(sound, previous=maker.note(size, other)) == [("previous-differs", size)]
    assert maker.found(sound, seen=paper.write(other, DAY)) == [("seen-differs", size)]
    assert maker.found(sound, previous=unsigned) == [("checkpoint-unsigned", size)]
    assert maker.found(sound, previous=maker.note(size, elsewhere)) == [("previous-differs", size)]
    assert maker.found(sound, seen=paper.write(elsewhere, DAY)) == [("seen-differs", size)]


def test_what_the_auditor_brings_must_be_readable(maker: Maker, sound: Path) -> None:
    for anchors in ({"previous": b"?"}, {"seen": "?"}):
        with pytest.raises(VerificationError):
            maker.audited(sound, **anchors)


def test_a_key_list_that_is_not_the_recorded_one_is_named(maker: Maker, sound: Path) -> None:
    one, two, three = (sound / f"keys/{n:06d}.cbor" for n in (1, 2, 7))
    three.write_bytes(two.read_bytes())
    two.write_bytes(one.read_bytes())

    assert maker.found(maker.resign(sound)) == [
        ("key-list-differs", "keys/000002.cbor"),
        ("key-list-differs", "keys/000007.cbor"),
    ]


def test_a_key_list_that_nobody_lists_is_missed(maker: Maker, sound: Path) -> None:
    (sound / "keys/000002.cbor").unlink()

    assert maker.found(maker.resign(sound)) == [("file-missing", "keys/000002.cbor")]


def test_a_key_that_two_people_held_one_after_the_other_is_named(world: Any, maker_of: Any, tmp_path: Path) -> None:
    """The rule of the history looks at keys in use only."""
    key = world.story.keys["wakil"].public_key().public_bytes_raw()
    world.approved([world.ledger.officers.end_key(world.officers["wakil"], "key-lost")])
    world.approved([world.ledger.officers.enrol_key(world.officers["petugas"], key)])
    maker = maker_of(world.ledger)

    report = maker.audited(maker.write(tmp_path / "bundle"))

    (finding,) = report.findings
    assert (finding.code, finding.position, finding.rule) == ("key-taken", len(maker.entries) - 1, "R25")
    assert finding.stream == str(world.officers["petugas"])
    assert report.outcome("people") == "differs"


def test_more_certificates_than_competent_results_of_a_decree_are_named(maker: Maker) -> None:
    """No history can come so far, for a rule refuses it first; so the view is edited."""
    models = open_database("sqlite://")
    Replay(models, maker.origin).read((n, entry, None) for n, entry in enumerate(maker.entries))
    totals, found = compare.decided_and_issued(models)
    assert (totals["competent"], totals["issued"], found) == (2, 1, [])
    with writing(models) as connection:
        connection.exec_driver_sql("UPDATE assessments SET outcome = 'BK' WHERE outcome = 'K'")

    _, found = compare.decided_and_issued(models)

    assert [(one.code, one.rule, one.kind) for one in found] == [("issued-beyond-decree", "R10", "decree.recorded")]
    models.dispose()


def test_a_list_that_nobody_signed_is_named(maker: Maker, sound: Path) -> None:
    (sound / "status").mkdir()
    (sound / "status/1").write_bytes(b"")

    assert maker.found(maker.resign(sound)) == [("list-unverified", "status/1")]


def test_the_report_says_everything_as_json(maker: Maker, sound: Path) -> None:
    (sound / "README.txt").write_bytes(b"")

    said = json.loads(json.dumps(maker.audited(sound).as_json()))

    assert said["exit"] == 1
    assert said["findings"] == [
        {"position": None, "stream": "", "kind": "", "what": "file-differs", "file": "README.txt"}
    ]
    assert said["checks"]["files"] == "differs"
    assert (said["events"], said["size"]) == (len(maker.entries), len(maker.entries))
    assert said["root"] == maker.point(len(maker.entries)).root.hex()
    assert said["decrees"] == {"decrees": 1, "competent": 2, "issued": 1}
