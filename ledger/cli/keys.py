"""`ledger keys`: the service's keys and the key list that the roots sign."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from ledger.application.affected import affected as affected_by
from ledger.application.context import Answer
from ledger.application.genesis import request_first
from ledger.application.key_changes import (
    AUTHORITY_ROLES,
    SERVICE_ROLES,
    Change,
    compromise,
    refreshment,
    retirement,
    rotation,
    succession,
)
from ledger.cli.ceremony import FILE, ceremony, sign
from ledger.cli.desk import Desk, answers
from ledger.cli.genesis import prepare
from ledger.errors import ConfigError
from ledger.messages import moment
from ledger.public import wall_clock
from ledger.signing import key_files, key_request
from ledger.signing.key_request import Request
from ledger.signing.keyring import Keyring

NEW_FILE = click.Path(dir_okay=False, path_type=Path)
REQUEST = click.option("--request", type=NEW_FILE, help="Write what the roots are to sign, where they are elsewhere.")


class Kid(click.ParamType[bytes]):
    name = "kid"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> bytes:
        try:
            return bytes.fromhex(str(value))
        except ValueError:
            self.fail("hex", param, ctx)


KID = Kid()


@click.group()
def keys() -> None:
    """Keys of the service and of the authorities, and the roots that sign their list.

    In production the root keys never lie on the server: a change goes to them with --request, is signed there by
    `ledger keys sign`, and comes back by `ledger keys accept`.
    """


keys.add_command(ceremony)
keys.add_command(sign)


@keys.command()
@click.option("--request", type=NEW_FILE, help="Also make the service's keys, and write their list for the ceremony.")
@answers
def init(desk: Desk, request: Path | None) -> Answer:
    """Make the vault's key, before `ledger init`: keep two copies of it in two places."""
    config = desk.config
    prepare(config)
    if request is None:
        return {"keys": config.keys}
    passphrase = key_files.read_passphrase(config.passphrase) if config.passphrase else None
    keyring = Keyring(config.keys_folder, passphrase, config.origin)
    return {"keys": config.keys} | _written(request, lambda: request_first(keyring, wall_clock() // 1000))


@keys.command("list")
@answers
def list_(desk: Desk) -> list[Answer]:
    """Every key of the list in force."""
    current = desk.ledger.keys.current()
    return [
        {
            "key": key.kid.hex(),
            "role": key.role,
            "authority": key.authority,
            "state": key.state,
            "begins": moment(datetime.fromtimestamp(key.begins, UTC), desk.config.language),
            "list_version": current.version,
        }
        for key in current.keys
    ]


@keys.command()
@click.argument("role", type=click.Choice([*SERVICE_ROLES, *AUTHORITY_ROLES]))
@click.option("--authority", help="Whose key, for the roles certificate and status.")
@REQUEST
@answers
def rotate(desk: Desk, role: str, authority: str | None, request: Path | None) -> Answer:
    """Make a new key for ROLE; the earlier one still verifies what it signed."""
    return _changed(desk, rotation(role, authority), request)


@keys.command()
@click.argument("key", type=KID)
@REQUEST
@answers
def retire(desk: Desk, key: bytes, request: Path | None) -> Answer:
    """End a KEY, named by its id in hex; it still verifies what it signed."""
    return _changed(desk, retirement(key), request)


@keys.command()
@click.argument("key", type=KID)
@click.option("--index", type=click.IntRange(min=0), required=True, help="Size of the last checkpoint believed honest.")
@REQUEST
@answers
def compromised(desk: Desk, key: bytes, index: int, request: Path | None) -> Answer:
    """Stop believing what KEY signed from an index of the history on."""
    return _changed(desk, compromise(key, index), request)


@keys.command()
@REQUEST
@answers
def refresh(desk: Desk, request: Path | None) -> Answer:
    """Sign a newer list: after authorities changed, whose missing keys it makes, or before the list ends."""
    return _changed(desk, refreshment(), request)


@keys.command()
@click.argument("roots", type=FILE)
@click.option("--request", type=NEW_FILE, required=True, help="Write what both root sets are to sign.")
@answers
def roots(desk: Desk, roots: Path, request: Path) -> Answer:
    """Replace the root set by that of another ceremony, whose public file is ROOTS."""
    return _changed(desk, succession(key_request.read_roots(key_request.read(roots))), request)


@keys.command()
@click.argument("request", type=FILE)
@answers
def accept(desk: Desk, request: Path) -> Answer:
    """Record the list in the file REQUEST, once enough roots have signed it."""
    return desk.ledger.keys.accept(key_request.read(request))


@keys.command()
@click.argument("key", type=KID)
@click.option("--index", type=click.IntRange(min=0), help="As if the key had been compromised from this index on.")
@answers
def affected(desk: Desk, key: bytes, index: int | None) -> Answer:
    """What KEY signed, and what of it must be issued anew if it was compromised."""
    return affected_by(desk.ledger.context, key, index, reader=desk.reader)


def _changed(desk: Desk, change: Change, request: Path | None) -> Answer:
    if request is None:
        return desk.ledger.keys.record(change)
    return _written(request, lambda: desk.ledger.keys.request(change))


def _written(path: Path, make: Callable[[], Request]) -> Answer:
    """A request in a file of its own. Raises: ConfigError: `key-file-exists`."""
    if path.exists():
        raise ConfigError("key-file-exists", path=str(path))
    made = make()
    key_request.save(path, made.encode())
    return {"request": str(path)}
