"""Three witnesses on one machine, to try the whole with: they show how it works, and guard against nothing."""

from collections.abc import Sequence
from pathlib import Path

from ledger.errors import ConfigError
from ledger.transparency.notes import NoteKey
from ledger.witness.book import FILE, Book
from ledger.witness.witness import create

NAMES = tuple(f"saksi-{n}.contoh.invalid" for n in (1, 2, 3))
POLICY = "policy.txt"


def prepare(folder: Path, port: int, logs: Sequence[NoteKey]) -> list[Path]:
    """Their folders, made where they are not yet; beside them a policy that wants two of three.

    Raises: ConfigError: `logs-missing`, `folder-unwritable`; ConflictError: `log-key-known`.
    """
    folders = [folder / name for name in NAMES]
    if not logs and not all((one / FILE).exists() for one in folders):
        raise ConfigError("logs-missing", expected="--log")
    books = [_book(one, logs) for one in folders]
    lines = [f"log {key.encode()}" for origin in books[0].origins() for key in books[0].log_keys(origin)]
    for n, (name, book) in enumerate(zip(NAMES, books, strict=True)):
        lines.append(f"witness {name} {book.keys()[0].encode()} http://127.0.0.1:{port + n}")
    lines += [f"group saksi 2 {' '.join(NAMES)}", "quorum saksi"]
    draft = folder / f".{POLICY}"
    draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
    draft.replace(folder / POLICY)  # Whoever reads it at this moment reads the one or the other.
    return folders


def _book(folder: Path, logs: Sequence[NoteKey]) -> Book:
    if not (folder / FILE).exists():
        return create(folder, folder.name, logs)
    book = Book(folder)
    for log in logs:
        book.add_log(log)
    return book
