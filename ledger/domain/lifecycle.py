"""The one refusal mechanism of every aggregate: which kind of event a state permits, and the state after it.

An aggregate is its kinds of events and its LIFECYCLE, nothing else: what its rules need to know is asked of the read
models, by the command and again by every audit (`rules/`).
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Self
from uuid import UUID

from eventsourcing.domain import Aggregate

from ledger.errors import RuleError

Lifecycle = Mapping[tuple[str | None, str], str]


def step(lifecycle: Lifecycle, state: str | None, kind: str) -> str:
    """The state after `kind`; None is the state of what does not exist yet.

    Raises: RuleError: `state` does not permit `kind`.
    """
    try:
        return lifecycle[state, kind]
    except KeyError:
        raise RuleError("state-refuses", rule="lifecycle", state=state or "none", kind=kind) from None


class First(Aggregate.Created):
    """The first event of a stream. `ACT` names what a second person approves of it; empty: no approval is possible."""

    TOPIC: ClassVar[str]
    ACT: ClassVar[tuple[str, ...]] = ()

    def apply(self, aggregate: "Noun") -> None:
        aggregate.state = step(aggregate.LIFECYCLE, None, self.TOPIC)


class Event(Aggregate.Event):
    """A later event of a stream; see `First`."""

    TOPIC: ClassVar[str]
    ACT: ClassVar[tuple[str, ...]] = ()

    def apply(self, aggregate: "Noun") -> None:
        aggregate.state = step(aggregate.LIFECYCLE, aggregate.state, self.TOPIC)


class Noun(Aggregate):
    """An aggregate with a lifecycle."""

    TOPIC: ClassVar[str]
    LIFECYCLE: ClassVar[Lifecycle] = {}
    state = ""  # None before the first event; a name of LIFECYCLE after it.

    @classmethod
    def begin(cls, id: UUID, **body: Any) -> Self:
        """A new stream with its first event. Raises: RuleError."""
        return cls._create(cls.Created, id=id, **body)

    def record(self, kind: type[Aggregate.Event], **body: Any) -> None:
        """One more event. Raises: RuleError: the state does not permit it; nothing is recorded then."""
        self.trigger_event(kind, **body)
