"""One vector: a code, what is held, what a host answers, and the verdict that follows; read and written as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from ledger.credentials.verdict import Reason
from tests.conformance import world

FOLDER = Path(__file__).parent
VECTORS, FILES = FOLDER / "vectors", FOLDER / "files"
CHECKS = ("format", "signature", "key", "authority", "registered", "status", "time", "scope")
OUTCOMES = {"!": "no", "?": "could-not-check"}
SILENT = "silent"
Answer = bytes | int | str | tuple[int, bytes] | tuple[bytes, int]


@dataclass(frozen=True, kw_only=True)
class Vector:
    """`code` is a text, or (text, how often it stands); `answers` by path: bytes (200), a status, (status, bytes) or
    `SILENT`, of which the last repeats; None: the host has no such file."""

    name: str
    about: str
    code: str | tuple[str, int] | None = None
    picture: bytes | None = None
    clock: int = world.NOW
    context: str | None = None
    held: Mapping[str, bytes] = field(default_factory=dict)
    answers: Mapping[str, Sequence[Answer] | Answer | None] = field(default_factory=dict)
    expect: Mapping[str, object] = field(default_factory=dict)

    def files(self) -> dict[str, bytes]:
        """Every file that it names."""
        found = [*self.held.values(), *([self.picture] if self.picture is not None else [])]
        found += [data for steps in self.answers.values() for step in _steps(steps) for data in _bytes(step)]
        return {file_name(data): data for data in found}

    def as_json(self) -> str:
        shown = {
            "name": self.name,
            "about": self.about,
            "ledger": {"origin": world.ORIGIN, "base": world.BASE, "root": world.ROOT},
            **({"code": self.code} if self.picture is None else {"picture": file_name(self.picture)}),
            "clock": self.clock,
            "context": self.context,
            "held": {path: file_name(data) for path, data in self.held.items()},
            "answers": {
                path: [_answer(step) for step in _steps(steps)]
                for path, steps in self.answers.items()
                if steps is not None
            },
            "expect": self.expect,
        }
        return json.dumps(shown, ensure_ascii=False, indent=1, sort_keys=False) + "\n"


def file_name(data: bytes) -> str:
    """By its content: two vectors share a file."""
    return sha256(data).hexdigest()[:16]


def vector(
    name: str,
    about: str,
    reason: str = "valid",
    *,
    data: bytes = world.PLAIN,
    answers: Mapping[str, Sequence[Answer] | Answer | None] = {},
    host: Mapping[str, Sequence[Answer] | Answer | None] | None = None,
    lines: Sequence[str] = (),
    kind: str | None = "k.competence",
    others: Sequence[str] = (),
    only: Mapping[str, str] | None = None,
    diff: int | None = None,
    **rest: Any,
) -> Vector:
    """A vector that expects every check to say yes but those named.

    Args:
        data: The token of the code.
        answers: Beside those of a host that has everything about it; `host` takes their place.
        lines: After the line of the kind.
        kind: The line of the kind; None: no paper is shown.
        only: The checks that are asked at all, where that is not every one.
        rest: `!` is no, `?` could not check, both for the verdict's own reason or the one that follows; else as
            `Vector` has them.
    """
    said = {check: rest.pop(check) for check in CHECKS if check in rest}
    asked = dict.fromkeys(CHECKS, "") if only is None else only
    told = ([kind] if kind and only is None else []) + list(lines)
    expect = {
        "reason": reason,
        "colour": Reason(reason).colour.value,
        "others": list(others),
        "checks": {check: _outcome({**asked, **said}[check], reason) for check in asked},
        "lines": told,
        **({} if diff is None else {"diff": diff}),
    }
    if "code" not in rest and "picture" not in rest:
        rest["code"] = world.address(data)
    given = {**whole(data), **answers} if host is None else dict(host)
    return Vector(name=name, about=about, answers=given, expect=expect, **rest)


def whole(data: bytes = world.PLAIN) -> dict[str, Sequence[Answer] | Answer | None]:
    """What a good host has for this token."""
    return {
        "keys/list": world.keys_file(),
        world.status_path(): world.status(),
        world.bucket_path(data): world.bucket(data),
    }


def held(data: bytes = world.PLAIN) -> dict[str, bytes]:
    """The same on a phone that saw it before."""
    return {
        "keys/list": world.keys_file(),
        world.status_path(): world.status(),
        world.bucket_path(data): world.bucket(data),
    }


def silent(*paths: str, data: bytes = world.PLAIN) -> dict[str, Sequence[Answer] | Answer | None]:
    """A host that does not answer at all, or not on these paths."""
    return dict.fromkeys(paths or (*held(data), "keys/4", world.proof_path(data)), SILENT)


def _outcome(said: str, reason: str) -> list[str | None]:
    if not said:
        return ["yes", None]
    if said == "?-":
        return ["could-not-check", None]
    return [OUTCOMES[said[0]], said[1:] or reason]


def _steps(steps: Sequence[Answer] | Answer | None) -> Sequence[Answer]:
    if steps is None:
        return ()
    return steps if isinstance(steps, list) else (steps,)  # type: ignore[return-value]


def _bytes(step: Answer) -> list[bytes]:
    parts = step if isinstance(step, tuple) else (step,)
    return [part for part in parts if isinstance(part, bytes)]


def _answer(step: Answer) -> object:
    match step:
        case bytes():
            return {"file": file_name(step)}
        case int():
            return {"status": step}
        case (int() as status, bytes() as data):
            return {"status": status, "file": file_name(data)}
        case (bytes() as data, int() as date):
            return {"file": file_name(data), "date": date}
    return step
