"""`ledger paper`: print certificates for their holders, and account for pre-printed blanks."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from ledger.application.context import Answer
from ledger.application.printing import Order, Printed
from ledger.cli.desk import Desk, acts, answers
from ledger.domain.documents import FAULTS
from ledger.errors import ConfigError, InputError
from ledger.papers.layout import Sheet

FARTHEST = 10  # mm. Farther, the code's quiet zone would come too near the edge for a printer.


class Offset(click.ParamType[tuple[float, float]]):
    name = "x,y"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, float]:
        if isinstance(value, tuple):
            return value
        try:
            x, y = map(float, value.split(","))
        except ValueError:
            self.fail("1.5,-2", param, ctx)
        if not all(abs(one) <= FARTHEST for one in (x, y)):
            self.fail(f"-{FARTHEST}..{FARTHEST} mm", param, ctx)
        return x, y


FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def paper() -> None:
    """Certificates on paper."""


@paper.command("print")
@click.argument("numbers", nargs=-1)
@click.option("--decree", type=click.UUID, help="All certificates of this decree that are in force.")
@click.option("--training", type=click.UUID, help="All attendance certificates of this training.")
@click.option("-o", "--output", type=FILE, required=True, help="The file for the printer.")
@click.option("--each", type=click.Path(file_okay=False, path_type=Path), help="Folder for one file a certificate.")
@click.option("--handover", type=FILE, help="File for the hand-over list; otherwise it ends the output.")
@click.option("--sheet", type=click.Choice(["a4", "f4"]), default="a4", show_default=True, help="F4: 215 x 330 mm.")
@click.option("--landscape", is_flag=True, help="Across.")
@click.option("--offset", type=Offset(), default=(0.0, 0.0), help="Shift everything by mm to the right and down.")
@click.option("--blanks", help="Print on blanks; the serial of the first, such as BLK-000001.")
@acts
def print_(
    desk: Desk,
    numbers: tuple[str, ...],
    decree: UUID | None,
    training: UUID | None,
    output: Path,
    each: Path | None,
    handover: Path | None,
    sheet: str,
    landscape: bool,
    **order: Any,
) -> Answer:
    """Print the certificates of these NUMBERS, of a decree or of a training; each file is recorded."""
    _require_place([output, *([] if handover is None else [handover])], each)
    actor = desk.actor()
    subject, chosen = _chosen(desk, numbers, decree, training)
    said = Order(
        sheet=Sheet(f"{sheet}-landscape" if landscape else sheet),
        subject=subject,
        apart=handover is not None,
        **order,
    )
    with desk.progress(desk.say("c.paper")) as progress:
        printed = desk.ledger.papers.print(actor, chosen, said, progress=progress)
    _write(printed, output, each, handover)
    return {"printed": len(printed.singles), "papers": printed.answer["papers"]}


def _chosen(desk: Desk, numbers: tuple[str, ...], decree: UUID | None, training: UUID | None) -> tuple[str, list[str]]:
    given = [one for one in (numbers, decree, training) if one]
    if len(given) != 1:
        raise InputError("papers-none")
    if decree is not None:
        return desk.ledger.papers.of_decree(decree)
    return desk.ledger.papers.of_training(training) if training is not None else ("", list(numbers))


def _require_place(files: Sequence[Path], folder: Path | None) -> None:
    """Before anything is recorded: what cannot be written would use up blanks that nobody has.

    Raises: ConfigError: `file-exists`: nothing is overwritten. InputError: `file-not-writable`.
    """
    for path in files:
        if path.exists():
            raise ConfigError("file-exists", path=path.name)
        if not os.access(path.absolute().parent, os.W_OK):
            raise InputError("file-not-writable", path=path.name)
    if folder is not None:
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError as cause:
            raise ConfigError("file-exists", path=folder.name) from cause
        except OSError as cause:
            raise InputError("file-not-writable", path=folder.name) from cause


def _write(printed: Printed, output: Path, each: Path | None, handover: Path | None) -> None:
    """They are personal data: for their owner only."""
    files = {output: printed.file}
    if handover is not None:
        files[handover] = printed.handover
    if each is not None:
        files |= {each / f"{number}.pdf": file for number, file in printed.singles}
    for path, data in files.items():
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(data)


@paper.command()
@answers
def blanks(desk: Desk) -> list[Answer]:
    """Serials of blanks that were used or spoiled."""
    return desk.ledger.papers.blanks()


@paper.command()
@click.argument("serial")
@click.option("--reason", type=click.Choice(FAULTS), required=True, help="Why the sheet is of no use.")
@acts
def spoil(desk: Desk, serial: str, reason: str) -> Answer:
    """Record that the blank SERIAL is spoiled, printed or not."""
    return desk.ledger.papers.spoil(desk.actor(), serial, reason)
