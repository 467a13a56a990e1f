"""A session of another authority than the founding one: it sees what it began itself, and nothing else."""

from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ledger.application.scope import Sight
from ledger.cli.cast import STAFF as KNOWN
from ledger.cli.story import Story
from tests.conftest import GREEN_DAY
from tests.desk.conftest import Desk
from tests.desk.forms import hidden, send
from tests.desk.walking import Examples, pages

STAFF = ("petugas", "kepala", "wakil")
GRADUATE, ID = "Ahmad Fauzi", "3275010403959020"
OWN_NAME = {  # Whose addresses name nothing of an authority.
    "desk.keys.minutes": "every version of the key list is for all",
}


@pytest.fixture
def holder(here: Story) -> UUID:
    """A graduate of IPSPI, who took part in nothing of Kemensos."""
    return UUID(here.ledger.certificates.show(here.numbers["graduates"][0])["registrant"])


@pytest.fixture
def proposal(here: Story) -> UUID:
    """Of IPSPI, about that graduate."""
    decree = here.decree("ketua", "31/DPP IPSPI/SK/2026", "revocation", GREEN_DAY, "decider-ipspi")
    act = here.ledger.certificates.status_act("revoke", here.numbers["graduates"][0], decree=decree, reason="fraud")
    return UUID(here.ledger.proposals.propose(here.actor("ketua"), [act])["proposal"])


@pytest.mark.parametrize("who", STAFF)
def test_no_page_of_another_authority_opens(here: Story, app: Flask, desk: Desk, who: str) -> None:
    client, number = desk(who), here.numbers["graduates"][0]
    examples = Examples(here)
    examples.of["desk.people"] = examples.of["desk.contacts"] = UUID(
        here.ledger.certificates.show(number)["registrant"]
    )
    examples.of["desk.deliveries.batch.id"] = examples.of["desk.trainings"]
    for endpoint in ("issuing", "papers"):
        examples.of[f"desk.{endpoint}.by_training.id"] = examples.of["desk.trainings"]
    named = {rule.endpoint for rule in app.url_map.iter_rules() if rule.arguments} - OWN_NAME.keys()
    places = [(endpoint, path) for endpoint, path in pages(app, examples) if endpoint in named and path]
    entries = hidden(client.get("/meja/akun").text, "/meja/akun/kode")

    before = here.ledger.histories.size()
    opened = [
        (endpoint, method, answer.status_code)
        for endpoint, path in places
        for method in ("get", "post")
        for answer in [getattr(client, method)(path, **({"data": entries} if method == "post" else {}))]
        if answer.status_code not in (403, 404, 405)
    ]

    assert len(places) > 30
    assert opened == []
    assert here.ledger.histories.size() == before


def test_no_list_and_no_search_names_anybody_or_anything_of_another_authority(
    here: Story, app: Flask, desk: Desk, holder: UUID, proposal: UUID
) -> None:
    examples, number = Examples(here), here.numbers["graduates"][0]
    bare = {rule.endpoint for rule in app.url_map.iter_rules() if not rule.arguments}
    lists = [path for endpoint, path in pages(app, examples) if endpoint in bare and path is not None]
    here.clock.at(GREEN_DAY + timedelta(days=30))  # Nobody has received the papers in time.
    here.ledger.keys.refresh()
    secrets = {number, str(holder), str(proposal), GRADUATE, str(examples.of["desk.trainings"]), "8/DPP IPSPI"}

    shown = []
    for who in STAFF:
        client = desk(who)
        texts = {path: client.get(path).text for path in lists} | {
            f"? {typed}": send(client, "/meja/orang", typed=typed).text.replace(f'value="{typed}"', "")
            for typed in ("ahmad fauzi", ID)
        }
        shown += [(who, path, one) for path, text in texts.items() for one in secrets if one in text]

    assert len(lists) > 15
    assert shown == []
    assert GRADUATE in send(desk("ketua"), "/meja/orang", typed="ahmad fauzi").text


def test_the_api_shows_nothing_of_another_authority(here: Story, app: Flask, holder: UUID, proposal: UUID) -> None:
    number, clerk = here.numbers["graduates"][0], here.officers["kepala"]
    bearer = {"Authorization": "Bearer " + here.ledger.officers.issue_token(clerk)["token"]}
    paths = [f"certificates/{number}", f"certificates/{number}/code.txt", f"certificates/{number}/history"]
    paths += [f"registrants/{holder}", f"proposals/{proposal}"]

    got = [app.test_client().get(f"/api/v1/{path}", headers=bearer) for path in paths]
    listed = app.test_client().get("/api/v1/certificates?limit=1000", headers=bearer).json["certificates"]

    assert [answer.status_code for answer in got] == [404] * len(paths)
    assert app.test_client().get("/api/v1/proposals", headers=bearer).json == {"proposals": []}
    assert set(listed) == {*here.numbers["attendance"], *here.numbers["volunteers"]}


