"""Printing: certificates as opened, to the files that holders and printers get. Many are set on all cores."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from uuid import UUID

from ledger.application.context import Answer
from ledger.credentials import picture
from ledger.papers import render
from ledger.papers.handover import Line, handover
from ledger.papers.layout import Sheet
from ledger.papers.render import Code, House, Printer
from ledger.papers.said import Said

ALONE = 12  # So few are set in this process; more by a process for each core.


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to print, and how. `subject`: by what the certificates were chosen, for the head of the hand-over list;
    `apart`: that list in a file of its own, else it ends a file of several certificates."""

    sheet: Sheet = Sheet.A4
    offset: tuple[float, float] = (0.0, 0.0)  # mm to the right and down
    blanks: str | None = None  # Serial of the first pre-printed sheet; the others follow in the order of printing.
    subject: str = ""
    apart: bool = False

    @property
    def printer(self) -> Printer | None:
        """None: what the holder gets as a file is printed as it is."""
        plain = self.blanks is None and self.offset == (0.0, 0.0)
        return None if plain else Printer(offset=self.offset, bare=self.blanks is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One certificate, opened: for whoever prints it and hands it over. `token` and `receipt` are attached."""

    id: UUID
    said: Said
    token: bytes
    receipt: bytes
    url: str  # That its code says.
    district: str | None
    house: House
    sheet: Sheet

    def line(self, blank: str | None) -> Line:
        return Line(name=self.said.name, number=self.said.number, district=self.district, blank=blank)


Made = tuple[Code, bytes]  # The code's picture, and the certificate's own file.


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """`singles`: number and own file of each certificate, whose hash is recorded; `file`: for the printer; `handover`:
    the list to sign on, empty if it ends `file`. `answer` holds no personal data."""

    singles: tuple[tuple[str, bytes], ...]
    file: bytes
    handover: bytes
    answer: Answer


def make(jobs: Sequence[Job]) -> Iterator[Made]:
    """In their order. Raises: InputError: `paper-unprintable`, `token-too-large`."""
    if len(jobs) <= ALONE:
        yield from map(_one, jobs)
        return
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        yield from pool.map(_one, jobs, chunksize=8)


def _one(job: Job) -> Made:
    svg, side = picture.on_paper(job.url)
    code = Code(svg=svg, side=side)
    return code, render.single(job.said, code, job.house, job.sheet, token=job.token, receipt=job.receipt)


def files(
    jobs: Sequence[Job], made: Sequence[Made], blanks: Sequence[str | None], order: Order, *, on: date
) -> tuple[bytes, bytes]:
    """For the printer, and the hand-over list if it stands apart. `on`: today."""
    house, printer = jobs[0].house, order.printer
    lines = [job.line(blank) for job, blank in zip(jobs, blanks, strict=True)]
    listing = handover(lines, order.subject)
    apart = render.batch([], house, order.sheet, Printer(), on=on, handover=listing) if order.apart else b""
    if len(jobs) == 1 and printer is None:
        return made[0][1], apart
    ends = None if order.apart or len(jobs) == 1 else listing
    papers = [(job.said, code) for job, (code, _) in zip(jobs, made, strict=True)]
    return render.batch(papers, house, order.sheet, printer or Printer(), on=on, handover=ends), apart
