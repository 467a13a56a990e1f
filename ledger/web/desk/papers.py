"""Papers at the desk: how one looks, printing one or a batch with its hand-over list, blanks accounted for."""

from collections.abc import Sequence
from math import ceil
from typing import Any
from uuid import UUID

from flask import Response, redirect, request, url_for
from wtforms import FloatField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from ledger.application.context import Answer
from ledger.application.printing import ALONE, Order, Printed
from ledger.domain.decrees import OF_RESULTS
from ledger.domain.documents import FAULTS
from ledger.messages import say
from ledger.papers.layout import Sheet
from ledger.store.history import Actor
from ledger.web.desk.addresses import given, word
from ledger.web.desk.base import ROWS, Form, Me, Pages, do, language, ledger, page, refusing

pages = Pages("papers", __name__)
FARTHEST = 30  # mm that a printer's sheet may lie beside where it should
PRINTERS = ("enrol", "certify")
SET_IN_TEN = 150  # Papers in ten seconds, on two cores that have something else to do, too.


class PrintForm(Form):
    words = "papers"
    sheet = SelectField(validators=[DataRequired()], default=Sheet.A4)
    right = FloatField(validators=[InputRequired(), NumberRange(-FARTHEST, FARTHEST)], default=0)
    down = FloatField(validators=[InputRequired(), NumberRange(-FARTHEST, FARTHEST)], default=0)
    blanks = StringField(validators=[Optional(), Length(max=13)])

    def __init__(self) -> None:
        super().__init__()
        self.sheet.choices = [(one.value, say(f"s.format.{one.value}", language())) for one in Sheet]

    def order(self, subject: str = "") -> Order:
        offset = self.right.data, self.down.data
        return Order(sheet=Sheet(self.sheet.data), offset=offset, blanks=self.blanks.data or None, subject=subject)


class SpoilForm(Form):
    words = "papers"
    blank = StringField(validators=[DataRequired(), Length(max=13)])
    fault = RadioField(validators=[DataRequired()])

    def __init__(self) -> None:
        super().__init__()
        self.fault.choices = [(one, say(f"s.fault.{one}", language())) for one in FAULTS]


@pages.get("/cetak")
def chosen(me: Me) -> Any:
    return page(
        "desk/papers.html",
        me,
        decrees=ledger().decrees.on(me.authority, *OF_RESULTS),
        trainings=ledger().candidates.trainings(me.authority, sight=me.sight),
    )


@pages.form("/cetak/sk/<uuid:id>", roles=PRINTERS)
def by_decree(me: Me, id: UUID) -> Any:
    return _printing(me, *ledger().papers.of_decree(id, sight=me.sight))


@pages.form("/cetak/pelatihan/<uuid:id>", roles=PRINTERS)
def by_training(me: Me, id: UUID) -> Any:
    return _printing(me, *ledger().papers.of_training(id, sight=me.sight))


@pages.form("/cetak/<number:number>", roles=PRINTERS)
def one(me: Me, number: str) -> Any:
    ledger().standings.show(number, sight=me.sight)
    return _printing(me, number, [number])


@pages.get("/cetak/<number:number>/pratinjau", roles=PRINTERS)
def preview(me: Me, number: str) -> Any:
    """A specimen: nothing is recorded."""
    ledger().standings.show(number, sight=me.sight)
    sheet = request.args.get("kertas", "")
    chosen = Sheet(sheet) if sheet in set(Sheet) else Sheet.A4
    return _file(ledger().papers.preview(ledger().officers.actor(me.officer), number, chosen), "pratinjau", inline=True)


@pages.form("/cetak/blangko", roles=PRINTERS)
def blanks(me: Me) -> Any:
    form = SpoilForm()
    if form.submitted():
        with refusing(form):
            do(me, form, lambda actor: ledger().papers.spoil(actor, form.blank.data, form.fault.data))
            return redirect(url_for("desk.papers.blanks"))
    rows = ledger().papers.blanks(me.sight)
    after = given(word) or ""
    rest = [row for row in rows if row["blank"] > after]
    more = rest[ROWS - 1]["blank"] if len(rest) > ROWS else ""
    counts = {"used": sum(bool(row["number"]) for row in rows), "spoiled": sum(bool(row["fault"]) for row in rows)}
    return page("desk/blanks.html", me, form=form, rows=rest[:ROWS], counts=counts, after=more)


def _printing(me: Me, subject: str, numbers: Sequence[str]) -> Any:
    """The printer's file; each file in it is recorded by its hash before it leaves. The same press again gives the same
    file: the line may have dropped meanwhile."""
    form = PrintForm()
    made: list[Printed] = []

    def act(actor: Actor) -> Answer:
        made.append(ledger().papers.print(actor, numbers, form.order(subject)))
        return made[0].answer

    if form.submitted():
        with refusing(form):
            answer = do(me, form, act)
            actor = ledger().officers.actor(me.officer)
            file = made[0].file if made else ledger().papers.again(actor, answer["papers"], form.order(subject))
            return _file(file, subject if len(numbers) == 1 else "sertifikat")
    return page("desk/print.html", me, form=form, subject=subject, numbers=numbers, seconds=_seconds(len(numbers)))


def _seconds(count: int) -> int | None:
    """How long so many take, in tens; None: no longer than any page."""
    return ceil(count / SET_IN_TEN) * 10 if count > ALONE else None


def _file(data: bytes, name: str, *, inline: bool = False) -> Response:
    how = "inline" if inline else "attachment"
    return Response(data, mimetype="application/pdf", headers={"Content-Disposition": f'{how}; filename="{name}.pdf"'})
