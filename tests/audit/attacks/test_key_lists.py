"""A key list that goes back, or says something else under the same version; a certificate under a borrowed mandate."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.application.key_lists import signed
from ledger.cli.story import Story
from ledger.signing import cbor
from ledger.signing.key_records import KeyList
from tests.audit.attacks.attacker import Attacker
from tests.audit.bundle.conftest import of
from tests.rules.breaches.keys import key_list
from tests.rules.breaches.registry import without

LAST = "a_key_list_is_signed_by_the_roots_and_follows_the_last"
CHANGES: dict[str, Callable[[KeyList], KeyList]] = {
    "lower": lambda new: replace(new, version=new.version - 3),
    "same": lambda new: replace(new, version=new.version - 1, exp=new.exp + 1),
}


@pytest.mark.parametrize("version", CHANGES)
def test_a_recorded_key_list_of_an_earlier_version_is_found(story: Story, tmp_path: Path, version: str) -> None:
    """The roots signed it; the service did not ask what it follows."""
    with without(LAST):
        key_list(story, CHANGES[version])
    attacker = Attacker(story.ledger, of(story.ledger).entries)

    found = attacker.both(attacker.write(tmp_path / "bundle"))

    assert found is not None
    assert [one for one in found if not one[2]] == [(len(attacker.entries) - 1, "key-list-refused", "")]


@pytest.mark.parametrize("version", ["lower", "same"])
def test_a_published_key_list_that_is_not_the_recorded_one_is_found(
    attacker: Attacker, bundle: Path, version: str
) -> None:
    """In the file of the newest stands one of before, or another one; the roots signed either."""
    (*_, (_, before), (at, _)) = attacker.key_events(len(attacker.entries))
    now, context = attacker.ledger.keys.current(), attacker.ledger.context
    other = vars(before) if version == "lower" else signed(context, replace(now, exp=now.exp + 1))
    file = f"keys/{now.version:06d}.cbor"
    (bundle / file).write_bytes(cbor.encode({"list": other["list"], "signed": list(other["signed"])}))

    found = attacker.both(attacker.resign(bundle))

    assert found == [(at, "key-list-differs", file)]


def test_a_certificate_moved_under_another_authority_is_found(attacker: Attacker, tmp_path: Path) -> None:
    """Of a batch that two officers of the ministry made and approved; at its end the acts are compared."""
    at = max(r.position for r in attacker.records if getattr(r.event, "kind", "") == "RELAWAN/PSM-DASAR")
    moved = attacker.record(at)
    vars(moved.event)["authority"] = "IPSPI"
    attacker.entries[at] = attacker.sign(moved)

    assert attacker.both(attacker.write(tmp_path / "bundle")) == [(at, "not-what-was-approved", "")]
