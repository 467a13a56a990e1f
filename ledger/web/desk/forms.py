"""Forms of the desk: what was typed is kept, what is refused says why, and one press is one act."""

import logging
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from itertools import islice
from typing import Any, ClassVar
from urllib.parse import urlsplit
from uuid import UUID

from flask import g, request
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField
from wtforms.validators import DataRequired, InputRequired

from ledger.errors import (
    TELLING,
    AuthenticationError,
    BudgetError,
    BusyError,
    ConflictError,
    ForbiddenError,
    LedgerError,
    RuleError,
)
from ledger.messages import catalogue, say
from ledger.web.desk.spoken import spoken
from ledger.web.pages import language

# What the form library says, by our codes.
CODES = {
    "This field is required.": "field-missing",
    "Not a valid choice.": "choice-unknown",
    "Invalid Choice: could not coerce.": "choice-unknown",
    "'%(value)s' is not a valid choice for this field.": "choice-unknown",
    "Not a valid integer value.": "number-expected",
    "Not a valid date value.": "date-malformed",
    "Field must be at least %(min)d character long.": "field-long",
    "Field must be between %(min)d and %(max)d characters long.": "field-long",
    "Field cannot be longer than %(max)d character.": "field-long",
    "Number must be at least %(min)s.": "number-expected",
    "Number must be between %(min)s and %(max)s.": "number-expected",
}
LOG = logging.getLogger("ledger.desk")
UNTOLD = ("password", "code", "totp", "csrf_token", "once", "seen", "assertion")  # What no page says back.
MOST_SHOWN, LONGEST_SHOWN, LONGEST_NAME = 100, 20_000, 60  # Entries; characters of all together; of a name.
BUTTONS = ("act", "step", "shown", "answer")  # Nobody typed these.
HEARD = (AuthenticationError, BudgetError, BusyError)  # Not the entries are at fault: a page of its own says so.


class _Words:
    """The form library's sentences, said by our catalogue."""

    def gettext(self, text: str) -> str:
        return say(f"e.{CODES.get(text, 'field-malformed')}", language())

    def ngettext(self, singular: str, _: str, __: int) -> str:
        return self.gettext(singular)


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """Labels are the sentences `f.<name>`, the help under a field `h.<name>`; `words` puts a noun between.

    `once` is a new key for each form that is shown: what is sent twice is done once. `seen` says which record it was
    filled in for, and at which version.
    """

    words: ClassVar[str] = ""
    once = HiddenField()
    seen = HiddenField()

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.refusal: LedgerError | None = None
        self.status = 200
        self.once.data = self.once.data or secrets.token_urlsafe(16)
        for field in self.entries():
            field.label.text = self._said("f", field) or field.label.text
            field.description = self._said("h", field)

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def get_translations(self, _: Any) -> _Words:
            return _Words()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What a form sends; the library would take JSON too, which has numbers and lists where text is meant."""
            return None if request.is_json else super().wrap_formdata(form, formdata)

    def _said(self, kind: str, field: Field) -> str:
        names = (f"{kind}.{self.words}.{field.short_name}", f"{kind}.{field.short_name}")
        return next((say(name, language()) for name in names if name in catalogue("id")), "")

    def entries(self) -> Iterator[Field]:
        """The fields that people fill in."""
        return (field for field in self if not isinstance(field, HiddenField) and field.short_name != "csrf_token")

    def fill(self, entered: Mapping[str, Any]) -> None:
        """As if it had been typed, by the names of the fields; what is not there is left empty."""
        for field in self.entries():
            value = entered.get(field.short_name)
            field.data = str(value) if isinstance(value, UUID) else value

    def submitted(self) -> bool:
        """Sent from a page of ours, and every entry can be read."""
        if not self.is_submitted():
            return False
        require_own()
        if self.validate() and not self._has_zeros():
            return True
        expired = "csrf_token" in self.errors
        self.refuse(LedgerError("form-expired") if expired else LedgerError("fields-refused"))
        return False

    def _has_zeros(self) -> bool:
        """PostgreSQL cannot keep this character, and nobody types it."""
        for field in self.entries():
            if any("\0" in str(text) for text in field.raw_data or ()):
                field.errors = [say("e.field-malformed", language())]
        return any("\0" in text for text in request.form.values())

    def of(self, stream: UUID, version: int) -> None:
        """The record that this form is about, as it is shown now; what was sent keeps what it was filled in for."""
        if not self.is_submitted():
            self.seen.data = f"{stream.hex}:{version}"

    def record(self) -> tuple[UUID, int] | None:
        """Raises: ConflictError: `form-stale`: it was filled in for nothing that we ever showed."""
        stream, _, version = (self.seen.data or "").partition(":")
        if not stream:
            return None
        try:
            return UUID(hex=stream), int(version)
        except ValueError:
            raise ConflictError("form-stale") from None

    def refuse(self, refused: LedgerError) -> None:
        if isinstance(refused, ForbiddenError | RuleError) or refused.code in TELLING:
            LOG.warning("%s refused at %s: %s", g.get("officer", "somebody"), request.endpoint, refused.code)
        self.refusal = refused
        self.status = STATUS.get(type(refused), 422)
        self.once.data = secrets.token_urlsafe(16)  # What is corrected is another act.
        refused.facts = spoken(refused.facts, language())
        if refused.code == "form-stale" and "version" in refused.facts:  # Told, and then sent again on purpose.
            self.seen.data = f"{(self.seen.data or '').partition(':')[0]}:{refused.facts['version']}"


STATUS = {ConflictError: 409, ForbiddenError: 403}


@contextmanager
def refusing(form: Form) -> Iterator[None]:
    """A refusal is shown in the form, whose entries stay; nothing was done."""
    try:
        yield
    except HEARD:
        raise
    except LedgerError as refused:
        form.refuse(refused)


def require_own() -> None:
    """Raises: ForbiddenError: another site had the visitor's browser send this.

    Browsers say where a request was made: Sec-Fetch-Site, or Origin if they are older. What says neither is no browser.
    Source: W3C Fetch Metadata.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    foreign = site not in (None, "same-origin") if site else origin is not None and _host(origin) != request.host
    if foreign:
        raise ForbiddenError("request-foreign")


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # Such as "http://[": of nobody.
        return ""


def required(field: Field) -> bool:
    return any(isinstance(one, DataRequired | InputRequired) for one in field.validators)


def typed() -> list[tuple[str, str]]:
    """What somebody had typed when the session ended, with the label above it, to be copied; never a secret.

    Anybody may send this: as much is shown as a person types.
    """
    told = ((name, value) for name, value in request.form.items(multi=True) if value and name not in BUTTONS)
    kept = islice(((name, value) for name, value in told if not name.startswith(UNTOLD)), MOST_SHOWN)
    labels, left, shown = _labels((request.blueprint or "").rpartition(".")[2]), LONGEST_SHOWN, []
    for name, value in kept:
        label = say(labels[name], language()) if name in labels else name[:LONGEST_NAME]
        shown.append((label, value[:left]))
        left = max(0, left - len(value))
    return shown


@cache
def _labels(noun: str) -> dict[str, str]:
    """The sentence above each field, by its name: as the pages of this noun say it, else as whichever page does."""
    keys = [key for key in catalogue("id") if key.startswith("f.")]
    own = [key for key in keys if key == f"f.{noun}.{key.rpartition('.')[2]}"]
    return {key.rpartition(".")[2]: key for key in (*reversed(keys), *own)}
