"""`ledger demo`: the story in a ledger of its own, loaded once, and what to try with it."""

import json
import shutil
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from ledger.cli import board, server
from ledger.cli.cast import GRADUATES
from ledger.cli.desk import Desk
from ledger.cli.genesis import begun, prepare, sqlite_file
from ledger.cli.story import STEPS, Story, StoryClock
from ledger.config import Config
from ledger.credentials import picture
from ledger.domain.values import legal_day
from ledger.errors import ConfigError
from ledger.public import wall_clock
from ledger.signing import key_files
from ledger.wiring import build

DECIDED_DAYS_AGO = 30
GUIDE = "docs/first-ten-minutes.md"
NOTES = "demonstration.json"  # Among the keys: ids and numbers of the story.
AT_THE_DESK = ("petugas-dpp", "ketua", "sekretaris", "sekretaris-dpd", "ketua-dpd")
MAIN, KEYS, FOLDER, MIRROR = "main.db", "keys.db", "keys", "mirror"


@click.command()
@click.option("--serve", is_flag=True, help="Start the server afterwards.")
@click.pass_obj
def demo(desk: Desk, serve: bool) -> None:
    """Load the demonstration's story, once, and show what to try."""
    if not desk.config.demonstration:
        raise ConfigError("demo-origin", got=desk.config.origin, expected="*.contoh.invalid")
    if serve:  # Before new codes take the place of those that a running one printed.
        server.require_free(desk.config.host, int(desk.config.port))
    load(desk)
    show(desk)
    if serve:
        server.run(desk)


def load(desk: Desk) -> None:
    """Tells the story into a folder beside the database, then moves it into place.

    Until the folder has its second name a crash leaves nothing but that folder, which the next start throws away; from
    then on it leaves a whole demonstration, which the next start moves the rest of.
    """
    main, keys = _files(desk.config)
    loading, loaded = main.with_name(f".{main.name}.loading"), main.with_name(f".{main.name}.loaded")
    if not loaded.exists():
        if begun(desk.config):
            return
        shutil.rmtree(loading, ignore_errors=True)
        _tell(desk, loading)
        loading.rename(loaded)
    mirror = Path(desk.config.mirror)
    for name, place in ((FOLDER, desk.config.keys_folder), (MIRROR, mirror), (KEYS, keys), (MAIN, main)):
        if (loaded / name).exists():
            _set_aside(place)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(loaded / name, place)
    shutil.rmtree(loaded)


def _files(config: Config) -> tuple[Path, Path]:
    main, keys = sqlite_file(config.database), sqlite_file(config.keys_database)
    if main is None or keys is None:
        raise ConfigError("demo-needs-sqlite", expected="sqlite:///data/ledger.db")
    return main, keys


def _set_aside(place: Path) -> None:
    """Nothing that stands in the way is deleted: somebody may want it."""
    for path in (place, *(place.with_name(place.name + suffix) for suffix in ("-wal", "-shm"))):
        if path.exists():
            path.rename(path.with_name(f"{path.name}.{wall_clock()}"))


def _tell(desk: Desk, folder: Path) -> None:
    folder.mkdir(parents=True)
    config = replace(
        desk.config,
        database=f"sqlite:///{folder / MAIN}",
        keys_database=f"sqlite:///{folder / KEYS}",
        keys=str(folder / FOLDER),
        mirror=str(folder / MIRROR),
    )
    prepare(config)
    clock = StoryClock()
    ledger = build(config, clock=clock)
    story = Story(ledger, clock)
    decided = legal_day(wall_clock()) - timedelta(days=DECIDED_DAYS_AGO)
    click.echo(desk.say("c.demo.loading"), err=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task("", total=len(STEPS))
        story.told(
            decided,
            lambda step: bar.update(task, completed=STEPS.index(step), description=desk.say(f"c.story.{step}")),
        )
    board.appointed(story)
    ledger.checkpoints.sign()
    _keep(story, config.keys_folder)
    ledger.close()
    for name in (MAIN, KEYS):
        with closing(sqlite3.connect(folder / name)) as connection:  # All of it into the file that is moved.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _keep(story: Story, folder: Path) -> None:
    """The officers' keys of the demonstration, without passphrase; who is who, by id; the root."""
    officers = folder / "officers"
    officers.mkdir(mode=0o700)
    for who, key in story.keys.items():
        key_files.save_private(officers / f"{who}.pem", key, passphrase=None)
    notes = {
        "officers": {who: str(id) for who, id in story.officers.items()},
        "people": {who: str(id) for who, id in story.people.items()},
        "training": str(story.training),
        "numbers": story.numbers,
        "root": story.ledger.keys.current().roots.fingerprint(),  # As the minutes of a ceremony would have it.
    }
    (folder / NOTES).write_text(json.dumps(notes, indent=2), encoding="utf-8")


def show(desk: Desk) -> None:
    """Where to look, one certificate's code, and what to try next."""
    say, base = desk.say, server.address(desk)
    click.secho(say("c.demo.warning", origin=desk.config.origin), bold=True, fg="red")
    click.echo(say("c.demo.pages", pages=f"{base}/periksa"))
    click.echo(say("c.demo.api", docs=f"{base}/docs", openapi=f"{base}/openapi.json"))
    kept = desk.config.keys_folder / NOTES
    if not kept.exists():
        return  # A ledger that somebody else began.
    notes = json.loads(kept.read_text(encoding="utf-8"))
    number, name, chair = notes["numbers"]["graduates"][0], GRADUATES[0].name.reveal(), notes["officers"]["ketua"]
    url = desk.ledger.certificates.code(number, reader=desk.reader)
    click.echo(say("c.demo.certificate", number=number, name=name))
    click.echo(picture.terminal(url))
    click.echo(say("c.demo.open", url=url))
    _invite(desk, notes["officers"])
    click.echo(say("c.demo.try"))
    me, image = program(), "sertifikat.png"
    click.echo(f'  1. {me} verify --number {number} --name "{name}"')
    click.echo(f"  2. {me} code {number} --png {image} && {me} verify --picture {image}")
    click.echo(f"  3. {me} publish public && {me} paper print {number} --officer {chair} -o sertifikat.pdf")
    click.echo(f"  4. {me} audit")


def _invite(desk: Desk, officers: dict[str, str]) -> None:
    """A code for each who may try the desk, good once; whoever has it is that officer."""
    codes = {who: desk.ledger.codes.invite(UUID(officers[who]))["code"] for who in AT_THE_DESK}
    click.echo(desk.say("c.demo.desk", address=f"{desk.config.desk}/meja/masuk/kode"))
    click.echo(desk.say("c.demo.guide", page=GUIDE))
    for who, code in codes.items():
        click.echo(f"  {who:<15} {code}")


def program() -> str:
    """How this command was called, so that the printed ones work as they stand."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return f"{sys.executable} -m ledger"
    if shutil.which(called.name) == str(called):
        return called.name
    return str(called.relative_to(Path.cwd()) if called.is_relative_to(Path.cwd()) else called)
