"""Breaches: delegations."""

from datetime import timedelta
from typing import Any

from ledger.application.acts import Act
from tests.rules.breaches.officers import appointment
from tests.rules.breaches.registry import NOW, World, breaks


def delegation(w: World, **other: Any) -> Act:
    """To the chairwoman of the central board, for a province without officers."""
    usual = {"officer": w.officers["ketua"], "region": "32", "begins": NOW, "ends": NOW + timedelta(days=89)}
    return Act("delegation.given", w.new_id(), usual | {"decree": w.decrees["results"]} | other)


@breaks("a_delegation_is_to_an_officer_of_the_central_board", "delegate-unfit")
def an_officer_of_another_authority_stands_in(w: World) -> None:
    w.approved([delegation(w, officer=w.officers["petugas"])])


@breaks("a_delegation_is_for_a_time", "delegation-term")
def a_delegation_for_more_than_ninety_days(w: World) -> None:
    w.approved([delegation(w, ends=NOW + timedelta(days=90))])


@breaks("only_a_board_with_too_few_officers_is_stood_in_for", "board-complete")
def a_board_of_two_is_stood_in_for(w: World) -> None:
    for who in ("assessor", "decider"):
        w.approved([appointment(w, person=w.people[who], authority="IPSPI", region="32")])
    w.approved([delegation(w)])


@breaks("a_delegation_is_for_a_time", "delegation-term")
def a_delegation_for_a_far_day(w: World) -> None:
    w.approved([delegation(w, begins=NOW + timedelta(days=80), ends=NOW + timedelta(days=90))])
