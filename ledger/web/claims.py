"""Where a holder fetches a paper. The address says nothing about anybody, and asking for the page changes nothing."""

from typing import Any

from flask import Blueprint, Response, current_app, render_template, request

from ledger.domain.people import BirthDate
from ledger.errors import InputError, VerificationError
from ledger.intake import dates
from ledger.messages import say
from ledger.web.desk.forms import require_own
from ledger.web.pages import language
from ledger.wiring import Ledger

claims = Blueprint("claims", __name__)
LONGEST = {"number": 80, "born": 60}  # characters
UNSEEN = {"X-Robots-Tag": "noindex, nofollow"}
NO_DAY = BirthDate("")  # Nobody's.


@claims.get("/klaim/<secret>")
def form(secret: str) -> Any:
    """The same for every address, whether there is such a one or not."""
    return render_template("claim.html", secret=secret), 200, UNSEEN


@claims.post("/klaim/<secret>")
def take(secret: str) -> Any:
    require_own()
    typed = {name: request.form.get(name, "")[:longest].strip() for name, longest in LONGEST.items()}
    ledger: Ledger = current_app.extensions["ledger"]
    try:
        file = ledger.claims.take(secret, typed["number"], _day(typed["born"]), address=request.remote_addr or "")
    except VerificationError as refused:
        said = say(f"e.{refused.code}", language())
        return render_template("claim.html", secret=secret, number=typed["number"], refusal=said), 422, UNSEEN
    attached = {"Content-Disposition": 'attachment; filename="sertifikat.pdf"'}
    return Response(file, mimetype="application/pdf", headers=UNSEEN | attached)


def _day(written: str) -> BirthDate:
    """What is no date is another one: a refusal of its own would tell more than the one answer."""
    try:
        return BirthDate.of(dates.parse(written))
    except InputError:
        return NO_DAY
