"""The evidence of a case: what a reader sent, and what the service finds about it at that moment."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256

from ledger.application.context import Answer, Context
from ledger.application.receipts import Receipts
from ledger.application.verifications import Verifications
from ledger.credentials import digits
from ledger.credentials.verdict import Verdict
from ledger.database import reading
from ledger.domain.values import WIB
from ledger.errors import InputError, LedgerError, NotFoundError
from ledger.projections.keys import KEYS
from ledger.signing.key_records import KeyList
from ledger.store import checkpoints, recorder
from ledger.view import Models

LONGEST = {
    "code": 4000,
    "check": 40,
    "number": 80,
    "name": 200,
    "reason": 40,
    "as_of": 80,
    "text": 2000,
    "contact": 200,
}
READER = "case"  # Who stands in the log of reads when a typed number and name are looked up.
CASE, TOKEN, RECEIPT = FILES = ("case.json", "token.cbor", "receipt.tlog-proof")  # Each a sealed field of the case.


@dataclass(frozen=True, slots=True)
class Given:
    """What a reader sends, as typed; `reason` and `as_of` are what the reader's own phone said. Each may be empty."""

    code: str = ""
    check: str = ""
    number: str = ""
    name: str = ""
    reason: str = ""
    as_of: str = ""
    text: str = ""
    contact: str = ""

    def require(self) -> None:
        """Raises: InputError: `case-empty`: nothing to look into; `input-too-large`."""
        if not (self.code or self.check or self.number):
            raise InputError("case-empty")
        for name, most in LONGEST.items():
            if len(getattr(self, name)) > most:
                raise InputError("input-too-large", got=len(getattr(self, name)), maximum=most)


class Witness:
    """Notes what the service knew when a case was made: later lists and verdicts may differ."""

    def __init__(self, context: Context, verifications: Verifications, receipts: Receipts) -> None:
        self._context, self._verifications, self._receipts = context, verifications, receipts

    def bundle(self, given: Given, kind: str, now: int) -> tuple[dict[str, bytes], str | None]:
        """Files by their names, and the reason of the service's own verdict. `now`: ms UTC."""
        verdict, token = self._judged(given), self._token(given.code)
        case = {
            "v": 1,
            "kind": kind,
            "made": datetime.fromtimestamp(now / 1000, WIB).isoformat(),
            "said": {name: value for name, value in asdict(given).items() if value},
            "found": None if verdict is None else _found(verdict),
            "lists": self._lists(),
        }
        files = {
            CASE: json.dumps(case, ensure_ascii=False, indent=1).encode(),
            TOKEN: token,
            RECEIPT: self._receipt(token),
        }
        reason = None if verdict is None else verdict.reason.value
        return {name: data for name, data in files.items() if data is not None}, reason

    def _judged(self, given: Given) -> Verdict | None:
        if given.code:
            return self._verifications.by_code(given.code)
        if given.check:
            return self._verifications.by_check(given.check, reader=READER)
        if given.name:
            return self._verifications.by_number(given.number, given.name, reader=READER)
        return None

    def _token(self, code: str) -> bytes | None:
        try:
            return digits.scanned(code, self._context.config.public_url) if code else None
        except LedgerError:
            return None

    def _receipt(self, token: bytes | None) -> bytes | None:
        try:
            return None if token is None else self._receipts.of_token(sha256(token).digest())
        except NotFoundError:
            return None

    def _lists(self) -> Answer:
        """Which key list was in force, how long the history was, how much of it the log had signed."""
        with reading(self._context.history.engine) as connection:
            data = Models(connection, self._context.config.origin).every(KEYS)[0]["list"]
            last = checkpoints.newest(connection)
            return {
                "key_list": KeyList.decode(data).version,
                "key_list_sha256": sha256(data).hexdigest(),
                "size": recorder.head(connection)[0],
                "checkpoint": 0 if last is None else last.size,
            }


def _found(verdict: Verdict) -> Answer:
    return {
        "reason": verdict.reason,
        "colour": verdict.colour,
        "others": list(verdict.others),
        "as_of": datetime.fromtimestamp(verdict.as_of, WIB).isoformat(),
        "checks": [{"check": c.name, "outcome": c.outcome, "reason": c.reason} for c in verdict.checks],
    }
