"""Officers at the desk: who is in office, appointing, changing, dismissing, keys, first codes."""

import re
from collections.abc import Container, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import redirect, url_for
from wtforms import DateField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from ledger.application.acts import Act
from ledger.application.context import Answer
from ledger.domain.officers import ROLES
from ledger.domain.regions import REGIONS
from ledger.domain.values import from_days
from ledger.errors import ForbiddenError, InputError, NotFoundError
from ledger.messages import say
from ledger.rules.plain import OFFICE
from ledger.signing.approval import raw_public
from ledger.store.history import Actor
from ledger.web.desk.anew import instead
from ledger.web.desk.base import Form, Me, Pages, do, language, ledger, page, refusing

pages = Pages("officers", __name__)
ENDINGS = ("ended", "lost-mandate", "request")  # Why an appointment ends.
KEY_ENDINGS = ("key-lost", "ended")


def provinces() -> list[tuple[str, str]]:
    return [(code, f"{code} {one.name}") for code, one in sorted(REGIONS.items()) if len(code) == 2]


def decrees(me: Me, matter: str) -> list[tuple[str, str]]:
    return [("", "-"), *((str(id), number) for id, number in ledger().decrees.on(me.authority, matter))]


class MandateForm(Form):
    """Of an officer who is there; who is appointed is named, too."""

    words = "officers"
    roles = SelectMultipleField(validators=[DataRequired()], option_widget=CheckboxInput(), widget=ListWidget())
    office = StringField(validators=[DataRequired(), Length(max=60), Regexp(OFFICE)])
    region = SelectField(validators=[Optional()])
    ends = DateField(validators=[Optional()])
    decree = SelectField(validators=[Optional()])

    def __init__(self, me: Me, **given: Any) -> None:
        super().__init__(**given)
        self.roles.choices = [(one, say(f"s.officers.role.{one}", language())) for one in ROLES]
        self.region.choices = [("", say("s.officers.central", language())), *provinces()]
        self.decree.choices = decrees(me, "appointment")

    def mandate(self) -> dict[str, Any]:
        return {
            "roles": self.roles.data,
            "office": self.office.data,
            "ends": self.ends.data,
            "region": self.region.data or None,
            "decree": UUID(self.decree.data) if self.decree.data else None,
        }


class AppointForm(MandateForm):
    nik = StringField(validators=[DataRequired(), Length(16, 20)], render_kw={"inputmode": "numeric"})
    begins = DateField(validators=[DataRequired()])

    def person(self, me: Me) -> UUID:
        """Raises: InputError: a NIK of nobody; it is not repeated."""
        (found,) = ledger().decrees.people(self.nik.data or "", reader=str(me.officer))
        return found


class DismissForm(Form):
    words = "officers"
    reason = SelectField(validators=[DataRequired()])
    decree = SelectField(validators=[Optional()])

    def __init__(self, me: Me) -> None:
        super().__init__()
        self.reason.choices = [(one, say(f"s.officers.reason.{one}", language())) for one in ENDINGS]
        self.decree.choices = decrees(me, "appointment")


class KeyForm(Form):
    """A passkey that the officer signs in with, or the public part of a key file."""

    words = "officers"
    passkey = SelectField(validators=[Optional()])
    public = StringField(validators=[Optional(), Regexp(re.compile("[0-9a-f]{64}", re.IGNORECASE))])

    def __init__(self, officer: UUID) -> None:
        super().__init__()
        self._keys = {one.key.hex(): one for one in ledger().access.passkeys(officer) if one.key is not None}
        self.passkey.choices = [("", "-"), *((key, one.name) for key, one in self._keys.items())]

    def fill(self, entered: Mapping[str, Any]) -> None:
        key: bytes = entered.get("key", b"")
        passkey = key.hex() if key.hex() in self._keys else ""
        super().fill({"passkey": passkey, "public": "" if passkey or not key else raw_public(key).hex()})

    def key(self) -> bytes:
        """32 or 64 bytes. Raises: InputError: neither, or both."""
        if bool(self.passkey.data) == bool(self.public.data):
            raise InputError("key-choice")
        if self.public.data:
            return bytes.fromhex(self.public.data)
        return raw_public(bytes.fromhex(self.passkey.data))


class EndKeyForm(Form):
    words = "officers"
    reason = SelectField(validators=[DataRequired()])

    def __init__(self) -> None:
        super().__init__()
        self.reason.choices = [(one, say(f"s.officers.reason.{one}", language())) for one in KEY_ENDINGS]


@pages.get("/pengurus")
def listed(me: Me) -> Any:
    """Everybody of the officer's own authority, or board, by name; the look is noted."""
    rows = roster(me, "officers")
    return page("desk/officers.html", me, rows=rows)


