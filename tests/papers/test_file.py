"""What sort of file a paper is, where its code lies, and what the printer gets."""

import re
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pypdfium2
import pytest
import zxingcpp

from ledger.errors import InputError
from ledger.papers import layout, render
from ledger.papers.layout import Sheet
from ledger.papers.render import Printer

from .conftest import ATTENDED, HOUSE, LONG, RECEIPT, SAID, TOKEN, URL, code, drawn, pages, single, text

every_sheet = pytest.mark.parametrize("sheet", Sheet)


def attachments(file: bytes) -> dict[str, bytes]:
    with pypdfium2.PdfDocument(file) as document:
        found = [document.get_attachment(n) for n in range(document.count_attachments())]
        return {one.get_name(): bytes(one.get_data()) for one in found}


def test_the_same_content_is_the_same_file() -> None:
    assert sha256(single(ATTENDED)).digest() == sha256(single(ATTENDED)).digest()
    assert single() != single(replace(SAID, check="7KQ4-M2XE"))


@every_sheet
def test_a_file_is_small_tagged_archival_and_names_its_language(sheet: Sheet) -> None:
    file = single(LONG, sheet)

    assert len(file) <= 300_000
    with pypdfium2.PdfDocument(file) as document:
        assert pypdfium2.raw.FPDFCatalog_IsTagged(document)
        assert document.get_metadata_value("Title") == SAID.number
        width, height = (side * 25.4 / 72 for side in document[0].get_size())
    assert (round(width), round(height)) == tuple(map(round, layout.SIZES[sheet]))
    metadata = re.search(rb"<x:xmpmeta.*?</x:xmpmeta>", file, re.DOTALL)
    assert metadata is not None
    assert b"<pdfaid:part>3</pdfaid:part>" in metadata[0]
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in metadata[0]
    assert b"<rdf:li>id</rdf:li>" in metadata[0]


def test_every_font_is_embedded() -> None:
    with pypdfium2.PdfDocument(single()) as document:
        fonts = {
            (one.get_font().get_base_name(), one.get_font().is_embedded)
            for one in document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT])
        }

    assert fonts
    assert all(embedded for _, embedded in fonts)
    assert all("Libertinus" in name for name, _ in fonts)


def test_the_code_and_its_proof_are_attached() -> None:
    assert attachments(single()) == {f"{SAID.number}.cbor": TOKEN, f"{SAID.number}.tlog-proof": RECEIPT}


def test_no_picture_of_a_signature_stands_on_it() -> None:
    with pypdfium2.PdfDocument(single()) as document:
        assert not list(document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]))


@every_sheet
def test_the_code_reads_and_lies_in_its_box(sheet: Sheet) -> None:
    (found,) = zxingcpp.read_barcodes(drawn(single(sheet=sheet)))

    box, mm = layout.layout(sheet, code().side).code, 25.4 / 150
    assert found.text == URL
    assert box.x <= found.position.top_left.x * mm
    assert found.position.bottom_right.x * mm <= box.x + box.width
    assert box.y <= found.position.top_left.y * mm
    assert found.position.bottom_right.y * mm <= box.y + box.height
    assert (found.position.top_right.x - found.position.top_left.x) * mm >= 39.8


@every_sheet
def test_a_specimen_says_so_on_every_page_and_its_code_reads(sheet: Sheet) -> None:
    file = single(ATTENDED, sheet, house=replace(HOUSE, specimen=True))

    assert "CONTOH" in text(file)
    assert "CONTOH" in text(file, 1)
    assert "CONTOH" not in text(single(ATTENDED, sheet))
    (found,) = zxingcpp.read_barcodes(drawn(file))
    assert found.text == URL


def test_the_largest_code_is_drawn_large_enough() -> None:
    largest = "https://cek.contoh.invalid/q/#" + "9" * 880

    made = code(largest)

    assert made.side >= 0.6 * (77 + 8)  # version 15


SHIFTED = Printer(offset=(3, -5))


def batch(printer: Printer, sheet: Sheet = Sheet.A4) -> bytes:
    return render.batch([(SAID, code()), (ATTENDED, code())], HOUSE, sheet, printer, on=date(2026, 10, 24))


def test_an_offset_shifts_everything() -> None:
    plain, shifted = (
        zxingcpp.read_barcodes(drawn(batch(printer)))[0] for printer in (Printer(), Printer(offset=(3, -5)))
    )

    mm = 25.4 / 150
    assert (shifted.position.top_left.x - plain.position.top_left.x) * mm == pytest.approx(3, abs=0.4)
    assert (shifted.position.top_left.y - plain.position.top_left.y) * mm == pytest.approx(-5, abs=0.4)


def test_a_blank_bears_the_frame_itself() -> None:
    framed, bare = drawn(batch(Printer())), drawn(batch(Printer(bare=True)))

    edge = (round(7 / 25.4 * 150), framed.height // 2)
    assert sum(framed.getpixel(edge)) < 500
    assert bare.getpixel(edge) == (255, 255, 255)
    assert zxingcpp.read_barcodes(bare)[0].text == URL


def test_a_batch_says_what_the_single_files_say() -> None:
    file = batch(Printer())

    assert pages(file) == 3
    assert text(file, 0) == text(single())
    assert (text(file, 1), text(file, 2)) == (text(single(ATTENDED)), text(single(ATTENDED), 1))


def test_certificates_of_two_editions_are_printed_apart() -> None:
    with pytest.raises(InputError) as refused:
        render.batch(
            [(SAID, code()), (replace(SAID, edition=2), code())], HOUSE, Sheet.A4, Printer(), on=date(2026, 10, 24)
        )

    assert refused.value.code == "paper-editions"
