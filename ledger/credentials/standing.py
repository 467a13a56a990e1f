"""What the register answers about one certificate, and what follows from it for today."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.credentials.verdict import Check, Reason, no, unknown, yes
from ledger.domain.values import Personal, legal_day, start_of
from ledger.errors import StoreError

NOT_REFRESHED_SECONDS = 30 * 60  # An older answer says as of when.
DAY_SECONDS = 24 * 3600  # Indonesia has no summer time.
STALE_SECONDS = 7 * DAY_SECONDS  # After its end an answer still counts for amber that long.


class State(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    ANNULLED = "annulled"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"  # by another number
    PAPER_REPLACED = "paper-replaced"  # The number stays good, this sheet does not.
    CLOSED = "closed"
    ERASED = "erased"


REASONS = {
    State.SUSPENDED: Reason.SUSPENDED,
    State.REVOKED: Reason.REVOKED,
    State.ANNULLED: Reason.ANNULLED,
    State.WITHDRAWN: Reason.WITHDRAWN,
    State.SUPERSEDED: Reason.SUPERSEDED,
    State.PAPER_REPLACED: Reason.PAPER,
    State.CLOSED: Reason.CLOSED,
    State.ERASED: Reason.WITHDRAWN,  # To whoever holds the code; the desk is told more.
}
FINAL = (State.REVOKED, State.ANNULLED)


def of_replaced(state: str) -> State:
    """Of a paper that another one replaced, by the state of its certificate: it makes no red one amber."""
    known = State(state)
    return known if known in FINAL else State.PAPER_REPLACED


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One certificate, or one paper of it. A status list knows only `state`, `as_of` and `expires`."""

    state: State | None  # None: the log proves that it was issued, and says nothing of its status.
    since: date | None = None  # of the state
    until: date | None = None  # last day of a suspension; None: until lifted
    decree: str | None = None
    appealed: date | None = None
    replacement: str | None = None  # number of the certificate that took its place
    index: int | None = None  # log position of the event that issued this paper
    number: str = ""
    kind: str = ""
    name: Personal | None = None
    title: str | None = None
    authority: str | None = None  # id
    authority_name: str | None = None
    basis: str | None = None
    scope: str = "*"
    tested: tuple[date, ...] = ()
    decided: date | None = None
    signed: date | None = None
    valid_from: date | None = None
    valid_through: date | None = None  # inclusive; None: without end
    as_of: int | None = None  # s UTC; None: asked just now
    expires: int | None = None  # s UTC; with `as_of`


@dataclass(frozen=True, slots=True)
class Answer:
    """The register was asked and knows (`standing`), does not know (None), or could not be asked."""

    asked: bool
    standing: Standing | None


def ask(register: Callable[[], Standing | None]) -> Answer:
    """A register that cannot be asked raises StoreError; that differs from "not in it"."""
    try:
        return Answer(True, register())
    except StoreError:
        return Answer(False, None)


def status(standing: Standing, now: int) -> Check:
    if standing.state is None:
        return unknown("status", Reason.OFFLINE)
    reason, fresh = REASONS.get(standing.state), _fresh(standing, now)
    if reason is None or not _in_effect(standing, legal_day(now * 1000)):
        return fresh
    if fresh.reason is Reason.OFFLINE and standing.state not in FINAL:
        return fresh  # What was so long ago may have ended since.
    return no("status", reason)


def validity(begins: int, ends: int | None, now: int) -> Check:
    """In force while begins <= now < ends, in s UTC. Source: docs/formats/certificate-code.md."""
    if now < begins:
        return no("time", Reason.NOTYET)
    if ends is not None and now >= ends:
        return no("time", Reason.EXPIRED)
    return yes("time")


def reach(scopes: Collection[str], context: str | None) -> Check:
    """A limited scope is a yes only for whoever says to belong to it (R23)."""
    return yes("scope") if "*" in scopes or context in scopes else no("scope", Reason.SCOPE)


def end_of(day: date | None) -> int | None:
    """Seconds UTC at which an inclusive last day is over (R39)."""
    return None if day is None else start_of(day) + DAY_SECONDS


def _in_effect(standing: Standing, today: date) -> bool:
    """A decided suspension or revocation has a first day; a suspension may have a last one, and then nothing needs
    to happen for it to be over. The other states hold whatever the day."""
    if standing.state not in (State.SUSPENDED, State.REVOKED):
        return True
    begun = standing.since is None or standing.since <= today
    return begun and (standing.until is None or today <= standing.until)


def _fresh(standing: Standing, now: int) -> Check:
    """Source: docs/formats/certificate-code.md, the table of freshness."""
    if standing.as_of is None:
        return yes("status")
    end = standing.as_of if standing.expires is None else standing.expires
    if now < end:
        return yes("status")
    return unknown("status", Reason.STALE if now < end + STALE_SECONDS else Reason.OFFLINE)
