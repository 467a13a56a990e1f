"""Keys: the list in force, its history, and the ceremony as a guided page. A root key never comes near this server."""

from typing import Any
from uuid import uuid4

from flask import Response, redirect, url_for
from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import NumberRange
from wtforms.validators import Optional as Perhaps

from ledger.application import key_minutes
from ledger.application.key_changes import Change, compromise, refreshment, retirement, rotation, succession
from ledger.application.key_minutes import grouped
from ledger.application.scope import ALL
from ledger.errors import ForbiddenError, InputError
from ledger.messages import say
from ledger.signing import key_request
from ledger.signing.key_records import Key, KeyList
from ledger.store.history import Actor
from ledger.web.desk.base import Form, Me, Pages, language, ledger, page, refusing

pages = Pages("keys", __name__)
CHANGES = ("refresh", "rotate", "retire", "compromised", "roots")
LIMIT = 1_000_000  # bytes of a request or of a root set that is looked at


class ChangeForm(Form):
    words = "keys"
    change = RadioField()
    key = SelectField()
    index = IntegerField(validators=[Perhaps(), NumberRange(min=0)])
    roots = FileField()

    def __init__(self, keys: KeyList) -> None:
        super().__init__()
        lang = language()
        self.change.choices = [(one, say(f"s.keys.change.{one}", lang)) for one in CHANGES]
        held = [key for key in keys.keys if key.state == "active"]
        told = [
            (key.kid.hex(), " ".join(filter(None, (key.role, key.authority, grouped(key.kid.hex()))))) for key in held
        ]
        self.key.choices = [("", "-"), *told]
        self._roles = {key.kid.hex(): (key.role, key.authority) for key in held}

    def asked(self) -> Change:
        """Raises: InputError: `keys-incomplete`: this change needs another entry; as the changes themselves."""
        change, key = self.change.data, self.key.data
        if change == "refresh":
            return refreshment()
        if change == "roots":
            return succession(key_request.read_roots(self._file()))
        if not key or (change == "compromised" and self.index.data is None):
            raise InputError("keys-incomplete")
        if change == "rotate":
            return rotation(*self._roles[key])
        return retirement(bytes.fromhex(key)) if change == "retire" else compromise(bytes.fromhex(key), self.index.data)

    def _file(self) -> bytes:
        if not self.roots.data:
            raise InputError("keys-incomplete")
        data: bytes = self.roots.data.read(LIMIT)
        return data


class SignedForm(Form):
    words = "keys"
    signed = FileField(validators=[FileRequired()])


@pages.get("/kunci")
def shown(me: Me) -> Any:
    lists = ledger().keys
    versions, central = sorted(lists.versions(), reverse=True), me.sight == ALL
    return page("desk/keys.html", me, keys=lists.current(), versions=versions, kid=grouped, central=central)


@pages.get("/kunci/<int:version>")
def minutes(me: Me, version: int) -> Any:
    """What the list of this version changed, who signed it, and lines for the signatures of those who were there."""
    request, lang = ledger().keys.minutes(version), language()
    _, new = request.lists()
    lines = [say(key, lang, **facts) for key, facts in key_minutes.lines(request)]
    signers = sorted(grouped(root.kid.hex()) for root in request.signers())
    groups = new.roots.fingerprint().split("-")
    fingerprint = [" ".join(groups[start : start + 4]) for start in range(0, len(groups), 4)]
    told = {"made": new.iat * 1000, "lines": lines, "signers": signers, "fingerprint": fingerprint}
    return page("desk/keys-minutes.html", me, version=version, told=told)


@pages.form("/kunci/upacara", roles=("admin",))
def ceremony(me: Me) -> Any:
    """The steps, and the request that goes to the root keys; the same page takes back what they signed."""
    _require_central(me)
    form = ChangeForm(ledger().keys.current())
    if form.submitted():
        with refusing(form):
            return _download(ledger().keys.request(form.asked()).encode())
    return page("desk/keys-ceremony.html", me, form=form, signed=SignedForm())


@pages.form("/kunci/terima", roles=("admin",))
def accept(me: Me) -> Any:
    """The signatures of the roots decide; who hands the list in is asked only whether the session still holds."""
    _require_central(me)
    form = SignedForm()
    if form.submitted():
        with refusing(form):
            answer = ledger().keys.accept(form.signed.data.read(LIMIT), Actor(session=me.session))
            return redirect(url_for("desk.keys.minutes", version=answer["version"]))
    return page("desk/keys-accept.html", me, form=form)


def _named(key: Key, lang: str) -> str:
    return " · ".join(filter(None, (say(f"s.keys.role.{key.role}", lang), key.authority, grouped(key.kid.hex()))))


def _download(data: bytes) -> Response:
    name = f"permintaan-kunci-{uuid4().hex[:8]}.cbor"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, mimetype="application/cbor", headers=headers)


def _require_central(me: Me) -> None:
    """Raises: ForbiddenError: `keys-central`: an officer of a province, or of another authority."""
    if me.sight != ALL:
        raise ForbiddenError("keys-central", region=me.region)
