"""Proposals at the desk: what waits for me, what exactly I would sign, and what I say to it."""

import base64
import binascii
from datetime import date
from typing import Any
from uuid import UUID

from flask import abort, redirect, url_for
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from ledger.application.context import Answer
from ledger.application.discussions import LONGEST
from ledger.database import reading
from ledger.domain.regions import REGIONS
from ledger.errors import InputError
from ledger.projections.officers import OFFICERS
from ledger.rules.record import GENESIS_OFFICERS
from ledger.signing.approval import KINDS, MAX_ASSERTION, challenge
from ledger.store.history import Actor
from ledger.view import Models
from ledger.web.desk import anew
from ledger.web.desk.addresses import given, place
from ledger.web.desk.base import ROWS, Form, Me, Pages, do, ledger, page, refusing

pages = Pages("proposals", __name__)
ACTS = 100  # of one proposal, on one page


class AnswerForm(Form):
    """`act` says which button was pressed; the assertion is made in the browser, out of the officer's own key."""

    words = "proposals"
    act = HiddenField()
    assertion = HiddenField()
    assertion_kind = HiddenField()
    comment = TextAreaField(validators=[Length(max=LONGEST)], render_kw={"rows": 3})


@pages.get("/kotak-masuk")
def inbox(me: Me) -> Any:
    """What waits for this officer, and what the officer proposed."""
    after = given(place) or 0
    waiting = ledger().briefs.waiting(me, after=after, limit=ROWS + 1) if "approve" in me.roles else []
    more = waiting[ROWS - 1]["position"] if len(waiting) > ROWS else ""
    own = ledger().briefs.own(me)
    return page("desk/inbox.html", me, waiting=waiting[:ROWS], after=str(more), own=own)


@pages.form("/usulan/<uuid:id>")
def show(me: Me, id: UUID) -> Any:
    """Everything that the signature would stand for; each look is noted."""
    ledger().scope.proposal(me.officer, id)
    form = AnswerForm()
    if form.submitted():
        with refusing(form):
            _answered(me, form, id)
            return redirect(url_for(".show", id=id))
    brief = ledger().briefs.of(id, reader=str(me.officer))
    form.of(id, brief["version"])
    own = brief["proposer"]["officer"] == str(me.officer)
    lapsed = brief["state"] == "open" and brief["expires"] < ledger().context.history.clock()
    back = own and (lapsed or brief["state"] == "returned")
    start = given(place, "mulai") or 0
    return page(
        "desk/proposal.html",
        me,
        form=form,
        brief=brief,
        own=own,
        open=brief["state"] == "open" and not lapsed,
        lapsed=lapsed,
        again=anew.address(ledger(), brief) if back else None,
        said=ledger().discussions.of(id, reader=str(me.officer)),
        offices=_offices(),
        start=start,
        effective=None if brief["effective"] is None else date.fromisoformat(brief["effective"]),
        province=_province,
        acts=ACTS,
        key=_key(me),
        challenge=_base64(challenge(bytes.fromhex(brief["signing"]))),
        host=ledger().access.host,
    )


def _answered(me: Me, form: AnswerForm, id: UUID) -> Answer:
    """Raises: LedgerError."""
    told, comment = ledger().discussions, form.comment.data or ""

    def approve(actor: Actor) -> Answer:
        kind = form.assertion_kind.data or ""
        return ledger().proposals.approve(actor, id, _assertion(form), kind if kind in KINDS else KINDS[0])

    acts = {
        "approve": approve,
        "comment": lambda actor: told.comment(actor, id, comment),
        "return": lambda actor: told.send_back(actor, id, comment),
        "refuse": lambda actor: told.refuse(actor, id, comment),
        "withdraw": lambda actor: told.withdraw(actor, id),
    }
    if form.act.data not in acts:
        abort(400)
    return do(me, form, acts[form.act.data])


def _assertion(form: AnswerForm) -> bytes | None:
    """None: the officer signed nothing. Raises: InputError."""
    if not form.assertion.data:
        return None
    try:
        assertion = base64.b64decode(form.assertion.data, validate=True)
    except (binascii.Error, ValueError):
        raise InputError("assertion-unreadable") from None
    if len(assertion) > MAX_ASSERTION:
        raise InputError("assertion-unreadable")
    return assertion


def _key(me: Me) -> Answer:
    """How this officer signs: `means` passkey, with its `id`; file; asserted (a founder without a key yet); none."""
    with reading(ledger().engine) as connection:
        officer = Models(connection, ledger().config.origin).get(OFFICERS, me.officer.bytes) or {}
    if officer["key"] is not None:
        for one in ledger().access.passkeys(me.officer):
            if one.key == officer["key"]:
                return {"means": "passkey", "id": _base64(one.id), "name": one.name}
        return {"means": "file"}
    founder = officer["appointed_at"] in GENESIS_OFFICERS and not officer["keys_held"]
    return {"means": "asserted" if founder else "none"}


def _province(code: str) -> str:
    return f"{code} {REGIONS[code].name}" if code in REGIONS else code


def _offices() -> dict[str, str]:
    return {one["officer"]: one["office"] for one in ledger().officers.listed()}


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
