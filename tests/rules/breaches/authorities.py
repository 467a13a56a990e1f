"""Breaches: authorities and regulations."""

from datetime import date
from typing import Any

from ledger.application.acts import Act
from ledger.domain.regulations import Regulation
from tests.rules.breaches.registry import NOW, World, breaks


@breaks("an_authority_is_registered_once", "authority-taken")
def a_second_ipspi(w: World) -> None:
    w.approved([w.ledger.authorities.register("IPSPI", "https://elsewhere.example/status")])


@breaks("a_status_address_is_its_own", "address-taken")
def two_authorities_at_one_address(w: World) -> None:
    w.approved([w.ledger.authorities.register("DINAS", "https://elsewhere.example/status/ipspi")])


@breaks("a_status_address_is_its_own", "address-taken")
def an_authority_at_the_address_of_the_buckets(w: World) -> None:
    w.approved([w.ledger.authorities.register("DINAS", "https://cek.example/registered/")])


def grant(w: World, **other: Any) -> Act:
    usual = {"name": "Independen Pekerja Sosial", "scope": "*", "schemes": ("PEKSOS/GENERALIS",)}
    values = usual | {"basis": "UU 14/2019", "begins": date(2022, 4, 7)} | other
    return Act("authority.granted", w.ledger.authorities.stream("IPSPI"), values)


@breaks("a_grant_ends_after_it_begins", "period-reversed")
def a_grant_that_ends_before_it_begins(w: World) -> None:
    w.approved([grant(w, ends=date(2021, 1, 1))])


@breaks("a_grant_rests_on_a_catalogued_basis", "basis-unknown")
def a_grant_on_an_unknown_basis(w: World) -> None:
    w.approved([grant(w, basis="Permensos 5/2022")])


@breaks("only_a_given_grant_is_ended", "grant-retroactive")
def a_grant_ended_before_it_began(w: World) -> None:
    stream = w.ledger.authorities.stream("KEMENSOS")
    w.approved([w.ledger.authorities.end(stream, 0, date(2018, 1, 1))])


@breaks("a_regulation_is_catalogued_once", "regulation-taken")
def a_regulation_catalogued_twice(w: World) -> None:
    w.save("ketua", Regulation.begin(w.new_id(), regulation="UU 14/2019", rank="UU", begins=NOW))
