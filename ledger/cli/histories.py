"""`ledger history` and `ledger rebuild`."""

import click

from ledger.application.context import Answer
from ledger.cli.desk import Desk, answers


@click.command()
@click.argument("number")
@answers
def history(desk: Desk, number: str) -> list[Answer]:
    """Every event that the certificate of a NUMBER rests on, oldest first."""
    return desk.ledger.histories.of_certificate(number)


@click.command()
@answers
def rebuild(desk: Desk) -> Answer:
    """Delete every read model and fold the history anew, in one transaction."""
    with desk.progress(desk.say("c.rebuild")) as progress:
        return {"size": desk.ledger.histories.rebuild(progress)}
