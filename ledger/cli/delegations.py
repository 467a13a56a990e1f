"""`ledger delegation`: an officer of the central board stands in for a province's board."""

from datetime import date
from uuid import UUID

import click

from ledger.application.context import Answer
from ledger.cli.desk import DAY, Desk, acts, answers


@click.group()
def delegation() -> None:
    """Standing in for a province's board that has fewer than two officers."""


@delegation.command("list")
@answers
def list_(desk: Desk) -> list[Answer]:
    """Who stands in for which board, and who did."""
    return desk.ledger.delegations.listed()


@delegation.command()
@click.argument("officer", type=click.UUID)
@click.option("--region", required=True, help="Province of the board, such as 32.")
@click.option("--begins", type=DAY, required=True, help="First day.")
@click.option("--ends", type=DAY, required=True, help="Last day; at most 90 days in all.")
@click.option("--decree", type=click.UUID, required=True, help="The decree of the delegation.")
@acts
def give(desk: Desk, officer: UUID, region: str, begins: date, ends: date, decree: UUID) -> Answer:
    """Propose that OFFICER, of the central board, acts for a province's board."""
    act = desk.ledger.delegations.give(officer=officer, region=region, begins=begins, ends=ends, decree=decree)
    return {"delegation": str(act.stream)} | desk.propose(act)


@delegation.command()
@click.argument("of", metavar="DELEGATION", type=click.UUID)
@click.option("--reason", default="ended", show_default=True, help="A code, such as ended.")
@acts
def end(desk: Desk, of: UUID, reason: str) -> Answer:
    """Propose to end a DELEGATION before its last day."""
    return desk.propose(desk.ledger.delegations.end(of, reason))
