"""How somebody may be reached: given by them, sealed, looked at with a name, gone with everything else."""

import pytest
from sqlalchemy import text

from ledger.application.contacts import CHANGE
from ledger.cli.story import Story
from ledger.database import reading
from ledger.domain.contacts import Contact, Email, Phone
from ledger.errors import ForbiddenError, InputError, SealedError
from ledger.store.history import SERVICE, Actor
from ledger.vault import reads
from tests.desk.conftest import Desk
from tests.desk.delivered import ADDRESS, holder
from tests.desk.forms import send

PHONE = Phone.parse("0812 3456-7890")


@pytest.mark.parametrize(
    "written", ["081234567890", "0812-3456-7890", "+62 812 3456 7890", "62812.3456.7890", "(0062) 81234567890"]
)
def test_a_number_is_kept_in_one_form(written: str) -> None:
    assert Phone.parse(written).reveal() == "+6281234567890"


@pytest.mark.parametrize("written", ["", "0812", "+65 8123 4567", "081234567890123", "telepon", "0812345678a"])
def test_what_is_no_number_is_refused_without_repeating_it(written: str) -> None:
    with pytest.raises(InputError) as refused:
        Phone.parse(written)

    assert (refused.value.code, refused.value.facts) == ("phone-malformed", {})


@pytest.mark.parametrize(
    "written", ["", "a@b", "a b@contoh.id", "a@contoh.id, b@contoh.id", "a@contoh.id\nBcc: b@x.id", "ä@contoh.id"]
)
def test_what_is_no_single_address_is_refused(written: str) -> None:
    with pytest.raises(InputError) as refused:
        Email.parse(written)

    assert (refused.value.code, refused.value.facts) == ("email-malformed", {})


def test_a_contact_is_told_as_it_was_given_and_each_look_is_noted(here: Story) -> None:
    ketua, person = here.actor("ketua"), holder(here)
    here.ledger.contacts.set(ketua, person, Contact(PHONE, ADDRESS))

    found = here.ledger.contacts.show(ketua, person)

    assert found == Contact(PHONE, ADDRESS)
    with reading(here.ledger.engine) as connection:
        looks = reads.of(connection, person)
    assert {(one.reader, one.field) for one in looks} >= {(str(ketua.officer), "phone"), (str(ketua.officer), "email")}


def test_a_change_of_a_contact_is_among_the_looks_of_the_person(here: Story) -> None:
    ketua, person = here.actor("ketua"), holder(here)
    here.ledger.contacts.set(ketua, person, Contact(PHONE, ADDRESS))

    here.ledger.contacts.set(here.actor("sekretaris"), person, Contact(email=Email.parse("lain@contoh.id")))

    changes = [one for one in here.ledger.people.looks(person) if one["purpose"] == CHANGE]
    assert [(one["reader"], one["field"]) for one in changes] == [
        (str(here.officers["sekretaris"]), "email"),
        (str(here.officers["sekretaris"]), "phone"),
        (str(ketua.officer), "email"),
        (str(ketua.officer), "phone"),
    ]


def test_what_was_empty_and_stays_so_is_no_change(here: Story) -> None:
    person = holder(here)

    here.ledger.contacts.set(here.actor("ketua"), person, Contact(PHONE))

    changes = [one["field"] for one in here.ledger.people.looks(person) if one["purpose"] == CHANGE]
    assert changes == ["phone"]


def test_the_page_of_a_person_tells_who_changed_how_they_are_reached(here: Story, desk: Desk) -> None:
    person = holder(here)
    send(desk("sekretaris"), f"/meja/orang/{person}/kontak", phone="0812 3456 7890", email="")

    page = desk("ketua").get(f"/meja/orang/{person}").text

    assert "<td>Sekretaris DPP, IPSPI</td><td>Mengubah telepon atau email</td>" in page


def test_a_contact_lies_nowhere_in_plain_text(here: Story) -> None:
    here.ledger.contacts.set(here.actor("ketua"), holder(here), Contact(PHONE, ADDRESS))

    with reading(here.ledger.engine) as connection:
        stored = b"".join(bytes(row[0]) for row in connection.execute(text("SELECT blob FROM sealed")))

    assert b"81234567890" not in stored
    assert b"ahmad.fauzi" not in stored


def test_what_is_left_empty_is_cleared(here: Story) -> None:
    ketua, person = here.actor("ketua"), holder(here)
    here.ledger.contacts.set(ketua, person, Contact(PHONE, ADDRESS))

    here.ledger.contacts.set(ketua, person, Contact(phone=PHONE))

    assert here.ledger.contacts.show(ketua, person) == Contact(phone=PHONE)


def test_an_erasure_takes_the_contact_along(here: Story) -> None:
    person = holder(here)
    here.ledger.contacts.set(here.actor("ketua"), person, Contact(PHONE, ADDRESS))

    here.approved("ketua", "sekretaris", [here.ledger.registrants.erase(person, "PDP-43")])

    with reading(here.ledger.engine) as connection:
        kept = connection.execute(text("SELECT count(*) FROM sealed WHERE subject = :id"), {"id": person.bytes})
        assert kept.scalar_one() == 0
    with pytest.raises(SealedError):
        here.ledger.contacts.set(here.actor("ketua"), person, Contact(PHONE))


def test_only_an_officer_in_office_who_keeps_the_register_sees_a_contact(here: Story) -> None:
    person = holder(here)
    here.approved("ketua", "sekretaris", [here.ledger.officers.dismiss(here.officers["petugas"], "ended")])
    petugas = Actor(here.officers["petugas"], "KEMENSOS", "Petugas")

    for nobody in (SERVICE, petugas):
        with pytest.raises(ForbiddenError):
            here.ledger.contacts.show(nobody, person)
