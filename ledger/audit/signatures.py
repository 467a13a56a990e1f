"""Who may have signed an event: the event keys of the key list in force at its index, and nobody else."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from ledger.domain.keys import Keys
from ledger.errors import VerificationError
from ledger.events import CONTEXT, TYPE, Record
from ledger.signing import cose, key_list, public_key
from ledger.signing.cose import Verifier
from ledger.signing.key_records import Key, KeyList

PIECE = 64  # events that one thread verifies at a time


class Signatures:
    """Verifies runs of entries; `use` says from where on another key list holds."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._keys: KeyList | None = None
        self._likely: list[Key] = []
        self._verifiers: dict[bytes, Verifier] = {}
        self._last: dict[bytes, int] = {}

    def use(self, keys: KeyList) -> None:
        self._keys = keys
        self._likely = [key for key in keys.keys if key.role == "event"]

    def verify(self, run: Sequence[tuple[Record, bytes]], pool: ThreadPoolExecutor) -> tuple[int, str] | None:
        """The offset and code of the first that does not hold; None: all hold."""
        starts = range(0, len(run), PIECE)
        for start, refused in zip(starts, pool.map(lambda s: self._piece(run[s : s + PIECE]), starts), strict=True):
            if refused is not None:
                return start + refused[0], refused[1]
        return None

    def _piece(self, run: Sequence[tuple[Record, bytes]]) -> tuple[int, str] | None:
        for n, (record, entry) in enumerate(run):
            try:
                self._one(record, entry)
            except VerificationError as refusal:
                return n, refusal.code
        return None

    def _one(self, record: Record, entry: bytes) -> None:
        if self._keys is None:
            raise VerificationError("key-unknown")
        at = record.recorded // 1000
        for key in self._likely:  # Without parsing the entry: nearly always one key, and nearly always this.
            if key.holds_at(at) and key.is_honest_at(record.position) and self._holds(key, entry):
                if not isinstance(record.event, Keys.Changed):  # The roots sign what it says, whoever records it.
                    self._last[key.public] = max(record.position, self._last.get(key.public, 0))
                return
        statement = cose.parse(entry, typ=TYPE)
        key_list.entitled(self._keys, statement.kid, "event", index=record.position, at=at)  # Raises: why none is.
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

    def suspect(self) -> list[tuple[int, str]]:
        """Last positions signed by a key that the last list says was compromised before them."""
        keys = self._keys.keys if self._keys else ()
        beyond: Callable[[Key], bool] = lambda k: (  # noqa: E731 - one question, asked once
            k.compromised_index is not None and self._last.get(k.public, -1) >= k.compromised_index
        )
        return [(self._last[k.public], "key-compromised") for k in keys if beyond(k)]
