"""What plays a vector to the reference verifier."""

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from ledger.credentials import reading
from ledger.credentials.conclusion import verdict_of
from ledger.credentials.sources import Answer, Kind
from ledger.credentials.verdict import Reason, Verdict, no
from ledger.credentials.verifier import Verifier
from ledger.errors import LedgerError
from tests.conformance.vector import FILES, VECTORS

ABSENT = {404: Kind.ABSENT, 410: Kind.ABSENT}


def names() -> list[str]:
    return sorted(path.stem for path in VECTORS.glob("*.json"))


def load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


@cache
def file(name: str) -> bytes:
    return (FILES / f"{name}.bin").read_bytes()


def text_of(vector: dict[str, Any]) -> str:
    """What the camera gave. Raises: LedgerError: of a picture without one readable code."""
    if "picture" in vector:
        return reading.read(file(vector["picture"]))
    code = vector["code"]
    return code if isinstance(code, str) else code[0] * code[1]


class Host:
    """Answers as the vector says, in order; the last answer to a path repeats."""

    def __init__(self, answers: dict[str, list[Any]]) -> None:
        self._answers, self._asked = answers, Counter[str]()

    def __call__(self, path: str, _: bool) -> Answer:
        steps = self._answers.get(path)
        if steps is None:
            return Answer(Kind.ABSENT)
        step = steps[min(self._asked[path], len(steps) - 1)]
        self._asked[path] += 1
        if step == "silent":
            return Answer(Kind.SILENT)
        status = step.get("status", 200)
        if status != 200:
            return Answer(ABSENT.get(status, Kind.WRONG))
        return Answer(Kind.BYTES, file(step["file"]), step.get("date"))


def verified(vector: dict[str, Any], held: dict[str, bytes]) -> Verdict:
    verifier = Verifier(**vector["ledger"], fetch=Host(vector["answers"]), held=held)
    try:
        text = text_of(vector)
    except LedgerError:
        return verdict_of((no("format", Reason.UNREADABLE),), as_of=vector["clock"])
    return verifier.verify(text, clock=vector["clock"], context=vector["context"])


def held_of(vector: dict[str, Any]) -> dict[str, bytes]:
    return {path: file(name) for path, name in vector["held"].items()}


def as_expected(verdict: Verdict) -> dict[str, Any]:
    """The verdict in the words of `expect`."""
    return {
        "reason": verdict.reason,
        "colour": verdict.colour,
        "others": list(verdict.others),
        "checks": {check.name: [check.outcome, check.reason] for check in verdict.checks},
        "lines": list(verdict.lines),
        **({"diff": verdict.facts["diff"]} if "diff" in verdict.facts else {}),
    }


def differences(verdict: Verdict, expect: dict[str, Any]) -> Iterator[str]:
    for name, got in as_expected(verdict).items():
        if got != expect.get(name):
            yield f"{name}: got {got}, expected {expect.get(name)}"
