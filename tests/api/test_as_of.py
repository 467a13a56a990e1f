"""`?as_of=&by=` on a certificate and its history."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from ledger.app import create_app
from ledger.cli.story import Story, StoryClock

from .conftest import Desk

GREEN_DAY = date(2026, 10, 22)


@pytest.fixture
def asking(told: Story, clock: StoryClock) -> Callable[[str], Desk]:
    """Two days after a graduate's certificate was suspended."""
    clock.at(GREEN_DAY + timedelta(days=4))
    on = GREEN_DAY + timedelta(days=2)
    decree = told.decree("ketua", "31/DPP IPSPI/SK/2026", "suspension", on, "decider-ipspi")
    act = told.ledger.certificates.status_act("suspend", told.numbers["graduates"][0], decree=decree, reason="ethics")
    told.approved("ketua", "sekretaris", [act], effective=on)
    token = told.ledger.officers.issue_token(told.officers["ketua"])["token"]
    return Desk(create_app(told.ledger).test_client(), token).get


def test_a_day_is_asked_for_by_effect_or_by_record(told: Story, asking: Callable[[str], Desk]) -> None:
    path = f"/certificates/{told.numbers['graduates'][0]}"
    between = GREEN_DAY + timedelta(days=3)

    today = asking(path).get_json()
    effective = asking(f"{path}?as_of={between}").get_json()
    recorded = asking(f"{path}?as_of={between}&by=recorded").get_json()
    events = asking(f"{path}/history?as_of={between}&by=recorded").get_json()["events"]

    assert (today["state"], "standing" in today) == ("suspended", False)
    assert (effective["standing"], effective["since"]) == ("suspended", str(GREEN_DAY + timedelta(days=2)))
    assert (recorded["standing"], recorded["as_of"], recorded["by"]) == ("valid", str(between), "recorded")
    assert events[-1]["kind"] == "certificate.issued"
    assert asking(f"{path}/history").get_json()["events"][-1]["kind"] == "certificate.suspended"


@pytest.mark.parametrize("db", ["sqlite"])
def test_a_question_that_has_no_answer_is_refused(told: Story, asking: Callable[[str], Desk]) -> None:
    path = f"/certificates/{told.numbers['graduates'][0]}"

    early = asking(f"{path}?as_of=2019-01-01")
    nonsense = [asking(f"{path}?as_of={day}") for day in ("tomorrow", "2026-02-30", "0001-01-01")]
    by = asking(f"{path}?as_of=2026-10-30&by=hearsay")

    assert (early.status_code, early.get_json()["code"]) == (404, "not-there-then")
    assert {answer.status_code for answer in [*nonsense, by]} <= {400, 422}
