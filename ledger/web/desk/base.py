"""What every page of the desk stands on: who asks, how a page is shown, how an act is done once."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import wraps
from hashlib import sha256
from typing import Any

from flask import (
    Blueprint,
    Response,
    after_this_request,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from ledger.application.access import Me
from ledger.application.context import Answer
from ledger.errors import AuthenticationError, ConflictError, ForbiddenError
from ledger.store.history import Actor, AnsweredBefore
from ledger.store.requests import Request
from ledger.web.desk import anew
from ledger.web.desk.forms import Form, refusing, require_own, typed
from ledger.web.pages import KEPT_BY, language
from ledger.wiring import Ledger

__all__ = ["Form", "Me", "Pages", "do", "language", "ledger", "page", "refusing", "require_own"]

ROWS = 50  # of a list, on one page
View = Callable[..., Any]


def ledger() -> Ledger:
    found: Ledger = current_app.extensions["ledger"]
    return found


class Pages(Blueprint):
    """The pages of one noun, whose endpoints are `desk.<noun>.<view>`; their views are given who asks, first.

    `roles` say who is shown the page: a courtesy. What an officer may do is decided by the rules, in the turn.
    `enrolling`: shown also to whoever signed in by an invitation, and has not yet chosen how to sign in.
    """

    def __init__(self, noun: str, module: str, *, enrolling: bool = False) -> None:
        super().__init__(noun, module)
        self.enrolling = enrolling

    def get(self, rule: str, *, roles: Sequence[str] = ()) -> Callable[[View], View]:  # type: ignore[override]
        return self._at(rule, ("GET",), roles)

    def form(self, rule: str, *, roles: Sequence[str] = ()) -> Callable[[View], View]:
        """Shown by GET, sent by POST, to the same view."""
        return self._at(rule, ("GET", "POST"), roles)

    def post(self, rule: str, *, roles: Sequence[str] = ()) -> Callable[[View], View]:  # type: ignore[override]
        return self._at(rule, ("POST",), roles)

    def _at(self, rule: str, methods: Sequence[str], roles: Sequence[str]) -> Callable[[View], View]:
        def declare(view: View) -> View:
            shown = _signed_in(view, frozenset(roles), enrolling=self.enrolling)
            self.add_url_rule(rule, view_func=shown, methods=list(methods))
            return shown

        return declare


def _signed_in(view: View, roles: frozenset[str], *, enrolling: bool) -> View:
    @wraps(view)
    def call(**path: Any) -> Any:
        access = ledger().access
        try:
            me = access.me(request.cookies.get(access.cookie_name, ""), enrolling=enrolling)
        except AuthenticationError:
            return _ended()
        g.officer = me.officer  # As the log calls who asks.
        if me.renewed:
            after_this_request(_handing_over(me.renewed))  # A refusal, too: the value before is soon good no more.
        if roles and roles.isdisjoint(me.roles):
            raise ForbiddenError("desk-role", roles=sorted(roles))
        return _private(make_response(view(me, **path)))

    return call


def _handing_over(cookie: str) -> Callable[[Response], Response]:
    def hand_over(response: Response) -> Response:
        ledger().access.hand_over(response, cookie)
        return response

    return hand_over


def _ended() -> Any:
    """To the sign-in; what had been typed is shown, for it was not saved."""
    if request.method == "GET":
        return redirect(url_for("desk.sign_in.sign_in", next=request.full_path.rstrip("?")))
    return _private(make_response(render_template("desk/ended.html", me=None, typed=typed()), 401))


def _private(response: Response) -> Response:
    """Personal data lies in no cache; the language that was asked for is kept."""
    response.headers.setdefault("Cache-Control", "no-store")
    if request.args.get("lang") == language():
        secure = ledger().config.desk.startswith("https:")
        response.set_cookie(KEPT_BY[secure], language(), httponly=True, samesite="Lax", secure=secure)
    return response


def page(template: str, me: Me | None, *, form: Form | None = None, **facts: Any) -> Response:
    """The page, with the status of its form: 200, or why it was refused."""
    if me is not None and form is not None:
        anew.fill(ledger(), me, form)
    shown = make_response(render_template(template, me=me, form=form, **facts))
    if form is not None:
        shown.status_code = form.status
    return shown


def do(me: Me, form: Form, act: Callable[[Actor], Answer]) -> Answer:
    """One press is one act: the same form again gets the answer of the first time.

    The session is asked again inside the write, and so is the version of the record that the form was filled in for.

    Raises: LedgerError: what the use case refuses; ConflictError: `form-stale`, `form-sent`; AuthenticationError.
    """
    key = str(form.once.data)[:100]
    keyed = Request.of(current_app.extensions["idempotency"], me.officer.bytes, request.path, key, _sent())
    actor = ledger().officers.actor(me.officer, keyed)
    try:
        return act(replace(actor, session=me.session, seen=form.record()))
    except AnsweredBefore as done:
        answer: Answer = json.loads(done.answer)
        return answer
    except ConflictError as refused:  # The line dropped before the answer, and then something else was typed.
        raise ConflictError("form-sent") if refused.code == "idempotency-key-reused" else refused from None


def _sent() -> bytes:
    """What makes it the same form: its entries, and its files by their content."""
    entries = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    for name, file in request.files.items(multi=True):
        file.seek(0)
        entries.append((name, sha256(file.read()).hexdigest()))
    return json.dumps(sorted(entries)).encode()
