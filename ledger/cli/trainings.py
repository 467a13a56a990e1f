"""`ledger training`: plan, instructors, the attendance sheet, closing."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from ledger.application.context import Answer
from ledger.cli import batches
from ledger.cli.desk import DAY, WORDS, Desk, acts, answers
from ledger.errors import InputError
from ledger.intake.roster import Problem, Roster

NUMBER = re.compile("[0-9]{1,6}")
TRAINING = click.argument("training", type=click.UUID)


class Quota(click.ParamType[tuple[str, int]]):
    name = "group=number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        group, _, number = value.partition("=")
        if not (group and NUMBER.fullmatch(number)):
            self.fail("32.75=225", param, ctx)
        return group, int(number)


@click.group()
def training() -> None:
    """Trainings and who attended them."""


@training.command()
@click.option("--programme", required=True, help="Such as PSM-DASAR.")
@click.option("--activity", default="bimtek", show_default=True, help="bimtek, pelatihan, seminar or pembinaan.")
@click.option("--day", "days", type=DAY, multiple=True, required=True, help="May be repeated.")
@click.option("--hours", type=click.IntRange(1, 10_000), required=True, help="In JP.")
@click.option("--announced", type=click.IntRange(0, 1_000_000), required=True, help="Participants announced.")
@click.option("--quota", "quotas", type=Quota(), multiple=True, required=True, help="Such as 32.75=225; repeated.")
@click.option("--basis", required=True, help='Legal basis, such as "Permensos 10/2019".')
@click.option("--tier", help="Tier that it completes, such as PSM/DASAR.")
@click.option("--minimum-days", type=click.IntRange(1, 31), help="Days for a completion; all if absent.")
@click.option("--pilot", is_flag=True, help="A pilot.")
@click.option("--region", help="Province that it belongs to, such as 32; otherwise that of the officer.")
@click.option("--explanation", type=WORDS, help="Why the announced number differs from the quotas; - or @file.")
@acts
def plan(desk: Desk, quotas: Sequence[tuple[str, int]], **options: Any) -> Answer:
    """Plan a training."""
    return desk.ledger.trainings.plan(desk.actor(), quotas=dict(quotas), **options)


@training.command()
@TRAINING
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@acts
def materials(desk: Desk, training: UUID, file: Path) -> Answer:
    """Subjects for the back of the certificates, before the closing; FILE is CSV or JSON with `subject` and `hours`."""
    found = [(row["subject"], row["hours"]) for row in batches.rows(file, "subject", "hours")]
    for n, (_, hours) in enumerate(found, start=1):
        if not (hours.isascii() and hours.isdigit()):
            raise InputError("materials-malformed", row=n)
    taught = [(subject.strip(), int(hours)) for subject, hours in found]
    return desk.ledger.trainings.teach(desk.actor(), training, taught)


@training.command()
@TRAINING
@click.argument("person", type=click.UUID)
@click.option("--affiliation", required=True, help="Such as UNIVERSITAS.")
@acts
def instructor(desk: Desk, training: UUID, person: UUID, affiliation: str) -> Answer:
    """Assign the registrant PERSON as instructor."""
    return desk.ledger.trainings.assign_instructor(desk.actor(), training, person, affiliation)


@training.command("import")
@TRAINING
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check only, nothing is written.")
@click.option("--skip-bad", is_flag=True, help="Write the good rows only.")
@acts
def import_(desk: Desk, training: UUID, file: Path, dry_run: bool, skip_bad: bool) -> Answer:
    """Import an attendance sheet (CSV or XLSX) in one transaction; the same file twice changes nothing.

    With a bad row nothing is written, unless --skip-bad; every bad row is reported.
    """
    actor = desk.actor()
    with desk.progress(desk.say("c.import")) as progress:
        done = desk.ledger.trainings.import_sheet(
            actor, training, file.read_bytes(), file.name, dry_run=dry_run, skip_bad=skip_bad, progress=progress
        )
    reported(desk, done.roster, done.answer)
    if done.roster.problems and not (dry_run or skip_bad):
        raise InputError("rows-bad", got=done.answer["bad"])
    return done.answer


def reported(desk: Desk, roster: Roster, answer: Answer) -> None:
    """On standard error, for whoever holds the file: the values stand in it too."""
    for problem in (*roster.problems, *roster.warnings):
        click.echo(_line(desk, problem), err=True)
    for skipped in roster.skipped:
        click.echo(desk.say("c.row.skipped", row=skipped.row, text=skipped.revealed()["text"]), err=True)
    counts = {"n": answer["ready"], "m": answer["bad"], "p": answer["warnings"], "d": answer["already"]}
    click.echo(desk.say("s.rows", **counts), err=True)


def _line(desk: Desk, problem: Problem) -> str:
    said = problem.revealed()
    reason = desk.say(f"e.{problem.code}", **problem.facts)
    return desk.say("c.row", row=problem.row, column=problem.column or None, value=repr(said["value"]), why=reason)


@training.command()
@TRAINING
@click.argument("gap", type=click.Choice(["announced", "roster"]))
@click.option("--group", help="Which quota, for roster.")
@click.option("--explanation", type=WORDS, required=True, help="The reason; - or @file.")
@acts
def explain(desk: Desk, training: UUID, gap: str, group: str | None, explanation: str) -> Answer:
    """Explain a difference between what was announced, the quotas and the roster."""
    return desk.ledger.trainings.explain(desk.actor(), training, gap, explanation, group)


@training.command()
@TRAINING
@acts
def close(desk: Desk, training: UUID) -> Answer:
    """Close a training; everybody with enough days gets a signed completion."""
    return desk.ledger.trainings.close(desk.actor(), training)


@training.command()
@TRAINING
@acts
def cancel(desk: Desk, training: UUID) -> Answer:
    """Cancel a training."""
    return desk.ledger.trainings.cancel(desk.actor(), training)


@training.command()
@TRAINING
@answers
def show(desk: Desk, training: UUID) -> Answer:
    """State, numbers, and which differences still want a reason."""
    return desk.ledger.trainings.show(training)
