"""The log's round, every few seconds: sign what is new, show it to the witnesses, stop when one saw another history."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from threading import Thread
from typing import NamedTuple

from ledger.application.checkpoints import Checkpoints
from ledger.application.context import Context
from ledger.application.witnesses import RED_SECONDS, Asked, Outcome, Witnesses, quorum_age
from ledger.errors import LedgerError, StoreError
from ledger.store.mirror import ALARMS
from ledger.transparency import policy
from ledger.transparency.policy import Policy

LOGGER = logging.getLogger(__name__)
ROUND_SECONDS = 5  # A checkpoint is at most ten seconds behind.
LATE_SECONDS = 60  # An event that waits longer for its checkpoint turns health red.
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
    """`behind`: s for which the oldest event has waited for a checkpoint; `alarms`: folders of evidence.

    `quorum_age`: s since a quorum cosigned; None: not for a day at least, 0: no policy asks for one.
    """

    behind: float
    alarms: int
    quorum_age: float | None

    @property
    def green(self) -> bool:
        watched = self.quorum_age is not None and self.quorum_age < RED_SECONDS
        return not self.alarms and self.behind < LATE_SECONDS and watched


class Log:
    def __init__(self, context: Context, checkpoints: Checkpoints, chores: Sequence[Callable[[], object]]) -> None:
        """`chores` are done in each round before the log's own, such as signing lists anew.

        Raises: ConfigError, VerificationError: the policy file cannot be read.
        """
        config = context.config
        self._context, self._checkpoints, self._chores = context, checkpoints, chores
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
        for one in asked:
            if one.fault:
                LOGGER.warning("log: %s", one.fault)
        self.require_no_alarm(asked)
        return asked

    def require_watched(self) -> None:
        """Before a start: no witness may have seen another history, or more of this one. Raises: StoreError."""
        if self._witnesses is None or self._checkpoints.size() == 0:
            return
        with self._checkpoints.mirror.alone(ALARMS):  # Else another process may show more in between.
            newest = self._checkpoints.newest()
            note, size = (newest.note.encode(), newest.size) if newest else (self._checkpoints.of_nothing(), 0)
            prove, known = self._prover(size), self._checkpoints.cosigned_sizes()
            self.require_no_alarm(self._witnesses.check(note, size, prove, known))

    def require_no_alarm(self, asked: Sequence[Asked]) -> None:
        """A witness that saw more than was shown to it saw another host's note, if one signed as many by now.

        Raises: StoreError: `log-alarm`. The evidence of what was none is removed.
        """
        newest = self._checkpoints.newest()
        size = newest.size if newest else 0
        alarms = []
        for one in asked:
            if one.ahead is not None and one.ahead <= size:
                if one.evidence is not None:
                    rmtree(one.evidence)
            elif one.outcome == Outcome.ALARM:
                alarms.append(one.witness)
        if alarms:
            raise StoreError("log-alarm", witness=", ".join(alarms))

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
        since = self._checkpoints.behind_since()
        behind = 0.0 if since is None else max(0.0, self._now() - since / 1000)
        return Health(behind, self._checkpoints.mirror.alarms(), self._quorum_age())

    def _quorum_age(self) -> float | None:
        if self.policy is None:
            return 0.0
        return quorum_age(self._checkpoints.newest_first(), self.policy, self._now())

    def _now(self) -> float:
        return self._context.history.clock() / 1000

    def keeping(self) -> None:
        """Does the rounds on a thread of its own while the process lives; one that fails is reported and repeated.

        Lists are published first, and also while the log signs nothing: a revocation waits for no witness.
        """

        def rounds() -> None:
            while True:
                time.sleep(ROUND_SECONDS)
                for step in (*self._chores, self.keep):
                    _tried(step)

        Thread(target=rounds, name="log", daemon=True).start()


def _tried(step: Callable[[], object]) -> None:
    try:
        step()
    except LedgerError as refused:
        LOGGER.warning("log: %s", refused)
    except Exception:  # Whatever it is: without its thread the log would stand still, unseen.
        LOGGER.exception("log")
