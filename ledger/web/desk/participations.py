"""The roster at the desk: who took part, with names; substitutes, walk-ins, completions, corrected marks."""

from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from ledger.application.context import Answer
from ledger.application.registrants import Person
from ledger.domain.participations import WITHDRAWN
from ledger.domain.people import BirthDate, FullName, NationalId
from ledger.messages import say
from ledger.web.desk.base import ROWS, Form, Me, Pages, do, language, ledger, page, refusing
from ledger.web.desk.trainings import ENROL, within

pages = Pages("participations", __name__)
REASONS = ("error", "complaint", "fraud")


class MarksForm(Form):
    words = "participations"
    marks = StringField(validators=[DataRequired(), Length(1, 31)])

    def written(self) -> str:
        return str(self.marks.data).replace(" ", "").upper()


class PersonForm(Form):
    words = "participations"
    name = StringField(validators=[DataRequired(), Length(max=400)])
    nik = StringField(validators=[DataRequired(), Length(max=40)], render_kw={"inputmode": "numeric"})
    born = DateField(validators=[DataRequired()])
    sex = RadioField(validators=[DataRequired()])

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.sex.choices = _sexes()

    def person(self, region: str | None) -> Person:
        """Raises: InputError; it never repeats what was typed."""
        name, nik = FullName.parse(self.name.data), NationalId.parse(self.nik.data)
        return Person(name, nik, BirthDate.of(self.born.data), self.sex.data, region)


class SubstituteForm(PersonForm, MarksForm):
    words = "participations"


class WalkInForm(MarksForm):
    name = StringField(validators=[DataRequired(), Length(max=400)])
    sex = RadioField(validators=[DataRequired()])
    group = SelectField()
    adult = BooleanField(validators=[DataRequired()])

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.sex.choices = _sexes()


class WithdrawForm(Form):
    words = "participations"
    reason = RadioField(validators=[DataRequired()])

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.reason.choices = [(one, say(f"s.participations.reason.{one}", language())) for one in WITHDRAWN]


class CorrectForm(MarksForm):
    reason = RadioField(validators=[DataRequired()])
    explanation = TextAreaField(validators=[DataRequired(), Length(3, 2000)])

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.reason.choices = [(one, say(f"s.participations.reason.{one}", language())) for one in REASONS]


@pages.get("/pelatihan/<uuid:id>/peserta")
def listed(me: Me, id: UUID) -> Any:
    training, after = within(me, id), request.args.get("after", type=UUID)
    rows = ledger().participations.listed(id, after=after, limit=ROWS + 1)
    more = rows[ROWS - 1]["participation"] if len(rows) > ROWS else None
    return page("desk/roster.html", me, training=training, rows=rows[:ROWS], names=_names(me, rows[:ROWS]), after=more)


@pages.form("/pelatihan/<uuid:id>/peserta/baru", roles=ENROL)
def walk_in(me: Me, id: UUID) -> Any:
    training, form = within(me, id), WalkInForm()
    form.group.choices = [(group, group) for group in training["quotas"]]
    if form.submitted():
        with refusing(form):
            told = {"sex": form.sex.data, "group": form.group.data, "marks": form.written(), "adult": form.adult.data}
            name = FullName.parse(form.name.data)
            do(me, form, lambda actor: ledger().participations.walk_in(actor, id, name=name, **told))
            return _back(id)
    return page("desk/roster-form.html", me, form=form, key="walkin", training=training, one=None, name=None)


@pages.form("/peserta/<uuid:id>/ganti", roles=ENROL)
def substitute(me: Me, id: UUID) -> Any:
    one, training = _one(me, id)
    form = SubstituteForm()
    form.of(id, one["version"])
    if form.submitted():
        with refusing(form):
            person, marks = form.person(_region(one)), form.written()
            do(me, form, lambda actor: ledger().participations.substitute(actor, id, person, marks))
            return _back(training["training"])
    return _shown(me, form, "substitute", one, training)


@pages.form("/peserta/<uuid:id>/tarik", roles=ENROL)
def withdraw(me: Me, id: UUID) -> Any:
    one, training = _one(me, id)
    form = WithdrawForm()
    form.of(id, one["version"])
    if form.submitted():
        with refusing(form):
            do(me, form, lambda actor: ledger().participations.withdraw(actor, id, form.reason.data))
            return _back(training["training"])
    return _shown(me, form, "withdraw", one, training)


@pages.form("/peserta/<uuid:id>/lengkapi", roles=ENROL)
def complete(me: Me, id: UUID) -> Any:
    one, training = _one(me, id)
    form, who = PersonForm(), UUID(one["registrant"])
    if form.submitted():
        with refusing(form):
            person = form.person(_region(one))
            do(me, form, lambda actor: ledger().participations.complete(actor, who, person))
            return _back(training["training"])
    return _shown(me, form, "complete", one, training)


@pages.form("/peserta/<uuid:id>/betulkan", roles=ENROL)
def correct(me: Me, id: UUID) -> Any:
    """Proposed here; another officer approves in the inbox."""
    one, training = _one(me, id)
    form = CorrectForm()
    form.of(id, one["version"])
    if form.submitted():
        with refusing(form):
            why = {"marks": form.written(), "reason": form.reason.data, "explanation": form.explanation.data}
            batch = ledger().participations.correct(id, **why)
            do(me, form, lambda actor: ledger().proposals.propose(actor, batch))
            return _back(training["training"], "1")
    return _shown(me, form, "correct", one, training)


def _one(me: Me, id: UUID) -> tuple[Answer, Answer]:
    one = ledger().participations.show(id)
    return one, within(me, UUID(one["training"]))


def _shown(me: Me, form: Form, key: str, one: Answer, training: Answer) -> Any:
    name = _names(me, [one]).get(one["registrant"])
    return page("desk/roster-form.html", me, form=form, key=key, training=training, one=one, name=name)


def _names(me: Me, rows: list[Answer]) -> dict[str, str]:
    """The look is noted."""
    ids = [UUID(row["registrant"]) for row in rows]
    found = ledger().registrants.names(ids, reader=str(me.officer), purpose="roster")
    return {str(id): name.reveal() for id, name in found.items()}


def _back(training: object, proposed: str | None = None) -> Any:
    return redirect(url_for("desk.participations.listed", id=training, proposed=proposed), 303)


def _region(one: Answer) -> str | None:
    group = str(one["group"])
    return group if group[:1].isdigit() else None


def _sexes() -> list[tuple[str, str]]:
    return [(one, say(f"s.participations.sex.{one}", language())) for one in ("P", "L")]
