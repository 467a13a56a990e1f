"""What stands on an officer's first page: what waits, what does not fit, what is due, what ends, what is new."""

from collections import Counter, deque
from collections.abc import Sequence
from datetime import timedelta
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, func, select

from ledger.application import past, scope
from ledger.application.access import Me
from ledger.application.context import Answer, Context
from ledger.database import reading
from ledger.domain.values import from_days, legal_day, to_days
from ledger.events import KINDS, Record
from ledger.projections.all import VIEWS
from ledger.projections.authorities import AUTHORITIES, grants
from ledger.projections.certificates import TABLE as CERTIFICATES
from ledger.projections.columns import read
from ledger.projections.officers import TABLE as OFFICERS
from ledger.projections.participations import TABLE as TAKEN
from ledger.projections.registrants import REGISTRANTS
from ledger.projections.trainings import TABLE as TRAININGS
from ledger.rules.participations import OVER
from ledger.rules.trainings import open_gaps
from ledger.store import recorder
from ledger.view import Models, View

LISTED = 10  # Rows of a block; the rest has a page of its own.
LOOKED_AT = 1000  # Rows, at most, among which a block's are sought.
ENDING_DAYS = 180
DAY_MS = 86_400_000
NEWEST = 5000  # Events of the last day that are told, at most.
NATION = ""  # Where no province is meant.


class Block(NamedTuple):
    """The first rows, and how many were found: more than are listed, or all."""

    rows: list[Answer]
    many: int


class Told(NamedTuple):
    """An event of the last day. `region`: two digits, or NATION; `authority` None: the service's own."""

    recorded: int
    kind: str
    region: str
    authority: str | None


