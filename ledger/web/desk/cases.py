"""Cases at the desk: what readers report or ask, with the days that are left, and the board's answer."""

from typing import Any
from uuid import UUID

from flask import Response, redirect, url_for
from wtforms import DateField, SelectField, StringField
from wtforms.validators import DataRequired, Length
from wtforms.validators import Optional as Perhaps

from ledger.application.attestations import Paper
from ledger.application.cases import Finding
from ledger.application.context import Answer
from ledger.domain.attestations import MEANS
from ledger.domain.cases import ANSWERS
from ledger.domain.people import FullName
from ledger.domain.values import legal_day
from ledger.errors import InputError
from ledger.messages import say
from ledger.store.history import Actor
from ledger.web.desk.base import Form, Me, Pages, do, language, ledger, page, refusing

pages = Pages("cases", __name__)


class AnswerForm(Form):
    """`issuer` and what follows: of another body's paper, if its confirmation is to be told to others too."""

    words = "cases"
    answer = SelectField(validators=[DataRequired()])
    means = SelectField()
    checked = DateField(validators=[Perhaps()])
    issuer = StringField(validators=[Length(max=200)])
    kind = StringField(validators=[Length(max=60)])
    through = DateField(validators=[Perhaps()])
    number = StringField(validators=[Length(max=80)])
    name = StringField(validators=[Length(max=200)])

    def __init__(self, kind: str) -> None:
        super().__init__()
        lang = language()
        self.answer.choices = [(one, say(f"s.cases.answer.{one}", lang)) for one in ANSWERS[kind]]
        self.means.choices = [("", "-"), *((one, say(f"s.cases.means.{one}", lang)) for one in MEANS)]

    def found(self) -> Finding:
        """Raises: InputError: as `Finding`."""
        return Finding(self.answer.data, self.means.data or None, self.checked.data)

    def paper(self, asked: tuple[str, FullName] | None) -> Paper | None:
        """`asked`: number and name as the asker typed them. Raises: InputError: `attestation-unnamed`."""
        if not self.issuer.data:
            return None
        number, name = asked or ("", None)
        number = self.number.data or number
        name = FullName.parse(self.name.data) if self.name.data else name
        if not number or name is None or not self.kind.data:
            raise InputError("attestation-unnamed")
        return Paper(number, name, self.issuer.data, self.kind.data, self.through.data)


@pages.get("/kasus")
def listed(me: Me) -> Any:
    return page("desk/cases.html", me, cases=[late(case) for case in ledger().cases.listed(_actor(me))])


@pages.form("/kasus/<uuid:id>")
def show(me: Me, id: UUID) -> Any:
    """The number by which readers ask stands in no address; opening the page is noted."""
    cases, actor = ledger().cases, _actor(me)
    number = cases.number(actor, id)
    case = cases.show(actor, number)
    form = AnswerForm(case["kind"])
    if form.submitted():
        with refusing(form):
            paper = form.paper(cases.asked_about(actor, number) if form.issuer.data else None)
            do(me, form, lambda actor: cases.answer(actor, number, form.found(), paper))
            return redirect(url_for("desk.cases.show", id=id))
    return page("desk/case.html", me, form=form, case=late(case), id=id)


@pages.get("/kasus/<uuid:id>/bukti.zip")
def export(me: Me, id: UUID) -> Response:
    data = ledger().cases.export(_actor(me), ledger().cases.number(_actor(me), id))
    headers = {"Content-Disposition": 'attachment; filename="bukti.zip"'}
    return Response(data, mimetype="application/zip", headers=headers)


def late(case: Answer) -> Answer:
    """With `late`: nobody answered by the last day."""
    today = legal_day(ledger().context.history.clock())
    return case | {"late": case["answer"] is None and case["due"] < today.isoformat()}


def _actor(me: Me) -> Actor:
    return ledger().officers.actor(me.officer)
