"""Certificates at the desk: the list, one certificate, and acts on it with what employers will then be told."""

import json
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from ledger.application.acts import Act
from ledger.application.certificates import KINDS
from ledger.application.context import Answer
from ledger.application.telling import told
from ledger.credentials.verdict import Verdict
from ledger.domain.certificates import Certificate
from ledger.errors import NotFoundError
from ledger.messages import say
from ledger.web.desk.addresses import given, word
from ledger.web.desk.anew import instead
from ledger.web.desk.base import ROWS, Form, Me, Pages, do, language, ledger, page, refusing

pages = Pages("certificates", __name__)


@dataclass(frozen=True, slots=True)
class Kind:
    """An act as people choose it. `alone`: by one certifier, at once; `undated`: it counts from its approval."""

    event: str
    matter: str
    reasons: tuple[str, ...]
    name: str = ""  # As `status_act` knows it; none: a new paper.
    alone: bool = False
    danger: bool = False

    @property
    def undated(self) -> bool:
        return self.alone or not self.name


SUSPENSION = ("precaution", "complaint", "ethics", "fraud", "error")
# By the word in the address.
ACTS = {
    "bekukan": Kind(KINDS["suspend"].TOPIC, "suspension", SUSPENSION, "suspend"),
    "bekukan-darurat": Kind(KINDS["suspend"].TOPIC, "suspension", SUSPENSION, "suspend", alone=True),
    "pulihkan": Kind(KINDS["reinstate"].TOPIC, "reinstatement", ("lifted", "ended", "error"), "reinstate"),
    "pulihkan-darurat": Kind(
        KINDS["reinstate"].TOPIC, "reinstatement", ("lifted", "ended", "error"), "reinstate", alone=True
    ),
    "cabut": Kind(
        KINDS["revoke"].TOPIC,
        "revocation",
        ("fraud", "ethics", "lost-mandate", "request", "error"),
        "revoke",
        danger=True,
    ),
    "batalkan": Kind(KINDS["annul"].TOPIC, "annulment", ("fraud", "error"), "annul", danger=True),
    "ganti-kertas": Kind(Certificate.Reissued.TOPIC, "replacement", ("lost", "damaged")),
}


class ActForm(Form):
    """What was previewed is what is proposed: after any change it is shown once more."""

    words = "certificates"
    decree = SelectField(validators=[DataRequired()])
    reason = RadioField(validators=[DataRequired()])
    until = DateField(validators=[Optional()])
    effective = DateField(validators=[Optional()])
    backdated = StringField(validators=[Optional(), Length(3, 2000)])
    shown = HiddenField()

    def __init__(self, me: Me, kind: Kind) -> None:
        super().__init__()
        lang = language()
        self.decree.choices = [(str(id), number) for id, number in ledger().decrees.on(me.authority, kind.matter)]
        self.reason.choices = [(one, say(f"s.reason.{one}", lang)) for one in kind.reasons]
        if kind.name != "suspend":
            del self.until
        elif kind.alone:
            self.until.validators = [DataRequired()]
        if kind.undated:
            del self.effective, self.backdated

    def act(self, kind: Kind, number: str) -> Act:
        """Raises: InputError, NotFoundError."""
        decree, reason = UUID(self.decree.data), self.reason.data
        if not kind.name:
            return ledger().certificates.reissue(number, decree=decree, reason=reason)
        until: date | None = self.until.data if "until" in self else None
        return ledger().certificates.status_act(kind.name, number, decree=decree, reason=reason, until=until)

    def terms(self) -> dict[str, Any]:
        """From which day, and why so late."""
        if "effective" not in self:
            return {}
        return {"effective": self.effective.data, "backdated": self.backdated.data or None}

    def confirmed(self) -> bool:
        return request.form.get("step") == "propose" and self.shown.data == self._digest()

    def remember(self) -> None:
        self.shown.data = self._digest()

    def _digest(self) -> str:
        entered = {field.short_name: str(field.data or "") for field in self.entries()}
        return sha256(json.dumps(entered, sort_keys=True).encode()).hexdigest()


