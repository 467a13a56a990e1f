"""What a board could learn of other provinces by asking sideways, and does not."""

import io
import logging
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from ledger.application.registrants import Person
from ledger.cli.cast import invented
from ledger.cli.story import Story
from ledger.database import reading
from ledger.domain.contacts import Email
from ledger.domain.people import BirthDate, FullName, NationalId
from ledger.errors import ConflictError, InputError, RuleError
from ledger.vault import reads
from ledger.vault.sealed import FIELDS
from tests.conftest import GREEN_DAY, audited
from tests.desk.conftest import Desk
from tests.desk.delivered import ADDRESS, reachable, with_mail
from tests.desk.forms import send

TODAY = date(2026, 11, 10)
NIK, NAME = "3275010403959020", "Ahmad Fauzi"  # Of a graduate, in 32.
LIAR = Person(FullName("Nama Palsu"), NationalId.parse(NIK), BirthDate.parse("1995-03-04"), "L", "36.73")
SHEET = "Nama;NIK;L/P;Tanggal Lahir;Utusan;Hari 1\n{name};{nik};L;04/03/1995;{group};{marks}\n"


@pytest.fixture
def boards(here: Story) -> Iterator[Story]:
    """Clerks of 32 and 36, a certifier of 36; of 36 somebody who only approves, until today."""
    for who, person, roles, region, ends in (
        ("c32", "assessor", ["enrol"], "32", None),
        ("c36", "instructor", ["enrol"], "36", None),
        ("k36", "decider", ["certify"], "36", None),
        ("approver", "assessor-ipspi", ["approve"], "36", TODAY),
    ):
        mandate: dict[str, Any] = {"roles": roles, "office": "Petugas DPD", "begins": GREEN_DAY, "ends": ends}
        act = here.ledger.officers.appoint(person=here.people[person], authority="IPSPI", region=region, **mandate)
        here.approved("ketua", "sekretaris", [act])
        here.officers[who] = act.stream
    here.clock.at(TODAY)
    here.ledger.keys.refresh()
    yield here
    report = audited(here.ledger)
    assert report.sound, report.as_json()


def planned(story: Story, who: str, group: str) -> UUID:
    plan: dict[str, Any] = {"programme": "PSM-DASAR", "activity": "pelatihan", "basis": "Permensos 10/2019"}
    numbers: dict[str, Any] = {"days": [TODAY], "hours": 8, "announced": 1, "quotas": {group: 1}}
    return UUID(story.ledger.trainings.plan(story.actor(who), **plan, **numbers)["training"])


def walked_in(story: Story, who: str, training: UUID) -> dict[str, UUID]:
    came: dict[str, Any] = {"name": FullName("Budi Santoso"), "sex": "L", "group": "36.73", "marks": "H", "adult": True}
    answer = story.ledger.participations.walk_in(story.actor(who), training, **came)
    return {name: UUID(answer[name]) for name in ("participation", "registrant")}


def sheet(name: str = NAME, nik: str = NIK, group: str = "Kota Bekasi", marks: str = "H") -> bytes:
    return SHEET.format(name=name, nik=nik, group=group, marks=marks).encode()


def looks(story: Story, who: str) -> list[str]:
    """Why this officer looked at the graduate, as the page of the graduate tells."""
    person = UUID(story.ledger.certificates.show(story.numbers["graduates"][0])["registrant"])
    with reading(story.ledger.engine) as connection:
        return [one.purpose for one in reads.of(connection, person) if one.reader == str(story.officers[who])]


def posted(story: Story, app: Flask, who: str, path: str, **content: Any) -> Any:
    token = story.ledger.officers.issue_token(story.officers[who])["token"]
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}
    return app.test_client().post(f"/api/v1/{path}", headers=headers, **content)


def tried(story: Story, app: Flask, who: str, training: UUID) -> Any:
    return posted(
        story, app, who, f"trainings/{training}/sheet?dry_run=true", data={"file": (io.BytesIO(sheet()), "hadir.csv")}
    )


