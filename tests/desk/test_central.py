"""What only the central board does: first codes of newcomers, readers' cases, the entries of the log."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask

from ledger.application.cases import Finding
from ledger.application.evidence import Given
from ledger.cli import board
from ledger.cli.story import Story
from ledger.domain.cases import REPORT
from ledger.errors import ForbiddenError
from tests.conftest import audited
from tests.desk.conftest import Desk

TODAY = date(2026, 11, 10)
BANTEN = "36"


@pytest.fixture
def boards(here: Story) -> Iterator[Story]:
    """An administrator and a certifier of a province; a treasurer of DPP who has never signed in."""
    here.clock.at(TODAY)
    here.ledger.keys.refresh()
    decree = here.decree("ketua", "12/DPP IPSPI/SK/2026", board.MATTER, TODAY, "decider-ipspi")
    mandate: dict[str, Any] = {"authority": "IPSPI", "begins": TODAY, "ends": None, "decree": decree}
    for who, person, roles, office, region in (
        ("admin", "assessor-ipspi", ["admin"], "Sekretaris DPD", BANTEN),
        ("certifier", "decider", ["certify", "approve"], "Ketua DPD", BANTEN),
        ("bendahara", "decider-ipspi", ["admin"], "Bendahara DPP", None),
    ):
        act = here.ledger.officers.appoint(
            person=here.people[person], roles=roles, office=office, region=region, **mandate
        )
        here.approved("ketua", "sekretaris", [act])
        here.officers[who] = act.stream
    yield here
    report = audited(here.ledger)
    assert report.sound, report.as_json()


def test_a_board_makes_no_code_for_a_newcomer(boards: Story, desk: Desk) -> None:
    """Whoever makes a first code could use it, and be an officer of DPP."""
    paths = [f"/meja/pengurus/{boards.officers[who]}/undang" for who in ("certifier", "bendahara")]

    refused = [getattr(desk("admin"), method)(path) for path in paths for method in ("get", "post")]
    central = [desk("ketua").get(path).status_code for path in paths]

    assert [answer.status_code for answer in refused] == [403, 403, 403, 403]
    assert "hanya dibuat oleh pengurus DPP" in refused[0].text
    assert paths[0] not in desk("admin").get(f"/meja/pengurus/{boards.officers['certifier']}").text
    assert central == [200, 200]


def test_a_board_handles_no_cases(boards: Story, desk: Desk) -> None:
    """They come from readers everywhere, and name people of any province."""
    cases, certifier = boards.ledger.cases, desk("certifier")
    cases.open(REPORT, Given(number=boards.numbers["graduates"][0], name="Ahmad Fauzi", text="Palsu."))
    (case,) = cases.listed(boards.actor("ketua"))

    refused = [certifier.get(f"/meja/kasus{rest}") for rest in ("", f"/{case['id']}", f"/{case['id']}/bukti.zip")]
    with pytest.raises(ForbiddenError) as told:
        cases.answer(boards.actor("certifier"), case["case"], Finding("cannot-say"))

    assert [answer.status_code for answer in refused] == [403, 403, 403]
    assert "/meja/kasus" not in certifier.get("/meja/").text
    assert told.value.code == "sight-central"
    assert cases.listed(boards.actor("ketua"))[0]["answer"] is None


def test_entries_of_the_log_are_read_by_the_central_board_alone(boards: Story, app: Flask) -> None:
    """They tell of the whole country."""
    boards.ledger.checkpoints.sign()

    def asked(who: str) -> Any:
        token = boards.ledger.officers.issue_token(boards.officers[who])["token"]
        return app.test_client().get("/log/tile/entries/000", headers={"Authorization": f"Bearer {token}"})

    answers = {who: asked(who) for who in ("ketua", "certifier", "kepala")}

    assert [answer.status_code for answer in answers.values()] == [200, 403, 403]
    assert {answers[who].json["code"] for who in ("certifier", "kepala")} == {"sight-central"}
