"""The verifier page as files: what the server sends, how much of it, and that it takes nothing from elsewhere."""

import gzip
import json
import re
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ledger.app import create_app
from ledger.cli.story import Story
from ledger.messages import LANGUAGES, catalogue
from ledger.web import verifier_files
from ledger.web.verifier_files import File, packed
from tests.web.test_contrast import PAIRS, colours, contrast

DATABASES = ["sqlite"]  # What these pages ask of a database, the use cases are tested with over both.

DOCS = Path(__file__).parents[2] / "docs"
FIRST_LOAD = 60_000  # bytes, compressed, of everything that a first visit fetches for the page itself


@pytest.fixture
def client(story: Story) -> FlaskClient:
    story.begins()
    story.authorities()
    return create_app(story.ledger).test_client()


@pytest.fixture
def files(client: FlaskClient) -> dict[str, File]:
    return verifier_files.files(client.application.extensions["ledger"])


def scripts(files: dict[str, File]) -> str:
    return "\n".join(data.decode() for name, (data, _) in files.items() if name.endswith(".js") and name != "words.js")


def test_the_server_sends_the_files_as_they_are_published(client: FlaskClient, files: dict[str, File]) -> None:
    for name, (data, kind) in files.items():
        plain = client.get(f"/q/{name}")
        small = client.get(f"/q/{name}", headers={"Accept-Encoding": "gzip"})

        assert (plain.status_code, plain.data, plain.content_type) == (200, data, kind)
        assert small.data == data if kind == "image/png" else gzip.decompress(small.data) == data
    assert client.get("/q/").data == files["index.html"][0]
    assert client.get("/q").status_code == 308
    assert client.get("/q/none.js").status_code == 404


def test_a_first_visit_is_light(files: dict[str, File]) -> None:
    sizes = {name: len(packed(data)) for name, (data, _) in files.items()}

    assert sum(sizes.values()) <= FIRST_LOAD, sizes


