"""`ledger verify --proof`: a certificate by its receipt, without any ledger, server or network."""

from pathlib import Path

from ledger.application.log import Seal
from ledger.cli.desk import Desk
from ledger.credentials import judge
from ledger.credentials.proved import Proved, proved
from ledger.credentials.standing import Standing
from ledger.credentials.verdict import Verdict
from ledger.errors import InputError, VerificationError
from ledger.public import wall_clock
from ledger.signing import cbor, cose, key_list
from ledger.signing.key_list import KeyList, SignedKeyList
from ledger.transparency import checkpoint, notes
from ledger.transparency import policy as policies
from ledger.transparency import proof as receipts


def by_proof(
    desk: Desk, code: str, *, proof: Path, keys: Path | None, root: str | None, policy: Path | None, context: str | None
) -> tuple[Verdict, Seal]:
    """The verdict, in which the log's word stands for the register's and the status is not known.

    Args:
        keys: A published key list; None: that of the ledger here. With one, nothing is taken from any configuration:
            the roots' signatures bind the ledger's name, and the digits count wherever their address leads.
        root: Fingerprint of the root set that signed it, from elsewhere.
        policy: File with the witnesses, of whom a quorum must have cosigned; None: nobody is asked for.

    Raises: VerificationError: the receipt, the list or a signature does not hold.
    """
    data, found = proof.read_bytes(), list[Proved]()
    if keys is None:
        origin, listed = desk.config.origin, desk.ledger.keys.current()
    else:
        origin, code = checkpoint.parse(notes.parse(receipts.parse(data).note)).origin, code.rpartition("#")[2]
        listed = verified(keys.read_bytes(), origin, root)
    rules = None if policy is None else policies.read(policy)

    def register(token: bytes) -> Standing:
        found.append(proved(data, token, keys=listed, origin=origin, policy=rules))
        return found[-1].standing

    verdict = judge.judge_scanned(
        code,
        base=desk.config.public_url,
        key_list=listed,
        origin=origin,
        register=register,
        now=wall_clock() // 1000,
        context=context,
    )
    if not found:
        raise VerificationError("proof-unused", why=verdict.reason.value)
    held = found[-1]
    return verdict, Seal(held.point.size, (held.time or 0) * 1000, held.witnesses)


def verified(data: bytes, origin: str, root: str | None) -> KeyList:
    """A published key list under its own roots, which `root` names. Raises: VerificationError."""
    body = _body(data)
    roots = KeyList.decode(body["list"]).roots
    key_list.require_anchor(roots, root or "")
    return key_list.open_signed(body["list"], body["signed"], origin=origin, roots=roots)


def _body(data: bytes) -> SignedKeyList:
    try:
        body = cbor.decode(data, limit=cose.LIMIT)
    except InputError as cause:
        raise VerificationError("key-list-malformed", why="cbor") from cause
    match body:
        case {"list": bytes() as listed, "signed": list() as signed, **rest} if not rest:
            if all(isinstance(one, bytes) for one in signed):
                return {"list": listed, "signed": signed}
    raise VerificationError("key-list-malformed", why="body")
