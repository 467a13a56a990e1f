"""Registered buckets: what they prove, when they decide, and what is no bucket."""

from hashlib import sha256

from ledger.credentials import registered
from ledger.signing import cbor
from tests.conformance import world
from tests.conformance.cases.statuses import HTML
from tests.conformance.vector import SILENT, Vector, held, silent, vector
from tests.conformance.world import DAY, FRESH, NOW, PLAIN, bucket, bucket_path, certificate, status, status_path

PATH, GOOD = bucket_path(), bucket()
SHORT, NUMBER = sha256(PLAIN).digest()[:8], sha256(PLAIN).digest()[0]
BEFORE, AFTER = bytes([NUMBER]) + bytes(7), bytes([NUMBER]) + b"\xff" * 7
WRONG: list[tuple[str, str, bytes | int | None]] = [
    ("bucket-absent", "404.", None),
    ("bucket-gone", "410.", 410),
    ("bucket-unauthorised", "401.", 401),
    ("bucket-server-error", "502.", 502),
    ("bucket-html", "A page, with status 200.", HTML),
    ("bucket-empty", "No bytes, with status 200.", b""),
    ("bucket-truncated", "Cut short.", GOOD[:-20]),
    ("bucket-byte-behind", "A byte behind the statement.", GOOD + b"\x00"),
    ("bucket-signature-wrong", "One bit of the signature.", GOOD[:-1] + bytes([GOOD[-1] ^ 1])),
    ("bucket-other-ledger", "Signed in the name of another ledger.", bucket(origin="other.contoh.invalid")),
    ("bucket-other-context", "Signed by the right key for another purpose.", bucket(context="peksos/receipt/1")),
    ("bucket-key-of-status", "Signed by a key for status lists.", bucket(seed=world.STATUS)),
    ("bucket-key-unknown", "Signed by a stranger's key.", bucket(seed=world.STRANGER)),
    ("bucket-key-compromised", "Signed by a compromised key.", bucket(seed=world.RECEIPT_LEAKED)),
    ("bucket-before-key", "Signed before its key's period.", bucket(iat=world.BEGUN - 1)),
    ("bucket-other-number", "The bucket beside it, rightly signed.", bucket(number=(NUMBER + 1) % 256)),
    ("bucket-number-text", "A number that is text.", bucket(bucket=f"{NUMBER:02x}")),
    ("bucket-version-2", "Of another version.", bucket(v=2)),
    ("bucket-version-true", "True is no version.", bucket(v=True)),
    ("bucket-field-more", "A field too many.", bucket(note="x")),
    ("bucket-hashes-text", "Hashes that are text.", bucket(hashes="x" * 8)),
    ("bucket-payload-array", "Signed, and no map.",
     world.signer(world.RECEIPT, registered.CONTEXT).sign(cbor.encode([1, 2]))),
    ("bucket-hash-cut", "Hashes that are no multiple of 8 bytes.", bucket(hashes=SHORT + b"\xff")),
    ("bucket-disorder", "Hashes that are not in order.", bucket(hashes=AFTER + SHORT + BEFORE)),
    ("bucket-twice", "A hash that stands there twice.", bucket(hashes=SHORT + SHORT)),
    ("bucket-size-negative", "A log of negative size.", bucket(size=-1)),
    ("bucket-past-end", "Answered, but past its end.", bucket(iat=NOW - 2 * DAY)),
    ("bucket-end-now", "Answered in the second in which it ends.", bucket(exp=NOW)),
]  # fmt: skip


def decided() -> list[Vector]:
    near = SHORT[:7] + bytes([SHORT[7] ^ 1])
    return [
        vector("bucket-without-it", "Signed, and not registered.", "unregistered",
               answers={PATH: bucket(holds=False)}, registered="!"),
        vector("bucket-of-nobody", "An empty bucket.", "unregistered", answers={PATH: bucket(hashes=b"")},
               registered="!"),
        vector("bucket-nearly", "A hash that differs in its last bit.", "unregistered",
               answers={PATH: bucket(hashes=near)}, registered="!"),
        vector("bucket-first", "The first of three.", answers={PATH: bucket(hashes=SHORT + AFTER)}),
        vector("bucket-last", "The last of three.", answers={PATH: bucket(hashes=BEFORE + SHORT)}),
        vector("bucket-alone", "Nobody else is in it.", answers={PATH: bucket(hashes=SHORT)}),
    ]  # fmt: skip


