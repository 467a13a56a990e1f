"""The certificate as such: its key's role and period, its authority's grants, its times, its scope."""

from datetime import date
from typing import Any

from ledger.credentials.status_list import Status
from ledger.domain.values import start_of, to_days
from tests.conformance import world
from tests.conformance.vector import Vector, silent, vector
from tests.conformance.world import ENDED, NOW, SECOND, SIGNED, certificate, status, status_path

OF_DINAS: dict[str, Any] = {"answers": {status_path("dinas"): status(authority="dinas", seed=world.STATUS_SECOND)}}
EARLY = date(2026, 1, 1)


def dinas(name: str, about: str, reason: str, paper: dict[int, Any], **more: Any) -> Vector:
    """Of the second authority: PEKSOS/GENERALIS and HADIR within DINSOS since 2026, RELAWAN everywhere until 2025."""
    data = certificate({1: "dinas"}, paper, seed=SECOND)
    return vector(name, about, reason, data=data, **OF_DINAS, **more)


def keys() -> list[Vector]:
    retired = {"seed": world.RETIRED}
    return [
        vector(
            "key-unknown",
            "No such key, and a fresh status list names exactly this key list.",
            "badsig",
            data=certificate(seed=world.STRANGER),
            only={"format": "", "signature": "!"},
        ),
        vector(
            "key-of-status",
            "Signed by the authority's key for status lists.",
            "authority",
            data=certificate(seed=world.STATUS),
            key="!",
        ),
        vector(
            "key-of-receipts",
            "Signed by a key of the ledger that is of no authority.",
            "authority",
            data=certificate(seed=world.RECEIPT),
            key="!",
            authority="!",
            status="?offline",
            scope="!",
            others=["offline"],
        ),
        vector("key-last-second", "Signed in the key's last second.", data=certificate({6: ENDED - 1}, **retired)),
        vector(
            "key-period-over",
            "Signed in the second in which the key's period is over.",
            "authority",
            data=certificate({6: ENDED}, **retired),
            key="!",
        ),
        vector("key-first-second", "Signed in the key's first second.", data=certificate(seed=world.FUTURE)),
        vector(
            "key-before-period",
            "Signed a second before the key's period.",
            "authority",
            data=certificate({6: SIGNED - 1}, seed=world.FUTURE),
            key="!",
        ),
    ]


def grants() -> list[Vector]:
    denied: dict[str, Any] = {"authority": "!", "scope": "!"}
    limited = {8: "DINSOS"}
    return [
        vector("authority-other", "Claims another authority than its key's.", "authority",
               data=certificate({1: "dinas"}), **denied),
        vector("authority-unknown", "Claims an authority that nobody knows.", "authority",
               data=certificate({1: "kampus"}), **denied),
        vector("grant-not-yet", "Decided the day before the grant begins.", "authority",
               data=certificate({}, {4: to_days(date(2019, 12, 31))}), **denied),
        vector("grant-first-day", "Decided on the first day of the grant.",
               data=certificate({}, {4: to_days(date(2020, 1, 1))})),
        dinas("grant-last-day", "Decided on the last day of the grant.", "valid",
              {2: "RELAWAN", 4: to_days(EARLY) - 1}, kind="k.psm"),
        dinas("grant-over", "Decided the day after the grant ended.", "authority",
              {2: "RELAWAN", 4: to_days(EARLY)}, kind="k.psm", **denied),
        dinas("grant-other-kind", "A prefix that no grant names.", "authority", {2: "STR"}, kind="k.str", **denied),
        dinas("grant-other-level", "A level beside the one that the grant names.", "authority",
              {2: "PEKSOS/SPESIALIS"}, **denied),
        dinas("grant-by-prefix", "A grant for a prefix covers its levels.", "valid",
              {2: "HADIR/DARING", 5: "Peserta, 8 JP", 8: "DINSOS"}, kind="k.attend", context="DINSOS"),
        dinas("grant-other-scope", "A scope that is not the grant's.", "authority", {8: "KEMENSOS"}, **denied),
        dinas("scope-no-context", "Limited, and the asker says nothing.", "scope", limited, scope="!"),
        dinas("scope-other-context", "Limited, and the asker belongs elsewhere.", "scope", limited,
              scope="!", context="KEMENSOS"),
        dinas("scope-fits", "Limited, and the asker belongs to it.", "valid", limited, context="DINSOS"),
        dinas("scope-star-of-limited", "Everywhere, as far as the grant reaches.", "scope", {8: "*"}, scope="!"),
        dinas("scope-star-context-fits", "Everywhere within the grant, and the asker belongs there.", "valid",
              {8: "*"}, context="DINSOS"),
        dinas("scope-star-as-context", "A star is nobody's institution.", "scope", limited, scope="!", context="*"),
        vector("scope-limited-by-token", "The certificate is limited, its grant is not.", "scope",
               data=certificate({}, {8: "KEMENSOS"}), scope="!"),
        vector("scope-unlimited-any-context", "Without limits any asker is at home.", context="KEMENSOS"),
    ]  # fmt: skip


def times() -> list[Vector]:
    return [
        vector("time-first-second", "The first second of its validity.", data=certificate({5: NOW})),
        vector("time-second-before", "A second before its validity.", "notyet",
               data=certificate({5: NOW + 1}), time="!"),
        vector("time-last-second", "The last second of its validity.", data=certificate({4: NOW + 1})),
        vector("time-end", "The second in which its validity ends.", "expired", data=certificate({4: NOW}), time="!"),
        vector("time-signed-in-skew", "Signed 5 minutes in the future: skew is allowed, but no list covers it.",
               "offline", data=certificate({6: NOW + 300}), registered="?", status="?"),
        vector("time-signed-beyond-skew", "Signed 5 minutes and a second in the future.", "notyet",
               data=certificate({6: NOW + 301}), registered="?offline", status="?offline", time="!",
               others=["offline"]),
        vector("time-expired-and-revoked", "Two reasons: the first in the order wins.", "revoked",
               data=certificate({4: NOW}), answers={status_path(): status(Status.INVALID)},
               status="!", time="!expired", others=["expired"]),
        vector("time-no-end-not-yet", "Without end, and not yet in force.", "notyet",
               data=certificate({4: None, 5: start_of(date(2027, 6, 1))}), time="!"),
        vector("time-clock-before-1970", "A clock at its zero: signed times lead.", clock=0,
               lines=["v.clock"], diff=world.FRESH),
    ]  # fmt: skip


def many() -> list[Vector]:
    return [
        vector(
            "order-of-reasons",
            "Unregistered, suspended, expired and of limited scope: red wins, the rest is listed in order.",
            "unregistered",
            data=(data := certificate({4: NOW}, {8: "KEMENSOS"})),
            answers={
                world.bucket_path(data): world.bucket(data, holds=False),
                status_path(): status(Status.SUSPENDED),
            },
            registered="!",
            status="!suspended",
            time="!expired",
            scope="!scope",
            others=["suspended", "expired", "scope"],
        ),
        vector(
            "nothing-answers-first-visit",
            "A first visit without network.",
            "nokey",
            host=silent(),
            only={"format": "", "signature": "?"},
        ),
    ]


def vectors() -> list[Vector]:
    return [*keys(), *grants(), *times(), *many()]
