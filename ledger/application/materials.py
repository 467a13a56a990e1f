"""Subjects taught, with their hours: sealed under their training, printed on the back of its certificates."""

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import cast
from uuid import UUID

from sqlalchemy import Connection

from ledger.application.context import Context
from ledger.domain.participations import PRESENT, Participation
from ledger.errors import InputError, NotFoundError
from ledger.events import Fact, Record
from ledger.projections.columns import listed, read
from ledger.projections.trainings import TRAININGS
from ledger.rules.organs import a_board_acts_within_its_province, the_competent_organ_acts
from ledger.rules.reach import attendance_is_recorded_by_the_organiser
from ledger.rules.record import (
    a_caretaker_keeps_to_a_few_acts,
    only_an_officer_in_office_acts,
    the_role_reaches_the_act,
)
from ledger.rules.trainings import a_participation_fits_its_plan
from ledger.store.history import Turn

MATERIALS = "materials"  # Field of a training in the vault, in JSON; no event commits to it.
LONGEST_SUBJECT = 120  # characters
MOST_SUBJECTS = 30  # More could not be read on the back of a certificate.
ASKED = (
    only_an_officer_in_office_acts,
    the_role_reaches_the_act,
    a_caretaker_keeps_to_a_few_acts,
    attendance_is_recorded_by_the_organiser,
    a_board_acts_within_its_province,
    the_competent_organ_acts,
    a_participation_fits_its_plan,
)
Subjects = Sequence[tuple[str, int]]  # Each with its hours (JP).


def write(context: Context, turn: Turn, training: UUID, subjects: Subjects) -> None:
    """Replaces an earlier list. Raises: as `Trainings.teach`."""
    row = turn.models().get(TRAININGS, training.bytes)
    if row is None:
        raise NotFoundError("not-found", of="training", got=training)
    _require_recorder(turn, training, days=len(read(row, "days")), group=next(iter(read(row, "quotas"))))
    for n, (subject, hours) in enumerate(subjects, start=1):
        fits = n <= MOST_SUBJECTS and 1 <= len(subject) <= LONGEST_SUBJECT
        if not fits or hours < 1 or not subject.isprintable():
            raise InputError("materials-malformed", row=n)
    if (total := sum(hours for _, hours in subjects)) != row["hours"]:
        raise InputError("materials-differ", got=total, expected=row["hours"])
    context.vault.seal(turn.connection, training, MATERIALS, listed(subjects))


def written(
    context: Context, connection: Connection, trainings: Iterable[UUID], *, reader: str, purpose: str
) -> dict[UUID, str]:
    """In JSON, of each training that has some; the look is noted."""
    found = context.vault.open_many(connection, trainings, MATERIALS, reader=reader, purpose=purpose)
    return {training: str(text) for training, text in found.items()}


def of(context: Context, connection: Connection, training: UUID, *, reader: str) -> list[tuple[str, int]]:
    """As written; none yet is an empty list. The look is noted."""
    found = written(context, connection, [training], reader=reader, purpose="list the subjects taught")
    return [(subject, hours) for subject, hours in json.loads(found.get(training, "[]"))]


def digest(subjects: Subjects) -> str:
    """Which list was shown to whoever closes the training."""
    return sha256(listed(subjects).encode()).hexdigest()


def _require_recorder(turn: Turn, training: UUID, *, days: int, group: str) -> None:
    """No event, so no rule asks: what is asked of whoever records that somebody came is asked here."""
    came = {"training": training, "registrant": turn.new_id(), "group": group, "marks": PRESENT * days}
    (event,) = Participation.begin(turn.new_id(), **came).collect_events()
    actor = turn.actor
    who = (actor.authority, actor.officer, actor.capacity)
    record = Record(turn.position, turn.now, turn.today, *who, cast("Fact", event))
    for ask in ASKED:
        ask(turn.models(), record, event)
