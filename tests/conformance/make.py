"""Makes the conformance vectors, always the same bytes: `python -m tests.conformance.make`. See docs/conformance.md."""

from tests.conformance.cases import (
    buckets,
    claims,
    clocks,
    headers,
    key_lists,
    papers,
    pictures,
    proofs,
    statuses,
    texts,
)
from tests.conformance.vector import FILES, VECTORS, Vector

CASES = (texts, headers, claims, papers, key_lists, statuses, buckets, proofs, clocks, pictures)


def every() -> list[Vector]:
    return [vector for case in CASES for vector in case.vectors()]


def made() -> dict[str, bytes]:
    """Every file of the set by its path below this folder."""
    vectors = every()
    texts = {f"{VECTORS.name}/{vector.name}.json": vector.as_json().encode() for vector in vectors}
    files = {f"{FILES.name}/{name}.bin": data for vector in vectors for name, data in vector.files().items()}
    return texts | files


def main() -> None:
    wanted = made()
    for folder in (VECTORS, FILES):
        folder.mkdir(exist_ok=True)
        for path in folder.iterdir():
            if f"{folder.name}/{path.name}" not in wanted:
                path.unlink()
    for path, data in wanted.items():
        (VECTORS.parent / path).write_bytes(data)


if __name__ == "__main__":
    main()
