"""Trainings: what was announced, the quotas, who came, what was explained."""

from sqlalchemy import Connection, select

from ledger.database import Row
from ledger.domain.trainings import Training
from ledger.events import Record
from ledger.projections.columns import days, listed, number, read, text, view_table
from ledger.view import View

TABLE = view_table(
    "trainings",
    text("programme"),
    text("activity"),
    text("tier"),
    text("authority"),
    text("days"),
    number("hours"),
    number("minimum_days"),
    number("announced"),
    text("quotas"),
    text("explained"),
    text("instructors"),
    text("roster"),
    number("completed"),
    number("pilot"),
    text("region", index=True),
)


def fold(row: Row, r: Record) -> Row:
    match r.event:
        case Training.Created() as e:
            row = {
                "programme": e.programme,
                "activity": e.activity,
                "tier": e.tier,
                "authority": e.authority,
                "days": listed([days(d) for d in e.days]),
                "hours": e.hours,
                "minimum_days": e.minimum_days,
                "announced": e.announced,
                "quotas": listed(e.quotas),
                "explained": "[]",
                "instructors": "[]",
                "roster": "{}",
                "completed": None,
                "pilot": int(e.pilot),
                "region": e.region,
            }
        case Training.Explained() as e:
            gap = e.gap if e.group is None else f"{e.gap}/{e.group}"
            row = row | {"explained": listed([*read(row, "explained"), [gap, e.expected, e.found]])}
        case Training.InstructorAssigned() as e:
            row = row | {"instructors": listed([*read(row, "instructors"), e.person.hex])}
        case Training.Closed() as e:
            row = row | {"roster": listed(e.roster), "completed": e.completed}
    return row


TRAININGS = View(TABLE, Training, fold, lookups=("region",), named="training")


def page(connection: Connection, authority: str, region: str | None, after: bytes | None, limit: int) -> list[Row]:
    """This authority's trainings, of one province if `region` is given, the newest first: `limit` after `after`."""
    wanted = select(TABLE).where(TABLE.c.authority == authority).order_by(TABLE.c.id.desc()).limit(limit)
    if region is not None:
        wanted = wanted.where(TABLE.c.region == region)
    if after is not None:
        wanted = wanted.where(TABLE.c.id < after)
    return [dict(row._mapping) for row in connection.execute(wanted)]
