"""What is told of a paper of another body whose issuer confirmed it."""

from dataclasses import replace
from datetime import date

from ledger.credentials.attested import Attested, judge_attested
from ledger.credentials.verdict import Colour, Outcome, Reason
from ledger.domain.people import FullName
from ledger.domain.values import start_of

CHECKED = date(2026, 10, 20)
FOUND = Attested(
    name=FullName("Siti Aminah"),
    number="045/DINSOS/2018",
    issuer="Dinas Sosial Kota Bekasi",
    kind="HADIR/PSM-DASAR",
    checked=CHECKED,
    means="letter",
    through=date(2026, 12, 31),
)


def test_a_confirmed_paper_is_green_as_of_the_day_its_issuer_said_so() -> None:
    verdict = judge_attested(FOUND, start_of(date(2026, 10, 22)))

    assert (verdict.reason, verdict.colour) == (Reason.EXTERNAL, Colour.GREEN)
    assert verdict.as_of == start_of(CHECKED)
    assert verdict.lines == ("k.external", "k.means.letter", "k.attend")
    assert verdict.facts == {"body": "Dinas Sosial Kota Bekasi", "date": CHECKED}


def test_it_is_green_to_the_end_of_its_own_last_day_and_no_longer() -> None:
    midnight = start_of(date(2027, 1, 1))

    assert judge_attested(FOUND, midnight - 1).reason is Reason.EXTERNAL
    ended = judge_attested(FOUND, midnight)
    assert (ended.reason, ended.colour) == (Reason.EXPIRED, Colour.AMBER)
    assert [(check.name, check.outcome) for check in ended.checks] == [("external", Outcome.YES), ("time", Outcome.NO)]
    assert ended.facts["through"] == date(2026, 12, 31)


def test_a_volunteer_of_another_body_is_never_shown_as_a_social_worker() -> None:
    verdict = judge_attested(replace(FOUND, kind="RELAWAN/PSM-DASAR", through=None), start_of(CHECKED))

    assert "k.psm" in verdict.lines
    assert verdict.paper is not None
    assert (verdict.paper.title, verdict.paper.scope, verdict.paper.basis) == (None, "", None)
