"""What a paper says is fixed when it is issued, subjects of its training among it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from ledger.application.materials import digest
from ledger.cli.story import BIMTEK, Story
from ledger.database import writing
from ledger.domain.values import to_days
from ledger.errors import ConflictError, LedgerError
from tests.conftest import GREEN_DAY

DATABASES = ["sqlite"]  # What is asked of a database here, others ask over both.
pytestmark = pytest.mark.usefixtures("unnoted")

ANOTHER = [("Etika", 16)]


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


@pytest.fixture
def imported(story: Story) -> Story:
    """A training that is over, with its attendance, and not closed."""
    for tell in (story.begins, story.authorities, story.staff, story.volunteer_scheme, story.training_planned):
        tell()
    story.sheet_imported()
    story.clock.at(BIMTEK[1] + timedelta(days=1))
    return story


def refused(story: Story, who: str, training: UUID, taught: Sequence[tuple[str, int]] = ANOTHER) -> str:
    """By which code; what was written before stands."""
    subjects = story.ledger.trainings.subjects(training, reader="test")
    with pytest.raises(LedgerError) as found:
        story.ledger.trainings.teach(story.actor(who), training, taught)
    assert story.ledger.trainings.subjects(training, reader="test") == subjects
    return found.value.code


def test_subjects_taught_are_sealed_into_the_certificates_that_follow(imported: Story) -> None:
    story = imported
    story.ledger.trainings.teach(story.actor("petugas"), story.training, [("Konsep dasar PSM", 6), ("Etika", 10)])
    story.training_closed()

    first, *_ = story.attendance_certified()

    sealed = content(story, first)
    assert sealed["materials"] == '[["Konsep dasar PSM",6],["Etika",10]]'
    assert (sealed["programme"], sealed["hours"], sealed["tested"]) == ("PSM-DASAR", 16, "[18309,18310]")
    assert sealed["signatory"] == "Dian Permata"


@pytest.mark.parametrize(
    ("taught", "code"),
    [
        ([("Etika", 15)], "materials-differ"),
        ([("Etika\n", 16)], "materials-malformed"),
        ([("Etika", 1)] * 31, "materials-malformed"),
        ([], "materials-differ"),
    ],
)
def test_subjects_that_do_not_fit_the_training_are_refused(
    imported: Story, taught: list[tuple[str, int]], code: str
) -> None:
    assert refused(imported, "petugas", imported.training, taught) == code


def test_after_the_closing_nobody_changes_what_the_papers_will_say(imported: Story) -> None:
    imported.training_closed()

    assert refused(imported, "petugas", imported.training) == "training-not-open"


@pytest.mark.parametrize(("who", "code"), [("kepala", "role-missing"), ("ketua", "role-missing")])
def test_only_who_may_record_the_attendance_says_what_was_taught(imported: Story, who: str, code: str) -> None:
    assert refused(imported, who, imported.training) == code


def test_another_authority_does_not_say_what_was_taught(imported: Story) -> None:
    clerk = imported.ledger.officers.appoint(
        person=imported.people["instructor"],
        authority="IPSPI",
        roles=["enrol"],
        office="Petugas DPP",
        begins=BIMTEK[0],
        ends=None,
    )
    imported.approved("ketua", "sekretaris", [clerk])
    imported.officers["clerk"] = clerk.stream

    assert refused(imported, "clerk", imported.training) == "authority-elsewhere"


def test_a_training_is_closed_with_the_subjects_that_were_shown(imported: Story) -> None:
    trainings, petugas = imported.ledger.trainings, imported.actor("petugas")
    shown = digest(trainings.subjects(imported.training, reader="test"))
    trainings.teach(petugas, imported.training, ANOTHER)

    with pytest.raises(ConflictError) as found:
        trainings.close(petugas, imported.training, shown=shown)

    assert found.value.code == "form-stale"
    assert trainings.show(imported.training)["state"] == "planned"
    trainings.close(petugas, imported.training, shown=digest(ANOTHER))
