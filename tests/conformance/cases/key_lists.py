"""Key lists: the first one by a fingerprint, each later one by the roots before it; and the keys that nobody knows."""

from dataclasses import replace
from typing import Any

from ledger.credentials.status_list import Status
from ledger.signing import cbor
from tests.conformance import world
from tests.conformance.cases.statuses import HTML
from tests.conformance.vector import SILENT, Answer, Vector, held, silent, vector
from tests.conformance.world import KEYS, NOW, certificate, keys_file, named, signed_by, status, status_path, version

PATH, LIST = "keys/list", status_path()
NO_KEY: dict[str, Any] = {"only": {"format": "", "signature": "?"}}
GOOD = keys_file()
BODY: Any = cbor.decode(GOOD, limit=1 << 20)
OTHERS = version(4, roots=world.roots(4, 5))  # Another root set: signed by the old and the new.
THIRD = version(5, roots=world.roots(6, 7))


def body(signed: list[bytes], **more: object) -> bytes:
    return cbor.encode({"list": BODY["list"], "signed": signed, **more})


WRONG: list[tuple[str, str, Answer | None]] = [
    ("keys-absent", "404.", None),
    ("keys-server-error", "500.", 500),
    ("keys-redirect", "302: nobody follows it.", 302),
    ("keys-html", "A page, with status 200.", HTML),
    ("keys-empty", "No bytes, with status 200.", b""),
    ("keys-truncated", "Cut short.", GOOD[:-30]),
    ("keys-byte-behind", "A byte behind it.", GOOD + b"\x00"),
    ("keys-one-root", "One root where two must sign.", signed_by(KEYS, 1)),
    ("keys-one-root-twice", "One root counts once.", body([BODY["signed"][0]] * 2)),
    ("keys-no-root", "No signature at all.", body([])),
    ("keys-stranger", "One root and a stranger.", signed_by(KEYS, 1, world.STRANGER)),
    ("keys-signature-wrong", "A root's signature that fails refuses the list.",
     body([*BODY["signed"], BODY["signed"][0][:-1] + bytes([BODY["signed"][0][-1] ^ 1])])),
    ("keys-33-signatures", "More signatures than anybody needs.", body([BODY["signed"][0], *BODY["signed"] * 16])),
    ("keys-other-ledger", "In the name of another ledger.", signed_by(KEYS, 1, 2, origin="other.contoh.invalid")),
    ("keys-field-more", "A field too many.", body(BODY["signed"], note="x")),
    ("keys-other-roots", "Signed by roots of its own that nobody pinned.", signed_by(OTHERS, 4, 5)),
    ("keys-lower-threshold", "The pinned roots with a threshold of one.",
     signed_by(replace(KEYS, roots=world.roots(*world.ROOTS, threshold=1)), 1)),
]  # fmt: skip
STEPS = {"keys/4": signed_by(OTHERS, 1, 2, 4, 5), "keys/5": signed_by(THIRD, 4, 5, 6, 7)}


def first_visit() -> list[Vector]:
    late = replace(KEYS, exp=NOW)
    last = replace(KEYS, exp=NOW + 1)
    return [
        *(vector(name, about, "wronglist", answers={PATH: data}, **NO_KEY) for name, about, data in WRONG),
        vector("keys-all-roots", "Three roots where two must sign.", answers={PATH: signed_by(KEYS, 1, 2, 3)}),
        vector("keys-32-signatures", "As many signatures as are looked at.", answers={PATH: body(BODY["signed"] * 16)}),
        vector("keys-stranger-beside", "A stranger's signature beside enough others.",
               answers={PATH: signed_by(KEYS, 1, world.STRANGER, 2)}),
        vector("keys-silent-first-visit", "Nobody answers, and nothing is held.", "nokey",
               answers=silent(PATH), **NO_KEY),
        vector("keys-past-end", "Answered in the second in which it ends.", "wronglist",
               answers={PATH: keys_file(late), LIST: status(keys=named(late))}, key="?"),
        vector("keys-last-second", "The last second before its end.",
               answers={PATH: keys_file(last), LIST: status(keys=named(last))}),
    ]  # fmt: skip


