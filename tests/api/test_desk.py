"""What officers do beside the story: corrections, dirty sheets, explanations, short suspensions, questions."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient

from ledger.cli.story import Story, StoryClock
from ledger.database import reading
from ledger.signing import cbor, key_list
from ledger.vault import reads

DATABASES = ["sqlite"]  # What these answers ask of a database, the use cases are tested with over both.

DIRTY = Path(__file__).parents[1] / "data" / "bimtek-dirty.csv"
GREEN_DAY = date(2026, 10, 22)
PERSON = {"name": "Siti Aminah", "nik": "3275015708759077", "born": "1975-08-17", "sex": "P", "region": "32.75"}


def test_a_person_is_registered_once_and_may_be_corrected(begun: Story, desk: Callable[[str], Any]) -> None:
    ketua = desk("ketua")
    first = ketua.write("/registrants", PERSON)
    same = ketua.write("/registrants", PERSON | {"name": "Aminah"})

    corrected = ketua.write(f"/registrants/{first['registrant']}/corrections", PERSON | {"name": "Siti Aminah, S.Sos."})

    assert (same["registrant"], same["new"]) == (first["registrant"], False)
    assert corrected["registrant"] == first["registrant"]
    shown = ketua.get(f"/registrants/{first['registrant']}")
    assert shown.get_json() == {
        "registrant": first["registrant"],
        "state": "registered",
        "region": "32.75",
        "adult": True,
    }
    assert "Siti" not in shown.text


def test_an_officer_is_corrected_by_two_people(begun: Story, desk: Callable[[str], Any]) -> None:
    begun.clock.at(date(2026, 11, 10))
    begun.ledger.keys.refresh()
    ketua, person = desk("ketua"), begun.people["sekretaris"]

    answer = ketua.write(f"/registrants/{person}/corrections", PERSON)

    assert "registrant" not in answer
    (act,) = ketua.get(f"/proposals/{answer['proposal']}").get_json()["acts"]
    assert act["fields"]["after"] == "Siti Aminah, 3275015708759077, 1975-08-17, P"
    assert act["fields"]["before"].startswith("Hendra Gunawan, ")


def test_a_dirty_sheet_is_refused_with_every_bad_cell(begun: Story, desk: Callable[[str], Any]) -> None:
    begun.volunteer_scheme()
    begun.training_planned()
    petugas, path = desk("petugas"), f"/trainings/{begun.training}/sheet"
    size = begun.ledger.histories.size()

    def send(query: str) -> dict[str, Any]:
        answer: dict[str, Any] = petugas.write(path + query, data={"file": (io.BytesIO(DIRTY.read_bytes()), "a.csv")})
        return answer

    refused = send("")

    assert (refused["ready"], refused["written"], refused["size"]) == (4, 0, size)
    assert begun.ledger.histories.size() == size
    assert refused["bad"] == len({(cell["sheet"], cell["row"]) for cell in refused["problems"]})
    assert all(cell["code"] and not cell["text"].startswith("e.") for cell in refused["problems"])
    assert send("?skip_bad=true")["written"] == 4


def test_a_discrepancy_is_explained_and_a_training_cancelled(begun: Story, desk: Callable[[str], Any]) -> None:
    begun.volunteer_scheme()
    begun.training_planned()
    petugas, path = desk("petugas"), f"/trainings/{begun.training}"
    text = "Peserta sakit."

    explained = petugas.write(f"{path}/explanations", {"gap": "roster", "group": "PUSAT", "explanation": text})
    cancelled = petugas.write(f"{path}/cancellation", {})

    assert explained["training"] == cancelled["training"] == str(begun.training)
    assert petugas.get(path).get_json()["state"] == "cancelled"


def test_one_certifier_suspends_and_reinstates_alone(
    begun: Story, client: FlaskClient, desk: Callable[[str], Any], clock: StoryClock
) -> None:
    begun.ipspi_authorised()
    number = sorted(begun.graduates_certified(begun.graduates_assessed(GREEN_DAY)))[0]
    ketua, on = desk("ketua"), GREEN_DAY + timedelta(days=1)
    clock.at(on)
    code = ketua.get(f"/certificates/{number}/code.txt").text

    def decree(serial: int, matter: str) -> str:
        return str(begun.decree("ketua", f"{serial}/DPP IPSPI/SK/2026", matter, on, "decider-ipspi"))

    def reason() -> str:
        return str(client.post("/api/v1/verifications", json={"code": code}).get_json()["reason"])

    def suspended(days: int) -> Any:
        until = (on + timedelta(days=days - 1)).isoformat()
        body = {"decree": suspension, "reason": "precaution", "until": until}
        return ketua.post(f"/certificates/{number}/suspension", body)

    suspension = decree(31, "suspension")
    assert suspended(4).get_json()["code"] == "approval-missing"
    assert reason() == "valid"
    assert suspended(3).status_code == 201
    assert reason() == "suspended"
    lifted = {"decree": decree(32, "reinstatement"), "reason": "lifted"}
    ketua.write(f"/certificates/{number}/reinstatement", lifted)
    assert reason() == "valid"


def test_a_certificate_says_whether_its_holder_was_erased(begun: Story, desk: Callable[[str], Any]) -> None:
    begun.ipspi_authorised()
    number = sorted(begun.graduates_certified(begun.graduates_assessed(GREEN_DAY)))[0]
    ketua = desk("ketua")
    before = ketua.get(f"/certificates/{number}").get_json()

    begun.approved("ketua", "sekretaris", [begun.ledger.registrants.erase(UUID(before["registrant"]), "PDP-43")])

    assert before["holder"] == "registered"
    assert ketua.get(f"/certificates/{number}").get_json() == before | {"holder": "erased"}


def test_schemes_and_authorities_are_public_with_days_written_out(begun: Story, client: FlaskClient) -> None:
    begun.volunteer_scheme()

    (scheme,) = client.get("/api/v1/schemes").get_json()["schemes"]
    authorities = client.get("/api/v1/authorities").get_json()["authorities"]

    assert (scheme["kind"], scheme["editions"][0]["begins"]) == ("RELAWAN/PSM-DASAR", "2020-02-17")
    (kemensos,) = [one for one in authorities if one["authority"] == "KEMENSOS"]
    assert (kemensos["grants"][0]["begins"], kemensos["grants"][0]["ends"]) == ("2019-01-01", None)


def test_the_key_list_is_published_as_verifiers_read_it(begun: Story, client: FlaskClient) -> None:
    response = client.get("/api/v1/key-list")

    assert response.content_type == "application/cbor"
    published = cbor.decode(response.data, limit=100_000)
    assert isinstance(published, dict)
    current = begun.ledger.keys.current()
    assert current.encode() == published["list"]
    roots = current.roots
    opened = key_list.open_signed(
        published["list"], published["signed"], origin=begun.ledger.config.origin, roots=roots
    )
    assert opened == current


def test_what_an_approver_sees_is_noted(begun: Story, desk: Callable[[str], Any]) -> None:
    ketua, sekretaris = desk("ketua"), desk("sekretaris")
    mandate = {"authority": "KEMENSOS", "roles": ["enrol"], "office": "Petugas", "begins": "2020-02-17"}
    proposal = ketua.propose("appoint-officer", person=str(begun.people["assessor"]), **mandate)

    shown = sekretaris.get(f"/proposals/{proposal}").get_json()

    assert shown["acts"][0]["people"] == ["Lestari Handayani, 1975, NIK …9007, 32.75 Kota Bekasi"]
    with reading(begun.ledger.engine) as connection:
        looks = reads.of(connection, begun.people["assessor"])
    assert (str(begun.officers["sekretaris"]), f"approve {proposal}") in {(look.reader, look.purpose) for look in looks}
    begun.approved("ketua", "sekretaris", [begun.ledger.registrants.erase(begun.people["assessor"], "PDP-43")])
    assert sekretaris.get(f"/proposals/{proposal}").get_json()["acts"][0]["people"] == [None]
    assert [one["proposal"] for one in ketua.get("/proposals").get_json()["proposals"]] == [proposal]


def test_a_walk_in_is_recorded_completed_and_replaced(begun: Story, desk: Callable[[str], Any]) -> None:
    begun.training_planned()
    petugas, person = desk("petugas"), PERSON | {"marks": "HH"}
    stranger = {"name": "Siti Aminah", "sex": "P", "group": "32.75", "marks": "HA", "adult": True}

    came = petugas.write(f"/trainings/{begun.training}/walk-ins", stranger)
    done = petugas.write(f"/registrants/{came['registrant']}/completion", PERSON)
    other = petugas.write(f"/participations/{came['participation']}/substitution", person | {"nik": "3275015708759078"})
    again = petugas.post(f"/participations/{came['participation']}/withdrawal", {"reason": "error"})

    shown = petugas.get(f"/participations/{other['participation']}").get_json()
    assert not done["duplicate"]
    assert (shown["marks"], shown["state"], shown["provisional"]) == ("HH", "recorded", False)
    assert (again.status_code, again.get_json()["code"]) == (422, "state-refuses")
