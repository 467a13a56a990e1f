"""The roster at the desk: who took part, with names; substitutes, walk-ins, completions, corrected marks."""

from collections.abc import Callable
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
from ledger.store.history import Actor
from ledger.web.desk.addresses import given
from ledger.web.desk.anew import instead
from ledger.web.desk.base import ROWS, Form, Me, Pages, do, language, ledger, page, refusing
from ledger.web.desk.trainings import ENROL, within

pages = Pages("participations", __name__)
REASONS = ("error", "complaint", "fraud")
DONE = ("proposed", "moved")  # What the roster says of what was just sent.


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
    training, after = within(me, id), given(UUID)
    rows = ledger().participations.listed(id, after=after, limit=ROWS + 1)
    more = rows[ROWS - 1]["participation"] if len(rows) > ROWS else None
    shown, done = rows[:ROWS], request.args.get("done")
    facts: dict[str, Any] = {"names": _names(me, shown), "after": more, "done": done if done in DONE else None}
    return page("desk/roster.html", me, training=training, rows=shown, **facts)


@pages.form("/pelatihan/<uuid:id>/peserta/baru", roles=ENROL)
def walk_in(me: Me, id: UUID) -> Any:
    training, form = within(me, id), WalkInForm()
    form.group.choices = [(group, group) for group in training["quotas"]]

    def act(actor: Actor) -> Answer:
        told = {"sex": form.sex.data, "group": form.group.data, "marks": form.written(), "adult": form.adult.data}
        return ledger().participations.walk_in(actor, id, name=FullName.parse(form.name.data), **told)

    return _acted(me, form, "walkin", None, training, act)


@pages.form("/peserta/<uuid:id>/ganti", roles=ENROL)
def substitute(me: Me, id: UUID) -> Any:
    one, training = _one(me, id)
    form = SubstituteForm()
    form.of(id, one["version"])

    def act(actor: Actor) -> Answer:
        return ledger().participations.substitute(actor, id, form.person(_region(one, training)), form.written())

    return _acted(me, form, "substitute", one, training, act)


@pages.form("/peserta/<uuid:id>/tarik", roles=ENROL)
def withdraw(me: Me, id: UUID) -> Any:
    one, training = _one(me, id)
    form = WithdrawForm()
    form.of(id, one["version"])
    book, reason = ledger().participations, form.reason
    return _acted(me, form, "withdraw", one, training, lambda actor: book.withdraw(actor, id, reason.data))


@pages.form("/peserta/<uuid:id>/lengkapi", roles=ENROL)
def complete(me: Me, id: UUID) -> Any:
    """If the NIK is somebody's already, that person takes the place."""
    one, training = _one(me, id)
    form, who = PersonForm(), UUID(one["registrant"])

    def act(actor: Actor) -> Answer:
        return ledger().participations.complete(actor, who, form.person(_region(one, training)))

    return _acted(me, form, "complete", one, training, act)


@pages.form("/peserta/<uuid:id>/betulkan", roles=ENROL)
def correct(me: Me, id: UUID) -> Any:
    """Proposed here; another officer approves in the inbox."""
    one, training = _one(me, id)
    form = CorrectForm()
    form.of(id, one["version"])

    def act(actor: Actor) -> Answer:
        why = {"marks": form.written(), "reason": form.reason.data, "explanation": form.explanation.data}
        return ledger().proposals.propose(actor, ledger().participations.correct(id, **why), instead=instead())

    return _acted(me, form, "correct", one, training, act)


def _one(me: Me, id: UUID) -> tuple[Answer, Answer]:
    one = ledger().participations.show(id)
    return one, within(me, UUID(one["training"]))


def _acted(me: Me, form: Form, key: str, one: Answer | None, training: Answer, act: Callable[[Actor], Answer]) -> Any:
    """Does it and goes back to the roster, or asks."""
    if form.submitted():
        with refusing(form):
            answer = do(me, form, act)
            done = "proposed" if "proposal" in answer else "moved" if answer.get("duplicate") else None
            return redirect(url_for("desk.participations.listed", id=training["training"], done=done), 303)
    name = _names(me, [one]).get(one["registrant"]) if one else None
    return page("desk/roster-form.html", me, form=form, key=key, training=training, one=one, name=name)


def _names(me: Me, rows: list[Answer]) -> dict[str, str]:
    """The look is noted."""
    ids = [UUID(row["registrant"]) for row in rows]
    found = ledger().registrants.names(ids, reader=str(me.officer), purpose="roster")
    return {str(id): name.reveal() for id, name in found.items()}


def _region(one: Answer, training: Answer) -> str | None:
    """The group's; of a unit, which is no region, the province of the training if it has one."""
    region: str | None = one["group"] if one["group"][:1].isdigit() else training["region"]
    return region


def _sexes() -> list[tuple[str, str]]:
    return [(one, say(f"s.participations.sex.{one}", language())) for one in ("P", "L")]
