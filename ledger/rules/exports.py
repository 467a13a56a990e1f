"""Copies of the history: by whom, of what, for how long (R24, R28, R32)."""

from ledger.domain.exports import Export
from ledger.domain.rulebook import parameter
from ledger.errors import RuleError
from ledger.events import Record
from ledger.rules.asking import rule
from ledger.view import Models


@rule("R32", Export.Created)
def a_copy_is_kept_until_a_day_in_sight(_: Models, record: Record, event: Export.Created) -> None:
    days, most = (event.retention - record.day).days, parameter("export.days", record.day)
    if not 0 <= days <= most:
        raise RuleError("retention-out-of-range", rule="R32", got=event.retention, maximum=most)


@rule("R28", Export.Created)
def an_export_says_how_much_it_copies(_: Models, record: Record, event: Export.Created) -> None:
    if event.size != record.position or not 0 <= event.since <= event.size:
        raise RuleError("export-size", rule="R28", got=event.size, expected=record.position)