def test_what_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/q/page.js")

    again = client.get("/q/page.js", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "no-cache"


def test_the_page_may_ask_its_own_host_only_and_says_so_itself(client: FlaskClient) -> None:
    page = client.get("/q/")
    (written,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page.text)

    policy = page.headers["Content-Security-Policy"]
    assert policy == f"{written.replace('&#39;', chr(39))}; frame-ancestors 'none'"
    assert page.headers.getlist("Content-Security-Policy") == [policy]
    assert {"default-src 'none'", "connect-src 'self'", "script-src 'self'", "base-uri 'none'"} <= set(
        policy.split("; ")
    )
    assert "unsafe" not in policy
    assert page.headers["Permissions-Policy"].startswith("camera=(self)")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in page.headers


def test_the_page_takes_nothing_from_elsewhere(client: FlaskClient, files: dict[str, File]) -> None:
    page = client.get("/q/").text

    named = re.findall(r' (?:src|href)="([^"]*)"', page)
    assert set(named) <= files.keys()
    assert not re.search(r'<style| style=| on\w+="', page)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function", scripts(files))


def test_no_configuration_ends_its_element(client: FlaskClient) -> None:
    page = json.dumps({"base": "http://x.contoh.invalid", "contact": "</script><script>alert(1)</script>"})

    index = verifier_files.made(page)["index.html"][0].decode()

    (inside,) = re.findall(r'id="ledger">(.*?)</script>', index)
    assert json.loads(inside) == json.loads(page)


def test_the_page_knows_its_ledger(client: FlaskClient, story: Story) -> None:
    (inside,) = re.findall(r'id="ledger">(.*?)</script>', client.get("/q/").text)

    assert json.loads(inside) == {
        "origin": "demo.contoh.invalid",
        "root": story.ledger.keys.current().roots.fingerprint(),
        "base": "http://127.0.0.1:8000",
        "contact": "sekretariat@contoh.invalid",
        "demonstration": True,
        "bases": {"KEMENSOS": "Permensos 16/2017"},
    }


def test_a_basis_that_is_not_that_of_every_paper_is_left_to_the_paper(client: FlaskClient, story: Story) -> None:
    book = story.ledger.authorities
    later = book.grant(
        book.stream("KEMENSOS"),
        name="Kementerian Sosial",
        scope="*",
        schemes=("HADIR/PSM-DASAR",),
        basis="UU 14/2019",
        begins=date(2026, 1, 1),
    )
    story.approved("ketua", "sekretaris", [later])

    assert verifier_files.configuration(story.ledger)["bases"] == {}


def test_the_worker_names_every_other_file_by_its_digest(files: dict[str, File]) -> None:
    worker = files["sw.js"][0].decode()

    (listed,) = re.findall(r"const FILES = (\{.*?\});", worker, re.DOTALL)

    assert json.loads(listed) == {n: sha256(data).hexdigest() for n, (data, _) in files.items() if n != "sw.js"}


def test_another_page_is_another_version(files: dict[str, File]) -> None:
    one, other = (verifier_files.made(json.dumps({"base": f"http://{host}"})) for host in ("a.invalid", "b.invalid"))

    versions = {re.findall(r'VERSION = "(\w+)"', made["sw.js"][0].decode())[0] for made in (one, other, files)}

    assert len(versions) == 3


def test_every_word_that_the_page_says_is_sent_along(files: dict[str, File]) -> None:
    words = json.loads(files["words.js"][0].decode().removeprefix("export const WORDS = ").removesuffix(";\n"))

    asked = set(re.findall(r'"([avklwq]\.[a-z.]+[a-z]|[bw]\.[a-z]+)"', scripts(files)))
    assert {key for key in asked if key not in words["id"] and f"{key}.title" not in words["id"]} == set()
    for lang in LANGUAGES:
        assert len(words[lang].pop("months")) == 12
        assert words[lang].items() <= catalogue(lang).items()


def test_no_sentence_of_the_page_is_kept_for_nothing(files: dict[str, File]) -> None:
    said = scripts(files) + files["index.html"][0].decode()
    together = ("q.file.", "q.notproved.")  # Put together of two parts.

    unused = [key for key in catalogue("id") if key.startswith("q.") and f'"{key}"' not in said]

    assert [key for key in unused if not key.startswith(together) and catalogue("id")[key] not in said] == []


def test_it_can_be_installed_and_takes_pictures_and_pdfs(files: dict[str, File]) -> None:
    manifest = json.loads(files["manifest.webmanifest"][0])

    assert {icon["src"] for icon in manifest["icons"]} <= files.keys()
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("./", "./", "standalone")
    target = manifest["share_target"]
    assert (target["action"], target["method"]) == ("bagikan", "POST")
    assert {"image/jpeg", "application/pdf"} <= set(target["params"]["files"][0]["accept"])


def test_whoever_shares_without_a_worker_comes_to_the_form(client: FlaskClient) -> None:
    answer = client.post("/q/bagikan", data={"text": "x"})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/periksa")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out(scheme: str, text: str, ground: str, files: dict[str, File]) -> None:
    named = colours(scheme, files["style.css"][0].decode())

    assert contrast(named[text], named[ground]) >= 4.5


def test_every_verdict_that_the_page_can_come_to_is_shown_in_the_docs(files: dict[str, File]) -> None:
    (listed,) = re.findall(r"const REASONS = \[(.*?)\];", files["verdict.js"][0].decode(), re.DOTALL)
    reasons = {*re.findall(r'"([a-z.]+)"', listed), "valid", "valid.noend"}

    page = (DOCS / "verifier-page.md").read_text(encoding="utf-8")

    typed = {"annulled", "external", "nomatch", "typo"}  # Of the form, which asks the register.
    assert set(re.findall(r"\| `([a-z.]+)` \| !\[", page)) == reasons | typed
    assert {path.stem for path in (DOCS / "images" / "verdicts").iterdir()} == {*reasons, *typed, "oldphone"}
    assert all(f"images/verdicts/{reason}.png" in page for reason in reasons | typed)
