"""From a schedule to a printed paper by clicking: assessments, decrees, issuing, printing, blanks."""

import re
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ledger.application.printing import Order
from ledger.cli.cast import OTHERS
from ledger.cli.story import Story
from ledger.credentials.reading import read as code_in
from ledger.credentials.verdict import Reason
from tests.conftest import GREEN_DAY
from tests.desk.conftest import Desk
from tests.desk.forms import hidden, send

LATER = GREEN_DAY + timedelta(days=2)
PROPOSAL = re.compile(r"/meja/usulan/([0-9a-f-]{36})")
ALL = ("knowledge", "skill", "ethics")
ORDER = {"sheet": "a4", "right": "0", "down": "0"}


@pytest.fixture
def number(here: Story) -> str:
    """The first of six; log and lists were published, two days ago."""
    here.clock.at(GREEN_DAY, 10)
    here.ledger.checkpoints.sign()
    here.ledger.publishing.keep()
    here.clock.at(LATER)
    return here.numbers["graduates"][0]


def results(here: Story) -> UUID:
    """The decree of the six."""
    (decree,) = {id for id, name in here.ledger.decrees.on("IPSPI", "results") if name.startswith("8/")}
    return decree


def nik(who: str) -> str:
    return OTHERS[who].nik.reveal()


def assessed(here: Story, client: FlaskClient, number: str) -> TestResponse:
    """Its holder is scheduled, scored, and the results are final by a decree of renewal."""
    scheme = str(here.schemes["PEKSOS/GENERALIS"])
    plan = {"scheme": scheme, "assessors": nik("assessor-ipspi"), "on": LATER.isoformat()}
    planned = send(client, f"/meja/asesmen/jadwal?sertifikat={number}", **plan)
    assert planned.status_code == 302, planned.text
    place = planned.headers["Location"]
    marked = set(re.findall(r'name="([0-9a-f-]{36})\.', client.get(place).text))
    marks = {f"{id}.{name}": "K" for id in marked for name in ALL}
    scored = send(client, place, assessor=str(here.people["assessor-ipspi"]), **marks)
    assert scored.status_code == 302, scored.text
    decree = {"number": "78/DPP IPSPI/SK/2026", "matter": "renewal", "on": LATER.isoformat()}
    recorded = send(client, "/meja/sk/baru", **decree, others=nik("decider-ipspi"))
    assert recorded.status_code == 303, recorded.text
    ((id, _),) = here.ledger.decrees.on("IPSPI", "renewal")
    return send(client, f"{place}/putusan", decree=str(id))


def test_a_renewal_is_done_by_clicking_from_the_schedule_to_the_proposal(here: Story, desk: Desk, number: str) -> None:
    client = desk("ketua")
    before = here.ledger.certificates.code(number, reader="test")

    decided = assessed(here, client, number)
    preview = client.get(decided.headers["Location"])
    proposed = send(client, decided.headers["Location"])

    assert "Ahmad Fauzi" in preview.text
    assert "Perpanjang" in preview.text
    found = PROPOSAL.search(proposed.headers["Location"])
    assert found is not None
    here.approve("sekretaris", UUID(found[1]))
    assert here.ledger.verifications.by_code(before).reason is Reason.SUPERSEDED
    done = client.get(f"/meja/usulan/{found[1]}").text
    assert f'href="/meja/sertifikat/{number}"' in done
    assert done.count('href="/meja/sertifikat/') == 2
    assert 'href="/meja/cetak"' in done


def test_a_candidate_who_is_half_marked_is_not_scored(here: Story, desk: Desk, number: str) -> None:
    client, scheme = desk("ketua"), str(here.schemes["PEKSOS/GENERALIS"])
    plan = {"scheme": scheme, "assessors": nik("assessor-ipspi"), "on": LATER.isoformat()}
    place = send(client, f"/meja/asesmen/jadwal?sertifikat={number}", **plan).headers["Location"]
    (marked,) = set(re.findall(r'name="([0-9a-f-]{36})\.', client.get(place).text))

    refused = send(client, place, assessor=str(here.people["assessor-ipspi"]), **{f"{marked}.skill": "BK"})

    assert refused.status_code == 422
    assert re.search(r'value="BK" selected', refused.text)


def test_a_nik_of_nobody_is_named_by_its_line_and_stays_in_the_field(desk: Desk, number: str) -> None:
    typed = f"{nik('decider-ipspi')}\n3275014503800099"
    decree = {"number": "78/DPP IPSPI/SK/2026", "matter": "results", "on": LATER.isoformat(), "others": typed}

    refused = send(desk("ketua"), "/meja/sk/baru", **decree)

    assert refused.status_code == 422
    assert "baris 2" in refused.text
    assert "3275014503800099" in refused.text.split("<textarea")[1]


