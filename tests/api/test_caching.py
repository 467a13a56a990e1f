"""What may be kept on the way, and until when it is fresh: by the history's size and the legal day."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask.testing import FlaskClient

from ledger.cli.story import Story, StoryClock


def test_an_answer_is_fresh_until_the_history_grows(
    begun: Story, client: FlaskClient, desk: Callable[[str], Any]
) -> None:
    first = client.get("/api/v1/authorities")
    tag = first.headers["ETag"]
    assert tag == f'W/"{begun.ledger.histories.size()}-2020-02-17"'
    fresh = client.get("/api/v1/authorities", headers={"If-None-Match": tag})

    desk("ketua").write("/regulations", {"regulation": "UU 23/2014", "rank": "UU", "begins": "2014-09-30"})
    stale = client.get("/api/v1/authorities", headers={"If-None-Match": tag})

    assert (fresh.status_code, fresh.data) == (304, b"")
    assert stale.status_code == 200
    assert stale.headers["ETag"] != tag


def test_an_answer_is_fresh_until_the_legal_day_ends(begun: Story, client: FlaskClient, clock: StoryClock) -> None:
    tag = client.get("/api/v1/schemes").headers["ETag"]

    clock.at(date(2020, 2, 18), 0)

    assert client.get("/api/v1/schemes", headers={"If-None-Match": tag}).status_code == 200


def test_an_officer_is_asked_for_the_token_before_an_answer_is_called_fresh(
    begun: Story, client: FlaskClient, desk: Callable[[str], Any]
) -> None:
    tag = desk("ketua").get("/officers").headers["ETag"]

    assert desk("ketua").get("/officers", **{"If-None-Match": tag}).status_code == 304
    assert client.get("/api/v1/officers", headers={"If-None-Match": tag}).status_code == 401


def test_who_may_keep_an_answer(begun: Story, client: FlaskClient, desk: Callable[[str], Any]) -> None:
    ketua = desk("ketua")
    kept = {
        path: ketua.get(path).headers["Cache-Control"]
        for path in ("/authorities", "/schemes", "/key-list", "/officers", "/certificates", "/proposals")
    }

    assert kept == {
        "/authorities": "public, no-cache",
        "/schemes": "public, no-cache",
        "/key-list": "public, no-cache",
        "/officers": "private, no-cache",
        "/certificates": "private, no-cache",
        "/proposals": "no-store",
    }
    assert client.post("/api/v1/verifications", json={"code": "1"}).headers["Cache-Control"] == "no-store"
    assert client.get("/api/v1/officers").headers["Cache-Control"] == "no-store"
