"""Breaches: every event."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from ledger.application.key_lists import folded, signed
from ledger.domain.decrees import Decree
from ledger.domain.keys import Keys
from ledger.domain.registrants import Registrant
from ledger.domain.regulations import Regulation
from ledger.domain.trainings import Training
from ledger.projections.keys import KEYS
from ledger.signing.key_records import KeyList
from ledger.store.history import SERVICE
from tests.rules.breaches.registry import NOW, World, breaks, without


@breaks("versions_are_dense", "version-gap")
def a_stream_that_skips_a_version(w: World) -> None:
    def write(turn: Any) -> None:
        decree = Decree.begin(w.new_id(), **w.decree("results", "70/LSP/SK/2020"))
        (event,) = decree.collect_events()
        object.__setattr__(event, "originator_version", 2)
        turn.append([event], effective=NOW)

    w.turn("kepala", write)


@breaks("nothing_takes_effect_after_it_is_recorded", "effective-in-future")
def a_decree_of_tomorrow(w: World) -> None:
    tomorrow = NOW + timedelta(days=1)
    w.save("kepala", Decree.begin(w.new_id(), **w.decree("results", "71/LSP/SK/2020", on=tomorrow)), effective=tomorrow)


@breaks("back_dating_has_a_reason", "back-dated")
def a_decree_of_last_month_without_a_reason(w: World) -> None:
    late = NOW - timedelta(days=15)
    w.save("kepala", Decree.begin(w.new_id(), **w.decree("results", "72/LSP/SK/2020", on=late)), effective=late)


@breaks("only_an_officer_in_office_acts", "outside-mandate")
def an_act_after_the_mandate(w: World) -> None:
    person = w.people["assessor"]
    act = w.ledger.officers.appoint(
        person=person, authority="KEMENSOS", roles=["certify"], office="Pejabat", begins=NOW, ends=NOW
    )
    w.approved([act])
    w.officers["brief"] = act.stream
    w.clock.at(NOW + timedelta(days=1))
    w.save("brief", Decree.begin(w.new_id(), **w.decree("results", "73/LSP/SK/2020")), effective=NOW)


@breaks("only_an_officer_in_office_acts", "officer-needed")
def an_act_of_nobody(w: World) -> None:
    with w.ledger.context.history.writing(SERVICE) as turn:
        turn.save(Regulation.begin(w.new_id(), regulation="UU 1/2024", rank="UU", begins=NOW))


@breaks("only_an_officer_in_office_acts", "capacity-differs")
def an_act_in_a_borrowed_capacity(w: World) -> None:
    actor = replace(w.actor("kepala"), capacity="Ketua DPP")
    with w.ledger.context.history.writing(actor) as turn:
        turn.save(Regulation.begin(w.new_id(), regulation="UU 1/2024", rank="UU", begins=NOW))


@breaks("only_an_officer_in_office_acts", "authority-differs")
def an_act_in_the_name_of_another_authority(w: World) -> None:
    made = w.decree("results", "74/LSP/SK/2020", authority="IPSPI")
    w.save("kepala", Decree.begin(w.new_id(), **made), authority="IPSPI")


@breaks("the_role_reaches_the_act", "role-missing")
def a_clerk_who_records_a_decree(w: World) -> None:
    w.save("petugas", Decree.begin(w.new_id(), **w.decree("results", "75/LSP/SK/2020")))


@breaks("a_caretaker_keeps_to_a_few_acts", "caretaker-limited")
def a_caretaker_who_records_a_decree(w: World) -> None:
    roles = ["certify", "caretaker"]
    w.approved([w.ledger.officers.change(w.officers["petugas"], roles=roles, office="Pejabat", ends=None)])
    w.save("petugas", Decree.begin(w.new_id(), **w.decree("results", "76/LSP/SK/2020")))


@breaks("the_ledger_begins_with_keys_and_two_officers", "genesis-malformed")
def a_second_beginning(w: World) -> None:
    context = w.ledger.context
    with context.history.writing(SERVICE) as turn:
        old = KeyList.decode(turn.models().every(KEYS)[0]["list"])
        first = replace(old, version=1, authorities=folded(turn.models()), iat=turn.now // 1000)
        turn.save(Keys.begin(w.new_id(), **signed(context, first)))


@breaks("plain_text_is_from_closed_patterns", "text-not-plain")
def a_name_in_place_of_a_reason(w: World) -> None:
    w.more("petugas", Training, w.planned, Training.Cancelled, reason="Rina Kusuma")


@breaks("bytes_are_hashes_and_signatures", "bytes-malformed")
def a_nik_in_place_of_a_commitment(w: World) -> None:
    w.save("petugas", Registrant.begin(w.new_id(), identity=b"3275011708850001", adult=True, region="32.75"))


@breaks("bytes_are_hashes_and_signatures", "bytes-malformed")
def an_approval_that_names_a_signature_and_has_none(w: World) -> None:
    proposal = w.proposed([w.ledger.officers.dismiss(w.officers["petugas"], "ended")])
    with without("an_approval_is_signed_with_the_approvers_key"):
        w.approve_with(proposal, "sekretaris", assertion=None)
