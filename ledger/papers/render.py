"""Papers as PDF, set by typst: pure, from what they say to bytes. Source: docs/papers.md."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Literal

import typst

from ledger.errors import InputError
from ledger.messages import say
from ledger.papers import words
from ledger.papers.layout import SIZES, Sheet, layout
from ledger.papers.said import Said

EDITION = 1  # Of the template for what is issued today; earlier ones stay, for papers that were issued under them.
EDITIONS = Path(__file__).with_name("editions")
ARCHIVAL: Literal["a-3a"] = "a-3a"  # PDF/A-3a (ISO 19005-3): tagged, fonts embedded, files attached.
CBOR, PROOF = "application/cbor", "text/plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """The picture with its quiet zone: SVG, and its side in mm."""

    svg: str
    side: float


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What a ledger prints on all its papers. `specimen`: they are no real ones, and say so all over."""

    host: str
    contact: str
    specimen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Printer:
    """How a printer's sheets lie. `offset`: mm to the right and down; `bare`: onto blanks that bear the frame."""

    offset: tuple[float, float] = (0.0, 0.0)
    bare: bool = False


def single(said: Said, code: Code, house: House, sheet: Sheet, *, token: bytes, receipt: bytes) -> bytes:
    """The certificate as a file for its holder: PDF/A-3a with the code's bytes and their proof attached.

    The same arguments give the same bytes: its day is the day of signature, not today.

    Raises: InputError: `paper-unprintable`: a text that no font here can show.
    """
    attached = [
        (f"{said.number}.cbor", CBOR, say("p.attached.code"), list(token)),
        (f"{said.number}.tlog-proof", PROOF, say("p.attached.proof"), list(receipt)),
    ]
    data = _sheets([(said, code)], house, sheet, Printer())
    return _compiled(said.edition, data | {"attach": attached}, on=said.signed, archival=True)


def batch(
    papers: Sequence[tuple[Said, Code]],
    house: House,
    sheet: Sheet,
    printer: Printer,
    *,
    on: date,
    handover: dict[str, object] | None = None,
) -> bytes:
    """One file for the printer: no attachments, tags or archival form, which paper cannot have.

    Raises: InputError: `paper-unprintable`; `paper-editions`: of several editions of the template.
    """
    editions = sorted({said.edition for said, _ in papers}) or [EDITION]
    if len(editions) > 1:
        raise InputError("paper-editions", got=editions)
    data = _sheets(papers, house, sheet, printer) | {"handover": handover}
    return _compiled(editions[0], data, on=on, archival=False)


def _sheets(papers: Sequence[tuple[Said, Code]], house: House, sheet: Sheet, printer: Printer) -> dict[str, object]:
    return {
        "title": ", ".join(said.number for said, _ in papers[:1]),
        "words": words.sheet(host=house.host),
        "specimen": say("p.specimen") if house.specimen else None,
        "offset": printer.offset,
        "bare": printer.bare,
        "portrait": sorted(SIZES[sheet]),
        "attach": [],
        "handover": None,
        "papers": [
            words.certificate(said, host=house.host, contact=house.contact)
            | {"svg": code.svg, "layout": asdict(layout(sheet, code.side))}
            for said, code in papers
        ],
    }


def _compiled(edition: int, data: dict[str, object], *, on: date | None, archival: bool) -> bytes:
    day = on or date(1970, 1, 1)
    told = {"data": json.dumps(data | {"date": [day.year, day.month, day.day]})}
    try:
        done = _compiler(edition).compile(
            format="pdf",
            sys_inputs=told,
            pdf_standards=[ARCHIVAL] if archival else [],
            pdf_tags=archival,
            timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
        )
    except typst.TypstError as cause:
        raise InputError("paper-unprintable") from cause
    if not isinstance(done, bytes):
        raise InputError("paper-unprintable")
    return done


@cache
def _compiler(edition: int) -> typst.Compiler:
    """With the fonts inside the package and no others: the same everywhere."""
    folder = EDITIONS / str(edition)
    return typst.Compiler(folder / "certificate.typ", root=folder, ignore_system_fonts=True)
