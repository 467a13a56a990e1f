"""Signing in and out: by passkey, by password and code, by a code that is good once."""

import re
from collections.abc import Callable
from typing import Any

from flask import redirect, request, session, url_for
from werkzeug.wrappers import Response as Answer
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from ledger.errors import AuthenticationError
from ledger.web.desk.base import Form, Pages, ledger, page, require_own

pages = Pages("sign_in", __name__)
AFTER = re.compile(r"/meja/[A-Za-z0-9/_.?&=%-]*")  # Pages of the desk; an address elsewhere would be a trap.
CODE = {"autocomplete": "one-time-code", "spellcheck": "false"}


class PasskeyForm(Form):
    """Its entry is put in by static/desk/passkey.js."""

    words = "access"
    answer = HiddenField()


class PasswordForm(Form):
    words = "access"
    name = StringField(
        validators=[InputRequired(), Length(max=100)], render_kw={"autocomplete": "username", "autocapitalize": "none"}
    )
    password = PasswordField(
        validators=[InputRequired(), Length(max=1000)], render_kw={"autocomplete": "current-password"}
    )
    code = StringField(validators=[InputRequired(), Length(max=100)], render_kw=CODE | {"inputmode": "numeric"})


class CodeForm(Form):
    words = "access"
    code_once = StringField(validators=[InputRequired(), Length(max=100)], render_kw={"autocomplete": "off"})


@pages.route("/masuk", methods=["GET", "POST"])
def sign_in() -> Any:
    form = PasskeyForm()
    return _signing_in(
        form,
        "desk/sign-in.html",
        lambda: ledger().passkeys.sign_in(form.answer.data or "", address=_address()),
        next=_after(),
    )


@pages.route("/masuk/tantangan", methods=["POST"])
def challenge() -> Any:
    require_own()
    return ledger().passkeys.asked(address=_address()), {"Content-Type": "application/json"}


@pages.route("/masuk/sandi", methods=["GET", "POST"])
def by_password() -> Any:
    form = PasswordForm()
    return _signing_in(
        form,
        "desk/sign-in-password.html",
        lambda: ledger().passwords.sign_in(
            form.name.data or "", form.password.data or "", form.code.data or "", address=_address()
        ),
    )


@pages.route("/masuk/kode", methods=["GET", "POST"])
def by_code() -> Any:
    form = CodeForm()
    return _signing_in(
        form,
        "desk/sign-in-code.html",
        lambda: ledger().codes.sign_in(form.code_once.data or "", address=_address()),
    )


@pages.route("/keluar", methods=["POST"])
def sign_out() -> Answer:
    require_own()
    access = ledger().access
    access.forget(_cookie())
    session.clear()
    response = redirect(url_for("desk.sign_in.sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"storage"'  # What was typed and kept in the browser goes, too.
    access.take_back(response)
    return response


def _signing_in(form: Form, template: str, prove: Callable[[], str], **facts: Any) -> Any:
    """Every refusal looks the same; a budget that is spent has a page of its own."""
    if form.submitted():
        try:
            return _begun(prove())
        except AuthenticationError as refused:
            form.refuse(refused)
    return page(template, None, form=form, **facts)


def _begun(cookie: str) -> Answer:
    """Nothing of the session before goes on: neither its cookie nor the secret of its forms."""
    access = ledger().access
    access.forget(_cookie())
    session.clear()
    newcomer = access.me(cookie, enrolling=True).enrolling
    home = url_for("desk.account.account") if newcomer else url_for("desk.home.home")
    response = redirect(home if newcomer else _after() or home, 303)
    access.hand_over(response, cookie)
    return response


def _after() -> str:
    """Where the officer wanted to go."""
    asked = request.args.get("next", "")
    return asked if AFTER.fullmatch(asked) else ""


def _cookie() -> str:
    return request.cookies.get(ledger().access.cookie_name, "")


def _address() -> str:
    return request.remote_addr or ""
