"""Trainings at the desk: planned, explained, closed; what was announced, the quotas and who came stand apart (R37)."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, redirect, request, url_for
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from ledger.application.context import Answer
from ledger.application.materials import digest
from ledger.application.search import LONGEST
from ledger.domain.regions import REGIONS
from ledger.domain.rulebook import parameter
from ledger.domain.values import legal_day
from ledger.errors import ForbiddenError, InputError, NotFoundError
from ledger.intake import origins, template
from ledger.messages import say
from ledger.rules.plain import COMPILED
from ledger.store.history import Actor
from ledger.web.desk import spoken
from ledger.web.desk.addresses import given
from ledger.web.desk.base import ROWS, Form, Me, Pages, do, language, ledger, page, refusing

pages = Pages("trainings", __name__)
PLANNERS = ("enrol", "certify")
ENROL = ("enrol",)  # Who records that somebody came.
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ACTIVITIES = ("bimtek", "pelatihan", "seminar", "pembinaan")
LONGEST_DAYS = 31
CHOICES = 20  # People who are found and offered at once.
NUMBER = re.compile("[0-9]{1,9}")


class PlanForm(Form):
    words = "trainings"
    programme = StringField(validators=[DataRequired(), Length(max=60)])
    activity = SelectField()
    first = DateField(validators=[InputRequired()])
    last = DateField(validators=[InputRequired()])
    hours = IntegerField(validators=[InputRequired(), NumberRange(1, 10_000)])
    minimum_days = IntegerField(validators=[Optional(), NumberRange(1, LONGEST_DAYS)])
    announced = IntegerField(validators=[InputRequired(), NumberRange(0, 1_000_000)])
    quotas = TextAreaField(validators=[DataRequired(), Length(max=20_000)])
    basis = StringField(validators=[DataRequired(), Length(max=200)])
    tier = SelectField()
    pilot = BooleanField()
    explanation = TextAreaField(validators=[Optional(), Length(3, 2000)])

    def __init__(self, me: Me, **given: Any) -> None:
        super().__init__(**given)
        self.activity.choices = [(one, say(f"s.trainings.activity.{one}", language())) for one in ACTIVITIES]
        tiers = [
            tier
            for track in parameter("training.tiers", legal_day(ledger().context.history.clock())).values()
            for tier in track
        ]
        self.tier.choices = [("", "-"), *((tier, tier) for tier in tiers)]
        self.programme.suggested = ledger().authorities.programmes(me.authority)
        self.basis.suggested = ledger().authorities.regulations()

    def validate_programme(self, field: StringField) -> None:
        if not COMPILED["programme"].fullmatch(field.data):
            raise ValidationError(say("s.trainings.programme.wrong", language()))

    def validate_basis(self, field: StringField) -> None:
        if field.data not in field.suggested:
            known = "; ".join(field.suggested[:CHOICES]) or None
            raise ValidationError(say("s.trainings.basis.wrong", language(), known=known))

    def validate_quotas(self, field: TextAreaField) -> None:
        try:
            self.places = _quotas(field.data)
        except InputError as refused:
            said = (say(f"{kind}.{refused.code}", language(), **refused.facts) for kind in "eo")
            raise ValidationError(" ".join(said)) from None

    def plan(self) -> dict[str, Any]:
        """Raises: InputError: `days-reversed`."""
        days = (self.last.data - self.first.data).days + 1
        if not 1 <= days <= LONGEST_DAYS:
            raise InputError("days-reversed", maximum=LONGEST_DAYS)
        kept = ("programme", "activity", "hours", "minimum_days", "announced", "basis", "pilot")
        return {name: self[name].data for name in kept} | {
            "days": [self.first.data + timedelta(days=n) for n in range(days)],
            "quotas": self.places,
            "tier": self.tier.data or None,
            "explanation": self.explanation.data or None,
        }


class ExplainForm(Form):
    words = "trainings"
    gap = SelectField()
    explanation = TextAreaField(validators=[DataRequired(), Length(3, 2000)])


class InstructorForm(Form):
    """First a search, whose finds are then chosen from; what is typed stays in both steps."""

    words = "trainings"
    typed = StringField(validators=[DataRequired(), Length(max=LONGEST)])
    person = RadioField(choices=[], validators=[DataRequired()])
    affiliation = StringField(validators=[DataRequired(), Length(max=40)])

    def __init__(self) -> None:
        super().__init__()
        self.searching = request.form.get("step") == "search"
        if self.searching:
            self.person.validators, self.affiliation.validators = [Optional()], [Optional()]

    def offer(self, me: Me) -> None:
        """Whoever is called so; who lives elsewhere is chosen by NIK, and not named. Raises: InputError."""
        typed = (self.typed.data or "").strip()
        if not typed:
            return
        seen: dict[str, Any] = {"reader": str(me.officer), "sight": me.sight}
        found = ledger().search.people(typed, **seen, limit=CHOICES).people
        self.person.choices = [(one["registrant"], one["name"]) for one in found]
        if not found and typed[:1].isdigit():
            label = say("s.trainings.elsewhere", language(), end=typed[-4:])
            self.person.choices = [(str(id), label) for id in ledger().decrees.people(typed, reader=seen["reader"])]


class MaterialsForm(Form):
    words = "trainings"
    materials = TextAreaField(validators=[DataRequired(), Length(max=20_000)])


class CloseForm(Form):
    """`taught`: which subjects were shown with it, for no event tells that others were written since."""

    taught = HiddenField()


@pages.get("/pelatihan")
def listed(me: Me) -> Any:
    after = given(UUID)
    rows = ledger().trainings.listed(me.authority, me.region, after=after, limit=ROWS + 1)
    more = rows[ROWS - 1]["training"] if len(rows) > ROWS else None
    return page("desk/trainings.html", me, rows=rows[:ROWS], after=more)


@pages.form("/pelatihan/rencana", roles=PLANNERS)
def plan(me: Me) -> Any:
    form = PlanForm(me)
    if form.submitted():
        with refusing(form):
            planned = form.plan()
            answer = do(me, form, lambda actor: ledger().trainings.plan(actor, **planned))
            return redirect(url_for("desk.trainings.show", id=answer["training"]), 303)
    return page("desk/training-form.html", me, form=form, key="plan", back=url_for("desk.trainings.listed"))


@pages.get("/pelatihan/<uuid:id>")
def show(me: Me, id: UUID) -> Any:
    training = within(me, id)
    today = legal_day(ledger().context.history.clock()).isoformat()
    begun = bool(training["roster"]) or training["days"][-1] <= today  # Before, every quota differs from who came.
    return page("desk/training.html", me, training=training, begun=begun)


@pages.form("/pelatihan/<uuid:id>/jelaskan", roles=PLANNERS)
def explain(me: Me, id: UUID) -> Any:
    training, form = within(me, id), ExplainForm()
    form.gap.choices = [(gap, spoken.gap(gap, language())) for gap in training["open"]]

    def act(actor: Actor) -> Answer:
        gap, _, group = form.gap.data.partition("/")
        return ledger().trainings.explain(actor, id, gap, form.explanation.data, group or None)

    return _acted(me, form, training, "explain", act)


@pages.form("/pelatihan/<uuid:id>/instruktur", roles=PLANNERS)
def instructor(me: Me, id: UUID) -> Any:
    training, form = within(me, id), InstructorForm()
    with refusing(form):
        form.offer(me)
        if form.submitted() and not form.searching:
            person, where = UUID(form.person.data), form.affiliation.data
            do(me, form, lambda actor: ledger().trainings.assign_instructor(actor, id, person, where))
            return _back(id)
    return page("desk/training-instructor.html", me, form=form, training=training)


@pages.form("/pelatihan/<uuid:id>/materi", roles=ENROL)
def materials(me: Me, id: UUID) -> Any:
    training, form = within(me, id), MaterialsForm()
    book = ledger().trainings
    if not form.is_submitted():
        form.materials.data = "\n".join(f"{one}; {hours}" for one, hours in book.subjects(id, reader=str(me.officer)))
    return _acted(me, form, training, "materials", lambda actor: book.teach(actor, id, _materials(form.materials.data)))


@pages.form("/pelatihan/<uuid:id>/tutup", roles=PLANNERS)
def close(me: Me, id: UUID) -> Any:
    """Whoever closes reads the subjects first: from then on they are what the papers say."""
    training, form = within(me, id), CloseForm()
    form.of(id, training["version"])
    if form.submitted():
        with refusing(form):
            do(me, form, lambda actor: ledger().trainings.close(actor, id, shown=form.taught.data or ""))
            return _back(id)
    subjects = ledger().trainings.subjects(id, reader=str(me.officer))
    form.taught.data = digest(subjects)
    recorded = ledger().participations.recorded_by(id, me.officer)
    return page("desk/training-close.html", me, form=form, training=training, subjects=subjects, recorded=recorded)


@pages.form("/pelatihan/<uuid:id>/batal", roles=PLANNERS)
def cancel(me: Me, id: UUID) -> Any:
    training, form = within(me, id), Form()
    form.of(id, training["version"])
    return _acted(me, form, training, "cancel", lambda actor: ledger().trainings.cancel(actor, id))


@pages.get("/pelatihan/<uuid:id>/lembar-kosong.xlsx")
def empty(me: Me, id: UUID) -> Any:
    """The sheet to fill in, whose NIK column is text."""
    within(me, id)
    data = template.workbook(ledger().trainings.expected(id), partial(say, lang=language()))
    return attached(data, "daftar-hadir.xlsx")


def within(me: Me, id: UUID) -> Answer:
    """The training, if it is the officer's to see. Raises: NotFoundError; ForbiddenError."""
    training = ledger().trainings.show(id)
    if not me.sight.covers(training):
        raise NotFoundError("not-found", of="training", got=id)
    if training["authority"] != me.authority:
        raise ForbiddenError("authority-elsewhere", got=me.authority, expected=training["authority"])
    return training


