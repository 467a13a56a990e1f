"""People at the desk: found without a trace in an address, opened for a reason, corrected, destroyed by two."""

import re
from datetime import date
from uuid import UUID

import pytest

from ledger.application.printing import Order
from ledger.application.registrants import Person
from ledger.cli.story import Story
from ledger.database import reading
from ledger.domain.people import BirthDate, FullName, NationalId
from ledger.vault import reads
from ledger.web.desk import people
from tests.conftest import GREEN_DAY
from tests.desk.conftest import Desk
from tests.desk.delivered import covered
from tests.desk.forms import hidden, send

NIK = "3275014507900001"


def registered(story: Story, name: str = "Ratna Zulfa") -> UUID:
    person = Person(FullName.parse(name), NationalId.parse(NIK), BirthDate.of(date(1990, 7, 5)), "P", "32.75")
    return UUID(story.ledger.registrants.register(story.actor("ketua"), person)["registrant"])


def test_a_search_is_posted_and_leads_to_the_person(here: Story, desk: Desk) -> None:
    id = registered(here)

    answer = send(desk("ketua"), "/meja/orang", typed="ratna zulfa")

    assert answer.status_code == 200
    assert f'href="/meja/orang/{id}">Ratna Zulfa</a>' in answer.text
    assert "ratna" not in answer.request.url
    assert "Tidak ada yang cocok" in send(desk("ketua"), "/meja/orang", typed="xyzzy").text


def test_more_than_a_page_of_people_is_turned_over_by_a_form(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "ROWS", 5)
    client = desk("ketua")
    first = send(client, "/meja/orang", typed="an").text

    second = send(client, "/meja/orang", typed="an", after=first.partition('name="after" value="')[2][:32]).text

    shown = [set(re.findall(r"/meja/orang/[0-9a-f-]{36}", page)) for page in (first, second)]
    assert len(shown[0]) == 5
    assert shown[1]
    assert not shown[0] & shown[1]


def test_the_page_of_a_holder_tells_status_timeline_and_who_looked(here: Story, desk: Desk) -> None:
    number = here.numbers["graduates"][0]
    holder = _holder(here, number)

    page = desk("ketua").get(f"/meja/orang/{holder}?lang=en").text

    assert number in page
    assert "GENUINE AND IN FORCE" in page
    assert "Ketua DPP, IPSPI" in page
    assert "Person&#39;s page" in page
    assert NIK[:6] not in page


def test_the_timeline_is_told_as_recorded_and_as_effective(here: Story, desk: Desk) -> None:
    holder = _holder(here, here.numbers["graduates"][0])
    number = here.numbers["graduates"][0]
    here.clock.at(date(2026, 11, 22))
    decree = here.decree("ketua", "9/DPP IPSPI/SK/2026", "revocation", date(2026, 11, 20), "decider-ipspi")
    act = here.ledger.certificates.status_act("revoke", number, decree=decree, reason="fraud")
    here.approved("ketua", "sekretaris", [act], effective=date(2026, 11, 21))

    told = here.ledger.people.timeline(holder)
    effective = here.ledger.people.timeline(holder, effective=True)

    assert [one["position"] for one in told] == sorted(one["position"] for one in told)
    assert [one["effective"] for one in effective] == sorted(one["effective"] for one in effective)
    assert [one["kind"] for one in told if one["backdated"]] == ["certificate.revoked"]
    assert "berlaku surut" in desk("ketua").get(f"/meja/orang/{holder}?urut=berlaku").text


