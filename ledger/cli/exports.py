"""`ledger export`: everything an auditor needs, carried away once."""

from datetime import date
from pathlib import Path

import click

from ledger.application.context import Answer
from ledger.cli.desk import DAY, Desk, acts


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--purpose", required=True, help="Such as annual-audit, supervision or research; it is recorded.")
@click.option("--recipient", required=True, help="Code of the institution that gets the copy, such as BPK.")
@click.option("--retention", type=DAY, required=True, help="Last day on which the copy may be kept.")
@click.option("--since", help="A checkpoint, as a file or by its size: only what came after it.")
@acts
def export(desk: Desk, target: Path, purpose: str, recipient: str, retention: date, since: str | None) -> Answer:
    """Write the whole history for an auditor: to a folder TARGET, or to one file if the name ends with .tar.gz.

    It names nobody, and is still personal data: the copy is recorded first, and must be destroyed in time.
    """
    actor = desk.actor()
    with desk.progress(desk.say("c.export")) as progress:
        return desk.ledger.exports.make(
            actor,
            target,
            purpose=purpose,
            recipient=recipient,
            retention=retention,
            since=_size(desk, since or "0"),
            progress=progress,
        )


def _size(desk: Desk, since: str) -> int:
    """Raises: VerificationError: as `Exports.size_of`."""
    if since.isascii() and since.isdecimal():
        return int(since)
    try:
        note = Path(since).read_bytes()
    except OSError as cause:
        raise click.BadParameter(str(cause), param_hint="--since") from cause
    return desk.ledger.exports.size_of(note)
