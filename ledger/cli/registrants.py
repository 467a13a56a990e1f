"""`ledger registrant`: people. Their data is read from a file or from standard input, never from arguments."""

import json
from typing import Any, BinaryIO
from uuid import UUID

import click

from ledger.application.context import Answer
from ledger.application.registrants import Person
from ledger.cli.desk import Desk, acts, answers
from ledger.cli.time import as_of
from ledger.domain.people import BirthDate, FullName, NationalId
from ledger.errors import InputError
from ledger.projections.as_of import Cut

FIELDS = {"name", "nik", "born", "sex", "region"}


@click.group()
def registrant() -> None:
    """People: register, correct, erase.

    FILE is JSON such as {"name": "…", "nik": "…", "born": "1985-08-17", "sex": "P", "region": "32.75"}, or - for
    standard input.
    """


@registrant.command()
@click.argument("file", type=click.File("rb"))
@acts
def register(desk: Desk, file: BinaryIO) -> Answer:
    """Register a person; answers the one who is there already if the NIK is known."""
    return desk.ledger.registrants.register(desk.actor(), read(file))


@registrant.command()
@click.argument("registrant", type=click.UUID)
@click.argument("file", type=click.File("rb"))
@acts
def correct(desk: Desk, registrant: UUID, file: BinaryIO) -> Answer:
    """Give REGISTRANT another identity; papers issued before keep what they say.

    Of who holds a certificate or an office it is proposed, to be approved by a second person.
    """
    return desk.ledger.corrections.correct(desk.actor(), registrant, read(file))


@registrant.command()
@click.argument("registrant", type=click.UUID)
@click.option("--ground", required=True, help="PDP-42, PDP-43 or PDP-44 (UU 27/2022).")
@acts
def erase(desk: Desk, registrant: UUID, ground: str) -> Answer:
    """Propose to destroy the personal data of REGISTRANT for good."""
    return desk.propose(desk.ledger.registrants.erase(registrant, ground))


@registrant.command()
@click.argument("registrant", type=click.UUID)
@answers
@as_of
def show(desk: Desk, registrant: UUID, cut: Cut | None) -> Answer:
    """What the register says of REGISTRANT, without a name; as of a day with offices and certificates."""
    if cut is None:
        return desk.ledger.registrants.show(registrant)
    return desk.ledger.registrants.show_at(registrant, cut)


def read(file: BinaryIO) -> Person:
    """Raises: InputError; its message never repeats the data."""
    try:
        return person_of(json.load(file))
    except ValueError:
        raise InputError("json-malformed") from None  # The cause would repeat the text.


def person_of(fields: Any) -> Person:
    """Raises: InputError."""
    if not isinstance(fields, dict) or fields.keys() != FIELDS or not all(isinstance(v, str) for v in fields.values()):
        raise InputError("fields-differ", expected=", ".join(sorted(FIELDS)))
    return Person(
        FullName.parse(fields["name"]),
        NationalId.parse(fields["nik"]),
        BirthDate.parse(fields["born"]),
        fields["sex"],
        fields["region"],
    )
