"""The signed lists as what vouches for a code: which files are asked for, and what follows from them.

Source: docs/verifying.md.
"""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any, TypeVar, cast

from ledger.credentials import proved, registered, status_list
from ledger.credentials.evidence import Evidence
from ledger.credentials.registered import Bucket
from ledger.credentials.sources import Dated, Fetch, Got, Held, Kind, listed
from ledger.credentials.standing import NOT_REFRESHED_SECONDS, Standing, State, status
from ledger.credentials.status_list import Status, StatusList
from ledger.credentials.token import Token
from ledger.credentials.verdict import Check, Outcome, Reason, Verdict, no, unknown, yes
from ledger.errors import LedgerError
from ledger.signing.key_list import Authority, Key, KeyList

D = TypeVar("D", bound=Dated)
CLOCK_SECONDS = 300  # A clock that differs by more is told.
STATES = {
    Status.VALID: State.ACTIVE,
    Status.INVALID: State.REVOKED,
    Status.SUSPENDED: State.SUSPENDED,
    Status.WITHDRAWN: State.WITHDRAWN,
}


class Files:
    """What a host gives, read and verified under a key list."""

    def __init__(self, origin: str, fetch: Fetch, held: Held) -> None:
        self._origin, self._fetch, self._held = origin, fetch, held

    def list(self, key_list: KeyList, authority: Authority, number: int, *, again: bool) -> Got[StatusList]:
        uri = status_list.uri(authority.status_uri, number)

        def read(data: bytes) -> StatusList:
            return status_list.open_signed(
                data, key_list=key_list, origin=self._origin, authority=authority.id, uri=uri
            )

        path = status_list.path(authority.status_uri, number)
        return listed(path, read, fetch=self._fetch, held=self._held, again=again)

    def bucket(self, key_list: KeyList, token: bytes, *, again: bool) -> Got[Bucket]:
        number = registered.number_of(token)

        def read(data: bytes) -> Bucket:
            return registered.open_signed(data, key_list=key_list, origin=self._origin, number=number)

        return listed(registered.path(number), read, fetch=self._fetch, held=self._held, again=again)

    def index(self, key_list: KeyList, token: bytes) -> int | Kind:
        """Where the log has the event that issued it; without a proof of that, why there is none."""
        path = f"proof/{token.hex()}"
        answer = self._fetch(path, False)
        if answer.kind is not Kind.BYTES and not (answer.kind is Kind.SILENT and path in self._held):
            return answer.kind
        data = answer.data if answer.kind is Kind.BYTES else self._held[path]
        try:
            found = proved.proved(data, token, keys=key_list, origin=self._origin)
        except LedgerError:
            return Kind.WRONG
        self._held[path] = data
        return cast("int", found.standing.index)


