"""`ledger authority` and `ledger regulation`: who may issue what, and on which law."""

from collections.abc import Sequence
from datetime import date

import click

from ledger.application.context import Answer
from ledger.cli.desk import DAY, Desk, acts, answers


@click.group()
def authority() -> None:
    """Bodies that issue certificates, and what they may issue. After an approval run `ledger keys refresh`."""


@authority.command("list")
@answers
def list_(desk: Desk) -> list[Answer]:
    """Every authority with its grants."""
    return desk.ledger.authorities.listed()


@authority.command()
@click.argument("code")
@click.option("--status-uri", help="Where its status lists will stand; by default below LEDGER_PUBLIC_URL.")
@acts
def register(desk: Desk, code: str, status_uri: str | None) -> Answer:
    """Propose an authority, such as IPSPI."""
    uri = status_uri or f"{desk.config.public_url}/status/{code.lower()}"
    return desk.propose(desk.ledger.authorities.register(code, uri))


@authority.command()
@click.argument("code")
@click.option("--name", required=True, help="As it is printed.")
@click.option("--scope", required=True, help="* is national, otherwise the code of the institution.")
@click.option("--scheme", "schemes", multiple=True, required=True, help="Such as PEKSOS/GENERALIS; may be repeated.")
@click.option("--basis", required=True, help='Legal basis, such as "UU 14/2019".')
@click.option("--begins", type=DAY, required=True, help="First day.")
@click.option("--ends", type=DAY, help="Last day.")
@acts
def grant(
    desk: Desk,
    code: str,
    name: str,
    scope: str,
    schemes: Sequence[str],
    basis: str,
    begins: date,
    ends: date | None,
) -> Answer:
    """Propose what the authority CODE may issue, and from when."""
    book = desk.ledger.authorities
    act = book.grant(book.stream(code), name=name, scope=scope, schemes=schemes, basis=basis, begins=begins, ends=ends)
    return desk.propose(act)


@authority.command()
@click.argument("code")
@click.argument("grant", type=int)
@click.option("--ends", type=DAY, required=True, help="Last day.")
@acts
def end(desk: Desk, code: str, grant: int, ends: date) -> Answer:
    """Propose the end of a GRANT, counted from 0 in the order of `ledger authority list`."""
    book = desk.ledger.authorities
    return desk.propose(book.end(book.stream(code), grant, ends))


@click.group()
def regulation() -> None:
    """Legal bases, and which of them are revoked."""


@regulation.command()
@click.argument("regulation")
@click.option("--rank", required=True, help="UU, PP, Perpres, Permen, Kepmen, Standar or SK.")
@click.option("--begins", type=DAY, required=True, help="First day of its force.")
@acts
def catalogue(desk: Desk, regulation: str, rank: str, begins: date) -> Answer:
    """Catalogue a REGULATION, such as "UU 14/2019"."""
    return desk.ledger.authorities.catalogue(desk.actor(), regulation=regulation, rank=rank, begins=begins)


@regulation.command()
@click.argument("regulation")
@click.option("--by", required=True, help="The regulation that revokes it.")
@click.option("--on", type=DAY, required=True, help="From which day.")
@acts
def revoke(desk: Desk, regulation: str, by: str, on: date) -> Answer:
    """Mark a REGULATION as revoked: new acts on it carry a warning, old ones stay."""
    return desk.ledger.authorities.revoke_regulation(desk.actor(), regulation=regulation, by=by, on=on)
