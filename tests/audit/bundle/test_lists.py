"""Published lists in a bundle: what they say is what the history said then, index by index and token by token."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from ledger.cli.story import Story
from ledger.credentials import registered, status_list
from ledger.credentials.registered import Bucket
from ledger.credentials.status_list import Status, StatusList
from ledger.database import reading
from ledger.domain.values import legal_day
from ledger.projections import listings
from ledger.store import published

DATABASES = ["sqlite"]  # What is asked of a database here, publishing asks over both.
pytestmark = pytest.mark.usefixtures("unnoted")

WHAT = {"purpose": "annual-audit", "recipient": "BPK", "retention": date(2027, 12, 31)}
LIST = "status/status/ipspi/0"


def act(story: Story, what: str, number: str, serial: int) -> None:
    on = legal_day(story.clock.ms or 0)
    matter = {"suspend": "suspension", "revoke": "revocation"}[what]
    decree = story.decree("ketua", f"{serial}/DPP IPSPI/SK/2026", matter, on, "decider-ipspi")
    one = story.ledger.certificates.status_act(what, number, decree=decree, reason="fraud")
    story.approved("ketua", "sekretaris", [one], effective=on)


def tick(story: Story, ms: int = 1000) -> None:
    story.clock.ms = (story.clock.ms or 0) + ms


@pytest.fixture
def listed(told: Story) -> Story:
    """One is revoked, one erased, one stands on a new paper; then the lists are published."""
    act(told, "revoke", told.numbers["graduates"][0], 91)
    holder = UUID(told.ledger.certificates.show(told.numbers["graduates"][1])["registrant"])
    told.approved("ketua", "sekretaris", [told.ledger.registrants.erase(holder, "PDP-43")])
    decree = told.decree("ketua", "92/DPP IPSPI/SK/2026", "replacement", legal_day(told.clock.ms or 0), "decider-ipspi")
    paper = told.ledger.certificates.reissue(told.numbers["graduates"][2], decree=decree, reason="lost")
    told.approved("ketua", "sekretaris", [paper])
    tick(told)
    told.ledger.publishing.keep()
    return told


@pytest.fixture
def bundle(listed: Story, tmp_path: Path) -> Path:
    tick(listed)
    listed.ledger.exports.make(listed.actor("ketua"), tmp_path / "out", **WHAT)
    return tmp_path / "out"


def found(maker: Any, folder: Path) -> list[tuple[str, str, int | None]]:
    report = maker.audited(folder, policy=None)
    return [(one.code, one.file, one.position) for one in report.findings]


def resigned(story: Story, folder: Path, change: Callable[[StatusList], StatusList]) -> None:
    """By the key that signs lists: whoever holds it can publish anything."""
    ledger = story.ledger
    keys, origin = ledger.keys.current(), ledger.config.origin
    uri = status_list.uri(keys.authorities["IPSPI"].status_uri, 0)
    data = (folder / LIST).read_bytes()
    read = status_list.open_signed(data, key_list=keys, origin=origin, authority="IPSPI", uri=uri)
    keyring, said = ledger.context.keyring, {"context": status_list.CONTEXT, "typ": status_list.TYP}
    signer = keyring.signer(keys, "status", "IPSPI", **said)  # type: ignore[arg-type]
    (folder / LIST).write_bytes(status_list.publish(change(read), signer))


def rebucketed(story: Story, folder: Path, number: int, *, more: bytes = b"", less: bytes = b"", **change: Any) -> None:
    ledger = story.ledger
    keys, origin = ledger.keys.current(), ledger.config.origin
    path = folder / "status" / registered.path(number)
    read = registered.open_signed(path.read_bytes(), key_list=keys, origin=origin, number=number)
    signer = ledger.context.keyring.signer(keys, "receipt", None, context=registered.CONTEXT, typ=None)
    hashes = registered.shorten({*read.hashes, more} - {less[:8], b""})
    made = Bucket(**{name: getattr(read, name) for name in Bucket.__slots__} | {"hashes": hashes} | change)
    path.write_bytes(registered.publish(made, signer))


def with_entry(place: int, value: Status) -> Callable[[StatusList], StatusList]:
    def change(one: StatusList) -> StatusList:
        held = [(n, one.at(n)) for n in range(status_list.ENTRIES) if n != place]
        return replace(one, packed=status_list.pack([*held, (place, value)]))

    return change


def places(story: Story) -> tuple[set[int], int]:
    """Those that a certificate of the association holds, and that of the revoked one."""
    with reading(story.ledger.engine) as connection:
        (revoked,) = [one.place for one in listings.exceptions(connection) if one.state == "revoked"]
        return set(listings.places(connection, "IPSPI", 0)), revoked


def test_lists_and_buckets_of_an_honest_ledger_hold(listed: Story, bundle: Path, maker_of: Any) -> None:
    report = maker_of(listed.ledger).audited(bundle, policy=None)

    paths = {path for path in report.manifest.files if path.startswith("status/")}

    assert (report.findings, report.outcome("status")) == ([], "holds")
    assert len(paths) == 256 + len(listed.ledger.keys.current().authorities)


def test_before_lists_were_published_there_are_none_to_ask(told: Story, tmp_path: Path, maker_of: Any) -> None:
    told.ledger.exports.make(told.actor("ketua"), tmp_path / "out", **WHAT)

    assert maker_of(told.ledger).audited(tmp_path / "out", policy=None).outcome("status") == "not-published"


def test_a_certificate_that_a_list_calls_valid_against_the_history_is_named(
    listed: Story, bundle: Path, maker_of: Any
) -> None:
    _, revoked = places(listed)
    issued_at = history_of(listed, listed.numbers["graduates"][0])
    resigned(listed, bundle, with_entry(revoked, Status.VALID))
    maker = maker_of(listed.ledger)

    assert found(maker, maker.resign(bundle)) == [("list-differs", LIST, issued_at)]


def history_of(story: Story, number: str) -> int:
    with reading(story.ledger.engine) as connection:
        wanted = "SELECT issued_at FROM certificates WHERE number = '" + number + "'"
        issued_at: int = connection.exec_driver_sql(wanted).scalar_one()
    return issued_at


def test_an_index_that_nobody_holds_must_not_read_valid(listed: Story, bundle: Path, maker_of: Any) -> None:
    held, _ = places(listed)
    free = next(place for place in range(status_list.ENTRIES) if place not in held)
    resigned(listed, bundle, with_entry(free, Status.VALID))
    maker = maker_of(listed.ledger)

    assert found(maker, maker.resign(bundle)) == [("list-differs", LIST, None)]


def test_a_list_that_names_another_key_list_is_named(listed: Story, bundle: Path, maker_of: Any) -> None:
    resigned(listed, bundle, lambda one: replace(one, keys=(one.keys[0] + 1, one.keys[1])))
    maker = maker_of(listed.ledger)

    assert found(maker, maker.resign(bundle)) == [("list-differs", LIST, None)]


def test_a_list_under_another_address_or_another_signature_is_not_believed(
    listed: Story, bundle: Path, maker_of: Any
) -> None:
    other = bundle / "status/status/ipspi/7"
    other.write_bytes((bundle / LIST).read_bytes())
    data = (bundle / "status/registered/0a").read_bytes()
    (bundle / "status/registered/0a").write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    maker = maker_of(listed.ledger)

    assert found(maker, maker.resign(bundle)) == [
        ("list-unverified", "status/registered/0a", None),
        ("list-unverified", "status/status/ipspi/7", None),
    ]


def test_a_token_that_was_issued_and_is_not_in_its_bucket_is_named(listed: Story, bundle: Path, maker_of: Any) -> None:
    with reading(listed.ledger.engine) as connection:
        token, position = listings.issued(connection, 1 << 40)[0]
    rebucketed(listed, bundle, token[0], less=token)
    maker = maker_of(listed.ledger)

    assert found(maker, maker.resign(bundle)) == [("list-differs", f"status/{registered.path(token[0])}", position)]


def test_a_token_that_was_never_issued_and_is_in_a_bucket_is_named(listed: Story, bundle: Path, maker_of: Any) -> None:
    rebucketed(listed, bundle, 255, more=b"\xff" * 8)
    maker = maker_of(listed.ledger)

    assert found(maker, maker.resign(bundle)) == [("list-differs", "status/registered/ff", None)]


def test_a_bucket_that_names_another_size_than_its_time_allows_is_named(
    listed: Story, bundle: Path, maker_of: Any
) -> None:
    """Else a bucket could leave out what was issued before it."""
    rebucketed(listed, bundle, 1, size=100, hashes=())
    maker = maker_of(listed.ledger)

    assert found(maker, maker.resign(bundle)) == [("list-differs", "status/registered/01", 100)]


def test_a_list_made_between_two_events_of_one_second_holds(told: Story, tmp_path: Path, maker_of: Any) -> None:
    """Half of the second stands in it: that is no lie."""
    tick(told)
    act(told, "revoke", told.numbers["graduates"][0], 91)
    told.ledger.publishing.keep()
    act(told, "revoke", told.numbers["graduates"][1], 92)
    tick(told, 10_000)
    told.ledger.exports.make(told.actor("ketua"), tmp_path / "out", **WHAT)

    assert maker_of(told.ledger).audited(tmp_path / "out", policy=None).outcome("status") == "holds"


def test_a_list_that_is_newer_than_the_bundle_is_left_out(listed: Story, tmp_path: Path, maker_of: Any) -> None:
    """What stands in it cannot be asked of a shorter history."""
    exports, keep = listed.ledger.exports, listed.ledger.log.keep

    def kept() -> None:
        keep()
        act(listed, "revoke", listed.numbers["graduates"][2], 93)
        tick(listed)
        listed.ledger.publishing.keep()

    exports._keep = kept
    exports.make(listed.actor("ketua"), tmp_path / "out", **WHAT)

    report = maker_of(listed.ledger).audited(tmp_path / "out", policy=None)
    with reading(listed.ledger.engine) as connection:
        there = dict(published.lists(connection))
    assert "status/ipspi/0" in there
    assert LIST not in report.manifest.files
    assert report.findings == []