def test_a_dry_run_tells_who_takes_part_to_whoever_may_record_it_and_to_nobody_else(boards: Story, app: Flask) -> None:
    training = planned(boards, "c32", "32.75")
    boards.ledger.trainings.import_sheet(boards.actor("c32"), training, sheet(), "hadir.csv")

    own, elsewhere, other = (tried(boards, app, who, training) for who in ("c32", "c36", "petugas"))
    unfit = tried(boards, app, "approver", training)
    boards.clock.at(date(2026, 11, 11))
    over = tried(boards, app, "approver", training)

    assert own.json["already"] == 1
    assert [(answer.status_code, answer.json["code"]) for answer in (elsewhere, other)] == [(404, "not-found")] * 2
    assert (unfit.status_code, unfit.json["code"]) == (403, "role-missing")
    assert (over.status_code, over.json["code"]) == (403, "outside-mandate")


def test_a_number_under_another_name_is_recorded_nowhere(boards: Story, desk: Desk) -> None:
    """The roster would say whose it is."""
    training, trainings = planned(boards, "c36", "36.73"), boards.ledger.trainings
    clerk = boards.actor("c36")
    size = boards.ledger.histories.size()

    done = trainings.import_sheet(clerk, training, sheet("Nama Palsu", group="Kota Serang"), "hadir.csv", skip_bad=True)

    assert [problem.code for problem in done.roster.problems] == ["name-differs"]
    assert done.answer["written"] == 0
    assert boards.ledger.histories.size() == size
    roster = desk("c36").get(f"/meja/pelatihan/{training}/peserta").text
    assert NAME not in roster


def test_a_name_that_sounds_alike_is_the_same(boards: Story) -> None:
    training = planned(boards, "c36", "36.73")
    data = sheet("Drs. Achmad Fauzy, S.Sos.", group="Kota Serang")

    done = boards.ledger.trainings.import_sheet(boards.actor("c36"), training, data, "hadir.csv")

    assert done.answer["written"] == 1


def test_neither_a_substitute_nor_a_walk_in_tells_whose_a_number_is(boards: Story) -> None:
    training, book, clerk = planned(boards, "c36", "36.73"), boards.ledger.participations, boards.actor("c36")
    walked = walked_in(boards, "c36", training)
    size = boards.ledger.histories.size()

    for act in (
        lambda: book.substitute(clerk, walked["participation"], LIAR, "H"),
        lambda: book.complete(clerk, walked["registrant"], LIAR),
    ):
        with pytest.raises(ConflictError) as refused:
            act()
        assert refused.value.code == "name-differs"

    assert boards.ledger.histories.size() == size


def test_whoever_tries_a_number_is_noted_though_nothing_is_recorded(boards: Story) -> None:
    training, ledger = planned(boards, "c36", "36.73"), boards.ledger
    clerk, ketua, walked = boards.actor("c36"), boards.actor("ketua"), walked_in(boards, "c36", training)
    file = sheet("Nama Palsu", group="Kota Serang")
    draft = UUID(ledger.imports.upload(clerk, training, file, "hadir.csv")["import"])
    nobody = UUID(ledger.registrants.register(ketua, invented("Tanpa Jabatan", 9777))["registrant"])

    for who, act in (
        ("c36", lambda: ledger.participations.substitute(clerk, walked["participation"], LIAR, "H")),
        ("c36", lambda: ledger.participations.complete(clerk, walked["registrant"], LIAR)),
        ("c36", lambda: ledger.imports.commit(clerk, draft)),
        ("ketua", lambda: ledger.corrections.correct(ketua, nobody, LIAR)),  # At once.
        ("ketua", lambda: ledger.corrections.correct(ketua, boards.people["instructor"], LIAR)),  # By two.
    ):
        before = looks(boards, who)
        with pytest.raises((ConflictError, InputError)):
            act()
        assert looks(boards, who) == [*before, "find by NIK"]


