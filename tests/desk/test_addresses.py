"""What an address says after its question mark is believed only where a page of ours can have written it."""

import pytest
from flask import Flask

from ledger.cli.story import Story
from tests.desk.conftest import Desk
from tests.desk.walking import Examples, pages

pytestmark = pytest.mark.usefixtures("unnoted")

LISTS = {
    "desk.assessments.batch",
    "desk.assessments.listed",
    "desk.certificates.listed",
    "desk.decrees.listed",
    "desk.deliveries.back",
    "desk.deliveries.batch",
    "desk.deliveries.ending",
    "desk.deliveries.listed",
    "desk.issuing.by_decree",
    "desk.issuing.by_training",
    "desk.papers.blanks",
    "desk.participations.listed",
    "desk.proposals.inbox",
    "desk.trainings.listed",
}
STRANGE = ("~", "-1", "9" * 30, "9" * 5000, "g" * 32, "1_000/X", "9999999/IPSPI-1", "\x00", "\ud800", "' or 1=1", "٣")


@pytest.fixture
def paths(here: Story, app: Flask) -> dict[str, str]:
    return {endpoint: path for endpoint, path in pages(app, Examples(here)) if path is not None}


def test_a_cursor_that_is_none_is_refused_with_the_way_out(paths: dict[str, str], desk: Desk) -> None:
    clients, answers = [desk("ketua"), desk("sekretaris-dpd"), desk("kepala")], {}
    for endpoint in LISTS:
        found = [client.get(f"{paths[endpoint]}?after=~") for client in clients]
        answers[endpoint] = {answer.status_code for answer in found} - {403}
        assert any("<h1" in answer.text for answer in found), endpoint

    assert all(statuses and statuses <= {404, 422} for statuses in answers.values()), answers


def test_no_page_falls_over_whatever_its_address_says(paths: dict[str, str], desk: Desk) -> None:
    client = desk("ketua")
    fallen = [
        (endpoint, name, value[:40])
        for endpoint, path in paths.items()
        for name in ("after", "mulai", "cari", "sertifikat", "dari")
        for value in STRANGE
        if client.get(path, query_string={name: value.encode("utf-8", "surrogatepass")}).status_code >= 500
    ]

    assert fallen == []


@pytest.mark.parametrize("number", ["ipspi-1", "X" * 61, "%27", "a%2Fb"])
def test_a_number_that_can_be_none_reaches_no_page(desk: Desk, number: str) -> None:
    client = desk("ketua")

    for path in ("sertifikat/{}", "sertifikat/{}/cabut", "cetak/{}", "kirim/sertifikat/{}"):
        assert client.get(f"/meja/{path.format(number)}").status_code == 404