class Home:
    def __init__(self, context: Context) -> None:
        self._context, self._engine = context, context.history.engine
        self._recent: deque[Told] = deque(maxlen=NEWEST)
        self._size, self._turn = 0, Lock()

    def discrepancies(self, me: Me) -> Block:
        """Trainings whose last day has begun and that are not closed, the oldest first, with what must be explained."""
        today = to_days(legal_day(self._context.history.clock()))
        wanted = select(TRAININGS).where(TRAININGS.c.state == "planned", TRAININGS.c.authority == me.authority)
        wanted = wanted.where(scope.trainings(me.sight))
        with reading(self._engine) as connection:
            rows = [dict(row._mapping) for row in connection.execute(wanted.limit(LOOKED_AT))]
            over = sorted((r for r in rows if read(r, "days")[-1] <= today), key=lambda r: int(read(r, "days")[-1]))
            came = _came(connection, [row["id"] for row in over[:LISTED]])
        told = [
            {"training": str(UUID(bytes=row["id"])), "programme": row["programme"]}
            | {"on": from_days(read(row, "days")[-1]), "gaps": open_gaps(row, came[row["id"]])}
            for row in over[:LISTED]
        ]
        return Block(told, len(over))

    def doubted(self, me: Me) -> Block:
        """Certificates that stand though the attendance below them was corrected to too little, by number."""
        corrected = select(TAKEN.c.doubted).where(TAKEN.c.doubted > "").order_by(TAKEN.c.position.desc())
        seen = select(CERTIFICATES.c.number, CERTIFICATES.c.kind).where(scope.certificates(me.sight))
        with reading(self._engine) as connection:
            rows = connection.execute(corrected.limit(LOOKED_AT)).mappings()
            ids = [bytes.fromhex(id) for row in rows for id in read(dict(row), "doubted")]
            stands = seen.where(CERTIFICATES.c.id.in_(ids), CERTIFICATES.c.state.not_in(OVER))
            found = connection.execute(stands.order_by(CERTIFICATES.c.number)).mappings().all() if ids else []
        return block([dict(row) for row in found])

    def mandates(self, me: Me) -> Block:
        """Periods of the authority's or board's officers, and grants, that end in ENDING_DAYS or have just ended."""
        today = legal_day(self._context.history.clock())
        first, last = (to_days(today + timedelta(days=n)) for n in (-ENDING_DAYS, ENDING_DAYS))
        wanted = select(OFFICERS.c.office, OFFICERS.c.ends).where(
            OFFICERS.c.ends.between(first, last), OFFICERS.c.state == "appointed", OFFICERS.c.authority == me.authority
        )
        if me.region is not None:
            wanted = wanted.where(OFFICERS.c.region == me.region)
        with reading(self._engine) as connection:
            rows = [{"name": office, "ends": ends} for office, ends in connection.execute(wanted.limit(LOOKED_AT))]
            for row in Models(connection, self._context.config.origin).find(AUTHORITIES, "authority", me.authority):
                rows += [
                    {"name": g["name"], "ends": g["ends"]} for g in grants(row) if first <= (g["ends"] or 0) <= last
                ]
        rows.sort(key=lambda row: int(row["ends"]))
        return block(rows)

    # What is new --------------------------------------------------------------------------------------------------

    def changed(self, me: Me) -> list[Answer]:
        """How many events of which kind since this time yesterday, by province; the newest NEWEST of them."""
        since = self._context.history.clock() - DAY_MS
        with self._turn:
            self._learn(since)
            seen = (told for told in self._recent if me.sight.of(told.authority))
            counts = Counter((told.region, told.kind) for told in seen)
        mine = {key: n for key, n in counts.items() if me.region in (None, key[0])}
        regions = sorted({region for region, _ in mine})
        return [
            {"region": region, "kinds": {kind: n for (at, kind), n in sorted(mine.items()) if at == region}}
            for region in regions
        ]

    def _learn(self, since: int) -> None:
        """Events never change: each is read once, and forgotten after a day."""
        while self._recent and self._recent[0].recorded < since:
            self._recent.popleft()
        with reading(self._engine) as connection:
            size = recorder.head(connection)[0]
            if size == self._size:
                return
            start = max(self._size, size - NEWEST, recorder.reached(connection, lambda _, at: at < since))
            records = [past.read(entry) for _, entry, _ in recorder.entries(connection, start)]
            regions = _regions(Models(connection, self._context.config.origin), records)
        self._recent.extend(
            Told(r.recorded, r.event.TOPIC, regions.get(r.stream, NATION), r.authority) for r in records
        )
        self._size = size


def block(rows: list[Answer]) -> Block:
    """Of the first LISTED + 1 rows, or of all."""
    return Block(rows[:LISTED], len(rows))


def _came(connection: Connection, trainings: Sequence[bytes]) -> dict[bytes, Counter[str]]:
    """How many take part in each of these trainings, by group."""
    where = TAKEN.c.training.in_(trainings), TAKEN.c.state != "withdrawn"
    wanted = select(TAKEN.c.training, TAKEN.c.group_code, func.count()).where(*where)
    found: dict[bytes, Counter[str]] = {id: Counter() for id in trainings}
    for training, group, count in connection.execute(wanted.group_by(TAKEN.c.training, TAKEN.c.group_code)):
        found[training][group] = count
    return found


def _regions(models: Models, records: Sequence[Record]) -> dict[bytes, str]:
    """The province of each stream that is about somebody, or is a training."""
    views: dict[bytes, View] = {r.stream: VIEWS[KINDS[r.event.TOPIC][1]] for r in records}
    for view in set(views.values()):
        models.prefetch(view, [id for id, other in views.items() if other is view])
    rows = {id: models.get(view, id) or {} for id, view in views.items()}
    about = {id: id if views[id] is REGISTRANTS else row.get("registrant") for id, row in rows.items()}
    models.prefetch(REGISTRANTS, {who for who in about.values() if who})
    people = {id: models.get(REGISTRANTS, who) or {} for id, who in about.items() if who}
    return {id: ((people.get(id) or rows[id]).get("region") or NATION)[:2] for id in rows}
