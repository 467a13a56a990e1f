"""Another identity for a person: of who holds a certificate or an office by two people, who see before and after."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from ledger.application.registrants import Person
from ledger.cli.cast import GRADUATES, invented
from ledger.cli.story import Story
from ledger.database import reading, writing
from ledger.domain.people import BirthDate, FullName, NationalId
from ledger.errors import ConflictError, NotFoundError, RuleError
from ledger.vault.sealed import FIELDS

DATABASES = ["sqlite"]  # What is asked of a database here, others ask over both.

TODAY = date(2026, 11, 10)  # In the second edition of the table of acts.
THIEF = invented("Maling Licik", 9666, born=date(1980, 1, 1), sex="L")
MARRIED = replace(GRADUATES[0], name=FullName("Ahmad Fauzi Rahman"))


@pytest.fixture
def later(told: Story) -> Story:
    told.clock.at(TODAY)
    told.ledger.keys.refresh()
    return told


def holder(story: Story) -> UUID:
    return UUID(story.ledger.certificates.show(story.numbers["graduates"][0])["registrant"])


def proposed(story: Story, person: Any, *, id: UUID | None = None, **more: Any) -> UUID:
    answer = story.ledger.corrections.correct(story.actor("ketua"), id or holder(story), person, **more)
    return UUID(answer["proposal"])


def colour(story: Story, name: str) -> str:
    verdict = story.ledger.verifications.by_number(story.numbers["graduates"][0], name, reader="test")
    return str(verdict.colour.value)


def named(story: Story, id: UUID) -> str:
    return story.ledger.registrants.names([id], reader="test", purpose="test")[id].reveal()


def sealed(story: Story, id: UUID) -> set[str]:
    with reading(story.ledger.engine) as connection:
        fields = connection.scalars(select(FIELDS.c.field).where(FIELDS.c.subject == id.bytes))
        return {field for field in fields if field.startswith("correction/")}


def test_nobody_alone_makes_a_number_green_under_another_name(later: Story) -> None:
    size = later.ledger.histories.size()

    with pytest.raises(RuleError) as refused:
        later.ledger.registrants.correct(later.actor("ketua"), holder(later), THIEF)

    assert refused.value.code == "approval-missing"
    assert later.ledger.histories.size() == size
    assert (colour(later, "Ahmad Fauzi"), colour(later, "Maling Licik")) == ("green", "amber")


def test_two_people_correct_a_holder_and_the_number_goes_by_the_name_on_the_paper(later: Story) -> None:
    proposal = proposed(later, MARRIED)
    assert named(later, holder(later)) == "Ahmad Fauzi"

    later.approve("sekretaris", proposal)

    assert named(later, holder(later)) == "Ahmad Fauzi Rahman"
    assert (colour(later, "Ahmad Fauzi"), colour(later, "Ahmad Fauzi Rahman")) == ("green", "amber")
    decree = later.decree("ketua", "30/DPP IPSPI/SK/2026", "replacement", TODAY, "decider-ipspi")
    again = later.ledger.certificates.reissue(later.numbers["graduates"][0], decree=decree, reason="damaged")
    later.approved("ketua", "sekretaris", [again])
    assert (colour(later, "Ahmad Fauzi"), colour(later, "Ahmad Fauzi Rahman")) == ("amber", "green")


def test_the_approver_is_shown_before_and_after_and_so_is_whoever_looks_later(later: Story) -> None:
    proposal = proposed(later, THIEF)

    waiting = later.ledger.briefs.of(proposal, reader="test")
    later.approve("sekretaris", proposal)
    done = later.ledger.briefs.of(proposal, reader="test")

    (act,) = waiting["acts"]
    assert act["fields"]["before"] == "Ahmad Fauzi, 3275010403959020, 1995-03-04, L"
    assert act["fields"]["after"] == "Maling Licik, 3275010101809666, 1980-01-01, L"
    fields = dict(waiting["groups"][0]["shared"])
    assert {"before", "after"} <= fields.keys()
    assert "correction" not in fields
    assert done["acts"][0]["fields"] == act["fields"]


def test_an_officers_number_is_not_freed_for_a_second_account_by_one_person(later: Story) -> None:
    with pytest.raises(RuleError) as refused:
        later.ledger.registrants.correct(later.actor("ketua"), later.people["sekretaris"], THIEF)

    assert refused.value.code == "approval-missing"
    assert not later.ledger.registrants.register(later.actor("ketua"), invented("Hendra Gunawan", 9002, sex="L"))["new"]


def test_nobody_proposes_another_identity_of_ones_own(later: Story) -> None:
    proposal = proposed(later, THIEF, id=later.people["ketua"])

    with pytest.raises(RuleError) as refused:
        later.approve("sekretaris", proposal)

    assert refused.value.code == "own-matter"


def test_who_holds_nothing_is_corrected_by_one_person_at_once(later: Story) -> None:
    person = later.people["instructor"]

    answer = later.ledger.corrections.correct(later.actor("ketua"), person, THIEF)

    assert answer["registrant"] == str(person)
    assert named(later, person) == "Maling Licik"


def test_a_refused_correction_leaves_nothing_sealed(later: Story) -> None:
    proposal = proposed(later, THIEF)
    assert len(sealed(later, holder(later))) == 1

    later.ledger.discussions.refuse(later.actor("sekretaris"), proposal, "Bukan orang ini.")

    assert sealed(later, holder(later)) == set()
    assert named(later, holder(later)) == "Ahmad Fauzi"


def test_what_a_rule_refuses_leaves_nothing_sealed(later: Story) -> None:
    with pytest.raises(RuleError):
        later.ledger.corrections.correct(later.actor("petugas"), holder(later), THIEF)

    assert sealed(later, holder(later)) == set()


def test_a_number_of_somebody_else_is_refused_before_and_at_the_approval(later: Story) -> None:
    taken = replace(THIEF, nik=GRADUATES[1].nik)
    with pytest.raises(ConflictError) as at_once:
        proposed(later, taken)
    proposal = proposed(later, THIEF)
    later.ledger.registrants.register(later.actor("ketua"), THIEF)

    with pytest.raises(ConflictError) as since:
        later.approve("sekretaris", proposal)

    assert at_once.value.code == since.value.code == "identity-taken"
    assert named(later, holder(later)) == "Ahmad Fauzi"


def test_what_came_back_is_filled_in_and_made_anew(later: Story) -> None:
    proposal = proposed(later, THIEF)
    later.ledger.discussions.send_back(later.actor("sekretaris"), proposal, "Namanya keliru.")

    entered = later.ledger.drafts.entered(later.officers["ketua"], proposal)
    later.approve("sekretaris", proposed(later, MARRIED, instead=proposal))

    wanted = {"name": "Maling Licik", "nik": "3275010101809666", "born": date(1980, 1, 1), "sex": "L"}
    assert entered.items() >= wanted.items()
    assert named(later, holder(later)) == "Ahmad Fauzi Rahman"
    assert len(sealed(later, holder(later))) == 1


def test_nobody_who_is_not_there_is_corrected(later: Story) -> None:
    with pytest.raises(NotFoundError):
        later.ledger.corrections.correct(later.actor("ketua"), UUID(int=7), THIEF)


def test_who_is_to_be_dismissed_neither_refuses_the_proposal_nor_sends_it_back(here: Story) -> None:
    act = here.ledger.officers.dismiss(here.officers["sekretaris"], "lost-mandate")
    proposal = UUID(here.ledger.proposals.propose(here.actor("ketua"), [act])["proposal"])
    told, size = here.ledger.discussions, here.ledger.histories.size()

    for answer in (told.refuse, told.send_back):
        with pytest.raises(RuleError) as refused:
            answer(here.actor("sekretaris"), proposal, "Tidak perlu.")
        assert refused.value.code == "own-matter"

    assert here.ledger.histories.size() == size
    told.comment(here.actor("sekretaris"), proposal, "Saya keberatan.")


def appointing(story: Story, person: UUID) -> UUID:
    """Somebody who holds nothing is proposed for an office."""
    ledger, ketua = story.ledger, story.actor("ketua")
    serial = ledger.histories.size()
    decree = story.decree("ketua", f"{serial}/DPP IPSPI/SK/2026", "appointment", TODAY, "decider-ipspi")
    mandate = {"roles": ["enrol"], "office": "Petugas", "authority": "IPSPI", "begins": TODAY, "ends": None}
    return UUID(
        ledger.proposals.propose(ketua, [ledger.officers.appoint(person=person, decree=decree, **mandate)])["proposal"]
    )


@pytest.mark.parametrize(
    "other",
    [
        replace(THIEF, name=FullName("Orang Baik")),
        replace(THIEF, nik=NationalId("3275010101809667")),
        replace(THIEF, nik=NationalId("3276010101809666")),  # Nothing that the approver was shown.
        replace(THIEF, born=BirthDate.of(date(1980, 1, 2))),
    ],
)
def test_nobody_signs_for_a_person_who_was_made_another_in_between(later: Story, other: Person) -> None:
    """One officer may correct who holds nothing: not between the proposal that names the person and its approval."""
    ledger, ketua = later.ledger, later.actor("ketua")
    nobody = UUID(ledger.registrants.register(ketua, THIEF)["registrant"])
    proposal = appointing(later, nobody)
    ledger.registrants.correct(ketua, nobody, other)
    size = ledger.histories.size()

    with pytest.raises(ConflictError) as refused:
        later.approve("sekretaris", proposal)

    assert (refused.value.code, refused.value.facts) == ("names-changed", {"count": 1})
    assert ledger.histories.size() == size


def test_a_proposal_that_commits_to_names_only_is_to_be_made_again(later: Story) -> None:
    """As they were made before: nobody signs for less than what is shown."""
    nobody = UUID(later.ledger.registrants.register(later.actor("ketua"), THIEF)["registrant"])
    proposal = appointing(later, nobody)
    with writing(later.ledger.engine) as connection:
        later.ledger.context.vault.seal(connection, nobody, f"shown/{proposal}", {"name": "Maling Licik"})

    with pytest.raises(ConflictError) as refused:
        later.approve("sekretaris", proposal)

    assert refused.value.code == "names-changed"


def test_two_people_of_one_name_are_told_apart_where_they_are_signed_for(later: Story) -> None:
    ledger, ketua = later.ledger, later.actor("ketua")
    namesake = invented("Maling Licik", 9777, born=date(1991, 2, 3), sex="L")
    people = (replace(THIEF, region="32"), replace(namesake, region="32.75"))
    proposals = [appointing(later, UUID(ledger.registrants.register(ketua, one)["registrant"])) for one in people]

    shown = [ledger.briefs.of(id, reader="test")["acts"][0]["people"] for id in proposals]

    assert shown == [
        ["Maling Licik, 1980, NIK …9666, 32 Jawa Barat"],
        ["Maling Licik, 1991, NIK …9777, 32.75 Kota Bekasi"],
    ]
