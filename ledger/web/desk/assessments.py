"""Assessments at the desk: candidates scheduled, scored, decided by decree; then certificates can be proposed."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Optional

from ledger.application.candidates import Batch
from ledger.application.context import Answer
from ledger.domain.assessments import COMPETENT, NOT_YET_COMPETENT
from ledger.domain.decrees import OF_RESULTS
from ledger.errors import InputError, NotFoundError
from ledger.messages import say
from ledger.store.history import Actor
from ledger.web.desk.addresses import given, place, word
from ledger.web.desk.base import ROWS, Form, Me, Pages, do, language, ledger, page, refusing

pages = Pages("assessments", __name__)
MARKS = (COMPETENT, NOT_YET_COMPETENT)
AT_ONCE = 20  # Candidates on one page: each has three entries.


class ScheduleForm(Form):
    """Candidates: those who completed a training, the holder of a certificate to renew, or people named by NIK."""

    words = "assessments"
    scheme = SelectField(validators=[DataRequired()])
    training = SelectField(validators=[Optional()])
    candidates = TextAreaField(validators=[Optional()])
    assessors = TextAreaField(validators=[DataRequired()])
    on = DateField(validators=[DataRequired()])

    def __init__(self, me: Me) -> None:
        super().__init__()
        lang, known = language(), ledger().candidates
        self.scheme.choices = [(str(id), kind) for id, kind in known.schemes(me.authority)]
        closed = known.trainings(me.authority, sight=me.sight)
        told = [(str(id), say("s.assessments.training", lang, programme=name, on=on)) for id, name, on in closed]
        self.training.choices = [("", "-"), *told]

    def people(self, me: Me, renewing: UUID | None) -> list[UUID]:
        """Raises: InputError: `candidates-missing`, and as `people`."""
        found = ledger().decrees.people(self.candidates.data or "", reader=str(me.officer))
        if self.training.data:
            found += ledger().candidates.completed(UUID(self.training.data))
        if renewing is not None:
            found.append(renewing)
        if not found:
            raise InputError("candidates-missing")
        return list(dict.fromkeys(found))


class ScoreForm(Form):
    words = "assessments"
    assessor = SelectField(validators=[DataRequired()])

    def __init__(self, batch: Batch) -> None:
        super().__init__()
        self.assessor.choices = [(str(id), name) for id, name in _assessors(batch).items()]


class DecideForm(Form):
    words = "assessments"
    decree = SelectField(validators=[DataRequired()])

    def __init__(self, me: Me) -> None:
        super().__init__()
        self.decree.choices = [(str(id), number) for id, number in ledger().decrees.on(me.authority, *OF_RESULTS)]


@pages.get("/asesmen")
def listed(me: Me) -> Any:
    day, _, scheme = request.args.get("after", "").partition("_")
    after = (_day(day), _id(scheme)) if day else None
    rows = ledger().candidates.batches(me.authority, sight=me.sight, after=after, limit=ROWS)
    more = f"{rows[-1]['on']}_{rows[-1]['scheme']}" if len(rows) == ROWS else ""
    return page("desk/assessments.html", me, rows=rows, after=more)


@pages.form("/asesmen/jadwal", roles=("certify",))
def schedule(me: Me) -> Any:
    """`?sertifikat=`: its holder is tested anew, for a renewal."""
    number = given(word, "sertifikat")
    renewing = ledger().standings.show(number, sight=me.sight) if number else None
    form = ScheduleForm(me)
    if form.submitted():
        with refusing(form):
            candidates = form.people(me, renewing["registrant"] if renewing else None)
            do(me, form, lambda actor: _scheduled(actor, form, candidates))
            return redirect(url_for("desk.assessments.batch", scheme=form.scheme.data, on=form.on.data.isoformat()))
    return page("desk/assessment-schedule.html", me, form=form, renewing=renewing)


def _scheduled(actor: Actor, form: ScheduleForm, candidates: list[UUID]) -> Answer:
    return ledger().assessments.schedule(
        actor,
        scheme=UUID(form.scheme.data),
        candidates=dict.fromkeys(candidates),
        assessors=ledger().decrees.people(form.assessors.data, reader=str(actor.officer)),
        on=form.on.data,
    )


@pages.form("/asesmen/<uuid:scheme>/<on>", roles=("certify",))
def batch(me: Me, scheme: UUID, on: str) -> Any:
    """The candidates of a day, some on each page; those who are not scored yet can be."""
    found = _batch(me, scheme, on)
    start = given(place) or 0
    shown = found.candidates[start : start + AT_ONCE]
    more = str(start + AT_ONCE) if len(found.candidates) > start + AT_ONCE else ""
    form = ScoreForm(found)
    marks = _marks(found, [one for one in shown if one["state"] == "scheduled"])
    if form.submitted():
        with refusing(form):
            results = _complete(marks)
            assessor = UUID(form.assessor.data)
            do(me, form, lambda actor: ledger().assessments.score(actor, assessor=assessor, results=results))
            return redirect(url_for("desk.assessments.batch", scheme=scheme, on=on, after=start or None))
    told = {"batch": found, "candidates": shown, "scheme": scheme, "marks": marks, "choices": MARKS, "after": more}
    return page("desk/assessment.html", me, form=form, assessors=list(_assessors(found).values()), **told)


@pages.form("/asesmen/<uuid:scheme>/<on>/putusan", roles=("certify",))
def decide(me: Me, scheme: UUID, on: str) -> Any:
    """Final with the decree: competent is who was competent in every dimension."""
    found = _batch(me, scheme, on)
    form, scored = DecideForm(me), found.of_state("scored")
    if form.submitted():
        with refusing(form):
            decree, outcomes = UUID(form.decree.data), {one["assessment"]: one["outcome"] for one in scored}
            if not outcomes:
                raise InputError("candidates-missing")
            do(me, form, lambda actor: ledger().assessments.decide(actor, decree=decree, outcomes=outcomes))
            return redirect(url_for("desk.issuing.by_decree", id=decree))
    return page("desk/assessment-decide.html", me, form=form, batch=found, scheme=scheme, scored=scored)


def _batch(me: Me, scheme: UUID, on: str) -> Batch:
    return ledger().candidates.batch(me.authority, scheme, _day(on), reader=str(me.officer), sight=me.sight)


def _assessors(batch: Batch) -> dict[UUID, str]:
    """Whose name is not shown is told apart by the place in which the number was typed."""
    told = enumerate(batch.assessors.items(), 1)
    return {id: name or say("s.assessments.unknown", language(), place=n) for n, (id, name) in told}


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise NotFoundError("not-found", of="assessment", got="") from None


def _id(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError:
        raise NotFoundError("not-found", of="assessment", got="") from None


def _marks(found: Batch, open: list[Answer]) -> dict[UUID, dict[str, str]]:
    """As entered, by assessment and dimension; what was not chosen yet is empty."""
    return {
        one["assessment"]: {name: request.form.get(f"{one['assessment']}.{name}", "") for name in found.dimensions}
        for one in open
    }


def _complete(marks: dict[UUID, dict[str, str]]) -> dict[UUID, dict[str, str]]:
    """Of those who were marked; who was not stays scheduled. Raises: InputError: `marks-incomplete`."""
    given = {id: by_name for id, by_name in marks.items() if any(by_name.values())}
    whole = all(mark in MARKS for by_name in given.values() for mark in by_name.values())
    if not given or not whole:
        raise InputError("marks-incomplete")
    return given
