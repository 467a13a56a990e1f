"""What the commands share: the open ledger, in whose name they act, how an answer is printed."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property, wraps
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ledger import messages
from ledger.application.acts import Act
from ledger.application.context import Answer
from ledger.application.context import Progress as Report
from ledger.config import PUBLIC, Config
from ledger.domain.values import from_days
from ledger.errors import ConfigError, LedgerError, StoreError
from ledger.public import Public, build_public
from ledger.signing.keyring import KEK
from ledger.store.history import Actor
from ledger.wiring import Ledger, build

INSTANTS = ("expires", "recorded")  # Fields in ms UTC.
DAYS = ("begins", "ends")  # Fields in days since 1970-01-01, where they are numbers.


class Desk:
    """One command's work place. `officer` comes from --officer or LEDGER_OFFICER."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.officer: UUID | None = None

    @cached_property
    def ledger(self) -> Ledger:
        """Raises: StoreError: nothing has begun here; nothing is created then."""
        if not (self.config.keys_folder / KEK).exists():
            raise StoreError("history-empty", expected="ledger init")
        return build(self.config)

    @cached_property
    def served(self) -> Public:
        """What a server of this role serves."""
        return build_public(self.config) if self.config.role == PUBLIC else self.ledger

    def close(self) -> None:
        """Connections; a later question opens new ones."""
        for name in ("ledger", "served"):
            if name in vars(self):
                vars(self)[name].close()

    @property
    def reader(self) -> str:
        """Who stands in the log of reads."""
        return str(self.officer or self.config.officer or "command-line")

    def actor(self) -> Actor:
        """A writer first finishes what a crash left. Raises: ConfigError: nobody is named."""
        self.ledger.settle()
        if self.officer is not None:
            return self.ledger.officers.actor(self.officer)
        try:
            return self.ledger.officers.actor(UUID(self.config.officer))
        except ValueError as cause:
            raise ConfigError("officer-not-named", expected="--officer or LEDGER_OFFICER") from cause

    def propose(self, *batch: Act, effective: date | None = None) -> Answer:
        return self.ledger.proposals.propose(self.actor(), batch, effective=effective)

    def say(self, key: str, /, **facts: object) -> str:
        return messages.say(key, self.config.language, **facts)

    def note(self, key: str, /, **facts: object) -> None:
        """Said beside the answer, on standard error."""
        click.echo(self.say(key, **facts), err=True)

    def label(self, field: str) -> str:
        """The word for a field of an answer; its own name where the catalogue has none."""
        key = f"c.field.{field}"
        return self.say(key) if key in messages.catalogue(self.config.language) else field

    def written(self, field: str, value: Any) -> str:
        if isinstance(value, Mapping):
            return ", ".join(f"{self.label(name)} {self.written(name, one)}" for name, one in value.items()) or "-"
        if isinstance(value, list | tuple):
            return ", ".join(self.written("", one) for one in value) or "-"
        return self._one(field, value)

    def _one(self, field: str, value: Any) -> str:
        if isinstance(value, bool):
            return self.say("outcome.yes" if value else "outcome.no")
        if (field, value) == ("holder", "erased"):
            return self.say("d.erased")
        if field in INSTANTS:
            return messages.moment(datetime.fromtimestamp(value / 1000, UTC), self.config.language)
        if field in DAYS and isinstance(value, int):
            return messages.day(from_days(value), self.config.language)
        return "-" if value is None else str(value)

    def tell(self, answer: Answer | Sequence[Answer]) -> None:
        """For people: a line a field, an empty line between answers."""
        answers = [answer] if isinstance(answer, Mapping) else answer
        blocks = ["\n".join(f"{self.label(f)}: {self.written(f, v)}" for f, v in one.items()) for one in answers]
        click.echo("\n\n".join(blocks) or self.say("c.nothing"))

    @contextmanager
    def progress(self, title: str) -> Iterator[Report]:
        """A bar on standard error, where somebody watches."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task(title, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)


def refusal(refused: LedgerError, lang: str) -> str:
    """One line: the code and its sentence."""
    key = f"e.{refused.code}"
    known = key in messages.catalogue(lang)
    said = f"{refused.code}: {messages.say(key, lang, **refused.facts)}" if known else str(refused)
    return " ".join(said.split())


def answers(command: Callable[..., Any]) -> Callable[..., None]:
    """The command returns its answer: printed for people, or with --json for scripts."""

    @click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
    @click.pass_obj
    @wraps(command)
    def run(desk: Desk, /, *, as_json: bool, **options: Any) -> None:
        answer = command(desk, **options)
        if as_json:
            click.echo(json.dumps(answer, ensure_ascii=False))
        else:
            desk.tell(answer)

    return run


def acts(command: Callable[..., Any]) -> Callable[..., None]:
    """The same, in the name of an officer."""

    @click.option("--officer", type=click.UUID, help="In whose name; otherwise LEDGER_OFFICER.")
    @wraps(command)
    def run(desk: Desk, /, *, officer: UUID | None, **options: Any) -> Any:
        desk.officer = officer
        return command(desk, **options)

    return answers(run)


class Day(click.ParamType[date]):
    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail("YYYY-MM-DD", param, ctx)


class Words(click.ParamType[str]):
    """Text that should not stand in the list of processes: `-` reads standard input, `@file` a file."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            if value == "-":
                return sys.stdin.read().strip()
            return Path(value[1:]).read_text(encoding="utf-8").strip() if value.startswith("@") else str(value)
        except (OSError, ValueError) as cause:
            self.fail(str(cause), param, ctx)


DAY, WORDS = Day(), Words()
