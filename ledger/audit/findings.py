"""Where something breaks, and what is wrong there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`rule` is its number, "signature", "chain" or the name of another check; `file` a path in a bundle.

    `position` is None where a file is meant and no event.
    """

    position: int | None
    stream: str
    kind: str
    rule: str
    code: str
    file: str = ""


def ordered(findings: list[Finding]) -> list[Finding]:
    """Findings about files by their paths, then those about events by their places."""
    return sorted(findings, key=lambda f: (not f.file, f.file, -1 if f.position is None else f.position))


def of_file(code: str, path: str, position: int | None = None) -> Finding:
    """`position`: the first that the file covers, where it covers any."""
    return Finding(position, "", "", "file", code, path)