def test_the_timeline_holds_all_that_happened_to_a_person(here: Story, desk: Desk) -> None:
    """From the registration to the erasure: tests, status, papers, deliveries, each with what it was about."""
    number = here.numbers["graduates"][0]
    holder, actor = _holder(here, number), here.actor("ketua")
    covered(here)
    here.ledger.papers.print(actor, [number], Order())
    here.ledger.delivering.by_hand(actor, [number])
    decree = here.decree("ketua", "9/DPP IPSPI/SK/2026", "suspension", GREEN_DAY, "decider-ipspi")
    act = here.ledger.certificates.status_act("suspend", number, decree=decree, reason="ethics")
    here.approved("ketua", "sekretaris", [act])
    here.approved("ketua", "sekretaris", [here.ledger.registrants.erase(holder, "PDP-43")])

    told = [(one["kind"], one["about"]) for one in here.ledger.people.timeline(holder)]

    assert told == [
        ("registrant.registered", ""),
        ("equivalence.accepted", "PEKSOS/PROFESI"),
        ("assessment.scheduled", "PEKSOS/GENERALIS"),
        ("assessment.scored", "PEKSOS/GENERALIS"),
        ("assessment.decided", "PEKSOS/GENERALIS"),
        ("certificate.issued", number),
        ("document.rendered", number),
        ("delivery.sent", number),
        ("delivery.received", number),
        ("certificate.suspended", number),
        ("registrant.erased", ""),
    ]
    page = desk("ketua").get(f"/meja/orang/{holder}?lang=en")
    assert all(word in page.text for word in ("Assessment", "PEKSOS/GENERALIS", number))


def test_a_cursor_that_no_page_of_ours_wrote_is_refused_in_the_page(desk: Desk) -> None:
    """Among them what looks like one, and is no number."""
    for after in ("g" * 32, "~", "' or 1=1", "9" * 33):
        answer = send(desk("ketua"), "/meja/orang", typed="an", after=after)
        assert answer.status_code == 422, after
        assert "tidak utuh" in answer.text


def test_the_identity_is_opened_for_a_reason_that_is_noted(here: Story, desk: Desk) -> None:
    id, client = registered(here), desk("ketua")
    before = client.get(f"/meja/orang/{id}").text

    opened = send(client, f"/meja/orang/{id}", reason="question")

    assert NIK not in before
    assert NIK in opened.text
    with reading(here.ledger.engine) as connection:
        looks = [(look.reader, look.purpose) for look in reads.of(connection, id)]
    assert looks[-1] == (str(here.officers["ketua"]), "identity question")
    assert "Data diri dibuka: Menjawab pertanyaan orangnya" in client.get(f"/meja/orang/{id}").text


def test_a_known_number_leads_to_the_person_who_is_there(here: Story, desk: Desk) -> None:
    typed = {"name": "Ratna Zulfa", "nik": NIK, "born": "1990-07-05", "sex": "P", "region": "32.75", "alias": "Ika"}

    first = send(desk("petugas"), "/meja/orang/baru", **typed)
    again = send(desk("petugas"), "/meja/orang/baru", **typed)

    assert first.status_code == again.status_code == 302
    assert again.location == f"{first.location}?known=1"
    assert "sudah terdaftar" in desk("ketua").get(again.location).text


def test_whoever_learns_by_a_number_that_somebody_is_registered_is_noted(here: Story, desk: Desk) -> None:
    id, client = registered(here), desk("ketua")
    decree = {"number": "1/DPP IPSPI/SK/2026", "matter": "results", "on": "2020-01-01", "others": NIK}
    with reading(here.ledger.engine) as connection:
        before = len(reads.of(connection, id))

    send(client, "/meja/orang/baru", name="Lain", nik=NIK, born="1990-07-05", sex="P", region="32.75", alias="")
    send(client, "/meja/sk/baru", **decree)

    with reading(here.ledger.engine) as connection:
        looks = [(look.reader, look.purpose, look.field) for look in reads.of(connection, id)][before:]
    by_number = (str(here.officers["ketua"]), "find by NIK", "nik")
    assert looks.count(by_number) == 2
    assert "Dicari menurut NIK" in client.get(f"/meja/orang/{id}").text


