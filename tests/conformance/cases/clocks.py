"""Clocks that are wrong, and lists of every age: to the second."""

from collections.abc import Sequence
from typing import Any

from ledger.credentials.status_list import Status
from tests.conformance import world
from tests.conformance.vector import Answer, Vector, held, silent, vector
from tests.conformance.world import DAY, FRESH, HOUR, NOW, certificate, keys_file, status, status_path

LIST = status_path()
END = FRESH + DAY  # of the lists
WEEK = 7 * DAY
OLD = ["l.notrefreshed"]


def dated(date: int) -> dict[str, Sequence[Answer] | Answer | None]:
    """A host that says what time it has."""
    answers: dict[str, Sequence[Answer] | Answer | None] = {path: [(data, date)] for path, data in held().items()}
    return answers


def wrong() -> list[Vector]:
    year = NOW + 365 * DAY
    slow = NOW - 2 * HOUR
    begun = certificate({5: slow + 60})
    return [
        vector("clock-two-hours-slow", "Signed times lead, and the difference is said.", clock=slow,
               lines=["v.clock"], diff=FRESH - slow),
        vector("clock-two-hours-slow-begun", "In force since an hour by the lists' time.", clock=slow, data=begun,
               lines=["v.clock"], diff=FRESH - slow),
        vector("clock-slow-expired", "A slow clock does not prolong a certificate.", "expired", clock=slow,
               data=certificate({4: FRESH}), time="!", lines=["v.clock"], diff=FRESH - slow),
        vector("clock-behind-5-minutes", "Five minutes are no difference.", clock=FRESH - 300),
        vector("clock-behind-5-minutes-1", "Five minutes and a second are one.", clock=FRESH - 301,
               lines=["v.clock"], diff=301),
        vector("clock-year-ahead", "By this clock every list is past its end: nothing is green.", "wronglist",
               clock=year, host=dated(NOW), key="?", registered="?", status="?", lines=[*OLD, "v.clock"],
               diff=NOW - year),
        vector("clock-year-ahead-no-date", "The same, from a host that does not say its time.", "wronglist",
               clock=year, key="?", registered="?", status="?", lines=OLD),
        vector("clock-year-ahead-offline", "A year ahead and without network.", "nokey", clock=year, held=held(),
               answers=silent(), key="?", status="?offline", others=["offline"], lines=OLD),
        vector("clock-hour-ahead", "An hour ahead: the lists seem older than they are.", clock=NOW + HOUR,
               host=dated(NOW), lines=[*OLD, "v.clock"], diff=-HOUR),
        vector("clock-host-5-minutes", "The host's time differs by five minutes.", host=dated(NOW + 300)),
        vector("clock-host-5-minutes-1", "The host's time differs by five minutes and a second.",
               host=dated(NOW + 301), lines=["v.clock"], diff=301),
        vector("clock-host-behind", "The host's own clock may be the wrong one: it is a hint.",
               host=dated(NOW - 301), lines=["v.clock"], diff=-301),
        vector("clock-host-proves-nothing", "A host's time makes no certificate expire.",
               data=(data := certificate({4: NOW + 60})), host=dated(NOW + HOUR) | {
                   world.bucket_path(data): world.bucket(data)}, lines=["v.clock"], diff=HOUR),
    ]  # fmt: skip


