"""Papers at the desk: how one looks, printing one or a batch with its hand-over list, blanks accounted for."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, redirect, request, url_for
from wtforms import DecimalField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from ledger.application.context import Answer
from ledger.application.printing import Order, Printed
from ledger.domain.decrees import OF_RESULTS
from ledger.domain.documents import FAULTS
from ledger.errors import ConflictError
from ledger.messages import say
from ledger.papers.layout import Sheet
from ledger.store.history import Actor
from ledger.web.desk.base import ROWS, Form, Me, Pages, do, language, ledger, page, refusing

pages = Pages("papers", __name__)
FARTHEST = 30  # mm that a printer's sheet may lie beside where it should
PRINTERS = ("enrol", "certify")


class PrintForm(Form):
    words = "papers"
    sheet = SelectField(validators=[DataRequired()], default=Sheet.A4)
    right = DecimalField(validators=[InputRequired(), NumberRange(-FARTHEST, FARTHEST)], default=0)
    down = DecimalField(validators=[InputRequired(), NumberRange(-FARTHEST, FARTHEST)], default=0)
    blanks = StringField(validators=[Optional(), Length(max=13)])

    def __init__(self) -> None:
        super().__init__()
        self.sheet.choices = [(one.value, say(f"s.format.{one.value}", language())) for one in Sheet]

    def order(self, subject: str = "") -> Order:
        offset = float(self.right.data), float(self.down.data)
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
        trainings=ledger().candidates.trainings(me.authority, region=me.region),
    )


@pages.form("/cetak/sk/<uuid:id>", roles=PRINTERS)
def by_decree(me: Me, id: UUID) -> Any:
    return _printing(me, *ledger().papers.of_decree(id, region=me.region))


@pages.form("/cetak/pelatihan/<uuid:id>", roles=PRINTERS)
def by_training(me: Me, id: UUID) -> Any:
    return _printing(me, *ledger().papers.of_training(id, region=me.region))


@pages.form("/cetak/<number>", roles=PRINTERS)
def one(me: Me, number: str) -> Any:
    ledger().standings.show(number, region=me.region)
    return _printing(me, number, [number])


@pages.get("/cetak/<number>/pratinjau", roles=PRINTERS)
def preview(me: Me, number: str) -> Any:
    """A specimen: nothing is recorded."""
    ledger().standings.show(number, region=me.region)
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
    rows = ledger().papers.blanks()
    after = request.args.get("after", "")
    rest = [row for row in rows if row["blank"] > after]
    more = rest[ROWS - 1]["blank"] if len(rest) > ROWS else ""
    counts = {"used": sum(bool(row["number"]) for row in rows), "spoiled": sum(bool(row["fault"]) for row in rows)}
    return page("desk/blanks.html", me, form=form, rows=rest[:ROWS], counts=counts, after=more)


def _printing(me: Me, subject: str, numbers: Sequence[str]) -> Any:
    """The printer's file at once; each file in it is recorded by its hash before it leaves."""
    form = PrintForm()
    made: list[Printed] = []

    def act(actor: Actor) -> Answer:
        made.append(ledger().papers.print(actor, numbers, form.order(subject)))
        return made[0].answer

    if form.submitted():
        with refusing(form):
            do(me, form, act)
            if not made:
                raise ConflictError("paper-printed-already")
            return _file(made[0].file, subject if len(numbers) == 1 else "sertifikat")
    return page("desk/print.html", me, form=form, subject=subject, numbers=numbers)


def _file(data: bytes, name: str, *, inline: bool = False) -> Response:
    how = "inline" if inline else "attachment"
    return Response(data, mimetype="application/pdf", headers={"Content-Disposition": f'{how}; filename="{name}.pdf"'})
