"""The small world of tests/rules; a ledger that was just founded, and one of its officers signed in."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from ledger.application.access import Me
from ledger.cli.story import Story
from tests.conftest import untraced

SPEC = spec_from_file_location("world", Path(__file__).parents[1] / "rules" / "conftest.py")
assert SPEC is not None
assert SPEC.loader is not None
RULES = module_from_spec(SPEC)
SPEC.loader.exec_module(RULES)
made, world = RULES.made, RULES.world


@pytest.fixture
def begun(story: Story) -> Story:
    with untraced():
        story.begins()
    return story


@pytest.fixture
def me(begun: Story) -> Me:
    access = begun.ledger.access
    return access.me(access.begin(begun.officers["ketua"]))
