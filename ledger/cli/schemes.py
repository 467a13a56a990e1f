"""`ledger scheme`: certification schemes and their editions."""

from collections.abc import Sequence
from datetime import date

import click

from ledger.application.context import Answer
from ledger.cli.desk import DAY, Desk, acts, answers


@click.group()
def scheme() -> None:
    """Certification schemes and their published editions."""


@scheme.command("list")
@answers
def list_(desk: Desk) -> list[Answer]:
    """Every scheme; one without editions lacks a standard."""
    return desk.ledger.schemes.listed()


@scheme.command()
@click.argument("kind")
@acts
def register(desk: Desk, kind: str) -> Answer:
    """Register the scheme of a KIND, such as RELAWAN/PSM-DASAR."""
    return desk.ledger.schemes.register(desk.actor(), kind)


@scheme.command()
@click.argument("kind")
@click.option("--standard", required=True, help='Competency standard, such as "Permensos 14/2020".')
@click.option("--basis", required=True, help='Legal basis, such as "UU 14/2019".')
@click.option("--begins", type=DAY, required=True, help="First day of the edition.")
@click.option("--tier", help="Required training, such as PSM/DASAR.")
@click.option("--months", type=click.IntRange(min=1), help="Validity of its certificates; without end if absent.")
@click.option("--condition", "conditions", multiple=True, help="Further condition, such as degree; may be repeated.")
@click.option("--equivalents/--no-equivalents", default=True, help="Whether training elsewhere may be accepted.")
@click.option("--verified", is_flag=True, help="Somebody compared this with the legal basis.")
@acts
def publish(
    desk: Desk,
    kind: str,
    standard: str,
    basis: str,
    begins: date,
    tier: str | None,
    months: int | None,
    conditions: Sequence[str],
    equivalents: bool,
    verified: bool,
) -> Answer:
    """Propose the next edition of the scheme of a KIND."""
    book = desk.ledger.schemes
    edition = book.publish(
        book.stream(kind),
        standard=standard,
        basis=basis,
        begins=begins,
        tier=tier,
        months=months,
        conditions=conditions,
        equivalents=equivalents,
        verified=verified,
    )
    return desk.propose(edition)
