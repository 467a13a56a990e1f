"""`ledger keys`: the service's keys and the key list that the roots sign."""

from datetime import UTC, datetime

import click

from ledger.application.context import Answer
from ledger.application.key_lists import AUTHORITY_ROLES, SERVICE_ROLES
from ledger.cli.desk import Desk, answers
from ledger.cli.genesis import prepare
from ledger.messages import moment


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
    """Keys of the service and of the authorities.

    Every change is signed by the root keys and recorded. In production the root keys never lie on the server: bring
    them for the change, and take them away again.
    """


@keys.command()
@answers
def init(desk: Desk) -> Answer:
    """Make the vault's key, before `ledger init`: keep two copies of it in two places."""
    prepare(desk.config)
    return {"keys": desk.config.keys}


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
@answers
def rotate(desk: Desk, role: str, authority: str | None) -> Answer:
    """Make a new key for ROLE; the earlier one still verifies what it signed."""
    return desk.ledger.keys.rotate(role, authority)


@keys.command()
@click.argument("key", type=KID)
@answers
def retire(desk: Desk, key: bytes) -> Answer:
    """End a KEY, named by its id in hex; it still verifies what it signed."""
    return desk.ledger.keys.retire(key)


@keys.command()
@click.argument("key", type=KID)
@click.option("--index", type=click.IntRange(min=0), required=True, help="Size of the last checkpoint believed honest.")
@answers
def compromised(desk: Desk, key: bytes, index: int) -> Answer:
    """Stop believing what KEY signed from an index of the history on."""
    return desk.ledger.keys.compromise(key, index)


@keys.command()
@answers
def refresh(desk: Desk) -> Answer:
    """Sign a newer list: after authorities changed, whose missing keys it makes, or before the list ends."""
    return desk.ledger.keys.refresh()
