"""Compromised keys: only the log says what they signed while they were honest."""

from dataclasses import replace
from typing import Any

from tests.conformance import world
from tests.conformance.cases.statuses import HTML
from tests.conformance.vector import SILENT, Answer, Vector, held, vector
from tests.conformance.world import HONEST, KEYS, LEAKED, certificate, event, new_paper, proof, proof_path, receipt

DATA = certificate(seed=LEAKED)
PATH = proof_path(DATA)
EARLY, LATE = HONEST - 1, HONEST
GOOD = receipt(event(DATA, EARLY), EARLY)
BYTES = GOOD.encode()
OTHER_KIND = receipt(b"\x01" * 40, EARLY).encode()


def changed(before: bytes, after: bytes) -> bytes:
    found = BYTES.replace(before, after)
    if found == BYTES:
        raise AssertionError(before)
    return found


WRONG: list[tuple[str, str, Answer]] = [
    ("proof-server-error", "500.", 500),
    ("proof-html", "A page, with status 200.", HTML),
    ("proof-empty", "No bytes, with status 200.", b""),
    ("proof-truncated", "Cut short.", BYTES[:-40]),
    ("proof-other-header", "Another version of the format.", changed(b"@v1", b"@v2")),
    ("proof-of-other-paper", "The proof of another certificate.", proof(world.PLAIN, EARLY)),
    ("proof-other-index", "An index that the hashes do not lead to.", changed(b"index 5", b"index 4")),
    ("proof-index-outside", "An index past the log's size.", changed(b"index 5", b"index 13")),
    ("proof-event-elsewhere", "The event says another index than the proof.", receipt(event(DATA, 2), EARLY).encode()),
    ("proof-hash-missing", "One hash too few.", replace(GOOD, hashes=GOOD.hashes[:-1]).encode()),
    ("proof-hash-more", "One hash too many.", replace(GOOD, hashes=(*GOOD.hashes, bytes(32))).encode()),
    ("proof-hash-changed", "One hash is another.", replace(GOOD, hashes=(bytes(32), *GOOD.hashes[1:])).encode()),
    ("proof-other-log", "Under a checkpoint of another log.",
     receipt(event(DATA, EARLY), EARLY, origin="other.contoh.invalid").encode()),
    ("proof-note-of-stranger", "Under a checkpoint that a stranger signed.",
     receipt(event(DATA, EARLY), EARLY, seed=world.STRANGER).encode()),
    ("proof-note-by-other-role", "Under a checkpoint that the key of events signed.",
     receipt(event(DATA, EARLY), EARLY, seed=world.EVENT).encode()),
    ("proof-note-unsigned", "Under a checkpoint whose signature is of another.",
     replace(GOOD, note=GOOD.note.replace(b"\n8\n", b"\n9\n")).encode()),
    ("proof-of-no-event", "An entry that is no event.", OTHER_KIND),
    ("proof-event-of-stranger", "An event that a stranger signed.",
     receipt(event(DATA, EARLY, seed=world.STRANGER), EARLY).encode()),
    ("proof-event-by-other-role", "An event signed by the key for certificates.",
     receipt(event(DATA, EARLY, seed=world.CERTIFICATE), EARLY).encode()),
    ("proof-event-of-other-ledger", "An event signed in the name of another ledger.",
     receipt(event(DATA, EARLY, origin="other.contoh.invalid"), EARLY).encode()),
]  # fmt: skip


def compromised(role: str, index: int) -> dict[str, Answer]:
    """A key list in which the ledger's key of this role is, and the status list that names it."""
    state = {"state": "compromised", "compromised_index": index}
    keys = tuple(replace(key, **state) if key.role == role else key for key in KEYS.keys)
    listed = replace(KEYS, keys=keys)
    return {
        "keys/list": world.keys_file(listed),
        world.status_path(): world.status(keys=world.named(listed)),
    }


def leaked(name: str, about: str, reason: str, answer: Answer | None, **more: Any) -> Vector:
    answers = {PATH: answer, **more.pop("answers", {})}
    return vector(name, about, reason, data=DATA, answers=answers, **more)


def vectors() -> list[Vector]:
    return [
        leaked("proof-before", "The log has it at the last honest index.", "valid", BYTES),
        leaked("proof-first", "The log has it at index 0.", "valid", proof(DATA, 0)),
        leaked("proof-new-paper", "The log has it as a new paper of a certificate.", "valid",
               receipt(new_paper(DATA, EARLY), EARLY).encode()),
        leaked("proof-new-paper-of-other", "The log has another token on that paper.", "wronglist",
               receipt(new_paper(world.PLAIN, EARLY), EARLY).encode(), key="?"),
        leaked("proof-after", "The log has it at the first index that is not honest.", "key", proof(DATA, LATE),
               key="!"),
        leaked("proof-absent", "The log does not have it.", "key", None, key="!"),
        leaked("proof-gone", "410: the log does not have it.", "key", 410, key="!"),
        leaked("proof-silent", "Nobody answers, and none is held.", "offline", SILENT, key="?"),
        leaked("proof-silent-held", "Nobody answers, and a proof is held.", "valid", SILENT,
               held={**held(DATA), PATH: BYTES}),
        leaked("proof-silent-held-late", "Nobody answers, and the held proof is of a later place.", "key", SILENT,
               held={**held(DATA), PATH: proof(DATA, LATE)}, key="!"),
        leaked("proof-silent-held-damaged", "Nobody answers, and what is held proves nothing.", "wronglist", SILENT,
               held={**held(DATA), PATH: HTML}, key="?"),
        leaked("proof-absent-held", "The log does not have it, whatever was held before.", "key", None,
               held={**held(DATA), PATH: BYTES}, key="!"),
        leaked("proof-wrong-held", "A wrong answer is none, whatever is held.", "wronglist", HTML,
               held={**held(DATA), PATH: BYTES}, key="?"),
        *(leaked(name, about, "wronglist", answer, key="?") for name, about, answer in WRONG),
        leaked("proof-event-key-leaked", "The key of the event was compromised before it.", "wronglist", BYTES,
               answers=compromised("event", EARLY), key="?"),
        leaked("proof-event-key-honest", "The key of the event was compromised after it.", "valid", BYTES,
               answers=compromised("event", EARLY + 1)),
        leaked("proof-note-key-leaked", "The log's key was compromised at a smaller size.", "wronglist", BYTES,
               answers=compromised("checkpoint", 7), key="?"),
        leaked("proof-late-and-revoked", "Not honest, and revoked: both are said.", "key", proof(DATA, LATE),
               answers={world.status_path(): world.status(None)}, key="!", status="!revoked", others=["revoked"]),
        vector("proof-not-asked", "A proof that would say otherwise is not asked for where the key is sound.",
               answers={proof_path(world.PLAIN): HTML}),
    ]  # fmt: skip
