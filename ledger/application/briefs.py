"""A proposal in plain words: what its acts do to whom, with numbers, decrees and days in the place of ids."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from ledger.application import materials, past
from ledger.application.access import Me
from ledger.application.acts import Act
from ledger.application.context import Answer, Context
from ledger.application.drafts import BACKDATED, explained
from ledger.application.proposals import Proposals
from ledger.application.registrants import name_in
from ledger.application.scope import proposals as seen_by
from ledger.database import Row, reading, writing
from ledger.domain.values import from_days
from ledger.events import KINDS, read_act
from ledger.projections.assessments import ASSESSMENTS
from ledger.projections.certificates import CERTIFICATES
from ledger.projections.columns import read
from ledger.projections.decrees import DECREES
from ledger.projections.delegations import DELEGATIONS
from ledger.projections.officers import OFFICERS
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.proposals import PROPOSALS, TABLE
from ledger.projections.schemes import SCHEMES
from ledger.projections.trainings import TRAININGS
from ledger.store.drafts import DRAFTS
from ledger.store.recorder import EVENTS
from ledger.vault.vault import IDENTITY
from ledger.view import Models, View

PEOPLE = ("registrant", "person")  # Told by name, apart.
DAYS = ("begins", "ends", "decided", "until", "through", "checked")
SEALED = ("content", "correction", "explanation", BACKDATED)  # Commitments: by themselves they tell nobody anything.
CLOSED = ("approved", "returned", "refused", "withdrawn")
Tell = Callable[[Models, Row], Any]


def _decree(_: Models, row: Row) -> Any:
    return {"number": row["decree_number"], "on": from_days(row["decreed_on"])}


def _training(models: Models, row: Row) -> Any:
    """Of a participation."""
    training = models.get(TRAININGS, row["training"]) or {}
    return {"number": training["programme"], "on": from_days(read(training, "days")[0])}


# How a row is told, by the field that names it, and of streams by their noun.
TOLD: dict[str, tuple[View, Tell]] = {
    "decree": (DECREES, _decree),
    "participation": (PARTICIPATIONS, _training),
    "assessment": (ASSESSMENTS, lambda _, row: from_days(row["tested"])),
    "scheme": (SCHEMES, lambda _, row: row["kind"]),
    "certificate": (CERTIFICATES, lambda _, row: row["number"]),
    "officer": (OFFICERS, lambda _, row: row["office"]),
    "delegation": (DELEGATIONS, lambda _, row: row["region"]),
}


class Briefs:
    def __init__(self, context: Context, proposals: Proposals) -> None:
        self._context, self._proposals = context, proposals

    def of(self, id: UUID, *, reader: str) -> Answer:
        """What `Proposals.show` answers, with `groups` of its acts told in words and `proposer`, `approver` by name.

        Each look is noted. Raises: NotFoundError.
        """
        shown = self._proposals.show(id, reader=reader)
        with writing(self._context.history.engine) as connection:
            models = Models(connection, self._context.config.origin)
            row = models.get(PROPOSALS, id.bytes) or {}
            officers = {name: models.get(OFFICERS, row[name]) for name in ("proposer", "approver") if row[name]}
            people = [UUID(bytes=one["person"]) for one in officers.values() if one]
            purpose = f"approve {id}"
            names = self._context.vault.open_many(connection, people, IDENTITY, reader=reader, purpose=purpose)
            for name, (view, _) in TOLD.items():
                models.prefetch(view, {UUID(a["fields"][name]).bytes for a in shown["acts"] if name in a["fields"]})
            sealed = self._sealed(connection, id, shown["acts"], reader=reader, purpose=purpose)
            told = [_told(models, act, texts) for act, texts in zip(shown["acts"], sealed, strict=True)]
            self._teach(models, shown["acts"], told, reader=reader, purpose=purpose)
        return shown | {
            "groups": [_group(kind, list(some)) for kind, some in groupby(told, key=lambda act: str(act["kind"]))],
            **{name: _officer(one, names) for name, one in officers.items() if one},
        }

    def _sealed(self, connection: Connection, id: UUID, acts: Sequence[Answer], **noted: str) -> list[dict[str, str]]:
        """What events only commit to: why an act counts from so early a day, why a mark is now another."""
        early = any(BACKDATED in act["fields"] for act in acts)
        found = self._context.vault.open_many(connection, [id], BACKDATED, **noted) if early else {}
        told = []
        for act in acts:
            texts = {BACKDATED: str(found[id])} if BACKDATED in act["fields"] and id in found else {}
            if "explanation" in act["fields"]:
                commitment = bytes.fromhex(act["fields"]["explanation"])
                one = Act(act["kind"], UUID(act["stream"]), {"explanation": commitment})
                texts |= explained(self._context, connection, one, **noted)
            told.append(texts)
        return told

    def _teach(self, models: Models, acts: Sequence[Answer], told: Sequence[Answer], **noted: str) -> None:
        """With each certificate of attendance the subjects that its paper lists: its act does not hold them."""
        named = [(act["fields"].get("participation"), one) for act, one in zip(acts, told, strict=True)]
        taken = [(models.get(PARTICIPATIONS, UUID(id).bytes), one) for id, one in named if id]
        trainings = [(UUID(bytes=row["training"]), one) for row, one in taken if row]
        if not trainings:
            return
        ids = {id for id, _ in trainings}
        found = materials.written(self._context, models.connection, ids, **noted)
        for id, one in trainings:
            if id in found:
                subjects = json.loads(found[id])
                one["fields"].append(("materials", [f"{subject} ({hours} JP)" for subject, hours in subjects]))

    def waiting(self, me: Me, *, after: int = 0, limit: int = 50) -> list[Answer]:
        """Proposals of others that wait, in the order in which they were made; `after`: the last position shown."""
        others = (TABLE.c.state == "open", TABLE.c.expires >= self._now(), TABLE.c.proposer != me.officer.bytes)
        return self._listed(me, *others, after=after, limit=limit)

    def own(self, me: Me, *, limit: int = 20) -> list[Answer]:
        """What this officer proposed and nobody has answered yet, or that was answered last."""
        return self._listed(me, TABLE.c.proposer == me.officer.bytes, limit=limit, newest=True)

    def _listed(self, me: Me, *where: Any, limit: int, after: int = 0, newest: bool = False) -> list[Answer]:
        first = select(func.min(DRAFTS.c.act)).where(DRAFTS.c.proposal == TABLE.c.id, DRAFTS.c.n == 0)
        last = select(EVENTS.c.entry).where(EVENTS.c.position == TABLE.c.position)  # Of the approved: an act of it.
        wanted = select(TABLE, first.scalar_subquery().label("act"), last.scalar_subquery().label("last")).where(
            TABLE.c.authority == me.authority, seen_by(me.sight), TABLE.c.position > after, *where
        )
        order = TABLE.c.position.desc() if newest else TABLE.c.position
        with reading(self._context.history.engine) as connection:
            rows = connection.execute(wanted.order_by(order).limit(limit)).mappings().all()
            models = Models(connection, self._context.config.origin)
            models.prefetch(OFFICERS, {row["proposer"] for row in rows})
            return [self._line(models, dict(row)) for row in rows]

    def _line(self, models: Models, row: Row) -> Answer:
        lapsed = row["state"] == "open" and row["expires"] < self._now()
        return {
            "proposal": str(UUID(bytes=row["id"])),
            "kind": _kind(row),
            "count": row["count"],
            "made": row["made"],
            "expires": row["expires"],
            "state": "lapsed" if lapsed else row["state"],
            "office": (models.get(OFFICERS, row["proposer"]) or {}).get("office"),
            "position": row["position"],
        }

    def _now(self) -> int:
        return self._context.history.clock()


def _kind(row: Row) -> str | None:
    """Of its first act, or of its last one once they are done; None: nothing of them is kept."""
    if row["state"] == "approved":
        return past.read(row["last"]).event.TOPIC
    return None if row["act"] is None else read_act(row["act"])[0]


def _told(models: Models, act: Mapping[str, Any], texts: Mapping[str, str]) -> Answer:
    """An act with words for its ids; `subject`: what its stream is, where that says more than the names of people.
    `texts`: of what it holds sealed."""
    noun = KINDS[act["kind"]][1].TOPIC
    subject = _row_told(models, noun, UUID(act["stream"])) if noun in TOLD else None
    fields = [
        (name, texts[name] if name in SEALED else _value(models, name, value))
        for name, value in act["fields"].items()
        if name not in PEOPLE and (name not in SEALED or name in texts)
    ]
    return {"kind": act["kind"], "subject": subject, "fields": fields, "people": act["people"]}


def _value(models: Models, name: str, value: Any) -> Any:
    """A text, number, list, day, or {number, on} of a decree or training."""
    if name == "key":
        return sha256(bytes.fromhex(value)).hexdigest()[:16]
    if name in DAYS:
        return date.fromisoformat(value)
    if name == "competence":
        return [_value(models, "certificate", one) for one in value]
    if name == "by":
        name = "certificate"
    return (_row_told(models, name, UUID(value)) or value) if name in TOLD else value


def _row_told(models: Models, name: str, id: UUID) -> Any:
    view, tell = TOLD[name]
    row = models.get(view, id.bytes)
    return None if row is None else tell(models, row)


def _group(kind: str, batch: Sequence[Answer]) -> Answer:
    """Acts of one kind: what all of them say stands once, under `shared`."""
    shared = [pair for pair in batch[0]["fields"] if all(pair in act["fields"] for act in batch)]
    own = [
        {"subject": act["subject"], "people": act["people"], "fields": [p for p in act["fields"] if p not in shared]}
        for act in batch
    ]
    return {"kind": kind, "shared": shared, "acts": own}


def _officer(row: Row, names: Mapping[UUID, Any]) -> Answer:
    person = UUID(bytes=row["person"])
    return {
        "officer": str(UUID(bytes=row["id"])),
        "office": row["office"],
        "name": name_in(names[person]) if person in names else None,
    }
