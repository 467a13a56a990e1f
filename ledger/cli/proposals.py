"""`ledger propose`, `ledger proposals`, `ledger approve`: two people for what matters (R25)."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from ledger.application.context import Answer
from ledger.cli.desk import WORDS, Desk, acts, answers
from ledger.cli.officers import load_key

PEOPLE = ("registrant", "person")


@click.group()
def propose() -> None:
    """Propose certificates; other acts are proposed by their own commands."""


@propose.command()
@click.argument("decree", type=click.UUID)
@acts
def competence(desk: Desk, decree: UUID) -> Answer:
    """Propose a certificate for each competent result of a DECREE that has none."""
    return desk.propose(*desk.ledger.certificates.competence(decree))


@propose.command()
@click.argument("training", type=click.UUID)
@acts
def attendance(desk: Desk, training: UUID) -> Answer:
    """Propose a certificate of attendance for each completion of a TRAINING that has none."""
    return desk.propose(*desk.ledger.certificates.attendance(training))


@click.command()
@answers
def proposals(desk: Desk) -> list[Answer]:
    """What waits for a second person."""
    return desk.ledger.proposals.waiting()


@click.group()
def proposal() -> None:
    """What is said about a proposal that waits."""


@proposal.command()
@click.argument("of", metavar="PROPOSAL", type=click.UUID)
@click.argument("text", type=WORDS)
@acts
def comment(desk: Desk, of: UUID, text: str) -> Answer:
    """Comment on PROPOSAL; TEXT is sealed (@file or - reads it from there)."""
    return desk.ledger.discussions.comment(desk.actor(), of, text)


@proposal.command("return")
@click.argument("of", metavar="PROPOSAL", type=click.UUID)
@click.argument("text", type=WORDS)
@acts
def send_back(desk: Desk, of: UUID, text: str) -> Answer:
    """Send PROPOSAL back to its proposer; TEXT says what is wanted instead."""
    return desk.ledger.discussions.send_back(desk.actor(), of, text)


@proposal.command()
@click.argument("of", metavar="PROPOSAL", type=click.UUID)
@click.argument("text", type=WORDS)
@acts
def refuse(desk: Desk, of: UUID, text: str) -> Answer:
    """Refuse PROPOSAL; TEXT says why."""
    return desk.ledger.discussions.refuse(desk.actor(), of, text)


@proposal.command()
@click.argument("of", metavar="PROPOSAL", type=click.UUID)
@acts
def withdraw(desk: Desk, of: UUID) -> Answer:
    """Withdraw your own PROPOSAL."""
    return desk.ledger.discussions.withdraw(desk.actor(), of)


@click.command()
@click.argument("proposal", type=click.UUID)
@click.option("--officer-key", type=click.Path(path_type=Path), help="Your key file; otherwise LEDGER_OFFICER_KEY.")
@click.option("--passphrase", help="Of the key file: file:/path or fd:3; otherwise it is asked for.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@acts
def approve(desk: Desk, proposal: UUID, officer_key: Path | None, passphrase: str | None, yes: bool) -> Answer:
    """Show in full what PROPOSAL would do, and sign it with your own key: it is then done."""
    actor = desk.actor()
    shown = desk.ledger.proposals.show(proposal, reader=desk.reader)
    for line in described(desk, shown):
        click.echo(line, err=True)
    if not yes:
        click.confirm(desk.say("c.approve.sure"), abort=True, err=True)
    path = officer_key or (Path(desk.config.officer_key) if desk.config.officer_key else None)
    # Without a key the service asserts the approval, which the rules let pass for a first key only.
    signature = load_key(desk, path, passphrase).sign(bytes.fromhex(shown["signing"])) if path else None
    return desk.ledger.proposals.approve(actor, proposal, signature)


def described(desk: Desk, shown: dict[str, Any]) -> list[str]:
    """What is signed, in plain words: what all acts of a kind share stands once, then who and what differs."""
    lines = [desk.say("s.signing", what=desk.say("c.approve.acts", count=len(shown["acts"])))]
    for kind, some in groupby(shown["acts"], key=_kind):
        batch = list(some)
        shared = _shared(batch)
        lines += ["", f"{desk.say(f'c.act.{kind}')} ({len(batch)})"]
        lines += [f"  {desk.label(field)}: {desk.written(field, value)}" for field, value in shared.items()]
        lines += [f"  {number}. {_one(desk, act, shared)}" for number, act in enumerate(batch, 1)]
    return [*lines, ""]


def _shared(batch: Sequence[dict[str, Any]]) -> dict[str, Any]:
    first = batch[0]["fields"]
    return {
        field: value
        for field, value in first.items()
        if field not in PEOPLE and all(act["fields"].get(field) == value for act in batch)
    }


def _one(desk: Desk, act: dict[str, Any], shared: dict[str, Any]) -> str:
    names = [name or desk.say("d.erased") for name in act["people"]]
    own = [
        f"{desk.label(field)} {desk.written(field, value)}"
        for field, value in act["fields"].items()
        if field not in shared and field not in PEOPLE
    ]
    return ", ".join([*names, *own, act["stream"]])


def _kind(act: dict[str, Any]) -> str:
    return str(act["kind"])
