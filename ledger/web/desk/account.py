"""The officer's own account: passkeys, password, recovery codes, sessions."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import segno
from flask import redirect, url_for
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from ledger.application.passwords import SECRET, NewPassword
from ledger.errors import ForbiddenError
from ledger.web.desk.base import Form, Me, Pages, ledger, page, refusing, require_own
from ledger.web.desk.sign_in import CODE, PasskeyForm

pages = Pages("account", __name__, enrolling=True)
View = Callable[..., Any]


class NewPasskeyForm(PasskeyForm):
    device = StringField(validators=[InputRequired(), Length(1, 40)], render_kw={"autocomplete": "off"})


class NewPasswordForm(Form):
    """`code_key` is what the officer's app is to hold; it comes back with the code that proves that it does."""

    words = "access"
    name_new = StringField(
        validators=[InputRequired(), Length(3, 30)], render_kw={"autocomplete": "username", "autocapitalize": "none"}
    )
    password_new = PasswordField(
        validators=[InputRequired(), Length(15, 128)], render_kw={"autocomplete": "new-password"}
    )
    code = StringField(validators=[InputRequired(), Length(max=100)], render_kw=CODE | {"inputmode": "numeric"})
    code_key = HiddenField()


def fresh(view: View) -> View:
    """Whoever signed in a while ago signs in again before changing how."""

    @wraps(view)
    def call(me: Me, **path: Any) -> Any:
        try:
            ledger().access.require_fresh(me)
        except ForbiddenError:
            return redirect(url_for("desk.sign_in.sign_in", next=url_for("desk.account.account")), 303)
        return view(me, **path)

    return call


@pages.get("/akun")
def account(me: Me) -> Any:
    return _account(me, Form())


@pages.post("/akun/passkey/tantangan")
def challenge(me: Me) -> Any:
    require_own()
    return ledger().passkeys.offered(me), {"Content-Type": "application/json"}


@pages.form("/akun/passkey")
@fresh
def passkey(me: Me) -> Any:
    form = NewPasskeyForm()
    if form.submitted():
        with refusing(form):
            ledger().passkeys.register(me, (form.device.data or "").strip(), form.answer.data or "")
            return _chosen(me)
    return page("desk/passkey.html", _known(me), form=form)


@pages.post("/akun/passkey/<id>/hapus")
@fresh
def remove_passkey(me: Me, id: str) -> Any:
    return _changed(me, lambda: ledger().passkeys.remove(me, _bytes(id)))


@pages.form("/akun/sandi")
@fresh
def password(me: Me) -> Any:
    form, passwords = NewPasswordForm(), ledger().passwords
    if form.submitted():
        with refusing(form):
            name, secret = (form.name_new.data or "").strip(), form.code_key.data or ""
            passwords.choose(me, NewPassword(name, form.password_new.data or "", secret, form.code.data or ""))
            return _chosen(me)
    if not SECRET.fullmatch(form.code_key.data or ""):  # What a picture could not hold was not ours.
        form.code_key.data = passwords.secret()
    picture = segno.make(passwords.uri(me, form.code_key.data), error="m", boost_error=False)
    shown = picture.png_data_uri(scale=5, border=4)
    return page("desk/password.html", _known(me), form=form, picture=shown, secret=form.code_key.data)


@pages.post("/akun/sandi/hapus")
@fresh
def remove_password(me: Me) -> Any:
    return _changed(me, lambda: ledger().passwords.remove(me))


@pages.post("/akun/kode")
@fresh
def codes(me: Me) -> Any:
    form = Form()
    if form.submitted():
        return page("desk/codes.html", _known(me), codes=ledger().codes.renew(me))
    return _account(me, form)


@pages.post("/akun/sesi/<id>/akhiri")
@fresh
def end_session(me: Me, id: str) -> Any:
    return _changed(me, lambda: ledger().access.end(me, _bytes(id)))


@pages.post("/akun/sesi/akhiri-lain")
@fresh
def end_others(me: Me) -> Any:
    return _changed(me, lambda: ledger().access.end_others(me))


def _changed(me: Me, change: Callable[[], object]) -> Any:
    form = Form()
    if form.submitted():
        with refusing(form):
            change()
            return redirect(url_for("desk.account.account"), 303)
    return _account(me, form)


def _chosen(me: Me) -> Any:
    """Whoever has no recovery codes is given them at once."""
    if ledger().codes.left(me):
        return redirect(url_for("desk.account.account"), 303)
    return page("desk/codes.html", me, codes=ledger().codes.renew(me))


def _account(me: Me, form: Form) -> Any:
    """`form`: of the button that was pressed, if it was refused."""
    here = ledger()
    return page(
        "desk/account.html",
        _known(me),
        form=form,
        newcomer=me.enrolling,
        passkeys=[(key.id.hex(), key.name, key.made) for key in here.access.passkeys(me.officer)],
        name=here.passwords.name(me),
        left=here.codes.left(me),
        sessions=here.access.sessions(me),
    )


def _known(me: Me) -> Me | None:
    """A newcomer has no menu yet: none of its pages would open."""
    return None if me.enrolling else me


def _bytes(id: str) -> bytes:
    try:
        return bytes.fromhex(id)
    except ValueError:
        return b""  # Nothing of anybody's.
