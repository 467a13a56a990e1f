"""Certificates at the desk: found, seen, and acted on only after it was shown what readers will be told."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ledger.application.scope import Sight
from ledger.cli.story import Story
from ledger.credentials.verdict import Reason
from ledger.database import reading
from ledger.errors import NotFoundError
from ledger.messages import catalogue
from ledger.vault import reads
from tests.conftest import GREEN_DAY
from tests.desk.conftest import Desk
from tests.desk.forms import hidden
from tests.desk.test_queries import statements

PROPOSAL = re.compile(r"/meja/usulan/([0-9a-f-]{36})")


@pytest.fixture
def number(here: Story) -> str:
    return here.numbers["graduates"][0]


def decree(story: Story, matter: str) -> str:
    serial = story.ledger.histories.size()
    return str(story.decree("ketua", f"{serial}/DPP IPSPI/SK/2026", matter, GREEN_DAY, "decider-ipspi"))


def press(client: FlaskClient, path: str, page: str, step: str, **typed: str) -> TestResponse:
    """One of the two buttons of an act's page."""
    return client.post(path, data=hidden(page) | typed | {"step": step})


def previewed(client: FlaskClient, path: str, **typed: str) -> TestResponse:
    return press(client, path, client.get(path).text, "preview", **typed)


def approved(story: Story, answer: TestResponse) -> None:
    found = PROPOSAL.search(answer.headers.get("Location", ""))
    assert found is not None, answer.text
    story.approve("sekretaris", UUID(found[1]))


def size(story: Story) -> int:
    return story.ledger.histories.size()


def test_every_word_of_the_certificate_pages_is_in_the_catalogue(desk: Desk, number: str) -> None:
    client = desk("ketua")
    pages = ["sertifikat", f"sertifikat/{number}", "sk", "sk/baru", "terbit", "cetak", "cetak/blangko"]
    pages += [f"cetak/{number}", "asesmen", "asesmen/jadwal", f"sertifikat/{number}/cabut"]

    texts = {path: client.get(f"/meja/{path}").text for path in pages}

    words = {key.partition(".")[0] for key in catalogue("id")}
    shown = {path: re.findall(rf">\s*(?:{'|'.join(words)})\.[a-z][\w.-]+", text) for path, text in texts.items()}
    assert {path: found for path, found in shown.items() if found} == {}


def test_a_part_of_the_number_finds_it(here: Story, desk: Desk, number: str) -> None:
    page = desk("ketua").get("/meja/sertifikat", query_string={"cari": "psg 2026 000001"})

    assert number in page.text
    assert here.numbers["graduates"][1] not in page.text


def test_the_list_goes_on_where_the_page_ended(here: Story, desk: Desk) -> None:
    client = desk("ketua")
    first = client.get("/meja/sertifikat").text
    after = re.search(r'rel="next" href="\?([^"]+)"', first)
    assert after is not None

    second = client.get(f"/meja/sertifikat?{after[1]}").text

    numbers = here.ledger.certificates.listed(limit=100)
    assert [one for one in numbers if one in first] == numbers[:50]
    assert [one for one in numbers if one in second] == numbers[50:]


def test_of_another_province_nothing_is_found(here: Story, number: str) -> None:
    standings = here.ledger.standings

    assert [one["number"] for one in standings.listed(sight=Sight(region="32"), asked=number)] == [number]
    assert standings.listed(sight=Sight(region="31")) == []
    with pytest.raises(NotFoundError):
        standings.show(number, sight=Sight(region="31"))


def test_a_revocation_is_proposed_after_its_effect_was_shown(here: Story, desk: Desk, number: str) -> None:
    client, path = desk("ketua"), f"/meja/sertifikat/{number}/cabut"
    typed = {"decree": decree(here, "revocation"), "reason": "fraud"}
    before = size(here)

    shown = previewed(client, path, **typed)
    nothing = size(here)
    done = press(client, path, shown.text, "propose", **typed)

    assert catalogue("id")["v.valid.title"] in shown.text
    assert catalogue("id")["v.revoked.title"] in shown.text
    assert nothing == before
    approved(here, done)
    assert here.ledger.certificates.show(number)["state"] == "revoked"


def test_what_was_changed_after_the_preview_is_shown_once_more(here: Story, desk: Desk, number: str) -> None:
    client, path = desk("ketua"), f"/meja/sertifikat/{number}/bekukan"
    typed = {"decree": decree(here, "suspension"), "reason": "ethics"}
    shown, before = previewed(client, path, **typed), size(here)

    again = press(client, path, shown.text, "propose", **typed | {"until": "2027-01-31"})

    assert again.status_code == 200
    assert "31 Januari 2027" in again.text
    assert size(here) == before


def test_an_act_without_a_decree_leads_to_recording_one(desk: Desk, number: str) -> None:
    page = desk("ketua").get(f"/meja/sertifikat/{number}/batalkan")

    assert "/meja/sk/baru?perihal=annulment" in page.text


