"""Ledgers to measure: a new one with its two officers, and one with a history of every kind."""

import csv
import io
import os
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from uuid import UUID

from ledger.application.genesis import begin
from ledger.cli.cast import FOUNDERS
from ledger.cli.story import BIMTEK, SHEET, Story, StoryClock
from ledger.config import Config
from ledger.domain.registrants import Registrant
from ledger.signing.keyring import Keyring
from ledger.store.history import Actor, Turn
from ledger.wiring import Ledger, build


def configured(folder: Path, database: str | None = None) -> Config:
    folder.mkdir(parents=True)
    main = database or f"sqlite:///{folder / 'main.db'}"
    config = Config(
        database=main,
        keys_database=f"sqlite:///{folder / 'keys.db'}",
        keys=str(folder / "keys"),
        mirror=str(folder / "mirror"),
    )
    Keyring(config.keys_folder, None, config.origin).create_kek(secrets.token_bytes(32))
    return config


@dataclass(frozen=True)
class Register:
    """A ledger in which one officer registers people, without the vault: what an event costs."""

    ledger: Ledger
    actor: Actor

    @classmethod
    def begun(cls, folder: Path, database: str | None = None) -> "Register":
        ledger = build(configured(folder, database))
        answer = begin(ledger.context, FOUNDERS)
        return cls(ledger, ledger.officers.actor(UUID(answer["officers"][0])))

    def singly(self, count: int) -> int:
        for _ in range(count):
            self.at_once(1)
        return count

    def at_once(self, count: int) -> int:
        with self.ledger.context.history.writing(self.actor) as turn:
            turn.save(*[_somebody(turn) for _ in range(count)])
        return count


def _somebody(turn: Turn) -> Registrant:
    return Registrant.begin(turn.new_id(), identity=os.urandom(32), region="32.75", adult=True)


def told(folder: Path, trainings: int) -> Ledger:
    """The demonstration's story with so many trainings of 475 people each, about 2 000 events a training."""
    clock = StoryClock()
    story = Story(build(configured(folder), clock=clock), clock)
    for step in (story.begins, story.authorities, story.staff, story.volunteer_scheme):
        step()
    for n in range(trainings):
        clock.at(BIMTEK[1], 8)
        story.training_planned()
        clock.at(BIMTEK[1], 17)
        story.ledger.trainings.import_sheet(story.actor("petugas"), story.training, _sheet(n), SHEET)
        story.training_closed()
        candidates = story.volunteers()
        story.attendance_certified()
    story.volunteers_certified(story.volunteers_assessed(candidates))
    story.ipspi_authorised()
    story.graduates_certified(story.graduates_assessed(date.today() - timedelta(days=30)))  # noqa: DTZ011 - any day
    clock.free()
    return story.ledger


def _sheet(n: int) -> bytes:
    """The demonstration's sheet with other people: the serial in each NIK is moved by n hundreds."""
    text = (files("ledger.intake") / "samples" / SHEET).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    for row in rows[1:]:
        row[2] = f"{row[2][:12]}{int(row[2][12:]) + 100 * n:04d}"
    made = io.StringIO()
    csv.writer(made, delimiter=";", lineterminator="\n").writerows(rows)
    return made.getvalue().encode()
