"""`ledger judge`: the reference verifier, for whoever trusts a fingerprint and no ledger: employers and auditors."""

import json
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import click

from ledger.application.hosts import Kept, fetcher
from ledger.cli.desk import WORDS, Desk
from ledger.cli.verifications import EXITS, as_answer, sentences
from ledger.credentials.verdict import Verdict
from ledger.credentials.verifier import Verifier
from ledger.public import wall_clock

FOLDER = click.Path(file_okay=False, path_type=Path)
UNITS = ((2 * 86_400, "days", 86_400), (5400, "hours", 3600), (0, "minutes", 60))  # From so many seconds on.


@click.command()
@click.argument("code", type=WORDS)
@click.option("--from", "source", required=True, help="Address of a host, or a folder made by ledger publish.")
@click.option("--root", required=True, help="Fingerprint of the root set, from the minutes.")
@click.option("--origin", help="The ledger's name; otherwise LEDGER_ORIGIN.")
@click.option("--base", help="Where its codes lead: scheme and host; otherwise LEDGER_PUBLIC_URL.")
@click.option("--held", type=FOLDER, help="Folder of what was verified before, as a phone holds it.")
@click.option("--context", help="Code of the institution that asks, such as KEMENSOS.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.pass_obj
def judge(
    desk: Desk,
    /,
    code: str,
    source: str,
    root: str,
    origin: str | None,
    base: str | None,
    held: Path | None,
    context: str | None,
    as_json: bool,
) -> None:
    """Verify a certificate by its CODE (address or digits; - is standard input) against signed lists, as a phone does.

    No ledger is needed: nothing is believed but what keys under the root set signed. Exit codes are those of ledger
    verify.
    """
    origin, base = origin or desk.config.origin, (base or desk.config.public_url).rstrip("/")
    before = {} if held is None else Kept(held / _ledger(origin, root))
    verifier = Verifier(origin=origin, base=base, root=root, fetch=fetcher(source), held=before)
    verdict = verifier.verify(code, clock=wall_clock() // 1000, context=context)
    if as_json:
        answer = {**as_answer(desk, verdict, None), "diff": verdict.facts.get("diff")}
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        for line in sentences(desk, _written(desk, verdict), None):
            click.echo(line)
    sys.exit(EXITS[verdict.colour])


def _ledger(origin: str, root: str) -> str:
    """A folder of its own for each ledger and root set: what was verified under one is no proof under another."""
    fingerprint = "".join(letter for letter in root.lower() if letter.isalnum())
    return sha256(f"{origin}\n{fingerprint}".encode()).hexdigest()[:16]


def _written(desk: Desk, verdict: Verdict) -> Verdict:
    """With the difference of the clocks in words."""
    if "diff" not in verdict.facts:
        return verdict
    by = abs(int(str(verdict.facts["diff"])))
    unit, size = next((unit, size) for least, unit, size in UNITS if by >= least)
    said = desk.say(f"q.diff.{unit}", n=round(by / size))
    lines = tuple("v.clock.title" if line == "v.clock" else line for line in verdict.lines)
    return replace(verdict, lines=lines, facts={**verdict.facts, "diff": said})
