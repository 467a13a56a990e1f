"""What was entered is not lost: what came back is made anew from it, and what was approved stays readable."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from ledger.application.acts import Act
from ledger.cli.cast import OTHERS
from ledger.cli.story import Story
from ledger.database import reading
from ledger.errors import ConflictError, NotFoundError
from ledger.store import drafts
from ledger.vault.sealed import FIELDS
from tests.application import test_certificates
from tests.conftest import GREEN_DAY, audited
from tests.desk.conftest import Desk
from tests.desk.forms import hidden

AGAIN = re.compile(r'href="([^"]*\bdari=[^"]*)"')
LATER = GREEN_DAY + timedelta(days=30)
WHY = "Putusan sidang diterima terlambat."


@pytest.fixture(autouse=True)
def sound(here: Story) -> Any:
    yield
    report = audited(here.ledger)
    assert report.sound, report.as_json()


def suspension(here: Story, n: int = 0, matter: str = "suspension", kind: str = "suspend") -> Act:
    serial = here.ledger.histories.size()
    decree = here.decree("ketua", f"{serial}/DPP IPSPI/SK/2026", matter, here.today(), "decider-ipspi")
    number = here.numbers["graduates"][n]
    return here.ledger.certificates.status_act(kind, number, decree=decree, reason="ethics")


def proposed(here: Story, *acts: Act, **terms: Any) -> UUID:
    return UUID(here.ledger.proposals.propose(here.actor("ketua"), acts, **terms)["proposal"])


def returned(here: Story, *acts: Act, **terms: Any) -> UUID:
    id = proposed(here, *acts, **terms)
    here.ledger.discussions.send_back(here.actor("sekretaris"), id, "Perbaiki.")
    return id


def again(client: FlaskClient, proposal: UUID) -> str:
    """Where the page of a proposal leads to make it anew; "": nowhere."""
    found = AGAIN.search(client.get(f"/meja/usulan/{proposal}").text)
    return unescape(found[1]) if found else ""


def kept(here: Story, proposal: UUID) -> tuple[int, set[str]]:
    """Acts beside the history, and what is sealed under the proposal."""
    with reading(here.ledger.engine) as connection:
        return len(drafts.acts(connection, proposal)), fields_of(here, proposal)


def fields_of(here: Story, subject: UUID) -> set[str]:
    with reading(here.ledger.engine) as connection:
        return set(connection.scalars(select(FIELDS.c.field).where(FIELDS.c.subject == subject.bytes)))


# Afterwards ------------------------------------------------------------------------------------------------------


def test_what_was_approved_is_told_afterwards_from_the_history(here: Story, desk: Desk) -> None:
    id = proposed(here, suspension(here))
    before = here.ledger.proposals.show(id, reader="test")["acts"]
    here.approve("sekretaris", id)

    client = desk("sekretaris")
    page, inbox = client.get(f"/meja/usulan/{id}").text, desk("ketua").get("/meja/kotak-masuk").text

    assert kept(here, id)[0] == 0
    assert here.ledger.proposals.show(id, reader="test")["acts"] == before
    for word in (here.numbers["graduates"][0], "Ahmad Fauzi", "Isi usulan", "Disetujui dan dilaksanakan"):
        assert word in page
    assert "Yang Anda tanda tangani" not in page
    assert "Bekukan sertifikat (1)" in inbox


def test_certificates_that_were_issued_stand_there_with_their_numbers(here: Story, desk: Desk) -> None:
    entries = here.ledger.histories.of_certificate(here.numbers["graduates"][0])
    issue = next(one for one in entries if one["kind"] == "certificate.issued")

    page = desk("ketua").get(f"/meja/usulan/{UUID(issue['body']['proposal'])}").text

    assert all(number in page for number in here.numbers["graduates"])


def test_whoever_was_erased_by_it_has_no_name_there(here: Story, desk: Desk) -> None:
    person = UUID(str(here.ledger.certificates.show(here.numbers["graduates"][0])["registrant"]))
    id = proposed(here, here.ledger.registrants.erase(person, "PDP-43"))
    here.approve("sekretaris", id)

    page = desk("sekretaris").get(f"/meja/usulan/{id}").text

    assert "Ahmad Fauzi" not in page
    assert "Musnahkan data pribadi" in page


# Made anew -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["refuse", "withdraw", "return"])
def test_only_what_was_sent_back_is_kept_as_a_draft(here: Story, desk: Desk, answer: str) -> None:
    here.clock.at(LATER)
    here.ledger.keys.refresh()
    act = suspension(here)
    id = proposed(here, act, backdated=WHY)
    told = here.ledger.discussions
    {
        "refuse": lambda: told.refuse(here.actor("sekretaris"), id, "Tidak."),
        "withdraw": lambda: told.withdraw(here.actor("ketua"), id),
        "return": lambda: told.send_back(here.actor("sekretaris"), id, "Perbaiki."),
    }[answer]()

    acts, fields = kept(here, id)

    assert (acts, "backdated" in fields) == ((1, True) if answer == "return" else (0, False))
    assert bool(again(desk("ketua"), id)) == (answer == "return")


def test_a_draft_is_its_proposers_alone(here: Story, desk: Desk) -> None:
    id = returned(here, suspension(here))
    address = again(desk("ketua"), id)

    stranger = desk("sekretaris")

    assert again(stranger, id) == ""
    assert stranger.get(address).status_code == 404
    with pytest.raises(NotFoundError):
        here.ledger.drafts.entered(here.officers["sekretaris"], id)
    with pytest.raises(NotFoundError):
        here.ledger.proposals.propose(here.actor("sekretaris"), [suspension(here, 1)], instead=id)


def test_a_day_and_the_sealed_reason_for_it_are_filled_in(here: Story, desk: Desk) -> None:
    act = suspension(here)
    here.clock.at(LATER)
    here.ledger.keys.refresh()
    id = returned(here, act, effective=GREEN_DAY, backdated=WHY)

    page = desk("ketua").get(again(desk("ketua"), id)).text

    assert WHY in desk("ketua").get(f"/meja/usulan/{id}").text
    assert WHY in page
    assert f'value="{GREEN_DAY.isoformat()}"' in page
    assert f'<option selected value="{act.values["decree"]}">' in page
    assert re.search(r'checked[^>]*value="ethics"', page)


def test_of_an_officer_every_entry_is_filled_in(here: Story, desk: Desk) -> None:
    mandate: dict[str, Any] = {"roles": ["certify", "approve"], "office": "Ketua DPD", "ends": date(2028, 1, 31)}
    officers = here.ledger.officers
    term: dict[str, Any] = {"authority": "IPSPI", "begins": GREEN_DAY, "region": "32"}
    clerk = officers.appoint(person=here.people["assessor-ipspi"], **mandate, **term)
    here.approved("ketua", "sekretaris", [clerk])
    known = clerk.stream
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    acts = {
        "appoint": officers.appoint(person=here.people["assessor"], **mandate, **term),
        "change": officers.change(known, region="36", **mandate),
        "dismiss": officers.dismiss(known, "request"),
        "enrol": officers.enrol_key(known, public),
        "end-key": officers.end_key(known, "key-lost"),
    }
    client = desk("ketua")

    pages = {name: client.get(again(client, returned(here, act))).text for name, act in acts.items()}

    for wanted in ("Ketua DPD", "2028-01-31", "2026-10-22", OTHERS["assessor"].nik.reveal()):
        assert f'value="{wanted}"' in pages["appoint"]
    assert '<option selected value="32">' in pages["appoint"]
    assert re.findall(r'checked[^>]*value="([a-z]+)"', pages["appoint"]) == ["certify", "approve"]
    assert '<option selected value="36">' in pages["change"]
    assert '<option selected value="request">' in pages["dismiss"]
    assert f'value="{public.hex()}"' in pages["enrol"]
    assert '<option selected value="key-lost">' in pages["end-key"]


def test_of_a_delegation_and_an_erasure_every_entry_is_filled_in(here: Story, desk: Desk) -> None:
    decree = here.decree("ketua", "10/DPP IPSPI/SK/2026", "delegation", GREEN_DAY, "decider-ipspi")
    term: dict[str, Any] = {"begins": GREEN_DAY, "ends": LATER, "region": "36", "decree": decree}
    given = here.ledger.delegations.give(officer=here.officers["ketua"], **term)
    erased = here.ledger.registrants.erase(here.people["instructor"], "PDP-44")
    client = desk("ketua")

    delegation, erasure = (client.get(again(client, returned(here, act))).text for act in (given, erased))

    for choice in (here.officers["ketua"], "36", decree):
        assert f'<option selected value="{choice}">' in delegation
    assert f'value="{LATER.isoformat()}"' in delegation
    assert re.search(r'checked[^>]*value="PDP-44"', erasure)


def test_a_batch_of_certificates_leads_to_the_page_that_issues_them(here: Story, desk: Desk) -> None:
    here.clock.at(test_certificates.LATER)
    here.ledger.keys.refresh()
    decree = test_certificates.renewing(here)
    id = returned(here, *here.ledger.certificates.competence(decree))
    client = desk("ketua")

    answer = client.get(again(client, id))

    assert answer.status_code == 200
    assert f"/meja/terbit/sk/{decree}" in again(client, id)


def test_the_new_one_takes_the_place_of_the_old_one_and_is_made_once(here: Story, desk: Desk) -> None:
    id, client = returned(here, suspension(here)), desk("ketua")
    address = again(client, id)
    first, second = (hidden(client.get(address).text) for _ in range(2))
    typed = {"reason": "fraud", "until": "2027-01-31"}
    typed["decree"] = str(here.ledger.decrees.on("IPSPI", "suspension")[0][0])

    shown = hidden(client.post(address, data=first | typed | {"step": "preview"}).text)
    done = client.post(address, data=shown | typed | {"step": "propose"})
    size = here.ledger.histories.size()
    late = client.post(address, data=second | typed | {"step": "propose", "shown": shown["shown"], "reason": "error"})

    assert done.status_code == 302
    assert "31 Januari 2027" in client.get(done.location).text
    assert kept(here, id)[0] == 0
    assert again(client, id) == ""
    assert late.status_code != 302
    assert here.ledger.histories.size() == size


def test_a_draft_fills_in_no_other_page_than_its_own(here: Story, desk: Desk) -> None:
    term: dict[str, Any] = {"authority": "IPSPI", "roles": ["enrol"], "office": "Petugas DPP", "ends": None}
    appointed = here.ledger.officers.appoint(person=here.people["assessor"], begins=GREEN_DAY, **term)
    id, client = returned(here, appointed), desk("ketua")
    number = here.numbers["graduates"][0]

    pages = [client.get(f"/meja/{page}?dari={id}") for page in ("orang/baru", f"sertifikat/{number}/bekukan")]

    assert [page.status_code for page in pages] == [404, 404]
    assert client.get(again(client, id)).status_code == 200


def test_what_nobody_took_up_goes_a_while_after_it_lapsed(here: Story, desk: Desk) -> None:
    here.clock.at(LATER)
    here.ledger.keys.refresh()
    back, open_ = returned(here, suspension(here), backdated=WHY), proposed(here, suspension(here, 1))

    here.clock.at(LATER + timedelta(days=20))
    assert here.ledger.drafts.sweep() == 0
    assert all(again(desk("ketua"), id) for id in (back, open_))
    here.clock.at(LATER + timedelta(days=29))
    swept = here.ledger.drafts.sweep()

    assert (swept, here.ledger.drafts.sweep()) == (2, 0)
    assert kept(here, back) == (0, {"comment/2", "shown"})
    assert kept(here, open_) == (0, {"shown"})
    page = desk("ketua").get(f"/meja/usulan/{back}").text
    assert "Rinciannya tidak disimpan lagi" in page


# Twice -----------------------------------------------------------------------------------------------------------


def test_the_same_is_proposed_once_while_it_waits(here: Story) -> None:
    act, other = suspension(here), suspension(here, 1)
    id, size = proposed(here, act), here.ledger.histories.size()

    with pytest.raises(ConflictError) as refused:
        proposed(here, act)

    assert (refused.value.code, refused.value.facts["proposal"]) == ("proposal-waits", id)
    assert here.ledger.histories.size() == size
    proposed(here, other)
    here.ledger.proposals.propose(here.actor("sekretaris"), [act])  # Another's is another's.
    here.ledger.discussions.withdraw(here.actor("ketua"), id)
    assert proposed(here, act) != id


def test_what_begins_a_stream_is_the_same_whatever_its_id(here: Story) -> None:
    mandate: dict[str, Any] = {"roles": ["enrol"], "office": "Petugas DPD", "begins": GREEN_DAY, "ends": None}
    acts = [
        here.ledger.officers.appoint(person=here.people["assessor"], authority="IPSPI", region=region, **mandate)
        for region in ("32", "32", "36")
    ]
    proposed(here, acts[0])

    with pytest.raises(ConflictError):
        proposed(here, acts[1])

    assert proposed(here, acts[2])


def test_a_corrected_mark_is_told_in_words_with_whose_it_is(here: Story, desk: Desk) -> None:
    (came, *_) = here.ledger.participations.listed(here.training, limit=1)
    why = {"marks": "HA", "reason": "error", "explanation": "Salah salin dari lembar hadir."}
    batch = here.ledger.participations.correct(UUID(came["participation"]), **why)
    id = UUID(here.ledger.proposals.propose(here.actor("petugas"), batch)["proposal"])
    name = here.ledger.registrants.names([UUID(came["registrant"])], reader="test", purpose="test")

    page = desk("kepala").get(f"/meja/usulan/{id}").text
    here.ledger.discussions.send_back(here.actor("kepala"), id, "Mana lembarnya?")
    form = desk("petugas").get(again(desk("petugas"), id)).text

    assert 'value="HA"' in form
    assert "Salah salin dari lembar hadir." in form
    assert "Betulkan kehadiran" in page
    assert "kehadiran setiap hari" in page
    assert "Salah salin dari lembar hadir." in page
    assert next(iter(name.values())).reveal() in unescape(page)


@pytest.mark.parametrize("answer", ["refuse", "withdraw"])
def test_of_what_nobody_carries_out_nothing_stays_sealed_under_whom_it_concerned(here: Story, answer: str) -> None:
    (came, *_) = here.ledger.participations.listed(here.training, limit=1)
    person = UUID(came["registrant"])
    before = fields_of(here, person)
    why = {"marks": "HA", "reason": "error", "explanation": "Salah salin dari lembar hadir."}
    batch = here.ledger.participations.correct(UUID(came["participation"]), **why)
    id = UUID(here.ledger.proposals.propose(here.actor("petugas"), batch)["proposal"])
    assert len(fields_of(here, person) - before) == 2

    if answer == "refuse":
        here.ledger.discussions.refuse(here.actor("kepala"), id, "Tidak.")
    else:
        here.ledger.discussions.withdraw(here.actor("petugas"), id)

    assert fields_of(here, person) == before
