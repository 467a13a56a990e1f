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
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.application.genesis import request_first
from ledger.application.key_changes import SERVICE_ROLES, retirement, rotation
from ledger.audit.report import Report
from ledger.cli.story import BIMTEK, Story, StoryClock
from ledger.config import Config
from ledger.credentials.verdict import Colour, Reason
from ledger.database import reading
from ledger.domain.regulations import Regulation
from ledger.errors import ConfigError, InputError, NotFoundError, RuleError
from ledger.events import payload_of
from ledger.signing import cose, key_files
from ledger.signing.key_records import Key, RootKey, RootSet
from ledger.signing.key_request import Request
from ledger.signing.keyring import Keyring
from ledger.signing.public_key import ALG_ED25519
from ledger.store import recorder
from ledger.wiring import Ledger, build

DAY = BIMTEK[0]
DAY_OF_KEYS = 1_581_811_200  # s UTC: the day before.


def key(ledger: Ledger, role: str, state: str = "active", authority: str | None = None) -> Key:
    """The Ed25519 one: the log's notes have an ML-DSA-44 key beside it."""
    asked = (role, authority, state, ALG_ED25519)
    (found,) = (k for k in ledger.keys.current().keys if (k.role, k.authority, k.state, k.alg) == asked)
    return found


def signed_here(ledger: Ledger, request: Request) -> Request:
    """By the demonstration's root key."""
    for root in ledger.context.keyring.roots(ledger.keys.current().roots.keys):
        request = request.signed_by(root)
    return request


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
    with pytest.raises(NotFoundError):
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


def test_what_a_key_signs_until_the_roots_have_signed_its_end_is_believed(story: Story, clock: StoryClock) -> None:
    for step in (story.begins, story.authorities, story.staff, story.volunteer_scheme, story.training_planned):
        step()
    story.sheet_imported()
    story.training_closed()
    keys, acts = story.ledger.keys, story.ledger.certificates.attendance(story.training)[:2]
    clock.at(BIMTEK[1] + timedelta(days=3))
    request = keys.request(rotation("certificate", "KEMENSOS"))
    clock.at(BIMTEK[1] + timedelta(days=6))
    (between,) = story.issued("attendance", "petugas", "kepala", acts[:1])

    answer = keys.accept(signed_here(story.ledger, request).encode())
    (after,) = story.issued("later", "petugas", "kepala", acts[1:])

    assert answer["version"] == 3
    clock.at(BIMTEK[1] + timedelta(days=9))
    for number in (between, after):
        code = story.ledger.certificates.code(number, reader="test")
        assert story.ledger.verifications.by_code(code, context="KEMENSOS").colour is Colour.GREEN


def test_a_request_waits_thirty_days_and_no_longer(story: Story, clock: StoryClock) -> None:
    story.begins()
    requests = [story.ledger.keys.request(rotation(role)) for role in ("receipt", "event")]
    size = story.ledger.histories.size()

    clock.at(DAY + timedelta(days=31), 0)
    with pytest.raises(RuleError) as refused:
        story.ledger.keys.accept(signed_here(story.ledger, requests[0]).encode())
    assert story.ledger.histories.size() == size
    clock.at(DAY + timedelta(days=30), 23)
    story.ledger.keys.accept(signed_here(story.ledger, requests[1]).encode())

    assert refused.value.code == "key-list-time"
    assert (key(story.ledger, "event", "retired").ends or 0) > clock() // 1000  # What it signed so far is believed.


def test_a_request_that_no_longer_says_what_the_history_says_is_refused(story: Story) -> None:
    story.begins()
    request = signed_here(story.ledger, story.ledger.keys.request(rotation("receipt")))
    story.ledger.authorities.catalogue(story.actor("ketua"), regulation="UU 9/2020", rank="UU", begins=DAY)
    book = story.ledger.authorities
    ipspi = book.register("IPSPI", "https://demo.contoh.invalid/status/ipspi")
    grant = book.grant(
        *(ipspi.stream,), name="DPP IPSPI", scope="*", schemes=("PEKSOS/GENERALIS",), basis="UU 9/2020", begins=DAY
    )
    story.approved("ketua", "sekretaris", [ipspi, grant])

    with pytest.raises(RuleError) as refused:
        story.ledger.keys.accept(request.encode())

    assert refused.value.code == "key-list-authorities"


def test_a_request_whose_keys_lie_elsewhere_is_refused(story: Story, config: Config, clock: StoryClock) -> None:
    """Else nothing could be written any more."""
    story.begins()
    request = signed_here(story.ledger, story.ledger.keys.request(rotation("event")))
    new = next(k for k in request.lists()[1].keys if (k.role, k.state) == ("event", "active"))
    file = config.keys_folder / f"event-{new.kid.hex()}.pem"
    file.unlink()

    with pytest.raises(ConfigError) as missing:
        story.ledger.keys.accept(request.encode())
    key_files.save_private(file, Ed25519PrivateKey.generate(), passphrase=None)
    with pytest.raises(ConfigError) as another:
        story.ledger.keys.accept(request.encode())

    assert (missing.value.code, another.value.code) == ("key-file-missing", "key-file-malformed")
    catalogue(story, 1)


def test_a_key_that_has_ended_ends_no_later(story: Story, clock: StoryClock) -> None:
    story.begins()
    old = key(story.ledger, "receipt")
    story.ledger.keys.retire(old.kid)
    ended = key(story.ledger, "receipt", "retired").ends
    clock.at(DAY + timedelta(days=20))

    story.ledger.keys.retire(old.kid)
    later = story.ledger.keys.request(retirement(old.kid)).lists()[1]

    assert key(story.ledger, "receipt", "retired").ends == ended
    assert [k.ends for k in later.keys if k.kid == old.kid] == [ended]


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


def with_its_root_at_hand(ledger: Ledger) -> bytes:
    """A first list that the ceremony of a single root would sign, whose key is brought to the server for once."""
    keyring, now = ledger.context.keyring, DAY_OF_KEYS
    roots = RootSet((RootKey(keyring.create("root")),), 1)
    (root,) = keyring.roots(roots.keys)
    return request_first(keyring, now).with_roots(roots).signed_by(root).encode()


def test_a_ledger_behind_a_passphrase_works_from_end_to_end(
    locked: Config, clock: StoryClock, audit_of: Callable[[Ledger], Report]
) -> None:
    story = Story(build(locked, clock=clock), clock)

    story.begins(with_its_root_at_hand(story.ledger))
    for step in (story.authorities, story.staff, story.volunteer_scheme, story.training_planned):
        step()
    story.ledger.keys.rotate("event")
    catalogue(story, 1)

    assert audit_of(story.ledger).sound
    assert all(b"ENCRYPTED" in file.read_bytes() for file in locked.keys_folder.glob("*.pem"))
    story.ledger.engine.dispose()


def test_a_wrong_passphrase_is_one_clear_error(locked: Config, clock: StoryClock, tmp_path: Path) -> None:
    story = Story(build(locked, clock=clock), clock)
    story.begins(with_its_root_at_hand(story.ledger))
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
