"""Breaches: external attestations."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from ledger.application.acts import Act
from ledger.application.attestations import Paper, recording
from ledger.domain.people import FullName
from tests.rules.breaches.registry import KEMENSOS, NOW, World, breaks

PAPER = Paper("045/DINSOS/2018", FullName("Rina Kusuma"), "Dinas Sosial Kota Bekasi", "HADIR/PSM-DASAR")


def attestation(w: World, paper: Paper = PAPER, **other: Any) -> Act:
    id = w.new_id()
    with w.ledger.context.history.writing() as turn:
        content = w.ledger.attestations.sealed(turn.connection, id, paper)
    act = recording(id, paper, content=content, checked=NOW, means="letter")
    return Act(act.kind, act.stream, {**act.values, **other})


@breaks("a_check_comes_before_its_record", "check-in-future")
def an_issuer_that_will_be_asked_tomorrow(w: World) -> None:
    w.approved([attestation(w, checked=NOW + timedelta(days=1))])


@breaks("a_paper_is_confirmed_before_its_end", "period-reversed")
def a_paper_confirmed_after_its_end(w: World) -> None:
    w.approved([attestation(w, replace(PAPER, through=NOW - timedelta(days=1)))])


@breaks("only_the_founding_authority_confirms_papers_of_others", "authority-elsewhere")
def a_confirmation_by_another_authority(w: World) -> None:
    w.approved([attestation(w)], by=KEMENSOS)
