"""Breaches: papers and blanks."""

from typing import Any
from uuid import UUID

from ledger.domain.documents import Blank, Document
from tests.rules.breaches.certificates import status_act
from tests.rules.breaches.registry import KEMENSOS, World, breaks


def document(w: World, **other: Any) -> Document:
    certificate = w.ledger.certificates.stream(w.certificate)
    usual = {"certificate": certificate, "sha256": bytes(32), "sheet": "a4", "edition": 1}
    return Document.begin(w.new_id(), **{**usual, **other})


def spoiled(w: World, blank: str) -> Blank:
    return Blank.begin(w.new_id(), blank=blank, fault="misprint")


@breaks("a_paper_is_printed_by_the_issuer", "authority-elsewhere")
def a_paper_printed_by_another_authority(w: World) -> None:
    w.save("ketua", document(w))


@breaks("a_paper_is_of_a_certificate_in_force", "paper-not-in-force")
def a_paper_of_a_revoked_certificate(w: World) -> None:
    w.approved([status_act(w, "revoke", "revocation")], by=KEMENSOS)
    w.save("petugas", document(w))


@breaks("a_printed_blank_is_spoiled_by_its_issuer", "authority-elsewhere")
def a_printed_blank_spoiled_by_another_authority(w: World) -> None:
    w.save("petugas", document(w, blank="BLK-000001"))
    w.save("ketua", spoiled(w, "BLK-000001"))


@breaks("a_blank_is_used_once", "blank-used")
def two_papers_on_one_blank(w: World) -> None:
    w.save("petugas", document(w, blank="BLK-000001"))
    w.save("petugas", document(w, blank="BLK-000001"))


@breaks("a_blank_is_used_once", "blank-used")
def a_paper_on_a_spoiled_blank(w: World) -> None:
    w.save("petugas", spoiled(w, "BLK-000001"))
    w.save("petugas", document(w, blank="BLK-000001"))


@breaks("a_blank_is_spoiled_once", "blank-used")
def a_blank_spoiled_twice(w: World) -> None:
    w.save("petugas", spoiled(w, "BLK-000001"))
    w.save("petugas", spoiled(w, "BLK-000001"))


@breaks("a_paper_is_of_a_certificate_in_force", "person-erased")
def a_paper_printed_for_an_erased_person(w: World) -> None:
    holder = UUID(w.ledger.certificates.show(w.certificate)["registrant"])
    w.approved([w.ledger.registrants.erase(holder, "PDP-43")])
    w.save("kepala", document(w))
