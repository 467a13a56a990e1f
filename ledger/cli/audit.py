"""`ledger audit`: everything, again; of the live history, or of a bundle that needs nothing of the ledger."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import click
from rich.progress import Progress

from ledger.audit import bundle as bundles
from ledger.audit import outcome
from ledger.audit.offline import audit_bundle
from ledger.audit.outcome import CHECKS
from ledger.audit.page import page, sentence, times
from ledger.audit.replay import MANY
from ledger.audit.report import Report, audit
from ledger.cli.desk import WORDS, Desk, refusal
from ledger.database import reading
from ledger.errors import BundleError, ConfigError, InputError, LedgerError
from ledger.messages import say
from ledger.store import recorder
from ledger.transparency import policy as policies
from ledger.wiring import Ledger

FINGERPRINT = re.compile("[0-9a-fA-F]{64}")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


class Misuse(click.UsageError):
    """Exit 64: 2 says that a bundle cannot be read."""

    exit_code = outcome.USAGE


class Audit(click.Command):
    def make_context(self, *given: Any, **more: Any) -> click.Context:
        try:
            return super().make_context(*given, **more)
        except click.UsageError as refused:
            raise Misuse(refused.message, refused.ctx) from refused

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as refused:
            raise Misuse(refused.message, refused.ctx) from refused


@click.command("audit", cls=Audit)
@click.argument("bundle", required=False, type=click.Path(path_type=Path))
@click.option("--root", help="Fingerprint of the first root set, from the key ceremony's minutes.")
@click.option("--policy", type=FILE, help="Keys of the log and its witnesses, and the quorum.")
@click.option("--previous", type=FILE, help="A checkpoint kept from last time: the history must continue it.")
@click.option("--seen", type=WORDS, help="A checkpoint from minutes or a group, as it stands there.")
@click.option("--report", type=FOLDER, help="Folder for report.json and report.html.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_obj
def command(desk: Desk, /, bundle: Path | None, report: Path | None, as_json: bool, **anchors: Any) -> None:
    """Read the whole history again: signatures, chains, every rule, every read model.

    With a BUNDLE, a folder or a .tar.gz, the history in it: no ledger, database or key is needed. Exit 0 only if
    everything holds; 1 with findings, 2 for an unreadable bundle, 3 if its origin is not proved, 64 for wrong usage.
    """
    if bundle is not None:
        sys.exit(_audit_bundle(desk, bundle, report, as_json=as_json, **anchors))
    if report is not None or any(anchors.values()):
        raise click.UsageError("BUNDLE")
    if not run(desk.ledger, as_json=as_json).sound:
        sys.exit(outcome.BROKEN)


def _audit_bundle(desk: Desk, path: Path, folder: Path | None, *, as_json: bool, **given: Any) -> int:
    """The exit code."""
    try:
        anchors = _anchors(**given)
        with bundles.opened(path) as bundle, desk.progress("audit") as progress:
            size = bundle.manifest.size
            report = audit_bundle(bundle, **anchors, progress=lambda done: progress(done, size))
        if folder is not None:
            _written(report, folder, desk.config.language)
    except LedgerError as refused:  # What the auditor brought cannot be read: wrong usage.
        click.echo(refusal(refused, desk.config.language), err=True)
        return outcome.UNREADABLE if isinstance(refused, BundleError) else outcome.USAGE
    click.echo(json.dumps(report.as_json()) if as_json else told(report, desk.config.language))
    return report.exit


def _written(report: outcome.Report, folder: Path, language: str) -> None:
    """Raises: ConfigError: `report-unwritable`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "report.json").write_text(json.dumps(report.as_json()), encoding="utf-8")
        (folder / "report.html").write_text(page(report, language), encoding="utf-8")
    except OSError as cause:
        raise ConfigError("report-unwritable", path=str(folder)) from cause


def _anchors(root: str | None, policy: Path | None, previous: Path | None, seen: str | None) -> dict[str, Any]:
    """What comes from outside. Raises: LedgerError: it cannot be read."""
    if root is not None and not FINGERPRINT.fullmatch("".join(c for c in root if c.isalnum())):
        raise InputError("fingerprint-malformed", got=root)
    return {
        "root": root,
        "policy": policies.read(policy) if policy else None,
        "previous": previous.read_bytes() if previous else None,
        "seen": seen,
    }


def told(report: outcome.Report, language: str) -> str:
    """The result, the times, each check, each finding with its place."""
    lines = [say(f"audit.exit.{report.exit}", language), say("audit.root", language, root=report.root.hex())]
    lines += [f"{name}: {time}" for name, time in times(report, language)]
    for check in CHECKS:
        result = say(f"audit.outcome.{report.outcome(check)}", language)
        lines.append(f"{say(f'audit.check.{check}', language)}: {result}")
    for finding in report.findings:
        place = finding.file or finding.position
        about = f" ({finding.stream} {finding.kind})" if finding.stream else ""
        lines.append(f"{place}: {finding.code}: {sentence(finding, language)}{about}")
    return "\n".join(lines)


def run(ledger: Ledger, *, as_json: bool) -> Report:
    """Reads the live history with a progress bar on standard error."""
    anchor = ledger.config.root or None
    with reading(ledger.engine) as connection, Progress(transient=True, disable=not sys.stderr.isatty()) as bar:
        size = recorder.head(connection)[0]
        task = bar.add_task("audit", total=size)
        report = audit(
            recorder.entries(connection),
            ledger.engine,
            origin=ledger.config.origin,
            anchor=anchor,
            progress=lambda done: bar.update(task, completed=done),
            apart=size >= MANY,
        )
    click.echo(json.dumps(report.as_json()) if as_json else summary(report, ledger.config.language))
    return report


def summary(report: Report, language: str) -> str:
    """One line for a sound history; for a broken one, where and what."""
    done = report.replayed
    if report.sound:
        asserted = ", ".join(f"{say(f'audit.{name}', language)} {n}" for name, n in sorted(done.asserted.items()))
        lines = [
            say("r.ok", language, n=done.events, k=len(done.keys)),
            say("audit.root", language, root=done.frontier.root().hex()),
            say("audit.asserted", language, what=asserted),
            say("audit.anchored" if report.anchored else "audit.unanchored", language),
        ]
        return "\n".join(lines)
    lines = [
        f"{say('r.broken', language, position=f.position, what=f.code)} ({f.stream} {f.kind} {f.rule})"
        for f in done.findings
    ]
    lines += [
        say("audit.differs", language, table=d.table, id=d.id, columns=", ".join(d.columns) or "-")
        for d in report.differences
    ]
    return "\n".join(lines)
