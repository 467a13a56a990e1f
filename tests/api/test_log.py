"""The log's files over HTTP: what is public, what is for officers, what a holder of a code gets."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask.testing import FlaskClient

from ledger.app import create_app
from ledger.application.publishing import LATE_SECONDS
from ledger.cli.story import Story
from ledger.credentials import digits
from ledger.credentials.proved import proved
from ledger.errors import VerificationError
from ledger.transparency import checkpoint, merkle, notes, policy, proof
from ledger.transparency.notes import COSIGNED, NoteKey
from ledger.transparency.tiles import Tile, tiles_of, unbundle

DATABASES = ["sqlite"]  # What these answers ask of a database, the use cases are tested with over both.


@pytest.fixture
def signed(told: Story) -> Story:
    told.ledger.checkpoints.sign()
    return told


@pytest.fixture
def public(signed: Story) -> FlaskClient:
    return create_app(signed.ledger).test_client()


def token_of(story: Story, number: str) -> bytes:
    code = story.ledger.certificates.code(number, reader="test")
    return digits.scanned(code, story.ledger.config.public_url)


def test_everybody_reads_checkpoint_and_hash_tiles(signed: Story, public: FlaskClient) -> None:
    note = public.get("/log/checkpoint")
    point = checkpoint.opened(note.data, signed.ledger.checkpoints.log_keys()).point

    tiles = {tile: public.get(f"/log/{tile.path()}") for tile in tiles_of(point.size)}

    leaves = b"".join(answer.data for tile, answer in tiles.items() if tile.level == 0)
    assert merkle.root_of([leaves[n : n + 32] for n in range(0, len(leaves), 32)]) == point.root
    assert {answer.headers["Cache-Control"] for answer in tiles.values()} == {"public, max-age=31536000, immutable"}
    assert note.headers["Cache-Control"] == "public, max-age=5"


def test_entries_are_for_officers(signed: Story, public: FlaskClient) -> None:
    token = signed.ledger.officers.issue_token(signed.officers["ketua"])["token"]

    closed = public.get("/log/tile/entries/000")
    opened = public.get("/log/tile/entries/000", headers={"Authorization": f"Bearer {token}"})

    assert (closed.status_code, closed.get_json()["code"]) == (401, "token-missing")
    assert len(unbundle(opened.data)) == 256
    assert opened.headers["Cache-Control"].startswith("private")


@pytest.mark.parametrize(
    "path",
    [
        "/log/tile/0/999",
        "/log/tile/0/000.p/0",
        "/log/tile/0/000.p/257",
        "/log/tile/0/x000/000",
        "/log/tile/6/000",
        "/log/tile/0/../../secret",
        "/log/tile/1/000.p/200",
        "/proof/00",
        "/proof/zz",
        f"/proof/{'00' * 32}",
    ],
)
def test_what_is_not_there_is_not_found(public: FlaskClient, path: str) -> None:
    answer = public.get(path)

    assert (answer.status_code, answer.get_json()["code"]) == (404, "not-found")


def test_the_holder_of_a_code_gets_its_receipt(signed: Story, public: FlaskClient) -> None:
    data = token_of(signed, signed.numbers["graduates"][0])
    token = sha256(data).digest()
    keys, origin = signed.ledger.keys.current(), signed.ledger.config.origin

    receipt = public.get(f"/proof/{token.hex()}").data
    found = proved(receipt, token, keys=keys, origin=origin)

    assert found.point.size == signed.ledger.histories.size()
    assert receipt == signed.ledger.receipts.of_number(signed.numbers["graduates"][0])
    assert found.time == signed.clock() // 1000


def test_a_receipt_proves_one_certificate_and_no_other(signed: Story) -> None:
    one, other = signed.numbers["graduates"][:2]
    receipt, origin = signed.ledger.receipts.of_number(one), signed.ledger.config.origin
    token = sha256(token_of(signed, other)).digest()

    with pytest.raises(VerificationError) as refused:
        proved(receipt, token, keys=signed.ledger.keys.current(), origin=origin)

    assert refused.value.code == "proof-foreign"


def test_a_receipt_with_one_byte_changed_proves_nothing(signed: Story) -> None:
    number = signed.numbers["graduates"][0]
    receipt, origin = signed.ledger.receipts.of_number(number), signed.ledger.config.origin
    token = sha256(token_of(signed, number)).digest()
    keys = signed.ledger.keys.current()

    for place in range(0, len(receipt), 97):
        changed = receipt[:place] + bytes([receipt[place] ^ 1]) + receipt[place + 1 :]
        with pytest.raises(VerificationError):
            proved(changed, token, keys=keys, origin=origin)


def test_a_certificate_that_no_checkpoint_covers_yet_has_no_receipt(told: Story) -> None:
    token = sha256(token_of(told, told.numbers["graduates"][0])).digest()

    answer = create_app(told.ledger).test_client().get(f"/proof/{token.hex()}")

    assert answer.status_code == 404


def test_an_older_key_of_the_log_still_counts_for_its_receipts(signed: Story) -> None:
    number = signed.numbers["graduates"][0]
    receipt, origin = signed.ledger.receipts.of_number(number), signed.ledger.config.origin
    token = sha256(token_of(signed, number)).digest()
    kids = [k.kid for k in signed.ledger.keys.current().keys if k.role == "checkpoint"]
    size = signed.ledger.histories.size()

    signed.ledger.keys.rotate("checkpoint")
    proved(receipt, token, keys=signed.ledger.keys.current(), origin=origin)
    signed.ledger.keys.compromise(kids[0], size + 1)
    proved(receipt, token, keys=signed.ledger.keys.current(), origin=origin)
    signed.ledger.keys.compromise(kids[1], 3)

    with pytest.raises(VerificationError) as refused:
        proved(receipt, token, keys=signed.ledger.keys.current(), origin=origin)
    assert refused.value.code == "checkpoint-unsigned"


def test_every_verdict_names_the_newest_checkpoint(
    signed: Story, public: FlaskClient, desk_of: Callable[..., Any]
) -> None:
    code = signed.ledger.certificates.code(signed.numbers["graduates"][0], reader="test")

    verdict = public.post("/api/v1/verifications", json={"code": code}).get_json()

    size = signed.ledger.histories.size()
    assert verdict["log"] == {"size": size, "signed": signed.clock(), "witnesses": []}


def test_without_witnesses_asked_for_the_log_is_healthy(signed: Story, public: FlaskClient) -> None:
    signed.ledger.publishing.keep()

    answer = public.get("/health")

    assert answer.status_code == 200
    assert answer.get_json() == {"green": True, "behind": 0.0, "alarms": 0, "quorum_age": 0.0, "published_age": 0}


def test_lists_that_nobody_signs_any_more_turn_health_red(signed: Story, public: FlaskClient) -> None:
    before = public.get("/health")
    signed.ledger.publishing.keep()
    signed.clock.ms = signed.clock() + LATE_SECONDS * 1000

    after = public.get("/health")

    assert (before.status_code, before.get_json()["published_age"]) == (503, None)
    assert (after.status_code, after.get_json()["published_age"]) == (503, LATE_SECONDS)


def test_a_tile_s_path_is_read_as_it_is_written() -> None:
    assert Tile.parse("tile/0/000") == Tile(0, 0)


def held(story: Story) -> tuple[bytes, bytes]:
    """A receipt, and the hash of its code."""
    number = story.numbers["graduates"][0]
    return story.ledger.receipts.of_number(number), sha256(token_of(story, number)).digest()


def test_the_time_of_a_receipt_is_the_log_s_and_nobody_else_s(signed: Story) -> None:
    receipt, token = held(signed)
    origin = signed.ledger.config.origin
    head, blank, lines = receipt.rpartition(b"\n\n")
    alien = notes.Signature(origin, b"abcd", (946_684_800).to_bytes(8, "big") + bytes(2420)).line().encode()

    found = proved(head + blank + alien + lines, token, keys=signed.ledger.keys.current(), origin=origin)

    assert found.time == signed.clock() // 1000


def test_a_policy_asks_for_its_quorum(signed: Story) -> None:
    receipt, token = held(signed)
    keys, origin = signed.ledger.keys.current(), signed.ledger.config.origin
    witness = Ed25519PrivateKey.generate()
    key = NoteKey("saksi.contoh.invalid", COSIGNED, witness.public_key().public_bytes_raw())
    logs = "".join(f"log {one.encode()}\n" for one in signed.ledger.checkpoints.log_keys())
    rules = policy.parse(f"{logs}witness saksi {key.encode()}\nquorum saksi\n".encode())
    note = notes.parse(proof.parse(receipt).note)
    message = checkpoint.parse(note).cosigned()[COSIGNED]
    seen = note.with_signatures([notes.cosign(message, key.name, witness, 1_800_000_000)])
    watched = receipt.replace(note.encode(), seen.encode())

    with pytest.raises(VerificationError) as refused:
        proved(receipt, token, keys=keys, origin=origin, policy=rules)

    assert refused.value.code == "witness-quorum"
    assert proved(watched, token, keys=keys, origin=origin, policy=rules).witnesses == ("saksi",)
    assert proved(watched, token, keys=keys, origin=origin).witnesses == ()
