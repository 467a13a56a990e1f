"""Papers: printed by whoever issued the certificate, each blank used once (R24, R26)."""

from ledger.domain.documents import Blank, Document
from ledger.errors import RuleError
from ledger.events import Record
from ledger.projections.certificates import CERTIFICATES
from ledger.projections.papers import BLANKS, PAPERS
from ledger.projections.registrants import REGISTRANTS
from ledger.rules.asking import require, rule
from ledger.view import Models


@rule("R24", Document.Created)
def a_paper_is_printed_by_the_issuer(models: Models, record: Record, event: Document.Created) -> None:
    _of_issuer(models, record, event.certificate.bytes)


@rule("R26", Document.Created)
def a_paper_is_of_a_certificate_in_force(models: Models, _: Record, event: Document.Created) -> None:
    certificate = require(models, CERTIFICATES, event.certificate.bytes, rule="R26")
    if certificate["state"] != "active":
        raise RuleError("paper-not-in-force", rule="R26", number=certificate["number"])
    if require(models, REGISTRANTS, certificate["registrant"], rule="R26")["state"] != "registered":
        raise RuleError("person-erased", rule="R26")


@rule("R24", Blank.Created)
def a_printed_blank_is_spoiled_by_its_issuer(models: Models, record: Record, event: Blank.Created) -> None:
    for paper in models.find(PAPERS, "blank", event.blank):
        _of_issuer(models, record, paper["certificate"])


@rule("R26", Document.Created)
def a_blank_is_used_once(models: Models, _: Record, event: Document.Created) -> None:
    if event.blank is None:
        return
    if models.find(PAPERS, "blank", event.blank) or models.find(BLANKS, "blank", event.blank):
        raise RuleError("blank-used", rule="R26", got=event.blank)


@rule("R26", Blank.Created)
def a_blank_is_spoiled_once(models: Models, _: Record, event: Blank.Created) -> None:
    if models.find(BLANKS, "blank", event.blank):
        raise RuleError("blank-used", rule="R26", got=event.blank)


def _of_issuer(models: Models, record: Record, certificate: bytes) -> None:
    issuer = require(models, CERTIFICATES, certificate, rule="R24")["authority"]
    if record.authority != issuer:
        raise RuleError("authority-elsewhere", rule="R24", got=record.authority, expected=issuer)
