"""Breaches: deliveries."""

from ledger.domain.deliveries import Delivery
from ledger.store.history import Actor
from tests.rules.breaches.certificates import status_act
from tests.rules.breaches.registry import KEMENSOS, World, breaks


def delivery(w: World, **other: object) -> Delivery:
    certificate = w.ledger.certificates.stream(w.certificate)
    return Delivery.begin(w.new_id(), **{"certificate": certificate, "channel": "email", **other})


def sent(w: World, channel: str) -> Delivery:
    made = delivery(w, channel=channel)
    w.save("petugas", made)
    return made


def by_service(w: World, made: Delivery, authority: str | None = None) -> None:
    with w.ledger.context.history.writing(Actor(authority=authority)) as turn:
        turn.save(made)


def received(made: Delivery, means: str) -> Delivery:
    made.record(Delivery.Received, means=means)
    return made


@breaks("a_certificate_is_delivered_by_its_issuer", "authority-elsewhere")
def a_certificate_delivered_by_another_authority(w: World) -> None:
    w.save("ketua", delivery(w))


@breaks("what_is_delivered_is_in_force", "paper-not-in-force")
def a_revoked_certificate_delivered(w: World) -> None:
    w.approved([status_act(w, "revoke", "revocation")], by=KEMENSOS)
    w.save("petugas", delivery(w))


@breaks("what_is_delivered_is_in_force", "person-erased")
def a_certificate_of_an_erased_person_delivered(w: World) -> None:
    w.approved([w.ledger.registrants.erase(w.participants[0], "PDP-43")])
    w.save("petugas", delivery(w))


@breaks("a_delivery_is_followed_up_by_its_issuer", "authority-elsewhere")
def a_signature_noted_by_another_authority(w: World) -> None:
    w.save("ketua", received(sent(w, "handover"), "signature"))


@breaks("a_link_is_claimed_with_the_service_and_a_paper_signed_for_with_an_officer", "receipt-means")
def a_claim_that_an_officer_tells(w: World) -> None:
    w.save("petugas", received(sent(w, "whatsapp"), "claim"))


@breaks("a_link_is_claimed_with_the_service_and_a_paper_signed_for_with_an_officer", "receipt-means")
def a_claim_of_a_paper_that_was_handed_over(w: World) -> None:
    by_service(w, received(sent(w, "handover"), "claim"))


@breaks("only_what_was_sent_over_a_network_bounces", "bounce-impossible")
def a_paper_from_hand_to_hand_comes_back(w: World) -> None:
    made = sent(w, "handover")
    made.record(Delivery.Bounced)
    w.save("petugas", made)


@breaks("a_means_is_one_of_those_of_its_kind", "text-not-plain")
def a_signature_by_visit(w: World) -> None:
    w.save("petugas", received(sent(w, "print"), "visit"))


@breaks("only_an_officer_in_office_acts", "officer-needed")
def a_delivery_that_the_service_sends(w: World) -> None:
    by_service(w, delivery(w), authority="KEMENSOS")
