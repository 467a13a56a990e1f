"""The log's round, every few seconds: sign what is new, show it to the witnesses, stop when one saw another history."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from sqlalchemy.exc import DBAPIError

from ledger.application.checkpoints import Checkpoints
from ledger.application.context import Context
from ledger.application.witnesses import RED_SECONDS, Asked, Outcome, Witnesses, quorum_age
from ledger.errors import LedgerError, StoreError
from ledger.store.mirror import ALARMS
from ledger.transparency import policy
from ledger.transparency.policy import Policy

LOGGER = logging.getLogger(__name__)
ROUND_SECONDS = 5  # A checkpoint is at most ten seconds behind.
AGAIN_SECONDS = 60  # Without a quorum the witnesses are asked again.
REFRESH_SECONDS = 3600  # With one, too: a log that does not grow still shows that it is watched.
SEAL_SECONDS = 10


class Seal(NamedTuple):
    """The newest checkpoint, as verdicts name it. `signed` in ms UTC, `witnesses` by their names in the policy."""

    size: int
    signed: int
    witnesses: tuple[str, ...]

    def facts(self) -> dict[str, object]:
        """By the names of the placeholders in `messages/`."""
        at = datetime.fromtimestamp(self.signed / 1000, UTC)
        return {"size": self.size, "time": at, "witnesses": self.witnesses or None}


@dataclass(frozen=True, slots=True)
class Health:
    """`behind`: events that no checkpoint covers; `quorum_age` in s, None: never a quorum; no policy: 0."""

    behind: int
    alarms: int
    quorum_age: float | None

    @property
    def green(self) -> bool:
        return not self.alarms and self.quorum_age is not None and self.quorum_age < RED_SECONDS


class Log:
    def __init__(self, context: Context, checkpoints: Checkpoints) -> None:
        """Raises: ConfigError, VerificationError: the policy file cannot be read."""
        config = context.config
        self._context, self._checkpoints = context, checkpoints
        self.policy: Policy | None = policy.read(Path(config.policy)) if config.policy else None
        keep = checkpoints.mirror.folder / ALARMS
        self._witnesses = Witnesses(self.policy, keep=keep, clock=self._now) if self.policy else None
        self._shown: tuple[int, float] = (0, 0.0)
        self._seal: tuple[float, Seal | None] = (float("-inf"), None)

    def keep(self) -> list[Asked]:
        """One round; what each witness said, if they were asked.

        Raises: StoreError: `log-alarm`, or as `Checkpoints.sign`.
        """
        self._checkpoints.sign()
        if self._witnesses is None:
            return []
        with self._checkpoints.mirror.alone(ALARMS):  # One asker at a time; nobody who signs waits for it.
            return self._show(self._witnesses)

    def _show(self, witnesses: Witnesses) -> list[Asked]:
        newest = self._checkpoints.newest()
        size, at = self._shown
        watched = newest is not None and witnesses.policy.since(witnesses.policy.cosigners(newest.note)) is not None
        patience = REFRESH_SECONDS if watched else AGAIN_SECONDS
        if newest is None or (newest.size == size and time.monotonic() - at < patience):
            return []
        self._shown = newest.size, time.monotonic()
        prove = self._prover(newest.size)
        asked = witnesses.ask(newest.note.encode(), newest.size, prove, self._checkpoints.cosigned_sizes())
        given = [signature for one in asked for signature in one.signatures]
        self._checkpoints.cosigned(newest.size, given)
        _refuse_alarms(asked)
        return asked

    def require_watched(self) -> None:
        """Before a start: no witness may have seen another history, or more of this one. Raises: StoreError."""
        if self._witnesses is None or self._checkpoints.newest() is None:
            return
        with self._checkpoints.mirror.alone(ALARMS):  # Else another process may show more in between.
            newest = self._checkpoints.require_newest()
            prove, known = self._prover(newest.size), self._checkpoints.cosigned_sizes()
            _refuse_alarms(self._witnesses.check(newest.note.encode(), newest.size, prove, known))

    def _prover(self, size: int) -> Callable[[int], list[bytes]]:
        return lambda old: self._checkpoints.consistency(old, size)

    def seal(self) -> Seal | None:
        """The newest checkpoint, at most a few seconds old: every verdict asks."""
        at, seal = self._seal
        if time.monotonic() - at > SEAL_SECONDS:
            seal = self._sealed()
            self._seal = time.monotonic(), seal
        return seal

    def _sealed(self) -> Seal | None:
        newest = self._checkpoints.newest()
        if newest is None:
            return None
        names = self.policy.cosigners(newest.note) if self.policy else {}
        return Seal(newest.size, newest.signed, tuple(sorted(names)))

    def health(self) -> Health:
        return Health(self._checkpoints.behind(), self._checkpoints.mirror.alarms(), self._quorum_age())

    def _quorum_age(self) -> float | None:
        if self.policy is None:
            return 0.0
        return quorum_age(self._checkpoints.newest_first(), self.policy, self._now())

    def _now(self) -> float:
        return self._context.history.clock() / 1000

    def keeping(self) -> None:
        """Does the rounds on a thread of its own while the process lives; one that fails is reported and repeated."""

        def rounds() -> None:
            while True:
                time.sleep(ROUND_SECONDS)
                try:
                    self.keep()
                except (LedgerError, DBAPIError) as refused:
                    LOGGER.warning("log: %s", refused if isinstance(refused, LedgerError) else "database-unreachable")

        Thread(target=rounds, name="log", daemon=True).start()


def _refuse_alarms(asked: list[Asked]) -> None:
    alarms = [one.witness for one in asked if one.outcome == Outcome.ALARM]
    if alarms:
        raise StoreError("log-alarm", witness=", ".join(alarms))
