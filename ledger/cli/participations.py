"""`ledger participation`: substitutes, walk-ins, completions, corrections. People's data is read from files only."""

import json
from typing import Any, BinaryIO
from uuid import UUID

import click

from ledger.application.context import Answer
from ledger.cli.desk import WORDS, Desk, acts, answers
from ledger.cli.registrants import read
from ledger.domain.participations import WITHDRAWN
from ledger.domain.people import FullName
from ledger.errors import InputError

PARTICIPATION = click.argument("participation", type=click.UUID)
MARKS = click.option("--marks", required=True, help="H, A, I or S for each day, such as HA.")


@click.group()
def participation() -> None:
    """Who took part, when the list changes.

    FILE is JSON as for ledger registrant, or - for standard input.
    """


@participation.command("list")
@click.argument("training", type=click.UUID)
@click.option("--after", type=click.UUID, help="The participation after which to go on.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="At most.")
@answers
def list_(desk: Desk, training: UUID, after: UUID | None, limit: int) -> list[Answer]:
    """The roster of TRAINING, without names."""
    return desk.ledger.participations.listed(training, after=after, limit=limit)


@participation.command()
@PARTICIPATION
@click.option("--reason", type=click.Choice(WITHDRAWN), required=True, help="Why.")
@acts
def withdraw(desk: Desk, participation: UUID, reason: str) -> Answer:
    """Withdraw PARTICIPATION before the closing."""
    return desk.ledger.participations.withdraw(desk.actor(), participation, reason)


@participation.command()
@PARTICIPATION
@click.argument("file", type=click.File("rb"))
@MARKS
@acts
def substitute(desk: Desk, participation: UUID, file: BinaryIO, marks: str) -> Answer:
    """The person in FILE took the place of PARTICIPATION."""
    return desk.ledger.participations.substitute(desk.actor(), participation, read(file), marks)


@participation.command("walk-in")
@click.argument("training", type=click.UUID)
@click.argument("file", type=click.File("rb"))
@click.option("--group", required=True, help="Which quota, such as 32.75.")
@MARKS
@click.option("--adult", is_flag=True, help="You saw that the person is of age.")
@acts
def walk_in(desk: Desk, training: UUID, file: BinaryIO, group: str, marks: str, adult: bool) -> Answer:
    """Record somebody without a NIK at hand; FILE is JSON with name and sex. No certificate before completion."""
    name, sex = _stranger(file)
    book = desk.ledger.participations
    return book.walk_in(desk.actor(), training, name=name, sex=sex, group=group, marks=marks, adult=adult)


@participation.command()
@click.argument("registrant", type=click.UUID)
@click.argument("file", type=click.File("rb"))
@acts
def complete(desk: Desk, registrant: UUID, file: BinaryIO) -> Answer:
    """Tell the NIK of the walk-in REGISTRANT; if it is somebody's, that person takes the place."""
    return desk.ledger.participations.complete(desk.actor(), registrant, read(file))


@participation.command()
@PARTICIPATION
@MARKS
@click.option("--reason", default="error", show_default=True, help="error, complaint or fraud.")
@click.option("--explanation", type=WORDS, required=True, help="The reason in words; - or @file.")
@acts
def correct(desk: Desk, participation: UUID, marks: str, reason: str, explanation: str) -> Answer:
    """Propose other marks after the closing; the certificate that rests on them is named."""
    batch = desk.ledger.participations.correct(participation, marks=marks, reason=reason, explanation=explanation)
    return desk.propose(*batch)


def _stranger(file: BinaryIO) -> tuple[FullName, str]:
    """Raises: InputError; its message never repeats the data."""
    try:
        fields: Any = json.load(file)
    except ValueError:
        raise InputError("json-malformed") from None  # The cause would repeat the text.
    if not isinstance(fields, dict) or fields.keys() != {"name", "sex"}:
        raise InputError("fields-differ", expected="name, sex")
    return FullName.parse(str(fields["name"])), str(fields["sex"])
