"""Who may have signed an event: the event keys of the key list in force at its index, and nobody else."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from functools import lru_cache

from ledger.domain.keys import Keys
from ledger.errors import VerificationError
from ledger.events import CONTEXT, TYPE, Record
from ledger.signing import cose, key_list, public_key
from ledger.signing.cose import Verifier
from ledger.signing.key_records import Key, KeyList

PIECE = 128  # events that one thread or process verifies at a time
Entry = tuple[bytes, int, int]  # signed entry, index, second at which it was recorded
Refused = tuple[int, str]  # offset in the run, code
Checked = tuple[Refused | None, list[bytes]]  # and the public key that signed each entry before


class Signatures:
    """Verifies runs of entries; `use` says from where on another key list holds."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._keys: KeyList | None = None
        self._list = b""
        self._last: dict[bytes, int] = {}

    def use(self, keys: KeyList) -> None:
        self._keys, self._list = keys, keys.encode()

    def begin(self, run: Sequence[tuple[Record, bytes]], pool: Executor) -> list[Future[Checked]]:
        """By the key list in force now; it is worked at elsewhere until `refused` asks."""
        entries = [(entry, record.position, record.recorded // 1000) for record, entry in run]
        pieces = [entries[start : start + PIECE] for start in range(0, len(entries), PIECE)]
        return [pool.submit(check, self._origin, self._list, piece) for piece in pieces]

    def refused(self, run: Sequence[tuple[Record, bytes]], begun: Sequence[Future[Checked]]) -> Refused | None:
        """The offset and code of the first that does not hold; None: all hold."""
        for n, future in enumerate(begun):
            refused, signers = future.result()
            for (record, _), signer in zip(run[n * PIECE :], signers, strict=False):
                if not isinstance(record.event, Keys.Changed):  # The roots sign what it says, whoever records it.
                    self._last[signer] = record.position
            if refused is not None:
                return n * PIECE + refused[0], refused[1]
        return None

    def suspect(self) -> list[tuple[int, str]]:
        """Last positions signed by a key that the last list says was compromised before them."""
        keys = self._keys.keys if self._keys else ()
        beyond: Callable[[Key], bool] = lambda k: (  # noqa: E731 - one question, asked once
            k.compromised_index is not None and self._last.get(k.public, -1) >= k.compromised_index
        )
        return [(self._last[k.public], "key-compromised") for k in keys if beyond(k)]


def check(origin: str, keys: bytes, piece: Sequence[Entry]) -> Checked:
    """What a thread or another process does: everything that it needs is handed to it.

    Args:
        keys: The key list in force, encoded; empty: there is none yet.
    """
    checker, signers = _checker(origin, keys), list[bytes]()
    for n, entry in enumerate(piece):
        try:
            signers.append(checker.signer(*entry))
        except VerificationError as refusal:
            return (n, refusal.code), signers
    return None, signers


@lru_cache(maxsize=4)
def _checker(origin: str, keys: bytes) -> "_Checker":
    return _Checker(origin, KeyList.decode(keys) if keys else None)


class _Checker:
    def __init__(self, origin: str, keys: KeyList | None) -> None:
        self._origin, self._keys = origin, keys
        self._likely = [key for key in keys.keys if key.role == "event"] if keys else []
        self._verifiers: dict[bytes, Verifier] = {}

    def signer(self, entry: bytes, index: int, at: int) -> bytes:
        """The public key that signed. Raises: VerificationError: why none counts."""
        if self._keys is None:
            raise VerificationError("key-unknown")
        for key in self._likely:  # Without parsing the entry: nearly always one key, and nearly always this.
            if key.holds_at(at) and key.is_honest_at(index) and self._holds(key, entry):
                return key.public
        statement = cose.parse(entry, typ=TYPE)
        key_list.entitled(self._keys, statement.kid, "event", index=index, at=at)  # Raises: why none is.
        raise VerificationError("signature-wrong", kid=statement.kid.hex())

    def _holds(self, key: Key, entry: bytes) -> bool:
        try:
            self._verifier(key).verify(entry)
        except VerificationError:
            return False
        return True

    def _verifier(self, key: Key) -> Verifier:
        if key.public not in self._verifiers:
            public = public_key.load_public(key.public)
            self._verifiers[key.public] = Verifier(public, context=CONTEXT, origin=self._origin, typ=TYPE)
        return self._verifiers[key.public]
