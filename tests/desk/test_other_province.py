"""A session of another province: what is not this board's is not there, whoever asks and however."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ledger.cli.story import Story
from tests.conftest import GREEN_DAY, audited
from tests.desk.conftest import Desk
from tests.desk.forms import hidden, send
from tests.desk.walking import Examples, pages

BANTEN = "36"  # Everybody in the story lives and learns in 32, or for a unit of the centre.
NATION = {  # Whose addresses name nothing of a province.
    "desk.keys.minutes": "every version of the key list is for all",
    "desk.delegations": "who stands in for whom is proposed by the centre",
}


@pytest.fixture
def strangers(here: Story, desk: Desk) -> Iterator[list[FlaskClient]]:
    """A clerk and a certifier of another province, with all roles that a board can give."""
    made = []
    for who, roles in (("assessor", ["enrol", "admin"]), ("decider", ["certify", "approve"])):
        act = here.ledger.officers.appoint(
            person=here.people[who],
            authority="IPSPI",
            roles=roles,
            office="Petugas DPD",
            begins=GREEN_DAY,
            ends=None,
            region=BANTEN,
        )
        here.approved("ketua", "sekretaris", [act])
        made.append(act.stream)
    yield [desk(officer) for officer in made]
    report = audited(here.ledger)
    assert report.sound, report.as_json()


def of_a_province(app: Flask, examples: Examples) -> list[tuple[str, str]]:
    """Pages whose address names somebody or something."""
    rules = {rule.endpoint for rule in app.url_map.iter_rules() if rule.arguments}
    found = [(endpoint, path) for endpoint, path in pages(app, examples) if endpoint in rules and path is not None]
    return [(e, path) for e, path in found if e not in NATION and e.rpartition(".")[0] not in NATION]


def test_no_page_of_anothers_opens_and_no_form_does_anything(
    here: Story, app: Flask, strangers: list[FlaskClient]
) -> None:
    places, number = of_a_province(app, Examples(here)), here.numbers["graduates"][0]
    before, waiting = here.ledger.histories.size(), len(here.ledger.proposals.waiting())

    opened = []
    for client in strangers:
        entries = hidden(client.get("/meja/akun").text, "/meja/akun/kode")
        for endpoint, path in places:
            for method in ("get", "post"):
                answer = getattr(client, method)(path, **({"data": entries} if method == "post" else {}))
                named = number in answer.text and number not in path
                if answer.status_code not in (403, 404, 405) or named:
                    opened.append((endpoint, method, answer.status_code))

    assert len(places) > 30
    assert opened == []
    assert (here.ledger.histories.size(), len(here.ledger.proposals.waiting())) == (before, waiting)


def test_no_list_names_anybody_or_anything_of_anothers(here: Story, app: Flask, strangers: list[FlaskClient]) -> None:
    examples = Examples(here)
    number = here.numbers["graduates"][0]
    person = here.ledger.certificates.show(number)["registrant"]
    secrets = {number, str(person), str(here.training), str(examples.of["desk.trainings"]), "Ahmad Fauzi"}
    bare = {rule.endpoint for rule in app.url_map.iter_rules() if not rule.arguments}
    lists = [path for endpoint, path in pages(app, examples) if endpoint in bare and path is not None]

    shown = [
        (path, secret)
        for client in strangers
        for path in lists
        for text in [client.get(path).text]
        for secret in secrets
        if secret in text
    ]

    assert len(lists) > 15
    assert shown == []


def test_what_is_ticked_in_a_list_of_ones_own_may_be_nothing_of_anothers(
    here: Story, strangers: list[FlaskClient]
) -> None:
    number, (clerk, certifier) = here.numbers["graduates"][0], strangers
    own = here.ledger.trainings.plan(
        here.actor("ketua"),
        programme="PSM-DASAR",
        activity="bimtek",
        days=[here.today()],
        hours=8,
        announced=1,
        quotas={f"{BANTEN}.71": 1},
        basis="UU 14/2019",
        region=BANTEN,
    )["training"]
    path = f"/meja/kirim/daftar/pelatihan/{own}"
    before = here.ledger.histories.size()

    for client in (clerk, certifier):
        entries = hidden(client.get("/meja/akun").text, "/meja/akun/kode") | {"numbers": number}
        answers = [client.post(path, data=entries | {"act": act, "once": act}) for act in ("handover", "email")]
        assert all(answer.status_code in (403, 404, 422) for answer in answers), [a.status_code for a in answers]

    assert here.ledger.histories.size() == before


def test_a_search_finds_nobody_of_anothers(here: Story, strangers: list[FlaskClient]) -> None:
    for client in strangers:
        for typed in ("ahmad fauzi", "an", str(UUID(int=0)), "%", "_ _"):
            assert "Ahmad Fauzi" not in send(client, "/meja/orang", typed=typed).text.replace(f'value="{typed}"', "")
        assert here.numbers["graduates"][0] not in client.get("/meja/sertifikat?cari=IPSPI").text
