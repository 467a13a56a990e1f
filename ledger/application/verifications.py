"""Verification: by the code or its picture, by number and name, by check code; one verdict for all."""

from dataclasses import replace
from datetime import date
from threading import BoundedSemaphore
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ledger.application.attestations import attested
from ledger.application.context import NOBODY, Context
from ledger.application.registrants import name_in
from ledger.credentials import check_code, digits, judge
from ledger.credentials.attested import judge_attested
from ledger.credentials.conclusion import verdict_of
from ledger.credentials.reading import read as code_in
from ledger.credentials.standing import Standing, State, of_replaced
from ledger.credentials.verdict import Reason, Verdict, no
from ledger.database import MARK, Row, reading, run, writing
from ledger.domain.people import FullName
from ledger.domain.values import Personal, from_days
from ledger.errors import BusyError, InputError, StoreError
from ledger.projections.assessments import ASSESSMENTS
from ledger.projections.authorities import AUTHORITIES, grant_on
from ledger.projections.certificates import CERTIFICATES, REPLACED
from ledger.projections.columns import read
from ledger.projections.decrees import DECREES
from ledger.projections.keys import TABLE as KEY_LISTS
from ledger.projections.registrants import REGISTRANTS
from ledger.projections.trainings import TRAININGS
from ledger.signing.key_records import KeyList
from ledger.store.budgets import Budget, Budgets, network
from ledger.vault.vault import IDENTITY

PURPOSE = "number and name were typed"
CHECK_PURPOSE = "a check code was typed"
PICTURES_AT_ONCE = 2  # Processes that read one, beside each of the server's.
WAIT_SECONDS, AGAIN_SECONDS = 5.0, 10  # For one of them to be free; after which it is worth another try.


class Verifications:
    """`address`: who asks over the network, for what may be asked so many times only; None: an officer's desk."""

    def __init__(self, context: Context, budgets: Budgets) -> None:
        self._context, self._budgets = context, budgets
        self._readers = BoundedSemaphore(PICTURES_AT_ONCE)
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
                    register=lambda token: by_token(connection, token),
                    now=now,
                    context=context,
                )
        except DBAPIError as cause:
            raise StoreError("database-unreachable") from cause

    def by_picture(self, data: bytes, *, address: str | None = None, context: str | None = None) -> Verdict:
        """As `text_in`, then `by_code`."""
        return self.by_code(self.text_in(data, address=address), context=context)

    def text_in(self, data: bytes, *, address: str | None = None) -> str:
        """The text of the code in a picture or PDF, which is not kept.

        Raises: InputError, VerificationError: as `code_in`; BudgetError; BusyError: `pictures-busy`.
        """
        if address is not None:
            most = int(self._context.config.budget_pictures)
            self._budgets.spend([Budget("pictures", network(address), most)])
        if not self._readers.acquire(timeout=WAIT_SECONDS):
            raise BusyError("pictures-busy", seconds=AGAIN_SECONDS)
        try:
            return code_in(data)
        finally:
            self._readers.release()

    def by_check(self, typed: str, *, reader: str, address: str | None = None, context: str | None = None) -> Verdict:
        """By the short check code of a paper: as if its code had been scanned; one answer for every miss.

        Raises: BudgetError.
        """
        code, now = Personal(check_code.typed(typed)), self._context.history.clock() // 1000
        budget = Budget("checks", "", int(self._context.config.budget_checks))
        with writing(self._context.history.engine) as connection:
            self._spend(connection, address, budget)
            data = self._token(connection, code, reader)
        if data is None:
            return verdict_of((no("registered", Reason.NOMATCH),), as_of=now)
        return self.by_code(digits.url(self._context.config.public_url, data), context=context)

    def by_number(
        self, number: str, name: str, *, reader: str, address: str | None = None, context: str | None = None
    ) -> Verdict:
        """One answer for "no such number" and "another name": two would confirm numbers to whoever tries them all.

        Raises: InputError: `input-too-large`; BudgetError, alike for numbers that exist and that do not.
        """
        if len(number) > 80 or len(name) > 200:
            raise InputError("input-too-large", got=max(len(number), len(name)), maximum=200)
        now = self._context.history.clock() // 1000
        budget = Budget("number", judge.as_printed(number), int(self._context.config.budget_number))
        with writing(self._context.history.engine) as connection:  # A look into the vault is noted.
            self._spend(connection, address, budget)
            verdict = judge.judge_entry(
                number,
                register=lambda printed: self._named(connection, printed, name, reader),
                now=now,
                context=context,
            )
        if verdict.reason is not Reason.NOTOURS:
            return verdict
        found = attested(self._context, number, name, reader=reader)  # Of another body, or older than this register.
        return verdict if found is None else judge_attested(found, now)

    def _spend(self, connection: Connection, address: str | None, budget: Budget) -> None:
        if address is not None:
            most = int(self._context.config.budget_address)
            self._budgets.spend_in(connection, [budget, Budget("address", network(address), most)])

    def _token(self, connection: Connection, code: Personal, reader: str) -> bytes | None:
        """Of the certificate that has this check code; the look is noted."""
        vault = self._context.vault
        found = vault.find_checks(connection, [code]).get(code)
        if found is None:
            return None
        holder, certificate = found
        data = vault.open(connection, holder, f"token/{certificate}", reader=reader, purpose=CHECK_PURPOSE)
        return bytes(data)  # type: ignore[arg-type]

    def _named(self, connection: Connection, number: str, name: str, reader: str) -> Standing | None:
        """By the name that the paper carries. Both answers cost the same: a number that nobody has is looked up under a
        name that nobody has."""
        row = _certificate(connection, OF_NUMBER, number)
        there = row is not None and row["number"] == number and row["holder_state"] == "registered"
        holder = UUID(bytes=row["registrant"]) if row and there else NOBODY
        vault, said = self._context.vault, f"content/{UUID(bytes=row['paper'])}" if row and there else IDENTITY
        opened: Any = vault.open_many(connection, [holder], said, reader=reader, purpose=PURPOSE)
        held = FullName(name_in(opened[holder])) if holder in opened else FullName("-")
        same = held.folded() == FullName(name).folded()
        return standing(row, held) if row and there and same else None

    def _key_list(self, connection: Connection) -> KeyList | None:
        """The list in force; parsed once for each that was."""
        row = run(connection, KEY_LIST).fetchone()
        if row is None:
            return None
        data = bytes(row[0])
        found = self._keys.get(data) or KeyList.decode(data)
        self._keys = {data: found}  # Made anew: threads that share it may each be at another list.
        return found


