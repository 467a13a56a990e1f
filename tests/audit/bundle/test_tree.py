"""The tree and the times, apart from any bundle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.audit.kept import DAY, Kept, Times
from ledger.audit.tree import Tree
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.merkle import leaf_hash, root_of
from ledger.transparency.tiles import Tile, tiles_of

ENTRIES = [n.to_bytes(4, "big") for n in range(66_100)]


def times(cosigned: dict[int, int], quorum: dict[int, int] | None = None) -> Times:
    """By size, s UTC of the one cosignature, and when a quorum was complete."""
    points = {size: Checkpoint("log", size, bytes(32)) for size in {**cosigned, **(quorum or {})}}
    seen = {size: {"a": time} for size, time in cosigned.items()}
    return Times([Kept("", point, seen.get(size, {}), (quorum or {}).get(size)) for size, point in points.items()])


def test_every_tile_and_every_root_asked_for_is_hashed() -> None:
    """Two levels full, the third begun."""
    sizes = [0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, len(ENTRIES)]
    told: dict[Tile, bytes] = {}
    tree = Tree(sizes, lambda tile, data: told.update({tile: data}))

    for entry in ENTRIES:
        tree.append(entry)
    tree.end()

    leaves = [leaf_hash(entry) for entry in ENTRIES]
    assert tree.roots == {size: root_of(leaves[:size]) for size in sizes}
    assert set(told) == set(tiles_of(len(ENTRIES)))
    assert told[Tile(0, 1)] == b"".join(leaves[256:512])
    assert told[Tile(1, 1, 2)] == root_of(leaves[65_536:65_792]) + root_of(leaves[65_792:66_048])
    assert told[Tile(2, 0, 1)] == root_of(leaves[:65_536])


@given(
    st.dictionaries(st.integers(1, 30), st.integers(0, 4000), max_size=6), st.lists(st.integers(0, 4000), min_size=30)
)
def test_a_time_is_named_where_no_cosigned_checkpoint_allows_it(cosigned: dict[int, int], seconds: list[int]) -> None:
    asked, recorded = times(cosigned), sorted(seconds)[:30]

    found = [asked.ask(position, second * 1000) for position, second in enumerate(recorded)]

    for position, second in enumerate(recorded):
        after = any(second > time + 300 for size, time in cosigned.items() if position < size)
        before = any(second < time - 300 for size, time in cosigned.items() if position >= size)
        assert (found[position] is None) or after or before
    assert any(found) == any(
        second > time + 300 if position < size else second < time - 300
        for position, second in enumerate(recorded)
        for size, time in cosigned.items()
    )


def test_each_stretch_between_two_checkpoints_is_named_once() -> None:
    asked = times({2: 1000, 4: 2000})

    found = [asked.ask(position, 9_000_000) for position in range(5)]

    assert found == ["recorded-after-witness", None, "recorded-after-witness", None, None]


@pytest.mark.parametrize(("second", "code"), [(1300, None), (1301, "recorded-after-witness")])
def test_five_minutes_are_allowed(second: int, code: str | None) -> None:
    assert times({1: 1000}).ask(0, second * 1000) == code


@pytest.mark.parametrize(("waited", "code"), [(DAY, None), (DAY + 1, "unwitnessed-long")])
def test_a_day_without_witnesses_is_allowed(waited: int, code: str | None) -> None:
    asked = times({}, {1: 5, 3: 10 + waited})

    found = [asked.ask(position, 10_000) for position in range(3)]

    assert found == [None, code, None]
    assert (asked.longest, asked.watched_from) == (waited, 1)


def test_what_a_quorum_saw_later_but_of_more_entries_counts() -> None:
    """One of few was cosigned late, one of more before it: these saw the few too."""
    asked = times({}, {1: 5, 2: 10 * DAY, 3: 20})

    assert [asked.ask(position, 10_000) for position in range(3)] == [None, None, None]
    assert asked.longest == 10


def test_before_the_first_quorum_nobody_can_say_how_long_an_event_had_waited() -> None:
    asked = times({2: 5}, {4: 10 * DAY})

    assert [asked.ask(position, 1000) for position in range(5)] == [None] * 5
    assert (asked.longest, asked.watched_from) == (0, 4)
    assert times({2: 5}).watched_from is None
