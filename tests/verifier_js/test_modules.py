"""What the phone loads to verify: few bytes, in files that a stranger reads through."""

import gzip
import re

from tests.verifier_js.conftest import MODULES

IMPORT = re.compile(r'from "\./([a-z]+\.js)";')


def loaded() -> dict[str, str]:
    """`verify.js` and `document.js`, and all that they need."""
    found: dict[str, str] = {}
    waiting = ["verify.js", "document.js"]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = (MODULES / name).read_text()
            waiting += IMPORT.findall(found[name])
    return found


def test_all_that_verifies_is_at_most_25_kilobytes_on_the_wire() -> None:
    sizes = {name: len(gzip.compress(text.encode())) for name, text in loaded().items()}

    assert sum(sizes.values()) <= 25 * 1024, sizes


def test_each_module_is_less_than_200_lines_and_names_no_other_host() -> None:
    for name, text in loaded().items():
        assert len(text.splitlines()) < 200, name
        assert re.findall(r"import .*https?:|fetch\(.https?:|eval\(|new Function", text) == [], name
