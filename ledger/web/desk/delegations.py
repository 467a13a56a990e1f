"""Delegations at the desk: who stands in for which board."""

from datetime import date
from typing import Any
from uuid import UUID

from wtforms import DateField, SelectField
from wtforms.validators import DataRequired

from ledger.domain.regions import REGIONS
from ledger.web.desk.base import Form, Me, Pages, ledger, page, refusing
from ledger.web.desk.officers import decrees, proposed, provinces, roster

pages = Pages("delegations", __name__)


class GiveForm(Form):
    words = "delegations"
    officer = SelectField(validators=[DataRequired()])
    region = SelectField(validators=[DataRequired()])
    begins = DateField(validators=[DataRequired()])
    ends = DateField(validators=[DataRequired()])
    decree = SelectField(validators=[DataRequired()])

    def __init__(self, me: Me) -> None:
        super().__init__()
        central = [one for one in roster(me, "delegation") if one["state"] == "appointed" and one["region"] is None]
        self.officer.choices = [("", "-"), *((one["officer"], f"{one['office']}, {one['name']}") for one in central)]
        self.region.choices = [("", "-"), *provinces()]
        self.decree.choices = decrees(me, "delegation")


@pages.get("/pengurus/delegasi")
def listed(me: Me) -> Any:
    """Of all boards, or of the officer's own, who stands in for it."""
    known = [one for one in ledger().delegations.listed() if me.region in (None, one["region"])]
    officers = {one["officer"]: one for one in roster(me, "delegation", {one["officer"] for one in known})}
    known = [one for one in known if one["officer"] in officers]
    rows = [one | {name: date.fromisoformat(one[name]) for name in ("begins", "ends")} for one in known]
    return page("desk/delegations.html", me, rows=rows, officers=officers, regions=REGIONS)


@pages.form("/pengurus/delegasi/beri", roles=("admin",))
def give(me: Me) -> Any:
    form = GiveForm(me)
    if form.submitted():
        with refusing(form):
            return proposed(
                me,
                form,
                ledger().delegations.give(
                    officer=UUID(form.officer.data),
                    region=form.region.data,
                    begins=form.begins.data,
                    ends=form.ends.data,
                    decree=UUID(form.decree.data),
                ),
            )
    return page("desk/officer-form.html", me, form=form, title="s.delegations.give", about="s.delegations.about")


@pages.form("/pengurus/delegasi/<uuid:id>/akhiri", roles=("admin",))
def end(me: Me, id: UUID) -> Any:
    form = Form()
    if form.submitted():
        with refusing(form):
            return proposed(me, form, ledger().delegations.end(id, "ended"))
    return page("desk/officer-form.html", me, form=form, title="s.delegations.end", about="s.delegations.end.about")
