from typing import Any

import pytest

from ledger.credentials import digits
from ledger.credentials.judge import judge_scanned
from ledger.credentials.verdict import Colour, Reason


def scanned(world: Any, text: str) -> Any:
    return judge_scanned(
        text,
        base=world.base,
        key_list=world.key_list,
        origin=world.origin,
        register=lambda _: world.standing,
        now=world.now,
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("https://example.com/q/#255", Reason.NOTOURS),
        ("https://cek.contoh.invalid/q/#255", Reason.DEMO),
        ("https://contoh.invalid/q/#255", Reason.DEMO),
        ("https://xcontoh.invalid/q/#255", Reason.NOTOURS),
        ("WIFI:S:kantor;;", Reason.UNREADABLE),
    ],
)
def test_a_code_of_somebody_else_is_grey(world: Any, text: str, reason: Reason) -> None:
    verdict = scanned(world, text)

    assert (verdict.reason, verdict.colour) == (reason, Colour.GREY)


def test_our_address_is_judged_as_its_bytes(world: Any) -> None:
    assert scanned(world, digits.url(world.base, world.code())) == world.judge()
