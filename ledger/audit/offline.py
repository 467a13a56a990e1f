"""The audit of a bundle: nothing of the ledger is needed, neither its server, nor its database, nor a key.

What comes from outside decides how much is proved: the fingerprint of the first root set, the policy with the keys of
the log and of its witnesses, a checkpoint kept from last time, a checkpoint on paper.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine
from sqlalchemy import event as hook

from ledger.audit import kept as checkpoints
from ledger.audit.bundle import MANIFEST, NEWEST, Bundle
from ledger.audit.compare import decided_and_issued
from ledger.audit.findings import Finding, of_file
from ledger.audit.kept import Kept, Times
from ledger.audit.keys import manifest_signature
from ledger.audit.lists import Lists
from ledger.audit.outcome import Report
from ledger.audit.passage import Passage
from ledger.audit.replay import Progress
from ledger.database import open_database
from ledger.transparency import paper
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.policy import Policy

CORES = os.cpu_count() or 1
NOT_ANCHORED = "root-not-anchored"
# The read models are thrown away afterwards; the cache is in KiB.
PRAGMAS = ("synchronous=OFF", "journal_mode=MEMORY", "secure_delete=OFF", "cache_size=-32768")


def audit_bundle(
    bundle: Bundle,
    *,
    root: str | None = None,
    policy: Policy | None = None,
    previous: bytes | None = None,
    seen: str | None = None,
    workers: int = CORES,
    progress: Progress = lambda _: None,
) -> Report:
    """Reads everything in the bundle, in constant memory, and asks every check whose anchor is given.

    Args:
        root: Fingerprint of the first root set, in any grouping.
        previous: A checkpoint that the auditor kept.
        seen: A checkpoint's text form, `paper`.
        progress: Told how many entries were read.

    Raises:
        VerificationError: `previous` is no checkpoint, `seen` is mistyped. BundleError: a file became unreadable.
    """
    anchors = _Anchors(
        root,
        policy,
        checkpoints.opened("", previous, policy) if previous is not None else None,
        previous,
        paper.read(seen) if seen is not None else None,
    )
    files = bundle.files(workers)
    found, unreadable = checkpoints.read(bundle, policy)
    kept = [*found, *([anchors.previous] if anchors.previous else [])]
    sizes = [one.point.size for one in kept] + ([anchors.seen.size] if anchors.seen else [])
    lists = Lists(bundle)
    passage = Passage(bundle, sizes, Times(kept), lists)
    with _scratch() as models:
        passage.run(models, root, workers, progress)
        totals, exceeding = decided_and_issued(models)
        published = status_lists_and_buckets(lists, passage, models)
    newest = next((one for one in found if one.file == NEWEST), None)
    checks = {
        "files": files,
        "manifest": _manifest(bundle, passage),
        "rules": bundle.rules(),
        "export": _export(bundle, passage),
        "tiles": passage.tiles,
        "checkpoints": unreadable + _checkpoints(bundle, found, newest, passage, anchors),
        "keys": passage.keys.files(bundle, complete=passage.whole),
        "history": [one for one in passage.replayed.findings if one.code != NOT_ANCHORED],
        "people": passage.people,
        "issued": exceeding,
        "status": published,
        **_anchored(anchors, newest, passage),
    }
    return Report(
        bundle.manifest, passage.tree.size, passage.tree.root(), checks, passage.replayed, passage.statistics, totals,
        dict(newest.cosigned) if newest else {}, passage.times.watched_from, passage.times.longest,
        anchors.root is not None and anchors.quorum,
    )  # fmt: skip


@dataclass(frozen=True)
class _Anchors:
    """What the auditor brings along."""

    root: str | None
    policy: Policy | None
    previous: Kept | None
    previous_note: bytes | None
    seen: Checkpoint | None

    @property
    def quorum(self) -> bool:
        """Whether the policy asks for anybody: the quorum "none" proves nothing."""
        return self.policy is not None and not self.policy.satisfied(())


def _anchored(anchors: _Anchors, newest: Kept | None, passage: Passage) -> dict[str, list[Finding] | None]:
    """The checks against what comes from outside; None: it was not given."""
    previous, seen = anchors.previous, anchors.seen
    unanchored = [one for one in passage.replayed.findings if one.code == NOT_ANCHORED]
    differs = [] if seen is None or _is_prefix(seen, passage) else [_outside("seen-differs", seen)]
    return {
        "root": unanchored if anchors.root is not None else None,
        "witnesses": _witnesses(newest, passage.bundle.manifest.made) if anchors.quorum else None,
        "times": passage.late if anchors.quorum else None,
        "previous": None if previous is None else _kept(previous, passage, anchors),
        "seen": None if seen is None else differs,
    }


def _witnesses(newest: Kept | None, made: int) -> list[Finding]:
    """A quorum on the newest checkpoint, and no longer ago than a day when the bundle was made, ms UTC."""
    if newest is None or newest.quorum is None:
        return [of_file("witness-quorum", NEWEST)]
    return [of_file("witness-stale", NEWEST)] if made // 1000 - newest.quorum > checkpoints.DAY else []


def _export(bundle: Bundle, passage: Passage) -> list[Finding] | None:
    """Whether one of the last events says that this bundle was made; None: the end of the history cannot be read."""
    if not passage.whole:
        return None
    late = passage.recorded - bundle.manifest.made > checkpoints.DAY * 1000
    return [] if passage.exported and not late else [of_file("export-differs", MANIFEST)]


def status_lists_and_buckets(lists: Lists, passage: Passage, models: Engine) -> list[Finding] | None:
    """The published status lists and registered buckets against the folded certificates; None: none are published, or
    the end of the history cannot be read."""
    return lists.findings(models, passage.keys, passage.tree.size) if lists.paths and passage.whole else None


def _manifest(bundle: Bundle, passage: Passage) -> list[Finding] | None:
    """None: no key list could be read by which to ask."""
    keys = passage.keys.at(bundle.manifest.size)
    return None if keys is None else manifest_signature(bundle, keys, passage.recorded)


def _checkpoints(
    bundle: Bundle, found: list[Kept], newest: Kept | None, passage: Passage, anchors: _Anchors
) -> list[Finding]:
    """Every kept one and the newest: a prefix, signed by the log, and the newest one of the kept."""
    findings = []
    for kept in found:
        if not _is_prefix(kept.point, passage) and (passage.hashed or kept.point.size <= passage.tree.size):
            findings.append(of_file("checkpoint-differs", kept.file))
        elif (code := _unsigned(kept, bundle.read(kept.file) or b"", passage, anchors)) is not None:
            findings.append(of_file(code, kept.file))
    points = [kept.point for kept in found if kept.file != NEWEST]
    if newest is not None and (newest.point not in points or newest.point.root != bundle.manifest.root):
        findings.append(of_file("checkpoint-differs", NEWEST))
    if newest is None and NEWEST not in bundle.paths and NEWEST not in bundle.manifest.files:
        findings.append(of_file("file-missing", NEWEST))
    return findings


def _unsigned(kept: Kept, data: bytes, passage: Passage, anchors: _Anchors) -> str | None:
    """Asked as far as the history holds: behind a break nobody knows which keys the log had."""
    keys = passage.keys.at(kept.point.size)
    if keys is None or (kept.point.size > passage.replayed.events and not passage.whole):
        return None
    policy = anchors.policy if kept.file == NEWEST else None
    return checkpoints.unsigned(
        data, checkpoints.log_keys(keys, kept.point.origin, policy, anchored=anchors.root is not None)
    )


def _kept(kept: Kept, passage: Passage, anchors: _Anchors) -> list[Finding]:
    """The auditor's own checkpoint: of this log, its beginning, and signed."""
    if not _is_prefix(kept.point, passage):
        return [_outside("previous-differs", kept.point)]
    code = _unsigned(kept, anchors.previous_note or b"", passage, anchors)
    return [] if code is None else [_outside(code, kept.point)]


def _is_prefix(point: Checkpoint, passage: Passage) -> bool:
    return point.origin == passage.bundle.manifest.origin and passage.tree.roots.get(point.size) == point.root


def _outside(code: str, point: Checkpoint) -> Finding:
    """About what the auditor brought; its place is the end of what it covers."""
    return Finding(point.size, "", "", "anchor", code)


@contextmanager
def _scratch() -> Iterator[Engine]:
    """Read models in a file of their own: a long history does not fit into memory."""
    with TemporaryDirectory(prefix="audit-") as place:
        engine = open_database(f"sqlite:///{Path(place)}/models.db")
        hook.listen(engine, "connect", _hasten)
        try:
            yield engine
        finally:
            engine.dispose()


def _hasten(connection: Any, _: Any) -> None:
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
