"""`ledger template`, `ledger check`: attendance sheets before and without a server."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from ledger.cli.desk import DAY, Desk, answers
from ledger.cli.trainings import reported
from ledger.errors import InputError
from ledger.intake import attendance
from ledger.intake import template as blank
from ledger.intake.roster import Expected, Roster


def planned(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that say what a sheet must fit, where no ledger is at hand."""
    group = click.option("--group", "groups", multiple=True, help="Code of a quota, such as 32.75; repeated.")
    days = click.option(
        "--days", type=click.IntRange(1, 31), default=1, show_default=True, help="Days of the training."
    )
    first = click.option("--first-day", type=DAY, help="First day of the training, YYYY-MM-DD.")
    return group(days(first(command)))


@click.command("template")
@click.argument("training", type=click.UUID, required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Where the .xlsx goes.")
@planned
@answers
def template(
    desk: Desk,
    training: UUID | None,
    output: Path,
    groups: Sequence[str],
    days: int,
    first_day: date | None,
) -> dict[str, Any]:
    """Write an empty attendance sheet for TRAINING, or for --group and --days without a ledger."""
    plan = desk.ledger.trainings.expected(training) if training else _plan(groups, days, first_day or date.min)
    output.write_bytes(blank.workbook(plan, desk.say))
    return {"file": str(output), "groups": list(plan.groups), "days": plan.days}


@click.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@planned
@answers
def check(desk: Desk, file: Path, groups: Sequence[str], days: int, first_day: date | None) -> dict[str, Any]:
    """Check an attendance sheet as an import would, without a ledger: nothing is stored or sent.

    Whether a person is registered already only the ledger knows.
    """
    if first_day is None:
        raise InputError("first-day-missing", expected="--first-day")
    plan = _plan(groups, days, first_day)
    with desk.progress(desk.say("c.import")) as progress:
        roster = attendance.read(
            file.read_bytes(),
            file.name,
            groups=plan.groups,
            days=plan.days,
            first_day=plan.first_day,
            progress=progress,
        )
    counts = _counted(roster)
    reported(desk, roster, counts)
    if roster.problems:
        raise InputError("rows-bad", got=counts["bad"])
    return counts


def _plan(groups: Sequence[str], days: int, first_day: date) -> Expected:
    if not groups:
        raise InputError("groups-missing", expected="--group")
    return Expected(tuple(groups), days, first_day)


def _counted(roster: Roster) -> dict[str, Any]:
    bad = len({(problem.sheet, problem.row) for problem in roster.problems})
    return {"ready": len(roster.people), "bad": bad, "warnings": len(roster.warnings), "already": 0}
