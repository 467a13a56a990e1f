"""Key lists: signed by the roots, never forgetting a key, asked before any signature is believed."""

from collections.abc import Sequence
from string import hexdigits
from typing import TypedDict

from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey

from ledger.errors import VerificationError
from ledger.signing import cose, public_key
from ledger.signing.key_records import STATES, Authority, Grant, Key, KeyList, RootKey, RootSet

# Whoever reads a key list needs its records too: one import.
__all__ = [
    "Authority",
    "Grant",
    "Key",
    "KeyList",
    "RootKey",
    "RootSet",
    "SignedKeyList",
    "admit",
    "entitled",
    "is_anchor",
    "open_signed",
    "publish",
    "quorum",
    "signers",
    "succeed",
]

CONTEXT = "peksos/keys/1"

MAX_SIGNATURES = 32  # Of two root sets, and room; what a stranger can make us check is bounded.


class SignedKeyList(TypedDict):
    """The published map, and the body of a key event."""

    list: bytes
    signed: list[bytes]


def publish(key_list: KeyList, root_keys: Sequence[cose.PrivateKey], origin: str) -> SignedKeyList:
    """Sign a list by each of these root keys; signatures made elsewhere are put beside them.

    Raises:
        VerificationError: `key-list-malformed`: readers would refuse it.
    """
    data = key_list.encode()
    KeyList.decode(data)
    signers = [cose.Signer(key, context=CONTEXT, origin=origin) for key in root_keys]
    return {"list": data, "signed": [signer.sign_detached(data) for signer in signers]}


def open_signed(data: bytes, signed: Sequence[bytes], *, origin: str, roots: RootSet) -> KeyList:
    """Read a list that enough of these roots signed.

    Signatures by keys that are not among `roots` are ignored; one that is, and fails, refuses the list. Where
    the set has an ML-DSA-65 key, one signature by such a key is asked too: else who breaks Ed25519 leaves it out.

    Args:
        data: The bytes of `list`.
        signed: COSE_Sign1 with detached payload.
        roots: The set to believe, known from elsewhere than from `data`.

    Raises:
        VerificationError: `key-list-unsigned`, `signature-wrong`, or as `cose.parse` and `KeyList.decode`.

    Source: docs/formats/key-list.md. Safe on untrusted input.
    """
    if len(signed) > MAX_SIGNATURES:
        raise VerificationError("key-list-malformed", why="signed")
    found = signers(data, signed, origin=origin, roots=roots)
    for alg, needed in quorum(roots).items():
        got = sum(1 for root in found if root.alg == alg)
        if got < needed:
            raise VerificationError("key-list-unsigned", got=got, expected=needed, alg=alg)
    return KeyList.decode(data)


def signers(data: bytes, signed: Sequence[bytes], *, origin: str, roots: RootSet) -> set[RootKey]:
    """Which of these roots signed; strangers are ignored. Raises: VerificationError: as `open_signed`, but no count."""
    statements = [cose.parse(item, typ=None, detached=True) for item in signed]
    external = cose.aad(CONTEXT, origin)
    found = (_root_of(statement, data, external, roots) for statement in statements)
    return {root for root in found if root is not None}


def quorum(roots: RootSet) -> dict[int, int]:
    """How many signatures a list needs by algorithm: the threshold; one by ML-DSA-65 where there is such a key."""
    needed = {public_key.ALG_ED25519: roots.threshold}
    if any(root.alg == public_key.ALG_ML_DSA_65 for root in roots.keys):
        needed[public_key.ALG_ML_DSA_65] = 1
    return needed


def admit(body: object, *, origin: str, previous: KeyList | None, anchor_fingerprint: str | None) -> KeyList:
    """Check a published key list, or the body of a key event, against the list before it.

    Args:
        body: What `publish` made, as it was read back.
        previous: The list in force; None for the first.
        anchor_fingerprint: Of the first root set, given from outside. Asked of the first list only, for each later
            root set is signed by the one before it. None asks nothing: the list then proves only itself.

    Raises:
        VerificationError: `root-not-anchored`, or as `open_signed` and `succeed`.
    """
    data, signed = _parts(body)
    if previous is None:
        roots = KeyList.decode(data).roots
        if anchor_fingerprint is not None:
            require_anchor(roots, anchor_fingerprint)
    else:
        roots = previous.roots
    new = open_signed(data, signed, origin=origin, roots=roots)
    if new.roots != roots:
        open_signed(data, signed, origin=origin, roots=new.roots)
    succeed(previous, new)
    return new


