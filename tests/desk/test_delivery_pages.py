"""Delivering by clicking: the link for the clerk's own phone, a ticked list, the contact, the page of the holder."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ledger.cli.story import Story
from tests.desk.conftest import Desk
from tests.desk.delivered import ANOTHER, BORN, covered, holder, linked, number, reachable, secret, told
from tests.desk.forms import send


@pytest.fixture
def ready(here: Story) -> Story:
    return covered(here)


def decree(story: Story) -> str:
    return next(one["id"] for one in story.ledger.deliveries.batches() if one["name"] == "8/DPP IPSPI/SK/2026")


def newest(story: Story) -> UUID:
    return UUID(story.ledger.deliveries.of(number(story))[0]["delivery"])


# At the desk -----------------------------------------------------------------------------------------------------


def test_the_link_opens_the_clerks_own_phone_and_names_nobody(ready: Story, desk: Desk) -> None:
    clerk = desk("ketua")

    sent = send(clerk, f"/meja/kirim/sertifikat/{number(ready)}", channel="whatsapp", language="id")
    page = clerk.get(sent.headers["Location"]).text

    (link,) = re.findall(r'href="(https://wa\.me/[^"]*)"', page)
    parts = urlsplit(unescape(link))
    (said,) = parse_qs(parts.query)["text"]
    assert (sent.status_code, parts.path) == (302, "/")
    assert secret(ready, newest(ready)) in said
    assert number(ready) not in said
    assert "Ahmad" not in said


def test_the_text_begins_with_the_issuer_in_the_language_chosen_for_the_holder(ready: Story, desk: Desk) -> None:
    clerk = desk("ketua")

    sent = send(clerk, f"/meja/kirim/sertifikat/{number(ready)}", channel="whatsapp", language="en")
    page = clerk.get(sent.headers["Location"]).text

    (link,) = re.findall(r'href="(https://wa\.me/[^"]*)"', page)
    (said,) = parse_qs(urlsplit(unescape(link)).query)["text"]
    issuer = ready.ledger.authorities.name("IPSPI")
    assert said.startswith(f"{issuer}: Your certificate can be fetched.")
    assert 'lang="id"' in page


def test_one_form_sent_twice_is_one_delivery(ready: Story, desk: Desk) -> None:
    clerk, path = desk("ketua"), f"/meja/kirim/sertifikat/{number(ready)}"
    entries = dict(re.findall(r'name="(csrf_token|once|seen)"[^>]*value="([^"]*)"', clerk.get(path).text))
    entries |= {"channel": "whatsapp", "language": "id"}

    first = clerk.post(path, data=entries)
    second = clerk.post(path, data=entries)

    assert first.headers["Location"] == second.headers["Location"]
    assert len(ready.ledger.deliveries.of(number(ready))) == 1


def test_print_gives_the_file_and_counts_as_a_delivery(ready: Story, desk: Desk) -> None:
    answer = send(desk("ketua"), f"/meja/kirim/sertifikat/{number(ready)}", channel="print", language="id")

    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert told(ready, newest(ready)) == ["delivery.sent"]


def test_what_is_refused_says_so_and_the_way_out_and_keeps_the_choice(here: Story, desk: Desk) -> None:
    answer = send(desk("ketua"), f"/meja/kirim/sertifikat/{number(here)}", channel="email", language="en")

    assert answer.status_code == 422
    assert "LEDGER_SMTP" in answer.text
    assert re.search(r'<input[^>]*checked[^>]*value="email"|<input[^>]*value="email"[^>]*checked', answer.text)


def test_a_whole_list_is_ticked_and_noted_as_handed_over(ready: Story, desk: Desk) -> None:
    clerk, path = desk("ketua"), f"/meja/kirim/daftar/sk/{decree(ready)}"
    every = clerk.get(f"{path}?semua=1").text

    done = send(clerk, path, numbers=ready.numbers["graduates"], act="handover")

    assert every.count(" checked") == len(ready.numbers["graduates"])
    assert done.status_code == 302
    rows = ready.ledger.deliveries.batch("decree", UUID(decree(ready)))[1]
    assert {row["delivery"]["state"] for row in rows} == {"received"}


def test_nothing_ticked_is_refused_and_ticks_are_kept_where_one_is_refused(ready: Story, desk: Desk) -> None:
    clerk, path = desk("ketua"), f"/meja/kirim/daftar/sk/{decree(ready)}"

    nothing = send(clerk, path, act="handover")
    refused = send(clerk, path, numbers=[number(ready, 2)], act="email")

    assert (nothing.status_code, refused.status_code) == (422, 422)
    assert re.findall(r'value="([^"]+)" checked', refused.text) == [number(ready, 2)]


def test_a_form_that_another_officer_has_overtaken_says_what_changed(ready: Story, desk: Desk) -> None:
    delivery = linked(ready)
    clerk, path = desk("ketua"), f"/meja/kirim/{delivery}"
    entries = dict(re.findall(r'name="(csrf_token|once|seen)"[^>]*value="([^"]*)"', clerk.get(path).text))
    ready.ledger.claims.take(secret(ready, delivery), number(ready), BORN)

    answer = clerk.post(path, data=entries | {"act": "bounced"})

    assert answer.status_code == 409
    assert told(ready, delivery) == ["delivery.sent", "delivery.received"]


def test_a_delivery_that_did_not_arrive_is_among_those_that_came_back(ready: Story, desk: Desk) -> None:
    clerk = desk("ketua")
    send(clerk, f"/meja/kirim/{linked(ready)}", act="bounced")

    assert number(ready) in clerk.get("/meja/kirim/kembali").text


def test_the_contact_is_shown_corrected_and_refused_with_what_was_typed(here: Story, desk: Desk) -> None:
    reachable(here)
    clerk, path = desk("ketua"), f"/meja/orang/{holder(here)}/kontak"

    shown = clerk.get(path).text
    refused = send(clerk, path, phone="12", email="baru@contoh.invalid")
    saved = send(clerk, path, phone="0812 3456 7890", email="")

    assert "ahmad.fauzi@contoh.invalid" in shown
    assert (refused.status_code, "baru@contoh.invalid" in refused.text) == (422, True)
    assert saved.status_code == 302
    assert "+6281234567890" in clerk.get(path).text


def test_a_saved_contact_leads_back_to_what_was_being_delivered(here: Story, desk: Desk) -> None:
    clerk, delivering = desk("ketua"), f"/meja/kirim/sertifikat/{number(here)}"
    (contact,) = re.findall(r'href="(/meja/orang/[^"]*/kontak[^"]*)"', clerk.get(delivering).text)

    saved = send(clerk, unescape(contact), phone="0812 3456 7890", email="")
    alone = clerk.get(f"/meja/orang/{holder(here)}/kontak").text

    assert f'href="{delivering}"' in clerk.get(saved.headers["Location"]).text
    assert f'href="/meja/orang/{holder(here)}"' in alone


@pytest.mark.parametrize("path", ["/meja/kirim", "/meja/kirim/kembali", "/meja/kirim/berakhir"])
@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_list_is_shown_in_both_languages(here: Story, desk: Desk, path: str, lang: str) -> None:
    assert desk("petugas").get(f"{path}?lang={lang}").status_code == 200


def test_lists_go_on_where_the_page_before_ended(here: Story, desk: Desk) -> None:
    clerk = desk("petugas")

    first = clerk.get("/meja/kirim").text
    (after,) = re.findall(r'rel="next" href="\?([^"]*)"', first)
    second = clerk.get(f"/meja/kirim?{unescape(after)}").text

    shown = re.compile(r"/meja/kirim/sertifikat/([^\"]+)\"")
    assert len(shown.findall(first)) == len(shown.findall(second)) == 50
    assert not set(shown.findall(first)) & set(shown.findall(second))


# At the holder's -------------------------------------------------------------------------------------------------


@pytest.fixture
def public(app: Flask) -> FlaskClient:
    return app.test_client()


def test_a_robot_that_looks_at_an_address_learns_and_changes_nothing(ready: Story, public: FlaskClient) -> None:
    delivery = linked(ready)
    size, known = ready.ledger.histories.size(), secret(ready, delivery)

    real, made_up = public.get(f"/klaim/{known}"), public.get(f"/klaim/{'A' * 32}")
    public.head(f"/klaim/{known}")

    assert (real.status_code, real.text.replace(known, "A" * 32)) == (made_up.status_code, made_up.text)
    assert real.headers["Cache-Control"] == "no-store"
    assert "noindex" in real.headers["X-Robots-Tag"]
    assert ready.ledger.histories.size() == size
    assert ready.ledger.delivering.show(delivery)["state"] == "sent"


@pytest.mark.parametrize("written", ["{:%d-%m-%Y}", "{:%Y-%m-%d}", "{:%d/%m/%Y}"])
def test_the_holder_gives_number_and_birth_date_and_gets_the_paper(
    ready: Story, public: FlaskClient, written: str
) -> None:
    delivery = linked(ready)

    answer = public.post(
        f"/klaim/{secret(ready, delivery)}", data={"number": number(ready), "born": written.format(BORN.day)}
    )

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    assert told(ready, delivery) == ["delivery.sent", "delivery.received"]


@pytest.mark.parametrize(
    "typed", [{"born": f"{ANOTHER.day:%d-%m-%Y}"}, {"born": "kemarin"}, {"born": ""}, {"number": "X"}, {"number": ""}]
)
def test_every_failure_reads_alike(ready: Story, public: FlaskClient, typed: dict[str, str]) -> None:
    known = secret(ready, linked(ready))
    right = {"number": number(ready), "born": f"{BORN.day:%d-%m-%Y}"}
    unknown = public.post(f"/klaim/{'A' * 32}", data=right)

    answer = public.post(f"/klaim/{known}", data=right | typed)

    said = re.compile(r'class="refusal"[^>]*>([^<]*)<')
    assert (answer.status_code, said.findall(answer.text)) == (422, said.findall(unknown.text))
    assert len(said.findall(answer.text)) == 1


def test_another_site_cannot_have_a_browser_claim(ready: Story, public: FlaskClient) -> None:
    delivery = linked(ready)
    right = {"number": number(ready), "born": f"{BORN.day:%d-%m-%Y}"}

    answer = public.post(f"/klaim/{secret(ready, delivery)}", data=right, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert told(ready, delivery) == ["delivery.sent"]
