"""The whole story in the hands of somebody with every online key, and two opinions of what is made of it."""

import json
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from io import StringIO
from pathlib import Path

from ledger.errors import BundleError, LedgerError
from ledger.events import CONTEXT, TYPE, Record, decode, encode, payload_of
from ledger.signing.cose import PrivateKey, Signer
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.notes import COSIGNED, Note, NoteKey
from tests.audit.bundle.conftest import DELAY, WITNESSES, Maker, witness
from tests.audit.insider import SECOND

Found = tuple[int | None, str, str]  # position, code, file
SPEC = spec_from_file_location("audit_min", SECOND)
assert SPEC is not None
assert SPEC.loader is not None
MINIMAL = module_from_spec(SPEC)
SPEC.loader.exec_module(MINIMAL)


@dataclass
class Attacker(Maker):
    """Makes tiles, notes and manifest anew around whatever `entries` are; the witnesses cosign what they are shown.

    `kept`: sizes of the kept checkpoints, the last of them the newest; if not given, the newest alone.
    """

    kept: Sequence[int] = ()

    @property
    def records(self) -> list[Record]:
        """Those that can be read; not to be changed."""
        return [record for entry in self.entries if (record := _read(entry)) is not None]

    def record(self, at: int) -> Record:
        """To be changed."""
        return decode(payload_of(self.entries[at]))

    def first(self, kind: str, after: int = 0) -> int:
        """Position of the first event of a kind."""
        return next(r.position for r in self.records if r.position >= after and kind == r.event.TOPIC)

    def last(self, kind: str) -> int:
        return max(r.position for r in self.records if kind == r.event.TOPIC)

    def time(self, size: int) -> int:
        return self.times.get(size) or max(record.recorded for record in self.records[:size]) // 1000 + DELAY

    def sizes(self) -> list[int]:
        return [*self.kept] or [len(self.entries)]

    def key(self, role: str = "event", authority: str | None = None) -> PrivateKey:
        keys = self.ledger.keys.current().keys
        kid = next(k.kid for k in keys if (k.role, k.authority, k.state) == (role, authority, "active"))
        return self.ledger.context.keyring.private(role, authority, kid)

    def sign(self, record: Record, key: PrivateKey | None = None, origin: str | None = None) -> bytes:
        signer = Signer(key or self.key(), context=CONTEXT, origin=origin or self.origin, typ=TYPE)
        return signer.sign(encode(record))

    def over(self, point: Checkpoint) -> Note:
        """Signed by the log, cosigned by everybody."""
        return self.cosigned(self.signed(point), point.size)

    def both(self, folder: Path, *, previous: bytes | None = None) -> list[Found] | None:
        """What the audit finds with every anchor, None if it cannot read it; the second opinion says the same."""
        ours, theirs = self.opinions(folder, previous=previous)
        assert ours == theirs
        return ours

    def opinions(self, folder: Path, *, previous: bytes | None = None) -> tuple[list[Found] | None, list[Found] | None]:
        """The audit's and the second one."""
        theirs = self.second(folder, previous=previous)
        try:
            report = self.audited(folder, previous=previous)
        except BundleError:
            return None, theirs
        return [(one.position, one.code, one.file) for one in report.findings], theirs

    def second(self, folder: Path, *, previous: bytes | None = None) -> list[Found] | None:
        """What the lone file finds."""
        more = []
        if previous is not None:
            kept = folder.parent / "previous"
            kept.write_bytes(previous)
            more = ["--previous", str(kept)]
        with redirect_stdout(StringIO()) as printed, redirect_stderr(StringIO()):
            status = MINIMAL.main([str(folder), "--json", *self.anchors(), *more])
        if status == MINIMAL.UNREADABLE:
            return None
        said = json.loads(printed.getvalue())
        assert status == said["exit"] == (MINIMAL.FOUND if said["findings"] else MINIMAL.SOUND)
        return [(one["position"], one["what"], one["file"]) for one in said["findings"]]

    def anchors(self) -> list[str]:
        """The policy and the fingerprint as the lone file takes them."""
        given = ["--root", self.fingerprint, "--quorum", "2"]
        given += [part for key in self.log_keys for part in ("--log", key.encode())]
        for name, private in WITNESSES.items():
            public = private.public_key().public_bytes_raw()
            given += ["--witness", NoteKey(witness(name), COSIGNED, public).encode()]
        return given


@cache
def _read(entry: bytes) -> Record | None:
    try:
        return decode(payload_of(entry), entry)
    except LedgerError:
        return None