def later() -> list[Vector]:
    four, same = version(4), version(3, exp=KEYS.exp + 1)
    ended = replace(KEYS, exp=NOW)
    return [
        vector("keys-newer", "A newer list signed by the roots that are held.", held=held(),
               answers={PATH: keys_file(four), LIST: status(keys=named(four), iat=world.FRESH + 60)}),
        vector("keys-two-newer", "Two versions newer, by the same roots: no step between is needed.", held=held(),
               answers={PATH: keys_file(version(5))}),
        vector("keys-lower-version", "A version below the one that is held.", "wronglist", held=held(),
               answers={PATH: keys_file(version(2))}, key="?"),
        vector("keys-same-version-other-bytes", "Another list of the version that is held.", "wronglist", held=held(),
               answers={PATH: keys_file(same)}, key="?"),
        vector("keys-same-list-other-signatures", "The list that is held, signed by other roots of the set.",
               held=held(), answers={PATH: signed_by(KEYS, 2, 3)}),
        vector("keys-same-list-unsigned", "The list that is held, with too few signatures.", "wronglist", held=held(),
               answers={PATH: signed_by(KEYS, 1)}, key="?"),
        vector("keys-newer-unsigned", "A newer list that one root signed.", "wronglist", held=held(),
               answers={PATH: signed_by(four, 1)}, key="?"),
        vector("keys-html-held", "A page instead of the list.", "wronglist", held=held(),
               answers={PATH: HTML}, key="?"),
        vector("keys-absent-held", "404 where a list is held.", "wronglist", held=held(),
               answers={PATH: None}, key="?"),
        vector("keys-silent-held", "Nobody answers: the held list counts.", held=held(), answers=silent(PATH)),
        vector("keys-silent-held-past-end", "Nobody answers, and the held list is past its end.", "nokey",
               held={**held(), PATH: keys_file(ended), LIST: status(keys=named(ended))},
               answers={**silent(PATH), LIST: status(keys=named(ended))}, key="?"),
        vector("keys-silent-held-superseded", "Nobody answers for a list that the status list calls old.", "nokey",
               held=held(), answers={**silent(PATH), LIST: status(keys=named(four), iat=world.FRESH + 60)}, key="?"),
        vector("keys-held-damaged", "What is held is no list: as on a first visit.", held={**held(), PATH: HTML}),
        vector("keys-held-damaged-other-roots", "What is held is no list, and the roots are not the pinned ones.",
               "wronglist", held={**held(), PATH: HTML}, answers={PATH: signed_by(OTHERS, 4, 5)}, **NO_KEY),
        vector("keys-clock-behind", "The key list was signed after the clock's time.", clock=KEYS.iat - 3600,
               lines=["v.clock"], diff=world.FRESH - KEYS.iat + 3600),
    ]  # fmt: skip


def rotated() -> list[Vector]:
    at_four, at_five = {LIST: status(keys=named(OTHERS))}, {LIST: status(keys=named(THIRD))}
    lists = {**held(), LIST: status(iat=world.FRESH - 60)}

    def wrong(
        name: str, about: str, answers: dict[str, Answer | list[Answer] | None], lists_of: dict[str, bytes]
    ) -> Vector:
        said = {**answers, LIST: status(iat=world.FRESH)}
        return vector(name, about, "wronglist", held=lists_of, answers=said, key="?")  # type: ignore[arg-type]

    return [
        vector("roots-changed", "New roots, signed by the old ones and by themselves.", held=lists,
               answers={PATH: STEPS["keys/4"], **at_four}),
        wrong("roots-changed-by-new-only", "New roots that the old ones did not sign.",
              {PATH: signed_by(OTHERS, 4, 5)}, lists),
        wrong("roots-changed-by-old-only", "New roots that did not sign themselves.",
              {PATH: signed_by(OTHERS, 1, 2)}, lists),
        vector("roots-walked", "Roots that changed twice: every list between is asked for.", held=lists,
               answers={PATH: signed_by(THIRD, 4, 5, 6, 7), **STEPS, **at_five}),
        wrong("roots-walk-step-absent", "A list between is missing.", {PATH: STEPS["keys/5"]}, lists),
        wrong("roots-walk-step-silent", "Nobody answers for a list between.",
              {PATH: STEPS["keys/5"], "keys/4": SILENT}, lists),
        wrong("roots-walk-step-page", "A page instead of a list between.",
              {PATH: STEPS["keys/5"], "keys/4": HTML}, lists),
        wrong("roots-walk-step-unsigned", "A list between that the held roots did not sign.",
              {PATH: STEPS["keys/5"], "keys/4": signed_by(OTHERS, 4, 5)}, lists),
        wrong("roots-walk-step-other", "Another version where a list between was asked for.",
              {PATH: STEPS["keys/5"], "keys/4": STEPS["keys/5"]}, lists),
        wrong("roots-walk-step-repeated", "A list between that is rightly signed, but of another version.",
              {PATH: signed_by(replace(THIRD, version=6), 4, 5, 6, 7), **STEPS,
               "keys/5": STEPS["keys/4"]}, lists),
        wrong("roots-walk-too-far", "A version a million further: nobody walks so far.",
              {PATH: signed_by(replace(OTHERS, version=1_000_003), 4, 5)}, lists),
    ]  # fmt: skip


