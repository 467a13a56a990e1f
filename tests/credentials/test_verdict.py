import re
from pathlib import Path

from ledger.credentials.verdict import Action, Colour, Reason

TABLE = Path(__file__).parents[2] / "docs" / "verdicts.md"
ROW = re.compile(r"^\| `(\S+)` \| `(\S+)` \| (\w+) \| `(\S+)` \|", re.MULTILINE)


def test_the_documented_table_is_that_of_the_code_in_the_same_order() -> None:
    documented = ROW.findall(TABLE.read_text(encoding="utf-8"))

    assert documented == [(reason.value, reason.key, reason.colour.value, reason.action.value) for reason in Reason]


def test_only_a_valid_certificate_or_one_that_its_issuer_confirmed_is_green() -> None:
    green = {Reason.VALID, Reason.VALID_NOEND, Reason.EXTERNAL}

    assert {reason for reason in Reason if reason.colour is Colour.GREEN} == green


def test_what_was_not_found_to_be_wrong_is_never_red() -> None:
    accusations = {"badsig", "key", "authority", "unregistered", "annulled", "revoked"}

    assert {reason.value for reason in Reason if reason.colour is Colour.RED} == accusations
    assert all((reason.action is Action.REJECT) == (reason.colour is Colour.RED) for reason in Reason)
