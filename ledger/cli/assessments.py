"""`ledger assessment`, `ledger decree`, `ledger equivalence`: from the test to the decided result."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

import click

from ledger.application.context import Answer
from ledger.cli import batches
from ledger.cli.desk import DAY, WORDS, Desk, acts
from ledger.domain.decrees import MATTERS
from ledger.domain.schemes import DIMENSIONS
from ledger.errors import InputError

BATCH = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def assessment() -> None:
    """Assessments, in batches from a FILE: CSV with a header, or a JSON list of objects."""


@assessment.command()
@BATCH
@click.option("--scheme", required=True, help="Kind of the scheme, such as PEKSOS/GENERALIS.")
@click.option("--assessor", "assessors", type=click.UUID, multiple=True, required=True, help="May be repeated.")
@click.option("--on", type=DAY, required=True, help="Day of the test.")
@acts
def schedule(desk: Desk, file: Path, scheme: str, assessors: Sequence[UUID], on: date) -> Answer:
    """Schedule everybody in FILE: columns registrant and, if it is no completed training, evidence."""
    lines = batches.rows(file, "registrant")
    candidates = {id: _evidence(line) for id, line in zip(batches.ids(lines, "registrant"), lines, strict=True)}
    kind = desk.ledger.schemes.stream(scheme)
    return desk.ledger.assessments.schedule(
        desk.actor(), scheme=kind, candidates=candidates, assessors=assessors, on=on
    )


@assessment.command()
@BATCH
@click.option("--assessor", type=click.UUID, required=True, help="Who scored.")
@acts
def score(desk: Desk, file: Path, assessor: UUID) -> Answer:
    """Record scores: columns assessment and one a dimension (knowledge, skill, ethics), each K or BK."""
    lines = batches.rows(file, "assessment")
    results = {
        id: {name: line[name] for name in DIMENSIONS if line.get(name)}
        for id, line in zip(batches.ids(lines, "assessment"), lines, strict=True)
    }
    return desk.ledger.assessments.score(desk.actor(), assessor=assessor, results=results)


@assessment.command()
@BATCH
@click.option("--decree", type=click.UUID, required=True, help="Id of the decree.")
@acts
def decide(desk: Desk, file: Path, decree: UUID) -> Answer:
    """Decide by decree: columns assessment and outcome, K or BK. Final."""
    lines = batches.rows(file, "assessment", "outcome")
    outcomes = {id: line["outcome"] for id, line in zip(batches.ids(lines, "assessment"), lines, strict=True)}
    return desk.ledger.assessments.decide(desk.actor(), decree=decree, outcomes=outcomes)


@click.group()
def decree() -> None:
    """Decrees."""


@decree.command()
@click.argument("number")
@click.option("--matter", required=True, help=f"One of {', '.join(MATTERS)}.")
@click.option("--on", type=DAY, required=True, help="Day of the decree.")
@click.option("--decider", "deciders", type=click.UUID, multiple=True, required=True, help="Registrant; repeated.")
@click.option("--backdated", type=WORDS, help="Why it is recorded late; - or @file.")
@acts
def record(desk: Desk, number: str, matter: str, on: date, deciders: Sequence[UUID], backdated: str | None) -> Answer:
    """Record the decree of a NUMBER; its id is answered."""
    return desk.ledger.assessments.decree(
        desk.actor(), number=number, matter=matter, on=on, deciders=deciders, backdated=backdated
    )


@click.group()
def equivalence() -> None:
    """Training elsewhere that counts."""


@equivalence.command()
@click.argument("registrant", type=click.UUID)
@click.option("--tier", required=True, help="Such as PEKSOS/PROFESI.")
@click.option("--decree", type=click.UUID, required=True, help="Id of the decree.")
@click.option("--reasons", type=WORDS, required=True, help="Why; - or @file.")
@acts
def accept(desk: Desk, registrant: UUID, tier: str, decree: UUID, reasons: str) -> Answer:
    """Accept the training of REGISTRANT elsewhere in place of a tier."""
    return desk.ledger.assessments.accept_equivalent(
        desk.actor(), registrant=registrant, tier=tier, decree=decree, reasons=reasons
    )


def _evidence(line: dict[str, str]) -> UUID | None:
    try:
        return UUID(line["evidence"]) if line.get("evidence") else None
    except ValueError as cause:
        raise InputError("id-malformed", got="evidence") from cause
