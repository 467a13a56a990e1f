"""Breaches: officers."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from ledger.application.acts import Act
from ledger.domain.people import FullName
from ledger.signing import cbor
from tests.rules.breaches.registry import NOW, World, breaks
from tests.rules.breaches.trainings import plan


def appointment(w: World, **other: Any) -> Act:
    usual = {"person": w.people["assessor"], "authority": "KEMENSOS", "roles": ("certify",), "office": "Pejabat"}
    return Act("officer.appointed", w.new_id(), usual | {"begins": NOW} | other)


@breaks("an_officer_is_a_registered_person", "person-erased")
def an_erased_person_is_appointed(w: World) -> None:
    person = w.participants[3]
    w.approved([w.ledger.registrants.erase(person, "PDP-43")])
    w.approved([appointment(w, person=person)])


@breaks("one_person_is_one_officer", "person-is-officer")
def a_second_account_of_one_person(w: World) -> None:
    w.approved([appointment(w, person=w.people["wakil"])])


@breaks("who_enrols_does_not_approve", "roles-exclude")
def a_clerk_who_may_approve(w: World) -> None:
    w.approved([appointment(w, roles=("enrol", "approve"))])


@breaks("a_mandate_ends_after_it_begins", "period-reversed")
def a_mandate_that_ended_before_it_began(w: World) -> None:
    w.approved([appointment(w, ends=NOW - timedelta(days=1))])


@breaks("a_changed_mandate_ends_after_it_begins", "period-reversed")
def a_mandate_changed_to_end_before_it_began(w: World) -> None:
    change = {"roles": ["enrol"], "office": "Petugas", "ends": date(2019, 1, 1)}
    w.approved([w.ledger.officers.change(w.officers["petugas"], **change)])


@breaks("a_key_belongs_to_one_officer", "key-taken")
def a_key_enrolled_for_two(w: World) -> None:
    key = w.story.keys["wakil"].public_key().public_bytes_raw()
    w.approved([w.ledger.officers.enrol_key(w.officers["petugas"], key)])


@breaks("an_officers_key_is_sound", "key-unsound")
def a_key_of_low_order(w: World) -> None:
    w.approved([w.ledger.officers.enrol_key(w.officers["petugas"], bytes(32))])


@breaks("an_officer_is_a_registered_person", "person-provisional")
def a_walk_in_without_a_nik_is_appointed(w: World) -> None:
    training = plan(w, announced=1, quotas={"32.75": 1})
    w.save("petugas", training)
    who = {"name": FullName.parse("Dian Permata"), "sex": "P", "group": "32.75", "marks": "H", "adult": True}
    came = w.ledger.participations.walk_in(w.actor("petugas"), training.id, **who)
    w.approved([appointment(w, person=UUID(came["registrant"]))])


@breaks("an_officers_key_is_sound", "key-unsound")
def a_key_in_a_second_writing(w: World) -> None:
    key = {1: True, -1: 6, -2: w.story.keys["wakil"].public_key().public_bytes_raw()}
    w.approved([Act("officer.key-enrolled", w.officers["petugas"], {"key": cbor.encode(key)})])
