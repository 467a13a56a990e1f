"""Keys over their whole life: rotated, retired, compromised, behind a passphrase, kept elsewhere."""

import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from secrets import token_bytes
from uuid import UUID

import pytest

from ledger.application.key_lists import SERVICE_ROLES
from ledger.audit.report import Report
from ledger.cli.story import BIMTEK, Story, StoryClock
from ledger.config import Config
from ledger.credentials.verdict import Colour, Reason
from ledger.database import reading
from ledger.domain.regulations import Regulation
from ledger.errors import ConfigError, InputError, NotFoundError, VerificationError
from ledger.events import payload_of
from ledger.signing import cose
from ledger.signing.key_records import Key
from ledger.signing.keyring import Keyring
from ledger.signing.public_key import ALG_ED25519
from ledger.store import recorder
from ledger.wiring import Ledger, build

DAY = BIMTEK[0]


def key(ledger: Ledger, role: str, state: str = "active", authority: str | None = None) -> Key:
    """The Ed25519 one: the log's notes have an ML-DSA-44 key beside it."""
    asked = (role, authority, state, ALG_ED25519)
    (found,) = (k for k in ledger.keys.current().keys if (k.role, k.authority, k.state, k.alg) == asked)
    return found


def last_signer(ledger: Ledger) -> bytes:
    """The kid under the newest event."""
    with reading(ledger.engine) as connection:
        (*_, (_, entry, _)) = recorder.entries(connection)
    assert payload_of(entry)
    return cose.parse(entry, typ=cose.EVENT_TYP).kid


def catalogue(story: Story, number: int) -> None:
    story.ledger.authorities.catalogue(story.actor("ketua"), regulation=f"UU {number}/2019", rank="UU", begins=DAY)


@pytest.mark.parametrize("role", SERVICE_ROLES)
def test_a_rotated_key_is_retired_and_another_takes_its_place(story: Story, clock: StoryClock, role: str) -> None:
    story.begins()
    old = key(story.ledger, role)
    clock.at(DAY + timedelta(days=1))

    answer = story.ledger.keys.rotate(role)

    assert key(story.ledger, role).kid != old.kid
    assert key(story.ledger, role, "retired").kid == old.kid
    assert answer["version"] == 2
    active = [k for k in story.ledger.keys.current().keys if k.state == "active"]
    assert answer["keys"] == [k.kid.hex() for k in active]
    assert sorted({k.role for k in active}) == sorted(SERVICE_ROLES)


@pytest.mark.parametrize("role", ["certificate", "status"])
def test_an_authoritys_key_is_rotated_alone(story: Story, clock: StoryClock, role: str) -> None:
    story.begins()
    story.authorities()
    old = key(story.ledger, role, authority="KEMENSOS")
    clock.at(DAY + timedelta(days=1))

    story.ledger.keys.rotate(role, "KEMENSOS")

    assert key(story.ledger, role, "retired", "KEMENSOS").kid == old.kid
    assert key(story.ledger, role, authority="KEMENSOS").kid != old.kid


def test_the_event_after_a_rotation_is_signed_by_the_new_key(story: Story, clock: StoryClock) -> None:
    """The list itself is still signed by the old one; the fixture audits all of it."""
    story.begins()
    old = key(story.ledger, "event")
    clock.at(DAY + timedelta(days=1))

    story.ledger.keys.rotate("event")
    assert last_signer(story.ledger) == old.kid
    catalogue(story, 1)

    assert last_signer(story.ledger) == key(story.ledger, "event").kid != old.kid


def test_another_process_signs_with_the_key_of_the_list_in_force(
    story: Story, config: Config, clock: StoryClock
) -> None:
    story.begins()
    other = build(config, clock=clock)
    second = Story(other, clock)
    second.officers = story.officers
    catalogue(second, 1)
    assert last_signer(other) == key(other, "event").kid

    story.ledger.keys.rotate("event")
    catalogue(second, 2)

    assert last_signer(other) == key(story.ledger, "event").kid
    other.engine.dispose()


@pytest.mark.parametrize("what", ["retire", "compromise"])
@pytest.mark.parametrize("role", SERVICE_ROLES)
def test_the_ledger_goes_on_when_its_last_key_of_a_role_ends(story: Story, what: str, role: str) -> None:
    story.begins()
    old, keys, size = key(story.ledger, role), story.ledger.keys, story.ledger.histories.size()

    answer = keys.retire(old.kid) if what == "retire" else keys.compromise(old.kid, size + 1)
    catalogue(story, 1)

    assert old.kid.hex() not in answer["keys"]
    assert key(story.ledger, role).kid != old.kid
    assert last_signer(story.ledger) == key(story.ledger, "event").kid


def test_a_certificate_of_a_compromised_key_is_not_believed_unless_it_was_issued_before(
    story: Story, clock: StoryClock
) -> None:
    for step in (story.begins, story.authorities, story.staff, story.volunteer_scheme, story.training_planned):
        step()
    story.sheet_imported()
    story.training_closed()
    acts = story.ledger.certificates.attendance(story.training)[:1]
    (number,) = story.issued("attendance", "petugas", "kepala", acts)
    code = story.ledger.certificates.code(number, reader="test")
    kid = key(story.ledger, "certificate", authority="KEMENSOS").kid
    issued = next(
        event["position"]
        for event in story.ledger.histories.of_certificate(number)
        if event["kind"] == "certificate.issued"
    )
    clock.at(BIMTEK[1] + timedelta(days=9))
    assert story.ledger.verifications.by_code(code, context="KEMENSOS").colour is Colour.GREEN

    story.ledger.keys.compromise(kid, issued + 1)
    before = story.ledger.verifications.by_code(code, context="KEMENSOS")
    story.ledger.keys.compromise(kid, issued)
    after = story.ledger.verifications.by_code(code, context="KEMENSOS")

    assert before.colour is Colour.GREEN
    assert (after.colour, after.reason) == (Colour.RED, Reason.KEY)


