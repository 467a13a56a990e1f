"""Bearer tokens: known by their hash only, for a time, for one officer; drafts of open proposals."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from ledger.cli.story import Story, StoryClock
from ledger.database import reading, writing
from ledger.errors import AuthenticationError, ForbiddenError, NotFoundError
from ledger.store import drafts
from ledger.store.access import TOKENS


def test_a_token_names_its_officer_until_it_expires(story: Story, clock: StoryClock) -> None:
    story.begins()
    officer = story.officers["ketua"]
    issued = story.ledger.officers.issue_token(officer, days=2)

    assert story.ledger.officers.bearer(issued["token"]) == officer
    clock.ms = issued["expires"]
    assert story.ledger.officers.bearer(issued["token"]) == officer
    clock.ms += 1
    with pytest.raises(AuthenticationError) as refused:
        story.ledger.officers.bearer(issued["token"])

    assert refused.value.code == "token-refused"


def test_the_token_itself_is_stored_nowhere(story: Story) -> None:
    story.begins()
    token = story.ledger.officers.issue_token(story.officers["ketua"])["token"]

    with reading(story.ledger.engine) as connection:
        (row,) = connection.execute(select(TOKENS)).all()

    assert token.startswith("peksos_")
    assert len(token) == len("peksos_") + 43  # 256 bits in base64url
    assert all(token.encode() not in (value if isinstance(value, bytes) else str(value).encode()) for value in row)


def test_a_wrong_token_is_refused_as_an_expired_one_is(story: Story) -> None:
    story.begins()
    token = story.ledger.officers.issue_token(story.officers["ketua"])["token"]

    for wrong in ("", "peksos_", token[:-1], token + "x", token.removeprefix("peksos_"), "ä" * 50):
        with pytest.raises(AuthenticationError) as refused:
            story.ledger.officers.bearer(wrong)
        assert (refused.value.code, refused.value.facts) == ("token-refused", {})


def test_all_tokens_of_one_officer_are_revoked_and_nobody_elses(story: Story) -> None:
    story.begins()
    tokens = {who: story.ledger.officers.issue_token(story.officers[who])["token"] for who in ("ketua", "sekretaris")}
    story.ledger.officers.issue_token(story.officers["ketua"])

    assert story.ledger.officers.revoke_tokens(story.officers["ketua"])["revoked"] == 2

    with pytest.raises(AuthenticationError):
        story.ledger.officers.bearer(tokens["ketua"])
    assert story.ledger.officers.bearer(tokens["sekretaris"]) == story.officers["sekretaris"]


def test_a_token_is_for_the_roles_that_the_officer_had_when_it_was_made(story: Story) -> None:
    story.begins()
    story.authorities()
    story.staff()
    officers, wakil = story.ledger.officers, story.officers["wakil"]
    token = officers.issue_token(wakil)["token"]
    (held,) = (found["roles"] for found in officers.listed() if found["officer"] == str(wakil))

    def change(roles: list[str]) -> None:
        story.approved("ketua", "sekretaris", [officers.change(wakil, roles=roles, office="Kepala LSP", ends=None)])

    change(held[::-1])
    assert officers.bearer(token) == wakil
    change(["enrol"])
    with pytest.raises(AuthenticationError) as refused:
        officers.bearer(token)

    assert (refused.value.code, refused.value.facts) == ("token-refused", {})
    assert officers.bearer(officers.issue_token(wakil)["token"]) == wakil


def test_the_tokens_of_nobody_are_not_revoked(story: Story) -> None:
    story.begins()

    with pytest.raises(NotFoundError):
        story.ledger.officers.revoke_tokens(uuid4())


def test_a_token_is_for_an_officer_in_office(story: Story) -> None:
    story.begins()
    story.authorities()
    story.staff()
    token = story.ledger.officers.issue_token(story.officers["wakil"])["token"]
    story.approved("ketua", "sekretaris", [story.ledger.officers.dismiss(story.officers["wakil"], "ended")])

    with pytest.raises(ForbiddenError):
        story.ledger.officers.actor(story.ledger.officers.bearer(token))
    with pytest.raises(ForbiddenError):
        story.ledger.officers.issue_token(story.officers["wakil"])
    with pytest.raises(NotFoundError):
        story.ledger.officers.issue_token(uuid4())


def test_the_acts_of_a_proposal_are_kept_in_their_order_until_they_are_done(story: Story) -> None:
    story.begins()
    book = story.ledger.authorities
    batch = [
        book.register(authority, f"https://contoh.invalid/status/{authority.lower()}")
        for authority in ("ZETA", "ALFA", "MITRA")
    ]
    proposal = UUID(story.ledger.proposals.propose(story.actor("ketua"), batch)["proposal"])

    def kept() -> list[bytes]:
        with reading(story.ledger.engine) as connection:
            return drafts.acts(connection, proposal)

    assert [act["fields"]["authority"] for act in story.ledger.proposals.show(proposal, reader="test")["acts"]] == [
        "ZETA",
        "ALFA",
        "MITRA",
    ]
    assert len(kept()) == 3
    story.approve("sekretaris", proposal)

    assert kept() == []


def test_a_proposal_whose_acts_are_lost_is_refused_and_nothing_is_written(story: Story) -> None:
    story.begins()
    act = story.ledger.authorities.register("DINSOS", "https://contoh.invalid/status")
    proposal = UUID(story.ledger.proposals.propose(story.actor("ketua"), [act])["proposal"])
    shown = story.ledger.proposals.show(proposal, reader="test")
    assertion = story.keys["sekretaris"].sign(bytes.fromhex(shown["signing"]))
    size = story.ledger.histories.size()
    with writing(story.ledger.engine) as connection:
        drafts.drop(connection, proposal)

    with pytest.raises(NotFoundError) as refused:
        story.ledger.proposals.approve(story.actor("sekretaris"), proposal, assertion)

    assert refused.value.facts["of"] == "draft"
    assert story.ledger.histories.size() == size
