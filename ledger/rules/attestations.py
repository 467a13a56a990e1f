"""External attestations: when the issuer was asked, and for how long the paper itself says that it is good (R27)."""

from ledger.domain.attestations import Attestation
from ledger.errors import RuleError
from ledger.events import Record
from ledger.rules.asking import rule
from ledger.view import Models


@rule("R27", Attestation.Created)
def a_check_comes_before_its_record(_: Models, record: Record, event: Attestation.Created) -> None:
    if event.checked > record.day:
        raise RuleError("check-in-future", rule="R27", got=event.checked, expected=f"<= {record.day}")


@rule("R27", Attestation.Created)
def a_paper_is_confirmed_before_its_end(_: Models, record: Record, event: Attestation.Created) -> None:
    if event.through is not None and event.through < event.checked:
        raise RuleError("period-reversed", rule="R27", begins=event.checked, ends=event.through)
