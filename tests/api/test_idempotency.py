"""A request that is sent again is done once, also when both come at the same moment."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from ledger.cli.story import Story

SCHEME = {"kind": "RELAWAN/PSM-LANJUTAN"}


def test_the_same_request_again_gets_the_stored_answer(begun: Story, desk: Callable[[str], Any]) -> None:
    kepala = desk("kepala")
    first = kepala.post("/schemes", SCHEME, key="once")
    size = begun.ledger.histories.size()

    again = kepala.post("/schemes", SCHEME, key="once")

    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (again.status_code, again.get_json()) == (first.status_code, first.get_json())
    assert begun.ledger.histories.size() == size


def test_one_key_serves_one_body(begun: Story, desk: Callable[[str], Any]) -> None:
    kepala = desk("kepala")
    kepala.write("/schemes", SCHEME, key="once")
    size = begun.ledger.histories.size()

    other = kepala.post("/schemes", {"kind": "RELAWAN/PSM-UTAMA"}, key="once")

    assert (other.status_code, other.get_json()["code"]) == (409, "idempotency-key-reused")
    assert begun.ledger.histories.size() == size


def test_a_key_belongs_to_its_officer_and_its_path(begun: Story, desk: Callable[[str], Any]) -> None:
    kepala, ketua = desk("kepala"), desk("ketua")
    person = {"name": "Siti Aminah", "nik": "3275015708759077", "born": "1975-08-17", "sex": "P", "region": "32.75"}
    kepala.write("/schemes", SCHEME, key="once")

    registered = ketua.post("/registrants", person, key="once")
    other = ketua.post("/schemes", {"kind": "PEKSOS/GENERALIS"}, key="once")

    assert (registered.status_code, registered.get_json()["new"]) == (201, True)
    assert other.status_code == 201


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "idempotency-key-missing"),
        ({"Idempotency-Key": ""}, "idempotency-key-malformed"),
        ({"Idempotency-Key": "x" * 101}, "idempotency-key-malformed"),
        ({"Idempotency-Key": "a b"}, "idempotency-key-malformed"),
    ],
)
def test_a_write_needs_a_key(begun: Story, desk: Callable[[str], Any], headers: dict[str, str], code: str) -> None:
    kepala = desk("kepala")
    size = begun.ledger.histories.size()

    response = kepala.client.post(
        "/api/v1/schemes", json=SCHEME, headers={"Authorization": f"Bearer {kepala.token}"} | headers
    )

    assert (response.status_code, response.get_json()["code"]) == (400, code)
    assert begun.ledger.histories.size() == size


def test_a_refused_request_may_be_sent_again_under_its_key(begun: Story, desk: Callable[[str], Any]) -> None:
    kepala = desk("kepala")

    refused = kepala.post("/schemes", {"kind": "nothing like it"}, key="once")
    answered = kepala.post("/schemes", SCHEME, key="once")

    assert refused.status_code == 422
    assert answered.status_code == 201


def test_two_equal_requests_at_once_are_one(begun: Story, desk: Callable[[str], Any]) -> None:
    kepala = desk("kepala")
    size, start = begun.ledger.histories.size(), Barrier(2)

    def send(_: int) -> Any:
        start.wait()
        return kepala.post("/schemes", SCHEME, key="once")

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(send, range(2))

    assert one.get_json() == other.get_json()
    assert sorted("Idempotency-Replayed" in response.headers for response in (one, other)) == [False, True]
    assert begun.ledger.histories.size() == size + 1


def test_a_file_sent_again_is_the_same_request_though_its_envelope_differs(
    begun: Story, desk: Callable[[str], Any]
) -> None:
    begun.volunteer_scheme()
    begun.training_planned()
    petugas, path = desk("petugas"), f"/trainings/{begun.training}/sheet"
    header = b"No;Nama;NIK;L/P;Tanggal Lahir;Utusan;Hari 1;Hari 2\n"
    sheet = header + b"1;Siti Aminah;3275015708759077;P;1975-08-17;Kota Bekasi;H;H\n"

    def send(data: bytes, query: str = "") -> Any:
        return petugas.post(path + query, data={"file": (io.BytesIO(data), "hadir.csv")}, key="once")

    first, again = send(sheet), send(sheet)

    assert (first.status_code, first.get_json()["written"]) == (201, 1)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "problems" in first.get_json()
    assert "problems" not in again.get_json()
    assert send(sheet + b"\n").get_json()["code"] == "idempotency-key-reused"
    assert send(sheet, "?dry_run=true").get_json()["code"] == "idempotency-key-reused"
