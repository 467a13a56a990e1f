"""What a certificate's paper says, gathered at its issue and sealed whole: no later template or name changes it."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

from ledger.application import materials
from ledger.application.context import Context
from ledger.application.registrants import name_in
from ledger.credentials.token import Token
from ledger.database import Row
from ledger.domain.values import Personal, legal_day, to_days
from ledger.papers.render import EDITION
from ledger.projections.assessments import ASSESSMENTS
from ledger.projections.authorities import AUTHORITIES, grant_on
from ledger.projections.columns import listed, read
from ledger.projections.officers import OFFICERS
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.trainings import TRAININGS
from ledger.store.history import Turn

WHY = "name the signatory on the certificate"

Content = dict[str, str | int]  # As `ledger.papers.said` reads it.


class Contents:
    """One batch, approved by one officer: that officer is the signatory."""

    def __init__(self, context: Context, turn: Turn) -> None:
        self._context, self._turn, self._models = context, turn, turn.models()
        self._signatory = self._signed()
        self._materials = cache(self._opened)

    def of(self, values: Mapping[str, Any], paper: Token, code: Personal) -> Content:
        """`values` of the act that issues, `paper` its token, `code` its check code."""
        said: Content = {
            "name": paper.name.reveal(),
            "number": paper.number,
            "kind": paper.kind,
            "title": paper.title or "",
            "scope": paper.scope,
            "check": code.reveal(),
            "edition": EDITION,
            "decided": to_days(paper.decided),
            "signed": to_days(self._turn.today),
            "begins": to_days(legal_day(paper.begins * 1000)),
        }
        if paper.expires is not None:
            said["through"] = to_days(legal_day(paper.expires * 1000 - 1))
        return said | self._issuer(values) | self._rests_on(values) | self._signatory

    def _issuer(self, values: Mapping[str, Any]) -> Content:
        found = self._models.find(AUTHORITIES, "authority", values["authority"])
        grant = grant_on(found[0], values["decided"], values["kind"]) if found else None
        return {"issuer": grant["name"], "basis": grant["basis"]} if grant else {}

    def _rests_on(self, values: Mapping[str, Any]) -> Content:
        """The day of the test; or the training, its days, hours and subjects."""
        if values.get("assessment") is not None:
            return {"tested": listed([self._row(ASSESSMENTS, values["assessment"].bytes)["tested"]])}
        taken = self._row(PARTICIPATIONS, values["participation"].bytes)
        training = self._row(TRAININGS, taken["training"])
        said: Content = {
            "tested": listed(read(training, "days")),
            "programme": training["programme"],
            "hours": training["hours"],
        }
        return said | self._materials(taken["training"])

    def _opened(self, training: bytes) -> Content:
        id = UUID(bytes=training)
        why = {"reader": "service", "purpose": "list the subjects on the certificate"}
        found = materials.written(self._context, self._turn.connection, [id], **why)
        return {"materials": found[id]} if id in found else {}

    def _signed(self) -> Content:
        """The officer in whose turn this is: whoever approved it, with the mandate of that day."""
        officer = self._turn.actor.officer
        row = self._models.get(OFFICERS, officer.bytes) if officer else None
        if row is None:
            return {}
        person = UUID(bytes=row["person"])
        said: Content = {
            "capacity": f"{row['office']} {row['authority']}",
            "mandate_since": row["begins"],
            "mandate_record": row["appointed_at"],
        }
        if row["ends"] is not None:
            said["mandate_until"] = row["ends"]
        vault = self._context.vault
        found = vault.open_many(self._turn.connection, [person], "identity", reader="service", purpose=WHY)
        return said | ({"signatory": name_in(found[person])} if person in found else {})

    def _row(self, view: Any, id: bytes) -> Row:
        return self._models.get(view, id) or {}
