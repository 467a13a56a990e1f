"""Trainings at the desk: planned, explained, closed; what was announced, the quotas and who came stand apart (R37)."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, redirect, request, url_for
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from ledger.application.context import Answer
from ledger.domain.rulebook import parameter
from ledger.domain.values import legal_day
from ledger.errors import ForbiddenError, InputError
from ledger.intake import template
from ledger.messages import say
from ledger.web.desk.base import ROWS, Form, Me, Pages, do, language, ledger, page, refusing

pages = Pages("trainings", __name__)
ENROL = ("enrol", "certify")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ACTIVITIES = ("bimtek", "pelatihan", "seminar", "pembinaan")
LONGEST_DAYS = 31


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

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.activity.choices = [(one, say(f"s.trainings.activity.{one}", language())) for one in ACTIVITIES]
        tiers = [
            tier
            for track in parameter("training.tiers", legal_day(ledger().context.history.clock())).values()
            for tier in track
        ]
        self.tier.choices = [("", "-"), *((tier, tier) for tier in tiers)]

    def plan(self) -> dict[str, Any]:
        """Raises: InputError: `days-reversed`, `quotas-malformed`."""
        days = (self.last.data - self.first.data).days + 1
        if not 1 <= days <= LONGEST_DAYS:
            raise InputError("days-reversed", maximum=LONGEST_DAYS)
        kept = ("programme", "activity", "hours", "minimum_days", "announced", "basis", "pilot")
        return {name: self[name].data for name in kept} | {
            "days": [self.first.data + timedelta(days=n) for n in range(days)],
            "quotas": _quotas(self.quotas.data),
            "tier": self.tier.data or None,
            "explanation": self.explanation.data or None,
        }


class ExplainForm(Form):
    words = "trainings"
    gap = SelectField()
    explanation = TextAreaField(validators=[DataRequired(), Length(3, 2000)])


class InstructorForm(Form):
    words = "trainings"
    person = StringField(validators=[DataRequired(), Length(max=36)])
    affiliation = StringField(validators=[DataRequired(), Length(max=40)])


class MaterialsForm(Form):
    words = "trainings"
    materials = TextAreaField(validators=[DataRequired(), Length(max=20_000)])


@pages.get("/pelatihan")
def listed(me: Me) -> Any:
    after = request.args.get("after", type=UUID)
    rows = ledger().trainings.listed(me.authority, me.region, after=after, limit=ROWS + 1)
    more = rows[ROWS - 1]["training"] if len(rows) > ROWS else None
    return page("desk/trainings.html", me, rows=rows[:ROWS], after=more)


@pages.form("/pelatihan/rencana", roles=ENROL)
def plan(me: Me) -> Any:
    form = PlanForm()
    if form.submitted():
        with refusing(form):
            planned = form.plan()
            answer = do(me, form, lambda actor: ledger().trainings.plan(actor, **planned))
            return redirect(url_for("desk.trainings.show", id=answer["training"]), 303)
    return page("desk/training-form.html", me, form=form, key="plan", back=url_for("desk.trainings.listed"))


@pages.get("/pelatihan/<uuid:id>")
def show(me: Me, id: UUID) -> Any:
    return page("desk/training.html", me, training=within(me, id))


@pages.form("/pelatihan/<uuid:id>/jelaskan", roles=ENROL)
def explain(me: Me, id: UUID) -> Any:
    training, form = within(me, id), ExplainForm()
    form.gap.choices = [(gap, _gap(gap)) for gap in training["open"]]
    if form.submitted():
        with refusing(form):
            gap, _, group = form.gap.data.partition("/")
            text = form.explanation.data
            do(me, form, lambda actor: ledger().trainings.explain(actor, id, gap, text, group or None))
            return _back(id)
    return _asked(me, form, training, "explain")


@pages.form("/pelatihan/<uuid:id>/instruktur", roles=ENROL)
def instructor(me: Me, id: UUID) -> Any:
    training, form = within(me, id), InstructorForm()
    if form.submitted():
        with refusing(form):
            person, where = _identifier(form.person.data), form.affiliation.data
            do(me, form, lambda actor: ledger().trainings.assign_instructor(actor, id, person, where))
            return _back(id)
    return _asked(me, form, training, "instructor")


@pages.form("/pelatihan/<uuid:id>/materi", roles=ENROL)
def materials(me: Me, id: UUID) -> Any:
    training, form = within(me, id), MaterialsForm()
    if form.submitted():
        with refusing(form):
            taught = _materials(form.materials.data)
            do(me, form, lambda actor: ledger().trainings.teach(actor, id, taught))
            return _back(id)
    return _asked(me, form, training, "materials")


@pages.form("/pelatihan/<uuid:id>/tutup", roles=ENROL)
def close(me: Me, id: UUID) -> Any:
    training, form = within(me, id), Form()
    form.of(id, training["version"])
    if form.submitted():
        with refusing(form):
            do(me, form, lambda actor: ledger().trainings.close(actor, id))
            return _back(id)
    return _asked(me, form, training, "close")


@pages.form("/pelatihan/<uuid:id>/batal", roles=ENROL)
def cancel(me: Me, id: UUID) -> Any:
    training, form = within(me, id), Form()
    form.of(id, training["version"])
    if form.submitted():
        with refusing(form):
            do(me, form, lambda actor: ledger().trainings.cancel(actor, id))
            return _back(id)
    return _asked(me, form, training, "cancel")


@pages.get("/pelatihan/<uuid:id>/lembar-kosong.xlsx")
def empty(me: Me, id: UUID) -> Any:
    """The sheet to fill in, whose NIK column is text."""
    within(me, id)
    data = template.workbook(ledger().trainings.expected(id), partial(say, lang=language()))
    return attached(data, "daftar-hadir.xlsx")


def within(me: Me, id: UUID) -> Answer:
    """The training, if it is the officer's to see. Raises: NotFoundError; ForbiddenError."""
    training = ledger().trainings.show(id)
    if training["authority"] != me.authority:
        raise ForbiddenError("authority-elsewhere", got=me.authority, expected=training["authority"])
    if me.region is not None and training["region"] != me.region:
        raise ForbiddenError("province-elsewhere", expected=me.region)
    return training


