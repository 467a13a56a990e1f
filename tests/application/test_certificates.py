"""A new paper under the same number, and a renewal under a new one: what readers of the former code are told."""

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from ledger.application.printing import Order
from ledger.cli.story import ALL, Story, StoryClock
from ledger.credentials import digits, document, registered, status_list
from ledger.credentials.document import Document
from ledger.credentials.proved import proved
from ledger.credentials.status_list import Status
from ledger.credentials.verdict import Reason
from ledger.database import reading
from ledger.errors import InputError, RuleError
from ledger.projections.certificates import REPLACED_TABLE, TABLE, status
from ledger.projections.equivalences import EQUIVALENCES
from ledger.vault.checks import CONTENT
from ledger.wiring import build
from tests.conftest import GREEN_DAY, Master, audited, config_in

LATER = GREEN_DAY + timedelta(days=3)


@pytest.fixture
def told(told_on_sqlite: Master, tmp_path: Path) -> Iterator[Story]:
    """The whole story, three days later."""
    here = tmp_path / "told"
    shutil.copytree(told_on_sqlite.folder, here)
    clock = StoryClock()
    clock.at(LATER)
    story = Story(build(config_in(here, f"sqlite:///{here}/main.db"), clock=clock), clock)
    told_on_sqlite.recall(story)
    yield story
    story.ledger.close()


@pytest.fixture
def sound(told: Story) -> Iterator[None]:
    """After the test the history is audited: replay, rebuild, compare."""
    yield
    report = audited(told.ledger)
    assert report.sound, report.as_json()


def number(story: Story) -> str:
    return story.numbers["graduates"][0]


def code(story: Story, of: str) -> str:
    return story.ledger.certificates.code(of, reader="test")


def token(story: Story, text: str) -> bytes:
    return sha256(digits.scanned(text, story.ledger.config.public_url)).digest()


def row(story: Story, table: Any = TABLE) -> dict[str, Any]:
    column = TABLE.c.number if table is TABLE else table.c.certificate
    with reading(story.ledger.engine) as connection:
        id = connection.execute(select(TABLE.c.id).where(TABLE.c.number == number(story))).scalar_one()
        wanted = number(story) if table is TABLE else id
        return dict(connection.execute(select(table).where(column == wanted)).mappings().one())


def reissued(story: Story, reason: str = "lost") -> None:
    serial = story.ledger.histories.size()
    decree = story.decree("ketua", f"{serial}/DPP IPSPI/SK/2026", "replacement", LATER, "decider-ipspi")
    act = story.ledger.certificates.reissue(number(story), decree=decree, reason=reason)
    story.approved("ketua", "sekretaris", [act])


def revoked(story: Story, of: str) -> None:
    decree = story.decree("ketua", "99/DPP IPSPI/SK/2026", "revocation", LATER, "decider-ipspi")
    act = story.ledger.certificates.status_act("revoke", of, decree=decree, reason="fraud")
    story.approved("ketua", "sekretaris", [act])


def published(story: Story) -> None:
    for _ in range(2):
        story.clock.ms = (story.clock.ms or 0) + 2000
        story.ledger.checkpoints.sign()
        story.ledger.publishing.keep()


def listed(story: Story, place: dict[str, Any]) -> Status:
    ledger, (which, index) = story.ledger, status(place)
    keys = ledger.keys.current()
    base = keys.authorities["IPSPI"].status_uri
    data = ledger.publishing.list(status_list.path(base, which))
    uri = status_list.uri(base, which)
    named = {"key_list": keys, "origin": ledger.config.origin, "authority": "IPSPI", "uri": uri}
    return status_list.open_signed(data, **named).at(index)


def in_bucket(story: Story, of: bytes) -> bool:
    ledger, which = story.ledger, registered.number_of(of)
    data = ledger.publishing.list(registered.path(which))
    found = registered.open_signed(data, key_list=ledger.keys.current(), origin=ledger.config.origin, number=which)
    return of[: registered.SHORT] in found.hashes


def sheets(story: Story, of: bytes) -> Document:
    keys, origin = story.ledger.keys.current(), story.ledger.config.origin
    return document.open_signed(story.ledger.publishing.document(of), key_list=keys, origin=origin, token=of)


# A new paper ---------------------------------------------------------------------------------------------------


def test_the_old_code_is_told_from_the_new_one_and_the_number_stays(told: Story) -> None:
    before = code(told, number(told))

    reissued(told)
    after, ask = code(told, number(told)), told.ledger.verifications.by_code

    assert before != after
    old, new = ask(before), ask(after)
    assert (old.reason, old.facts["since"]) == (Reason.PAPER, LATER)
    assert (new.reason, new.paper.number if new.paper else "") == (Reason.VALID, number(told))
    assert new.paper is not None
    assert (new.paper.signed, new.paper.begins) == (LATER, GREEN_DAY)


@pytest.mark.usefixtures("sound")
def test_each_paper_of_three_is_found_by_its_own_code(told: Story) -> None:
    codes = [code(told, number(told))]
    for reason in ("lost", "damaged"):
        reissued(told, reason)
        codes.append(code(told, number(told)))

    reasons = [told.ledger.verifications.by_code(one).reason for one in codes]

    assert reasons == [Reason.PAPER, Reason.PAPER, Reason.VALID]


