from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.credentials.standing import State
from ledger.credentials.verdict import Action, Colour, Outcome, Reason
from ledger.domain.values import start_of, to_days
from ledger.signing import cbor, cose

# What the code alone says.


def test_a_certificate_in_force_is_green(world: Any) -> None:
    verdict = world.judge()

    assert (verdict.reason, verdict.others, verdict.colour) == (Reason.VALID, (), Colour.GREEN)
    assert verdict.action is Action.ACCEPT
    assert set(world.outcomes(verdict).values()) == {Outcome.YES}
    assert verdict.as_of == world.now
    assert verdict.lines == ("k.competence",)
    assert verdict.facts["issuer"] == "IPSPI"
    assert verdict.facts["through"] == date(2030, 2, 17)
    assert verdict.facts["time"] == datetime.fromtimestamp(world.now, UTC)


def test_what_must_stand_on_the_paper_is_told(world: Any) -> None:
    paper = world.judge().paper

    assert paper.name.reveal() == "Siti Rahmawati"
    assert (paper.kind, paper.number, paper.scope) == (world.token.kind, world.token.number, "*")
    assert (paper.issuer, paper.basis) == ("IPSPI", "UU 14/2019")
    assert (paper.tested, paper.decided, paper.signed) == ((date(2025, 1, 20),), date(2025, 2, 17), date(2025, 2, 17))
    assert (paper.begins, paper.through) == (date(2025, 2, 17), date(2030, 2, 17))


def test_a_certificate_without_end_says_so(world: Any) -> None:
    assert world.judge(world.code(expires=None)).reason is Reason.VALID_NOEND


def test_other_bytes_are_unreadable(world: Any) -> None:
    verdict = world.judge(b"not a certificate")

    assert (verdict.reason, verdict.colour, verdict.paper) == (Reason.UNREADABLE, Colour.GREY, None)


def test_a_signed_payload_of_another_schema_is_unreadable(world: Any) -> None:
    verdict = world.judge(world.signer.sign(cbor.encode({1: "ipspi"})))

    assert verdict.reason is Reason.UNREADABLE
    assert world.outcomes(verdict)["signature"] is Outcome.YES


def test_one_changed_bit_is_not_from_us(world: Any) -> None:
    data = world.code()
    changed = data.replace(b"Siti", b"Sito")

    verdict = world.judge(changed)

    assert (verdict.reason, verdict.colour, verdict.paper) == (Reason.BADSIG, Colour.RED, None)


def test_a_certificate_of_another_ledger_is_not_from_us(world: Any) -> None:
    assert world.judge(origin="ledger.example").reason is Reason.BADSIG


def test_every_key_of_one_id_is_tried(world: Any) -> None:
    other = replace(
        world.key_list.keys[0],
        public=cose.Signer(Ed25519PrivateKey.generate(), context="peksos/cert/1", origin=world.origin).public,
    )
    world.key_list = replace(world.key_list, keys=(other, *world.key_list.keys))

    assert world.judge().reason is Reason.VALID


def test_an_unknown_key_could_not_be_checked(world: Any) -> None:
    for key_list in (None, replace(world.key_list, keys=())):
        verdict = world.judge(key_list=key_list)

        assert (verdict.reason, verdict.colour, verdict.paper) == (Reason.NOKEY, Colour.GREY, None)
        assert world.outcomes(verdict)["signature"] is Outcome.UNKNOWN


def test_a_key_list_past_its_end_decides_nothing_good(world: Any) -> None:
    world.key_list = replace(world.key_list, exp=world.now)

    assert world.judge().reason is Reason.NOKEY

    world.stand(state=State.REVOKED)
    revoked = world.judge()

    assert (revoked.reason, revoked.others) == (Reason.REVOKED, (Reason.NOKEY,))


# The key.


@pytest.mark.parametrize(("index", "reason"), [(40, Reason.VALID), (41, Reason.KEY), (None, Reason.KEY)])
def test_a_compromised_key_counts_only_before_the_compromise(world: Any, index: int | None, reason: Reason) -> None:
    world.change_key(state="compromised", compromised_index=41)
    world.stand(index=index)

    assert world.judge().reason is reason


def test_without_the_register_a_compromised_key_accuses_nobody(world: Any) -> None:
    world.change_key(state="compromised", compromised_index=41)

    verdict = world.judge(register=world.cannot_ask)

    assert (verdict.reason, verdict.colour) == (Reason.OFFLINE, Colour.GREY)
    assert world.outcomes(verdict)["key"] is Outcome.UNKNOWN


def test_what_a_thief_of_a_key_signs_is_red(world: Any) -> None:
    world.change_key(state="compromised", compromised_index=41)
    world.standing = None

    verdict = world.judge()

    assert (verdict.reason, verdict.others) == (Reason.KEY, (Reason.UNREGISTERED,))


# The authority.


@pytest.mark.parametrize(
    "change",
    [
        {"role": "status"},
        {"begins": start_of(date(2025, 2, 18))},
        {"ends": start_of(date(2025, 2, 17))},
        {"authority": "other"},
    ],
)
def test_a_key_that_was_not_entitled_is_outside_authority(world: Any, change: dict[str, Any]) -> None:
    world.change_key(**change)

    verdict = world.judge()

    assert (verdict.reason, verdict.colour) == (Reason.AUTHORITY, Colour.RED)


@pytest.mark.parametrize(
    "change",
    [
        {"schemes": ("RELAWAN",)},
        {"begins": to_days(date(2025, 2, 18))},
        {"ends": to_days(date(2025, 2, 16))},
        {"schemes": ("PEKSOS/SPESIALIS",)},
    ],
)
def test_what_no_grant_covers_is_outside_authority(world: Any, change: dict[str, Any]) -> None:
    world.grant(**change)

    assert world.judge().reason is Reason.AUTHORITY


def test_a_grant_counts_on_its_last_day_and_for_a_whole_kind(world: Any) -> None:
    world.grant(ends=to_days(date(2025, 2, 17)), schemes=("PEKSOS/GENERALIS",))

    assert world.judge().reason is Reason.VALID


def test_another_issuer_than_the_owner_of_the_key_is_outside_authority(world: Any) -> None:
    assert world.judge(world.code(issuer="other")).reason is Reason.AUTHORITY
    assert world.judge(world.code(issuer=None)).reason is Reason.VALID


# The scope.


@pytest.mark.parametrize(
    ("granted", "printed", "reason"),
    [
        ("*", "RSUD", Reason.SCOPE),
        ("RSUD", "*", Reason.SCOPE),
        ("RSUD", "RSUD", Reason.SCOPE),
        ("LAPAS", "RSUD", Reason.AUTHORITY),
    ],
)
def test_a_limited_scope_is_amber_for_whoever_does_not_say_to_belong(
    world: Any, granted: str, printed: str, reason: Reason
) -> None:
    world.grant(scope=granted)
    data = world.code(scope=printed)

    assert world.judge(data).reason is reason
    assert world.judge(data, context="KAMPUS").reason is reason


def test_a_limited_scope_is_green_for_whoever_belongs(world: Any) -> None:
    data = world.code(scope="RSUD")

    assert world.judge(data, context="RSUD").reason is Reason.VALID
    assert world.judge(data).facts["scope"] == "RSUD"