def strangers() -> list[Vector]:
    data = certificate(seed=world.STRANGER)
    unsure: dict[str, Any] = {"data": data, **NO_KEY}
    red: dict[str, Any] = {"data": data, "only": {"format": "", "signature": "!"}}
    dinas = certificate({1: "dinas"}, seed=world.STRANGER)
    other = {status_path("dinas"): status(authority="dinas", seed=world.STATUS_SECOND)}
    newer = version(4, keys=(*KEYS.keys, world.key(world.STRANGER, "certificate", "ipspi")))
    host = {PATH: [GOOD, keys_file(newer)], LIST: status(keys=named(newer))}
    ledgers = tuple(key for key in KEYS.keys if key.authority is None)
    return [
        vector("stranger-list-old", "The status list is 30 minutes and a second old.", "nokey",
               answers={LIST: status(iat=NOW - 1801)}, **unsure),
        vector("stranger-list-30-minutes", "The status list is exactly 30 minutes old.", "badsig",
               answers={LIST: status(iat=NOW - 1800)}, **red),
        vector("stranger-list-absent", "No status list to say which key list is in force.", "nokey",
               answers={LIST: None}, **unsure),
        vector("stranger-list-silent", "Nobody answers: what is held does not count here.", "nokey", held=held(data),
               answers=silent(LIST), **unsure),
        vector("stranger-list-past-end", "A status list past its end.", "nokey",
               answers={LIST: status(exp=NOW)}, **unsure),
        vector("stranger-list-rollback", "A status list older than the held one.", "nokey", held=held(data),
               answers={LIST: status(iat=world.FRESH - 60)}, **unsure),
        vector("stranger-list-names-newer", "A newer key list is named, and not to be had.", "nokey",
               answers={LIST: status(keys=named(newer))}, **unsure),
        vector("stranger-list-names-other", "Another key list of this version is named.", "nokey",
               answers={LIST: status(keys=(3, bytes(32)))}, **unsure),
        vector("stranger-list-names-older", "An older key list is named.", "nokey",
               answers={LIST: status(keys=(2, bytes(32)))}, **unsure),
        vector("stranger-known-to-newer", "The newer key list, asked once more, has the key.",
               data=data, answers=host),
        vector("stranger-last-month", "A phone with last month's key list accuses nobody.", "nokey",
               held={PATH: GOOD}, answers=silent(PATH, LIST), **unsure),
        vector("stranger-keys-wrong", "A page instead of the key list, while an old one is held.", "nokey",
               held={PATH: GOOD}, answers={PATH: HTML}, **unsure),
        vector("stranger-without-authorities", "A key list without any authority: no status list can name it.", "nokey",
               answers={PATH: keys_file(replace(KEYS, authorities={}, keys=ledgers))}, **unsure),
        vector("stranger-of-second-authority", "The list of the authority that the code names is asked.", "badsig",
               data=dinas, answers={**other, LIST: None}, only={"format": "", "signature": "!"}),
        vector("stranger-of-nobody", "No authority is named: the first by its id is asked.", "badsig",
               data=certificate({1: "kampus"}, seed=world.STRANGER), answers={**other, LIST: None},
               only={"format": "", "signature": "!"}),
        vector("stranger-revoked-too", "What the list says of an index is not asked of strangers.", "badsig",
               answers={LIST: status(Status.INVALID)}, **red),
    ]  # fmt: skip


def vectors() -> list[Vector]:
    return [*first_visit(), *later(), *rotated(), *strangers()]
