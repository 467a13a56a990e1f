"""`ledger sample`: certificates drawn at random, as sheets of paper for an auditor."""

from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
from jinja2 import Environment, PackageLoader, StrictUndefined

from ledger import messages
from ledger.application.context import Answer
from ledger.audit.files import new_file
from ledger.audit.materialise import upto
from ledger.audit.sample import Sample, Wanted, draw
from ledger.cli.desk import Desk, answers
from ledger.cli.source import BUNDLE, source
from ledger.cli.time import MOMENT, OUTPUT
from ledger.config import DEMONSTRATION
from ledger.projections.as_of import Moment

PURPOSE = "audit sample"  # As it stands in the log of reads.


@click.command()
@click.option("--n", type=click.IntRange(1, 10_000), default=20, show_default=True, help="How many certificates.")
@click.option("--seed", required=True, help="Any text; the same seed draws the same sample from the same history.")
@click.option("--scheme", metavar="KIND", help="Of this kind only, such as RELAWAN/PSM-DASAR.")
@click.option("--province", metavar="CODE", help="Of people of this province only: its Kemendagri code, such as 32.")
@click.option("--worst", is_flag=True, help="Those with the most signs first: back-dated, fast, at night, same pair.")
@click.option("--until", type=MOMENT, help="From the history as of then: a position, a day, or an instant in WIB.")
@click.option("--names", is_flag=True, help="Print the names; each look is noted in the vault.")
@BUNDLE
@OUTPUT
@answers
def sample(desk: Desk, until: Moment | None, names: bool, bundle: Path | None, output: Path, **wanted: Any) -> Answer:
    """Draw certificates at random, the same for the same seed, and write a sheet for each person."""
    if names and bundle is not None:  # A bundle names nobody.
        raise click.UsageError("--names")
    with source(desk, bundle) as history:
        end = until or Moment(position=history.size - 1)
        end.require_within(history.size)
        drawn = draw(lambda: upto(history.entries(), end), Wanted(**wanted))
    with new_file(output) as work:
        work.write_text(page(desk, drawn, _names(desk, drawn) if names else None, history.origin), encoding="utf-8")
    papers = sum(len(sheet.papers) for sheet in drawn.sheets)
    return {"file": str(output), "certificates": papers, "among": drawn.among, "persons": len(drawn.sheets)}


def _names(desk: Desk, drawn: Sample) -> dict[str, str]:
    """By registrant; of those who are erased none."""
    ids = [sheet.registrant for sheet in drawn.sheets]
    found = desk.ledger.registrants.names(ids, reader=desk.reader, purpose=PURPOSE)
    return {str(id): name.reveal() for id, name in found.items()}


def page(desk: Desk, drawn: Sample, names: dict[str, str] | None, origin: str) -> str:
    """One HTML page that needs no network and runs no script; `names` by registrant, None: pseudonymous."""
    css = (files("ledger.cli") / "templates" / "sample.css").read_text(encoding="utf-8")
    environment = Environment(
        loader=PackageLoader("ledger.cli"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("sample.html").render(
        css=css,
        css_hash=b64encode(sha256(css.encode()).digest()).decode(),
        lang=desk.config.language,
        say=desk.say,
        label=desk.label,
        instant=lambda ms: messages.moment(datetime.fromtimestamp(ms / 1000, UTC), desk.config.language),
        day=lambda on: messages.day(on, desk.config.language),
        origin=origin,
        demonstration=origin.endswith(DEMONSTRATION),
        sample=drawn,
        papers=sum(len(sheet.papers) for sheet in drawn.sheets),
        names=names,
    )
