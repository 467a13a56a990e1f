"""`ledger witness`: watch a log from outside. Needs no ledger: a folder of its own is all it has."""

import signal
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from ledger.application.context import Answer
from ledger.cli.desk import WORDS, Desk, answers
from ledger.cli.server import require_free
from ledger.messages import moment
from ledger.transparency.notes import NoteKey
from ledger.witness import server, three
from ledger.witness.book import Book
from ledger.witness.witness import Witness, create

HOST = "127.0.0.1"
FOLDER = click.Path(file_okay=False, path_type=Path)
LOG_HELP = "Verifier key of a log, or @file with a key a line; may be repeated."


@click.group()
def witness() -> None:
    """Witness a log: sign its checkpoints as long as each continues the last.

    DIR holds all that a witness has. Who has lost it, or has only an older copy, begins anew under another name.
    """


@witness.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--name", required=True, help="Of the witness, for ever: a host and path of yours, without https://.")
@click.option("--log", "logs", type=WORDS, multiple=True, required=True, help=LOG_HELP)
@click.option("--ml-dsa", is_flag=True, help="Sign by ML-DSA-44 too.")
@answers
def init(_: Desk, folder: Path, name: str, logs: tuple[str, ...], ml_dsa: bool) -> Answer:
    """Make the keys and the book of a new witness in DIR."""
    return _described(create(folder, name, _keys(logs), second=ml_dsa))


@witness.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@answers
def key(_: Desk, folder: Path) -> Answer:
    """Print the witness's verifier keys, for the policies of logs and auditors."""
    return _described(Book(folder))


@witness.command("add-log")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.argument("vkey", type=WORDS)
@click.option("--replace", is_flag=True, help="In the place of the log's former key of that type.")
@answers
def add_log(_: Desk, folder: Path, vkey: str, replace: bool) -> Answer:
    """Watch a log by VKEY too, or @file; a log with two keys must sign by both."""
    book = Book(folder)
    for one in _keys([vkey]):
        book.add_log(one, replace=replace)
    return _described(book)


@witness.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@answers
def forks(desk: Desk, folder: Path) -> list[Answer]:
    """Print what does not go together: pairs of notes that a log signed."""
    return [
        {
            "origin": fork.origin,
            "what": fork.what,
            "recorded": moment(datetime.fromtimestamp(fork.seen, UTC), desk.config.language),
            "ours": fork.ours.decode(),
            "theirs": fork.theirs.decode(),
        }
        for fork in Book(folder).forks()
    ]


@witness.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--host", default=HOST, help="Address on which it listens; 127.0.0.1 if not given.")
@click.option("--port", type=click.IntRange(1, 65_535), required=True, help="Port on which it listens.")
@click.pass_obj
def serve(desk: Desk, folder: Path, host: str, port: int) -> None:
    """Answer logs until Ctrl-C or SIGTERM. HTTPS is for a web server in front."""
    Witness(folder, server.wall_clock)  # Refuses before the port is looked at.
    require_free(host, port)
    click.echo(desk.say("c.serve", address=f"http://{host}:{port}"))
    server.serve(folder, host, port)


@witness.command("three")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--port", type=click.IntRange(1, 65_533), default=8101, help="Of the first; 8101 if not given.")
@click.option("--log", "logs", type=WORDS, multiple=True, help=LOG_HELP)
@click.pass_obj
def three_(desk: Desk, folder: Path, port: int, logs: tuple[str, ...]) -> None:
    """Serve three witnesses on this machine until Ctrl-C, to try it; DIR/policy.txt is their policy."""
    for n in range(len(three.NAMES)):
        require_free(HOST, port + n)
    folders = three.prepare(folder, port, _keys(logs))
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # Waited for below: one that comes earlier is not lost.
    with server.together(folders, HOST, port):
        click.echo(desk.say("c.witness.policy", path=folder / three.POLICY))
        click.echo(desk.say("c.serve", address=", ".join(f"http://{HOST}:{port + n}" for n in range(len(folders)))))
        signal.sigwait(ends)


def _keys(texts: Sequence[str]) -> list[NoteKey]:
    return [NoteKey.parse(vkey) for text in texts for vkey in text.split()]


def _described(book: Book) -> Answer:
    keys = book.keys()
    return {"name": keys[0].name, "keys": [one.encode() for one in keys], "logs": book.origins()}
