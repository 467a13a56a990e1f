"""The API as a whole: its endpoints under /api/v1, its description at /openapi.json."""

from flask import Flask
from flask_smorest import Api
from marshmallow import Schema, fields
from werkzeug.routing import BaseConverter

from ledger.api import sheets  # noqa: F401 - adds its endpoint to the trainings
from ledger.api.access import SECRET
from ledger.api.assessments import assessments, decrees, equivalences
from ledger.api.authorities import authorities, regulations
from ledger.api.bodies import MAX_BODY
from ledger.api.certificates import certificates
from ledger.api.keys import key_list, officers
from ledger.api.participations import participations
from ledger.api.problems import MEDIA_TYPE
from ledger.api.proposals import proposals
from ledger.api.registrants import registrants
from ledger.api.schemes import schemes
from ledger.api.trainings import trainings
from ledger.api.verifications import verifications
from ledger.store.requests import secret_of
from ledger.wiring import Ledger

NOUNS = (
    registrants,
    authorities,
    regulations,
    schemes,
    trainings,
    participations,
    decrees,
    equivalences,
    assessments,
    proposals,
    certificates,
    verifications,
    key_list,
    officers,
)


class Number(BaseConverter):
    """A certificate's number in a path: no other character reaches the database."""

    regex = "[A-Z0-9-]{1,60}"
    part_isolating = True


class Problem(Schema):
    """RFC 9457."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    code = fields.String()
    facts = fields.Dict()


class Description(Api):  # type: ignore[misc]  # flask-smorest has no types.
    ERROR_SCHEMA = Problem
    DEFAULT_ERROR_RESPONSE_NAME = "DEFAULT_ERROR"

    def _register_error_handlers(self) -> None:
        """Ours are registered for the whole application."""


def register(app: Flask, ledger: Ledger) -> Api:
    app.extensions[SECRET] = secret_of(ledger.context.keyring.kek())
    app.config |= {
        "API_TITLE": "Certification ledger",
        "API_VERSION": "1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/",
        "OPENAPI_JSON_PATH": "openapi.json",
        "MAX_FORM_MEMORY_SIZE": MAX_BODY,
    }
    app.url_map.converters["number"] = Number
    api = Description(app)
    api.register_converter(Number, lambda _: {"type": "string", "pattern": Number.regex})
    bearer = {"type": "http", "scheme": "bearer", "description": "ledger officer token"}
    api.spec.components.security_scheme("officer", bearer)
    for noun in NOUNS:
        api.register_blueprint(noun)
    components = api.spec.components
    for refusal in (*components.responses.values(), *components.responses_lazy.values()):
        for shape in refusal.pop("content", {}).values():
            refusal["content"] = {MEDIA_TYPE: shape}
    return api
