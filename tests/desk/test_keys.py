"""Keys at the desk: read by everybody, changed by the roots, whose keys never come near."""

import re
from io import BytesIO

from ledger.cli.story import Story
from ledger.signing import cbor
from ledger.signing.key_request import Request
from tests.desk.conftest import Desk
from tests.desk.forms import hidden, send

CEREMONY, ACCEPT = "/meja/kunci/upacara", "/meja/kunci/terima"


def signed(story: Story, data: bytes) -> bytes:
    """What the keepers do on the computer without network."""
    context, request = story.ledger.context, Request.decode(data)
    for key in context.keyring.roots(story.ledger.keys.current().roots.keys):
        request = request.signed_by(key)
    return request.encode()


def test_the_list_in_force_is_shown_with_its_fingerprint_and_every_earlier_one(here: Story, desk: Desk) -> None:
    page = desk("petugas").get("/meja/kunci").text

    keys = here.ledger.keys.current()
    assert keys.roots.fingerprint() in page
    assert [v for v in range(1, keys.version + 1) if f'href="/meja/kunci/{v}"' not in page] == []
    assert CEREMONY not in page


def test_the_minutes_say_what_changed_and_who_signed(here: Story, desk: Desk) -> None:
    version = here.ledger.keys.current().version

    page = desk("ketua").get(f"/meja/kunci/{version}").text

    assert f"daftar kunci versi {version}" in page
    groups = here.ledger.keys.current().roots.fingerprint().split("-")
    assert " ".join(groups[:4]) in page
    roots = here.ledger.keys.current().roots.keys
    assert any(re.sub("(.{4})(?!$)", r"\1 ", root.kid.hex()) in page for root in roots)
    assert desk("ketua").get("/meja/kunci/99").status_code == 404


def test_a_key_is_replaced_by_request_signature_and_record(here: Story, desk: Desk) -> None:
    client, before = desk("ketua"), here.ledger.keys.current()
    kid = next(key.kid.hex() for key in before.keys if (key.role, key.state) == ("receipt", "active"))

    asked = send(client, CEREMONY, change="rotate", key=kid)
    assert asked.mimetype == "application/cbor"
    assert here.ledger.keys.current() == before
    file = (BytesIO(signed(here, asked.data)), "permintaan.cbor")
    page = client.get(CEREMONY).text
    recorded = client.post(ACCEPT, data=hidden(page, ACCEPT) | {"signed": file})

    assert recorded.location == f"/meja/kunci/{before.version + 1}"
    assert "pensiun" in client.get("/meja/kunci").text
    assert "retired" in client.get(recorded.location).text


def test_what_too_few_roots_signed_is_refused(here: Story, desk: Desk) -> None:
    client, before = desk("ketua"), here.ledger.keys.current()
    unsigned = here.ledger.keys.request(lambda old, _: old).encode()

    for data in (unsigned, b"no request"):
        page = client.get(CEREMONY).text
        refused = client.post(ACCEPT, data=hidden(page, ACCEPT) | {"signed": (BytesIO(data), "a.cbor")})
        assert refused.status_code == 422
        assert 'role="alert"' in refused.text

    assert here.ledger.keys.current() == before


def test_a_change_asks_for_what_it_needs(desk: Desk) -> None:
    for change in ("rotate", "retire", "compromised", "roots"):
        refused = send(desk("ketua"), CEREMONY, change=change, key="")
        assert refused.status_code == 422
        assert "memerlukan isian lain" in refused.text


def test_other_roots_are_asked_for_by_their_public_file(here: Story, desk: Desk) -> None:
    public = cbor.encode(here.ledger.keys.current().roots.to_map())

    asked = send(desk("ketua"), CEREMONY, change="roots", key="", roots=(BytesIO(public), "roots.cbor"))

    assert asked.status_code == 200
    assert Request.decode(asked.data).lists()[1].roots == here.ledger.keys.current().roots


def test_only_who_administers_opens_the_ceremony(desk: Desk) -> None:
    assert desk("petugas").get(CEREMONY).status_code == 403
    assert desk("kepala").get(ACCEPT).status_code == 403
