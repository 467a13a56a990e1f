"""Verification, for everybody: by code, by picture or PDF, by number and name, by check code."""

from datetime import datetime
from typing import Any

from flask import jsonify, request
from marshmallow import Schema, fields

from ledger.api.access import public
from ledger.api.bodies import body, load
from ledger.api.endpoints import Endpoints
from ledger.api.shapes import File, answer, text
from ledger.application.telling import told
from ledger.credentials.verdict import Paper, Verdict
from ledger.domain.values import WIB
from ledger.messages import LANGUAGES, say

verifications = Endpoints("verifications", "What a certificate is worth today")
READER = "public"
TEXTS = ("name", "kind", "title", "number", "issuer", "basis", "scope")
DAYS = ("decided", "signed", "begins", "through")
CONTEXT = {"load_default": None, "allow_none": True}


class CodeBody(Schema):
    """`code`: the address or its digits. `context`: the code of the institution that asks."""

    code = fields.String(required=True)
    context = text(40, **CONTEXT)


class EntryBody(Schema):
    number = text()
    name = text(1000)
    context = text(40, **CONTEXT)


class CheckBody(Schema):
    """`check`: the short code on the paper, XXXX-XXXX."""

    check = text(80)
    context = text(40, **CONTEXT)


class PictureBody(Schema):
    """`picture`: a picture or PDF with one code in it."""

    picture = File(required=True)
    context = text(40, **CONTEXT)


CODE, ENTRY, CHECK, PICTURE = CodeBody(), EntryBody(), CheckBody(), PictureBody()


BODIES = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"oneOf": [CodeBody, EntryBody, CheckBody]}},
            "multipart/form-data": {"schema": PictureBody},
        },
    }
}
Words = answer(
    "Words",
    colour=fields.String(),
    action=fields.String(),
    title=fields.String(),
    text=fields.String(),
    further=fields.List(fields.String()),
    not_proved=fields.String(),
)
CheckShape = answer("Check", check=fields.String(), outcome=fields.String(), reason=fields.String(allow_none=True))
PaperShape = answer(
    "Paper",
    **{name: fields.String(allow_none=True) for name in TEXTS},
    tested=fields.List(fields.Date()),
    **{name: fields.Date(allow_none=True) for name in DAYS},
)
SealShape = answer("Seal", size=fields.Integer(), signed=fields.Integer(), witnesses=fields.List(fields.String()))
VerdictShape = answer(
    "Verdict",
    reason=fields.String(),
    colour=fields.String(),
    action=fields.String(),
    others=fields.List(fields.String()),
    as_of=fields.String(),
    specimen=fields.Boolean(),
    checks=fields.List(fields.Nested(CheckShape)),
    lines=fields.List(fields.String()),
    log=fields.Nested(SealShape, allow_none=True),
    paper=fields.Nested(PaperShape, allow_none=True),
    sentences=fields.Dict(fields.String(), fields.Nested(Words)),
    host=fields.String(),
)


@verifications.asks("", VerdictShape, doc=BODIES)
def verify() -> Any:
    """Verify a certificate

    A code as JSON, its picture or PDF as multipart, number with name or check code as JSON. Writes nothing to the
    history. Pictures, numbers and check codes have a budget by the hour.
    """
    return jsonify(described(judged()))  # Not through the schema, which describes it: half as long again.


def judged() -> Verdict:
    asked, address = public().verifications, request.remote_addr or ""
    if request.mimetype == "multipart/form-data":
        values = load(PICTURE, {**request.form, **request.files})
        return asked.by_picture(values["picture"].read(), address=address, context=values["context"])
    written = body(request)
    if isinstance(written, dict) and "number" in written:
        values = load(ENTRY, written)
        return asked.by_number(reader=READER, address=address, **values)
    if isinstance(written, dict) and "check" in written:
        values = load(CHECK, written)
        return asked.by_check(values["check"], reader=READER, address=address, context=values["context"])
    values = load(CODE, written)
    return asked.by_code(values["code"], context=values["context"])


def described(verdict: Verdict) -> dict[str, Any]:
    config = public().config
    return {
        "reason": verdict.reason,
        "colour": verdict.colour,
        "action": verdict.action.removeprefix("a."),
        "others": verdict.others,
        "as_of": datetime.fromtimestamp(verdict.as_of, WIB).isoformat(),
        "specimen": config.demonstration,
        "checks": [{"check": c.name, "outcome": c.outcome, "reason": c.reason} for c in verdict.checks],
        "lines": verdict.lines,
        "log": None if (seal := public().log.seal()) is None else seal._asdict(),
        "paper": None if verdict.paper is None else _paper(verdict.paper),
        "sentences": {
            lang: told(verdict, lang, contact=config.contact)._asdict() | {"not_proved": say("l.notproved", lang)}
            for lang in LANGUAGES
        },
        "host": config.public_url,
    }


def _paper(paper: Paper) -> dict[str, Any]:
    """The name is shown to whoever holds the code, or typed it."""
    return {
        **{name: getattr(paper, name) for name in TEXTS},
        "name": None if paper.name is None else paper.name.reveal(),
        "tested": [day.isoformat() for day in paper.tested],
        **{name: None if (day := getattr(paper, name)) is None else day.isoformat() for name in DAYS},
    }
