"""Sessions at the desk: how long they last, when they end, and that a write asks them again."""

from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from sqlalchemy import select

from ledger.application.access import Me
from ledger.cli.story import Story, StoryClock
from ledger.database import reading
from ledger.errors import AuthenticationError, ForbiddenError
from ledger.store.sessions import SESSIONS
from tests.application.signing_in import MINUTE, SECOND, refusal

pytestmark = pytest.mark.parametrize("db", ["sqlite"])


def in_use(story: Story, clock: StoryClock, cookie: str, minutes: int) -> str:
    """A page every five minutes, as a browser asks for it."""
    access = story.ledger.access
    for _ in range(minutes // 5):
        clock.ms = (clock.ms or 0) + 5 * MINUTE
        cookie = access.me(cookie).renewed or cookie
    return cookie


def test_a_session_says_who_asks_and_in_what_capacity(begun: Story) -> None:
    access, ketua = begun.ledger.access, begun.officers["ketua"]

    me = access.me(access.begin(ketua))

    assert (me.officer, me.authority, me.office, me.region) == (ketua, "IPSPI", "Ketua DPP", None)
    assert me.roles == {"admin", "certify", "approve"}
    assert me.person != me.officer


def test_the_cookie_itself_is_stored_nowhere(begun: Story) -> None:
    cookie = begun.ledger.access.begin(begun.officers["ketua"])

    with reading(begun.ledger.engine) as connection:
        (row,) = connection.execute(select(SESSIONS)).all()

    assert len(cookie) == 43  # 256 bits in base64url
    assert all(cookie.encode() not in (value if isinstance(value, bytes) else str(value).encode()) for value in row)


def test_a_session_that_nobody_uses_ends_after_half_an_hour(begun: Story, clock: StoryClock) -> None:
    access = begun.ledger.access
    cookie = access.begin(begun.officers["ketua"])
    assert clock.ms is not None

    clock.ms += 30 * MINUTE + 1

    assert refusal(AuthenticationError, lambda: access.me(cookie)) == "session-ended"


def test_a_session_in_use_ends_after_eight_hours(begun: Story, clock: StoryClock) -> None:
    access = begun.ledger.access
    cookie = in_use(begun, clock, access.begin(begun.officers["ketua"]), 480)
    assert access.me(cookie).officer == begun.officers["ketua"]
    assert clock.ms is not None

    clock.ms += 1

    assert refusal(AuthenticationError, lambda: access.me(cookie)) == "session-ended"


def test_the_value_changes_after_ten_minutes_and_the_one_before_is_good_for_half_a_minute(
    begun: Story, clock: StoryClock
) -> None:
    access = begun.ledger.access
    first = access.begin(begun.officers["ketua"])
    assert clock.ms is not None
    assert access.me(first).renewed is None
    clock.ms += 10 * MINUTE

    second = access.me(first).renewed
    clock.ms += 30 * SECOND
    beside = access.me(first)
    clock.ms += 1

    assert second not in (None, first)
    assert beside.renewed is None
    assert access.me(second or "").session == beside.session
    assert refusal(AuthenticationError, lambda: access.me(first)) == "session-ended"


def test_an_answer_that_was_lost_on_the_line_signs_nobody_out(begun: Story, clock: StoryClock) -> None:
    access = begun.ledger.access
    first = access.begin(begun.officers["ketua"])
    assert clock.ms is not None
    clock.ms += 10 * MINUTE
    lost = access.me(first).renewed
    clock.ms += 5 * MINUTE

    again = access.me(first).renewed
    clock.ms += MINUTE
    later = access.me(again or "")

    assert None not in (lost, again)
    assert later.renewed is None
    assert refusal(AuthenticationError, lambda: access.me(lost or "")) == "session-ended"
    assert refusal(AuthenticationError, lambda: access.me(first)) == "session-ended"


def test_the_value_before_goes_when_the_new_one_came_back_however_soon(begun: Story, clock: StoryClock) -> None:
    access = begun.ledger.access
    first = access.begin(begun.officers["ketua"])
    assert clock.ms is not None
    clock.ms += 10 * MINUTE
    second = access.me(first).renewed or ""

    assert access.me(second).renewed is None
    assert access.me(first).renewed is None  # A page that was loaded beside.
    clock.ms += 30 * SECOND + 1

    assert refusal(AuthenticationError, lambda: access.me(first)) == "session-ended"


def test_a_lost_answer_keeps_a_session_no_longer_than_another(begun: Story, clock: StoryClock) -> None:
    access = begun.ledger.access
    first = access.begin(begun.officers["ketua"])
    assert clock.ms is not None
    clock.ms += 10 * MINUTE
    access.me(first)

    clock.ms += 30 * MINUTE + 1

    assert refusal(AuthenticationError, lambda: access.me(first)) == "session-ended"


def test_a_cookie_that_is_not_ours_is_refused_like_one_that_is_over(begun: Story) -> None:
    access = begun.ledger.access
    access.begin(begun.officers["ketua"])

    for wrong in ("", "x", "ä" * 50, "\udcff", "A" * 100_000):
        assert refusal(AuthenticationError, partial(access.me, wrong)) == "session-ended"


def test_an_officer_ends_one_session_or_all_others_and_nobody_elses(begun: Story) -> None:
    access, ketua = begun.ledger.access, begun.officers["ketua"]
    here, there, third = (access.begin(ketua) for _ in range(3))
    theirs = access.begin(begun.officers["sekretaris"])
    me, other = access.me(here), access.me(theirs)

    assert access.end(me, other.session) == 0
    assert access.end(me, access.me(there).session) == 1
    assert access.end_others(me) == 1

    for cookie in (there, third):
        assert refusal(AuthenticationError, partial(access.me, cookie)) == "session-ended"
    assert access.me(theirs) == other
    assert [one["this"] for one in access.sessions(me)] == [True]


def test_a_session_ends_with_the_officers_appointment(begun: Story) -> None:
    begun.authorities()
    begun.staff()
    access, wakil = begun.ledger.access, begun.officers["wakil"]
    cookie = access.begin(wakil)
    begun.approved("ketua", "sekretaris", [begun.ledger.officers.dismiss(wakil, "ended")])

    assert refusal(AuthenticationError, lambda: access.me(cookie)) == "session-ended"
    assert refusal(AuthenticationError, lambda: access.begin(wakil)) == "sign-in-refused"


def test_a_session_is_for_the_roles_that_the_officer_had_when_it_began(begun: Story) -> None:
    begun.authorities()
    begun.staff()
    access, wakil = begun.ledger.access, begun.officers["wakil"]
    cookie = access.begin(wakil)
    change = begun.ledger.officers.change(wakil, roles=["enrol"], office="Petugas", ends=None)
    begun.approved("ketua", "sekretaris", [change])

    assert refusal(AuthenticationError, lambda: access.me(cookie)) == "session-ended"
    assert access.me(access.begin(wakil)).roles == {"enrol"}


def test_a_write_asks_the_session_again_and_leaves_no_trace_if_it_has_ended(begun: Story) -> None:
    ledger, ketua = begun.ledger, begun.officers["ketua"]
    me = ledger.access.me(ledger.access.begin(ketua))
    actor = replace(ledger.officers.actor(ketua), session=me.session)
    ledger.authorities.catalogue(actor, regulation="UU 1/2026", rank="UU", begins=date(2019, 1, 1))
    size = ledger.histories.size()
    ledger.access.end(me, me.session)

    def write() -> object:
        return ledger.authorities.catalogue(actor, regulation="UU 2/2026", rank="UU", begins=date(2019, 1, 1))

    assert refusal(AuthenticationError, write) == "session-ended"
    assert ledger.histories.size() == size


def test_whoever_signed_in_a_while_ago_does_not_change_how(begun: Story, clock: StoryClock) -> None:
    access = begun.ledger.access
    cookie = access.begin(begun.officers["ketua"])
    me = access.me(cookie)
    access.require_fresh(me)
    assert clock.ms is not None

    clock.ms += 10 * MINUTE + 1

    assert refusal(ForbiddenError, lambda: access.require_fresh(me)) == "sign-in-again"


def test_a_newcomer_is_shown_nothing_but_how_to_sign_in(begun: Story) -> None:
    access = begun.ledger.access
    cookie = access.begin(begun.officers["ketua"], "invitation", enrolling=True)

    assert refusal(ForbiddenError, lambda: access.me(cookie)) == "session-enrolling"
    me: Me = access.me(cookie, enrolling=True)

    assert me.enrolling
