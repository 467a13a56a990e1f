"""Questions as of a day: what was known then, and what held then by all that is known now (docs/time.md)."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from ledger.cli.story import Story, StoryClock
from ledger.database import reading
from ledger.errors import NotFoundError
from ledger.projections.as_of import Cut, Moment
from ledger.store import recorder

GREEN_DAY = date(2026, 10, 22)


def days(count: int) -> date:
    return GREEN_DAY + timedelta(days=count)


def acted(
    story: Story, what: str, number: str, *, decreed: date, effective: date | None = None, until: date | None = None
) -> None:
    """By a decree of that day, recorded now."""
    matter = {"suspend": "suspension", "reinstate": "reinstatement", "revoke": "revocation", "annul": "annulment"}
    number_of_it = f"{story.ledger.histories.size()}/DPP IPSPI/SK/2026"
    decree = story.decree("ketua", number_of_it, matter[what], decreed, "decider-ipspi")
    act = story.ledger.certificates.status_act(what, number, decree=decree, reason="ethics", until=until)
    story.approved("ketua", "sekretaris", [act], effective=effective)


def standings(story: Story, number: str, *on: int, recorded: bool = False) -> list[str]:
    """On these days after the certificate's first."""
    show = story.ledger.certificates.show_at
    return [str(show(number, Cut(days(n), recorded))["standing"]) for n in on]


def test_a_suspension_recorded_a_week_late_held_before_it_was_known(told: Story, clock: StoryClock) -> None:
    number = told.numbers["graduates"][0]
    clock.at(days(12))
    acted(told, "suspend", number, decreed=days(5), effective=days(5))

    assert standings(told, number, 4, 5, 11, 12) == ["valid", "suspended", "suspended", "suspended"]
    assert standings(told, number, 4, 5, 11, 12, recorded=True) == ["valid", "valid", "valid", "suspended"]


def test_a_suspension_ends_by_its_day_without_an_event(told: Story, clock: StoryClock) -> None:
    number = told.numbers["graduates"][0]
    clock.at(days(2))
    acted(told, "suspend", number, decreed=days(2), until=days(10))

    assert standings(told, number, 10, 11) == ["suspended", "valid"]
    assert told.ledger.certificates.show_at(number, Cut(days(11)))["state"] == "suspended"


def test_a_lifting_that_took_effect_before_the_suspension_leaves_it_in_force_never(
    told: Story, clock: StoryClock
) -> None:
    number = told.numbers["graduates"][1]
    clock.at(days(6))
    acted(told, "suspend", number, decreed=days(4), effective=days(6))
    clock.at(days(8))
    acted(told, "reinstate", number, decreed=days(4), effective=days(5))

    assert standings(told, number, 4, 5, 6, 7, 8) == ["valid"] * 5
    assert standings(told, number, 5, 6, 7, 8, recorded=True) == ["valid", "suspended", "suspended", "valid"]


def test_a_revocation_holds_from_its_day_an_annulment_from_the_start(told: Story, clock: StoryClock) -> None:
    revoked, annulled = told.numbers["graduates"][2:4]
    clock.at(days(10))
    acted(told, "revoke", revoked, decreed=days(8), effective=days(8))
    acted(told, "annul", annulled, decreed=days(8), effective=days(8))

    assert standings(told, revoked, 0, 7, 8) == ["valid", "valid", "revoked"]
    assert standings(told, annulled, 0, 7, 8) == ["annulled", "annulled", "annulled"]
    assert standings(told, annulled, 0, 9, 10, recorded=True) == ["valid", "valid", "annulled"]


def test_expiry_is_a_comparison_with_the_day(told: Story) -> None:
    number = told.numbers["graduates"][0]
    through = date.fromisoformat(told.ledger.certificates.show(number)["through"])
    show = told.ledger.certificates.show_at

    assert show(number, Cut(through))["standing"] == "valid"
    assert show(number, Cut(through + timedelta(days=1)))["standing"] == "expired"


def test_what_was_not_there_yet_is_said_so(told: Story) -> None:
    number = told.numbers["graduates"][0]
    holder = UUID(told.ledger.certificates.show(number)["registrant"])
    questions = (
        lambda cut: told.ledger.certificates.show_at(number, cut),
        lambda cut: told.ledger.histories.of_certificate(number, cut),
        lambda cut: told.ledger.registrants.show_at(holder, cut),
    )

    for ask in questions:
        for recorded in (False, True):
            with pytest.raises(NotFoundError) as refused:
                ask(Cut(days(-400), recorded))
            assert refused.value.code == "not-there-then"


