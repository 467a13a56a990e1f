"""The reference verifier raises nothing, asks for no more than it needs, and tells nobody whom it asks about."""

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.credentials.judge import judge_code
from ledger.credentials.sources import Answer, Kind
from ledger.credentials.standing import Standing, State
from ledger.credentials.verdict import Colour, Verdict
from ledger.credentials.verifier import Verifier
from ledger.domain.values import legal_day
from tests.conformance import vector, world
from tests.conformance.world import BASE, NOW, ORIGIN, PLAIN, ROOT, address

FILES = vector.held()


def verify(files: dict[str, bytes], text: str = address(PLAIN), asked: list[str] | None = None) -> Verdict:
    def fetch(path: str, _: bool) -> Answer:
        (asked if asked is not None else []).append(path)
        return Answer(Kind.BYTES, files[path]) if path in files else Answer(Kind.ABSENT)

    verifier = Verifier(origin=ORIGIN, base=BASE, root=ROOT, fetch=fetch, held={})
    return verifier.verify(text, clock=NOW)


def test_a_good_certificate_takes_three_files() -> None:
    asked: list[str] = []

    verdict = verify(FILES, asked=asked)

    assert verdict.colour is Colour.GREEN
    assert asked == ["keys/list", f"registered/{sha256(PLAIN).digest()[0]:02x}", "status/ipspi/0"]


def test_a_code_of_another_host_is_asked_of_nobody() -> None:
    asked: list[str] = []

    verify(FILES, address(PLAIN, "https://cek.example"), asked)

    assert asked == []


def test_the_verdict_shows_what_the_code_says() -> None:
    paper = verify(FILES).paper

    assert paper is not None
    assert paper.name is not None
    assert (paper.name.reveal(), paper.number, paper.issuer) == ("Siti Rahmawati", "IPSPI-PSG-2026-000123-4", "IPSPI")
    assert (paper.decided, paper.tested, paper.signed) == (world.DECIDED, (), legal_day(world.SIGNED * 1000))


@given(st.text(max_size=400))
def test_any_text_has_a_verdict_that_is_not_green(text: str) -> None:
    assert verify(FILES, text).colour is not Colour.GREEN


@given(st.sampled_from(sorted(FILES)), st.data())
def test_a_changed_byte_in_any_file_is_never_green(path: str, data: st.DataObject) -> None:
    changed = bytearray(FILES[path])
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))

    assert verify({**FILES, path: bytes(changed)}).colour is not Colour.GREEN


@given(st.sampled_from(sorted(FILES)), st.binary(max_size=200))
def test_any_bytes_instead_of_a_file_are_never_green(path: str, data: bytes) -> None:
    assert verify({**FILES, path: data}).colour is not Colour.GREEN


@pytest.mark.parametrize("first", [True, False])
def test_two_keys_with_one_id_are_both_tried(first: bool) -> None:
    """Their id is given here: to find two keys that share one takes 2^32 trials."""
    known, *others = world.KEYS.keys
    stranger = replace(world.key(world.STRANGER, "certificate", "ipspi"), kid=known.kid)
    both = (stranger, known) if first else (known, stranger)
    listed = replace(world.KEYS, keys=(*both, *others))

    verdict = judge_code(
        PLAIN, key_list=listed, origin=ORIGIN, register=lambda _: Standing(state=State.ACTIVE), now=NOW
    )

    assert verdict.colour is Colour.GREEN
