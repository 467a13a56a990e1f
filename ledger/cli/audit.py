"""`ledger audit`: everything, again."""

import json
import sys

import click
from rich.progress import Progress

from ledger.audit.report import Report, audit
from ledger.cli.desk import Desk
from ledger.database import reading
from ledger.messages import say
from ledger.store import recorder
from ledger.wiring import Ledger


@click.command("audit")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_obj
def command(desk: Desk, as_json: bool) -> None:
    """Read the whole history again: signatures, chains, every rule, every read model.

    Exit 0 only if everything holds.
    """
    if not run(desk.ledger, as_json=as_json).sound:
        sys.exit(1)


def run(ledger: Ledger, *, as_json: bool) -> Report:
    """Reads the live history with a progress bar on standard error."""
    anchor = ledger.config.root or None
    with reading(ledger.engine) as connection, Progress(transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("audit", total=recorder.head(connection)[0])
        report = audit(
            recorder.entries(connection),
            ledger.engine,
            origin=ledger.config.origin,
            anchor=anchor,
            progress=lambda done: bar.update(task, completed=done),
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