def roster(me: Me, purpose: str, also: Container[str] = ()) -> list[Answer]:
    """The officers there are and were, those in office first, with `name`; None: erased. A board sees its own, and
    those with the ids `also`."""
    rows = [one for one in ledger().officers.listed() if one["authority"] == me.authority]
    rows = [one for one in rows if me.region in (None, one["region"]) or one["officer"] in also]
    people = [UUID(one["person"]) for one in rows]
    names = ledger().registrants.names(people, reader=str(me.officer), purpose=purpose)
    told = [one | {"name": _name(names.get(UUID(one["person"])))} for one in rows]
    return sorted(told, key=lambda one: (one["state"], one["region"] or "", one["office"], one["officer"]))


def _name(found: Any) -> str | None:
    return None if found is None else str(found.reveal())


def _one(me: Me, id: UUID) -> Answer:
    """Raises: NotFoundError: nobody of the own authority, or board."""
    for one in roster(me, "officers"):
        if one["officer"] == str(id):
            return one
    raise NotFoundError("not-found", of="officer", got=id)


@pages.get("/pengurus/<uuid:id>")
def show(me: Me, id: UUID) -> Any:
    officer = _one(me, id)
    fingerprint = ledger().officers.fingerprint(id)
    newcomer = officer["state"] == "appointed" and me.region is None and not ledger().access.knows(id)
    return page("desk/officer.html", me, officer=officer, fingerprint=fingerprint, newcomer=newcomer)


@pages.form("/pengurus/angkat", roles=("admin",))
def appoint(me: Me) -> Any:
    form = AppointForm(me)
    if form.submitted():
        with refusing(form):
            person, mandate = form.person(me), form.mandate() | {"begins": form.begins.data}
            return proposed(me, form, ledger().officers.appoint(person=person, authority=me.authority, **mandate))
    return page("desk/officer-form.html", me, form=form, title="s.officers.appoint", about="s.officers.appoint.about")


@pages.form("/pengurus/<uuid:id>/ubah", roles=("admin",))
def change(me: Me, id: UUID) -> Any:
    officer = _one(me, id)
    known = {name: officer[name] for name in ("roles", "office", "region")} | {"ends": _day(officer["ends"])}
    form = MandateForm(me, data=known)
    if form.submitted():
        with refusing(form):
            return proposed(me, form, ledger().officers.change(id, **form.mandate()))
    return _form(me, form, officer, "change")


@pages.form("/pengurus/<uuid:id>/berhentikan", roles=("admin",))
def dismiss(me: Me, id: UUID) -> Any:
    officer, form = _one(me, id), DismissForm(me)
    if form.submitted():
        with refusing(form):
            decree = UUID(form.decree.data) if form.decree.data else None
            return proposed(me, form, ledger().officers.dismiss(id, form.reason.data, decree))
    return _form(me, form, officer, "dismiss", danger=True)


@pages.form("/pengurus/<uuid:id>/kunci", roles=("admin",))
def enrol(me: Me, id: UUID) -> Any:
    officer, form = _one(me, id), KeyForm(id)
    if form.submitted():
        with refusing(form):
            return proposed(me, form, ledger().officers.enrol_key(id, form.key()))
    return _form(me, form, officer, "enrol")


@pages.form("/pengurus/<uuid:id>/akhiri-kunci", roles=("admin",))
def end_key(me: Me, id: UUID) -> Any:
    officer, form = _one(me, id), EndKeyForm()
    if form.submitted():
        with refusing(form):
            return proposed(me, form, ledger().officers.end_key(id, form.reason.data))
    return _form(me, form, officer, "end-key", danger=True)


@pages.form("/pengurus/<uuid:id>/undang", roles=("admin",))
def invite(me: Me, id: UUID) -> Any:
    """A code for the first sign-in, shown once. Nobody gets into an account that is in use this way.

    Whoever makes it could use it: a board is given no code of the centre's officers, nor of its own.
    """
    if me.region is not None:
        raise ForbiddenError("invite-central")
    officer, form, made = _one(me, id), Form(), None
    if form.submitted():
        with refusing(form):
            ledger().access.require_fresh(me)
            made = ledger().codes.invite(id, by=me)
    return page("desk/officer-invite.html", me, form=form, officer=officer, made=made)


def _day(days: int | None) -> date | None:
    return None if days is None else from_days(days)


def _form(me: Me, form: Form, officer: Answer, act: str, *, danger: bool = False) -> Any:
    title, about = f"s.officers.{act}", f"s.officers.{act}.about"
    return page("desk/officer-form.html", me, form=form, officer=officer, title=title, about=about, danger=danger)


def proposed(me: Me, form: Form, act: Act) -> Any:
    """To the proposal of this act."""

    def propose(actor: Actor) -> Answer:
        return ledger().proposals.propose(actor, [act], instead=instead())

    return redirect(url_for("desk.proposals.show", id=do(me, form, propose)["proposal"]))