def test_a_sheet_that_is_only_looked_through_is_noted_under_whoever_sent_it(boards: Story) -> None:
    training, book, clerk = planned(boards, "c36", "36.73"), boards.ledger.imports, boards.actor("c36")
    draft = UUID(book.upload(clerk, training, sheet("Nama Palsu", group="Kota Serang"), "hadir.csv")["import"])

    book.preview(clerk, draft)

    assert looks(boards, "c36") == ["compare names"]


def test_a_number_that_was_tried_stands_in_the_log_without_whose_it_is(
    boards: Story, app: Flask, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    walked = walked_in(boards, "c36", planned(boards, "c36", "36.73"))
    path = f"/meja/peserta/{walked['participation']}/lengkapi"
    typed = {"name": "Nama Palsu", "nik": NIK, "born": "1995-03-04", "sex": "L"}

    with caplog.at_level(logging.WARNING):
        refused = send(desk("c36"), path, **typed)
        body = typed | {"region": "36.73"}
        asked = posted(boards, app, "c36", f"registrants/{walked['registrant']}/completion", json=body)

    assert (refused.status_code, asked.status_code) == (409, 409)
    line = f"{boards.officers['c36']} refused at {{}}: name-differs"
    assert caplog.messages == [line.format(f"{edge}.complete") for edge in ("desk.participations", "registrants")]


def test_a_refused_correction_of_marks_leaves_no_text_under_the_person(boards: Story, app: Flask) -> None:
    training = planned(boards, "c32", "32.75")
    boards.ledger.trainings.import_sheet(boards.actor("c32"), training, sheet(), "hadir.csv")
    (one,) = boards.ledger.participations.listed(training)

    def sealed() -> Any:
        subject = UUID(one["registrant"]).bytes
        with reading(boards.ledger.engine) as connection:
            return connection.scalar(select(func.count()).select_from(FIELDS).where(FIELDS.c.subject == subject))

    before = sealed()
    change = {"act": "correct-attendance", "participation": one["participation"], "marks": "A", "reason": "error"}
    answers = [
        posted(boards, app, who, "proposals", json=change | {"explanation": "Catatan palsu tentang orang ini."})
        for who in ("c36", "c32")  # Of another province; too early, for the training is not closed.
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert sealed() == before


@pytest.mark.parametrize("address", [None, ADDRESS])
def test_whether_a_holder_has_left_an_address_is_told_to_nobody_who_may_not_send_the_paper(
    boards: Story, address: Email | None
) -> None:
    with_mail(boards, "smtp://127.0.0.1:25")
    if address:
        reachable(boards, address)

    with pytest.raises(RuleError) as refused:
        boards.ledger.delivering.by_link(boards.actor("c36"), [boards.numbers["graduates"][0]], "email", "id")

    assert refused.value.code == "province-elsewhere"


def test_blanks_are_listed_to_a_board_as_far_as_it_sees_what_is_printed_on_them(boards: Story, desk: Desk) -> None:
    papers = boards.ledger.papers
    papers.spoil(boards.actor("ketua"), "AB 000001", "lost")
    papers.spoil(boards.actor("k36"), "AB 000002", "damaged")

    central, own = (desk(who).get("/meja/cetak/blangko").text for who in ("ketua", "k36"))

    assert ("AB 000001" in central, "AB 000002" in central) == (True, True)
    assert ("AB 000001" in own, "AB 000002" in own) == (False, True)


def test_a_board_sees_its_own_officers_and_assessments(boards: Story, desk: Desk) -> None:
    client = desk("k36")

    officers, tested, form = (client.get(f"/meja/{path}").text for path in ("pengurus", "asesmen", "sk/baru"))

    assert "Putri Anggraini" in officers  # Of 36
    assert not [name for name in ("Ratna Wulandari", "Lestari Handayani") if name in officers + form]
    assert "PEKSOS" not in tested
    assert "PEKSOS" in desk("ketua").get("/meja/asesmen").text
