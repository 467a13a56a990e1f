"""`ledger verify`: by the code, by its picture or PDF, by number and name, by check code."""

import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from ledger.application.log import Seal
from ledger.cli.desk import WORDS, Desk
from ledger.cli.receipts import by_proof
from ledger.credentials.reading import read
from ledger.credentials.verdict import Colour, Paper, Verdict
from ledger.messages import day

EXITS = {Colour.GREEN: 0, Colour.RED: 1, Colour.AMBER: 2, Colour.GREY: 3}
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DATES = ("decided", "signed", "begins", "through")


@click.command()
@click.argument("code", type=WORDS, required=False)
@click.option("--picture", type=FILE, help="PNG, JPEG, WebP, PDF, …")
@click.option("--number", help="The printed number, together with --name.")
@click.option("--name", type=WORDS, help="The holder's name; - or @file keeps it out of the list of processes.")
@click.option("--check", type=WORDS, help="The short check code on the paper, XXXX-XXXX.")
@click.option("--proof", type=FILE, help="Receipt (.tlog-proof) of CODE: checked instead of asking the register.")
@click.option("--keys", type=FILE, help="With --proof: a published key list; otherwise that of the ledger here.")
@click.option("--root", help="With --keys: fingerprint of the root set, from the minutes.")
@click.option("--policy", type=FILE, help="With --proof: the witnesses whose cosignatures count.")
@click.option("--context", help="Code of the institution that asks, such as KEMENSOS.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.pass_obj
def verify(
    desk: Desk,
    /,
    code: str | None,
    picture: Path | None,
    number: str | None,
    name: str | None,
    check: str | None,
    context: str | None,
    as_json: bool,
    **receipt: Any,
) -> None:
    """Verify a certificate: by CODE (address or digits; - is standard input), picture, number with name, or check code.

    Exit code: 0 green (accept), 1 red (do not accept) or an error, 2 amber (ask first), 3 grey (could not be checked).
    """
    if [code, picture, number, check].count(None) != 3 or (number is None) != (name is None):
        raise click.UsageError("CODE | --picture FILE | --number NUMBER --name NAME | --check CODE")
    seal: Seal | None
    if receipt["proof"] is not None:
        if number is not None or check is not None:
            raise click.UsageError("--proof: CODE | --picture FILE")
        shown = str(code) if picture is None else read(picture.read_bytes())
        verdict, seal = by_proof(desk, shown, context=context, **receipt)
    else:
        verdict = _asked(desk, code, picture, number, name, check, context)
        seal = desk.ledger.log.seal()
    if as_json:
        click.echo(json.dumps(as_answer(desk, verdict, seal), ensure_ascii=False))
    else:
        for line in sentences(desk, verdict, seal):
            click.echo(line)
    sys.exit(EXITS[verdict.colour])


def _asked(
    desk: Desk,
    code: str | None,
    picture: Path | None,
    number: str | None,
    name: str | None,
    check: str | None,
    context: str | None,
) -> Verdict:
    asked = desk.ledger.verifications
    if picture is not None:
        return asked.by_picture(picture.read_bytes(), context=context)
    if code is not None:
        return asked.by_code(code, context=context)
    if check is not None:
        return asked.by_check(check, reader=desk.reader, context=context)
    return asked.by_number(str(number), str(name), reader=desk.reader, context=context)


def sentences(desk: Desk, verdict: Verdict, seal: Seal | None) -> Iterator[str]:
    """The verdict, what to do, the paper to compare with, then each check with its outcome."""
    facts = {**verdict.facts, "contact": desk.config.contact}
    yield f"{desk.say(f'{verdict.reason.key}.title', **facts)} ({desk.say(f'colour.{verdict.colour}')})"
    yield desk.say(f"{verdict.reason.key}.text", **facts)
    yield desk.say(verdict.action)
    yield from (desk.say(line, **facts) for line in verdict.lines)
    if verdict.paper is not None:
        yield from ("", f"{desk.say('l.compare')}:", *_paper(desk, verdict.paper))
    yield ""
    for check in verdict.checks:
        reason = f" ({desk.say(f'{check.reason.key}.title', **facts)})" if check.reason else ""
        yield f"{desk.say(f'check.{check.name}')}: {desk.say(f'outcome.{check.outcome}')}{reason}"
    if seal is not None:
        yield desk.say("l.log", **seal.facts())
    yield desk.say("l.notproved")
    if desk.config.demonstration:
        yield desk.say("l.demo")


def _paper(desk: Desk, paper: Paper) -> Iterator[str]:
    yield f"  {desk.say('l.number')}: {paper.number}"
    if paper.name is not None:
        yield f"  {desk.say('l.name')}: {paper.name.reveal()}"
    if paper.title is not None:
        yield f"  {paper.title}"
    yield f"  {desk.say('l.issuer')}: {', '.join(filter(None, (paper.issuer, paper.basis)))}"
    if paper.scope:
        yield f"  {desk.say('l.scope')}: {desk.say('w.everywhere') if paper.scope == '*' else paper.scope}"
    if paper.examined:
        yield f"  {desk.say('l.dates.tested')}: {', '.join(day(on, desk.config.language) for on in paper.examined)}"
    for field in DATES:
        on: date | None = getattr(paper, field)
        if on is not None:
            yield f"  {desk.say(f'l.dates.{field}')}: {day(on, desk.config.language)}"


def as_answer(desk: Desk, verdict: Verdict, seal: Seal | None) -> dict[str, Any]:
    facts = {**verdict.facts, "contact": desk.config.contact}
    paper = verdict.paper
    return {
        "reason": verdict.reason,
        "colour": verdict.colour,
        "action": verdict.action,
        "title": desk.say(f"{verdict.reason.key}.title", **facts),
        "text": desk.say(f"{verdict.reason.key}.text", **facts),
        "others": list(verdict.others),
        "as_of": verdict.as_of,
        "checks": [{"name": c.name, "outcome": c.outcome, "reason": c.reason} for c in verdict.checks],
        "lines": list(verdict.lines),
        "log": None if seal is None else seal._asdict(),
        "paper": None if paper is None else _fields(paper),
    }


def _fields(paper: Paper) -> dict[str, Any]:
    dates = {field: getattr(paper, field) for field in DATES}
    return {
        "number": paper.number,
        "kind": paper.kind,
        "title": paper.title,
        "name": paper.name.reveal() if paper.name else None,
        "issuer": paper.issuer,
        "basis": paper.basis,
        "scope": paper.scope,
        "tested": [on.isoformat() for on in paper.tested],
    } | {field: None if on is None else on.isoformat() for field, on in dates.items()}
