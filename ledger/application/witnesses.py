"""Asks witnesses to cosign a checkpoint, and tells an alarm from a fault.

Source: c2sp.org/tlog-witness; docs/formats/witness.md.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit
from urllib.request import HTTPErrorProcessor, ProxyHandler, Request, build_opener

from ledger.errors import ConfigError, StoreError, VerificationError
from ledger.store.checkpoints import Kept
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

    `signatures` are verified; `status` is that of HTTP, 0 without an answer; `text` of 200 is why it was refused.
    `ahead` is the size above ours that it named, if it did; `evidence` the folder of an alarm.
    """

    witness: str
    outcome: Outcome
    old: int
    status: int
    text: str
    signatures: tuple[Signature, ...] = ()
    ahead: int | None = None
    evidence: Path | None = None

    @property
    def fault(self) -> str:
        """A fault of configuration in one line, for the logs of the service; empty without one."""
        if self.outcome != Outcome.CONFIGURATION:
            return ""
        return f"witness-configuration: witness={self.witness}, status={self.status}, answer={self.text[:200]!r}"


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
    """Those of the policy that have an address; who has several keys there gives all cosignatures in one answer.

    `keep`: the folder for evidence.
    """

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
        self._asked: dict[str, list[Witness]] = {}  # By address.
        for witness in filter(lambda one: one.url, policy.witnesses.values()):
            _require_safe(witness.url)
            self._asked.setdefault(witness.url.rstrip("/"), []).append(witness)
        self._threads: dict[str, Thread] = {}  # The last one of each address.
        self._keep, self._clock, self._patience = keep, clock, patience

    def ask(self, note: bytes, size: int, prove: Prove, known: Mapping[str, int] | None = None) -> list[Asked]:
        """Every witness at once; at most two rounds, `patience` each. One asker at a time, with the newest note.

        Args:
            note: The log's checkpoint of `size` entries.
            prove: Called in this thread.
            known: The size that each witness cosigned last, by the name of its key; 0 where none is given.

        Raises: VerificationError: `note` is none; StoreError: `folder-unwritable`: an alarm whose evidence is not kept.
        """
        text, cosigned = notes.parse(note).text, known or {}
        held = {
            url: min(max(cosigned.get(one.key.name, 0) for one in there), size) for url, there in self._asked.items()
        }
        sent = {url: Submission(old, tuple(prove(old)), note) for url, old in held.items()}
        replies = self._round(sent)
        behind = {
            url: Submission(reply.size, tuple(prove(reply.size)), note)
            for url, reply in replies.items()
            if reply.size is not None and reply.size <= size
        }
        replies |= self._round(behind)
        found = []
        for url, submission in (sent | behind).items():
            for witness in self._asked[url]:
                asked = self._judged(witness, text, size, submission, replies[url])
                if asked.outcome == Outcome.COSIGNED and url in behind:
                    asked = replace(asked, outcome=Outcome.RETRIED)
                if asked.outcome == Outcome.ALARM:
                    asked = replace(asked, evidence=self._kept(witness, submission, replies[url]))
                found.append(asked)
        return found

    def check(self, note: bytes, size: int, prove: Prove, known: Mapping[str, int] | None = None) -> list[Asked]:
        """The alarms alone, for a start: with one of them nothing may be signed."""
        return [asked for asked in self.ask(note, size, prove, known) if asked.outcome == Outcome.ALARM]

    def _round(self, sent: Mapping[str, Submission]) -> dict[str, Reply]:
        """Who has not answered when time is up is left behind with its thread, and not asked while that lives."""
        replies: dict[str, Reply] = {}

        def post(url: str, body: bytes) -> None:
            replies[url] = _posted(url, body, self._patience)

        left = {url for url, thread in self._threads.items() if thread.is_alive()}
        threads = {
            url: Thread(target=post, args=(url, one.encode()), name=f"witness {url}", daemon=True)
            for url, one in sent.items()
            if url not in left
        }
        self._threads |= threads
        until = time.monotonic() + self._patience
        for thread in threads.values():
            thread.start()
        for thread in threads.values():
            thread.join(max(0.0, until - time.monotonic()))
        return {url: replies.get(url, Reply()) for url in sent}

    def _judged(self, witness: Witness, text: str, size: int, sent: Submission, reply: Reply) -> Asked:
        ahead = reply.size if (reply.size or 0) > size else None
        found = Asked(witness.name, _outcome(reply, sent.old, size), sent.old, reply.status, reply.text, ahead=ahead)
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


def quorum_age(newest_first: Iterable[Kept], policy: Policy, now: float) -> float | None:
    """Seconds since the newest checkpoint with a quorum got it; None if there is none. Red above RED_SECONDS.

    `newest_first` bear their newest cosignatures: a log that does not grow shows its last checkpoint again, and
    witnesses sign it anew. Those before the first one that is itself too old are not read: theirs are older still.
    `now` in s UTC.

    Raises: VerificationError: a kept note is malformed, or a cosignature fails.
    """
    if policy.satisfied(()):
        return 0.0
    for kept in newest_first:
        since = policy.since(policy.cosigners(kept.note))
        if since is not None:
            return now - since
        if now - kept.signed / 1000 > RED_SECONDS:
            return None
    return None


def _outcome(reply: Reply, old: int, size: int) -> Outcome:
    """Of the last answer, after any retry. Source: docs/formats/witness.md, "What the log makes of an answer"."""
    if reply.status == 200:
        return Outcome.COSIGNED
    ours_refused = reply.status == 409 and old == size and reply.size in (None, size)
    if reply.status in (400, 422) or ours_refused or (reply.size or 0) > size:
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


class _AsSaid(HTTPErrorProcessor):
    """Any status is an answer. One that points elsewhere, too: the note goes to the addresses of the policy alone."""

    def http_response(self, request: Request, response: HTTPResponse) -> HTTPResponse:  # noqa: ARG002 - the library's
        return response

    https_response = http_response


def _posted(url: str, body: bytes, patience: float) -> Reply:
    until = time.monotonic() + patience
    proxies = ProxyHandler({}) if urlsplit(url).scheme == "http" else ProxyHandler()
    request = Request(f"{url}/add-checkpoint", body, {"Content-Type": "text/plain; charset=utf-8"})  # noqa: S310 - https, or loopback
    try:
        with build_opener(proxies, _AsSaid).open(request, timeout=patience) as answer:
            return Reply(answer.status, answer.headers.get_content_type(), _body(answer, until))
    except (OSError, HTTPException, ValueError):
        return Reply()


def _body(answer: HTTPResponse, until: float) -> bytes:
    """At most MAX_ANSWER, in pieces as they come. Raises: OSError: time is up."""
    body = b""
    while len(body) < MAX_ANSWER and (piece := answer.read1(MAX_ANSWER - len(body))):
        body += piece
        if time.monotonic() > until:
            raise TimeoutError
    return body


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
