"""Lists and buckets: what they say, when they are signed anew, and that nobody ever signs two of one second."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from ledger.application.publishing import LATE_SECONDS, REFRESH_SECONDS
from ledger.cli.story import Story, StoryClock
from ledger.credentials import document, registered, status_list
from ledger.credentials.status_list import Status, StatusList
from ledger.database import reading
from ledger.domain.documents import Document
from ledger.errors import NotFoundError, VerificationError
from ledger.projections.certificates import TABLE, status
from ledger.store import published, recorder
from ledger.wiring import build

GREEN_DAY = date(2026, 10, 22)
SECOND = 1000


def opened(story: Story, number: int = 0, authority: str = "IPSPI") -> StatusList:
    ledger = story.ledger
    uri = status_list.uri(ledger.keys.current().authorities[authority].status_uri, number)
    path = status_list.path(ledger.keys.current().authorities[authority].status_uri, number)
    return status_list.open_signed(
        ledger.publishing.list(path),
        key_list=ledger.keys.current(),
        origin=ledger.config.origin,
        authority=authority,
        uri=uri,
    )


def bucket(story: Story, number: int) -> registered.Bucket:
    ledger = story.ledger
    data = ledger.publishing.list(registered.path(number))
    return registered.open_signed(data, key_list=ledger.keys.current(), origin=ledger.config.origin, number=number)


def row(story: Story, number: str) -> dict[str, Any]:
    with reading(story.ledger.engine) as connection:
        return dict(connection.execute(select(TABLE).where(TABLE.c.number == number)).mappings().one())


def bodies(story: Story) -> dict[str, bytes]:
    with reading(story.ledger.engine) as connection:
        return dict(published.lists(connection))


def later(story: Story, seconds: int = 1) -> int:
    """A round so much later; how much was signed anew."""
    story.clock.ms = (story.clock.ms or 0) + seconds * SECOND
    return story.ledger.publishing.keep()


@pytest.fixture
def published_once(told: Story) -> Story:
    later(told)
    return told


def test_every_index_says_where_its_certificate_stands_and_the_others_say_invalid(published_once: Story) -> None:
    ledger = published_once.ledger
    with reading(ledger.engine) as connection:
        rows = [dict(one) for one in connection.execute(select(TABLE)).mappings()]
    lists = {id: opened(published_once, authority=id) for id in ("IPSPI", "KEMENSOS")}

    for one in rows:
        assert lists[one["authority"]].at(status(one)[1]) == Status.VALID
    held = {(one["authority"], status(one)[1]) for one in rows}
    free = [n for n in range(status_list.ENTRIES) if ("IPSPI", n) not in held][:1000]

    assert {lists["IPSPI"].at(index) for index in free} == {Status.INVALID}
    assert {one["authority"] for one in rows} == {"IPSPI", "KEMENSOS"}
    assert lists["IPSPI"].keys == (ledger.keys.current().version, sha256(ledger.keys.current().encode()).digest())


def test_the_buckets_hold_every_issued_token_and_nothing_else(published_once: Story) -> None:
    with reading(published_once.ledger.engine) as connection:
        tokens = [bytes(one) for one in connection.execute(select(TABLE.c.token)).scalars()]

    buckets = {number: bucket(published_once, number) for number in range(256)}

    assert all(buckets[one[0]].holds(one) for one in tokens)
    assert sum(len(one.hashes) for one in buckets.values()) == len(set(tokens))
    assert {one.size for one in buckets.values()} == {published_once.ledger.histories.size()}


def act(story: Story, what: str, number: str, *, day: date = GREEN_DAY, serial: int = 91, **more: Any) -> None:
    """By decree and two people, from that day on."""
    matter = {"suspend": "suspension", "revoke": "revocation", "reinstate": "reinstatement"}[what]
    decree = story.decree("ketua", f"{serial}/DPP IPSPI/SK/2026", matter, GREEN_DAY, "decider-ipspi")
    one = story.ledger.certificates.status_act(what, number, decree=decree, reason="fraud", **more)
    story.approved("ketua", "sekretaris", [one], effective=day)


def changed(story: Story, before: dict[str, bytes]) -> set[str]:
    return {path for path, data in bodies(story).items() if before.get(path) != data}


def test_a_suspension_is_online_in_the_next_round_and_over_by_itself_after_its_last_day(published_once: Story) -> None:
    story = published_once
    number = story.numbers["graduates"][0]
    index, before = status(row(story, number))[1], bodies(story)
    act(story, "suspend", number, until=GREEN_DAY + timedelta(days=1))

    unseen = opened(story).at(index)
    made = later(story)

    assert (unseen, opened(story).at(index), made) == (Status.VALID, Status.SUSPENDED, 1)
    assert changed(story, before) == {"status/ipspi/0"}
    story.clock.at(GREEN_DAY + timedelta(days=1), hour=23)
    story.ledger.publishing.keep()
    assert opened(story).at(index) == Status.SUSPENDED
    story.clock.ms = (story.clock.ms or 0) + 3600 * SECOND + 1
    story.ledger.publishing.keep()
    assert opened(story).at(index) == Status.VALID


def test_a_revocation_stays_red_when_the_holder_is_erased_and_a_good_certificate_is_withdrawn(told: Story) -> None:
    revoked, erased = told.numbers["graduates"][:2]
    act(told, "revoke", revoked)
    later(told)
    for number in (revoked, erased):
        holder = UUID(bytes=row(told, number)["registrant"])
        told.approved("ketua", "sekretaris", [told.ledger.registrants.erase(holder, "PDP-43")])

    later(told)

    found = [opened(told).at(status(row(told, number))[1]) for number in (revoked, erased)]
    assert found == [Status.INVALID, Status.WITHDRAWN]


def test_what_is_recorded_in_the_second_of_a_list_is_covered_by_the_next_one_only(published_once: Story) -> None:
    story = published_once
    number = story.numbers["graduates"][0]
    second = (story.clock.ms or 0) // SECOND
    act(story, "revoke", number)  # In the very second of the lists.

    again = story.ledger.publishing.keep()
    covered = story.ledger.publishing.covers(second)
    later(story)

    assert (again, covered) == (0, False)
    assert (story.ledger.publishing.covers(second), opened(story).iat) == (True, second + 1)


def test_a_list_of_the_very_second_of_an_event_is_followed_by_one_that_covers_it(told: Story) -> None:
    """A reader must not believe the first one about that event, so the second must not wait a quarter of an hour."""
    act(told, "revoke", told.numbers["graduates"][0])
    second = (told.clock.ms or 0) // SECOND
    told.ledger.publishing.keep()
    at_once = opened(told).iat

    later(told)

    assert (at_once, opened(told).iat) == (second, second + 1)


def test_a_list_that_says_the_same_is_still_newer_than_a_certificate_issued_and_revoked_between_two_rounds(
    published_once: Story,
) -> None:
    """Else nobody could say before the next quarter of an hour that it is revoked."""
    story = published_once
    number = story.numbers["graduates"][0]
    act(story, "suspend", number, serial=91)
    act(story, "reinstate", number, serial=92)

    later(story)

    assert opened(story).iat == (story.clock.ms or 0) // SECOND


def test_a_clock_set_back_delays_no_revocation_and_no_list_covers_what_was_recorded_after_it(
    published_once: Story,
) -> None:
    """Else a new certificate would read as revoked and unregistered until the clock has caught up."""
    story = published_once
    number, first = story.numbers["graduates"][0], opened(story).iat
    story.clock.ms = (story.clock.ms or 0) - 240 * SECOND
    act(story, "revoke", number)
    with reading(story.ledger.engine) as connection:
        recorded = recorder.head(connection)[1]

    made = [story.ledger.publishing.keep() for _ in range(2)]

    assert recorded >= first * SECOND
    assert (made, opened(story).iat) == ([1, 0], first + 1)
    assert opened(story).at(status(row(story, number))[1]) == Status.INVALID


def test_nothing_is_signed_anew_before_a_quarter_of_an_hour_when_nothing_changed(published_once: Story) -> None:
    before = bodies(published_once)

    early = later(published_once, REFRESH_SECONDS - 1)
    made = later(published_once, 1)

    assert (early, made) == (0, len(before))
    assert changed(published_once, before) == set(before)


def test_another_key_list_is_named_by_every_list_at_once(published_once: Story) -> None:
    published_once.ledger.keys.rotate("status", "IPSPI")
    later(published_once)

    keys = published_once.ledger.keys.current()

    assert {opened(published_once, authority=id).keys[0] for id in keys.authorities} == {keys.version}


def test_before_anything_was_published_there_is_nothing_and_nothing_is_covered(told: Story) -> None:
    with pytest.raises(NotFoundError):
        told.ledger.publishing.list("status/ipspi/0")

    assert not told.ledger.publishing.covers(0)


def test_the_row_of_the_round_is_no_list(published_once: Story) -> None:
    with pytest.raises(NotFoundError):
        published_once.ledger.publishing.list("")


def test_an_address_that_no_database_can_hold_is_not_there(published_once: Story) -> None:
    with pytest.raises(NotFoundError):
        published_once.ledger.publishing.list("status/\0/0")


def test_of_several_workers_at_once_one_signs_and_all_serve_what_it_signed(told: Story, clock: StoryClock) -> None:
    """Each with connections of its own, all in the same second, again and again."""
    workers = [build(told.ledger.config, clock=clock) for _ in range(4)]
    signed = []

    with ThreadPoolExecutor(len(workers)) as pool:
        for _ in range(3):
            clock.ms = (clock.ms or 0) + REFRESH_SECONDS * SECOND
            signed.append(sorted(pool.map(lambda worker: worker.publishing.keep(), workers)))

    served = {worker.publishing.list("registered/00") for worker in workers}
    for worker in workers:
        worker.close()
    assert signed == [[0, 0, 0, len(bodies(told))]] * 3
    assert len(served) == 1


def printed(story: Story, number: str, *sheets: bytes) -> bytes:
    """Files of these hashes were handed out; the SHA-256 of the token."""
    certificate = row(story, number)
    with story.ledger.context.history.writing(story.actor("ketua")) as turn:
        for sheet in sheets:
            id = UUID(bytes=certificate["id"])
            turn.save(Document.begin(turn.new_id(), certificate=id, sha256=sheet, sheet="a4", edition=1))
    return bytes(certificate["token"])


def read(story: Story, token: bytes) -> document.Document:
    ledger = story.ledger
    data = ledger.publishing.document(token)
    return document.open_signed(data, key_list=ledger.keys.current(), origin=ledger.config.origin, token=token)


def test_what_was_printed_of_a_token_is_published_and_grows(published_once: Story) -> None:
    number, (one, other) = published_once.numbers["graduates"][0], (b"1" * 32, b"2" * 32)
    token = printed(published_once, number, one)
    later(published_once)
    first = read(published_once, token)
    printed(published_once, number, other)

    later(published_once)

    assert (first.sheets, read(published_once, token).sheets) == ((one,), (one, other))
    assert read(published_once, token).iat > first.iat


def test_a_document_is_signed_anew_when_the_key_that_signed_it_is_stolen(published_once: Story) -> None:
    keys = published_once.ledger.keys
    token = printed(published_once, published_once.numbers["graduates"][0], b"1" * 32)
    later(published_once)
    stolen = next(key for key in keys.current().keys if key.role == "receipt")
    keys.compromise(stolen.kid, 1)
    with pytest.raises(VerificationError):
        read(published_once, token)

    later(published_once)

    assert read(published_once, token).sheets == (b"1" * 32,)


def test_of_what_nothing_was_printed_there_is_no_document(published_once: Story) -> None:
    with pytest.raises(NotFoundError):
        published_once.ledger.publishing.document(bytes(32))


def test_a_clock_that_was_a_year_ahead_for_a_moment_keeps_no_revocation_back(published_once: Story) -> None:
    story, before = published_once, published_once.clock.ms or 0
    number = story.numbers["graduates"][0]
    later(story, 365 * 86_400)
    ahead = opened(story).iat
    story.clock.ms = before + 60 * SECOND

    act(story, "revoke", number)
    later(story, 10)

    found = opened(story)
    assert found.iat > ahead
    assert found.at(status(row(story, number))[1]) is Status.INVALID
    assert (story.ledger.publishing.age() or 0) > LATE_SECONDS
    with story.ledger.engine.connect() as connection:
        assert recorder.head(connection)[1] < before + 3600 * SECOND  # The history does not bear the wrong year.
