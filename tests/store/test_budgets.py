"""What anybody may ask is counted by the hour, for every asker alike."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, select

from ledger.database import HISTORY, open_database, reading
from ledger.errors import BudgetError
from ledger.store.budgets import BUDGETS, HOUR, Budget, Budgets, network

KEK = bytes(range(32))


@dataclass
class Counter:
    engine: Engine
    now: int = 1_792_000_000_000
    budgets: Budgets = field(init=False)

    def __post_init__(self) -> None:
        self.budgets = Budgets(self.engine, KEK, lambda: self.now)

    def spend(self, *budgets: Budget) -> bool:
        """Whether it was still allowed."""
        try:
            self.budgets.spend(budgets)
        except BudgetError:
            return False
        return True

    def rows(self) -> list[tuple[int, int]]:
        with reading(self.engine) as connection:
            return [(used, ends) for used, ends in connection.execute(select(BUDGETS.c.used, BUDGETS.c.ends))]


@pytest.fixture
def counter(database: tuple[str, str]) -> Iterator[Counter]:
    engine = open_database(database[0])
    HISTORY.create_all(engine)
    yield Counter(engine)
    engine.dispose()


def test_so_many_are_allowed_within_an_hour_and_again_in_the_next(counter: Counter) -> None:
    one = Budget("number", "IPSPI-1", 3)
    assert [counter.spend(one) for _ in range(5)] == [True, True, True, False, False]

    counter.now += HOUR - 1
    assert not counter.spend(one)
    counter.now += 1
    assert counter.spend(one)


def test_a_refusal_says_when_to_ask_again(counter: Counter) -> None:
    counter.spend(Budget("number", "IPSPI-1", 1))
    counter.now += HOUR - 90_500

    with pytest.raises(BudgetError) as refused:
        counter.budgets.spend([Budget("number", "IPSPI-1", 1)])

    assert refused.value.code == "budget-spent"
    assert refused.value.facts == {"seconds": 91, "minutes": 2}


def test_askers_and_kinds_are_counted_apart(counter: Counter) -> None:
    assert counter.spend(Budget("number", "A", 1))
    assert counter.spend(Budget("number", "B", 1))
    assert counter.spend(Budget("address", "A", 1))
    assert not counter.spend(Budget("number", "A", 1))


def test_what_is_refused_is_not_counted_anywhere(counter: Counter) -> None:
    spent, other = Budget("number", "A", 0), Budget("address", "B", 1)

    assert not counter.spend(other, spent)
    assert counter.spend(other)
    assert not counter.spend(other)


def test_counters_are_swept_and_name_nobody(counter: Counter) -> None:
    for last in range(9):
        counter.spend(Budget("address", f"203.0.113.{last}", 9))
    assert len(counter.rows()) == 9
    with reading(counter.engine) as connection:
        assert all(len(asker) == 32 for asker in connection.scalars(select(BUDGETS.c.asker)))

    counter.now += HOUR
    counter.spend(Budget("address", "203.0.113.9", 9))

    assert counter.rows() == [(1, counter.now + HOUR)]


def test_who_ask_at_once_are_all_counted(counter: Counter) -> None:
    together, allowed = Barrier(6), list[bool]()

    def ask() -> None:
        together.wait()
        allowed.append(counter.spend(Budget("checks", "", 4)))

    threads = [Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(allowed) == [False, False, True, True, True, True]


@pytest.mark.parametrize(
    ("address", "one"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("203.0.113.7:40000", "203.0.113.7"),
        ("[2001:db8:1:2::9]:40000", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
        ("[]:1", "[]:1"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_a_subscriber_is_one_asker(address: str, one: str) -> None:
    assert network(address) == one
