"""What stands on a paper, read from the file."""

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pypdfium2
import pytest

from ledger.application.materials import MOST_SUBJECTS
from ledger.credentials.conclusion import LINES
from ledger.domain.values import Personal
from ledger.errors import InputError
from ledger.messages import day
from ledger.papers import layout, said, words
from ledger.papers.layout import Sheet
from ledger.papers.said import Training

from .conftest import ATTENDED, HOUSE, LONG, SAID, code, pages, single, text

every_sheet = pytest.mark.parametrize("sheet", Sheet)


@every_sheet
def test_a_paper_says_everything_that_the_reader_compares(sheet: Sheet) -> None:
    read = text(single(sheet=sheet))

    for told in (
        *("Bunga Citra Lestari", "IPSPI-PSG-2026-000002-5", "PEKSOS/GENERALIS", "Pekerja Sosial Generalis"),
        *("UU\u00a014/2019", "Di seluruh Indonesia", "Throughout Indonesia", "cek.contoh.invalid", "7KQ4-M2XD"),
        *("sekretariat@contoh.invalid", "Hendra Gunawan", "Sekretaris DPP IPSPI", "Mandat sejak 1 Januari 2019"),
        *("Sertifikat Kompetensi", "Certificate of Competence"),
    ):
        assert told.replace("\u00a0", " ") in read.replace("\u00a0", " "), told


@every_sheet
def test_the_fixed_words_stand_in_both_languages(sheet: Sheet) -> None:
    read = text(single(sheet=sheet))

    for pair in (words.both("p.nostamp"), words.both("p.copy", host=HOUSE.host), words.both("l.uncert")):
        for sentence in pair:
            assert sentence in read, sentence


def test_the_five_dates_stand_in_both_languages() -> None:
    read = text(single())

    for one in (*SAID.tested, SAID.decided, SAID.signed, SAID.begins, SAID.through):
        assert isinstance(one, date)
        assert day(one, "id") in read
        assert day(one, "en") in read


def test_an_attendance_certificate_has_a_back_page_with_subjects_and_hours() -> None:
    file = single(ATTENDED)

    assert pages(file) == 2
    assert "bukan sertifikat kompetensi" in text(file)
    back = text(file, 1)
    for told in ("Konsep dasar PSM", "Wawasan kebangsaan", "16", "PSM-DASAR", ATTENDED.number, "17–18 Februari 2020"):
        assert told in back, told
    assert pages(single()) == 1


@every_sheet
def test_as_many_subjects_as_a_training_may_have_stand_one_below_the_other(sheet: Sheet) -> None:
    subjects = tuple((f"N{n:02d} " + "materi " * 16, 1) for n in range(MOST_SUBJECTS))
    file = single(replace(ATTENDED, training=Training(programme="PSM-DASAR", hours=30, materials=subjects)), sheet)

    with pypdfium2.PdfDocument(file) as document:
        page = document[1].get_textpage()
        found = [page.search(subject[:3]).get_next() for subject, _ in subjects]
        lines = [page.get_charbox(at[0]) for at in found if at is not None]

    assert len(lines) == MOST_SUBJECTS
    assert [n for n, (above, below) in enumerate(pairwise(lines)) if below[3] >= above[1]] == []


def test_a_volunteer_never_bears_the_title_of_the_profession() -> None:
    read = text(single(replace(SAID, kind="RELAWAN/PSM-DASAR", title="Pekerja Sosial")))

    assert "bukan Pekerja Sosial menurut UU 14/2019" in read
    assert re.findall("Pekerja Sosial (?!Masyarakat|menurut|Profesional Indonesia)", read, re.IGNORECASE) == []


@every_sheet
@pytest.mark.parametrize("paper", [LONG, ATTENDED, replace(LONG, kind="HADIR/PSM-DASAR", training=ATTENDED.training)])
def test_long_names_titles_and_scopes_stay_in_their_boxes(sheet: Sheet, paper: said.Said) -> None:
    file = single(paper, sheet)
    made = layout.layout(sheet, code().side)
    read = text(file)

    assert paper.name.reveal().strip() in read
    assert pages(file) == (2 if paper.training else 1)
    assert lowest_above(made, file) <= made.code.y


def lowest_above(made: layout.Layout, file: bytes) -> float:
    """Where the upper part ends, in mm from above: the lowest side of a letter that begins above the boxes."""
    mm, ends = 25.4 / 72, [0.0]
    with pypdfium2.PdfDocument(file) as document:
        letters = document[0].get_textpage()
        for index in range(letters.count_chars()):
            left, bottom, _, top = (side * mm for side in letters.get_charbox(index))
            if left >= made.said.x and made.page.height - top < made.code.y - 1:
                ends.append(made.page.height - bottom)
    return max(ends)


def test_an_older_paper_prints_what_it_has() -> None:
    least = {"name": "Siti Aminah", "number": SAID.number, "kind": SAID.kind, "title": "", "scope": "*"}

    read = text(single(said.read(least)))

    assert "Siti Aminah" in read
    assert "PEKSOS/GENERALIS" in read
    assert "None" not in read


def test_what_is_sealed_is_read_back() -> None:
    sealed = {
        "name": "Siti Aminah",
        "number": ATTENDED.number,
        "kind": ATTENDED.kind,
        "title": "Peserta",
        "scope": "KEMENSOS",
        "edition": 1,
        "check": "7KQ4M2XD",
        "issuer": "Kementerian Sosial",
        "basis": "UU 14/2019",
        "tested": "[18309,18310]",
        "decided": 18310,
        "signed": 18311,
        "begins": 18311,
        "programme": "PSM-DASAR",
        "hours": 16,
        "materials": '[["Konsep dasar PSM",16]]',
        "capacity": "Kepala LSP KEMENSOS",
        "signatory": "Dian Permata",
        "mandate_since": 17897,
        "mandate_until": 20000,
        "mandate_record": 7,
    }

    read = said.read(sealed)

    assert read.tested == (date(2020, 2, 17), date(2020, 2, 18))
    assert read.through is None
    assert read.training == said.Training(programme="PSM-DASAR", hours=16, materials=(("Konsep dasar PSM", 16),))
    assert read.mandate is not None
    assert (read.mandate.name, read.mandate.since, read.mandate.record) == (
        Personal("Dian Permata"),
        date(2019, 1, 1),
        7,
    )


def test_markup_in_a_name_is_only_text() -> None:
    read = text(single(replace(SAID, name=Personal("#pagebreak() $x$ *Siti* <b> \\ @x"))))

    assert "#pagebreak() $x$ *Siti* <b> \\ @x" in read


def test_a_letter_that_no_font_here_has_is_refused() -> None:
    with pytest.raises(InputError) as refused:
        single(replace(SAID, name=Personal("\ue123")))

    assert refused.value.code == "paper-unprintable"
    assert "\ue123" not in str(refused.value)


def test_a_paper_has_the_same_line_of_its_kind_as_the_verdict() -> None:
    assert words.KIND_LINES == LINES
