"""Certificates: what to propose, what is minted when it is approved, acts on their status, the code."""

import secrets
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import select

from ledger.application.acts import Act
from ledger.application.context import Answer, Context
from ledger.credentials import digits, token
from ledger.credentials.token import Token
from ledger.database import reading, writing
from ledger.domain.certificates import ATTENDANCE, Certificate
from ledger.domain.numbers import code_of, compose
from ledger.domain.people import FullName
from ledger.domain.values import from_days, legal_day, new_id, start_of, valid_through
from ledger.errors import InputError, NotFoundError, RuleError
from ledger.messages import say
from ledger.projections.assessments import ASSESSMENTS
from ledger.projections.authorities import AUTHORITIES, grant_on
from ledger.projections.certificates import CERTIFICATES, TABLE
from ledger.projections.columns import listed
from ledger.projections.decrees import DECREES
from ledger.projections.keys import KEYS
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.schemes import SCHEMES, edition_on
from ledger.projections.trainings import TRAININGS, read
from ledger.projections.view import Models
from ledger.signing.key_records import KeyList
from ledger.store.history import Actor, Turn
from ledger.vault.sealed import Item

LIST_ENTRIES = 131_072  # 2^17, docs/formats/certificate-code.md
FULL = LIST_ENTRIES // 2  # A fuller list would make a free index slow to find.
KINDS = {
    "suspend": Certificate.Suspended,
    "reinstate": Certificate.Reinstated,
    "revoke": Certificate.Revoked,
    "annul": Certificate.Annulled,
}


