"""One person behind two accounts: approvals by two officers who are one, found by the person and by the key."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.cli.story import Story
from tests.audit.attacks.attacker import Attacker, Found
from tests.audit.bundle.conftest import of
from tests.conftest import GREEN_DAY
from tests.rules.breaches.registry import without
from tests.rules.conftest import World

IN_IPSPI: dict[str, Any] = {"authority": "IPSPI", "roles": ["admin", "approve"], "ends": None}


@pytest.fixture
def world(story: Story) -> World:
    """The story's people with the hands of the small world's; a third officer of the association, with a key."""
    keys = {who: key.private_bytes_raw() for who, key in story.keys.items()}
    rest: dict[str, Any] = dict.fromkeys(("planned", "participants", "participations", "assessments", "decrees"))
    told = vars(story)
    known = {name: told[name] for name in ("ledger", "clock", "officers", "people", "schemes", "training")}
    found = World(**known, keys=keys, certificate="", **rest)
    appointed(found, "bendahara", found.people["assessor-ipspi"])
    enrolled(found, "bendahara", Ed25519PrivateKey.generate())
    return found


def appointed(world: World, who: str, person: UUID, by: tuple[str, str] = ("ketua", "sekretaris")) -> None:
    act = world.ledger.officers.appoint(person=person, office="Bendahara DPP", begins=GREEN_DAY, **IN_IPSPI)
    world.approved([act], by=by)
    world.officers[who] = act.stream


def enrolled(world: World, who: str, key: Ed25519PrivateKey, by: tuple[str, str] = ("sekretaris", "ketua")) -> None:
    world.approved([world.ledger.officers.enrol_key(world.officers[who], key.public_key().public_bytes_raw())], by=by)
    world.keys[who] = key.private_bytes_raw()


def both(world: World, tmp_path: Path) -> tuple[list[Found] | None, int]:
    """What both find, and the position of the last event."""
    attacker = Attacker(world.ledger, of(world.ledger).entries)
    return attacker.both(attacker.write(tmp_path / "bundle")), len(attacker.entries) - 1


def test_a_second_account_of_an_officer_is_found_when_it_is_made(world: World, tmp_path: Path) -> None:
    with without("one_person_is_one_officer"):
        appointed(world, "again", world.people["ketua"], by=("sekretaris", "bendahara"))
        enrolled(world, "again", Ed25519PrivateKey.generate(), by=("sekretaris", "bendahara"))
    made = world.ledger.histories.size() - 4
    with without("nobody_approves_an_own_proposal"):
        world.approved([world.ledger.officers.dismiss(world.officers["petugas"], "ended")], by=("ketua", "again"))

    found, last = both(world, tmp_path)

    assert found == [(made, "person-is-officer", "")]
    assert 2000 < made < last


def test_an_own_proposal_approved_from_a_later_account_is_found(world: World, tmp_path: Path) -> None:
    """Each account was lawful in its time."""
    proposal = world.proposed([world.ledger.officers.dismiss(world.officers["petugas"], "ended")], "ketua")
    by = ("sekretaris", "bendahara")
    world.approved([world.ledger.officers.dismiss(world.officers["ketua"], "ended")], by=by)
    appointed(world, "again", world.people["ketua"], by=by)
    enrolled(world, "again", Ed25519PrivateKey.generate(), by=by)
    with without("nobody_approves_an_own_proposal"):
        world.approve_with(proposal, "again")

    found, last = both(world, tmp_path)

    assert found == [(last, "own-proposal", "")]


def test_a_key_that_two_officers_hold_is_found(world: World, tmp_path: Path) -> None:
    key = Ed25519PrivateKey.from_private_bytes(world.keys["wakil"])
    with without("a_key_belongs_to_one_officer"):
        enrolled(world, "petugas", key)

    found, last = both(world, tmp_path)

    assert found == [(last, "key-taken", "")]


def test_a_key_that_two_people_held_one_after_the_other_is_found(world: World, tmp_path: Path) -> None:
    """No rule of the service asks this; the audit does."""
    key = Ed25519PrivateKey.from_private_bytes(world.keys["wakil"])
    world.approved([world.ledger.officers.end_key(world.officers["wakil"], "key-lost")])
    enrolled(world, "bendahara", key, by=("sekretaris", "ketua"))

    found, last = both(world, tmp_path)

    assert found == [(last, "key-taken", "")]