def test_a_history_tells_each_act_with_its_decree_and_both_signatures(told: Story, clock: StoryClock) -> None:
    number = told.numbers["graduates"][0]
    clock.at(days(3))
    acted(told, "suspend", number, decreed=days(3))
    clock.at(days(12))
    acted(told, "revoke", number, decreed=days(6), effective=days(6))

    def kinds(cut: Cut) -> list[str]:
        return [event["kind"] for event in told.ledger.histories.of_certificate(number, cut)]

    act = ["decree.recorded", "proposal.made", "approval.given"]
    assert kinds(Cut(days(12)))[-8:] == [*act, "certificate.suspended", *act, "certificate.revoked"]
    assert kinds(Cut(days(5)))[-4:] == [*act, "certificate.suspended"]
    assert kinds(Cut(days(6))) == kinds(Cut(days(12)))  # Recorded later, with all that it rests on.
    assert kinds(Cut(days(6), recorded=True)) == kinds(Cut(days(5)))


def test_a_person_is_shown_with_the_offices_and_papers_of_the_day(told: Story, clock: StoryClock) -> None:
    sekretaris, officer = told.people["sekretaris"], told.officers["sekretaris"]
    clock.at(days(2))
    decider = told.people["decider-ipspi"]
    mandate = {"authority": "IPSPI", "roles": ("certify",), "office": "Sekretaris DPP", "begins": days(2)}
    told.approved("ketua", "sekretaris", [told.ledger.officers.appoint(person=decider, **mandate, ends=days(9))])
    number = told.numbers["graduates"][0]
    holder = UUID(told.ledger.certificates.show(number)["registrant"])
    acted(told, "revoke", number, decreed=days(2))
    show = told.ledger.registrants.show_at

    (held,) = show(sekretaris, Cut(days(2)))["officers"]
    assert (held["officer"], held["in_office"]) == (str(officer), True)
    assert show(decider, Cut(days(1)))["officers"] == []
    in_office = [o["in_office"] for on in (2, 9, 10) for o in show(decider, Cut(days(on)))["officers"]]
    assert in_office == [True, True, False]
    for on, standing in ((1, "valid"), (2, "revoked")):
        (paper,) = show(holder, Cut(days(on)))["certificates"]
        assert (paper["number"], paper["standing"]) == (number, standing)


def test_an_erased_holder_withdraws_the_paper_from_that_day(told: Story, clock: StoryClock) -> None:
    number = told.numbers["graduates"][4]
    holder = UUID(told.ledger.certificates.show(number)["registrant"])
    clock.at(days(5))
    told.approved("ketua", "sekretaris", [told.ledger.registrants.erase(holder, "PDP-43")])

    assert standings(told, number, 4, 5) == ["valid", "withdrawn"]
    assert told.ledger.certificates.show_at(number, Cut(days(4)))["holder"] == "registered"


def test_today_is_the_same_by_either_view_and_as_the_register_says(told: Story, clock: StoryClock) -> None:
    number = told.numbers["graduates"][0]
    clock.at(days(3))
    acted(told, "suspend", number, decreed=days(3))
    today = told.ledger.certificates.show(number)

    for recorded in (False, True):
        then = told.ledger.certificates.show_at(number, Cut(days(3), recorded))
        assert {name: then[name] for name in today} == today


def test_a_moment_lies_after_all_that_it_covers(told: Story) -> None:
    size = told.ledger.histories.size()

    def reached(*moments: Moment) -> list[int]:
        with reading(told.ledger.engine) as connection:
            return [recorder.reached(connection, moment.covers) for moment in moments]

    before, day, later, first = (Moment.parse(text) for text in ("2019-12-31", "2020-02-17", "2020-02-18", "0"))

    assert day.instant == 1581958799_999  # A millisecond before 2020-02-17T17:00Z
    assert reached(before, first, Moment(position=size - 1)) == [0, 1, size]
    assert 0 < reached(day)[0] < reached(later)[0] < size
    assert reached(Moment.parse("2020-02-18T00:00")) == reached(day)
    assert reached(Moment.parse("2020-02-17T17:00Z")) == reached(day)
