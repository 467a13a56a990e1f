"""Deliveries: what nobody has received, one certificate, a whole batch, and what came back."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Response, redirect, request, url_for
from wtforms import RadioField, SelectField, SelectMultipleField

from ledger.application.context import Answer
from ledger.domain.deliveries import CHANNELS, EMAIL, HANDOVER, PRINT, WHATSAPP
from ledger.domain.rulebook import parameter
from ledger.domain.values import legal_day
from ledger.errors import NotFoundError
from ledger.messages import LANGUAGES, say
from ledger.store.history import Actor
from ledger.web.desk.addresses import given, word
from ledger.web.desk.base import ROWS, Form, Me, Pages, do, language, ledger, page, refusing

pages = Pages("deliveries", __name__)
DELIVERERS = ("enrol", "certify", "admin")
PURPOSE = "deliver certificates"
NEAR = 180  # days
KINDS = {"sk": "decree", "pelatihan": "training"}
PATHS = {kind: path for path, kind in KINDS.items()}


class DeliverForm(Form):
    channel = RadioField(default=WHATSAPP)
    language = SelectField()

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        lang = language()
        self.channel.choices = [(one, say(f"s.delivery.channel.{one}", lang)) for one in CHANNELS]
        self.language.choices = [(one, say(f"w.language.{one}", lang)) for one in LANGUAGES]


class BatchForm(Form):
    numbers = SelectMultipleField(validate_choice=False)


# Lists --------------------------------------------------------------------------------------------------------------


@pages.get("/kirim", roles=DELIVERERS)
def listed(me: Me) -> Any:
    rows = ledger().deliveries.undelivered(me.sight, given(word) or "", ROWS)
    return page(
        "desk/deliveries.html",
        me,
        rows=_named(me, rows),
        after=_after(rows),
        batches=[one | {"path": PATHS[one["kind"]]} for one in ledger().deliveries.batches(me.sight)],
        days=parameter("delivery.days", legal_day(ledger().context.history.clock())),
    )


@pages.get("/kirim/kembali", roles=DELIVERERS)
def back(me: Me) -> Any:
    rows = ledger().deliveries.bounced(me.sight, given(word) or "", ROWS)
    return page("desk/deliveries_back.html", me, rows=_named(me, rows), after=_after(rows))


@pages.get("/kirim/berakhir", roles=DELIVERERS)
def ending(me: Me) -> Any:
    rows = ledger().reminders.ending(me.sight, NEAR, given(word) or "", ROWS)
    after = rows[-1]["cursor"] if len(rows) == ROWS else ""
    return page("desk/deliveries_ending.html", me, rows=_named(me, rows), after=after, days=NEAR)


@pages.form("/kirim/daftar/<any(sk, pelatihan):kind>/<uuid:id>", roles=DELIVERERS)
def batch(me: Me, kind: str, id: UUID) -> Any:
    """How each stands; those that are ticked are noted as handed over, or get a mail."""
    form = BatchForm()
    if form.submitted():
        with refusing(form):
            do(me, form, _of_ticked(form.numbers.data, request.form.get("act", "")))
            return redirect(request.full_path)
    subject, rows = ledger().deliveries.batch(KINDS[kind], id, me.sight, given(word) or "", ROWS)
    ticked = form.numbers.data or ([row["number"] for row in rows] if request.args.get("semua") else [])
    facts = {"kind": KINDS[kind], "subject": subject, "ticked": ticked, "after": _after(rows)}
    return page("desk/deliveries_batch.html", me, form=form, rows=_named(me, rows), **facts)


# One ----------------------------------------------------------------------------------------------------------------


@pages.form("/kirim/sertifikat/<number:number>", roles=DELIVERERS)
def show(me: Me, number: str) -> Any:
    row = _row(me, number)
    form = DeliverForm()
    if form.submitted():
        with refusing(form):
            return _delivered(me, form, number)
    earlier = ledger().deliveries.of(number)
    return page("desk/deliver.html", me, form=form, row=_named(me, [row])[0], earlier=earlier)


@pages.form("/kirim/<uuid:id>", roles=DELIVERERS)
def one(me: Me, id: UUID) -> Any:
    """One delivery: the link for the clerk's own phone, how the letter stands, and whether it arrived."""
    told = ledger().delivering.show(id)
    try:
        row = _row(me, told["number"])
    except NotFoundError:  # It would name a certificate that this officer does not see.
        raise NotFoundError("not-found", of="delivery", got=id) from None
    form = Form()
    form.of(id, told["version"])
    if form.submitted():
        acts = ledger().delivering
        follow = acts.signed_for if request.form.get("act") == "signed" else acts.came_back
        with refusing(form):
            do(me, form, lambda actor: follow(actor, id))
            return redirect(url_for("desk.deliveries.one", id=id))
    text = ""
    if told["address"] and told["channel"] == WHATSAPP:
        issuer = ledger().authorities.name(told["authority"])
        text = say("s.delivery.text", _spoken(), issuer=issuer, address=told["address"])
    link = f"https://wa.me/?text={quote(text, safe='')}" if text else ""
    return page("desk/delivery.html", me, form=form, told=told, row=_named(me, [row])[0], link=link, text=text)


def _spoken() -> str:
    """The holder's language, as it was chosen with the channel; else that of the page."""
    asked = request.args.get("bahasa", "")
    return asked if asked in LANGUAGES else language()


def _delivered(me: Me, form: DeliverForm, number: str) -> Any:
    """By the channel that was chosen; a print answers with its file."""
    acts, channel, files = ledger().delivering, form.channel.data, list[bytes]()

    def act(actor: Actor) -> Answer:
        if channel == PRINT:
            answer, file = acts.by_print(actor, number)
            files.append(file)
            return answer
        if channel == HANDOVER:
            return acts.by_hand(actor, [number])
        return acts.by_link(actor, [number], channel, form.language.data)

    answer = do(me, form, act)
    if files:
        attached = {"Content-Disposition": f'attachment; filename="{number}.pdf"'}
        return Response(files[0], mimetype="application/pdf", headers=attached)
    return redirect(url_for("desk.deliveries.one", id=answer["deliveries"][0], bahasa=form.language.data))


def _of_ticked(numbers: Sequence[str], what: str) -> Any:
    acts, lang = ledger().delivering, language()
    if what == EMAIL:
        return lambda actor: acts.by_link(actor, numbers, EMAIL, lang)
    return lambda actor: acts.by_hand(actor, numbers)


def _row(me: Me, number: str) -> Answer:
    """Raises: NotFoundError: there is none, or it is not seen."""
    row = ledger().deliveries.certificate(number, me.sight)
    if row is None:
        raise NotFoundError("not-found", of="certificate", got=number)
    return row


def _named(me: Me, rows: Sequence[Answer]) -> list[Answer]:
    """With the names of the holders; the look is noted."""
    ids = [UUID(row["registrant"]) for row in rows]
    names = ledger().registrants.names(ids, reader=str(me.officer), purpose=PURPOSE) if ids else {}
    return [row | {"name": names[id].reveal() if id in names else ""} for row, id in zip(rows, ids, strict=True)]


def _after(rows: Sequence[Answer]) -> str:
    return str(rows[-1]["number"]) if len(rows) == ROWS else ""
