"""What two readers say of the same bytes."""

from collections.abc import Callable
from typing import Any

import cbor2

from ledger.audit.audit_min import BrokenError
from ledger.errors import LedgerError

ORIGIN = "ledger.contoh.invalid"
SERVICE = bytes.fromhex("ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c")


def code_of(ask: Callable[[], object]) -> str:
    """What is refused; "" if nothing is."""
    try:
        ask()
    except (LedgerError, BrokenError) as refused:
        return refused.code if isinstance(refused, LedgerError) else str(refused)
    return ""


def statement(**other: Any) -> bytes:
    """Rightly formed; its signature is none."""
    parts = {"protected": {1: -19, 4: bytes(8), 16: "b"}, "unprotected": {}, "payload": b"p", "signature": bytes(64)}
    parts |= other
    protected = cbor2.dumps(parts["protected"], canonical=True)
    return cbor2.dumps(cbor2.CBORTag(18, [protected, parts["unprotected"], parts["payload"], parts["signature"]]))
