"""Issuing at the desk: by decree or by training, first who would get one, then the proposal."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import redirect, url_for

from ledger.application.acts import Act
from ledger.domain.certificates import Certificate
from ledger.domain.decrees import OF_RESULTS
from ledger.errors import ForbiddenError, InputError
from ledger.web.desk.addresses import given, place
from ledger.web.desk.anew import instead
from ledger.web.desk.base import ROWS, Form, Me, Pages, do, ledger, page, refusing

pages = Pages("issuing", __name__)


class IssueForm(Form):
    words = "issuing"


@pages.get("/terbit")
def chosen(me: Me) -> Any:
    authority = me.authority
    return page(
        "desk/issuing.html",
        me,
        decrees=ledger().decrees.on(authority, *OF_RESULTS),
        trainings=ledger().candidates.trainings(authority, sight=me.sight),
    )


@pages.form("/terbit/sk/<uuid:id>", roles=("certify",))
def by_decree(me: Me, id: UUID) -> Any:
    if me.region is not None:
        raise ForbiddenError("desk-central")
    ledger().decrees.require(me.authority, id)
    return _offered(me, ledger().certificates.competence(id))


@pages.form("/terbit/pelatihan/<uuid:id>", roles=("enrol", "certify"))
def by_training(me: Me, id: UUID) -> Any:
    ledger().candidates.require_training(id, me.sight)
    return _offered(me, ledger().certificates.attendance(id))


def _offered(me: Me, acts: Sequence[Act]) -> Any:
    form = IssueForm()
    if form.submitted():
        with refusing(form):
            if not acts:
                raise InputError("issuing-none")
            answer = do(me, form, lambda actor: ledger().proposals.propose(actor, acts, instead=instead()))
            return redirect(url_for("desk.proposals.show", id=answer["proposal"]))
    issues = [act for act in acts if act.kind == Certificate.Created.TOPIC]
    renewed = {act.values["by"] for act in acts if act.kind == Certificate.Superseded.TOPIC}
    start = given(place) or 0
    shown = issues[start : start + ROWS]
    people = [act.values["registrant"] for act in shown]
    names = ledger().registrants.names(people, reader=str(me.officer), purpose="issue")
    rows = [
        {
            "number": n,
            "registrant": act.values["registrant"],
            "name": names[act.values["registrant"]].reveal() if act.values["registrant"] in names else None,
            "renewal": act.stream in renewed,
        }
        for n, act in enumerate(shown, start + 1)
    ]
    more = str(start + ROWS) if len(issues) > start + ROWS else ""
    kinds = sorted({act.values["kind"] for act in issues})
    return page("desk/issue.html", me, form=form, rows=rows, count=len(issues), kinds=kinds, after=more)
