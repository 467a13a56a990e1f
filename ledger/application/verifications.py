"""Verification: by the code as text or digits, by its picture, by number and name; one verdict for all."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ledger.application.context import NOBODY, Context
from ledger.application.registrants import name_in
from ledger.credentials import judge, picture
from ledger.credentials.standing import Standing, State
from ledger.credentials.verdict import Verdict
from ledger.database import MARK, Row, reading, run, writing
from ledger.domain.people import FullName
from ledger.domain.values import from_days
from ledger.errors import InputError, StoreError
from ledger.projections.assessments import ASSESSMENTS
from ledger.projections.authorities import AUTHORITIES, grant_on
from ledger.projections.certificates import CERTIFICATES
from ledger.projections.columns import read
from ledger.projections.decrees import DECREES
from ledger.projections.keys import TABLE as KEY_LISTS
from ledger.projections.registrants import REGISTRANTS
from ledger.projections.trainings import TRAININGS
from ledger.signing.key_records import KeyList

PURPOSE = "number and name were typed"


class Verifications:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._keys: dict[bytes, KeyList] = {}

    def by_code(self, text: str, *, context: str | None = None) -> Verdict:
        """`text`: what a camera gives, the address or its digits. `context`: the code of the asker's institution."""
        config, now = self._context.config, self._context.history.clock() // 1000
        try:
            with reading(self._context.history.engine) as connection:
                return judge.judge_scanned(
                    text,
                    base=config.public_url,
                    key_list=self._key_list(connection),
                    origin=config.origin,
                    register=lambda token: _by_token(connection, token),
                    now=now,
                    context=context,
                )
        except DBAPIError as cause:
            raise StoreError("database-unreachable") from cause

    def by_picture(self, data: bytes, *, context: str | None = None) -> Verdict:
        """Raises: InputError, VerificationError: no picture, no code in it, or two."""
        return self.by_code(picture.read(data), context=context)

    def by_number(self, number: str, name: str, *, reader: str, context: str | None = None) -> Verdict:
        """One answer for "no such number" and "another name": two would confirm numbers to whoever tries them all."""
        if len(number) > 80 or len(name) > 200:
            raise InputError("input-too-large", got=max(len(number), len(name)), maximum=200)
        now = self._context.history.clock() // 1000
        with reading(self._context.history.engine) as connection:
            return judge.judge_entry(
                number,
                register=lambda printed: self._named(connection, printed, name, reader),
                now=now,
                context=context,
            )

    def _named(self, asking: Connection, number: str, name: str, reader: str) -> Standing | None:
        """Both answers cost the same: a number that nobody has is looked up under a name that nobody has."""
        row = _certificate(asking, "number", number)
        holder = UUID(bytes=row["registrant"]) if row and row["holder_state"] == "registered" else NOBODY
        with writing(self._context.history.engine) as connection:  # A look into the vault is noted, in a short turn.
            vault = self._context.vault
            opened: Any = vault.open_many(connection, [holder], "identity", reader=reader, purpose=PURPOSE)
        held = FullName(name_in(opened[holder])) if holder in opened else FullName("-")
        same = held.folded() == FullName(name).folded()
        return standing(row, held) if row and holder is not NOBODY and same else None

    def _key_list(self, connection: Connection) -> KeyList | None:
        """The list in force; parsed once for each that was."""
        row = run(connection, KEY_LIST).fetchone()
        if row is None:
            return None
        data = bytes(row[0])
        if data not in self._keys:
            self._keys.clear()
            self._keys[data] = KeyList.decode(data)
        return self._keys[data]


KEY_LIST = f"SELECT list FROM {KEY_LISTS.name}"  # noqa: S608 - a constant
ROW = CERTIFICATES.table.c.keys()
BESIDE = {  # What other rows say of a certificate, all in one question: six would cost five times as much.
    "holder_state": REGISTRANTS.table.c.state,
    "decree_number": DECREES.table.c.decree_number,
    "grants": AUTHORITIES.table.c.grants,
    "tested": ASSESSMENTS.table.c.tested,
    "days": TRAININGS.table.c.days,
}
CERTIFICATE = f"""
SELECT {", ".join(map(str, (*CERTIFICATES.table.c, *BESIDE.values())))} FROM certificates
LEFT JOIN registrants ON registrants.id = certificates.registrant
LEFT JOIN decrees ON decrees.id = certificates.decree
LEFT JOIN authorities ON authorities.authority = certificates.authority
LEFT JOIN assessments ON assessments.id = certificates.assessment
LEFT JOIN participations ON participations.id = certificates.participation
LEFT JOIN trainings ON trainings.id = participations.training
WHERE certificates."""  # noqa: S608 - our own names


def _certificate(connection: Connection, column: str, value: object) -> Row | None:
    """A certificate with what stands beside it."""
    mark = MARK[connection.dialect.name]
    found = run(connection, f"{CERTIFICATE}{column} = {mark}", (value,)).fetchone()
    return None if found is None else dict(zip((*ROW, *BESIDE), found, strict=True))


def _by_token(connection: Connection, token: bytes) -> Standing | None:
    row = _certificate(connection, "token", token)
    return standing(row, None) if row else None


def standing(row: Row, name: FullName | None) -> Standing:
    """What the register says of one certificate today."""
    grant = grant_on(row, from_days(row["decided"]), row["kind"]) if row["grants"] else None
    state = State(row["state"])
    if row["holder_state"] == "erased" and state not in (State.REVOKED, State.ANNULLED):
        state = State.ERASED  # An erasure makes no red paper amber.
    return Standing(
        state=state,
        since=None if row["since"] is None else from_days(row["since"]),
        until=None if row["until"] is None else from_days(row["until"]),
        decree=row["decree_number"],
        index=row["issued_at"],
        number=row["number"],
        kind=row["kind"],
        name=name,
        authority=row["authority"],
        authority_name=grant["name"] if grant else None,
        basis=grant["basis"] if grant else None,
        scope=grant["scope"] if grant else "",
        tested=_tested(row),
        decided=from_days(row["decided"]),
        signed=from_days(row["signed"]),
        valid_from=from_days(row["begins"]),
        valid_through=None if row["through"] is None else from_days(row["through"]),
    )


def _tested(row: Row) -> tuple[date, ...]:
    """The day of the test, or the days of the training."""
    if row["tested"] is not None:
        return (from_days(row["tested"]),)
    return tuple(from_days(day) for day in read(row, "days"))
