"""The first page of the desk: what waits for this officer, and what has changed."""

from typing import Any

from ledger.application.home import LISTED, block
from ledger.errors import ForbiddenError
from ledger.web.desk.base import Me, Pages, ledger, page
from ledger.web.desk.cases import late

pages = Pages("home", __name__)


@pages.get("/")
def home(me: Me) -> Any:
    told = ledger().home
    return page(
        "desk/home.html",
        me,
        waiting=block(ledger().briefs.waiting(me, limit=LISTED + 1)),
        discrepancies=told.discrepancies(me),
        doubted=told.doubted(me),
        requests=_requests(me),
        undelivered=block(ledger().deliveries.undelivered(me.sight, limit=LISTED + 1)),
        bounced=block(ledger().deliveries.bounced(me.sight, limit=LISTED + 1)),
        ending=block(ledger().reminders.ending(me.sight, limit=LISTED + 1)),
        mandates=told.mandates(me),
        changed=told.changed(me),
    )


def _requests(me: Me) -> list[dict[str, Any]] | None:
    """Those that nobody has answered yet; None: not this officer's to answer."""
    try:
        cases = ledger().cases.listed(ledger().officers.actor(me.officer))
    except ForbiddenError:
        return None
    return [late(case) for case in cases if case["answer"] is None]
