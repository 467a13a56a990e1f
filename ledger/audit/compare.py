"""Read models folded anew: against the live ones, row by row, and among each other."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Select, Table, func, select

from ledger.audit.findings import Finding
from ledger.database import VIEWS, Row, chunks, pick, reading
from ledger.domain.assessments import COMPETENT
from ledger.projections.assessments import ASSESSMENTS
from ledger.projections.certificates import CERTIFICATES
from ledger.projections.decrees import DECREES

MOST = 20  # differences worth naming


@dataclass(frozen=True, slots=True)
class Difference:
    """`columns`: those that differ; none where one side lacks the row."""

    table: str
    id: str
    columns: tuple[str, ...]


def compare(live: Engine, anew: Engine) -> tuple[int, list[Difference]]:
    """The number of rows compared, and the first differences."""
    rows, differences = 0, list[Difference]()
    with reading(live) as a, reading(anew) as b:
        for table in VIEWS.sorted_tables:
            for left, right in _pairs(_rows(a, table), _rows(b, table)):
                rows += 1
                if left != right and len(differences) < MOST:
                    differences.append(_difference(table, left, right))
    return rows, differences


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    wanted = select(table).order_by(table.c.id).execution_options(yield_per=1000)
    for row in connection.execute(wanted).mappings():
        yield dict(row)


def _pairs(
    left: Iterator[dict[str, Any]], right: Iterator[dict[str, Any]]
) -> Iterator[tuple[dict[str, Any] | None, dict[str, Any] | None]]:
    """Both sides are in the order of their ids."""
    a, b = next(left, None), next(right, None)
    while a is not None or b is not None:
        if b is None or (a is not None and a["id"] < b["id"]):
            yield a, None
            a = next(left, None)
        elif a is None or b["id"] < a["id"]:
            yield None, b
            b = next(right, None)
        else:
            yield a, b
            a, b = next(left, None), next(right, None)


def _difference(table: Table, left: dict[str, Any] | None, right: dict[str, Any] | None) -> Difference:
    if left is None or right is None:
        return Difference(table.name, (left or right or {})["id"].hex(), ())
    return Difference(table.name, left["id"].hex(), tuple(c for c in left if left[c] != right[c]))


def decided_and_issued(models: Engine) -> tuple[Counter[str], list[Finding]]:
    """How many competent results and how many certificates on them, and the decrees with more of these (R10).

    The rule asks it of each certificate; this asks the folded views.
    """
    results, papers = ASSESSMENTS.table, CERTIFICATES.table
    competent = select(results.c.decree, func.count()).where(results.c.outcome == COMPETENT)
    issued = select(results.c.decree, func.count()).join(papers, papers.c.assessment == results.c.id)
    issued = issued.where(papers.c.state != "annulled")
    with reading(models) as connection:
        allowed = _counts(connection, competent.group_by(results.c.decree))
        made = _counts(connection, issued.group_by(results.c.decree))
        wrong = [decree for decree, n in made.items() if n > allowed.get(decree, 0)]
        found = [_exceeding(row) for some in chunks(wrong) for row in pick(connection, DECREES.table, "id", some)]
    totals = Counter(decrees=len(allowed), competent=sum(allowed.values()), issued=sum(made.values()))
    return totals, found


def _counts(connection: Connection, wanted: Select[bytes, int]) -> dict[bytes, int]:
    return {row[0]: row[1] for row in connection.execute(wanted)}


def _exceeding(decree: Row) -> Finding:
    return Finding(decree["position"], str(UUID(bytes=decree["id"])), "decree.recorded", "R10", "issued-beyond-decree")
