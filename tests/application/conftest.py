"""The small world of tests/rules."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

SPEC = spec_from_file_location("world", Path(__file__).parents[1] / "rules" / "conftest.py")
assert SPEC is not None
assert SPEC.loader is not None
RULES = module_from_spec(SPEC)
SPEC.loader.exec_module(RULES)
made, world = RULES.made, RULES.world