def succeed(old: KeyList | None, new: KeyList) -> None:
    """Ask whether `new` may follow `old`, signatures apart.

    Raises:
        VerificationError: `key-list-rollback` (a version or iat seen before), `key-list-gap`, `key-dropped`,
            `key-changed`, `key-healed`, `authority-dropped` or `grant-changed`.
    """
    expected = old.version + 1 if old else 1
    if new.version < expected or (old and new.iat < old.iat):
        raise VerificationError("key-list-rollback", got=new.version, expected=expected)
    if new.version > expected:
        raise VerificationError("key-list-gap", got=new.version, expected=expected)
    if old is None:
        return
    after = {key.public: key for key in new.keys}
    for key in old.keys:
        _follow_key(key, after.get(key.public))
    for authority in old.authorities.values():
        _follow_authority(authority, new.authorities.get(authority.id))


def entitled(
    key_list: KeyList,
    kid: bytes,
    role: str,
    *,
    authority: str | None = None,
    index: int | None = None,
    at: int | None = None,
) -> list[Key]:
    """The keys that may have signed: try every one, for kids can collide.

    Args:
        authority: In whose name; None asks nothing.
        index: Log index of the event signed, or proven to be of the thing signed; None: not proven.
        at: Second UTC that the key's period must cover; None asks nothing.

    Raises:
        VerificationError: `key-unknown`, `key-not-entitled` or `key-compromised`.
    """
    named = [key for key in key_list.keys if key.kid == kid]
    if not named:
        raise VerificationError("key-unknown", kid=kid.hex())
    fitting = [key for key in named if key.role == role and authority in (None, key.authority) and key.holds_at(at)]
    if not fitting:
        raise VerificationError("key-not-entitled", kid=kid.hex(), role=role)
    honest = [key for key in fitting if key.is_honest_at(index)]
    if not honest:
        raise VerificationError("key-compromised", kid=kid.hex(), index=fitting[0].compromised_index)
    return honest


def _parts(body: object) -> tuple[bytes, list[bytes]]:
    match body:
        case {"list": bytes() as data, "signed": list() as signed, **rest} if not rest:
            if all(isinstance(item, bytes) for item in signed):
                return data, signed
    raise VerificationError("key-list-malformed", why="body")


def require_anchor(roots: RootSet, anchor: str) -> None:
    """Raises: VerificationError: `root-not-anchored`: the fingerprint from outside is of another root set."""
    if not is_anchor(roots, anchor):
        raise VerificationError("root-not-anchored", got=roots.fingerprint(), expected=anchor)


def is_anchor(roots: RootSet, anchor: str) -> bool:
    """Whether the fingerprint from outside is of this root set, however it is grouped."""
    return _hex_of(roots.fingerprint()) == _hex_of(anchor)


def _hex_of(fingerprint: str) -> str:
    """However people group and write it."""
    return "".join(letter for letter in fingerprint.lower() if letter in hexdigits)


def _root_of(statement: cose.Statement, data: bytes, external: bytes, roots: RootSet) -> RootKey | None:
    """Whose signature this is; None: nobody's of this set."""
    wrong = None
    for root in roots.keys:
        if (root.kid, root.alg) == (statement.kid, statement.alg):
            try:
                cose.verify(statement, _load(root), external, data)
            except VerificationError as error:  # Another root may have the same kid.
                wrong = error
            else:
                return root
    if wrong is not None:
        raise wrong
    return None


def _load(root: RootKey) -> cose.PublicKey:
    if root.alg == public_key.ALG_ML_DSA_65:
        return MLDSA65PublicKey.from_public_bytes(root.public)
    return public_key.load_public(root.public)


def _follow_key(old: Key, new: Key | None) -> None:
    if new is None:
        raise VerificationError("key-dropped", kid=old.kid.hex())
    if (new.role, new.authority, new.begins) != (old.role, old.authority, old.begins):
        raise VerificationError("key-changed", kid=old.kid.hex())
    healed = STATES.index(new.state) < STATES.index(old.state)
    if healed or (old.compromised_index is not None and new.is_honest_at(old.compromised_index)):
        raise VerificationError("key-healed", kid=old.kid.hex())


def _follow_authority(old: Authority, new: Authority | None) -> None:
    if new is None:
        raise VerificationError("authority-dropped", authority=old.id)
    if len(new.grants) < len(old.grants) or not all(map(_is_same_or_ended, old.grants, new.grants)):
        raise VerificationError("grant-changed", authority=old.id)


def _is_same_or_ended(old: Grant, new: Grant) -> bool:
    alike = (old.name, old.scope, old.schemes, old.begins) == (new.name, new.scope, new.schemes, new.begins)
    return alike and (new.ends == old.ends or (new.ends is not None and (old.ends is None or new.ends < old.ends)))