def test_a_decree_without_deciders_says_so_at_the_field(here: Story, desk: Desk, number: str) -> None:
    client, before = desk("ketua"), here.ledger.histories.size()
    decree = {"number": "78/DPP IPSPI/SK/2026", "matter": "results", "on": LATER.isoformat(), "others": " "}

    refused = send(client, "/meja/sk/baru", **decree)

    assert refused.status_code == 422
    assert "Belum ada pemutus" in refused.text
    assert refused.text.count("boleh kosong") == 1  # Only the reason for a late record.
    assert here.ledger.histories.size() == before


def test_a_closed_training_leads_whoever_may_to_its_certificates(here: Story, desk: Desk) -> None:
    path = f"/meja/terbit/pelatihan/{here.training}"

    clerk, reader = (desk(who).get(f"/meja/pelatihan/{here.training}").text for who in ("petugas", "sekretaris"))

    assert (path in clerk, path in reader) == (True, False)


def test_nobody_is_issued_a_certificate_twice(here: Story, desk: Desk) -> None:
    client = desk("petugas")
    before = here.ledger.histories.size()

    page = client.get(f"/meja/terbit/pelatihan/{here.training}")

    assert "Tidak ada yang menunggu sertifikat" in page.text
    assert here.ledger.histories.size() == before


def test_a_paper_is_printed_once_for_each_press(here: Story, desk: Desk, number: str) -> None:
    client = desk("ketua")
    before = here.ledger.histories.size()

    done = send(client, f"/meja/cetak/{number}", **ORDER, blanks="BLK-000001")

    assert (done.status_code, done.mimetype, done.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert here.ledger.histories.size() == before + 1
    assert here.ledger.papers.blanks() == [{"blank": "BLK-000001", "number": number, "fault": None}]
    assert "1 kali" in client.get(f"/meja/sertifikat/{number}").text


@pytest.mark.parametrize("blanks", ["", "BLK-000001"])
@pytest.mark.parametrize("batch", [False, True])
def test_the_same_form_twice_gives_the_same_file_and_records_it_once(
    here: Story, desk: Desk, number: str, *, batch: bool, blanks: str
) -> None:
    """The first may have been lost on its way."""
    client, path = desk("ketua"), f"/meja/cetak/{f'sk/{results(here)}' if batch else number}"
    filled = hidden(client.get(path).text) | ORDER | {"blanks": blanks}
    before = here.ledger.histories.size()

    first, second = (client.post(path, data=filled) for _ in range(2))

    assert (first.mimetype, first.data) == ("application/pdf", second.data)
    assert here.ledger.histories.size() == before + (6 if batch else 1)


def test_a_file_of_its_own_is_recorded_anew_where_the_log_has_grown_since(here: Story, desk: Desk, number: str) -> None:
    client, path = desk("ketua"), f"/meja/cetak/{number}"
    filled = hidden(client.get(path).text) | ORDER
    first = client.post(path, data=filled)
    here.ledger.checkpoints.sign()

    second = client.post(path, data=filled)

    recorded = {
        one["sha256"] for one in here.ledger.papers.print(here.actor("ketua"), [number], Order()).answer["papers"]
    }
    assert second.data != first.data
    assert recorded == {sha256(second.data).hexdigest()}


def test_a_large_batch_says_before_how_long_it_takes(here: Story, desk: Desk) -> None:
    few = desk("ketua").get(f"/meja/cetak/sk/{results(here)}").text
    many = desk("petugas").get(f"/meja/cetak/pelatihan/{here.training}").text

    assert "6 lembar" in few
    assert "466 lembar" in many
    assert "sekitar 40 detik" in many
    assert "detik" not in few


def test_a_preview_is_a_specimen_and_leaves_no_trace(here: Story, desk: Desk, number: str) -> None:
    before = here.ledger.histories.size()

    file = desk("ketua").get(f"/meja/cetak/{number}/pratinjau")

    assert (file.status_code, file.mimetype) == (200, "application/pdf")
    verdict = here.ledger.verifications.by_code(code_in(file.data))
    assert verdict.reason is Reason.DEMO
    assert here.ledger.histories.size() == before


def test_a_batch_ends_with_the_list_to_sign(here: Story, desk: Desk, number: str) -> None:
    before = here.ledger.histories.size()

    done = send(desk("ketua"), f"/meja/cetak/sk/{results(here)}", **ORDER)

    assert done.mimetype == "application/pdf"
    assert here.ledger.histories.size() == before + 6


def test_a_spoiled_blank_is_accounted_for_and_used_no_more(here: Story, desk: Desk, number: str) -> None:
    client = desk("ketua")

    kept = send(client, "/meja/cetak/blangko", blank="BLK-000003", fault="misprint")
    used = send(client, f"/meja/cetak/{number}", **ORDER, blanks="BLK-000003")

    assert kept.status_code == 302
    assert used.status_code == 422
    assert "BLK-000003" in client.get("/meja/cetak/blangko").text
