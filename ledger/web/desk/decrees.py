"""Decrees at the desk: the list, and recording one."""

from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from wtforms import DateField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from ledger.application.context import Answer
from ledger.domain.decrees import MATTERS
from ledger.messages import say
from ledger.store.history import Actor
from ledger.web.desk.addresses import given, place
from ledger.web.desk.base import ROWS, Form, Me, Pages, do, language, ledger, page, refusing

pages = Pages("decrees", __name__)


class DecreeForm(Form):
    """Who decided: officers are ticked, others named by NIK, a line each."""

    words = "decrees"
    number = StringField(validators=[DataRequired(), Length(max=60)])
    matter = SelectField(validators=[DataRequired()])
    on = DateField(validators=[DataRequired()])
    officers = SelectMultipleField(validators=[Optional()], option_widget=CheckboxInput(), widget=ListWidget())
    others = TextAreaField()
    backdated = StringField(validators=[Optional(), Length(3, 2000)])

    def __init__(self, me: Me) -> None:
        super().__init__(data={"matter": request.args.get("perihal", "")})
        self.matter.choices = [(one, say(f"s.matter.{one}", language())) for one in MATTERS]
        self.officers.choices = [(str(person), name) for person, name in _officers(me)]
        self.officers.either = self.others.either = True  # One of them is filled in.

    def validate_others(self, field: TextAreaField) -> None:
        if not self.officers.data and not (field.data or "").strip():
            raise ValidationError(say("s.decrees.deciders", language()))

    def deciders(self, me: Me) -> list[UUID]:
        """Raises: InputError: a NIK of nobody."""
        others = ledger().decrees.people(self.others.data or "", reader=str(me.officer))
        found = [UUID(one) for one in self.officers.data or ()] + others
        return list(dict.fromkeys(found))


def _officers(me: Me) -> list[tuple[UUID, str]]:
    """Those in office for the same authority, or board, by name; the look is noted."""
    people = ledger().decrees.officers(me.authority, me.region)
    names = ledger().registrants.names(people, reader=str(me.officer), purpose="decree")
    return sorted(((id, name.reveal()) for id, name in names.items()), key=lambda one: one[1])


@pages.get("/sk")
def listed(me: Me) -> Any:
    before = given(place)
    rows = ledger().decrees.listed(me.authority, before=before, limit=ROWS + 1)
    more = str(rows[ROWS - 1]["position"]) if len(rows) > ROWS else ""
    return page("desk/decrees.html", me, rows=rows[:ROWS], after=more)


@pages.form("/sk/baru", roles=("certify",))
def new(me: Me) -> Any:
    form = DecreeForm(me)
    if form.submitted():
        with refusing(form):
            do(me, form, _recording(form, form.deciders(me)))
            return redirect(_onward(), 303)
    return page("desk/decree-new.html", me, form=form)


def _onward() -> str:
    """Back to the act that wanted the decree, or to all decrees."""
    number, act = request.args.get("sertifikat"), request.args.get("tindakan")
    if number and act:
        return url_for("desk.certificates.act", number=number, word=act)
    return url_for("desk.decrees.listed")


def _recording(form: DecreeForm, deciders: list[UUID]) -> Any:
    def record(actor: Actor) -> Answer:
        return ledger().assessments.decree(
            actor,
            number=form.number.data.strip(),
            matter=form.matter.data,
            on=form.on.data,
            deciders=deciders,
            backdated=form.backdated.data or None,
        )

    return record