def test_a_refreshed_list_makes_no_key_that_is_there(story: Story, clock: StoryClock) -> None:
    story.begins()
    story.authorities()
    before = story.ledger.keys.current()
    clock.at(DAY + timedelta(days=100))

    story.ledger.keys.refresh()

    after = story.ledger.keys.current()
    assert (after.version, after.keys) == (before.version + 1, before.keys)
    assert after.exp > before.exp


def test_what_no_list_can_say_is_refused_and_writes_nothing(story: Story) -> None:
    story.begins()
    size = story.ledger.histories.size()

    with pytest.raises(InputError) as unknown:
        story.ledger.keys.rotate("root")
    with pytest.raises(InputError):
        story.ledger.keys.rotate("certificate")
    with pytest.raises(NotFoundError):
        story.ledger.keys.retire(bytes(8))
    with pytest.raises(VerificationError):
        story.ledger.keys.rotate("certificate", "KEMENSOS")  # It has no grant yet.

    assert unknown.value.code == "key-role-unknown"
    assert story.ledger.histories.size() == size


def test_every_key_file_is_for_its_owner_only(story: Story) -> None:
    story.begins()
    story.authorities()
    folder = story.ledger.config.keys_folder

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = list(folder.iterdir())
    assert len(files) == 1 + 1 + len(SERVICE_ROLES) + 1 + 2  # kek, root, the log's second key, two of the authority
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_key_file_that_others_may_read_is_refused(story: Story, config: Config, clock: StoryClock) -> None:
    story.begins()
    (file,) = config.keys_folder.glob("event-*")
    file.chmod(0o640)
    other = build(config, clock=clock)

    with pytest.raises(ConfigError) as refused, other.context.history.writing():
        pass

    assert refused.value.code == "key-file-open"
    other.engine.dispose()


@contextmanager
def elsewhere(folder: Path, place: Path) -> Iterator[None]:
    """The root keys, while they lie in a safe."""
    moved = [file.rename(place / file.name) for file in folder.glob("root-*")]
    assert moved
    yield
    for file in moved:
        file.rename(folder / file.name)


def test_without_the_root_keys_no_list_is_made_and_nothing_is_written(
    story: Story, config: Config, clock: StoryClock, tmp_path: Path
) -> None:
    story.begins()
    size, files = story.ledger.histories.size(), sorted(config.keys_folder.iterdir())
    other = build(config, clock=clock)

    with elsewhere(config.keys_folder, tmp_path):
        for change in (other.keys.refresh, lambda: other.keys.rotate("event")):
            with pytest.raises(ConfigError) as refused:
                change()
            assert refused.value.code == "root-keys-elsewhere"
        catalogue(story, 1)  # What needs no root goes on.

    assert story.ledger.histories.size() == size + 1
    assert sorted(config.keys_folder.glob("event-*")) == [f for f in files if f.name.startswith("event-")]
    other.engine.dispose()


@pytest.fixture
def locked(config: Config, tmp_path: Path) -> Config:
    """A production's settings: another origin, a passphrase from a file."""
    secret = tmp_path / "passphrase"
    secret.write_text("kata sandi yang panjang\n", encoding="utf-8")
    secret.chmod(0o600)
    made = replace(config, origin="ledger.ipspi.example", passphrase=f"file:{secret}", keys=str(tmp_path / "locked"))
    Keyring(made.keys_folder, b"kata sandi yang panjang", made.origin).create_kek(token_bytes(32))
    return made


def test_a_ledger_behind_a_passphrase_works_from_end_to_end(
    locked: Config, clock: StoryClock, audit_of: Callable[[Ledger], Report]
) -> None:
    story = Story(build(locked, clock=clock), clock)

    for step in (story.begins, story.authorities, story.staff, story.volunteer_scheme, story.training_planned):
        step()
    story.ledger.keys.rotate("event")
    catalogue(story, 1)

    assert audit_of(story.ledger).sound
    assert all(b"ENCRYPTED" in file.read_bytes() for file in locked.keys_folder.glob("*.pem"))
    story.ledger.engine.dispose()


def test_a_wrong_passphrase_is_one_clear_error(locked: Config, clock: StoryClock, tmp_path: Path) -> None:
    story = Story(build(locked, clock=clock), clock)
    story.begins()
    wrong = tmp_path / "wrong"
    wrong.write_text("kata sandi yang lain\n", encoding="utf-8")
    wrong.chmod(0o600)
    other = build(replace(locked, passphrase=f"file:{wrong}"), clock=clock)
    size = story.ledger.histories.size()

    with pytest.raises(ConfigError) as refused, other.context.history.writing() as turn:
        turn.save(Regulation.begin(UUID(int=1), regulation="UU 1/2019", rank="UU", begins=DAY))

    assert refused.value.code == "key-file-locked"
    assert "sandi" not in str(refused.value)
    assert story.ledger.histories.size() == size
    for one in (other, story.ledger):
        one.engine.dispose()
