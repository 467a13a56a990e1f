"""Each verdict that a phone can come to, by the code and the answers that lead to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ledger.credentials.status_list import Status
from tests.browser.host import Host, Reply
from tests.conformance import world

ALTERED = world.PLAIN[:-1] + bytes([world.PLAIN[-1] ^ 1])
STRANGER = world.certificate(seed=world.STRANGER)
STATUS = world.status_path()


@dataclass(frozen=True)
class Case:
    reason: str
    colour: str
    data: bytes = world.PLAIN
    state: Status | None = Status.VALID
    answers: Mapping[str, Reply] = field(default_factory=dict)
    change: Callable[[Host], None] = lambda _: None
    lists: Mapping[str, int] = field(default_factory=dict)

    def url(self, host: Host) -> str:
        """Where its code leads, once the host is made so."""
        url = host.certificate(self.data, self.state, **self.lists)
        host.answers |= self.answers
        self.change(host)
        return url


def unregistered(host: Host) -> None:
    host.put(world.bucket_path(), world.bucket(holds=False))


TAMPERED = world.status()[:-1] + bytes([world.status()[-1] ^ 1])
CASES = (
    Case("valid", "green"),
    Case("valid.noend", "green", world.certificate({4: None})),
    Case("scope", "amber", world.certificate(paper={8: "DINSOS"})),
    Case("expired", "amber", world.certificate({4: world.NOW - world.DAY})),
    Case("notyet", "amber", world.certificate({5: world.NOW + world.DAY})),
    Case("suspended", "amber", state=Status.SUSPENDED),
    Case("withdrawn", "amber", state=Status.WITHDRAWN),
    Case("revoked", "red", state=Status.INVALID),
    Case("unregistered", "red", change=unregistered),
    Case("badsig", "red", ALTERED),
    Case("badsig", "red", STRANGER),
    Case("authority", "red", world.certificate({1: "dinas"}, {2: "STR"}, seed=world.SECOND)),
    Case("key", "red", world.certificate(seed=world.LEAKED)),
    Case("nokey", "grey", STRANGER, answers={STATUS: 404}),
    Case("wronglist", "grey", answers={STATUS: 500}),
    Case("wronglist", "grey", answers={STATUS: b"<!doctype html><p>Masuk ke Wi-Fi"}),
    Case("wronglist", "grey", answers={STATUS: world.status()[:-9]}),
    Case("wronglist", "grey", answers={STATUS: TAMPERED}),
    Case("wronglist", "grey", answers={world.bucket_path(): 404}),
    Case("wronglist", "grey", lists={"iat": world.NOW - 2 * world.DAY}),
    Case("unreadable", "grey", b"no certificate"),
)