KEY_LIST = f"SELECT list FROM {KEY_LISTS.name}"  # noqa: S608 - a constant
ROW = CERTIFICATES.table.c.keys()
SUCCESSORS = CERTIFICATES.table.alias("successors")
BESIDE = {  # What other rows say of a certificate, all in one question: six would cost five times as much.
    "holder_state": REGISTRANTS.table.c.state,
    "decree_number": DECREES.table.c.decree_number,
    "grants": AUTHORITIES.table.c.grants,
    "tested": ASSESSMENTS.table.c.tested,
    "days": TRAININGS.table.c.days,
    "successor_number": SUCCESSORS.c.number,
}
CERTIFICATE = f"""
SELECT {", ".join(map(str, (*CERTIFICATES.table.c, *BESIDE.values())))} FROM certificates
LEFT JOIN registrants ON registrants.id = certificates.registrant
LEFT JOIN decrees ON decrees.id = certificates.decree
LEFT JOIN authorities ON authorities.authority = certificates.authority
LEFT JOIN assessments ON assessments.id = certificates.assessment
LEFT JOIN participations ON participations.id = certificates.participation
LEFT JOIN trainings ON trainings.id = participations.training
LEFT JOIN certificates AS successors ON successors.id = certificates.successor
WHERE certificates."""  # noqa: S608 - our own names
OF_TOKEN = f"{CERTIFICATE}token = {{0}}"
OF_ID = f"{CERTIFICATE}id = {{0}}"
OF_REPLACED = f"SELECT certificate, issued_at, since FROM {REPLACED.table.name} WHERE token = {{0}}"  # noqa: S608
OF_NUMBER = f"""{CERTIFICATE}number = coalesce(
(SELECT number FROM certificates WHERE number = {{0}}), (SELECT min(number) FROM certificates))"""  # noqa: S608


def _certificate(connection: Connection, wanted: str, value: object) -> Row | None:
    """A certificate with what stands beside it; for a number that nothing has another one, at the same cost."""
    found = run(connection, wanted.format(MARK[connection.dialect.name]), (value,)).fetchone()
    return None if found is None else dict(zip((*ROW, *BESIDE), found, strict=True))


def by_token(connection: Connection, token: bytes) -> Standing | None:
    row = _certificate(connection, OF_TOKEN, token)
    return standing(row, None) if row else _of_replaced(connection, token)


def _of_replaced(connection: Connection, token: bytes) -> Standing | None:
    """Of a paper that another one replaced: since when, and which event had issued it."""
    found = run(connection, OF_REPLACED.format(MARK[connection.dialect.name]), (token,)).fetchone()
    if found is None:
        return None
    certificate, issued_at, since = found
    known = standing(_certificate(connection, OF_ID, certificate) or {}, None)
    if known.state is None or (state := of_replaced(known.state)) is known.state:
        return replace(known, index=issued_at)
    return replace(known, state=state, since=from_days(since), until=None, index=issued_at)


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
        replacement=row["successor_number"],
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
