"""A new file that appears whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.errors import InputError


@contextmanager
def new_file(file: Path) -> Iterator[Path]:
    """Where to write; it gets its name once everything is written, and only its owner may read it.

    Raises: InputError: `file-exists`: nothing is overwritten; `file-not-writable`: no such folder, or no right to it.
    """
    if file.exists():
        raise InputError("file-exists", path=str(file))
    try:
        folder = TemporaryDirectory(prefix=f".{file.name}.", dir=file.absolute().parent)
    except OSError as cause:
        raise InputError("file-not-writable", path=str(file)) from cause
    with folder:
        work = Path(folder.name) / "new"
        work.touch(mode=0o600)
        yield work
        # A crash before this leaves a hidden folder beside the file, after it the whole file.
        work.rename(file)
