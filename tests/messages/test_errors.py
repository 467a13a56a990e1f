"""Every error code that the source can raise has its sentence, and every sentence its code."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from ledger.messages import LANGUAGES, PLACEHOLDER, catalogue, say

SOURCE = Path(__file__).parents[2] / "ledger"
CODE = re.compile("[a-z0-9]+(-[a-z0-9]+)*")
# Where a call carries its code: the place of the argument; an error's is its first.
CARRIERS = {"refuse": 1, "problem": 1, "Finding": 4, "_finding": 2, "of_file": 0, "_outside": 0}
TABLES = ("code", "CODES")  # Names that hold nothing but codes.


def nodes() -> Iterator[ast.AST]:
    for path in sorted(SOURCE.rglob("*.py")):
        if path.name == "audit_min.py":  # It leaves the house alone, and speaks in codes.
            continue
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def texts(node: ast.AST) -> Iterator[str]:
    """The literal, both of `"a" if … else "b"`, the values of a table."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from texts(value)


OURS = {node.name for node in nodes() if isinstance(node, ast.ClassDef) and node.name.endswith("Error")}


def raised(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args, keywords=keywords):
            place = 0 if name in OURS else CARRIERS.get(name, len(args))
            for argument in args[place : place + 1]:
                yield from texts(argument)
            for keyword in keywords:
                if keyword.arg == "code":
                    yield from texts(keyword.value)
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in TABLES:
            yield from texts(value)


def codes() -> set[str]:
    return {code for node in nodes() for code in raised(node) if CODE.fullmatch(code)}


def test_every_code_that_is_raised_has_a_sentence_in_both_languages() -> None:
    found = codes()

    lacking = [(lang, code) for lang in LANGUAGES for code in sorted(found) if f"e.{code}" not in catalogue(lang)]

    assert lacking == []
    assert {"own-proposal", "basis-in-force", "nik-duplicate", "key-tampered", "index-gap", "path-unknown"} <= found


def test_no_sentence_is_kept_for_a_code_that_nothing_names() -> None:
    named = {text for node in nodes() for text in texts(node)}

    unused = [key for key in catalogue("id") if key.startswith("e.") and key.removeprefix("e.") not in named]

    assert unused == []


def test_a_sentence_names_only_facts_that_some_call_gives() -> None:
    given, open_ended = defaultdict[str, set[str]](set), set[str]()
    for call in (node for node in nodes() if isinstance(node, ast.Call)):
        for code in raised(call):
            given[code].update(keyword.arg for keyword in call.keywords if keyword.arg)
            open_ended.update(code for keyword in call.keywords if keyword.arg is None)

    told = {code: set(PLACEHOLDER.findall(catalogue("id")[f"e.{code}"])) for code in given.keys() - open_ended}

    assert {code: told[code] - given[code] for code in told if told[code] - given[code]} == {}


def test_a_list_among_the_facts_is_written_as_words() -> None:
    said = say("e.dimensions-incomplete", "en", got=["ethics"], expected=("ethics", "skill"))

    assert said == "The dimensions are incomplete: ethics; expected ethics, skill. Give each of them once."
