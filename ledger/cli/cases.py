"""`ledger case` and `ledger attestation`: what readers report and ask, and what the board answers."""

import os
from datetime import date
from pathlib import Path
from uuid import UUID

import click

from ledger.application.attestations import Paper
from ledger.application.cases import Finding
from ledger.application.context import Answer
from ledger.cli.desk import DAY, WORDS, Desk, acts, answers
from ledger.domain.attestations import MEANS
from ledger.domain.cases import ANSWERS
from ledger.domain.people import FullName
from ledger.errors import ConfigError, InputError

NUMBER = click.argument("number", type=WORDS)
EVERY = sorted({answer for some in ANSWERS.values() for answer in some})


@click.group()
def case() -> None:
    """Reports and questions of readers, for the board; every look at what they wrote is noted."""


@case.command("list")
@acts
def list_(desk: Desk) -> list[Answer]:
    """Every case, open ones first, with the day by which it is to be answered."""
    return desk.ledger.cases.listed(desk.actor())


@case.command()
@NUMBER
@acts
def show(desk: Desk, number: str) -> Answer:
    """Show a case with what was sent and what the service found then."""
    return desk.ledger.cases.show(desk.actor(), number)


@case.command()
@NUMBER
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Where the ZIP file is written.")
@acts
def export(desk: Desk, number: str, output: Path) -> Answer:
    """Write the evidence of a case: what was sent, the code's bytes, the receipt. It is personal data."""
    data = desk.ledger.cases.export(desk.actor(), number)
    try:
        handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as cause:
        raise ConfigError("file-exists", path=output.name) from cause
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    return {"file": output.name, "bytes": len(data)}


@case.command()
@NUMBER
@click.argument("answer", type=click.Choice(EVERY))
@click.option("--means", type=click.Choice(MEANS), help="How the issuer was asked.")
@click.option("--on", "checked", type=DAY, help="The day on which the issuer answered.")
@click.option("--issuer", help="Name of the other body, if its confirmation is to be told to others too.")
@click.option("--kind", help="With --issuer: the kind of its paper, such as HADIR/PELATIHAN-DASAR.")
@click.option("--through", type=DAY, help="With --issuer: the last day of its paper, if it has one.")
@click.option("--paper-number", type=WORDS, help="With --issuer: its number; as the asker typed it if absent.")
@click.option("--paper-name", type=WORDS, help="With --issuer: the name on it, likewise; - or @file.")
@acts
def answer(
    desk: Desk,
    number: str,
    answer: str,
    means: str | None,
    checked: date | None,
    issuer: str | None,
    kind: str | None,
    through: date | None,
    paper_number: str | None,
    paper_name: str | None,
) -> Answer:
    """Answer a case; with --issuer its confirmation is proposed, and counts once a second person has approved it."""
    actor, found = desk.actor(), Finding(answer, means, checked)
    paper = None
    if issuer is not None:
        if kind is None:
            raise click.UsageError("--issuer: --kind")
        if paper_number is None or paper_name is None:
            asked = desk.ledger.cases.asked_about(actor, number)
            if asked is None:
                raise InputError("attestation-unnamed")
            paper_number, name = paper_number or asked[0], FullName.parse(paper_name) if paper_name else asked[1]
        else:
            name = FullName.parse(paper_name)
        paper = Paper(paper_number, name, issuer, kind, through)
    return desk.ledger.cases.answer(actor, number, found, paper)


@case.command()
@answers
def sweep(desk: Desk) -> Answer:
    """Destroy what was written in cases whose days are over; every start does it too."""
    desk.ledger.settle()
    return {"swept": desk.ledger.cases.sweep()}


@click.group()
def attestation() -> None:
    """Papers of other bodies that their issuers confirmed when the board asked."""


@attestation.command("list")
@answers
def attestations(desk: Desk) -> list[Answer]:
    """What was confirmed when, without number and name."""
    return desk.ledger.attestations.listed()


@attestation.command()
@click.argument("id", metavar="ATTESTATION", type=click.UUID)
@click.option("--reason", required=True, help="Such as error, request or ended.")
@acts
def withdraw(desk: Desk, id: UUID, reason: str) -> Answer:
    """Propose that a confirmation no longer counts; its number and name are then destroyed."""
    return desk.propose(desk.ledger.attestations.withdrawal(id, reason))
