"""What every page of the desk stands on: one press is one act, nothing typed is lost, no session is no page."""

import gzip
import io
import re
from datetime import timedelta
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from ledger.cli.story import Story
from tests.desk.conftest import Desk
from tests.desk.forms import hidden, send

NEW = "/meja/orang/baru"
SOMEBODY = {"name": "Wahyu Santoso", "nik": "3275011708809077", "born": "1980-08-17", "sex": "L", "region": "32.75"}


def registered(here: Story) -> int:
    return here.ledger.histories.size()


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_and_back(app: Flask) -> None:
    answer = app.test_client().get("/meja/orang/baru?lang=en")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/meja/masuk?next=/meja/orang/baru?lang%3Den"


def test_the_same_form_sent_twice_is_done_once(here: Story, desk: Desk) -> None:
    client = desk("ketua")
    form = hidden(client.get(NEW).text)
    before = registered(here)

    first = client.post(NEW, data=form | SOMEBODY)
    again = client.post(NEW, data=form | SOMEBODY)

    assert first.status_code == again.status_code == 302
    assert first.headers["Location"] == again.headers["Location"]
    assert registered(here) == before + 1


def test_the_key_of_a_form_that_was_sent_is_good_for_no_other_entries(here: Story, desk: Desk) -> None:
    client = desk("ketua")
    form = hidden(client.get(NEW).text)
    client.post(NEW, data=form | SOMEBODY)
    before = registered(here)

    other = client.post(NEW, data=form | SOMEBODY | {"name": "Orang Lain"})

    assert other.status_code == 409
    assert registered(here) == before


def test_a_form_without_its_secret_is_refused_and_keeps_what_was_typed(here: Story, desk: Desk) -> None:
    before = registered(here)

    answer = desk("ketua").post(NEW, data=SOMEBODY)

    assert answer.status_code == 422
    assert 'value="Wahyu Santoso"' in answer.text
    assert registered(here) == before


def test_a_form_that_another_site_sends_is_refused(here: Story, desk: Desk) -> None:
    client = desk("ketua")
    form = hidden(client.get(NEW).text)
    before = registered(here)

    answers = [
        client.post(NEW, data=form | SOMEBODY, headers=headers)
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"})
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert registered(here) == before


def test_bad_entries_say_what_is_wrong_beside_them_and_stay(here: Story, desk: Desk) -> None:
    before = registered(here)

    answer = send(desk("ketua"), NEW, **SOMEBODY | {"born": "17 Agustus", "name": "<b>Wahyu</b>"})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "&lt;b&gt;Wahyu&lt;/b&gt;" in answer.text
    assert "<b>Wahyu" not in answer.text
    assert registered(here) == before


def test_a_session_that_ended_while_a_form_was_open_saves_nothing_and_gives_the_entries_back(
    here: Story, desk: Desk
) -> None:
    client = desk("wakil")
    officer = here.officers["wakil"]
    here.approved("ketua", "sekretaris", [here.ledger.officers.dismiss(officer, "ended")])
    before = registered(here)

    answer = client.post("/meja/orang/baru", data=SOMEBODY)

    assert answer.status_code == 401
    assert "Wahyu Santoso" in answer.text
    assert registered(here) == before


def test_what_nobody_can_have_typed_costs_strangers_nothing_and_us_no_time(app: Flask) -> None:
    many = {f"x{n}": "tulisannya" for n in range(10_000)}
    long = {"name": "a" * 300_000, "nik": "b" * 100_000, "region": "akhir"}
    client = app.test_client()

    pages = [client.post(NEW, data=body) for body in (many, long)]

    assert [page.status_code for page in pages] == [401, 401]
    assert pages[0].text.count("tulisannya") == 100
    assert max(len(page.data) for page in pages) < 25_000
    assert "Nama seperti di KTP" in pages[1].text


def test_a_session_ends_by_itself(here: Story, desk: Desk) -> None:
    client = desk("ketua")
    here.clock.ms = here.clock() + int(timedelta(hours=9).total_seconds() * 1000)

    assert client.get(NEW).status_code == 302


def test_the_language_that_was_chosen_stays(desk: Desk) -> None:
    client = desk("ketua")
    client.get(NEW, query_string={"lang": "en"})

    assert '<html lang="en">' in client.get(NEW).text
    assert '<html lang="id">' in client.get("/mulai", headers={"Accept-Language": "id"}).text


def test_the_style_sheet_is_our_own_small_and_kept_for_a_year(desk: Desk) -> None:
    client = desk("ketua")
    (address,) = re.findall(r'href="(/meja/bootstrap-[0-9a-f]+\.css)"', client.get(NEW).text)

    style = client.get(address, headers={"Accept-Encoding": "gzip"})

    assert len(style.data) < 40_000
    assert b".btn-primary" in gzip.decompress(style.data)
    assert b"sourceMappingURL" not in gzip.decompress(style.data)
    assert style.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/meja/bootstrap-0.css").status_code == 404


def test_pages_of_the_desk_lie_in_no_cache(desk: Desk) -> None:
    assert desk("ketua").get(NEW).headers["Cache-Control"] == "no-store"


def test_a_page_of_another_role_says_so_and_the_way_out(desk: Desk) -> None:
    answer = desk("kepala").get(NEW)

    assert answer.status_code == 403
    assert "admin" in answer.text


def test_a_page_that_is_not_there_looks_like_the_desk(app: Flask) -> None:
    client: FlaskClient = app.test_client()

    answer = client.get(f"/meja/orang/{UUID(int=7)}x")

    assert answer.status_code == 404
    assert "desk.css" in answer.text


def test_another_file_in_the_same_form_is_another_form(here: Story, desk: Desk) -> None:
    clerk, path = desk("petugas"), f"/meja/pelatihan/{here.training}/impor"
    entries = hidden(clerk.get(path).text)
    heads = b"No;Nama;NIK;JK;Tanggal Lahir;Utusan;Hari 1;Hari 2\n1;%s;3275015203900004;P;12/03/1990;32.75;H;H\n"

    first, other = (
        clerk.post(path, data=entries | {"file": (io.BytesIO(heads % name), "hadir.csv")})
        for name in (b"Sari", b"Wati")
    )

    assert (first.status_code, other.status_code) == (303, 409), first.text
    assert "sudah terkirim sebelumnya" in other.text
    assert len(here.ledger.imports.of_training(here.actor("petugas"), here.training)) == 1


def test_a_script_that_goes_by_itself_is_told_where_to(here: Story, desk: Desk) -> None:
    client = desk("ketua")
    form = hidden(client.get(NEW).text)

    answer = client.post(NEW, data=form | SOMEBODY, headers={"Prefer": "return=minimal"})

    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Location"].startswith("/meja/orang/")
