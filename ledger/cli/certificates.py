"""`ledger certificate` and `ledger code`: what was issued, acts on its status, its code."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from ledger.application.certificates import PAPER_REASONS
from ledger.application.context import Answer
from ledger.cli.desk import DAY, Desk, acts, answers
from ledger.cli.time import as_of
from ledger.credentials import picture
from ledger.projections.as_of import Cut

NUMBER = click.argument("number")
REASON = "A code, such as fraud, ethics, error, complaint, request, precaution or lifted."


def by_decree(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every act on a status has."""
    for option in (
        click.option("--effective", type=DAY, help="From which day; the day of approval if absent."),
        click.option("--reason", required=True, help=REASON),
        click.option("--decree", type=click.UUID, required=True, help="Id of the decree."),
        NUMBER,
    ):
        command = option(command)
    return command


ALONE = click.option("--alone", is_flag=True, help="At once, without a second person; three days at most.")


@click.group()
def certificate() -> None:
    """Certificates and their status."""


@certificate.command("list")
@click.option("--after", default="", help="Begin after this number.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True, help="How many.")
@answers
def list_(desk: Desk, after: str, limit: int) -> list[Answer]:
    """Numbers, in order."""
    return [{"number": number} for number in desk.ledger.certificates.listed(after=after, limit=limit)]


@certificate.command()
@NUMBER
@answers
@as_of
def show(desk: Desk, number: str, cut: Cut | None) -> Answer:
    """What the register says of a NUMBER, without personal data."""
    if cut is None:
        return desk.ledger.certificates.show(number)
    return desk.ledger.certificates.show_at(number, cut)


@certificate.command()
@by_decree
@click.option("--until", type=DAY, help="Last day; until it is lifted if absent.")
@ALONE
@acts
def suspend(desk: Desk, until: date | None, alone: bool, **act: Any) -> Answer:
    """Propose a suspension."""
    return _act(desk, "suspend", until=until, alone=alone, **act)


@certificate.command()
@by_decree
@ALONE
@acts
def reinstate(desk: Desk, alone: bool, **act: Any) -> Answer:
    """Propose that a suspension is lifted; one written alone may be lifted alone."""
    return _act(desk, "reinstate", alone=alone, **act)


@certificate.command()
@by_decree
@acts
def revoke(desk: Desk, **act: Any) -> Answer:
    """Propose a revocation, from a day on."""
    return _act(desk, "revoke", **act)


@certificate.command()
@by_decree
@acts
def annul(desk: Desk, **act: Any) -> Answer:
    """Propose an annulment: void from the start."""
    return _act(desk, "annul", **act)


@certificate.command()
@NUMBER
@click.option("--decree", type=click.UUID, required=True, help="Id of the decree.")
@click.option("--reason", type=click.Choice(PAPER_REASONS), required=True, help="Why the paper is replaced.")
@acts
def reissue(desk: Desk, number: str, decree: UUID, reason: str) -> Answer:
    """Propose a new paper for a NUMBER: another code, the same number and days."""
    return desk.propose(desk.ledger.certificates.reissue(number, decree=decree, reason=reason))


def _act(
    desk: Desk,
    what: str,
    *,
    number: str,
    decree: UUID,
    reason: str,
    effective: date | None,
    until: date | None = None,
    alone: bool = False,
) -> Answer:
    act = desk.ledger.certificates.status_act(what, number, decree=decree, reason=reason, until=until)
    if alone:
        return desk.ledger.certificates.act_alone(desk.actor(), act, effective=effective)
    return desk.propose(act, effective=effective)


@click.command()
@NUMBER
@click.option("--png", type=click.Path(dir_okay=False, path_type=Path), help="Write a PNG picture.")
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="Write an SVG picture.")
@click.pass_obj
def code(desk: Desk, number: str, png: Path | None, svg: Path | None) -> None:
    """Draw the code of a NUMBER and say where it leads; or write it to files."""
    url = desk.ledger.certificates.code(number, reader=desk.reader)
    if png:
        png.write_bytes(picture.png(url))
    if svg:
        svg.write_text(picture.svg(url), encoding="utf-8")
    if not (png or svg):
        click.echo(picture.terminal(url))
        click.echo(url)
