"""What a reader is told about a certificate: one closed list of reasons, each with its colour and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache

from ledger.credentials.token import prefix_of
from ledger.domain.values import Personal


class Colour(StrEnum):
    """By what the reader should do. Red needs positive proof; what could not be checked is never green."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"


class Action(StrEnum):
    """Values are keys of `messages/`."""

    ACCEPT = "a.accept"
    ASK = "a.ask"
    REJECT = "a.reject"
    RETRY = "a.retry"
    ELSEWHERE = "a.elsewhere"


class Reason(StrEnum):
    """Closed, and in the order in which they win: what is known comes before what could not be checked, and that
    before any yes. The table stands in docs/verdicts.md."""

    UNREADABLE = "unreadable"
    NOTOURS = "notours"  # foreign
    DEMO = "demo"
    BADSIG = "badsig"
    KEY = "key"
    AUTHORITY = "authority"
    UNREGISTERED = "unregistered"
    ANNULLED = "annulled"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"  # For the desk only.
    CLOSED = "closed"
    SUPERSEDED = "superseded"
    PAPER = "paper"
    SUSPENDED = "suspended"
    NOTYET = "notyet"
    EXPIRED = "expired"
    TYPO = "typo"
    NOMATCH = "nomatch"
    NOKEY = "nokey"
    WRONGLIST = "wronglist"
    OFFLINE = "offline"
    STALE = "stale"
    SCOPE = "scope"
    EXTERNAL = "external"  # Of another body, which confirmed it; by number and name only.
    VALID_NOEND = "valid.noend"
    VALID = "valid"

    @property
    def key(self) -> str:
        """Its sentences in `messages/` are `<key>.title` and `<key>.text`."""
        return f"v.{self.value}"

    @property
    def colour(self) -> Colour:
        return COLOURS.get(self, Colour.AMBER)

    @property
    def action(self) -> Action:
        return Action.ELSEWHERE if self in NOT_FROM_HERE else ACTIONS[self.colour]


RED = (
    Reason.BADSIG,
    Reason.KEY,
    Reason.AUTHORITY,
    Reason.UNREGISTERED,
    Reason.ANNULLED,
    Reason.REVOKED,
)
GREY = (Reason.UNREADABLE, Reason.NOTOURS, Reason.DEMO, Reason.NOKEY, Reason.WRONGLIST, Reason.OFFLINE)
GREEN = (Reason.EXTERNAL, Reason.VALID_NOEND, Reason.VALID)
COLOURS = {
    **dict.fromkeys(RED, Colour.RED),
    **dict.fromkeys(GREY, Colour.GREY),
    **dict.fromkeys(GREEN, Colour.GREEN),
}
ACTIONS = {
    Colour.GREEN: Action.ACCEPT,
    Colour.AMBER: Action.ASK,
    Colour.RED: Action.REJECT,
    Colour.GREY: Action.RETRY,
}
NOT_FROM_HERE = (Reason.NOTOURS, Reason.DEMO)


class Outcome(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "could-not-check"


@dataclass(frozen=True, slots=True)
class Check:
    """One question that was asked. Made by `yes`, `no` and `unknown`: whatever is not a yes has its reason."""

    name: str  # Its words in `messages/` are `check.<name>`.
    outcome: Outcome
    reason: Reason | None


@cache
def yes(name: str) -> Check:
    return Check(name, Outcome.YES, None)


def no(name: str, reason: Reason) -> Check:
    return Check(name, Outcome.NO, reason)


def unknown(name: str, reason: Reason) -> Check:
    return Check(name, Outcome.UNKNOWN, reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What the paper must say, to be held against it."""

    name: Personal | None
    kind: str
    title: str | None
    number: str
    issuer: str
    basis: str | None
    scope: str
    tested: tuple[date, ...]
    decided: date | None
    signed: date | None
    begins: date | None
    through: date | None  # inclusive; None: without end

    @property
    def examined(self) -> tuple[date, ...]:
        """The days of a test: whoever only attended was not tested."""
        return () if prefix_of(self.kind) == "HADIR" else self.tested


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    reason: Reason
    others: tuple[Reason, ...]  # What else was found, in the same order.
    as_of: int  # s UTC
    checks: tuple[Check, ...]
    lines: tuple[str, ...] = ()  # Keys of further sentences, such as k.psm.
    paper: Paper | None = None  # None where nothing about it is proved, or nothing may be shown.
    facts: Mapping[str, object] = field(default_factory=dict)  # For the placeholders of the sentences.

    @property
    def colour(self) -> Colour:
        return self.reason.colour

    @property
    def action(self) -> Action:
        return self.reason.action
