"""The README's commands exist, its picture is a code, and links between the pages lead somewhere."""

import re
import subprocess
from pathlib import Path

import click
import pytest

from ledger.cli.main import cli
from ledger.config import DEMONSTRATION
from ledger.credentials import digits, picture, token
from ledger.signing import cose

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "keys/README.md"]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|src=\"([^\"]+)\"")


def shell(text: str) -> list[list[str]]:
    """The words of every command in the blocks of the shell, without comments."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    return [line.partition("#")[0].split() for block in blocks for line in block.splitlines() if line.strip()]


def heading(line: str) -> str:
    """The name under which a page can be entered at a heading."""
    return re.sub(r"[^\w -]", "", line.lstrip("# ").strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("target", ["run", "test", "lint", "bench"])
def test_the_targets_of_make_exist(target: str) -> None:
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_the_two_commands_stand_on_the_first_screen() -> None:
    first = README.splitlines()[:30]

    assert [line.split("#")[0].strip() for line in first if line.startswith("make ")] == ["make run", "make test"]


@pytest.mark.parametrize("path", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda p: p.name)
def test_the_commands_of_a_page_exist_with_their_options(path: Path) -> None:
    for words in shell(path.read_text(encoding="utf-8")):
        if not words[0].endswith("ledger"):
            continue
        command: click.Command = cli
        for word in words[1:]:
            if isinstance(command, click.Group):
                assert word in command.commands, words
                command = command.commands[word]
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        assert {word for word in words if word.startswith("--")} <= known | {"--help"}, words


def test_the_picture_is_the_paper_of_a_demonstration_certificate() -> None:
    url = picture.read((ROOT / "docs/images/papers/a4-landscape.png").read_bytes())

    paper = token.read(cose.peek(digits.decode(url.partition("#")[2])))

    assert "docs/images/papers/a4-landscape.png" in "".join(README.splitlines()[:30])
    assert re.match(rf"https://[a-z]+{re.escape(DEMONSTRATION)}/q/#", url)
    assert (paper.kind, paper.issuer) == ("PEKSOS/GENERALIS", "IPSPI")
    assert f"demonstration certificate, {paper.number}" in README


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_of_a_page_lead_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.S)
    for link in (a or b for a, b in LINK.findall(text)):
        if re.match(r"https?://", link):
            continue
        place, _, anchor = link.partition("#")
        target = (path.parent / place).resolve() if place else path
        assert target.exists(), link
        if anchor:
            assert anchor in {heading(line) for line in target.read_text().splitlines() if line.startswith("#")}, link


def test_every_page_of_the_documentation_can_be_found_from_another() -> None:
    linked = {
        (path.parent / link.partition("#")[0]).resolve()
        for path in PAGES
        for link, _ in LINK.findall(path.read_text(encoding="utf-8"))
    }

    assert [str(page) for page in (ROOT / "docs").rglob("*.md") if page.resolve() not in linked] == []
