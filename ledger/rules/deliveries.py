"""Deliveries: by whom, of what is in force, and who may say that it arrived (R24, R26, R29)."""

from ledger.domain.attestations import MEANS, Attestation
from ledger.domain.deliveries import BY_LINK, CLAIM, EMAIL, RECEIPTS, Delivery
from ledger.errors import RuleError
from ledger.events import Record
from ledger.projections.certificates import CERTIFICATES
from ledger.projections.deliveries import DELIVERIES
from ledger.projections.registrants import REGISTRANTS
from ledger.rules.asking import require, rule
from ledger.view import Models

KNOWN_MEANS = {Attestation.Created.TOPIC: MEANS, Delivery.Received.TOPIC: RECEIPTS}


@rule("R24", Delivery.Created)
def a_certificate_is_delivered_by_its_issuer(models: Models, record: Record, event: Delivery.Created) -> None:
    _of_issuer(models, record, event.certificate.bytes)


@rule("R24", Delivery.Received, Delivery.Bounced)
def a_delivery_is_followed_up_by_its_issuer(
    models: Models, record: Record, _: Delivery.Received | Delivery.Bounced
) -> None:
    """Or by the service, of which the next rules say what it may tell."""
    if record.actor is not None:
        _of_issuer(models, record, require(models, DELIVERIES, record.stream, rule="R24")["certificate"])


@rule("R24", Delivery.Received)
def a_link_is_claimed_with_the_service_and_a_paper_signed_for_with_an_officer(
    models: Models, record: Record, event: Delivery.Received
) -> None:
    channel = require(models, DELIVERIES, record.stream, rule="R24")["channel"]
    claimed = event.means == CLAIM
    if claimed is not (record.actor is None) or (claimed and channel not in BY_LINK):
        raise RuleError("receipt-means", rule="R24", got=event.means, channel=channel)


@rule("R24", Delivery.Bounced)
def only_what_was_sent_over_a_network_bounces(models: Models, record: Record, _: Delivery.Bounced) -> None:
    """A mail server tells the service; of WhatsApp only the clerk can know."""
    channel = require(models, DELIVERIES, record.stream, rule="R24")["channel"]
    if channel not in BY_LINK or (record.actor is None and channel != EMAIL):
        raise RuleError("bounce-impossible", rule="R24", got=channel)


@rule("R26", Delivery.Created)
def what_is_delivered_is_in_force(models: Models, _: Record, event: Delivery.Created) -> None:
    certificate = require(models, CERTIFICATES, event.certificate.bytes, rule="R26")
    if certificate["state"] != "active":
        raise RuleError("paper-not-in-force", rule="R26", number=certificate["number"])
    if require(models, REGISTRANTS, certificate["registrant"], rule="R26")["state"] != "registered":
        raise RuleError("person-erased", rule="R26")


@rule("R29", Attestation.Created, Delivery.Received)
def a_means_is_one_of_those_of_its_kind(_: Models, __: Record, event: Attestation.Created | Delivery.Received) -> None:
    if event.means not in KNOWN_MEANS[event.TOPIC]:
        raise RuleError("text-not-plain", rule="R29", field="means")


def _of_issuer(models: Models, record: Record, certificate: bytes) -> None:
    issuer = require(models, CERTIFICATES, certificate, rule="R24")["authority"]
    if record.authority != issuer:
        raise RuleError("authority-elsewhere", rule="R24", got=record.authority, expected=issuer)
