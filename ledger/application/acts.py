"""Acts: what a proposal proposes, and what carrying it out writes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from ledger import events
from ledger.domain.attestations import Attestation
from ledger.domain.lifecycle import First, Noun
from ledger.domain.registrants import Registrant
from ledger.errors import InputError
from ledger.events import KINDS, Fact, Record
from ledger.projections.certificates import CERTIFICATES
from ledger.projections.officers import OFFICERS
from ledger.projections.participations import PARTICIPATIONS
from ledger.store.history import Actor, Turn
from ledger.view import Models

# The further fields of acts of one kind, in their order: what is not known before they are carried out.
Complete = Callable[[Turn, Sequence["Act"]], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Act:
    """One event to come, without what is only known when it is written."""

    kind: str
    stream: UUID
    values: Mapping[str, Any]

    def leaf(self, effective: date) -> bytes:
        """Raises: InputError: a field is missing, unknown or mistyped."""
        unknown = self.values.keys() - set(KINDS[self.kind][0].ACT)
        if unknown:
            raise InputError("field-unknown", kind=self.kind, field=", ".join(sorted(unknown)))
        return events.act(self.kind, self.stream, self.values, effective)

    def people(self, models: Models) -> list[UUID]:
        """Those whom it concerns: named in it, or holding what it acts on."""
        named = [self.values.get(field) for field in ("registrant", "person")]
        people = [person for person in named if isinstance(person, UUID)]
        kind, noun = KINDS[self.kind]
        if noun is Registrant and not issubclass(kind, First):
            people.append(self.stream)
        if noun is Attestation:  # Its holder is no registrant: the name is sealed under the attestation itself.
            people.append(self.stream)
        for view, column in ((CERTIFICATES, "registrant"), (PARTICIPATIONS, "registrant"), (OFFICERS, "person")):
            if view.noun is noun and (row := models.get(view, self.stream.bytes)) is not None:
                people.append(UUID(bytes=row[column]))
        return people


def read(leaf: bytes) -> Act:
    return Act(*events.read_act(leaf))


def carry_out(
    turn: Turn,
    acts: Sequence[Act],
    proposal: UUID | None,
    *,
    effective: date | None,
    actor: Actor,
    complete: Mapping[str, Complete],
) -> list[Record]:
    """Writes the events of these acts, in their order, in one save."""
    minted = {
        kind: iter(mint(turn, same)) for kind, mint in complete.items() if (same := [a for a in acts if a.kind == kind])
    }
    loaded: dict[UUID, Noun] = {}
    written: list[Fact] = []
    for act in acts:
        kind, noun = KINDS[act.kind]
        values = dict(act.values)
        if act.kind in minted:
            values |= next(minted[act.kind])
        if proposal is not None:
            values["proposal"] = proposal
        if issubclass(kind, First):
            loaded[act.stream] = noun.begin(act.stream, **values)
        else:
            if act.stream not in loaded:
                loaded[act.stream] = turn.get(noun, act.stream)
            loaded[act.stream].record(kind, **values)
        written.extend(loaded[act.stream].collect_events())  # type: ignore[arg-type]
    return turn.append(written, effective=effective, actor=actor)
