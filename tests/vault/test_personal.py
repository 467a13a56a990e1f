"""Personal data does not pass as plain text, and the type checker knows."""

from pathlib import Path

import pytest
from mypy import api

GOOD = """
from ledger.domain.people import FullName

def shout(name: str) -> str:
    return name.upper()

shout(FullName("Ali").reveal())
"""


@pytest.mark.parametrize(
    ("source", "errors"), [(GOOD, 0), (GOOD.replace(".reveal()", ""), 1)], ids=["revealed", "as is"]
)
def test_a_name_where_text_is_expected_is_an_error_of_types(tmp_path: Path, source: str, errors: int) -> None:
    snippet = tmp_path / "snippet.py"
    snippet.write_text(source)

    report, _, status = api.run(["--strict", "--follow-imports=silent", f"--cache-dir={tmp_path}", str(snippet)])

    assert status == (1 if errors else 0), report
    assert report.count('has incompatible type "FullName"; expected "str"  [arg-type]') == errors
