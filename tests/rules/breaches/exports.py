"""Breaches: exports."""

from datetime import timedelta
from typing import Any

from ledger.domain.exports import Export
from tests.rules.breaches.officers import appointment
from tests.rules.breaches.registry import NOW, World, breaks


def export(w: World, **other: Any) -> Export:
    usual = {"purpose": "annual-audit", "recipient": "BPK", "retention": NOW, "since": 0}
    return Export.begin(w.new_id(), **{**usual, "size": w.ledger.histories.size(), **other})


@breaks("a_copy_is_kept_until_a_day_in_sight", "retention-out-of-range")
def a_copy_that_had_to_be_destroyed_yesterday(w: World) -> None:
    w.save("ketua", export(w, retention=NOW - timedelta(days=1)))


@breaks("a_copy_is_kept_until_a_day_in_sight", "retention-out-of-range")
def a_copy_that_is_kept_for_ever(w: World) -> None:
    w.save("ketua", export(w, retention=NOW.replace(year=9999)))


@breaks("an_export_says_how_much_it_copies", "export-size")
def an_export_that_hides_the_last_event(w: World) -> None:
    w.save("ketua", export(w, size=w.ledger.histories.size() - 1))


@breaks("an_export_says_how_much_it_copies", "export-size")
def an_export_since_a_size_to_come(w: World) -> None:
    w.save("ketua", export(w, since=w.ledger.histories.size() + 1))


@breaks("only_the_founding_authority_hands_out_the_history", "authority-elsewhere")
def a_history_handed_out_by_another_authority(w: World) -> None:
    admin = appointment(w, authority="KEMENSOS", roles=("admin",), office="Petugas DPP")
    w.approved([admin])
    w.officers["admin"] = admin.stream
    w.save("admin", export(w))
