"""The attendance sheet of a training, uploaded."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from ledger.api.access import ledger
from ledger.api.problems import language, plain
from ledger.api.shapes import File, answer, written
from ledger.api.trainings import trainings
from ledger.domain.participations import Participation
from ledger.intake.roster import Problem, Roster
from ledger.messages import say
from ledger.store.history import Actor


class SheetBody(Schema):
    file = File(required=True)


class SheetQuery(Schema):
    dry_run = fields.Boolean(load_default=False)
    skip_bad = fields.Boolean(load_default=False)


Cell = answer(
    "Cell",
    row=fields.Integer(),
    sheet=fields.String(),
    column=fields.String(),
    code=fields.String(),
    value=fields.String(),
    facts=fields.Dict(),
    text=fields.String(),
)
Line = answer("Line", row=fields.Integer(), sheet=fields.String(), text=fields.String())
Imported = written(
    "Imported",
    training=fields.UUID(),
    ready=fields.Integer(),
    bad=fields.Integer(),
    warnings=fields.Integer(),
    already=fields.Integer(),
    written=fields.Integer(),
    problems=fields.List(fields.Nested(Cell)),
    remarks=fields.List(fields.Nested(Cell)),
    skipped=fields.List(fields.Nested(Line)),
    kept_columns=fields.List(fields.String()),
    dropped_columns=fields.List(fields.String()),
)


@trainings.writes("/<uuid:id>/sheet", Imported, body=SheetBody, query=SheetQuery, location="files")
def upload(actor: Actor, query: dict[str, bool], files: dict[str, Any], id: UUID) -> Any:
    """Import an attendance sheet (CSV or XLSX)

    While a row is bad nothing is written, unless `skip_bad`: then exactly the good rows. With `dry_run` nothing is.
    Values of cells stand in this one answer only, for whoever sent the file; a repeated request gets the counts.
    """
    # A dry run writes nothing that a rule would be asked of, and still tells who takes part.
    officer = ledger().officers.require_role(actor, Participation.Created.TOPIC)
    ledger().scope.training(officer, id)
    file = files["file"]
    done = ledger().trainings.import_sheet(
        actor, id, file.read(), file.filename or "", dry_run=query["dry_run"], skip_bad=query["skip_bad"]
    )
    return done.answer | _found(done.roster)


def _found(roster: Roster) -> dict[str, Any]:
    return {
        "problems": [_cell(problem) for problem in roster.problems],
        "remarks": [_cell(warning) for warning in roster.warnings],
        "skipped": [line.revealed() for line in roster.skipped],
        "kept_columns": roster.kept_columns,
        "dropped_columns": roster.dropped_columns,
    }


def _cell(problem: Problem) -> dict[str, Any]:
    shown = problem.revealed()
    return shown | {"facts": plain(problem.facts), "text": say(f"e.{problem.code}", language(), **problem.facts)}