def attached(data: bytes, name: str) -> Response:
    return Response(data, mimetype=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _acted(me: Me, form: Form, training: Answer, key: str, act: Callable[[Actor], Answer]) -> Any:
    """Does it and goes back to the training, or asks."""
    if form.submitted():
        with refusing(form):
            do(me, form, act)
            return _back(training["training"])
    back = url_for("desk.trainings.show", id=training["training"])
    return page("desk/training-form.html", me, form=form, training=training, key=key, back=back)


def _back(id: object) -> Any:
    return redirect(url_for("desk.trainings.show", id=id), 303)


def _quotas(text: str) -> dict[str, int]:
    """A line a group: "32.75 225", or by name "Kota Bekasi 225". Raises: InputError."""
    quotas: dict[str, int] = {}
    names = origins.index(REGIONS)
    for n, line in enumerate(filter(str.strip, text.splitlines()), 1):
        group, _, number = line.replace("=", " ").strip().rpartition(" ")
        try:
            code = group.strip() if COMPILED["group"].fullmatch(group.strip()) else origins.find(group, names)
        except InputError:
            code = ""
        if not (code and NUMBER.fullmatch(number)) or code in quotas:
            raise InputError("quotas-malformed", row=n)
        quotas[code] = int(number)
    return quotas


def _materials(text: str) -> list[tuple[str, int]]:
    """A line a subject: "Etika profesi; 4". Raises: InputError."""
    taught = []
    for n, line in enumerate(filter(str.strip, text.splitlines()), 1):
        subject, _, hours = line.rpartition(";")
        if not NUMBER.fullmatch(hours.strip()):
            raise InputError("materials-malformed", row=n)
        taught.append((subject.strip(), int(hours)))
    return taught
