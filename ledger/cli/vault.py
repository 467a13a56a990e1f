"""`ledger vault`: new keys for the vault, after a loss or in good time."""

import secrets
from pathlib import Path

import click

from ledger.application.context import Answer
from ledger.cli.desk import Desk, answers
from ledger.signing import key_files


@click.group()
def vault() -> None:
    """The vault's own keys: docs/vault.md."""


@vault.command()
@click.argument("file", type=click.Path(path_type=Path))
@answers
def rekey(desk: Desk, file: Path) -> Answer:
    """Wrap all keys by the key in FILE, which is made where there is none.

    Stop the server before. Afterwards put FILE in the place of the old key, and keep two copies of it.
    """
    ledger = desk.ledger
    if not file.exists():
        key_files.save_secret(file, secrets.token_bytes(key_files.SECRET_SIZE))
    # A crash here leaves a file that wraps nothing; a crash later leaves the old one in its place: run it again.
    return {"keys": ledger.context.vault.rekey(key_files.load_secret(file)), "key_file": str(file)}


@vault.command("rotate-pepper")
@answers
def rotate_pepper(desk: Desk) -> Answer:
    """Make the index of identity numbers anew under another secret; the server may run."""
    return {"persons": desk.ledger.context.vault.rotate_pepper(desk.ledger.engine)}
