"""What a key list changes, line by line: read aloud where it is signed, printed in the minutes afterwards."""

from collections.abc import Iterator, Mapping

from ledger.signing.key_records import Key, KeyList
from ledger.signing.key_request import Request

Line = tuple[str, Mapping[str, object]]  # Key of a sentence, and its facts.


def lines(request: Request) -> Iterator[Line]:
    """The ledger, the roots, and every key and authority that changes. Raises: VerificationError: as `lists`."""
    old, new = request.lists()
    yield "c.sign.list", {"origin": request.origin, "version": new.version}
    if old is not None and old.roots != new.roots:
        yield "c.sign.former", {"root": old.roots.fingerprint()}
    changed = "c.sign.roots" if old is None or old.roots == new.roots else "c.sign.succession"
    yield changed, {"root": new.roots.fingerprint(), "threshold": new.roots.threshold}
    before = {} if old is None else {key.public: key for key in old.keys}
    for key in new.keys:
        if key != before.get(key.public):
            yield "c.sign.key", _change(before.get(key.public), key)
    yield from (("c.sign.authority", {"authority": id}) for id in _authorities(old, new))


def grouped(kid: str) -> str:
    """In groups of four, as people read them aloud."""
    return " ".join(kid[start : start + 4] for start in range(0, len(kid), 4))


def _change(old: Key | None, key: Key) -> dict[str, object]:
    facts = {"kid": grouped(key.kid.hex()), "role": key.role, "authority": key.authority}
    before = None if old is None else old.state
    return {**facts, "before": before, "state": key.state, "index": key.compromised_index}


def _authorities(old: KeyList | None, new: KeyList) -> list[str]:
    before = {} if old is None else old.authorities
    return sorted(id for id, authority in new.authorities.items() if before.get(id) != authority)
