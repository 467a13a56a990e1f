"""What a paper says is fixed when it is issued, subjects of its training among it."""

from typing import Any
from uuid import UUID

import pytest

from ledger.cli.story import Story
from ledger.database import writing
from ledger.domain.values import to_days
from ledger.errors import ForbiddenError, InputError
from tests.conftest import GREEN_DAY


def content(story: Story, number: str) -> Any:
    certificates = story.ledger.certificates
    holder, stream = UUID(certificates.show(number)["registrant"]), certificates.stream(number)
    with writing(story.ledger.engine) as connection:
        vault = story.ledger.context.vault
        return vault.open(connection, holder, f"content/{stream}", reader="test", purpose="test")


def test_what_a_paper_says_is_sealed_when_it_is_issued(told: Story) -> None:
    sealed = content(told, told.numbers["graduates"][0])

    assert (sealed["issuer"], sealed["basis"]) == ("Independen Pekerja Sosial Profesional Indonesia", "UU 14/2019")
    assert (sealed["signatory"], sealed["capacity"]) == ("Hendra Gunawan", "Sekretaris DPP IPSPI")
    assert sealed["signed"] == sealed["begins"] == to_days(GREEN_DAY)
    assert sealed["edition"] == 1
    assert len(sealed["check"]) == 8


def test_subjects_taught_are_sealed_into_the_certificates_that_follow(story: Story) -> None:
    for tell in (story.begins, story.authorities, story.staff, story.volunteer_scheme, story.training_planned):
        tell()
    story.sheet_imported()
    story.training_closed()
    story.ledger.trainings.teach(story.actor("petugas"), story.training, [("Konsep dasar PSM", 6), ("Etika", 10)])

    first, *_ = story.attendance_certified()

    sealed = content(story, first)
    assert sealed["materials"] == '[["Konsep dasar PSM",6],["Etika",10]]'
    assert (sealed["programme"], sealed["hours"], sealed["tested"]) == ("PSM-DASAR", 16, "[18309,18310]")
    assert sealed["signatory"] == "Dian Permata"


@pytest.mark.parametrize(
    ("materials", "code"),
    [
        ([("Etika", 15)], "materials-differ"),
        ([("Etika\n", 16)], "materials-malformed"),
        ([("Etika", 1)] * 31, "materials-malformed"),
        ([], "materials-differ"),
    ],
)
def test_subjects_that_do_not_fit_the_training_are_refused(
    told: Story, materials: list[tuple[str, int]], code: str
) -> None:
    with pytest.raises(InputError) as refused:
        told.ledger.trainings.teach(told.actor("petugas"), told.training, materials)

    assert refused.value.code == code


def test_another_authority_does_not_say_what_was_taught(told: Story) -> None:
    with pytest.raises(ForbiddenError):
        told.ledger.trainings.teach(told.actor("ketua"), told.training, [("Etika", 16)])