def covering() -> list[Vector]:
    just = certificate({6: FRESH})
    path, known = bucket_path(just), {status_path(): status(iat=FRESH + 1)}
    return [
        vector("bucket-signed-in-the-same-second", "A bucket of the second of signing decides nothing.", "offline",
               data=just, answers={**known, path: bucket(just, holds=False)}, registered="?"),
        vector("bucket-covers-by-a-second", "A bucket of the second after decides.", "unregistered", data=just,
               answers={**known, path: bucket(just, holds=False, iat=FRESH + 1)}, registered="!"),
        vector("bucket-asked-again", "The second answer has it.", data=just,
               answers={**known, path: [bucket(just, holds=False, iat=FRESH - 60), bucket(just, iat=FRESH + 60)]}),
        vector("bucket-asked-again-after-the-same-second", "A bucket of the second of signing is asked for again.",
               data=just, answers={**known, path: [bucket(just, holds=False), bucket(just, iat=FRESH + 60)]}),
        vector("bucket-asked-once", "A bucket that covers the paper is not asked for again.",
               answers={PATH: [GOOD, 404]}),
        vector("bucket-silence-is-not-asked-again", "Who does not answer is not asked again.", "offline", data=just,
               held={path: bucket(just, iat=FRESH - 60)},
               answers={**known, path: [SILENT, bucket(just, iat=FRESH + 60)]},
               registered="?"),
        vector("bucket-asked-again-wrong", "The second answer is a page.", "wronglist", data=just,
               answers={**known, path: [bucket(just, iat=FRESH - 60), HTML]}, registered="?"),
        vector("bucket-asked-again-silent", "The second time nobody answers.", "offline", data=just,
               answers={**known, path: [bucket(just, iat=FRESH - 60), SILENT]},
               registered="?"),
    ]  # fmt: skip


def remembered() -> list[Vector]:
    without = {PATH: bucket(holds=False)}
    old = bucket(iat=NOW - 200 * DAY)
    return [
        vector("bucket-older-iat", "An answer older than what is held is ignored, and said.", held=held(),
               answers={PATH: bucket(holds=False, iat=FRESH - 60)}, lines=["l.rollback"]),
        vector("bucket-same-iat-other-bytes", "Two buckets of one second.", "wronglist", held=held(),
               answers=without, registered="?"),
        vector("bucket-newer", "A newer bucket takes the place of what is held.", held={**held(), **without},
               answers={PATH: bucket(iat=FRESH + 60)}),
        vector("bucket-silent-first-visit", "The host answers, but not for it: nothing may hide there.", "offline",
               answers=silent(PATH), registered="?"),
        vector("bucket-silent-held", "Nobody answers, and what is held has it.", held=held(), answers=silent(PATH)),
        vector("bucket-silent-held-old", "Registrations are never taken back: an old bucket counts.",
               held={**held(), PATH: old}, answers=silent(PATH)),
        vector("bucket-silent-held-without", "Nobody answers, and what is held covers the paper without it.",
               "unregistered", held={**held(), **without}, answers=silent(PATH), registered="!"),
        vector("bucket-silent-held-before", "Nobody answers, and what is held is older than the paper.", "offline",
               held={**held(), PATH: bucket(holds=False, iat=world.SIGNED)}, answers=silent(PATH),
               registered="?"),
        vector("bucket-wrong-hides-held", "A wrong answer is none, whatever is held.", "wronglist", held=held(),
               answers={PATH: 500}, registered="?"),
        vector("bucket-held-damaged", "What is held does not verify, and nobody answers.", "offline",
               held={**held(), PATH: GOOD[:-1]}, answers=silent(PATH), registered="?"),
    ]  # fmt: skip


def vectors() -> list[Vector]:
    return [
        *(vector(name, about, "wronglist", answers={PATH: data}, registered="?") for name, about, data in WRONG),
        *decided(),
        *covering(),
        *remembered(),
    ]
