"""Printing: what is fixed at issue, what is recorded, who may, on which blanks, and when."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
from sqlalchemy import func, select

from ledger.application import printing
from ledger.application.papers import serials
from ledger.application.printing import Order, Printed
from ledger.cli.cast import GRADUATES
from ledger.cli.story import Story
from ledger.database import reading
from ledger.domain.people import FullName
from ledger.errors import ConflictError, InputError, NotFoundError, RuleError
from ledger.papers.layout import Sheet
from ledger.projections.papers import TABLE
from ledger.vault.reads import READS
from tests.conftest import GREEN_DAY

DATABASES = ["sqlite"]  # What is asked of a database here, others ask over both.


@pytest.fixture
def covered(told: Story) -> Story:
    """An hour after the last certificates, log and lists have been published."""
    told.clock.at(GREEN_DAY, 10)
    told.ledger.checkpoints.sign()
    told.ledger.publishing.keep()
    return told


def number(story: Story) -> str:
    return story.numbers["graduates"][0]


def printed(story: Story, *numbers: str, who: str = "ketua", **order: Any) -> Printed:
    return story.ledger.papers.print(story.actor(who), numbers, Order(**order))


def recorded(story: Story) -> list[tuple[bytes, str, str | None]]:
    wanted = select(TABLE.c.sha256, TABLE.c.sheet, TABLE.c.blank).order_by(TABLE.c.position)
    with reading(story.ledger.engine) as connection:
        return [tuple(row) for row in connection.execute(wanted)]


def said(file: bytes) -> str:
    with pypdfium2.PdfDocument(file) as document:
        return "\n".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in document)


# Recorded ------------------------------------------------------------------------------------------------------


def test_a_corrected_name_does_not_change_an_old_paper(covered: Story) -> None:
    before = printed(covered, number(covered)).file
    holder = UUID(covered.ledger.certificates.show(number(covered))["registrant"])
    covered.ledger.registrants.correct(
        covered.actor("ketua"), holder, replace(GRADUATES[0], name=FullName("Achmad F."))
    )

    after = printed(covered, number(covered)).file

    assert before == after
    assert "Ahmad Fauzi" in said(after)


def test_the_file_that_is_handed_out_is_the_one_that_is_recorded(covered: Story) -> None:
    done = printed(covered, number(covered), sheet=Sheet.F4)

    ((of, single),) = done.singles
    assert (of, single) == (number(covered), done.file)
    assert recorded(covered) == [(sha256(done.file).digest(), "f4", None)]
    assert done.answer["papers"] == [{"number": of, "sha256": sha256(done.file).hexdigest(), "blank": None}]


def test_the_same_file_is_recorded_once(covered: Story) -> None:
    size = covered.ledger.histories.size()
    printed(covered, number(covered))

    printed(covered, number(covered))

    assert covered.ledger.histories.size() == size + 1


def test_several_are_sorted_by_district_and_name_and_end_with_the_list_to_sign(covered: Story) -> None:
    numbers = covered.numbers["graduates"]

    done = printed(covered, *reversed(numbers))

    names = ["Ahmad Fauzi", "Bunga Citra Lestari", "Citra Dewi", "Dimas Pratama", "Eka Saputri", "Fajar Ramadhan"]
    *pages, listing = said(done.file).split("\n")
    assert [name for page, name in zip(pages, names, strict=True) if name not in page] == []
    assert [listing.index(name) for name in names] == sorted(listing.index(name) for name in names)
    assert "Kota Bekasi" in listing
    assert "Daftar serah terima" in listing
    assert done.handover == b""
    assert [hash for hash, _, _ in recorded(covered)] == [sha256(file).digest() for _, file in done.singles]


def test_the_list_to_sign_stands_apart_where_that_is_asked(covered: Story) -> None:
    done = printed(covered, *covered.numbers["graduates"], apart=True, subject="SK 8")

    assert "Daftar serah terima" not in said(done.file)
    assert "SK 8" in said(done.handover)


def test_many_are_set_by_several_processes_like_few(covered: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = covered.numbers["graduates"][:3]
    few = printed(covered, *numbers)
    monkeypatch.setattr(printing, "ALONE", 1)

    many = printed(covered, *numbers)

    assert many.singles == few.singles


def test_a_decree_and_a_training_name_their_certificates_in_force(covered: Story) -> None:
    ledger = covered.ledger
    (decree,) = {row for row in _decrees(covered) if row[1] == "8/DPP IPSPI/SK/2026"}

    subject, numbers = ledger.papers.of_decree(decree[0])
    taught, attended = ledger.papers.of_training(covered.training)

    assert (subject, numbers) == ("8/DPP IPSPI/SK/2026", covered.numbers["graduates"])
    assert (taught, attended) == ("PSM-DASAR, 17 Februari 2020", covered.numbers["attendance"])
    with pytest.raises(NotFoundError):
        ledger.papers.of_decree(covered.training)


def _decrees(story: Story) -> Iterator[tuple[UUID, str]]:
    with reading(story.ledger.engine) as connection:
        for id, of in connection.exec_driver_sql("SELECT id, decree_number FROM decrees"):
            yield UUID(bytes=bytes(id)), of


# Refused -------------------------------------------------------------------------------------------------------


def test_no_paper_is_handed_out_before_log_and_lists_cover_it(told: Story) -> None:
    told.clock.at(GREEN_DAY, 10)
    with pytest.raises(ConflictError) as before:
        printed(told, number(told))
    told.ledger.checkpoints.sign()

    with pytest.raises(ConflictError) as between:
        printed(told, number(told))

    assert (before.value.code, between.value.code) == ("paper-not-covered", "paper-not-covered")
    assert recorded(told) == []
    told.ledger.publishing.keep()
    assert printed(told, number(told)).singles


def test_another_authority_does_not_print_it(covered: Story) -> None:
    with pytest.raises(RuleError) as refused:
        printed(covered, number(covered), who="petugas")

    assert refused.value.code == "authority-elsewhere"
    assert recorded(covered) == []


def test_another_authority_gets_no_copy_of_what_was_printed_before_and_nothing_is_opened_for_it(covered: Story) -> None:
    printed(covered, number(covered))
    before = looks(covered)

    with pytest.raises(RuleError) as refused:
        printed(covered, number(covered), who="petugas")

    assert refused.value.code == "authority-elsewhere"
    assert looks(covered) == before


def looks(story: Story) -> int:
    with reading(story.ledger.engine) as connection:
        return connection.execute(select(func.count()).select_from(READS)).scalar_one()


def test_what_is_suspended_is_not_printed(covered: Story) -> None:
    decree = covered.decree("ketua", "9/DPP IPSPI/SK/2026", "suspension", GREEN_DAY, "decider-ipspi")
    act = covered.ledger.certificates.status_act("suspend", number(covered), decree=decree, reason="complaint")
    covered.approved("ketua", "sekretaris", [act])

    with pytest.raises(ConflictError) as refused:
        printed(covered, number(covered))

    assert refused.value.code == "paper-not-in-force"
    assert number(covered) not in covered.ledger.papers.of_decree(next(iter(_of_results(covered))))[1]


def _of_results(story: Story) -> Iterator[UUID]:
    yield from (id for id, of in _decrees(story) if of == "8/DPP IPSPI/SK/2026")


def test_of_an_erased_holder_nothing_is_left_to_print(covered: Story) -> None:
    holder = UUID(covered.ledger.certificates.show(number(covered))["registrant"])
    covered.approved("ketua", "sekretaris", [covered.ledger.registrants.erase(holder, "PDP-43")])

    with pytest.raises(RuleError) as refused:
        printed(covered, number(covered))

    assert refused.value.code == "person-erased"
    assert number(covered) not in covered.ledger.papers.of_decree(next(iter(_of_results(covered))))[1]


def test_nothing_and_nobody_are_refused(covered: Story) -> None:
    with pytest.raises(InputError) as none:
        printed(covered)
    with pytest.raises(NotFoundError):
        printed(covered, "IPSPI-PSG-2026-999999-0")

    assert none.value.code == "papers-none"


# Blanks --------------------------------------------------------------------------------------------------------


def test_blanks_are_counted_on_from_the_first_and_not_printed(covered: Story) -> None:
    done = printed(covered, *covered.numbers["graduates"][:2], blanks="BLK-000099")

    assert [paper["blank"] for paper in done.answer["papers"]] == ["BLK-000099", "BLK-000100"]
    assert [row["blank"] for row in covered.ledger.papers.blanks()] == ["BLK-000099", "BLK-000100"]
    *sheets, listing = said(done.file).split("\n")
    assert not any("BLK" in sheet for sheet in sheets)
    assert "BLK-000100" in listing


def test_a_blank_is_not_used_again_nor_when_it_was_spoiled(covered: Story) -> None:
    first, second = covered.numbers["graduates"][:2]
    printed(covered, first, blanks="BLK-000001")
    covered.ledger.papers.spoil(covered.actor("ketua"), "BLK-000002", "damaged")

    for blank in ("BLK-000001", "BLK-000002"):
        with pytest.raises(RuleError) as refused:
            printed(covered, second, blanks=blank)
        assert refused.value.code == "blank-used"

    assert covered.ledger.papers.blanks() == [
        {"blank": "BLK-000001", "number": first, "fault": None},
        {"blank": "BLK-000002", "number": None, "fault": "damaged"},
    ]


def test_a_spoiled_print_is_printed_again_on_the_next_blank(covered: Story) -> None:
    printed(covered, number(covered), blanks="BLK-000001")
    covered.ledger.papers.spoil(covered.actor("ketua"), "BLK-000001", "misprint")

    printed(covered, number(covered), blanks="BLK-000002")

    assert [(row["number"], row["fault"]) for row in covered.ledger.papers.blanks()] == [
        (number(covered), "misprint"),
        (number(covered), None),
    ]


def test_a_fault_is_one_of_a_closed_list(covered: Story) -> None:
    with pytest.raises(InputError) as refused:
        covered.ledger.papers.spoil(covered.actor("ketua"), "BLK-000001", "eaten")

    assert refused.value.code == "fault-unknown"


@pytest.mark.parametrize("first", ["BLK-999999", "blk-000001", "BLK-0000001", "BLK-", "", "BLK-000001\n"])
def test_a_serial_that_cannot_be_counted_on_is_refused(first: str) -> None:
    with pytest.raises(InputError) as refused:
        serials(first, 2)

    assert refused.value.code == "blank-malformed"


def test_serials_keep_their_width() -> None:
    assert serials("A 008", 3) == ["A 008", "A 009", "A 010"]
