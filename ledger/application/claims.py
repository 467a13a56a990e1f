"""Claims: the holder opens an address that was sent, gives number and birth date, and gets the paper.

Source: docs/delivering.md. Opening the address asks nothing of this module: robots that preview messages fetch it.
"""

import base64
import hmac
from hashlib import sha256
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection

from ledger.application.context import NOBODY, NOBODYS, Context
from ledger.credentials.judge import as_printed
from ledger.database import Row, reading, writing
from ledger.domain.deliveries import CLAIM, Delivery
from ledger.domain.people import BirthDate
from ledger.domain.rulebook import parameter
from ledger.errors import VerificationError
from ledger.projections.certificates import CERTIFICATES
from ledger.projections.registrants import REGISTRANTS
from ledger.store import claims
from ledger.store.budgets import Budget, Budgets, network
from ledger.store.history import Turn
from ledger.vault.vault import IDENTITY

READER, PURPOSE = "claim page", "number and birth date were given at a claim address"
SECRET = 24  # bytes: 192 bits in 32 characters.
PART = 60_000  # bytes of the file in one sealed field.
MISSES = 20  # Then the address is over: else birth dates could be tried one after the other.
DAY_MS = 86_400_000


class Claims:
    def __init__(self, context: Context, budgets: Budgets) -> None:
        """A secret follows from the vault's key and its delivery: whoever sends it can be shown it again, and no table
        holds it."""
        self._context, self._budgets = context, budgets
        derive = HKDF(hashes.SHA256(), 32, salt=None, info=b"peksos/claims/1")
        self._key = derive.derive(context.keyring.kek())

    # For the desk ---------------------------------------------------------------------------------------------

    def make(self, turn: Turn, delivery: UUID, certificate: Row, file: bytes) -> str:
        """The address of this file, for this delivery; earlier addresses of the certificate are over."""
        self.revoke(turn.connection, certificate["id"])
        holder = UUID(bytes=certificate["registrant"])
        parts = [file[at : at + PART] for at in range(0, len(file), PART)]
        fields = [(holder, _field(delivery, n), part) for n, part in enumerate(parts)]
        self._context.vault.seal_many(turn.connection, fields)
        row = {
            "hash": _hash(self._secret(delivery)),
            "delivery": delivery.bytes,
            "certificate": certificate["id"],
            "holder": certificate["registrant"],
            "token": certificate["token"],
            "parts": len(parts),
            "ends": turn.now + parameter("claim.days", turn.today) * DAY_MS,
            "missed": 0,
        }
        claims.put_claim(turn.connection, row)
        return self._address(delivery)

    def address(self, connection: Connection, delivery: UUID) -> tuple[str, int] | None:
        """Where this delivery may be claimed, and until when, ms UTC; None: nowhere any more."""
        row = claims.of_delivery(connection, delivery)
        if row is None or not self._is_open(row) or row["hash"] != _hash(self._secret(delivery)):
            return None
        return self._address(delivery), row["ends"]

    def revoke(self, connection: Connection, certificate: bytes) -> None:
        for row in claims.of_certificate(connection, certificate):
            self._drop(connection, row)

    def end(self, connection: Connection, delivery: UUID) -> None:
        """What was sent did not arrive."""
        row = claims.of_delivery(connection, delivery)
        if row is not None:
            self._drop(connection, row)

    def sweep(self) -> int:
        """Destroys files that nobody can claim any more; how many. Safe to repeat at any time."""
        now = self._context.history.clock()
        with reading(self._context.history.engine) as connection:
            if not claims.over(connection, now, MISSES):
                return 0
        with writing(self._context.history.engine) as connection:
            over = claims.over(connection, now, MISSES)
            for row in over:
                self._drop(connection, row)
        return len(over)

    # For everybody --------------------------------------------------------------------------------------------

    def take(self, secret: str, number: str, born: BirthDate, *, address: str | None = None) -> bytes:
        """The file, for whoever knows number and birth date; that it was received is recorded once.

        Raises:
            VerificationError: `claim-refused`: one answer for an address that is none or over, a certificate that is
            not in force, another number and another birth date, at the same cost. BudgetError: of all these alike.
        """
        hash, config = _hash(secret), self._context.config
        with self._context.history.writing() as turn:
            if address is not None:
                own = Budget("claim", hash.hex(), int(config.budget_claim))
                self._budgets.spend_in(turn.connection, [own, Budget("claims", network(address), _often(own.most))])
            row = claims.of_hash(turn.connection, hash)
            right = self._is_right(turn, row, as_printed(number), born)
            file = self._received(turn, row) if right and row is not None else None
            if file is None:
                claims.note_miss(turn.connection, hash)
        if file is None:
            raise VerificationError("claim-refused")
        return file

    def _is_right(self, turn: Turn, row: Row | None, number: str, born: BirthDate) -> bool:
        """Every question is asked, whatever the first one says."""
        models = turn.models()
        certificate = models.get(CERTIFICATES, row["certificate"] if row else NOBODY.bytes) or {}
        holder = models.get(REGISTRANTS, row["holder"] if row else NOBODY.bytes) or {}
        live = row is not None and self._is_open(row) and row["token"] == certificate.get("token")
        good = certificate.get("state") == "active" and holder.get("state") == "registered"
        whose = UUID(bytes=holder["id"]) if good else NOBODY
        opened = self._context.vault.open_many(turn.connection, [whose], IDENTITY, reader=READER, purpose=PURPOSE)
        identity = opened.get(whose, NOBODYS)
        held = str(identity["born"]) if isinstance(identity, dict) else ""
        same = hmac.compare_digest(number.encode(), str(certificate.get("number", "-")).encode())
        theirs = hmac.compare_digest(born.reveal().encode(), held.encode())
        return bool(live & good & same & theirs)

    def _received(self, turn: Turn, row: Row) -> bytes:
        delivery = turn.get(Delivery, UUID(bytes=row["delivery"]))
        if delivery.state == "sent":  # Else it was fetched before.
            delivery.record(Delivery.Received, means=CLAIM)
            turn.save(delivery)
        holder, vault = UUID(bytes=row["holder"]), self._context.vault
        fields = [_field(delivery.id, n) for n in range(row["parts"])]
        looked = {"reader": READER, "purpose": PURPOSE}
        return b"".join(bytes(vault.open(turn.connection, holder, one, **looked)) for one in fields)  # type: ignore[arg-type]

    def _is_open(self, row: Row) -> bool:
        return bool(self._context.history.clock() <= row["ends"] and row["missed"] < MISSES)

    def _drop(self, connection: Connection, row: Row) -> None:
        for n in range(row["parts"]):
            field = _field(UUID(bytes=row["delivery"]), n)
            self._context.vault.remove(connection, UUID(bytes=row["holder"]), field)
        claims.drop(connection, row["hash"])

    def _address(self, delivery: UUID) -> str:
        return f"{self._context.config.public_url}/klaim/{self._secret(delivery)}"

    def _secret(self, delivery: UUID) -> str:
        made = hmac.digest(self._key, delivery.bytes, "sha256")[:SECRET]
        return base64.urlsafe_b64encode(made).decode()


def _field(delivery: UUID, part: int) -> str:
    return f"claim/{delivery}/{part}"


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _often(most: int) -> int:
    """One address may stand for a whole office, whose people claim one paper each."""
    return 20 * most
