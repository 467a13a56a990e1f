"""A proposal that came back is made anew: on the page that makes such acts, filled in with what was entered before."""

from typing import Any
from uuid import UUID

from flask import request, url_for

from ledger.application.access import Me
from ledger.application.context import Answer
from ledger.domain.certificates import Certificate
from ledger.domain.delegations import Delegation
from ledger.domain.lifecycle import First
from ledger.domain.officers import Officer
from ledger.domain.participations import Participation
from ledger.domain.registrants import Registrant
from ledger.errors import NotFoundError
from ledger.events import KINDS
from ledger.web.desk.addresses import given
from ledger.web.desk.forms import Form
from ledger.wiring import Ledger

FROM = "dari"  # The entry of the address that names the proposal.
ACT, BY_TRAINING, BY_DECREE = "desk.certificates.act", "desk.issuing.by_training", "desk.issuing.by_decree"
WORDS = {
    Certificate.Suspended.TOPIC: "bekukan",
    Certificate.Reinstated.TOPIC: "pulihkan",
    Certificate.Revoked.TOPIC: "cabut",
    Certificate.Annulled.TOPIC: "batalkan",
    Certificate.Reissued.TOPIC: "ganti-kertas",
}
PAGES = {
    Officer.Created.TOPIC: "desk.officers.appoint",
    Officer.Changed.TOPIC: "desk.officers.change",
    Officer.Dismissed.TOPIC: "desk.officers.dismiss",
    Officer.KeyEnrolled.TOPIC: "desk.officers.enrol",
    Officer.KeyEnded.TOPIC: "desk.officers.end_key",
    Delegation.Created.TOPIC: "desk.delegations.give",
    Delegation.Ended.TOPIC: "desk.delegations.end",
    Participation.Corrected.TOPIC: "desk.participations.correct",
    Registrant.Corrected.TOPIC: "desk.people.correct",
    Registrant.Erased.TOPIC: "desk.people.erase",
}


def instead() -> UUID | None:
    """The proposal that this page is to take the place of. Raises: InputError."""
    return given(UUID, FROM)


def fill(ledger: Ledger, me: Me, form: Form) -> None:
    """Raises: NotFoundError: not this officer's, nothing of it is kept any more, or it is made on another page."""
    id = instead() if request.method == "GET" else None
    if id is not None:
        if not _made_here(ledger.drafts.kind(me.officer, id)):
            raise NotFoundError("not-found", of="draft", got=id)
        form.fill(ledger.drafts.entered(me.officer, id))


def _made_here(kind: str) -> bool:
    """Whether the page that is asked for proposes acts of this kind."""
    if kind in WORDS:
        return request.endpoint == ACT and (request.view_args or {}).get("word") == WORDS[kind]
    if kind == Certificate.Created.TOPIC:
        return request.endpoint in (BY_TRAINING, BY_DECREE)
    return request.endpoint is not None and request.endpoint == PAGES.get(kind)


def address(ledger: Ledger, brief: Answer) -> str | None:
    """Where this proposal, as `briefs.of` tells it, is made anew; None: not at the desk, or nothing of it is kept."""
    if not brief["acts"]:
        return None
    act = brief["acts"][0]
    own: dict[str, Any] = {FROM: brief["proposal"]}
    if act["kind"] in WORDS:
        number = brief["groups"][0]["acts"][0]["subject"]
        return url_for(ACT, number=number, word=WORDS[act["kind"]], **own)
    if act["kind"] == Certificate.Created.TOPIC:
        return _issuing(ledger, act["fields"], own)
    if act["kind"] not in PAGES:
        return None
    on: dict[str, Any] = {} if issubclass(KINDS[act["kind"]][0], First) else {"id": act["stream"]}
    return url_for(PAGES[act["kind"]], **on, **own)


def _issuing(ledger: Ledger, fields: Answer, own: dict[str, Any]) -> str:
    if "participation" in fields:
        training = ledger.participations.show(UUID(fields["participation"]))["training"]
        return url_for(BY_TRAINING, id=training, **own)
    return url_for(BY_DECREE, id=ledger.candidates.decided_by(UUID(fields["assessment"])), **own)
