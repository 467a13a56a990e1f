"""`ledger init`: the first key list and the first two officers."""

import json
import secrets
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import click
from sqlalchemy import make_url

from ledger.application.context import Answer
from ledger.application.genesis import Founder, begin
from ledger.cli.ceremony import FILE
from ledger.cli.desk import DAY, Desk, answers
from ledger.cli.registrants import person_of
from ledger.config import Config
from ledger.database import open_database, reading
from ledger.domain.officers import ROLES
from ledger.errors import InputError, StoreError
from ledger.signing import key_request
from ledger.signing.keyring import KEK, Keyring
from ledger.store import recorder
from ledger.store.schema import create

FOUNDER = {"person", "authority", "office", "roles", "begins"}
ASKED = {"name": "", "nik": "", "born": " (1985-08-17)", "sex": " (L, P)", "region": " (32.75)"}


@click.command()
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--list", "signed", type=FILE, help="The first list, signed by the ceremony; a demonstration has none.")
@answers
def init(desk: Desk, file: BinaryIO | None, signed: Path | None) -> Answer:
    """Begin a ledger with two founders, asked for or read from a JSON FILE (- is standard input)."""
    founders = _read(file) if file else (_asked(desk, 1), _asked(desk, 2))
    request = None if signed is None else key_request.read(signed)
    prepare(desk.config)
    return begin(desk.ledger.context, founders, request)


def prepare(config: Config) -> None:
    """Folders, and the vault's key where there is none; never beside a history, whose key would be another.

    Raises: StoreError: `history-exists`. A crash leaves a key that nothing was sealed with.
    """
    for url in (config.database, config.keys_database):
        if (file := sqlite_file(url)) is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
    if begun(config):
        raise StoreError("history-exists")
    if not (config.keys_folder / KEK).exists():
        Keyring(config.keys_folder, None, config.origin).create_kek(secrets.token_bytes(32))


def begun(config: Config) -> bool:
    """Whether the main database holds an event; an SQLite file that is not there is not made."""
    file = sqlite_file(config.database)
    if file is not None and not file.exists():
        return False
    engine = open_database(config.database)
    try:
        create(engine)
        with reading(engine) as connection:
            return recorder.head(connection)[0] > 0
    finally:
        engine.dispose()


def sqlite_file(url: str) -> Path | None:
    parsed = make_url(url)
    return Path(parsed.database) if parsed.drivername == "sqlite" and parsed.database else None


def _read(file: BinaryIO) -> tuple[Founder, Founder]:
    """`[{"person": {...}, "authority": …, "office": …, "roles": […], "begins": …, "ends": …}, {…}]`."""
    try:
        found = json.load(file)
    except ValueError as cause:
        raise InputError("json-malformed") from cause
    if not isinstance(found, list) or len(found) != 2:
        raise InputError("founders-two", got=len(found) if isinstance(found, list) else 1)
    return _founder(found[0]), _founder(found[1])


def _founder(fields: Any) -> Founder:
    if not isinstance(fields, dict) or fields.keys() - {"ends"} != FOUNDER:
        raise InputError("fields-differ", expected=", ".join(sorted(FOUNDER)))
    try:
        begins = date.fromisoformat(fields["begins"])
        ends = date.fromisoformat(fields["ends"]) if fields.get("ends") else None
    except (TypeError, ValueError) as cause:
        raise InputError("date-malformed") from cause
    roles = fields["roles"]
    if not isinstance(roles, list) or not set(map(str, roles)) <= set(ROLES):
        raise InputError("roles-unknown", expected=", ".join(ROLES))
    authority, office = str(fields["authority"]), str(fields["office"])
    return Founder(person_of(fields["person"]), authority, office, tuple(roles), begins, ends)


def _asked(desk: Desk, number: int) -> Founder:
    """On the terminal; nothing of it stands in the list of processes or in a shell's history."""
    click.echo(desk.say("c.init.founder", number=number), err=True)
    person = {field: click.prompt(f"{desk.label(field)}{hint}", err=True) for field, hint in ASKED.items()}
    return Founder(
        person_of(person),
        click.prompt(desk.label("authority"), default="IPSPI", err=True),
        click.prompt(desk.label("office"), err=True),
        tuple(click.prompt(desk.label("roles"), default="admin,certify,approve", err=True).split(",")),
        click.prompt(desk.label("begins"), type=DAY, err=True),
    )
