"""Issuing, and papers issued anew: what is only known under the lock when an approved batch is carried out, minted
for the whole batch."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from ledger.application.acts import Act
from ledger.application.contents import Contents
from ledger.application.context import Context
from ledger.application.registrants import name_in
from ledger.credentials import check_code, token
from ledger.credentials.token import Token
from ledger.database import Row
from ledger.domain.numbers import code_of, compose
from ledger.domain.people import FullName
from ledger.domain.values import Personal, from_days, start_of, valid_through
from ledger.errors import NotFoundError, RuleError, SealedError
from ledger.messages import say
from ledger.projections.authorities import AUTHORITIES, grant_on
from ledger.projections.certificates import CERTIFICATES, REPLACED_TABLE, TABLE, paper_of
from ledger.projections.columns import listed, read
from ledger.projections.keys import KEYS
from ledger.projections.listings import placed
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.schemes import SCHEMES, edition_on
from ledger.projections.trainings import TRAININGS
from ledger.rules.certificates import LIST_ENTRIES
from ledger.signing import cose
from ledger.signing.key_records import KeyList
from ledger.store.history import Turn
from ledger.vault.sealed import Item

FULL = LIST_ENTRIES // 2  # A fuller list would make a free index slow to find.
WHY = "print the holder's name on the certificate"

Values = Mapping[str, Any]  # Of an act: kind, registrant, authority, decided, and what it rests on.


def complete(context: Context, turn: Turn, acts: Sequence[Act]) -> list[dict[str, Any]]:
    """Number, days, status index, token, check code and content of each certificate that these acts issue.

    Raises: RuleError: no authority; SealedError: `data-erased`: a holder's name is gone; InputError: it does not fit.
    """
    mint = _Mint(context, turn)
    mint.learn([act.values for act in acts])
    sheets = []
    for act in acts:
        paper = mint.paper(act.values)
        sheets.append(_Sheet(act.stream, act.values, paper, mint.signed(paper)))
    return [
        {"number": one.paper.number, "signed": turn.today, "begins": turn.today, "through": mint.through(one.values)}
        | said
        for one, said in zip(sheets, _sealed(context, turn, sheets), strict=True)
    ]


def complete_again(context: Context, turn: Turn, acts: Sequence[Act]) -> list[dict[str, Any]]:
    """Status index, token, check code and content of the new paper of each certificate; number and days stay.

    Raises: NotFoundError: no such certificate; SealedError, InputError: as `complete`.
    """
    mint, models = _Mint(context, turn), turn.models()
    rows = [models.get(CERTIFICATES, act.stream.bytes) for act in acts]
    if None in rows:
        raise NotFoundError("not-found", of="certificate", got=acts[rows.index(None)].stream)
    known = [(row, values_of(row)) for row in rows if row is not None]
    mint.learn([values for _, values in known])
    sheets = []
    for row, values in known:
        paper = mint.again(row, values)
        data = mint.signed(paper)
        sheets.append(_Sheet(UUID(bytes=paper_of(sha256(data).digest())), values, paper, data))
    return _sealed(context, turn, sheets)


def values_of(row: Row) -> Values:
    """What a certificate was issued on, as in the act that issued it."""
    rests = {
        name: row[name] and UUID(bytes=row[name]) for name in ("registrant", "scheme", "assessment", "participation")
    }
    return {"kind": row["kind"], "authority": row["authority"], "decided": from_days(row["decided"]), **rests}


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One paper to come: the id under which it is sealed, what it rests on, its token, and that signed."""

    id: UUID
    values: Values
    paper: Token
    data: bytes

    @property
    def holder(self) -> UUID:
        found: UUID = self.values["registrant"]
        return found


def _sealed(context: Context, turn: Turn, sheets: Sequence[_Sheet]) -> list[dict[str, Any]]:
    """Token and what the paper says, under the holder: erased with the holder. The fields of the event, in order."""
    contents = Contents(context, turn)
    items: list[Item] = []
    for one, code in zip(sheets, _check_codes(context, turn, sheets), strict=True):
        said = contents.of(one.values, one.paper, code)
        items += [(one.holder, f"token/{one.id}", one.data), (one.holder, f"content/{one.id}", said)]
    commitments = context.vault.seal_many(turn.connection, items)
    return [
        {"status": one.paper.status, "token": sha256(one.data).digest(), "content": content}
        for one, content in zip(sheets, commitments[1::2], strict=True)
    ]


def _check_codes(context: Context, turn: Turn, sheets: Sequence[_Sheet]) -> list[Personal]:
    """A random one for each; drawn again if any is taken. Under the lock, so none is given twice."""
    while True:
        codes = {Personal(check_code.new()): (one.holder, one.id) for one in sheets}
        if len(codes) == len(sheets) and not context.vault.find_checks(turn.connection, codes):
            context.vault.claim_checks(turn.connection, codes)
            return list(codes)


