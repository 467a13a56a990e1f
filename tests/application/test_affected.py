"""What a board must know before it declares a key compromised."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from ledger.application.affected import affected
from ledger.application.context import Answer
from ledger.cli.story import Story, StoryClock
from ledger.database import reading
from ledger.errors import NotFoundError
from ledger.signing.key_records import Key
from ledger.vault import reads

GREEN_DAY = date(2026, 10, 22)


def key(story: Story, role: str, authority: str | None = None) -> Key:
    return next(
        k for k in story.ledger.keys.current().keys if (k.role, k.authority, k.state) == (role, authority, "active")
    )


def asked(story: Story, of: Key, index: int | None = None) -> Answer:
    return affected(story.ledger.context, of.kid, index, reader="board")


def numbers(answer: Answer) -> dict[str, list[str]]:
    """Of certificates, by what becomes of them; without what is empty."""
    groups = ("stands", "unproved", "reissue", "unreadable")
    return {name: [one["number"] for one in answer[name]] for name in groups if answer[name]}


def holder(story: Story, number: str) -> UUID:
    return UUID(story.ledger.certificates.show(number)["registrant"])


def test_a_certificate_stands_under_a_checkpoint_and_is_issued_anew_from_the_index_on(told: Story) -> None:
    graduates, of = told.numbers["graduates"], key(told, "certificate", "IPSPI")
    positions = [one["position"] for one in asked(told, of)["unproved"]]

    without = asked(told, of, positions[3])
    told.ledger.checkpoints.sign()
    covered = told.ledger.histories.size()
    later = asked(told, of, covered)

    assert numbers(without) == {"unproved": graduates[:3], "reissue": graduates[3:]}
    assert (without["index"], without["checkpoint"]) == (positions[3], 0)
    assert numbers(later) == {"stands": graduates}
    assert later["checkpoint"] == covered
    before = {"unproved": graduates[:-1], "reissue": graduates[-1:]}
    assert numbers(asked(told, of, covered - 1)) == before  # A checkpoint above the index may be the thief's.
    assert numbers(asked(told, of, 0)) == {"reissue": graduates}


def test_without_an_index_the_list_says_from_where_on_a_key_is_compromised(told: Story) -> None:
    of = key(told, "certificate", "IPSPI")
    position = asked(told, of)["unproved"][2]["position"]

    told.ledger.keys.compromise(of.kid, position)
    answer = asked(told, of)

    assert (answer["state"], answer["index"]) == ("compromised", position)
    assert numbers(answer) == {"unproved": told.numbers["graduates"][:2], "reissue": told.numbers["graduates"][2:]}


def test_what_another_key_signed_is_not_affected(told: Story, clock: StoryClock) -> None:
    old = key(told, "certificate", "IPSPI")
    told.ledger.keys.rotate("certificate", "IPSPI")

    new = asked(told, key(told, "certificate", "IPSPI"), 0)

    assert numbers(new) == {}
    assert numbers(asked(told, old, 0)) == {"reissue": told.numbers["graduates"]}
    assert numbers(asked(told, key(told, "checkpoint"), 0)) == {}


def test_of_an_erased_holder_nobody_can_tell(told: Story, clock: StoryClock) -> None:
    first, *others = told.numbers["graduates"]
    clock.at(GREEN_DAY + timedelta(days=5))
    told.approved("ketua", "sekretaris", [told.ledger.registrants.erase(holder(told, first), "PDP-43")])

    answer = asked(told, key(told, "certificate", "IPSPI"), 0)

    assert numbers(answer) == {"reissue": others, "unreadable": [first]}


def test_every_look_into_the_vault_is_noted(told: Story) -> None:
    of, first = key(told, "certificate", "IPSPI"), told.numbers["graduates"][0]
    stranger = told.numbers["volunteers"][0]

    asked(told, of)

    with reading(told.ledger.engine) as connection:
        last = reads.of(connection, holder(told, first))[-1]
        assert (last.reader, last.purpose) == ("board", f"find what key {of.kid.hex()} signed")
        assert last.field == f"token/{told.ledger.certificates.stream(first)}"
        assert not [look for look in reads.of(connection, holder(told, stranger)) if look.reader == "board"]


def test_of_an_event_key_the_events_and_the_certificates_that_they_issued(told: Story) -> None:
    old, size = key(told, "event"), told.ledger.histories.size()
    graduates = told.numbers["graduates"]
    issued = [one["position"] for one in asked(told, key(told, "certificate", "IPSPI"))["unproved"]]
    told.ledger.keys.rotate("event")

    answer = asked(told, old, issued[4])
    newest = asked(told, key(told, "event"))

    assert answer["events_before"] == {"count": issued[4], "first": 0, "last": issued[4] - 1}
    assert answer["events_since"] == {"count": size + 1 - issued[4], "first": issued[4], "last": size}
    assert [one["number"] for one in answer["reissue"]] == graduates[4:]
    assert newest["events_before"] == {"count": 0, "first": None, "last": None}


def test_a_key_of_no_list_is_refused(told: Story) -> None:
    with pytest.raises(NotFoundError) as refused:
        affected(told.ledger.context, bytes(8), reader="board")

    assert refused.value.code == "not-found"
