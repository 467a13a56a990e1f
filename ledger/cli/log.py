"""`ledger checkpoint`, `ledger restore`, `ledger proof`: the public log as its keeper sees it."""

from pathlib import Path

import click

from ledger.application import restoring
from ledger.application.context import Answer
from ledger.cli.desk import Desk, answers
from ledger.domain.values import legal_day
from ledger.errors import ConfigError
from ledger.transparency import checkpoint as checkpoints
from ledger.transparency import paper


@click.command()
@click.option("--text", "as_text", is_flag=True, help="Print it in short groups, for minutes or a group of people.")
@click.option("--keys", is_flag=True, help="Print the keys that sign it, for witnesses and policies.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Keep the signed checkpoint in a file.")
@click.pass_obj
def checkpoint(desk: Desk, as_text: bool, keys: bool, output: Path | None) -> None:
    """Sign the log as it is now, ask the witnesses, and print the newest checkpoint."""
    if keys:
        click.echo("\n".join(key.encode() for key in desk.ledger.checkpoints.log_keys()))
        return
    desk.ledger.settle()
    desk.ledger.log.keep()
    newest = desk.ledger.checkpoints.require_newest()
    if output is not None:
        output.write_bytes(newest.note.encode())
    if as_text:
        click.echo(paper.write(checkpoints.parse(newest.note), legal_day(newest.signed)))
    elif output is None:
        click.echo(newest.note.encode().decode(), nl=False)


@click.command()
@answers
def restore(desk: Desk) -> Answer:
    """After a loss: replay the mirror's entries over the backup that is in place, then run `ledger audit`."""
    with desk.progress(desk.say("c.restore")) as progress:
        restored = restoring.restore(desk.ledger.context, desk.ledger.checkpoints.mirror, progress)
    return {"restored": restored, "size": desk.ledger.histories.size()}


@click.command()
@click.argument("number")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Where the receipt is written.")
@click.pass_obj
def proof(desk: Desk, number: str, output: Path) -> None:
    """Write the receipt of a certificate: that the event which issued it is in the log."""
    if output.exists():
        raise ConfigError("file-exists", path=output.name)
    output.write_bytes(desk.ledger.receipts.of_number(number))
