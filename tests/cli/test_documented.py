"""docs/commands.md and docs/configuration.md say what there is."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from ledger.cli.main import cli
from ledger.config import Config

DOCS = Path(__file__).parents[2] / "docs"


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from commands(child, f"{path} {name}")
    else:
        yield path, command


def sections() -> dict[str, str]:
    """By heading."""
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    parts = re.split(r"^##+ (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


EVERY = dict(commands(cli, "ledger"))


def test_every_command_has_a_section_and_every_section_a_command() -> None:
    groups = {path.rpartition(" ")[0] for path in EVERY} - {"ledger"}

    assert set(sections()) == set(EVERY) | groups


@pytest.mark.parametrize("path", EVERY)
def test_a_section_names_exactly_the_options_and_arguments_of_its_command(path: str) -> None:
    section, command = sections()[path], EVERY[path]
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    arguments = [parameter for parameter in command.params if isinstance(parameter, click.Argument)]
    names = {name for option in options for name in (*option.opts, *option.secondary_opts)}

    assert set(re.findall(r"`(--?[a-z-]+)`", section)) == names
    assert all(option.help and option.help in section for option in options)
    if arguments:
        usage = " ".join(argument.make_metavar(click.Context(command)) for argument in arguments)
        assert f"`{path} {usage}`" in section


def test_every_setting_stands_in_the_table_with_its_default() -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(LEDGER_[A-Z_]+)` \| (?:`(.+?)`)? ?\| (.+) \|$", text, re.MULTILINE)

    assert rows == [(f"LEDGER_{f.name.upper()}", f.default, f.metadata["about"]) for f in fields(Config)]