def attached(data: bytes, name: str) -> Response:
    return Response(data, mimetype=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _asked(me: Me, form: Form, training: Answer, key: str) -> Response:
    back = url_for("desk.trainings.show", id=training["training"])
    return page("desk/training-form.html", me, form=form, training=training, key=key, back=back)


def _back(id: UUID) -> Any:
    return redirect(url_for("desk.trainings.show", id=id), 303)


def _gap(gap: str) -> str:
    kind, _, group = gap.partition("/")
    return say(f"s.trainings.gap.{kind}", language(), group=group or None)


def _identifier(text: str) -> UUID:
    try:
        return UUID(text.strip())
    except ValueError:
        raise InputError("person-unknown") from None


def _quotas(text: str) -> dict[str, int]:
    """A line a group: "32.75 225". Raises: InputError."""
    quotas: dict[str, int] = {}
    for n, line in enumerate(filter(str.strip, text.splitlines()), 1):
        group, _, number = line.replace("=", " ").strip().rpartition(" ")
        if not (group and number.isascii() and number.isdigit()) or group.strip() in quotas:
            raise InputError("quotas-malformed", row=n)
        quotas[group.strip()] = int(number)
    return quotas


def _materials(text: str) -> list[tuple[str, int]]:
    """A line a subject: "Etika profesi; 4". Raises: InputError."""
    taught = []
    for n, line in enumerate(filter(str.strip, text.splitlines()), 1):
        subject, _, hours = line.rpartition(";")
        if not (hours.strip().isascii() and hours.strip().isdigit()):
            raise InputError("materials-malformed", row=n)
        taught.append((subject.strip(), int(hours)))
    return taught