@pages.get("/sertifikat")
def listed(me: Me) -> Any:
    asked = request.args.get("cari", "").replace("\0", "").strip()  # Which PostgreSQL cannot look for.
    after = given(word) or ""
    rows = ledger().standings.listed(sight=me.sight, asked=asked, after=after, limit=ROWS + 1)
    more = rows[ROWS - 1]["number"] if len(rows) > ROWS else ""
    return page("desk/certificates.html", me, rows=rows[:ROWS], after=more, asked_for=asked)


@pages.get("/sertifikat/<number:number>")
def show(me: Me, number: str) -> Any:
    certificate = ledger().standings.show(number, sight=me.sight)
    effective = request.args.get("urut") == "berlaku"
    return page(
        "desk/certificate.html",
        me,
        certificate=certificate,
        holder=_holder(me, certificate),
        told=_told(certificate["verdict"]),
        effective=effective,
        events=ledger().standings.timeline(number, effective=effective, sight=me.sight),
        acts=[(word, kind) for word, kind in ACTS.items() if _offered(kind, certificate)],
    )


@pages.form("/sertifikat/<number:number>/<word>", roles=("certify",))
def act(me: Me, number: str, word: str) -> Any:
    """First what it would change for whoever scans the paper; then, by a second press, the proposal."""
    kind = ACTS.get(word)
    if kind is None:
        raise NotFoundError("not-found", of="page", got="")
    certificate = ledger().standings.show(number, sight=me.sight)
    form, preview = ActForm(me, kind), None
    form.of(certificate["id"], certificate["version"])
    if form.submitted():
        with refusing(form):
            acts = form.act(kind, number)
            if form.confirmed():
                return redirect(_done(me, form, kind, acts, number))
            preview = _previewed(me, form, acts, number)
            form.remember()
    return page(
        "desk/certificate-act.html",
        me,
        form=form,
        kind=kind,
        word=word,
        certificate=certificate,
        holder=_holder(me, certificate),
        preview=preview,
    )


def _holder(me: Me, certificate: Answer) -> str:
    """The name, so that nobody acts on another's certificate by a slip; the look is noted. Empty: it is destroyed."""
    id = certificate["registrant"]
    names = ledger().registrants.names([id], reader=str(me.officer), purpose="certificate")
    return names[id].reveal() if id in names else ""


def _previewed(me: Me, form: ActForm, one: Act, number: str) -> list[tuple[str, Any]]:
    """What employers are told before and after."""
    terms = form.terms()
    if terms.get("backdated"):  # The reason itself is sealed once it is proposed.
        one = Act(one.kind, one.stream, {**one.values, "backdated": bytes(32)})
    actor = ledger().officers.actor(me.officer)
    seen = ledger().standings.preview(actor, number, [one], effective=terms.get("effective"))
    return [("before", _told(seen.before)), ("after", _told(seen.after))]


def _done(me: Me, form: ActForm, kind: Kind, one: Act, number: str) -> str:
    """Where to go next: to the proposal, or back to the certificate that was acted on at once."""
    if kind.alone:
        do(me, form, lambda actor: ledger().certificates.act_alone(actor, one))
        return url_for("desk.certificates.show", number=number)
    answer = do(me, form, lambda actor: ledger().proposals.propose(actor, [one], **form.terms(), instead=instead()))
    return url_for("desk.proposals.show", id=answer["proposal"])


def _offered(kind: Kind, certificate: Answer) -> bool:
    if (certificate["state"], kind.event) not in Certificate.LIFECYCLE:
        return False
    if kind.alone:  # Nothing is begun anew alone, and nothing is lifted alone that two people decided.
        return bool(certificate["alone"]) == (kind.name == "reinstate")
    return True


def _told(verdict: Verdict) -> dict[str, Any]:
    said = told(verdict, language(), contact=ledger().config.contact)
    return {"colour": verdict.colour.value, "said": said}