@pytest.mark.parametrize("born", ["0001-01-01", "1899-12-31", "2026-12-31", "9999-12-31"])
def test_nobody_is_born_before_1900_or_after_today(here: Story, desk: Desk, born: str) -> None:
    size = here.ledger.histories.size()

    refused = send(desk("ketua"), "/meja/orang/baru", name="Ratna", nik=NIK, born=born, sex="P", region="32.75")

    assert refused.status_code == 422
    assert "Tanggal di luar jangkauan" in refused.text
    assert here.ledger.histories.size() == size


def test_what_was_typed_stays_when_it_is_refused(desk: Desk) -> None:
    typed = {"name": "Ratna Zulfa", "nik": "123", "born": "1990-07-05", "sex": "P", "region": "", "alias": ""}

    refused = send(desk("petugas"), "/meja/orang/baru", **typed)

    assert refused.status_code == 422
    assert 'value="Ratna Zulfa"' in refused.text
    assert 'role="alert"' in refused.text


def test_a_correction_of_what_changed_meanwhile_is_stale_and_keeps_the_entries(here: Story, desk: Desk) -> None:
    id, client = registered(here), desk("ketua")
    path = f"/meja/orang/{id}/betulkan"
    page = client.get(path).text
    typed = {"name": "Ratna Zulmi", "nik": NIK, "born": "1990-07-05", "sex": "P", "alias": ""}
    assert send(desk("sekretaris"), path, **typed | {"name": "Ratna Zulfi"}).status_code == 302

    stale = client.post(path, data=hidden(page) | typed)

    assert 'value="Ratna Zulfa"' in page
    assert stale.status_code == 409
    assert 'value="Ratna Zulmi"' in stale.text
    assert "Ratna Zulfi" in client.get(f"/meja/orang/{id}").text


def test_destroying_data_is_proposed_and_happens_when_a_second_person_approves(here: Story, desk: Desk) -> None:
    id, client = registered(here), desk("ketua")

    proposed = send(client, f"/meja/orang/{id}/musnahkan", ground="PDP-43")

    assert proposed.status_code == 302
    assert "Ratna Zulfa" in client.get(f"/meja/orang/{id}").text
    (waiting,) = here.ledger.briefs.waiting(here.ledger.access.me(_cookie(here, "sekretaris")))
    here.approve("sekretaris", UUID(waiting["proposal"]))
    gone = client.get(f"/meja/orang/{id}").text
    assert "(data dihapus)" in gone
    assert "Ratna Zulfa" not in gone


def test_a_person_who_is_not_there_is_a_plain_404(desk: Desk) -> None:
    assert desk("ketua").get(f"/meja/orang/{UUID(int=7)}").status_code == 404


def _holder(story: Story, number: str) -> UUID:
    (found,) = [e for e in story.ledger.histories.of_certificate(number) if e["kind"] == "certificate.issued"]
    return UUID(found["body"]["registrant"])


def _cookie(story: Story, who: str) -> str:
    return story.ledger.access.begin(story.officers[who])


def test_a_board_finds_and_opens_people_of_its_own_province_only(here: Story, desk: Desk) -> None:
    appoint = here.ledger.officers.appoint(
        person=here.people["assessor-ipspi"],
        authority="IPSPI",
        roles=("certify", "approve"),
        office="Ketua DPD JATENG",
        begins=GREEN_DAY,
        ends=None,
        region="33",
    )
    here.approved("ketua", "sekretaris", [appoint])
    elsewhere, client = registered(here), desk(appoint.stream)

    assert "Tidak ada yang cocok" in send(client, "/meja/orang", typed="ratna zulfa").text
    for path in ("", "/betulkan", "/musnahkan"):
        assert client.get(f"/meja/orang/{elsewhere}{path}").status_code in (403, 404)
    me = here.ledger.access.me(here.ledger.access.begin(appoint.stream))
    assert {one["region"] for one in here.ledger.home.changed(me)} <= {"33"}
    assert here.ledger.home.changed(here.ledger.access.me(_cookie(here, "ketua")))