class Certificates:
    def __init__(self, context: Context) -> None:
        self._context = context

    # To be proposed -------------------------------------------------------------------------------------------

    def competence(self, decree: UUID) -> list[Act]:
        """One act for each competent result of this decree that has no certificate yet."""
        with reading(self._context.history.engine) as connection:
            models = Models(connection, self._context.config.origin)
            row = models.get(DECREES, decree.bytes)
            if row is None:
                raise NotFoundError("not-found", of="decree", got=decree)
            wanted = select(ASSESSMENTS.table.c.id).where(ASSESSMENTS.table.c.decree == decree.bytes)
            ids = list(connection.execute(wanted.order_by(ASSESSMENTS.table.c.position)).scalars())
            models.prefetch(ASSESSMENTS, ids)
            found = [models.get(ASSESSMENTS, id) or {} for id in ids]
            decided = from_days(row["decreed_on"])
            return [
                self._competence(models, a, row["authority"], decided)
                for a in found
                if a["outcome"] == "K" and not _live(models, "assessment", a["id"])
            ]

    def _competence(self, models: Models, row: dict[str, Any], authority: str, decided: date) -> Act:
        scheme = models.get(SCHEMES, row["scheme"]) or {}
        current = edition_on(scheme, legal_day(self._context.history.clock())) or {"edition": row["edition"]}
        values = {
            "kind": scheme["kind"],
            "registrant": UUID(bytes=row["registrant"]),
            "authority": authority,
            "decided": decided,
            "scheme": UUID(bytes=row["scheme"]),
            "edition": current["edition"],
            "assessment": UUID(bytes=row["id"]),
        }
        return Act(Certificate.Created.TOPIC, new_id(self._context.history.clock()), values)

    def attendance(self, training: UUID) -> list[Act]:
        """One act for each completion of this training that has no certificate yet."""
        with reading(self._context.history.engine) as connection:
            models = Models(connection, self._context.config.origin)
            row = models.get(TRAININGS, training.bytes)
            if row is None:
                raise NotFoundError("not-found", of="training", got=training)
            people = sorted(models.find(PARTICIPATIONS, "training", training.bytes), key=_by_position)
            models.prefetch_by(CERTIFICATES, "participation", [p["id"] for p in people])
            done = [p for p in people if p["state"] == "completed" and not _live(models, "participation", p["id"])]
        decided = from_days(read(row, "days")[-1])
        return [
            Act(
                Certificate.Created.TOPIC,
                new_id(self._context.history.clock()),
                {
                    "kind": f"{ATTENDANCE}/{row['programme']}",
                    "registrant": UUID(bytes=p["registrant"]),
                    "authority": row["authority"],
                    "decided": decided,
                    "participation": UUID(bytes=p["id"]),
                },
            )
            for p in done
        ]

    def status_act(self, what: str, number: str, *, decree: UUID, reason: str, until: date | None = None) -> Act:
        """`what`: suspend, reinstate, revoke or annul."""
        if what not in KINDS:
            raise InputError("status-act-unknown", got=what, expected=", ".join(KINDS))
        values: dict[str, Any] = {"decree": decree, "reason": reason}
        return Act(KINDS[what].TOPIC, self.stream(number), values | ({"until": until} if until else {}))

    # Written alone --------------------------------------------------------------------------------------------

    def act_alone(self, actor: Actor, act: Act, *, effective: date | None = None) -> Answer:
        """A short suspension, or its lifting, by one certifier; the rules refuse what needs a second person (R25)."""
        with self._context.history.writing(actor) as turn:
            certificate = turn.get(Certificate, act.stream)
            kinds = {kind.TOPIC: kind for kind in KINDS.values()}
            if kinds[act.kind] in (Certificate.Revoked, Certificate.Annulled):
                raise RuleError("approval-missing", rule="R25", kind=act.kind)
            certificate.record(kinds[act.kind], **act.values)
            turn.save(certificate, effective=effective)
            return turn.reply(certificate=str(act.stream))

    # Minted when approved -------------------------------------------------------------------------------------

    def complete(self, turn: Turn, act: Act) -> dict[str, Any]:
        """Number, days, status index, token and content of a certificate that is being issued, under the lock."""
        id, values, models = act.stream, act.values, turn.models()
        grant = self._grant(models, values)
        holder = self._holder(turn, values["registrant"])
        number = self._number(turn, values["authority"], values["kind"])
        months, title = self._terms(models, values, turn.today)
        through = None if months is None else valid_through(turn.today, months)
        status = self._free_index(models)
        paper = Token(
            issuer=values["authority"],
            expires=None if through is None else start_of(through + timedelta(days=1)),
            begins=start_of(turn.today),
            issued=turn.now // 1000,
            id=secrets.token_bytes(16),
            name=holder,
            kind=values["kind"],
            status=status,
            decided=values["decided"],
            title=title,
            number=number,
            scope=grant["scope"],
        )
        data = self._sign(models, values["authority"], paper)
        content = self._seal(turn, id, values["registrant"], data, paper)
        return {
            "number": number,
            "signed": turn.today,
            "begins": turn.today,
            "through": through,
            "status": status,
            "token": sha256(data).digest(),
            "content": content,
        }

    def _grant(self, models: Models, values: Any) -> dict[str, Any]:
        found = models.find(AUTHORITIES, "authority", values["authority"])
        grant = grant_on(found[0], values["decided"], values["kind"]) if found else None
        if grant is None:
            facts = {"got": values["authority"], "kind": values["kind"], "on": values["decided"]}
            raise RuleError("authority-missing", rule="R24", **facts)
        return grant

    def _holder(self, turn: Turn, registrant: UUID) -> FullName:
        vault = self._context.vault
        who = {"reader": "service", "purpose": "print the holder's name on the certificate"}
        identity: Any = vault.open(turn.connection, registrant, "identity", **who)
        return FullName(str(identity["name"]))

    def _number(self, turn: Turn, authority: str, kind: str) -> str:
        """The next serial of this authority, kind and year, under the lock: never reused, for events never vanish."""
        code, year = code_of(kind), turn.today.year
        stem = f"{authority}-{code}-{year:04d}-"
        used = select(TABLE.c.number).where(TABLE.c.number.like(f"{stem}%"))
        last = turn.connection.execute(used.order_by(TABLE.c.number.desc()).limit(1)).scalar_one_or_none()
        minted = turn.memory.setdefault(stem, int(last[len(stem) : len(stem) + 6]) if last else 0) + 1
        turn.memory[stem] = minted
        return compose(authority, code, year, minted)

    def _terms(self, models: Models, values: Any, day: date) -> tuple[int | None, str | None]:
        """Months of validity, and the title for people."""
        if values.get("scheme") is not None:
            current = edition_on(models.get(SCHEMES, values["scheme"].bytes) or {"editions": "[]"}, day)
            title = say(f"t.{values['kind']}")
            return (current or {}).get("months"), None if title.startswith("t.") else title
        row = models.get(PARTICIPATIONS, values["participation"].bytes) or {}
        training = models.get(TRAININGS, row["training"]) or {}
        attended = {"hours": row["hours"], "present": row["present"], "days": len(read(training, "days"))}
        return None, say("t.HADIR", **attended)

    def _free_index(self, models: Models) -> tuple[int, int]:
        """A random free one: indexes in order would tell who was certified together."""
        held = models.connection.exec_driver_sql("SELECT count(*) FROM certificates").scalar_one()
        number = held // FULL
        while True:
            status = (number, secrets.randbelow(LIST_ENTRIES))
            if not models.find(CERTIFICATES, "status", listed(status)):
                return status

    def _sign(self, models: Models, authority: str, paper: Token) -> bytes:
        keys = KeyList.decode(models.every(KEYS)[0]["list"])
        signer = self._context.keyring.signer(keys, "certificate", authority, context=token.CONTEXT, typ=None)
        return token.issue(paper, signer, base=self._context.config.public_url)

    def _seal(self, turn: Turn, id: UUID, registrant: UUID, data: bytes, paper: Token) -> bytes:
        content: dict[str, str | int] = {"name": paper.name.reveal(), "number": paper.number, "kind": paper.kind}
        items: list[Item] = [
            (registrant, f"token/{id}", data),
            (registrant, f"content/{id}", content | {"title": paper.title or "", "scope": paper.scope}),
        ]
        return self._context.vault.seal_many(turn.connection, items)[1]

    # Asked ----------------------------------------------------------------------------------------------------

    def stream(self, number: str) -> UUID:
        """Raises: NotFoundError."""
        return UUID(bytes=self._row(number)["id"])

    def code(self, number: str, *, reader: str) -> str:
        """The address that stands in the certificate's code. Raises: NotFoundError; SealedError: `data-erased`."""
        row = self._row(number)
        id, holder = UUID(bytes=row["id"]), UUID(bytes=row["registrant"])
        with writing(self._context.history.engine) as connection:
            vault = self._context.vault
            data = vault.open(connection, holder, f"token/{id}", reader=reader, purpose=f"draw the code of {number}")
        return digits.url(self._context.config.public_url, bytes(data))  # type: ignore[arg-type]

    def show(self, number: str) -> Answer:
        """Pseudonymous facts of one certificate."""
        row = self._row(number)
        return {
            "number": row["number"],
            "kind": row["kind"],
            "authority": row["authority"],
            "state": row["state"],
            "registrant": str(UUID(bytes=row["registrant"])),
            "signed": from_days(row["signed"]).isoformat(),
            "through": None if row["through"] is None else from_days(row["through"]).isoformat(),
        }

    def listed(self, *, after: str = "", limit: int = 100) -> list[str]:
        """Numbers in order, after a cursor."""
        wanted = select(TABLE.c.number).where(TABLE.c.number > after).order_by(TABLE.c.number).limit(limit)
        with reading(self._context.history.engine) as connection:
            return list(connection.execute(wanted).scalars())

    def _row(self, number: str) -> dict[str, Any]:
        with reading(self._context.history.engine) as connection:
            found = Models(connection, self._context.config.origin).find(CERTIFICATES, "number", number)
        if not found:
            raise NotFoundError("not-found", of="certificate", got=number)
        return found[0]


def _live(models: Models, column: str, id: bytes) -> bool:
    return any(row["state"] != "annulled" for row in models.find(CERTIFICATES, column, id))


def _by_position(row: dict[str, Any]) -> int:
    return int(row["position"])
