"""`ledger compare-checkpoints`: whether two people were shown one log."""

import sys
from contextlib import ExitStack
from pathlib import Path

import click

from ledger.audit import bundle as bundles
from ledger.audit import outcome, split
from ledger.cli.audit import FILE, Audit
from ledger.cli.desk import Desk, refusal
from ledger.errors import LedgerError
from ledger.transparency import policy as policies

EXITS = {"same": outcome.SOUND, "continued": outcome.SOUND, "split": outcome.BROKEN, "unknown": outcome.UNPROVED}


@click.command("compare-checkpoints", cls=Audit)
@click.argument("one", type=FILE)
@click.argument("other", type=FILE)
@click.option("--policy", type=FILE, help="Keys of the log: both checkpoints must be signed by them.")
@click.option("--bundle", type=click.Path(path_type=Path), help="An audited bundle, whose tiles connect two sizes.")
@click.pass_obj
def command(desk: Desk, /, one: Path, other: Path, policy: Path | None, bundle: Path | None) -> None:
    """Say whether two checkpoints of one log agree, and show both as evidence if they do not.

    Exit 0 if one continues the other, 1 for a split view, 2 if one cannot be read or is not signed, 3 if the tiles of
    a bundle are needed to tell, 64 for wrong usage.
    """
    notes = one.read_bytes(), other.read_bytes()
    try:
        with ExitStack() as stack:
            opened = stack.enter_context(bundles.opened(bundle)) if bundle else None
            found = split.compare(*notes, policies.read(policy) if policy else None, opened)
    except LedgerError as refused:
        click.echo(refusal(refused, desk.config.language), err=True)
        sys.exit(outcome.UNREADABLE)
    facts = {"origin": found.older.origin, "old": found.older.size, "new": found.newer.size}
    click.echo(desk.say(f"audit.view.{found.view}", **facts))
    if not found.signed:
        click.echo(desk.say("audit.view.unsigned"))
    if found.view == "split":
        click.echo("\n".join(["", *(note.decode() for note in notes)]))
    sys.exit(EXITS[found.view])
