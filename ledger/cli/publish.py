"""`ledger publish`: everything public as plain files, for any static host."""

import time
from html import escape
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from ledger.application.context import Answer
from ledger.cli.desk import Desk, answers, refusal
from ledger.errors import StoreError
from ledger.messages import LANGUAGES, say
from ledger.web import verifier_files

SETTLE_SECONDS = 3  # Then what is published covers everything that was recorded, if no clock is wrong.


@click.command()
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
@click.option("--watch", type=click.IntRange(1), help="Do it again every so many seconds, until Ctrl-C.")
@answers
def publish(desk: Desk, target: Path, watch: int | None) -> Answer:
    """Write everything public to the folder TARGET, or bring it up to date: any static host can serve it.

    Refused is a folder that has what is newer, or other bytes of the same time: nothing published is taken back.
    """
    desk.ledger.settle()
    answer = _published(desk, target)
    while watch is not None:
        time.sleep(watch)
        try:
            answer = _published(desk, target)
        except StoreError as refused:  # The disk may be back in a moment.
            click.echo(refusal(refused, desk.config.language), err=True)
        except DBAPIError:  # The database, too.
            click.echo(refusal(StoreError("database-unreachable"), desk.config.language), err=True)
    return answer


def _published(desk: Desk, target: Path) -> Answer:
    _round(desk)
    page = {f"q/{name}": data for name, (data, _) in verifier_files.files(desk.ledger).items()}
    with desk.progress(desk.say("c.publish")) as progress:
        return desk.ledger.folders.publish(target, page=page, unlisted=unlisted(), progress=progress)


def _round(desk: Desk) -> None:
    """What a server does every few seconds, for there may be none. A log that stands still stops no revocation."""
    ledger, until = desk.ledger, time.monotonic() + SETTLE_SECONDS
    try:
        ledger.log.keep()
    except StoreError as refused:
        click.echo(refusal(refused, desk.config.language), err=True)
    ledger.publishing.keep()
    while not ledger.publishing.current() and time.monotonic() < until:
        time.sleep(0.2)
        ledger.publishing.keep()


def unlisted() -> bytes:
    """What a visitor of a folder reads instead of a list of its files, with the way to the page."""
    said = "".join(
        f'<p lang="{lang}">{escape(say("w.unlisted", lang))} <a href="/q/">{escape(say("w.check", lang))}</a></p>\n'
        for lang in LANGUAGES
    )
    return f'<!doctype html>\n<html lang="id">\n<meta charset="utf-8">\n<title>·</title>\n{said}'.encode()
