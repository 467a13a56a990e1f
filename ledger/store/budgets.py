"""How often something may be asked: a counter for each kind of question and each asker, over an hour.

An asker is kept as an HMAC only, and its counter is swept when its hour is over. Losing the table costs nothing.
"""

import hmac
import math
import re
from collections.abc import Callable, Iterable
from ipaddress import IPv6Address, ip_address, ip_network
from typing import NamedTuple

from sqlalchemy import Column, Connection, Engine, LargeBinary, String, Table, delete

from ledger.database import BIG, HISTORY, MARK, run, writing
from ledger.errors import BudgetError

HOUR = 3_600_000  # ms
PORT = re.compile(r"\[(.*)\](?::[0-9]*)?|([0-9.]+):[0-9]*")
SITE = 64  # bits: a subscriber has at least that many addresses of IPv6. Source: RFC 6177
BUDGETS = Table(
    "budgets",
    HISTORY,
    Column("kind", String, primary_key=True),
    Column("asker", LargeBinary(32), primary_key=True),
    Column("ends", BIG, nullable=False, index=True),  # ms UTC
    Column("used", BIG, nullable=False),
)
COUNT = """
INSERT INTO budgets (kind, asker, ends, used) VALUES ({0}, {0}, {0}, 1)
ON CONFLICT (kind, asker) DO UPDATE SET used = budgets.used + 1 RETURNING used, ends"""


class Budget(NamedTuple):
    """One question of this kind by this asker, who may put `most` within an hour."""

    kind: str
    asker: str
    most: int


class Budgets:
    """Counts for all processes of the service alike.

    Args:
        kek: The vault's key: only who has it can find an asker by trying all.
        clock: ms UTC.
    """

    def __init__(self, engine: Engine, kek: bytes, clock: Callable[[], int]) -> None:
        self._engine, self._clock = engine, clock
        self._secret = hmac.digest(kek, b"peksos/budgets/1", "sha256")

    def spend(self, budgets: Iterable[Budget]) -> None:
        """As `spend_in`, in a turn of its own."""
        with writing(self._engine) as connection:
            self.spend_in(connection, budgets)

    def spend_in(self, connection: Connection, budgets: Iterable[Budget]) -> None:
        """Inside the turn in which the question is answered: what is refused undoes the turn, and is not counted.

        Raises: BudgetError: `budget-spent`, until the last of those that are spent is there again.
        """
        now = self._clock()
        connection.execute(delete(BUDGETS).where(BUDGETS.c.ends <= now))
        waits = [ends - now for budget in budgets for ends in self._spent(connection, budget, now)]
        if waits:
            seconds = math.ceil(max(waits) / 1000)
            raise BudgetError("budget-spent", seconds=seconds, minutes=math.ceil(seconds / 60))

    def _spent(self, connection: Connection, budget: Budget, now: int) -> list[int]:
        """Count one question; when the budget is there again (ms UTC), if there is none left."""
        asker = hmac.digest(self._secret, f"{budget.kind}\0{budget.asker}".encode(), "sha256")
        sql = COUNT.format(MARK[connection.dialect.name])
        ((used, ends),) = run(connection, sql, (budget.kind, asker, now + HOUR)).fetchall()
        return [ends] if used > budget.most else []


def network(address: str) -> str:
    """Who is one asker: an IPv4 address, or the /64 of an IPv6 address; what is neither stands for itself.

    Some proxies add a port, as in `192.0.2.1:40000` and `[2001:db8::1]:40000`: it makes nobody another asker.
    """
    ported = PORT.fullmatch(address)
    bare = (ported[1] or ported[2] or "") if ported else address
    try:
        parsed = ip_address(bare.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_network((parsed, SITE), strict=False))
