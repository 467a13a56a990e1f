"""A witness of a made-up log, with a key of each type, over real HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from ledger.transparency.notes import NoteKey
from ledger.witness.book import Book
from ledger.witness.server import together
from ledger.witness.witness import create
from tests.cli.test_server import free_port
from tests.witness.made import Log

NAME = "saksi.contoh.invalid/dpd-32"


@dataclass
class Watch:
    log: Log
    folder: Path
    port: int

    @property
    def book(self) -> Book:
        return Book(self.folder)

    @property
    def keys(self) -> list[NoteKey]:
        return self.book.keys()


@pytest.fixture
def log() -> Log:
    return Log(second=MLDSA44PrivateKey.generate())


@pytest.fixture
def folder(tmp_path: Path, log: Log) -> Path:
    """Of a witness that has seen nothing yet."""
    create(tmp_path / "witness", NAME, log.keys(), second=True)
    return tmp_path / "witness"


@pytest.fixture
def watch(log: Log, folder: Path) -> Iterator[Watch]:
    port = free_port()
    with together([folder], "127.0.0.1", port):
        yield Watch(log, folder, port)
