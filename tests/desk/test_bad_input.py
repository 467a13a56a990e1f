"""What nobody should send to the desk: it is refused in plain words, what was typed stays, nothing is half done."""

import base64
import io
import json
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ledger.cli.story import Story
from ledger.database import writing
from ledger.projections.registrants import TABLE as PEOPLE
from ledger.signing import cbor
from ledger.signing.approval import challenge
from ledger.vault.vault import IDENTITY
from tests.application.authenticator import Authenticator, octets, text
from tests.desk.conftest import Desk
from tests.desk.forms import hidden, send
from tests.desk.planning import PLAN
from tests.desk.serving import serving
from tests.desk.test_rosters import GOOD, sheet
from tests.desk.walking import OFFICERS, Examples, pages

MEGABYTES_50 = 50 * 2**20
CSV = b"No;Nama;NIK;JK;Tanggal Lahir;Kode Wilayah;Hari 1\n1;Sari Melati;3275015203900004;P;12/03/1990;32.75;H\n"
PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="besar.csv"\r\n\r\n'
MARKUP = '<i>Ratna</i> & "O\'Neil"'


@pytest.fixture
def clerk(desk: Desk) -> FlaskClient:
    return desk("petugas")


@pytest.fixture
def training(clerk: FlaskClient) -> str:
    return str(send(clerk, "/meja/pelatihan/rencana", **PLAN).headers["Location"])


def left(here: Story, folder: Path) -> tuple[int, list[str], list[object]]:
    """What a refusal does not change: the history, the files beside it, the sheets that wait."""
    drafts = [one for id in trainings(here) for one in here.ledger.imports.of_training(here.actor("petugas"), id)]
    return here.ledger.histories.size(), sorted(str(path) for path in folder.rglob("*")), drafts


def trainings(here: Story) -> list[UUID]:
    return [UUID(str(row["training"])) for row in here.ledger.trainings.listed("IPSPI", None, limit=1000)]


# Files -----------------------------------------------------------------------------------------------------------


