"""Attendance sheets at the desk: sent, looked through cell by cell, put right in the page, recorded."""

import json
from functools import partial
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask_wtf.file import FileField, FileRequired

from ledger.application.context import Answer
from ledger.application.trainings import Imported
from ledger.errors import InputError
from ledger.intake import dates
from ledger.intake.roster import Problem
from ledger.messages import day, say
from ledger.store.history import Actor
from ledger.web.desk.base import Form, Me, Pages, do, language, ledger, page, refusing
from ledger.web.desk.trainings import ENROL, attached, within

pages = Pages("imports", __name__)
CELL = "cell:"  # Begins the name of a corrected cell's entry: its sheet, row and column as JSON.
SHOWN = 25  # problems and warnings on one page


class UploadForm(Form):
    words = "imports"
    file = FileField(validators=[FileRequired()], render_kw={"accept": ".xlsx,.csv"})


@pages.form("/pelatihan/<uuid:id>/impor", roles=ENROL)
def upload(me: Me, id: UUID) -> Any:
    training, form = within(me, id), UploadForm()
    if form.submitted():
        with refusing(form):
            data, name = form.file.data.read(), form.file.data.filename or ""
            answer = do(me, form, lambda actor: ledger().imports.upload(actor, id, data, name))
            return _back(answer["import"])
    drafts = ledger().imports.of_training(_actor(me), id)
    return page("desk/import-new.html", me, form=form, training=training, drafts=drafts)


@pages.form("/impor/<uuid:id>", roles=ENROL)
def show(me: Me, id: UUID) -> Any:
    """The preview; what is sent are corrected cells."""
    actor = _actor(me)
    draft, form = ledger().imports.show(actor, id), Form()
    training = within(me, UUID(draft["training"]))
    if draft["state"] != "draft":
        return page("desk/import-progress.html", me, draft=draft, training=training)
    if form.submitted():
        with refusing(form):
            cells = _cells()
            do(me, form, lambda who: ledger().imports.correct(who, id, cells))
            return _back(id, after=_start() or None)
    return _previewed(me, form, draft, training, ledger().imports.preview(actor, id))


@pages.form("/impor/<uuid:id>/simpan", roles=ENROL)
def commit(me: Me, id: UUID) -> Any:
    actor, form = _actor(me), Form()
    draft = ledger().imports.show(actor, id)
    training = within(me, UUID(draft["training"]))
    if form.submitted():
        with refusing(form):
            skip_bad = "skip_bad" in request.form
            do(me, form, lambda who: ledger().imports.commit(who, id, skip_bad=skip_bad))
            return _back(id)
    if not form.is_submitted() or draft["state"] != "draft":
        return _back(id)
    return _previewed(me, form, draft, training, ledger().imports.preview(actor, id))


@pages.form("/impor/<uuid:id>/hapus", roles=ENROL)
def drop(me: Me, id: UUID) -> Any:
    draft, form = ledger().imports.show(_actor(me), id), Form()
    if form.submitted():
        with refusing(form):
            do(me, form, lambda actor: ledger().imports.drop(actor, id))
            return redirect(url_for("desk.imports.upload", id=draft["training"]), 303)
    return _back(id)


@pages.get("/impor/<uuid:id>/bermasalah.xlsx", roles=ENROL)
def bad_rows(me: Me, id: UUID) -> Any:
    return attached(ledger().imports.bad_rows(_actor(me), id, partial(say, lang=language())), "baris-bermasalah.xlsx")


def _previewed(me: Me, form: Form, draft: Answer, training: Answer, found: Imported) -> Any:
    """The problems first; what is put right makes room, so the same page then shows the next ones."""
    bad, odd = found.roster.problems, found.roster.warnings
    start = min(_start(), max(len(bad) + len(odd) - 1, 0) // SHOWN * SHOWN)
    end = start + SHOWN
    return page(
        "desk/import.html",
        me,
        form=form,
        draft=draft,
        training=training,
        problems=[_told(one, form) for one in bad[start:end]],
        warnings=[_told(one, form) for one in odd[max(start - len(bad), 0) : max(end - len(bad), 0)]],
        faults=len(bad) + len(odd),
        start=start,
        more=str(end) if len(bad) + len(odd) > end else "",
        answer=found.answer,
        roster=found.roster,
    )


def _start() -> int:
    return max(request.args.get("after", 0, type=int), 0)


def _told(problem: Problem, form: Form) -> dict[str, Any]:
    """A cell with what is wrong; what was typed into it and refused stays."""
    name = CELL + json.dumps([problem.sheet, problem.row, problem.column])
    value = str(problem.revealed()["value"])
    typed = request.form.get(name, value) if form.is_submitted() else value
    return {
        "name": name if problem.column else None,
        "row": problem.row,
        "sheet": problem.sheet,
        "column": problem.column,
        "value": typed,
        "why": say(f"e.{problem.code}", language(), **problem.facts),
        "readings": _readings(value) if problem.code == "birth-date-swapped" else [],
    }


def _readings(value: str) -> list[str]:
    """The date as it stands, and with day and month exchanged, as the NIK has it."""
    try:
        born = dates.parse(value)
    except InputError:
        return []
    return [day(one, language()) for one in (born, dates.swapped(born)) if one is not None]


def _cells() -> dict[tuple[str, int, str], str]:
    """Raises: InputError: `cell-unknown`: not an entry of ours."""
    cells: dict[tuple[str, int, str], str] = {}
    for name, text in request.form.items():
        if name.startswith(CELL):
            try:
                sheet, row, column = json.loads(name.removeprefix(CELL))
                cells[str(sheet), int(row), str(column)] = text
            except (ValueError, TypeError, ArithmeticError, RecursionError):
                raise InputError("cell-unknown") from None
    return cells


def _actor(me: Me) -> Actor:
    return ledger().officers.actor(me.officer)


def _back(id: object, after: int | None = None) -> Any:
    return redirect(url_for("desk.imports.show", id=id, after=after), 303)
