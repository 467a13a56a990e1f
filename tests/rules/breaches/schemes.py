"""Breaches: schemes."""

from datetime import timedelta
from typing import Any

from ledger.application.acts import Act
from ledger.domain.schemes import Scheme
from tests.rules.breaches.registry import NOW, World, breaks


@breaks("the_category_follows_from_the_kind", "category-differs")
def volunteers_called_social_workers(w: World) -> None:
    w.save("kepala", Scheme.begin(w.new_id(), kind="RELAWAN/TAGANA", category="social-worker"))


@breaks("a_scheme_is_registered_once", "scheme-taken")
def a_scheme_registered_twice(w: World) -> None:
    w.save("kepala", Scheme.begin(w.new_id(), kind="RELAWAN/PSM-DASAR", category="volunteer"))


def edition(w: World, **other: Any) -> Act:
    usual = {"standard": "Permensos 16/2017", "basis": "Permensos 10/2019", "begins": NOW, "tier": "PSM/DASAR"}
    act = w.ledger.schemes.publish(w.schemes["RELAWAN/PSM-DASAR"], **usual)
    return Act(act.kind, act.stream, {**act.values, **other})


@breaks("editions_follow_each_other", "edition-retroactive")
def an_edition_that_begins_in_the_past(w: World) -> None:
    w.approved([edition(w, begins=NOW - timedelta(days=1))], by=("kepala", "wakil"))


@breaks("editions_follow_each_other", "edition-out-of-order")
def an_edition_out_of_order(w: World) -> None:
    w.approved([edition(w, edition=7)], by=("kepala", "wakil"))


@breaks("validity_is_a_sane_number_of_months", "validity-out-of-range")
def a_validity_of_a_century(w: World) -> None:
    w.approved([edition(w, months=1200)], by=("kepala", "wakil"))


@breaks("a_standard_has_all_dimensions", "dimensions-incomplete")
def a_standard_without_ethics(w: World) -> None:
    w.approved([edition(w, dimensions=("knowledge", "skill"))], by=("kepala", "wakil"))


@breaks("an_edition_names_catalogued_sources", "basis-unknown")
def an_edition_of_an_unknown_standard(w: World) -> None:
    w.approved([edition(w, standard="Permensos 5/2022")], by=("kepala", "wakil"))


@breaks("an_edition_on_a_revoked_basis_says_so", "basis-revoked")
def an_edition_silent_about_its_revoked_basis(w: World) -> None:
    w.approved([edition(w, basis="Permensos 1/2012", revoked_basis=False)], by=("kepala", "wakil"))


@breaks("membership_is_no_condition_without_a_statute", "membership-required")
def an_edition_for_members_only(w: World) -> None:
    w.approved([edition(w, conditions=("membership",))], by=("kepala", "wakil"))


@breaks("a_required_tier_has_equivalents", "tier-exclusive")
def an_edition_that_accepts_no_other_training(w: World) -> None:
    w.approved([edition(w, equivalents=False)], by=("kepala", "wakil"))


@breaks("a_required_tier_is_in_the_rule_book", "tier-unknown")
def an_edition_with_an_unknown_tier(w: World) -> None:
    w.approved([edition(w, tier="PSM/MAHIR")], by=("kepala", "wakil"))