def test_an_authority_sees_whom_it_enrolled_trained_and_certified(here: Story, desk: Desk) -> None:
    number = here.numbers["volunteers"][0]
    person = here.ledger.certificates.show(number)["registrant"]
    name = here.ledger.registrants.names([UUID(person)], reader="t", purpose="t")[UUID(person)].reveal()

    client = desk("petugas")

    for path in (f"pelatihan/{here.training}/peserta", f"sertifikat/{number}", f"kirim/sertifikat/{number}"):
        assert client.get(f"/meja/{path}").status_code == 200, path
    assert number in client.get(f"/meja/orang/{person}").text
    assert str(person) in send(client, "/meja/orang", typed=name).text
    assert client.get("/meja/sertifikat").text.count("IPSPI-PSG") == 0
    assert here.ledger.standings.listed(sight=Sight("KEMENSOS"))


def test_of_whom_two_authorities_know_each_shows_its_own(here: Story, desk: Desk, holder: UUID) -> None:
    """A graduate of IPSPI comes to a training of Kemensos."""
    day, clerk = date(2026, 11, 10), here.actor("petugas")
    here.clock.at(day)
    here.ledger.keys.refresh()
    planned = here.ledger.trainings.plan(
        clerk,
        programme="PSM-DASAR",
        activity="pelatihan",
        days=[day],
        hours=8,
        announced=1,
        quotas={"32.75": 1},
        basis="Permensos 10/2019",
    )
    sheet = f"Nama;NIK;L/P;Tanggal Lahir;Utusan;Hari 1\n{GRADUATE};{ID};L;04/03/1995;Kota Bekasi;H\n"
    done = here.ledger.trainings.import_sheet(clerk, UUID(planned["training"]), sheet.encode(), "hadir.csv")
    assert done.answer["written"] == 1

    theirs, ours = (desk(who).get(f"/meja/orang/{holder}") for who in ("petugas", "ketua"))

    number = here.numbers["graduates"][0]
    assert (theirs.status_code, ours.status_code) == (200, 200)
    assert planned["training"] in theirs.text
    assert (number in theirs.text, number in ours.text) == (False, True)
    assert "PEKSOS" not in theirs.text


def test_a_number_typed_as_an_assessors_becomes_no_name(here: Story, desk: Desk, holder: UUID) -> None:
    """Whom the authority does not know is told by the place in the list; an officer of its own is named."""
    own = UUID(here.ledger.certificates.show(here.numbers["volunteers"][0])["registrant"])
    candidate = here.ledger.people.identity(own, reader="t", reason="question")["nik"]
    scheme, known = str(here.schemes["RELAWAN/PSM-DASAR"]), KNOWN["petugas"][0]
    typed = {"scheme": scheme, "training": "", "candidates": candidate, "on": GREEN_DAY.isoformat()}
    here.clock.at(GREEN_DAY)
    client = desk("kepala")
    planned = send(client, "/meja/asesmen/jadwal", **typed, assessors=f"{known.nik.reveal()}\n{ID}")

    page = client.get(planned.location).text

    assert client.get(f"/meja/orang/{holder}").status_code == 404
    assert (GRADUATE in page, ID in page) == (False, False)
    assert page.count("asesor ke-2") == 2  # Above the list, and where the one is chosen who scored.
    assert page.count(known.name.reveal()) == 2


def test_no_key_is_made_and_no_list_taken_by_another_authority(here: Story, desk: Desk) -> None:
    day = date(2026, 11, 10)
    here.clock.at(day)
    here.ledger.keys.refresh()
    decree = here.decree("ketua", "12/DPP IPSPI/SK/2026", "appointment", day, "decider-ipspi")
    mandate: dict[str, Any] = {"authority": "KEMENSOS", "roles": ["admin"], "office": "Sekretaris LSP"}
    person = here.people["assessor"]
    act = here.ledger.officers.appoint(person=person, **mandate, begins=day, ends=None, decree=decree)
    here.approved("ketua", "sekretaris", [act])
    client, keys = desk(act.stream), here.ledger.keys.current()
    entries = hidden(client.get("/meja/akun").text, "/meja/akun/kode")
    kid = next(key.kid.hex() for key in keys.keys if key.state == "active" and key.role == "receipt")
    before = set(Path(here.ledger.config.keys).rglob("*"))

    answers = [
        ask(path)
        for path in ("/meja/kunci/upacara", "/meja/kunci/terima")
        for ask in (client.get, partial(client.post, data=entries | {"change": "rotate", "key": kid}))
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert set(Path(here.ledger.config.keys).rglob("*")) == before
    assert "/meja/kunci/upacara" not in client.get("/meja/kunci").text


def test_the_staff_of_another_authority_do_their_work(here: Story, desk: Desk) -> None:
    """From the proposal of a certificate's suspension to its approval, by clicking."""
    decree = here.decree("kepala", "46/LSP KEMENSOS RI/SK/2026", "suspension", GREEN_DAY, "decider")
    act = here.ledger.certificates.status_act(
        "suspend", here.numbers["volunteers"][0], decree=decree, reason="precaution"
    )
    id = UUID(here.ledger.proposals.propose(here.actor("kepala"), [act])["proposal"])
    wakil: FlaskClient = desk("wakil")

    assert str(id) in wakil.get("/meja/kotak-masuk").text
    assert wakil.get(f"/meja/usulan/{id}").status_code == 200
    here.approve("wakil", id)

    assert here.ledger.certificates.show(here.numbers["volunteers"][0])["state"] == "suspended"