def test_one_certifier_suspends_at_once_for_three_days_and_no_longer(here: Story, desk: Desk, number: str) -> None:
    client, path = desk("ketua"), f"/meja/sertifikat/{number}/bekukan-darurat"
    typed = {"decree": decree(here, "suspension"), "reason": "precaution"}
    until = {days: (GREEN_DAY + timedelta(days=days)).isoformat() for days in (2, 3)}

    long = previewed(client, path, **typed, until=until[3])
    refused = press(client, path, long.text, "propose", **typed, until=until[3])
    short = previewed(client, path, **typed, until=until[2])
    done = press(client, path, short.text, "propose", **typed, until=until[2])

    assert refused.status_code == 422
    assert "R25" in refused.text
    assert until[3] in refused.text  # What was typed stays.
    assert done.status_code == 302
    assert here.ledger.certificates.show(number)["state"] == "suspended"


def test_an_emergency_suspension_lapses_by_itself(here: Story, desk: Desk, number: str) -> None:
    act = here.ledger.certificates.status_act(
        "suspend", number, decree=UUID(decree(here, "suspension")), reason="precaution", until=GREEN_DAY
    )
    here.ledger.certificates.act_alone(here.actor("ketua"), act)

    today = here.ledger.standings.show(number)["verdict"].reason
    here.clock.at(GREEN_DAY + timedelta(days=1))
    tomorrow = here.ledger.standings.show(number)["verdict"].reason

    assert (today, tomorrow) == (Reason.SUSPENDED, Reason.VALID)


def test_a_lost_paper_is_replaced_and_its_old_code_says_so(here: Story, desk: Desk, number: str) -> None:
    client, path = desk("ketua"), f"/meja/sertifikat/{number}/ganti-kertas"
    typed = {"decree": decree(here, "replacement"), "reason": "lost"}

    shown = previewed(client, path, **typed)
    approved(here, press(client, path, shown.text, "propose", **typed))

    assert catalogue("id")["v.paper.title"] in shown.text
    assert "1 kali" in client.get(f"/meja/sertifikat/{number}").text


def test_a_form_filled_in_for_an_older_state_is_told_what_changed(here: Story, desk: Desk, number: str) -> None:
    client, path = desk("ketua"), f"/meja/sertifikat/{number}/bekukan"
    typed = {"decree": decree(here, "suspension"), "reason": "ethics"}
    shown = previewed(client, path, **typed)
    act = here.ledger.certificates.status_act("revoke", number, decree=UUID(decree(here, "revocation")), reason="fraud")
    here.approved("ketua", "sekretaris", [act])

    late = press(client, path, shown.text, "propose", **typed)

    assert late.status_code == 409
    assert catalogue("id")["s.kind.certificate.revoked"] in late.text


def test_the_timeline_is_told_as_recorded_and_as_effective(here: Story, desk: Desk, number: str) -> None:
    id = UUID(decree(here, "suspension"))
    here.clock.at(GREEN_DAY + timedelta(days=5))
    client, certificates = desk("ketua"), here.ledger.certificates
    late = certificates.status_act("suspend", number, decree=id, reason="ethics")
    here.approved("ketua", "sekretaris", [late], effective=date(2026, 10, 23))

    recorded, effective = (client.get(f"/meja/sertifikat/{number}{urut}").text for urut in ("", "?urut=berlaku"))

    assert "(berlaku surut)" in recorded
    assert "23 Oktober 2026" in effective


def test_an_enrolment_clerk_is_not_shown_the_acts(desk: Desk, here: Story) -> None:
    client, number = desk("petugas"), here.numbers["attendance"][0]

    page, act = client.get(f"/meja/sertifikat/{number}"), client.get(f"/meja/sertifikat/{number}/cabut")

    assert "/cabut" not in page.text
    assert act.status_code == 403


def test_list_and_page_ask_no_more_than_they_did(here: Story, number: str) -> None:
    standings = here.ledger.standings

    with statements(here) as listing:
        standings.listed()
    with statements(here) as showing:
        standings.show(number)
        standings.timeline(number)

    assert (len(listing), len(showing)) == (3, 18)


def test_whose_certificate_it_is_stands_on_its_pages_until_the_data_is_destroyed(
    here: Story, desk: Desk, number: str
) -> None:
    client, address = desk("ketua"), f"/meja/sertifikat/{number}"
    holder = UUID(here.ledger.certificates.show(number)["registrant"])

    pages = [client.get(path).text for path in (address, f"{address}/cabut")]

    assert all("Ahmad Fauzi" in page for page in pages)
    with reading(here.ledger.engine) as connection:
        assert ("certificate", str(here.officers["ketua"])) in {
            (one.purpose, one.reader) for one in reads.of(connection, holder)
        }
    here.approved("ketua", "sekretaris", [here.ledger.registrants.erase(holder, "PDP-43")])
    gone = client.get(address).text
    assert "Ahmad Fauzi" not in gone
    assert "Data dimusnahkan" in gone
