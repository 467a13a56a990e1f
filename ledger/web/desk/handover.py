"""Serah terima pengurus: the steps from the old board to the new one, and the minutes to print."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import current_app, url_for

from ledger.application.context import Answer
from ledger.domain.values import from_days, legal_day
from ledger.signing.key_records import KeyList
from ledger.web.desk.base import Me, Pages, ledger, page
from ledger.web.desk.officers import roster

pages = Pages("handover", __name__)
# In this order: what is done, on which page, with which question.
STEPS = (
    ("decree", "desk.decrees.new", "?perihal=appointment"),
    ("people", "desk.people.new", ""),
    ("appoint", "desk.officers.appoint", ""),
    ("invite", "desk.officers.listed", ""),
    ("keys", "desk.officers.listed", ""),
    ("ceremony", "desk.keys.ceremony", ""),
    ("dismiss", "desk.officers.listed", ""),
    ("minutes", "desk.handover.minutes", ""),
)
SOON = 90  # days: a mandate that ends so soon is shown as ending.


@pages.get("/pengurus/serah-terima")
def guide(me: Me) -> Any:
    """Each step with its page; below, who is in office, who is new and who still has no key."""
    known = current_app.view_functions
    steps = [(name, url_for(endpoint) + asked if endpoint in known else "") for name, endpoint, asked in STEPS]
    return page("desk/handover.html", me, steps=steps, officers=_in_office(me), today=_today(), soon=SOON)


@pages.get("/pengurus/serah-terima/berita-acara")
def minutes(me: Me) -> Any:
    """Who holds which key from today on, and of which history this is said."""
    held = ledger().keys.current()
    return page(
        "desk/handover-minutes.html",
        me,
        officers=_in_office(me),
        today=_today(),
        version=held.version,
        roots=_root(held),
        size=ledger().histories.size(),
    )


def _in_office(me: Me) -> list[Answer]:
    rows = [one for one in roster(me, "handover") if one["state"] == "appointed"]
    return [one | {"fingerprint": ledger().officers.fingerprint(UUID(one["officer"])), **_days(one)} for one in rows]


def _days(one: Answer) -> Answer:
    return {name: None if one[name] is None else from_days(one[name]) for name in ("begins", "ends")}


def _root(held: KeyList) -> list[str]:
    """The fingerprint of the roots, in lines that people can read aloud."""
    whole = held.roots.fingerprint()
    return [whole[at : at + 16] for at in range(0, len(whole), 16)]


def _today() -> date:
    return legal_day(ledger().context.history.clock())
