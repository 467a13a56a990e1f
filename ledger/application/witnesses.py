"""Asks witnesses to cosign a checkpoint, and tells an alarm from a fault.

Source: c2sp.org/tlog-witness; docs/formats/witness.md.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from http.client import HTTPException
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from ledger.errors import ConfigError, StoreError, VerificationError
from ledger.transparency import checkpoint, notes
from ledger.transparency.notes import Signature
from ledger.transparency.policy import Policy, Witness
from ledger.transparency.submission import Submission

PATIENCE = 5.0  # seconds for one round, however many witnesses there are and however slowly they answer
SKEW = 300  # seconds between our clock and a witness's
MAX_ANSWER = 65_536  # bytes
MAX_SIZE_DIGITS = 19
RED_SECONDS = 24 * 3600  # Without quorum for longer, health is red.
SIZE = "text/x.tlog.size"
LOOPBACK = ("127.0.0.1", "::1", "localhost")

Prove = Callable[[int], list[bytes]]  # old size -> consistency proof from there to the checkpoint


class Outcome(StrEnum):
    COSIGNED = "cosigned"
    RETRIED = "behind-retried"  # Cosigned, after a proof from the size that the witness named.
    UNREACHABLE = "unreachable"  # No answer in time, or none of its own: nothing is known.
    CONFIGURATION = "configuration"  # It does not know this log or its keys, or is not the witness of the policy.
    ALARM = "alarm"  # It has seen another history, or more of this one than we have: signing must stop.


@dataclass(frozen=True, slots=True)
class Asked:
    """What one witness said; `witness` as the policy names it, `old` the size from which the last proof went.

    `signatures` are verified; `status` is that of HTTP, 0 without an answer; `evidence` the folder of an alarm.
    """

    witness: str
    outcome: Outcome
    old: int
    status: int
    text: str
    signatures: tuple[Signature, ...] = ()
    evidence: Path | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    status: int = 0
    kind: str = ""
    body: bytes = b""

    @property
    def size(self) -> int | None:
        """What a 409 names: how many entries the witness has cosigned; None in any other answer."""
        digits = self.body.removesuffix(b"\n")
        named = self.status == 409 and self.kind == SIZE and digits.isdigit() and len(digits) <= MAX_SIZE_DIGITS
        return int(digits) if named else None

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace").strip()


class Witnesses:
    """Those of the policy that have an address. `keep`: the folder for evidence."""

    def __init__(
        self,
        policy: Policy,
        *,
        keep: Path | None,
        clock: Callable[[], float] = time.time,
        patience: float = PATIENCE,
    ) -> None:
        """`clock` in s UTC, `patience` in s. Raises: ConfigError: `witness-address`: neither https nor loopback."""
        self.policy = policy
        self._asked = {name: witness for name, witness in policy.witnesses.items() if witness.url}
        for witness in self._asked.values():
            _require_safe(witness.url)
        self._keep, self._clock, self._patience = keep, clock, patience

    def ask(self, note: bytes, size: int, prove: Prove, known: Mapping[str, int] | None = None) -> list[Asked]:
        """Every witness at once; at most two rounds, `patience` each. One asker at a time, with the newest note.

        Args:
            note: The log's checkpoint of `size` entries.
            prove: Called in this thread.
            known: The size that each witness cosigned last, by the name of its key; 0 where none is given.

        Raises: VerificationError: `note` is none; StoreError: `folder-unwritable`: an alarm whose evidence is not kept.
        """
        text = notes.parse(note).text
        held = {name: min((known or {}).get(one.key.name, 0), size) for name, one in self._asked.items()}
        sent = {name: Submission(old, tuple(prove(old)), note) for name, old in held.items()}
        replies = self._round(sent)
        behind = {
            name: Submission(reply.size, tuple(prove(reply.size)), note)
            for name, reply in replies.items()
            if reply.size is not None and reply.size <= size
        }
        replies |= self._round(behind)
        found = []
        for name, submission in (sent | behind).items():
            asked = self._judged(self._asked[name], text, size, submission, replies[name])
            if asked.outcome == Outcome.COSIGNED and name in behind:
                asked = replace(asked, outcome=Outcome.RETRIED)
            if asked.outcome == Outcome.ALARM:
                asked = replace(asked, evidence=self._kept(self._asked[name], submission, replies[name]))
            found.append(asked)
        return found

    def check(self, note: bytes, size: int, prove: Prove, known: Mapping[str, int] | None = None) -> list[Asked]:
        """The alarms alone, for a start: with one of them nothing may be signed."""
        return [asked for asked in self.ask(note, size, prove, known) if asked.outcome == Outcome.ALARM]

    def _round(self, sent: Mapping[str, Submission]) -> dict[str, Reply]:
        """A witness that has not answered when time is up is left behind with its thread."""
        replies: dict[str, Reply] = {}

        def post(name: str, body: bytes) -> None:
            replies[name] = _posted(self._asked[name].url, body, self._patience)

        threads = [Thread(target=post, args=(name, one.encode()), daemon=True) for name, one in sent.items()]
        until = time.monotonic() + self._patience
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        return {name: replies.get(name, Reply()) for name in sent}

    def _judged(self, witness: Witness, text: str, size: int, sent: Submission, reply: Reply) -> Asked:
        found = Asked(witness.name, _outcome(reply, sent.old, size), sent.old, reply.status, reply.text)
        if found.outcome != Outcome.COSIGNED:
            return found
        try:
            return replace(found, signatures=(_cosignature(witness, text, reply.body, self._clock()),))
        except VerificationError as refused:
            return replace(found, outcome=Outcome.CONFIGURATION, text=str(refused))

    def _kept(self, witness: Witness, sent: Submission, reply: Reply) -> Path | None:
        if self._keep is None:
            return None
        moment = datetime.fromtimestamp(self._clock(), UTC).strftime("%Y%m%dT%H%M%SZ")
        folder = self._keep / f"{moment}-{witness.key.id.hex()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "witness").write_text(f"{witness.name} {witness.key.encode()} {witness.url}\n", encoding="utf-8")
            (folder / "request").write_bytes(sent.encode())
            (folder / "answer").write_bytes(f"{reply.status} {reply.kind}\n\n".encode() + reply.body)
        except OSError as cause:
            raise StoreError("folder-unwritable", path=str(folder)) from cause
        return folder


def quorum_age(newest_first: Iterable[bytes], policy: Policy, now: float) -> float | None:
    """Seconds since the newest checkpoint with a quorum got it; None if there is none. Red above RED_SECONDS.

    `newest_first` are kept notes with their cosignatures, read only as far as needed; `now` in s UTC. A log that does
    not grow shows its last checkpoint again: witnesses sign it anew.

    Raises: VerificationError: a kept note is malformed, or a cosignature fails.
    """
    if policy.satisfied(()):
        return 0.0
    for note in newest_first:
        since = policy.since(policy.cosigners(notes.parse(note)))
        if since is not None:
            return now - since
    return None


def _outcome(reply: Reply, old: int, size: int) -> Outcome:
    """Of the last answer, after any retry. Source: docs/formats/witness.md, "What the log makes of an answer"."""
    if reply.status == 200:
        return Outcome.COSIGNED
    another_root = reply.status == 409 and old == size and reply.size is None
    if reply.status in (400, 422) or another_root or (reply.size is not None and reply.size >= size):
        return Outcome.ALARM
    if reply.status in (0, 408, 429) or reply.status >= 500 or reply.size is not None:
        return Outcome.UNREACHABLE
    return Outcome.CONFIGURATION


def _cosignature(witness: Witness, text: str, lines: bytes, now: float) -> Signature:
    """The witness's own, made now.

    Raises: VerificationError: `note-malformed`, `note-signature-wrong`, `cosignature-missing`, `cosignature-time`.
    """
    note = notes.parse(text.encode() + b"\n" + lines)
    found = notes.verified(note, [witness.key], checkpoint.parse(note).cosigned())
    if not found:
        raise VerificationError("cosignature-missing", name=witness.key.name)
    ((_, signature),) = found
    if abs(signature.time - now) > SKEW:
        raise VerificationError("cosignature-time", name=witness.key.name, got=signature.time, expected=int(now))
    return signature


class _Stay(HTTPRedirectHandler):
    """An answer that points elsewhere is none: the note goes to the addresses of the policy alone."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _posted(url: str, body: bytes, patience: float) -> Reply:
    proxies = ProxyHandler({}) if urlsplit(url).scheme == "http" else ProxyHandler()
    request = Request(f"{url.rstrip('/')}/add-checkpoint", body, {"Content-Type": "text/plain; charset=utf-8"})  # noqa: S310 - https, or loopback
    try:
        with build_opener(proxies, _Stay).open(request, timeout=patience) as answer:
            return Reply(answer.status, answer.headers.get_content_type(), answer.read(MAX_ANSWER))
    except HTTPError as refused:
        with refused:
            return _refusal(refused)
    except (OSError, HTTPException, ValueError):
        return Reply()


def _refusal(refused: HTTPError) -> Reply:
    try:
        return Reply(refused.code, refused.headers.get_content_type(), refused.read(MAX_ANSWER))
    except (OSError, HTTPException, ValueError):
        return Reply()


def _require_safe(url: str) -> None:
    try:
        parts = urlsplit(url)
        safe = bool(parts.hostname) and (
            parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        )
    except ValueError:
        safe = False
    if not safe:
        raise ConfigError("witness-address", got=url, expected="https://host")
