"""Sheets sent at the desk: sealed as they came, looked through, put right cell by cell, recorded in one transaction."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from ledger.application.context import Answer, Context
from ledger.application.trainings import Imported, Trainings
from ledger.database import Row, reading, writing
from ledger.errors import ConflictError, InputError, NotFoundError
from ledger.intake import bad_rows
from ledger.intake.tables import Changes
from ledger.store import imports
from ledger.store.history import Actor, Turn

PART = 60_000  # bytes; the vault seals up to 65 535 with salt and frame
DAY_MS = 86_400_000
KEPT_DAYS = 7  # A draft is for the week of the training.
LOST_MS = 30_000  # A running import that has told nothing for so long was cut off.
EVERY = 25  # rows between two notes of progress
LONGEST = 400  # characters of a corrected cell
MOST = 300  # corrected cells of one file: beyond, the file is better put right


@dataclass(frozen=True, slots=True)
class Sheet:
    """An uploaded file as it came, and what was put right since."""

    row: Row
    data: bytes
    filename: str
    changes: Changes


class Imports:
    def __init__(self, context: Context, trainings: Trainings) -> None:
        self._context, self._trainings = context, trainings

    def upload(self, actor: Actor, training: UUID, data: bytes, filename: str) -> Answer:
        """Keeps a file that can be read, sealed under an id of its own. Raises: InputError: the whole is refused."""
        self._trainings.read_sheet(training, data, filename)
        (id,) = self._context.new_subjects(1)
        parts = [data[at : at + PART] for at in range(0, len(data), PART)]
        with self._context.history.writing(actor) as turn:
            sealed: list[tuple[UUID, str, Any]] = [(id, f"file/{n}", part) for n, part in enumerate(parts)]
            sealed += [(id, "filename", filename[:200]), (id, "cells", "[]")]
            self._context.vault.seal_many(turn.connection, sealed)
            made = {"id": id.bytes, "training": training.bytes, "officer": _officer(actor), "parts": len(parts)}
            when = {"made": turn.now, "expires": turn.now + KEPT_DAYS * DAY_MS, "touched": turn.now}
            imports.put_import(turn.connection, made | when | {"state": "draft", "read": 0, "rows": 0, "answer": None})
            return turn.reply(**{"import": str(id)})

    def preview(self, actor: Actor, id: UUID) -> Imported:
        """What recording it would do, with every cell that is wrong or remarkable. Nothing is written."""
        sheet = self._open(actor, id)
        training = UUID(bytes=sheet.row["training"])
        return self._trainings.import_sheet(
            actor, training, sheet.data, sheet.filename, dry_run=True, changes=sheet.changes
        )

    def correct(self, actor: Actor, id: UUID, cells: Changes) -> Answer:
        """Other texts for these cells; the file is not changed. Raises: InputError: `cells-too-many`, `cell-long`."""
        if any(len(text) > LONGEST for text in cells.values()):
            raise InputError("cell-long", maximum=LONGEST)
        with self._context.history.writing(actor) as turn:
            self._unfinished(turn.connection, actor, id)
            changes = {**self._cells(turn.connection, actor, id), **cells}
            if len(changes) > MOST:
                raise InputError("cells-too-many", maximum=MOST)
            self._context.vault.seal(turn.connection, id, "cells", _written(changes))
            return turn.reply(**{"import": str(id)}, corrected=len(changes))

    def commit(self, actor: Actor, id: UUID, *, skip_bad: bool = False) -> Answer:
        """Records all rows, or with `skip_bad` the good ones, in one transaction; done before, its answer.

        A crash leaves either nothing or all of it, and a row that says running: pressing again is harmless.

        Raises: ConflictError: `import-running`; InputError: `rows-bad`.
        """
        with writing(self._context.history.engine) as connection:
            row = self._row(connection, actor, id)
            if row["answer"] is not None:
                answer: Answer = json.loads(row["answer"])
                return answer
            self._refuse_running(row)
            imports.put_import(connection, row | {"state": "running", "read": 0, "touched": self._now()})
        # A crash from here to the end leaves `running`, which after half a minute counts as cut off.
        try:
            return self._record(actor, id, skip_bad)
        finally:
            self._note(id, {"state": "draft"})

    def bad_rows(self, actor: Actor, id: UUID, say: Callable[..., str]) -> bytes:
        """An .xlsx of the rows that are bad, with the reasons."""
        sheet, found = self._open(actor, id), self.preview(actor, id)
        plan = self._trainings.expected(UUID(bytes=sheet.row["training"]))
        return bad_rows.workbook(sheet.data, sheet.filename, plan, sheet.changes, found.roster.problems, say)

    def show(self, actor: Actor, id: UUID) -> Answer:
        """Where it stands. Raises: NotFoundError: none, or another officer's."""
        with reading(self._context.history.engine) as connection:
            return self._told(self._row(connection, actor, id))

    def of_training(self, actor: Actor, training: UUID) -> list[Answer]:
        """This officer's, the newest first."""
        with reading(self._context.history.engine) as connection:
            return [self._told(row) for row in imports.of_officer(connection, _officer(actor), training.bytes)]

    def drop(self, actor: Actor, id: UUID) -> Answer:
        """Destroys the file and its key before its day."""
        with self._context.history.writing(actor) as turn:
            self._refuse_running(self._row(turn.connection, actor, id))
            self._forget(turn.connection, [id.bytes])
            answer = turn.reply(**{"import": str(id)})
        self._context.vault.shred(self._context.history.engine)
        return answer

    def sweep(self) -> int:
        """Destroys what has expired, with its keys; returns how many. Safe to repeat at any time."""
        now = self._now()
        with reading(self._context.history.engine) as connection:
            if not imports.over(connection, now):
                return 0
        with writing(self._context.history.engine) as connection:
            over = imports.over(connection, now)
            self._forget(connection, over)
        self._context.vault.shred(self._context.history.engine)
        return len(over)

    # ------------------------------------------------------------------------------------------------------------

    def _record(self, actor: Actor, id: UUID, skip_bad: bool) -> Answer:
        sheet = self._open(actor, id)

        def done(turn: Turn, answer: Answer) -> None:
            kept = {"state": "done", "answer": json.dumps(answer), "touched": turn.now}
            imports.put_import(turn.connection, self._row(turn.connection, actor, id) | kept)

        def progress(read: int, rows: int) -> None:
            if read % EVERY == 0 or read == rows:
                self._note(id, {"read": read, "rows": rows, "touched": self._now()})

        return self._trainings.import_sheet(
            actor,
            UUID(bytes=sheet.row["training"]),
            sheet.data,
            sheet.filename,
            skip_bad=skip_bad,
            changes=sheet.changes,
            also=done,
            progress=progress,
        ).answer

    def _note(self, id: UUID, change: Row) -> None:
        with writing(self._context.history.engine) as connection:
            row = imports.get(connection, id.bytes)
            if row is not None and row["state"] == "running":
                imports.put_import(connection, row | change)

    def _open(self, actor: Actor, id: UUID) -> Sheet:
        """The look is noted."""
        vault = self._context.vault
        with writing(self._context.history.engine) as connection:
            row = self._row(connection, actor, id)
            look = {"reader": str(actor.officer), "purpose": f"import {id}"}
            parts = [vault.open(connection, id, f"file/{n}", **look) for n in range(row["parts"])]
            filename = vault.open(connection, id, "filename", **look)
            changes = self._cells(connection, actor, id)
        data = b"".join(part for part in parts if isinstance(part, bytes))
        return Sheet(row, data, str(filename), changes)

    def _cells(self, connection: Connection, actor: Actor, id: UUID) -> dict[tuple[str, int, str], str]:
        kept = self._context.vault.open(connection, id, "cells", reader=str(actor.officer), purpose=f"import {id}")
        return {(sheet, row, column): text for sheet, row, column, text in json.loads(str(kept))}

    def _row(self, connection: Connection, actor: Actor, id: UUID) -> Row:
        row = imports.get(connection, id.bytes)
        if row is None or row["officer"] != _officer(actor):  # Another's is not there: it holds people's data.
            raise NotFoundError("not-found", of="import", got=id)
        return row

    def _unfinished(self, connection: Connection, actor: Actor, id: UUID) -> None:
        row = self._row(connection, actor, id)
        self._refuse_running(row)
        if row["answer"] is not None:
            raise ConflictError("import-done")

    def _refuse_running(self, row: Row) -> None:
        if self._told(row)["state"] == "running":
            raise ConflictError("import-running")

    def _told(self, row: Row) -> Answer:
        lost = row["state"] == "running" and row["touched"] < self._now() - LOST_MS
        return {
            "import": str(UUID(bytes=row["id"])),
            "training": str(UUID(bytes=row["training"])),
            "state": "draft" if lost else row["state"],
            "lost": lost,
            "made": row["made"],
            "expires": row["expires"],
            "read": row["read"],
            "rows": row["rows"],
            "answer": None if row["answer"] is None else json.loads(row["answer"]),
        }

    def _forget(self, connection: Connection, ids: Iterable[bytes]) -> None:
        for id in ids:
            self._context.vault.forget(connection, UUID(bytes=id))
            imports.drop(connection, id)

    def _now(self) -> int:
        return self._context.history.clock()


def _officer(actor: Actor) -> bytes:
    return actor.officer.bytes if actor.officer else b""


def _written(changes: Changes) -> str:
    return json.dumps([[*where, text] for where, text in sorted(changes.items())])
