"""Delegations: who may stand in for which board, and for how long (R24)."""

from ledger.domain.delegations import Delegation
from ledger.domain.rulebook import parameter
from ledger.domain.values import to_days
from ledger.errors import RuleError
from ledger.events import Record
from ledger.projections.officers import OFFICERS
from ledger.rules.asking import require, rule
from ledger.view import Models

ENOUGH = 2  # Officers without whom a board cannot have one act and another approve.


@rule("R24", Delegation.Created)
def a_delegation_is_to_an_officer_of_the_central_board(
    models: Models, record: Record, event: Delegation.Created
) -> None:
    officer = require(models, OFFICERS, event.officer.bytes, rule="R24")
    if officer["state"] != "appointed" or officer["region"] is not None or officer["authority"] != record.authority:
        raise RuleError("delegate-unfit", rule="R24")


@rule("R24", Delegation.Created)
def a_delegation_is_for_a_time(_: Models, record: Record, event: Delegation.Created) -> None:
    days: int = parameter("delegation.days", record.day)
    ahead = (event.ends - record.day).days + 1  # Whether the board is still short of officers then, nobody asks.
    if not 0 < (event.ends - event.begins).days + 1 <= days or ahead > days:
        raise RuleError("delegation-term", rule="R24", begins=event.begins, ends=event.ends, days=days)


@rule("R24", Delegation.Created)
def only_a_board_with_too_few_officers_is_stood_in_for(
    models: Models, record: Record, event: Delegation.Created
) -> None:
    day = to_days(record.day)
    board = [
        row
        for row in models.find(OFFICERS, "region", event.region)
        if row["state"] == "appointed" and row["authority"] == record.authority and row["begins"] <= day
    ]
    in_office = sum(row["ends"] is None or day <= row["ends"] for row in board)
    if in_office >= ENOUGH:
        raise RuleError("board-complete", rule="R24", got=in_office, expected=f"< {ENOUGH}")
