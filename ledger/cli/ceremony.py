"""`ledger keys ceremony` and `ledger keys sign`: what is done offline, where the root keys are."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

import click

from ledger.application import key_minutes
from ledger.application.context import Answer
from ledger.cli.desk import Desk, answers
from ledger.errors import ConfigError
from ledger.signing import ceremony as root_ceremony
from ledger.signing import cose, key_files, key_request
from ledger.signing.ceremony import LIST, ROOTS, Held, Part
from ledger.signing.key_request import Request

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
INDENTED = ("c.sign.key", "c.sign.authority")
YES = click.option("--yes", is_flag=True, help="Do not ask.")
PASSPHRASE = click.option(
    "--passphrase", "sources", multiple=True, help="Of each key in order: file:/path or fd:3; otherwise asked for."
)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--request", type=FILE, help="The first list, from `ledger keys init --request`: it is signed here.")
@click.option("--roots", type=click.IntRange(2, 12), default=3, show_default=True, help="How many keys, spare apart.")
@click.option("--threshold", type=click.IntRange(2), default=2, show_default=True, help="How many must sign a list.")
@click.option("--spare/--no-spare", default=True, show_default=True, help="One more key of each kind, kept apart.")
@click.option("--post-quantum/--no-post-quantum", default=True, show_default=True, help="An ML-DSA-65 key beside them.")
@click.option(
    "--passphrase", "sources", multiple=True, help="Of each key in order: file:/path or fd:3; else asked for."
)
@YES
@answers
def ceremony(
    desk: Desk,
    folder: Path,
    request: Path | None,
    roots: int,
    threshold: int,
    spare: bool,
    post_quantum: bool,
    sources: Sequence[str],
    yes: bool,
) -> Answer:
    """Make a root set in FOLDER, offline, by two people or more: keys, fingerprints, the first list.

    FOLDER appears at the end, whole, or not at all. Each key file has its own keeper, passphrase and place.
    """
    if threshold > roots:
        raise ConfigError("threshold-malformed", got=threshold, expected=roots)
    plan = root_ceremony.parts(roots, spare=spare, post_quantum=post_quantum)
    with root_ceremony.whole(folder) as making:
        first = None if request is None else key_request.load(request)
        desk.note("c.ceremony.begin", count=len(plan), threshold=threshold)
        secrets = list(zip(plan, _passphrases(desk, plan, sources), strict=True))
        held = root_ceremony.hold(making, secrets, threshold=threshold, request=first)
        _read_aloud(desk, plan, held)
        if not yes:
            click.confirm(desk.say("c.ceremony.compared"), abort=True, err=True)
    _put_away(desk, plan, held, folder)
    made = {"roots": str(folder / ROOTS)} | ({} if first is None else {"list": str(folder / LIST)})
    keys = {name: root.kid.hex() for name, root in zip(held.files, held.roots.keys, strict=True)}
    return {"root": held.roots.fingerprint(), "threshold": threshold, "keys": keys, **made}


@click.command()
@click.argument("request", type=FILE)
@click.option("--root", "roots", type=FILE, multiple=True, required=True, help="File of a root key; may be repeated.")
@click.option(
    "--passphrase", "sources", multiple=True, help="Of each key in order: file:/path or fd:3; else asked for."
)
@YES
@answers
def sign(desk: Desk, request: Path, roots: Sequence[Path], sources: Sequence[str], yes: bool) -> Answer:
    """Show what the list in the file REQUEST changes, and sign it by root keys, offline.

    The signatures are added to the file, which goes on to the next keeper, or back to the server.
    """
    asked = key_request.load(request)
    for line in _described(desk, asked):
        click.echo(line, err=True)
    if not yes:
        click.confirm(desk.say("c.sign.sure"), abort=True, err=True)
    if len(sources) > len(roots):
        raise ConfigError("passphrase-count", got=len(sources), expected=len(roots))
    for path, source in zip_longest(roots, sources):
        asked = asked.signed_by(_opened(desk, path, source))
    key_request.save(request, asked.encode())
    signers = sorted(root.kid.hex() for root in asked.signers())
    return {"list_version": asked.lists()[1].version, "signers": signers, "lacking": asked.lacking()}


def _passphrases(desk: Desk, plan: Sequence[Part], sources: Sequence[str]) -> list[bytes]:
    if not sources:
        return [_typed(desk, part.name) for part in plan]
    if len(sources) != len(plan):
        raise ConfigError("passphrase-count", got=len(sources), expected=len(plan))
    return [key_files.read_passphrase(source) for source in sources]


def _typed(desk: Desk, name: str) -> bytes:
    """By the keeper of this key, unseen by the others; asked again where it is too short."""
    desk.note("c.ceremony.keeper", name=name)
    while True:
        typed: str = click.prompt(desk.say("c.passphrase"), hide_input=True, confirmation_prompt=True, err=True)
        if len(typed.encode()) >= key_files.MIN_PASSPHRASE:
            return typed.encode()
        desk.note("e.passphrase-short", got=len(typed.encode()), expected=key_files.MIN_PASSPHRASE)


def _read_aloud(desk: Desk, plan: Sequence[Part], held: Held) -> None:
    """In groups of four: one reads, the other compares, both write."""
    desk.note("c.ceremony.read")
    for part, root in zip(plan, held.roots.keys, strict=True):
        click.echo(f"  {part.name}: {key_minutes.grouped(root.kid.hex())}", err=True)
    groups = held.roots.fingerprint().split("-")
    desk.note("c.ceremony.fingerprint")
    for start in range(0, len(groups), 4):
        click.echo(f"  {' '.join(groups[start : start + 4])}", err=True)


def _put_away(desk: Desk, plan: Sequence[Part], held: Held, folder: Path) -> None:
    for part, name in zip(plan, held.files, strict=True):
        desk.note("c.ceremony.spare" if part.name.endswith("spare") else "c.ceremony.place", path=str(folder / name))
    desk.note("c.ceremony.public", path=str(folder / ROOTS))
    desk.note("c.ceremony.end", path=str(folder))


def _opened(desk: Desk, path: Path, source: str | None) -> cose.PrivateKey:
    """A demonstration's root key has no passphrase."""
    if source is not None:
        return root_ceremony.load_root(path, key_files.read_passphrase(source))
    if b"ENCRYPTED" not in key_request.read(path)[:64]:
        return root_ceremony.load_root(path, None)
    desk.note("c.ceremony.keeper", name=path.name)
    typed: str = click.prompt(desk.say("c.passphrase"), hide_input=True, err=True)
    return root_ceremony.load_root(path, typed.encode())


def _described(desk: Desk, request: Request) -> Iterator[str]:
    """What is signed, line by line; what changes below the list itself is indented."""
    for key, facts in key_minutes.lines(request):
        yield f"{'  ' if key in INDENTED else ''}{desk.say(key, **facts)}"
