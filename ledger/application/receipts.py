"""Receipts: that the event which issued a certificate is in the log, by the hash of its code and never by number.

Source: docs/formats/receipt.md.
"""

from sqlalchemy import Connection

from ledger.application.context import Context
from ledger.database import reading
from ledger.errors import NotFoundError
from ledger.projections.certificates import CERTIFICATES, REPLACED
from ledger.store import checkpoints, recorder
from ledger.transparency import merkle
from ledger.transparency.proof import Receipt
from ledger.view import Models


class Receipts:
    def __init__(self, context: Context) -> None:
        self._context = context

    def of_token(self, token: bytes) -> bytes:
        """The `.tlog-proof` under the newest checkpoint. `token`: SHA-256 of the code's bytes.

        Raises: NotFoundError: no such certificate, or no checkpoint covers it yet.
        """
        return self._of("token", token)

    def of_number(self, number: str) -> bytes:
        """The same for the desk, which knows the number."""
        return self._of("number", number)

    def _of(self, column: str, value: object) -> bytes:
        with reading(self._context.history.engine) as connection:
            models = Models(connection, self._context.config.origin)
            found = models.find(CERTIFICATES, column, value)
            if not found and column in REPLACED.lookups:
                found = models.find(REPLACED, column, value)
            last = checkpoints.newest(connection)
            if not found or last is None or found[0]["issued_at"] >= last.size:
                raise NotFoundError("not-found", of="proof", got=column)
            return receipt(connection, found[0]["issued_at"], last).encode()


def receipt(connection: Connection, index: int, last: checkpoints.Kept) -> Receipt:
    """Of the entry at this position, under that checkpoint, which covers it."""
    entry = recorder.entry(connection, index)
    proof = merkle.inclusion_proof(index, last.size, checkpoints.nodes(connection, last.size))
    return Receipt(entry, index, tuple(proof), last.note.encode())