class _Mint:
    """One batch: questions that are the same for many certificates are asked once."""

    def __init__(self, context: Context, turn: Turn) -> None:
        self._context, self._turn, self._models = context, turn, turn.models()
        self._keys = KeyList.decode(self._models.every(KEYS)[0]["list"])
        self._signers: dict[str, cose.Signer] = {}
        self._serials: dict[str, int] = {}
        self._names: Mapping[UUID, Any] = {}
        held = turn.connection.execute(select(func.count()).select_from(TABLE)).scalar_one()
        replaced = turn.connection.scalars(select(REPLACED_TABLE.c.status))
        self._taken = {placed(status) for status in replaced}
        self._list = (held + len(self._taken)) // FULL

    def learn(self, acts: Sequence[Values]) -> None:
        """Names of all holders, and all participations, in one question each."""
        holders = {values["registrant"] for values in acts}
        vault = self._context.vault
        self._names = vault.open_many(self._turn.connection, holders, "identity", reader="service", purpose=WHY)
        rests = [values.get("participation") for values in acts]
        self._models.prefetch(PARTICIPATIONS, [one.bytes for one in rests if one is not None])

    def paper(self, values: Values) -> Token:
        number = self._number(values["authority"], values["kind"])
        return self._token(values, number, self._turn.today, self.through(values))

    def again(self, row: Row, values: Values) -> Token:
        """Of a certificate that was issued before: with its number, from its first to its last day."""
        through = None if row["through"] is None else from_days(row["through"])
        return self._token(values, row["number"], from_days(row["begins"]), through)

    def _token(self, values: Values, number: str, begins: date, through: date | None) -> Token:
        return Token(
            issuer=values["authority"],
            expires=None if through is None else start_of(through + timedelta(days=1)),
            begins=start_of(begins),
            issued=self._turn.now // 1000,
            id=secrets.token_bytes(16),
            name=self._name(values["registrant"]),
            kind=values["kind"],
            status=self._free_index(),
            decided=values["decided"],
            title=self._title(values),
            number=number,
            scope=self._scope(values),
        )

    def signed(self, paper: Token) -> bytes:
        authority = paper.issuer or ""
        if authority not in self._signers:
            keyring = self._context.keyring
            signer = keyring.signer(self._keys, "certificate", authority, context=token.CONTEXT, typ=None)
            self._signers[authority] = signer
        return token.issue(paper, self._signers[authority], base=self._context.config.public_url)

    def through(self, values: Values) -> date | None:
        """The last day, by the edition in force today (R8, R9)."""
        if values.get("scheme") is None:
            return None
        row = self._models.get(SCHEMES, values["scheme"].bytes)
        edition = edition_on(row, self._turn.today) if row else None
        months = edition["months"] if edition else None
        return None if months is None else valid_through(self._turn.today, months)

    def _name(self, registrant: UUID) -> FullName:
        if registrant not in self._names:
            raise SealedError("data-erased", subject=registrant, field="identity")
        return FullName(name_in(self._names[registrant]))

    def _scope(self, values: Values) -> str:
        found = self._models.find(AUTHORITIES, "authority", values["authority"])
        grant = grant_on(found[0], values["decided"], values["kind"]) if found else None
        if grant is None:
            kind, decided = values["kind"], values["decided"]
            raise RuleError("authority-missing", rule="R24", got=values["authority"], kind=kind, on=decided)
        return str(grant["scope"])

    def _title(self, values: Values) -> str | None:
        """What the holder is called; of attendance the role, hours and days."""
        if values.get("participation") is None:
            title = say(f"t.{values['kind']}")
            return None if title.startswith("t.") else title
        row = self._models.get(PARTICIPATIONS, values["participation"].bytes) or {}
        training = self._models.get(TRAININGS, row["training"]) or {}
        return say("t.HADIR", hours=row["hours"], present=row["present"], days=len(read(training, "days")))

    def _number(self, authority: str, kind: str) -> str:
        """The next serial of this authority, kind and year, under the lock; never reused, for events never vanish."""
        code, year = code_of(kind), self._turn.today.year
        stem = f"{authority}-{code}-{year:04d}-"
        if stem not in self._serials:
            used = select(func.max(TABLE.c.number)).where(TABLE.c.number.startswith(stem, autoescape=True))
            last = self._turn.connection.execute(used).scalar_one()
            self._serials[stem] = int(last[len(stem) : len(stem) + 6]) if last else 0
        self._serials[stem] += 1
        return compose(authority, code, year, self._serials[stem])

    def _free_index(self) -> tuple[int, int]:
        """A random free one: indexes in order would tell who was certified together."""
        while True:
            status = (self._list, secrets.randbelow(LIST_ENTRIES))
            if status not in self._taken and not self._models.find(CERTIFICATES, "status", listed(status)):
                self._taken.add(status)
                return status
