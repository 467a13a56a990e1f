"""The reference verifier: what a phone does with a code, signed files of any host and its clock.

The page in `ledger/web/verifier` does the same in the browser; tests/conformance holds both to the same vectors.
Source: docs/verifying.md.
"""

from ledger.credentials import digits, judge
from ledger.credentials.conclusion import verdict_of
from ledger.credentials.lists import Files, Lists
from ledger.credentials.sources import Fetch, Got, Held, keys
from ledger.credentials.verdict import Verdict, no
from ledger.errors import VerificationError
from ledger.signing.key_list import KeyList


class Verifier:
    def __init__(self, *, origin: str, base: str, root: str, fetch: Fetch, held: Held) -> None:
        """
        Args:
            origin: The ledger's name.
            base: Scheme and host of its codes.
            root: Fingerprint of the root set to believe.
        """
        self.origin, self.base, self.root = origin, base, root
        self._fetch, self._held = fetch, held

    def verify(self, text: str, *, clock: int, context: str | None = None) -> Verdict:
        """What to do with the certificate whose code a camera gave. Raises nothing on any text or answer.

        Args:
            clock: Of this device, s UTC.
            context: Code of the asker's institution.
        """
        try:
            data = digits.scanned(text, self.base)
        except VerificationError as refused:
            return verdict_of((no("format", judge.strange(refused)),), as_of=clock)
        files = Files(self.origin, self._fetch, self._held)
        lists = Lists(files, self._keys(again=False), clock)
        verdict = self._judged(data, lists, clock, context)
        if lists.behind:  # A status list names a newer key list than ours.
            lists = Lists(files, self._keys(again=True), clock)
            verdict = self._judged(data, lists, clock, context)
        return verdict

    def _judged(self, data: bytes, lists: Lists, clock: int, context: str | None) -> Verdict:
        now = max(clock, lists.key_list.iat) if lists.key_list else clock
        verdict = judge.judge(data, key_list=lists.key_list, origin=self.origin, source=lists, now=now, context=context)
        return lists.clocked(verdict)

    def _keys(self, *, again: bool) -> Got[KeyList]:
        return keys(origin=self.origin, root=self.root, fetch=self._fetch, held=self._held, again=again)