def ages() -> list[Vector]:
    """Of a list that is held, and nobody answers."""

    def aged(name: str, about: str, reason: str, now: int, state: Status = Status.VALID, **more: Any) -> Vector:
        things = {**held(), LIST: status(state)}
        return vector(name, about, reason, clock=now, held=things, answers=silent(), **more)

    two, three, one = Status.SUSPENDED, Status.WITHDRAWN, Status.INVALID
    return [
        aged("age-30-minutes", "Thirty minutes old: as it says.", "valid", FRESH + 1800),
        aged("age-30-minutes-1", "A second more: as it says, not refreshed.", "valid", FRESH + 1801, lines=OLD),
        aged("age-last-second", "Its last second.", "valid", END - 1, lines=OLD),
        aged("age-end", "The second of its end.", "stale", END, status="?"),
        aged("age-week-last-second", "The last second of the week after its end.", "stale", END + WEEK - 1, status="?"),
        aged("age-week", "A week after its end.", "offline", END + WEEK, status="?"),
        aged("age-suspended", "Suspended, not refreshed.", "suspended", END - 1, two, status="!", lines=OLD),
        aged("age-suspended-end", "Suspended, past its end.", "suspended", END, two, status="!", lines=OLD),
        aged("age-suspended-week-last", "Suspended, in the last second of the week.", "suspended", END + WEEK - 1, two,
             status="!", lines=OLD),
        aged("age-suspended-week", "Suspended more than a week ago: it may have ended.", "offline", END + WEEK, two,
             status="?"),
        aged("age-withdrawn-end", "Withdrawn, past its end.", "withdrawn", END, three, status="!", kind=None),
        aged("age-withdrawn-week", "Withdrawn more than a week ago.", "offline", END + WEEK, three, status="?"),
        aged("age-revoked-end", "Revoked, past its end.", "revoked", END, one, status="!", lines=OLD),
        aged("age-revoked-month", "Revoked a month ago: revocations are final.", "revoked", END + 30 * DAY, one,
             status="!", lines=OLD),
    ]  # fmt: skip


def answered() -> list[Vector]:
    """The same ages of a list that a host gives."""
    return [
        vector("answered-30-minutes", "A list of half an hour.", answers={LIST: status(iat=NOW - 1800)}),
        vector("answered-30-minutes-1", "A list of half an hour and a second.", answers={LIST: status(iat=NOW - 1801)},
               lines=OLD),
        vector("answered-last-second", "A list in its last second.", answers={LIST: status(exp=NOW + 1)}),
        vector("answered-short-life", "A list that was made for a minute, and is over.", "wronglist",
               answers={LIST: status(exp=FRESH + 60)}, status="?"),
        vector("answered-from-tomorrow", "A list from tomorrow: its time leads.",
               answers={LIST: status(iat=NOW + HOUR)}, lines=["v.clock"], diff=HOUR),
    ]  # fmt: skip


def offline() -> list[Vector]:
    keys = {"keys/list": keys_file()}
    bucket = {world.bucket_path(): world.bucket()}
    lists = {LIST: status()}
    return [
        vector("offline-everything-held", "Everything is held: no network is needed.", held=held(), answers=silent()),
        vector("offline-keys-only", "Only the key list is held.", "offline", held=keys, answers=silent(),
               registered="?-", status="?", lines=["l.noregistration"]),
        vector("offline-without-bucket", "No bucket is held: said in a line.", held={**keys, **lists},
               answers=silent(), registered="?-", lines=["l.noregistration"]),
        vector("offline-without-status", "No status list is held.", "offline", held={**keys, **bucket},
               answers=silent(), status="?"),
        vector("offline-without-keys", "No key list is held.", "nokey", held={**lists, **bucket},
               answers=silent(), only={"format": "", "signature": "?"}),
        vector("offline-new-paper", "A paper newer than everything that is held.", "offline",
               data=(data := certificate({6: FRESH + 60})), held=held(data), answers=silent(data=data),
               registered="?-", status="?", lines=["l.noregistration"]),
        vector("offline-altered", "Altered paper is red without network too.", "badsig",
               data=world.certificate(origin="other.contoh.invalid"), held=held(), answers=silent(),
               only={"format": "", "signature": "!"}),
        vector("offline-expired", "Expired is expired without network too.", "expired",
               data=(late := certificate({4: NOW})), held=held(late), answers=silent(data=late), time="!"),
        vector("offline-other-authoritys-list", "Held is the list of another authority under this path.", "offline",
               held={**held(), LIST: status(authority="dinas", seed=world.STATUS_SECOND)}, answers=silent(),
               status="?"),
    ]  # fmt: skip


def vectors() -> list[Vector]:
    return [*wrong(), *ages(), *answered(), *offline()]
