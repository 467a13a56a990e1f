"""`ledger replay`, `ledger diff`, and the option --as-of of the commands that ask: docs/time.md."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

import click

from ledger.application.context import Answer
from ledger.audit.materialise import materialise
from ledger.cli.desk import DAY, Desk, answers
from ledger.cli.source import BUNDLE, source
from ledger.errors import InputError
from ledger.projections.as_of import Cut, Moment


class MomentType(click.ParamType[Moment]):
    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Moment:
        if isinstance(value, Moment):
            return value
        try:
            return Moment.parse(value)
        except InputError as refused:
            self.fail(str(refused.facts["expected"]), param, ctx)


MOMENT = MomentType()
OUTPUT = click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="The file, which must not be there yet."
)


def as_of(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command gets `cut`, or None where today's state is asked for."""

    @click.option("--as-of", "day", type=DAY, help="As things stood on this day (WIB).")
    @click.option(
        "--recorded/--effective",
        default=None,
        help="By what was recorded by then, or by what had taken effect then as far as is known now (the default).",
    )
    @wraps(command)
    def run(desk: Desk, /, *, day: date | None, recorded: bool | None, **options: Any) -> Any:
        if day is None and recorded is not None:
            raise click.UsageError("--as-of")
        return command(desk, cut=None if day is None else Cut(day, bool(recorded)), **options)

    return run


@click.command()
@click.option("--until", type=MOMENT, required=True, help="The last event's position, a day, or an instant in WIB.")
@BUNDLE
@OUTPUT
@answers
def replay(desk: Desk, until: Moment, bundle: Path | None, output: Path) -> Answer:
    """Write the read models as of then into an SQLite file that any tool opens; it names nobody."""
    with source(desk, bundle) as history, desk.progress(desk.say("c.replay")) as progress:
        until.require_within(history.size)
        total = history.size if until.position is None else until.position + 1
        done = materialise(
            history.entries(),
            output,
            origin=history.origin,
            until=until,
            progress=lambda events: progress(events, total),
        )
    return {"file": str(output)} | done


@click.command()
@click.argument("since", metavar="A", type=MOMENT)
@click.argument("until", metavar="B", type=MOMENT)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.pass_obj
def diff(desk: Desk, since: Moment, until: Moment, as_json: bool) -> None:
    """What changed from A to B, by person and by certificate. A and B: a position, a day, or an instant in WIB."""
    found = desk.ledger.histories.changes(since, until)
    if as_json:
        click.echo(json.dumps(found))
        return
    click.echo(desk.say("c.diff", since=found["from"], until=found["to"], kinds=_counted(found["kinds"])))
    for key, named, rows in (
        ("c.diff.person", "registrant", found["persons"]),
        ("c.diff.certificate", "number", found["certificates"]),
    ):
        for row in rows:
            states = {side: row[side] or "-" for side in ("before", "after")}
            click.echo(desk.say(key, id=row[named], **states, kinds=_counted(row["kinds"])))


def _counted(kinds: Mapping[str, int]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in kinds.items()) or "-"
