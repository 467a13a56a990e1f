"""Addresses and entries that no page of ours gives: answered, never a 500, and nothing is written."""

import re
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ledger.app import create_app
from ledger.cli.story import Story
from tests.desk.conftest import Desk
from tests.desk.forms import FORM, hidden
from tests.desk.walking import OFFICERS, Examples, pages

pytestmark = pytest.mark.usefixtures("unnoted")

ASKED = ("after", "mulai", "cari", "urut", "kertas", "semua", "sertifikat", "perihal", "next", "known", "saved")
CURSORS = ["\0", "z" * 32, "9" * 40, "-1", "2026-02-30_x", "\udcff"]
NAMES = ["\0", "\udcff", "..", "x" * 3000, "9" * 40, "-1", "\U0001f600", "IPSPI-PSG-2026-999999-0", "2026-02-30"]
FORM_TYPE = "application/x-www-form-urlencoded"
SENT = ("code", "number", "name", "check", "context", "text", "contact", "reason", "asof", "as_of", "born", "send")
SOME_ID = "6ba7b810-9dad-41d1-80b4-00c04fd430c8"
ENTRIES = {
    "zero": "a\0b",
    "half a character": "a\udcffb",
    "long": "x" * 10_000,
    "digits": "9" * 5000,
    "last day": "9999-12-31",
    "first day": "0001-01-01",
    "no number": "sNaN",
    "infinite": "1e999",
    "markup": '"><b>typed</b>',
    "list": "[[[[1]]]]",
    "some id": SOME_ID,
}
FIELD = re.compile(r'<(input|textarea|select)\b(?=[^>]*?\bname="([^"]+)")([^>]*)>')  # Kind, name, the rest.


def encoded(text: str) -> str:
    return quote(text, safe="", errors="surrogateescape")


def test_no_address_is_too_strange_for_an_answer(here: Story, app: Flask, desk: Desk) -> None:
    """Of every endpoint of the service, asked by somebody who may do much."""
    client, before = desk("ketua"), here.ledger.histories.size()
    rules = [rule for rule in app.url_map.iter_rules() if rule.arguments]

    broken = []
    for rule in rules:
        for name in [*NAMES, SOME_ID]:
            path = re.sub(r"<[^>]+>", encoded(name), rule.rule)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                answer = client.open(path, method=method)
                if answer.status_code >= 500:
                    broken.append((method, rule.rule, ascii(name[:40]), answer.status_code))

    assert len(rules) > 50
    assert broken == []
    assert here.ledger.histories.size() == before


def test_no_cursor_is_too_strange_for_any_list(here: Story, app: Flask, desk: Desk) -> None:
    examples, clients = Examples(here), [desk(officer) for officer in OFFICERS]
    found = [path for _, path in pages(app, examples) if path is not None]
    before = here.ledger.histories.size()

    broken = []
    for path in found:
        client = next((one for one in clients if one.get(path).status_code == 200), None)
        for cursor in CURSORS if client else ():
            for asked in ({"after": cursor}, dict.fromkeys(ASKED[1:], cursor)):
                answer = client.get(f"{path}?{urlencode(asked, errors='surrogateescape')}")
                if answer.status_code >= 500:
                    broken.append((path, ascii(cursor[:40]), answer.status_code))

    assert broken == []
    assert here.ledger.histories.size() == before


def forms(page: str) -> Iterator[tuple[str, dict[str, str], list[str], bool]]:
    """Of a page: where a form is sent, what stands hidden in it, what people fill in, whether any of it is text."""
    for found in FORM.finditer(page):
        fields = [entry for entry in FIELD.findall(found["body"]) if 'type="hidden"' not in entry[2]]
        if 'method="post"' in found["head"] and fields:
            action = re.search(r'action="([^"]*)"', found["head"])
            path = action[1] if action else ""
            written = any(kind == "textarea" or 'type="text"' in rest for kind, _, rest in fields)
            yield path, hidden(page, path), list(dict.fromkeys(name for _, name, _ in fields)), written


def filled(here: Story, client: FlaskClient, path: str, page: str, kinds: list[str]) -> list[tuple[str, str, int]]:
    """The forms of a page sent with each kind of entry, in what people fill in and in what stands hidden."""
    faults = []
    for action, kept, fields, written in forms(page):
        everything = [*fields, *(name for name in kept if name not in ("csrf_token", "once"))]
        for kind, names in [(kind, names) for kind in kinds for names in (fields, everything)]:
            before = here.ledger.histories.size()
            body = urlencode(kept | dict.fromkeys(names, ENTRIES[kind]), errors="surrogateescape")
            answer = client.post(action or path, data=body, content_type=FORM_TYPE)
            if answer.status_code >= 500 or here.ledger.histories.size() != before:
                faults.append((action or path, kind, answer.status_code))
            if written and answer.status_code == 422 and names is fields and kind in ("long", "markup"):
                typed = ENTRIES[kind].replace('"', "&#34;").replace("<", "&lt;").replace(">", "&gt;")
                faults += [] if typed in answer.text else [(action or path, f"{kind} was lost", 422)]
    return faults


def swept(here: Story, kinds: list[str]) -> list[tuple[str, str, int]]:
    """Each page by the first officer who is shown it."""
    app, faults, access = create_app(here.ledger), [], here.ledger.access
    left = {path for _, path in pages(app, Examples(here)) if path is not None}
    for officer in OFFICERS:
        client = app.test_client()
        client.set_cookie(access.cookie_name, access.begin(here.officers[officer]))
        for path in sorted(left):
            shown = client.get(path, query_string={"cari": "a\0b"})
            if shown.status_code == 200 and shown.mimetype == "text/html":
                left.remove(path)
                faults += filled(here, client, path, shown.text, kinds)
            faults += [(path, "asked", shown.status_code)] if shown.status_code >= 500 else []
    return faults


def test_no_entry_is_too_strange_for_any_form(here: Story) -> None:
    assert swept(here, list(ENTRIES)) == []


def test_what_a_database_cannot_keep_is_refused_before_it_is_asked(told: Story) -> None:
    """On PostgreSQL, too, which knows no zero character."""
    assert swept(told, ["zero", "half a character"]) == []


def test_what_strangers_send_is_answered_too(told: Story) -> None:
    client, before = create_app(told.ledger).test_client(), told.ledger.histories.size()

    for path in ("/periksa", "/lapor", "/konfirmasi", "/kasus", f"/klaim/{SOME_ID}"):
        for kind, entry in ENTRIES.items():
            body = urlencode(dict.fromkeys(SENT, entry), errors="surrogateescape")
            answer = client.post(path, data=body, content_type=FORM_TYPE)
            assert answer.status_code < 500, (path, kind)
            assert client.get(f"{path}?{body}").status_code < 500, (path, kind)

    assert told.ledger.histories.size() == before