class Lists:
    """The signed lists as the source of evidence about one code."""

    def __init__(self, files: Files, got: Got[KeyList], clock: int) -> None:
        """`got`: the key list; `clock`: of this device, s UTC."""
        self._files, self._got, self._clock = files, got, clock
        self.key_list = got.value
        self.behind = False
        self._signed: list[int] = [got.value.iat] if got.value else []
        self._dates = [got.date]

    def stranger(self, issuer: str | None) -> Check:
        """Red only under the key list that a fresh status list names: an old phone must not accuse honest paper."""
        if self.key_list is None:
            wrong = self._got.kind in (Kind.ABSENT, Kind.WRONG)
            return unknown("signature", Reason.WRONGLIST if wrong else Reason.NOKEY)
        authorities = self.key_list.authorities
        authority = authorities.get(issuer or "") or next((authorities[id] for id in sorted(authorities)), None)
        if authority is None:
            return unknown("signature", Reason.NOKEY)
        got = self._heard(self._files.list(self.key_list, authority, 0, again=False))
        now = self._now()
        fresh = got.kind is Kind.BYTES and not got.wrong(now) and not self._got.wrong(now)
        if got.value is None or not fresh or now - got.value.iat > NOT_REFRESHED_SECONDS:
            return unknown("signature", Reason.NOKEY)
        self._compare(got.value)
        exactly = got.value.keys == self._named()
        return no("signature", Reason.BADSIG) if exactly else unknown("signature", Reason.NOKEY)

    def evidence(self, paper: Token, key: Key, token: bytes, now: int) -> Evidence:
        key_list = cast("KeyList", self.key_list)
        authority = key_list.authorities.get(key.authority or "")
        bucket = self._covering(lambda again: self._files.bucket(key_list, token, again=again), paper)
        listed: Got[StatusList] = Got(None, Kind.SILENT)
        if authority is not None:
            number = paper.status[0]
            listed = self._covering(lambda again: self._files.list(key_list, authority, number, again=again), paper)
        if listed.value is not None:
            self._compare(listed.value)
        now = max(now, self._now())
        standing = _standing(listed.value, paper)
        answers: tuple[Got[Any], ...] = (self._got, listed, bucket)
        alone = all(one.kind is Kind.SILENT and not one.rollback for one in answers)
        registration = _registered(bucket, paper, token, now, alone=alone)
        lines = ["l.noregistration"] if registration.outcome is Outcome.UNKNOWN and not registration.reason else []
        if bucket.rollback or listed.rollback:
            lines.append("l.rollback")
        return Evidence(
            now=now,
            registered=registration,
            status=_status(listed, standing, paper, now),
            standing=standing,
            honest=self._honest(key, token),
            list=self._believed(now),
            lines=tuple(lines),
        )

    def clocked(self, verdict: Verdict) -> Verdict:
        """With the line that says by how much this clock is off, if it is."""
        ahead = max(self._signed, default=self._clock) - self._clock
        heard = [date - self._clock for date in self._dates if date is not None]
        off = ahead if ahead > CLOCK_SECONDS else next((one for one in heard if abs(one) > CLOCK_SECONDS), None)
        if off is None:
            return verdict
        return replace(verdict, lines=(*verdict.lines, "v.clock"), facts={**verdict.facts, "diff": off})

    def _covering(self, get: Callable[[bool], Got[D]], paper: Token) -> Got[D]:
        """What was answered, once more if it is older than the paper."""
        got = self._heard(get(False))
        old = got.kind is Kind.BYTES and got.value is not None and got.value.iat <= paper.issued
        return self._heard(get(True)) if old else got

    def _heard(self, got: Got[D]) -> Got[D]:
        if got.value is not None:
            self._signed.append(got.value.iat)
        self._dates.append(got.date)
        return got

    def _now(self) -> int:
        return max(self._clock, *self._signed)

    def _named(self) -> tuple[int, bytes]:
        key_list = cast("KeyList", self.key_list)
        return key_list.version, sha256(key_list.encode()).digest()

    def _compare(self, found: StatusList) -> None:
        """A status list of a newer key list than ours, or of another one of the same version."""
        version, digest = self._named()
        self.behind = found.keys[0] > version or (found.keys[0] == version and found.keys[1] != digest)

    def _believed(self, now: int) -> Check:
        if self._got.wrong(now):
            return unknown("key", Reason.WRONGLIST)
        return unknown("key", Reason.NOKEY) if self.behind else yes("key")

    def _honest(self, key: Key, token: bytes) -> Check:
        """A compromised key counts for what the log places before; only the log knows, times prove nothing."""
        if key.state != "compromised":
            return yes("key")
        index = self._files.index(cast("KeyList", self.key_list), token)
        if isinstance(index, Kind):
            if index is Kind.ABSENT:
                return no("key", Reason.KEY)
            return unknown("key", Reason.OFFLINE if index is Kind.SILENT else Reason.WRONGLIST)
        return yes("key") if key.is_honest_at(index) else no("key", Reason.KEY)


def _standing(found: StatusList | None, paper: Token) -> Standing | None:
    if found is None:
        return None
    return Standing(state=STATES[found.at(paper.status[1])], as_of=found.iat, expires=found.exp)


def _status(got: Got[StatusList], standing: Standing | None, paper: Token, now: int) -> Check:
    if got.wrong(now):
        return unknown("status", Reason.WRONGLIST)
    if standing is None or got.value is None or got.value.iat <= paper.issued:
        return unknown("status", Reason.OFFLINE)
    return status(standing, now)


def _registered(got: Got[Bucket], paper: Token, token: bytes, now: int, *, alone: bool) -> Check:
    """`alone`: nothing answered at all. Else whoever keeps back this one file would hide that it is not in it."""
    if got.wrong(now):
        return unknown("registered", Reason.WRONGLIST)
    if got.value is not None and got.value.iat > paper.issued:
        return yes("registered") if got.value.holds(token) else no("registered", Reason.UNREGISTERED)
    if not alone:
        return unknown("registered", Reason.OFFLINE)
    return Check("registered", Outcome.UNKNOWN, None)  # Said in a line of its own.
