"""Status lists: what they say, when they decide, and what is no list."""

import zlib

from ledger.credentials import status_list
from ledger.credentials.status_list import Status
from ledger.signing import cbor
from tests.conformance import world
from tests.conformance.vector import Vector, held, vector
from tests.conformance.world import FRESH, INDEX, KEYS, NOW, certificate, named, packed, status, status_path

LIST = status_path()
HTML = b"<!doctype html><title>Selamat datang</title><p>Silakan masuk ke jaringan tamu.</p>"
GOOD = status()
PACKED = packed()


def deflated(data: bytes) -> bytes:
    return zlib.compress(data, 9)


def raw_deflated(data: bytes) -> bytes:
    maker = zlib.compressobj(9, zlib.DEFLATED, -15)
    return maker.compress(data) + maker.flush()


def checksum_wrong(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


WRONG: list[tuple[str, str, bytes | int | None]] = [
    ("status-absent", "404: the host has no such list.", None),
    ("status-gone", "410.", 410),
    ("status-forbidden", "403.", 403),
    ("status-server-error", "500.", 500),
    ("status-unavailable", "503.", 503),
    ("status-html", "A page of a guest network, with status 200.", HTML),
    ("status-empty", "No bytes, with status 200.", b""),
    ("status-truncated", "The list is cut short.", GOOD[: len(GOOD) // 2]),
    ("status-byte-behind", "A byte behind the statement.", GOOD + b"\x00"),
    ("status-signature-wrong", "One bit of the signature.", GOOD[:-1] + bytes([GOOD[-1] ^ 1])),
    ("status-other-ledger", "Signed in the name of another ledger.", status(origin="other.contoh.invalid")),
    ("status-other-context", "Signed by the right key for another purpose.", status(context="peksos/cert/1")),
    ("status-without-typ", "Without its type.", status(typ=None)),
    ("status-other-typ", "Of another type.", status(typ="application/cwt")),
    ("status-key-of-certificates", "Signed by the authority's key for certificates.", status(seed=world.CERTIFICATE)),
    ("status-key-of-other-authority", "By the status key of another authority.", status(seed=world.STATUS_SECOND)),
    ("status-key-unknown", "Signed by a stranger's key.", status(seed=world.STRANGER)),
    ("status-key-retired", "Signed after its key's period.", status(seed=world.STATUS_RETIRED)),
    ("status-key-compromised", "Its key is compromised: the log has no lists.", status(seed=world.STATUS_LEAKED)),
    ("status-other-number", "The list of another number, rightly signed.", status(number=1)),
    ("status-other-address", "A list that names another host.", status(uri="https://cek.example/status/ipspi/0")),
    ("status-slash-behind", "A list that names nearly this address.", status(uri=f"{world.BASE}/status/ipspi/0/")),
    ("status-lst-truncated", "Compressed bytes that are cut short.", status(lst=deflated(PACKED)[:-6])),
    ("status-lst-checksum", "Compressed bytes with a wrong checksum.", status(lst=checksum_wrong(deflated(PACKED)))),
    ("status-lst-raw", "Deflate without zlib's envelope.", status(lst=raw_deflated(PACKED))),
    ("status-lst-trailing", "A byte behind the compressed ones.", status(lst=deflated(PACKED) + b"\x00")),
    ("status-lst-bomb", "Sixteen mebibytes in a few bytes.", status(lst=deflated(bytes(16 << 20)))),
    ("status-lst-one-more", "One byte more than a list holds.", status(lst=deflated(PACKED + b"\x00"))),
    ("status-lst-one-less", "One byte less than a list holds.", status(lst=deflated(PACKED[:-1]))),
    ("status-lst-unfinished", "All entries are there, their checksum is not.", status(lst=deflated(PACKED)[:-2])),
    ("status-lst-field-more", "A field beside bits and lst.",
     status(extra={65533: {"bits": 2, "lst": deflated(PACKED), "aggregation_uri": "https://cek.example"}})),
    ("status-lst-empty", "A list of nobody.", status(lst=deflated(b""))),
    ("status-one-bit", "One bit an entry.", status(bits=1, lst=deflated(PACKED))),
    ("status-eight-bits", "Eight bits an entry.", status(bits=8, lst=deflated(PACKED))),
    ("status-claim-more", "A claim too many.", status(extra={1: "ipspi"})),
    ("status-keys-short", "The hash of its key list is cut short.", status(extra={-70002: [3, bytes(31)]})),
    ("status-keys-text", "The hash of its key list is text.", status(extra={-70002: [3, "x" * 32]})),
    ("status-payload-array", "Signed, and no map.",
     world.signer(world.STATUS, status_list.CONTEXT, typ=status_list.TYP).sign(cbor.encode([1, 2]))),
    ("status-iat-text", "A time that is text.", status(extra={6: "now"})),
    ("status-end-now", "Answered in the second in which it ends.", status(exp=NOW)),
]  # fmt: skip
SAID: list[tuple[str, str, str, Status | None]] = [
    ("status-revoked", "The list says 1.", "revoked", Status.INVALID),
    ("status-nobody", "An index that nobody holds reads 1.", "revoked", None),
    ("status-suspended", "The list says 2.", "suspended", Status.SUSPENDED),
]


def decided() -> list[Vector]:
    outside, last = certificate({}, {3: [0, 1 << 17]}), certificate({}, {3: [0, (1 << 17) - 1]})
    other = certificate({}, {3: [1, INDEX]})
    return [
        *(vector(name, about, word, answers={LIST: status(state)}, status="!") for name, about, word, state in SAID),
        vector("status-withdrawn", "The list says 3: nothing of the paper is shown.", "withdrawn",
               answers={LIST: status(Status.WITHDRAWN)}, status="!", kind=None),
        vector("status-index-outside", "An index past the list's end reads 1.", "revoked", data=outside, status="!"),
        vector("status-index-last", "The last index of a list.", data=last,
               answers={LIST: status(index=(1 << 17) - 1)}),
        vector("status-first-of-four", "The entry before in the same byte is another's.", "revoked",
               answers={LIST: status(index=INDEX - 1)}, status="!"),
        vector("status-second-list", "A certificate of the second list.", data=other,
               answers={LIST: status(None), status_path(number=1): status(number=1)}),
        vector("status-list-missing", "The certificate names a list that does not exist.", "wronglist",
               data=certificate({}, {3: [7, INDEX]}), status="?"),
        vector("status-no-more-than-it-is", "A revoked paper that is not registered either.", "unregistered",
               answers={LIST: status(Status.INVALID), world.bucket_path(): world.bucket(holds=False)},
               registered="!", status="!revoked", others=["revoked"]),
    ]  # fmt: skip


def covering() -> list[Vector]:
    just = certificate({6: FRESH})
    known = {world.bucket_path(just): world.bucket(just, iat=FRESH + 1)}
    return [
        vector("status-signed-in-the-same-second", "A list of the second of signing decides nothing.", "offline",
               data=just, answers=known, status="?"),
        vector("status-covers-by-a-second", "A list of the second after decides.", data=just,
               answers={**known, LIST: status(iat=FRESH + 1)}),
        vector("status-older-than-paper", "A list from before the paper decides nothing, not even 1.", "offline",
               data=just, answers={**known, LIST: status(Status.INVALID, iat=FRESH - 60)}, status="?"),
        vector("status-asked-again", "The second answer covers the paper.", data=just,
               answers={**known, LIST: [status(None, iat=FRESH - 60), status(iat=FRESH + 60)]}),
        vector("status-asked-again-after-the-same-second", "A list of the second of signing is asked for again.",
               data=just, answers={**known, LIST: [status(None, iat=FRESH), status(iat=FRESH + 60)]}),
        vector("status-asked-once", "One that covers the paper is not asked for again.", answers={LIST: [GOOD, 404]}),
        vector("status-silence-is-not-asked-again", "Who does not answer is not asked again.", "offline", data=just,
               held={LIST: status(iat=FRESH - 60)}, answers={**known, LIST: ["silent", status(iat=FRESH + 60)]},
               status="?"),
        vector("status-asked-again-absent", "The second answer is none.", "wronglist", data=just,
               answers={**known, LIST: [status(iat=FRESH - 60), 404]}, status="?"),
        vector("status-asked-again-silent", "The second time nobody answers.", "offline", data=just,
               answers={**known, LIST: [status(iat=FRESH - 60), "silent"]}, status="?"),
    ]  # fmt: skip


def remembered() -> list[Vector]:
    return [
        vector("status-same-bytes", "What is held is answered again.", held=held()),
        vector("status-older-iat", "An answer older than what is held is ignored, and said.",
               held=held(), answers={LIST: status(iat=FRESH - 60)}, lines=["l.rollback"]),
        vector("status-older-iat-hides-nothing", "Nobody is un-revoked by an old list.", "revoked",
               held={**held(), LIST: status(Status.INVALID)}, answers={LIST: status(iat=FRESH - 60)},
               status="!", lines=["l.rollback"]),
        vector("status-same-iat-other-bytes", "Two lists of one second: one of them is a lie.", "wronglist",
               held=held(), answers={LIST: status(Status.SUSPENDED)}, status="?"),
        vector("status-newer", "A newer list takes the place of what is held.", "suspended",
               held=held(), answers={LIST: status(Status.SUSPENDED, iat=FRESH + 60)}, status="!"),
        vector("status-reinstated", "A newer list says that a suspension is over.",
               held={**held(), LIST: status(Status.SUSPENDED)}, answers={LIST: status(iat=FRESH + 60)}),
        vector("status-wrong-hides-held", "A wrong answer is none, whatever is held.", "wronglist",
               held=held(), answers={LIST: HTML}, status="?"),
        vector("status-held-damaged", "What is held does not verify: as if nothing were.",
               held={**held(), LIST: HTML}),
    ]  # fmt: skip


def naming() -> list[Vector]:
    newer, other = world.version(4), world.version(3, exp=KEYS.exp + 1)
    return [
        vector("status-names-newer-keys", "It names a key list that the host does not have.", "nokey",
               answers={LIST: status(keys=named(newer))}, key="?"),
        vector("status-names-other-keys", "It names another key list of this version.", "nokey",
               answers={LIST: status(keys=named(other))}, key="?"),
        vector("status-names-older-keys", "It was signed before the newest key list.",
               answers={LIST: status(keys=(2, bytes(32)))}),
        vector("status-names-newer-keys-got", "Asked once more, the host has the newer key list.",
               answers={"keys/list": [world.keys_file(), world.keys_file(newer)], LIST: status(keys=named(newer))}),
    ]  # fmt: skip


def vectors() -> list[Vector]:
    return [
        *(vector(name, about, "wronglist", answers={LIST: data}, status="?") for name, about, data in WRONG),
        vector("status-past-end", "Answered, but a day past its end.", "wronglist",
               answers={LIST: status(iat=NOW - 2 * world.DAY)}, status="?", lines=["l.notrefreshed"]),
        *decided(),
        *covering(),
        *remembered(),
        *naming(),
    ]  # fmt: skip
