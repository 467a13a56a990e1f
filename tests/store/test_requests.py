"""Idempotency: the same request twice is done once; the answer is kept in the command's own transaction."""

import json
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from ledger.cli.cast import invented
from ledger.cli.story import Story
from ledger.database import reading
from ledger.errors import ConflictError, LedgerError
from ledger.store.history import Actor, AnsweredBefore
from ledger.store.requests import REQUESTS, Request, secret_of

SECRET = secret_of(bytes(32))
BODY = b'{"nik": "3275011708759600"}'


def keyed(story: Story, key: str = "key-1", body: bytes = BODY, route: str = "/registrants") -> Actor:
    actor = story.actor("ketua")
    assert actor.officer is not None
    return replace(actor, request=Request.of(SECRET, actor.officer.bytes, route, key, body))


def test_the_same_request_gets_the_answer_that_was_stored(story: Story) -> None:
    story.begins()
    person = invented("Orang Lama", 9600)
    answer = story.ledger.registrants.register(keyed(story), person)
    size = story.ledger.histories.size()

    with pytest.raises(AnsweredBefore) as before:
        story.ledger.registrants.register(keyed(story), person)

    assert json.loads(before.value.answer) == answer
    assert story.ledger.histories.size() == size


def test_the_same_key_with_another_body_is_a_conflict(story: Story) -> None:
    story.begins()
    story.ledger.registrants.register(keyed(story), invented("Orang Lama", 9600))
    size = story.ledger.histories.size()

    with pytest.raises(ConflictError) as refused:
        story.ledger.registrants.register(keyed(story, body=b"{}"), invented("Orang Baru", 9601))

    assert refused.value.code == "idempotency-key-reused"
    assert story.ledger.histories.size() == size


def test_another_route_or_key_or_actor_is_another_request(story: Story) -> None:
    story.begins()
    first = keyed(story)
    assert first.request is not None

    for n, actor in enumerate((first, keyed(story, route="/other"), keyed(story, key="key-2"))):
        story.ledger.registrants.register(actor, invented("Orang Lama", 9600 + n))
    sekretaris = replace(story.actor("sekretaris"), request=replace(first.request, actor=uuid4().bytes))
    story.ledger.registrants.register(sekretaris, invented("Orang Lama", 9610))

    with reading(story.ledger.engine) as connection:
        assert len(connection.execute(select(REQUESTS)).all()) == 4


def test_a_refused_request_may_be_sent_again(story: Story) -> None:
    story.begins()
    register = story.ledger.registrants.register
    with pytest.raises(LedgerError):
        register(keyed(story), replace(invented("Orang Lama", 9600), region="99.99"))

    answer = register(keyed(story), invented("Orang Lama", 9600))

    assert answer["new"]


def test_the_positions_of_what_a_request_wrote_are_stored_with_it(story: Story) -> None:
    story.begins()
    size = story.ledger.histories.size()
    person = invented("Orang Lama", 9600)
    story.ledger.registrants.register(keyed(story), person)
    story.ledger.registrants.register(keyed(story, key="key-2"), person)  # Known already: nothing is written.
    act = story.ledger.authorities.register("ALFA", "https://contoh.invalid/status")
    proposal = UUID(story.ledger.proposals.propose(keyed(story, key="key-3"), [act])["proposal"])
    signing = bytes.fromhex(story.ledger.proposals.show(proposal, reader="test")["signing"])
    approver = replace(story.actor("sekretaris"), request=keyed(story, key="key-4").request)
    story.ledger.proposals.approve(approver, proposal, story.keys["sekretaris"].sign(signing))

    with reading(story.ledger.engine) as connection:
        rows = connection.execute(select(REQUESTS.c.key, REQUESTS.c.first, REQUESTS.c.last)).all()

    assert {row.key: (row.first, row.last) for row in rows} == {
        "key-1": (size, size),
        "key-2": (None, None),
        "key-3": (size + 1, size + 1),
        "key-4": (size + 2, size + 3),  # The approval and its act.
    }


def test_neither_body_nor_its_plain_hash_is_stored(story: Story) -> None:
    story.begins()
    story.ledger.registrants.register(keyed(story), invented("Orang Lama", 9600))

    with reading(story.ledger.engine) as connection:
        row = connection.execute(select(REQUESTS)).one()
    other = Request.of(secret_of(bytes([1]) * 32), row.actor, row.route, row.key, BODY)

    assert row.body != other.body
    assert set(json.loads(row.answer)) == {"registrant", "new", "size"}
