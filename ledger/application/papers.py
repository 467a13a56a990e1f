"""Papers: which certificates are printed, by whom, that they were; blanks accounted for by their serials."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import Connection, Select, select

from ledger.application import printing, scope
from ledger.application.context import Answer, Context, Progress, no_progress
from ledger.application.printing import Job, Made, Order, Printed
from ledger.application.receipts import Receipts
from ledger.application.scope import ALL, Sight
from ledger.credentials import check_code, digits, token
from ledger.credentials.judge import SPECIMEN_HOST
from ledger.database import Row, chunks, reading, writing
from ledger.domain.documents import FAULTS, Blank, Document
from ledger.domain.regions import REGIONS
from ledger.domain.values import from_days, legal_day
from ledger.errors import ConflictError, InputError, NotFoundError
from ledger.messages import day
from ledger.papers.layout import Sheet
from ledger.papers.render import EDITION, House
from ledger.papers.said import Said
from ledger.papers.said import read as said_in
from ledger.projections.assessments import ASSESSMENTS
from ledger.projections.certificates import CERTIFICATES
from ledger.projections.columns import read
from ledger.projections.decrees import DECREES
from ledger.projections.papers import BLANKS, PAPERS
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.registrants import REGISTRANTS
from ledger.projections.trainings import TRAININGS
from ledger.store.history import Actor
from ledger.view import Models, View

Covers = Callable[[int], bool]  # Whether the published lists say of everything up to this second, UTC, where it stands.
EACH = 100  # Certificates that are opened in one turn.
SERIAL = re.compile(r"([A-Z]{1,6}[ -]?)([0-9]{1,6})", re.ASCII)
CERTIFICATE, HOLDER = CERTIFICATES.table, REGISTRANTS.table


class Papers:
    def __init__(self, context: Context, receipts: Receipts, covers: Covers) -> None:
        self._context, self._receipts, self._covers = context, receipts, covers
        self._engine = context.history.engine

    # Chosen ---------------------------------------------------------------------------------------------------

    def of_decree(self, decree: UUID, *, sight: Sight = ALL) -> tuple[str, list[str]]:
        """The decree's number; those of its certificates that are in force and whose holders are not erased, as far
        as they are seen. Raises: NotFoundError: there is none, or nothing of it is seen."""
        row = self._row(DECREES, decree)
        wanted = _in_force(sight).join(ASSESSMENTS.table, ASSESSMENTS.table.c.id == CERTIFICATE.c.assessment)
        numbers = self._numbers(wanted.where(ASSESSMENTS.table.c.decree == decree.bytes))
        if not numbers and sight != ALL:
            raise NotFoundError("not-found", of="decree", got=decree)
        return row["decree_number"], numbers

    def of_training(self, training: UUID, *, sight: Sight = ALL) -> tuple[str, list[str]]:
        """Programme and first day of the training; the numbers as above. Raises: as `of_decree`."""
        row = self._row(TRAININGS, training)
        taken = PARTICIPATIONS.table
        wanted = _in_force(sight).join(taken, taken.c.id == CERTIFICATE.c.participation)
        subject = f"{row['programme']}, {day(from_days(read(row, 'days')[0]))}"
        numbers = self._numbers(wanted.where(taken.c.training == training.bytes))
        if not numbers and not sight.covers(row):
            raise NotFoundError("not-found", of="training", got=training)
        return subject, numbers

    # Printed --------------------------------------------------------------------------------------------------

    def print(self, actor: Actor, numbers: Sequence[str], order: Order, *, progress: Progress = no_progress) -> Printed:
        """Sets the certificates by district and name, and records each file: only then may they be handed out.

        Raises:
            NotFoundError: no such number. ConflictError: `paper-not-in-force`; `paper-not-covered`: the log or the
            published lists do not cover one yet. InputError: `papers-none`, `blank-malformed`, `paper-unprintable`.
            SealedError: `data-erased`. RuleError: another's certificate, or a blank that was used.
        """
        self._context.history.require_new(actor)
        rows = [self._certificate(number) for number in dict.fromkeys(numbers)]
        if not rows:
            raise InputError("papers-none")
        blanks = serials(order.blanks, len(rows)) if order.blanks else [None] * len(rows)
        self._require_may(actor, rows, blanks, order.sheet)
        jobs = sorted(self._jobs(actor, rows, order.sheet), key=lambda job: job.line(None).order())
        made: list[Made] = []
        for one in printing.make(jobs):
            made.append(one)
            progress(len(made), len(jobs))
        file, listing = printing.files(jobs, made, blanks, order, on=legal_day(self._context.history.clock()))
        answer = self._record(actor, jobs, made, blanks)
        # A crash here leaves hashes of files that nobody has: printed again, others are recorded.
        singles = tuple((job.said.number, single) for job, (_, single) in zip(jobs, made, strict=True))
        return Printed(singles=singles, file=file, handover=listing, answer=answer)

    def again(self, actor: Actor, papers: Sequence[Answer], order: Order) -> bytes:
        """The printer's file once more, for whom it did not reach: what it was made of is recorded already.

        One certificate's own file is recorded anew, if the log has grown since. `papers`: as `print` answered.

        Raises: as `print`.
        """
        numbers = [one["number"] for one in papers]
        if len(numbers) == 1 and order.printer is None:
            return self.print(replace(actor, request=None, seen=None), numbers, order).file
        rows = [self._certificate(number) for number in numbers]
        self._require_may(actor, rows, [None] * len(rows), order.sheet)
        jobs, blanks = list(self._jobs(actor, rows, order.sheet)), [one["blank"] for one in papers]
        today = legal_day(self._context.history.clock())
        return printing.files(jobs, list(printing.make(jobs)), blanks, order, on=today)[0]

    def preview(self, actor: Actor, number: str, sheet: Sheet) -> bytes:
        """How its paper looks, a specimen all over, with a code that leads nowhere; nothing is recorded.

        Raises: as `print`.
        """
        rows = [self._certificate(number)]
        self._require_may(actor, rows, [None], sheet)
        (job,) = self._jobs(actor, rows, sheet)
        code = digits.url(f"https://{SPECIMEN_HOST}", job.token)
        shown = replace(job, house=replace(job.house, specimen=True), url=code, token=b"", receipt=b"")
        ((_, file),) = printing.make([shown])
        return file

    def require_may(self, actor: Actor, numbers: Sequence[str], order: Order) -> None:
        """Before anything is told of their holders. Raises: NotFoundError, ConflictError, RuleError: as `print`."""
        rows = [self._certificate(number) for number in dict.fromkeys(numbers)]
        self._require_may(actor, rows, [None] * len(rows), order.sheet)

    def _require_may(self, actor: Actor, rows: Sequence[Row], blanks: Sequence[str | None], sheet: Sheet) -> None:
        """The rules are asked before anything is opened, and also of a file that was recorded before."""
        history, body = self._context.history, {"sha256": bytes(32), "sheet": str(sheet), "edition": EDITION}
        asking = replace(actor, request=None, seen=None)  # What is asked here is no act yet.
        with history.writing(asking) as turn, history.rehearsing(turn) as tried:
            for row, blank in zip(rows, blanks, strict=True):
                certificate = UUID(bytes=row["id"])
                tried.save(Document.begin(tried.new_id(), certificate=certificate, **body, blank=blank))

    def _record(self, actor: Actor, jobs: Sequence[Job], made: Sequence[Made], blanks: Sequence[str | None]) -> Answer:
        """One event a file; a file that was recorded before, and lies on no blank, needs none."""
        papers = []
        with self._context.history.writing(actor) as turn:
            documents = []
            models = turn.models()
            models.prefetch_by(PAPERS, "certificate", [job.id.bytes for job in jobs])
            for job, (_, single), blank in zip(jobs, made, blanks, strict=True):
                digest = sha256(single).digest()
                papers.append({"number": job.said.number, "sha256": digest.hex(), "blank": blank})
                known = {row["sha256"] for row in models.find(PAPERS, "certificate", job.id.bytes)}
                if blank is None and digest in known:
                    continue
                body = {"certificate": job.id, "sha256": digest, "sheet": str(job.sheet), "edition": job.said.edition}
                documents.append(Document.begin(turn.new_id(), **body, blank=blank))
            turn.save(*documents)
            return turn.reply(papers=papers)

    # Opened ---------------------------------------------------------------------------------------------------

    def _jobs(self, actor: Actor, rows: Sequence[Row], sheet: Sheet) -> Iterator[Job]:
        for some in chunks(rows, EACH):
            with writing(self._engine) as connection:
                opened = [self._open(connection, row, str(actor.officer)) for row in some]
            for row, (said, data, region) in zip(some, opened, strict=True):
                yield self._job(row, said, data, region, sheet)

    def _certificate(self, number: str) -> Row:
        with reading(self._engine) as connection:
            found = Models(connection, self._context.config.origin).find(CERTIFICATES, "number", number)
        if not found:
            raise NotFoundError("not-found", of="certificate", got=number)
        if found[0]["state"] != "active":
            raise ConflictError("paper-not-in-force", number=number)
        return found[0]

    def _open(self, connection: Connection, row: Row, reader: str) -> tuple[Said, bytes, str | None]:
        id, holder, vault = UUID(bytes=row["paper"]), UUID(bytes=row["registrant"]), self._context.vault
        looked = {"reader": reader, "purpose": f"print {row['number']}"}
        content: Any = vault.open(connection, holder, f"content/{id}", **looked)
        data: Any = vault.open(connection, holder, f"token/{id}", **looked)
        said = said_in(content)
        if said.check is not None:
            said = replace(said, check=check_code.shown(said.check))
        wanted = select(HOLDER.c.region).where(HOLDER.c.id == row["registrant"])
        return said, data, connection.execute(wanted).scalar_one()

    def _job(self, row: Row, said: Said, data: bytes, region: str | None, sheet: Sheet) -> Job:
        config = self._context.config
        return Job(
            id=UUID(bytes=row["id"]),
            said=said,
            token=data,
            receipt=self._covered(said.number, data),
            url=digits.url(config.public_url, data),
            district=REGIONS[region].name if region in REGIONS else region,
            house=House(host=urlsplit(config.public_url).netloc, contact=config.contact, specimen=config.demonstration),
            sheet=sheet,
        )

    def _covered(self, number: str, data: bytes) -> bytes:
        """Its receipt. A paper that is handed out earlier would be called unregistered where it is checked.

        Raises: ConflictError: `paper-not-covered`: no checkpoint, list or bucket covers it yet.
        """
        issued = token.read(token.parse(data).payload or b"").issued
        try:
            receipt = self._receipts.of_number(number)
        except NotFoundError as cause:
            raise ConflictError("paper-not-covered", number=number) from cause
        if not self._covers(issued):
            raise ConflictError("paper-not-covered", number=number)
        return receipt

    # Blanks ---------------------------------------------------------------------------------------------------

    def blanks(self, sight: Sight = ALL) -> list[Answer]:
        """Every serial that was used for a certificate that is seen, or spoiled by an officer of the same board, with
        the certificate on it and the fault, in order."""
        sheets = PAPERS.table
        printed = select(sheets.c.blank, CERTIFICATE.c.number).where(sheets.c.blank.is_not(None))
        printed = printed.join(CERTIFICATE, CERTIFICATE.c.id == sheets.c.certificate)
        printed = printed.where(scope.certificates(sight))
        spoiled = select(BLANKS.table.c.blank, BLANKS.table.c.fault).where(scope.blanks(sight))
        with reading(self._engine) as connection:
            used = {row.blank: row.number for row in connection.execute(printed)}
            faults = {row.blank: row.fault for row in connection.execute(spoiled)}
        return [
            {"blank": blank, "number": used.get(blank), "fault": faults.get(blank)}
            for blank in sorted(used.keys() | faults.keys())
        ]

    def spoil(self, actor: Actor, blank: str, fault: str) -> Answer:
        """`fault`: misprint, damaged or lost. Raises: InputError: `blank-malformed`, `fault-unknown`; RuleError."""
        serials(blank, 1)
        if fault not in FAULTS:
            raise InputError("fault-unknown", got=fault, expected=", ".join(FAULTS))
        with self._context.history.writing(actor) as turn:
            turn.save(Blank.begin(turn.new_id(), blank=blank, fault=fault))
            return turn.reply(blank=blank, fault=fault)

    def _numbers(self, wanted: Select[Any]) -> list[str]:
        with reading(self._engine) as connection:
            return list(connection.execute(wanted).scalars())

    def _row(self, view: View, id: UUID) -> Row:
        with reading(self._engine) as connection:
            row = Models(connection, self._context.config.origin).get(view, id.bytes)
        if row is None:
            raise NotFoundError("not-found", of=view.named, got=id)
        return row


def serials(first: str, count: int) -> list[str]:
    """So many, from the first on: letters and digits, of which the digits count. Raises: InputError."""
    found = SERIAL.fullmatch(first)
    if found is None or len(str(int(found[2]) + count - 1)) > len(found[2]):
        raise InputError("blank-malformed", got=first, expected="BLK-000001")
    return [f"{found[1]}{int(found[2]) + n:0{len(found[2])}d}" for n in range(count)]


def _in_force(sight: Sight) -> Select[Any]:
    holder = HOLDER.alias("holder")
    held = select(CERTIFICATE.c.number).join(holder, holder.c.id == CERTIFICATE.c.registrant)
    held = held.where(CERTIFICATE.c.state == "active", holder.c.state == "registered", scope.certificates(sight))
    return held.order_by(CERTIFICATE.c.number)