def raw(address: str, path: str, cookie: str, headers: dict[str, str], body: Sequence[bytes]) -> tuple[int, str]:
    """Over a connection, as no browser would: the body may be shorter than it was announced."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.putrequest("POST", path)
    for name, value in headers.items() | {("Cookie", cookie)}:
        connection.putheader(name, value)
    connection.endheaders()
    for part in body:
        connection.send(part)
    answer: HTTPResponse = connection.getresponse()
    said = answer.status, answer.read().decode()
    connection.close()
    return said


def test_fifty_megabytes_are_refused_before_they_are_sent(
    here: Story, app: Flask, training: str, tmp_path: Path
) -> None:
    cookie = f"meja={here.ledger.access.begin(here.officers['petugas'])}"
    announced = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(MEGABYTES_50)}
    before = left(here, tmp_path)

    with serving(app) as address:  # The answer is there although nearly nothing of the body ever came.
        status, page = raw(address, f"{training}/impor", cookie, announced, [PART])

    assert status == 413
    assert "Masukan terlalu besar" in page
    assert "unggah lagi" in page
    assert "desk.css" in page
    assert left(here, tmp_path) == before


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", PART + CSV + b"\r\n--x--\r\n"),
        ("multipart/form-data; boundary=", PART + CSV),
        ("multipart/form-data; boundary=x", PART + CSV),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n\xff\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\n\xff\xfe: \x00\r\n\r\n--x--\r\n"),
        ("multipart/form-data; boundary=y", PART + CSV + b"\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b""),
        ("application/x-www-form-urlencoded; charset=utf-16", b"%ZZ=%&&&=;"),
        ("text/plain", CSV),
        ("application/json", b"{"),
        ("application/json", b'[1, "x"]'),
        ("application/json", b'{"name": 5, "nik": ["x"]}'),
        ("", b"\x00"),
    ],
)
def test_a_broken_body_is_a_page_that_says_so(
    here: Story, app: Flask, training: str, tmp_path: Path, content_type: str, body: bytes
) -> None:
    cookie = f"meja={here.ledger.access.begin(here.officers['petugas'])}"
    headers = {"Content-Type": content_type, "Content-Length": str(len(body))}
    before = left(here, tmp_path)

    with serving(app) as address:
        status, page = raw(address, f"{training}/impor", cookie, headers, [body])

    assert status == 422
    assert 'role="alert"' in page
    assert left(here, tmp_path) == before


def test_a_csv_by_the_name_of_a_workbook_is_read_as_what_it_is(clerk: FlaskClient, training: str) -> None:
    """Its content tells what a file is; a person who chose the wrong name is not sent away."""
    as_csv = send(clerk, f"{training}/impor", file=(io.BytesIO(CSV), "daftar.xlsx"))
    as_workbook = send(clerk, f"{training}/impor", file=(io.BytesIO(sheet(clerk, training, GOOD)), "daftar.csv"))

    assert (as_csv.status_code, as_workbook.status_code) == (303, 303)
    for answer in (as_csv, as_workbook):
        assert "Tanggal Lahir" in clerk.get(answer.headers["Location"]).text  # A column that was understood.


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "daftar.xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "daftar.xlsx"),
        (b"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "daftar.ods"),
        (b"%PDF-1.7", "daftar.csv"),
        (b"PK\x03\x04", "daftar.csv"),
        (b"Nama;NIK\n\x00\n", "daftar.csv"),
        (b"\n\n", "daftar.xlsx"),
    ],
)
def test_what_is_no_sheet_is_refused_with_the_way_out_and_leaves_nothing(
    here: Story, clerk: FlaskClient, training: str, tmp_path: Path, data: bytes, name: str
) -> None:
    before = left(here, tmp_path)

    answer = send(clerk, f"{training}/impor", file=(io.BytesIO(data), name))

    assert answer.status_code == 422
    assert "Jalan keluar" in answer.text
    assert left(here, tmp_path) == before


def test_a_file_name_is_text_and_no_place_for_files(clerk: FlaskClient, training: str, tmp_path: Path) -> None:
    name = "../../../<img src=x onerror=alert(1)>.csv"

    answer = send(clerk, f"{training}/impor", file=(io.BytesIO(CSV), name))
    shown = clerk.get(answer.headers["Location"]).text + clerk.get(f"{training}/impor").text

    assert answer.status_code == 303
    assert "<img src=x" not in shown
    assert not [path for path in tmp_path.rglob("*") if "onerror" in path.name]


# Texts -----------------------------------------------------------------------------------------------------------


def test_a_name_with_markup_is_text_on_every_page(here: Story, app: Flask, desk: Desk) -> None:
    """Sealed past the rules for names, as an older register might have it."""
    found = [(endpoint, path) for endpoint, path in pages(app, Examples(here)) if path is not None]
    vault = here.ledger.context.vault
    with writing(here.ledger.engine) as connection:
        everybody = [UUID(bytes=id) for id in connection.scalars(PEOPLE.select().with_only_columns(PEOPLE.c.id))]
        opened = vault.open_many(connection, everybody, IDENTITY, reader="test", purpose="test")
        named = [(id, IDENTITY, {**known, "name": MARKUP}) for id, known in opened.items() if isinstance(known, dict)]
        vault.seal_many(connection, named)

    texts = {
        endpoint: answer.text
        for officer in OFFICERS
        for client in [desk(officer)]
        for endpoint, path in found
        for answer in [client.get(path)]
        if answer.mimetype == "text/html" and answer.status_code == 200
    }

    assert [endpoint for endpoint, text in texts.items() if "<i>Ratna" in text] == []
    assert len([endpoint for endpoint, text in texts.items() if "&lt;i&gt;Ratna&lt;/i&gt;" in text]) > 10


def test_entries_of_a_sheet_that_we_never_showed_are_refused(clerk: FlaskClient, training: str) -> None:
    draft = send(clerk, f"{training}/impor", file=(io.BytesIO(CSV), "daftar.csv")).headers["Location"]
    entries = hidden(clerk.get(draft).text, draft)

    for named in ("{", "[]", '["a",1e999,"b"]', "[NaN,1,2]", "[" * 20_000, '["\\ud800",1,"Nama"]', "[1,2]"):
        answer = clerk.post(draft, data=entries | {f"cell:{named}": "x"})
        assert answer.status_code in (303, 409, 422), named[:20]
        assert clerk.get(draft).status_code == 200


def test_an_app_secret_that_fits_no_picture_is_another_one(desk: Desk) -> None:
    client = desk("ketua")
    path = "/meja/akun/sandi"
    entries = hidden(client.get(path).text) | {"name_new": "ketua-dpp", "password_new": "x", "code": "1"}

    answer = client.post(path, data=entries | {"code_key": "A" * 5000})

    assert answer.status_code == 422
    assert "A" * 33 not in answer.text


@pytest.mark.parametrize("origin", ["http://[", "null", "http://localhost.evil.example", "\udcff", "x" * 5000])
def test_a_strange_origin_is_foreign(here: Story, desk: Desk, origin: str) -> None:
    client = desk("ketua")
    entries = hidden(client.get("/meja/orang/baru").text)
    before = here.ledger.histories.size()

    answer = client.post("/meja/orang/baru", data=entries, headers={"Origin": origin})

    assert answer.status_code == 403
    assert here.ledger.histories.size() == before


@pytest.mark.parametrize("lang", ["", "xx", "ID", "id-ID", "../en", "<b>", "\udcff", "e" * 5000])
def test_a_language_that_nobody_speaks_here_is_indonesian_and_is_not_kept(desk: Desk, lang: str) -> None:
    client = desk("ketua")

    page = client.get("/meja/", query_string={"lang": lang.encode("utf-8", "surrogateescape")})

    assert page.status_code == 200
    assert '<html lang="id">' in page.text
    assert client.get_cookie("bahasa") is None


@pytest.mark.parametrize("cookie", ["", "x", "\xff", "a" * 4000, "=;;;", "%00"])
def test_a_strange_cookie_is_nobodys(app: Flask, cookie: str) -> None:
    client = app.test_client()
    headers = {"Cookie": f"meja={cookie}; formulir={cookie}; bahasa={cookie}"}

    assert client.get("/meja/", headers=headers).status_code == 302
    assert client.get("/meja/masuk", headers=headers).status_code == 200


def test_a_megabyte_of_text_is_refused_and_a_long_text_stays(here: Story, desk: Desk) -> None:
    client = desk("petugas")
    entries = hidden(client.get("/meja/orang/baru").text)
    before = here.ledger.histories.size()

    too_large = client.post("/meja/orang/baru", data=entries | {"name": "x" * 2**20})
    long = client.post("/meja/orang/baru", data=entries | {"name": "x" * 5000, "nik": "1"})

    assert (too_large.status_code, long.status_code) == (413, 422)
    assert "desk.css" in too_large.text
    assert "x" * 5000 in long.text
    assert here.ledger.histories.size() == before


# Another's passkey -----------------------------------------------------------------------------------------------


def test_a_passkey_of_another_officer_opens_no_account_but_its_own(here: Story, desk: Desk, app: Flask) -> None:
    phone, client = Authenticator(), desk("ketua")
    made = phone.made(client.post("/meja/akun/passkey/tantangan").text)
    send(client, "/meja/akun/passkey", device="Ponsel", answer=made)
    phone.user = here.officers["sekretaris"].bytes
    stranger = app.test_client()

    answer = send(stranger, "/meja/masuk", answer=phone.signed(stranger.post("/meja/masuk/tantangan").text))

    assert answer.status_code == 422
    assert "Tidak dapat masuk" in answer.text
    assert stranger.get("/meja/").status_code == 302


def test_a_key_of_another_officer_approves_nothing(here: Story, desk: Desk) -> None:
    act = here.ledger.officers.end_key(here.officers["petugas"], "key-lost")
    proposal = UUID(here.ledger.proposals.propose(here.actor("ketua"), [act])["proposal"])
    client, path = desk("sekretaris"), f"/meja/usulan/{proposal}"
    signing = bytes.fromhex(here.ledger.proposals.show(proposal, reader="test")["signing"])
    asked = {"rpId": "localhost", "challenge": text(challenge(signing))}
    said = json.loads(Authenticator().signed(json.dumps(asked)))["response"]
    parts = [octets(said[name]) for name in ("authenticatorData", "clientDataJSON", "signature")]
    before = here.ledger.histories.size()

    for kind, assertion in (("webauthn", cbor.encode(parts)), ("ed25519", here.keys["ketua"].sign(signing))):
        entries = hidden(client.get(path).text) | {"act": "approve", "assertion_kind": kind, "comment": "Sudah dibaca."}
        answer = client.post(path, data=entries | {"assertion": base64.b64encode(assertion).decode()})

        assert answer.status_code == 422
        assert "Sudah dibaca." in answer.text

    assert here.ledger.histories.size() == before
    assert here.ledger.proposals.show(proposal, reader="test")["state"] == "open"
