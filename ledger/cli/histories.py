"""`ledger history` and `ledger rebuild`."""

import click

from ledger.application.context import Answer
from ledger.application.histories import EVERYTHING
from ledger.cli.desk import Desk, answers
from ledger.cli.time import as_of
from ledger.projections.as_of import Cut


@click.command()
@click.argument("number")
@answers
@as_of
def history(desk: Desk, number: str, cut: Cut | None) -> list[Answer]:
    """Every event that the certificate of a NUMBER rests on, oldest first."""
    return desk.ledger.histories.of_certificate(number, cut or EVERYTHING)


@click.command()
@answers
def rebuild(desk: Desk) -> Answer:
    """Delete every read model and fold the history anew, in one transaction.

    A database that an older version made is given the tables, columns and indexes of this one first.
    """
    with desk.progress(desk.say("c.rebuild")) as progress:
        return {"size": desk.ledger.histories.rebuild(progress)}