def test_the_check_code_on_a_lost_paper_leads_to_the_lost_paper(told: Story) -> None:
    checks = []
    for turn in (lambda: None, lambda: reissued(told)):
        turn()
        paper, holder = UUID(bytes=row(told)["paper"]), UUID(bytes=row(told)["registrant"])
        with told.ledger.engine.begin() as connection:
            said: Any = told.ledger.context.vault.open(
                connection, holder, f"{CONTENT}{paper}", reader="test", purpose="test"
            )
        checks.append(said["check"])

    old, new = (told.ledger.verifications.by_check(typed, reader="test").reason for typed in checks)

    assert (old, new) == (Reason.PAPER, Reason.VALID)


def test_the_lists_withdraw_the_old_place_and_keep_both_codes(told: Story) -> None:
    before = token(told, code(told, number(told)))
    reissued(told)

    published(told)

    old, new = row(told, REPLACED_TABLE), row(told)
    assert (listed(told, old), listed(told, new)) == (Status.WITHDRAWN, Status.VALID)
    assert old["token"] == before
    assert in_bucket(told, before)
    assert in_bucket(told, new["token"])


@pytest.mark.usefixtures("sound")
def test_a_revocation_reaches_every_paper(told: Story) -> None:
    before = code(told, number(told))
    reissued(told)

    revoked(told, number(told))
    published(told)

    assert told.ledger.verifications.by_code(before).reason is Reason.REVOKED
    assert (listed(told, row(told, REPLACED_TABLE)), listed(told, row(told))) == (Status.INVALID, Status.INVALID)


def test_what_was_printed_before_stands_with_the_code_that_it_bears(told: Story) -> None:
    published(told)
    before = told.ledger.papers.print(told.actor("ketua"), [number(told)], Order()).file
    old = token(told, code(told, number(told)))
    reissued(told)
    published(told)

    after = told.ledger.papers.print(told.actor("ketua"), [number(told)], Order()).file
    published(told)

    assert before != after
    assert sheets(told, old).sheets == (sha256(before).digest(),)
    assert sheets(told, row(told)["token"]).sheets == (sha256(after).digest(),)


def test_the_receipt_of_each_paper_proves_its_own_code(told: Story) -> None:
    old = token(told, code(told, number(told)))
    reissued(told)
    published(told)
    ledger = told.ledger
    known = {"keys": ledger.keys.current(), "origin": ledger.config.origin}

    first = proved(ledger.receipts.of_token(old), old, **known)
    second = proved(ledger.receipts.of_number(number(told)), row(told)["token"], **known)

    assert (first.standing.index, second.standing.index) == (
        row(told, REPLACED_TABLE)["issued_at"],
        row(told)["issued_at"],
    )


def test_a_revoked_certificate_gets_no_new_paper(told: Story) -> None:
    revoked(told, number(told))

    with pytest.raises(RuleError) as refused:
        reissued(told)

    assert refused.value.code == "state-refuses"


def test_a_paper_is_not_replaced_for_another_reason(told: Story) -> None:
    with pytest.raises(InputError) as refused:
        told.ledger.certificates.reissue(number(told), decree=UUID(int=1), reason="fraud")

    assert refused.value.code == "paper-reason-unknown"


# A renewal -----------------------------------------------------------------------------------------------------


def renewing(story: Story, matter: str = "renewal", on: date = LATER) -> UUID:
    """The decree by which the first graduate is competent once more."""
    holder = UUID(story.ledger.certificates.show(number(story))["registrant"])
    accepted = EQUIVALENCES.table
    with reading(story.ledger.engine) as connection:
        id = connection.execute(select(accepted.c.id).where(accepted.c.registrant == holder.bytes)).scalar_one()
    ketua, book = story.actor("ketua"), story.ledger.assessments
    scheduled = book.schedule(
        ketua,
        scheme=story.schemes["PEKSOS/GENERALIS"],
        candidates={holder: UUID(bytes=id)},
        assessors=[story.people["assessor-ipspi"]],
        on=on,
    )["assessments"]
    ids = [UUID(id) for id in scheduled.values()]
    book.score(ketua, assessor=story.people["assessor-ipspi"], results=dict.fromkeys(ids, ALL))
    decree = story.decree("ketua", "77/DPP IPSPI/SK/2026", matter, on, "decider-ipspi")
    book.decide(ketua, decree=decree, outcomes=dict.fromkeys(ids, "K"))
    return decree


@pytest.mark.usefixtures("sound")
@pytest.mark.parametrize("matter", ["renewal", "results"])
def test_a_renewed_certificate_names_the_one_that_took_its_place(told: Story, matter: str) -> None:
    before = code(told, number(told))
    decree = renewing(told, matter)

    (new,) = told.issued("renewed", "ketua", "sekretaris", told.ledger.certificates.competence(decree))
    published(told)

    old, asked = told.ledger.verifications.by_code(before), told.ledger.verifications.by_code(code(told, new))
    assert (old.reason, old.facts["replacement"]) == (Reason.SUPERSEDED, new)
    assert asked.reason is Reason.VALID
    assert listed(told, row(told)) is Status.WITHDRAWN


def test_nobody_is_renewed_while_suspended(told: Story) -> None:
    suspended = told.decree("ketua", "70/DPP IPSPI/SK/2026", "suspension", LATER, "decider-ipspi")
    act = told.ledger.certificates.status_act("suspend", number(told), decree=suspended, reason="ethics")
    told.approved("ketua", "sekretaris", [act])

    assert told.ledger.certificates.competence(renewing(told)) == []


def test_a_renewed_certificate_can_still_be_revoked(told: Story) -> None:
    before = code(told, number(told))
    told.issued("renewed", "ketua", "sekretaris", told.ledger.certificates.competence(renewing(told)))

    revoked(told, number(told))

    assert told.ledger.verifications.by_code(before).reason is Reason.REVOKED
