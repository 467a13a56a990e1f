"""What vouches for a code besides its own signature, in one shape: the register itself, or the signed lists."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ledger.credentials.standing import Answer, Standing, ask, status
from ledger.credentials.token import Token
from ledger.credentials.verdict import Check, Reason, no, unknown, yes
from ledger.signing.key_list import Key

YES = yes("key")
CodeRegister = Callable[[bytes], Standing | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """`now`: the latest of the clock and all verified times, s UTC; `lines`: keys of further sentences."""

    now: int
    registered: Check
    status: Check
    standing: Standing | None
    honest: Check = YES  # That a compromised key signed this one before.
    list: Check = YES  # That the key list is the one in force.
    lines: tuple[str, ...] = ()


class Source(Protocol):
    def stranger(self, issuer: str | None) -> Check:
        """Of a signature by a key that the list does not have; `issuer` is what the code claims."""

    def evidence(self, paper: Token, key: Key, token: bytes, now: int) -> Evidence:
        """Of a code whose signature holds. `token`: its SHA-256; `now`: s UTC."""


class Register:
    """The register as the source: asked once for each code, or not to be asked at all (StoreError)."""

    def __init__(self, register: CodeRegister) -> None:
        self._register = register

    def stranger(self, issuer: str | None) -> Check:  # noqa: ARG002 - a register knows no more of strangers.
        return unknown("signature", Reason.NOKEY)

    def evidence(self, paper: Token, key: Key, token: bytes, now: int) -> Evidence:
        answer = ask(lambda: self._register(token))
        return Evidence(
            now=now,
            registered=_registered(paper, answer),
            status=_status(answer, now),
            standing=answer.standing,
            honest=_honest(key, answer),
        )


def _honest(key: Key, answer: Answer) -> Check:
    """By log position: times are the suspect's words."""
    index = None if answer.standing is None else answer.standing.index
    if key.state != "compromised" or key.is_honest_at(index):
        return yes("key")
    return no("key", Reason.KEY) if answer.asked else unknown("key", Reason.OFFLINE)


def _registered(paper: Token, answer: Answer) -> Check:
    if not answer.asked:
        return unknown("registered", Reason.OFFLINE)
    if answer.standing is None:
        return no("registered", Reason.UNREGISTERED)
    if answer.standing.as_of is not None and answer.standing.as_of <= paper.issued:
        return unknown("registered", Reason.OFFLINE)  # An answer older than the paper decides nothing about it.
    return yes("registered")


def _status(answer: Answer, now: int) -> Check:
    if answer.standing is not None:
        return status(answer.standing, now)
    return unknown("status", Reason.UNREGISTERED if answer.asked else Reason.OFFLINE)
