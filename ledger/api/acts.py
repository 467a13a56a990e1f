"""What can be proposed: the body of each act, and the use case that prepares it."""

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import Equal, Length, OneOf

from ledger.api.bodies import load
from ledger.api.shapes import (
    Octets,
    certificate_number,
    count,
    day,
    identifier,
    many,
    one_of,
    province,
    text,
    yes_or_no,
)
from ledger.application.acts import Act
from ledger.domain.officers import ROLES
from ledger.domain.schemes import DIMENSIONS
from ledger.errors import InputError
from ledger.wiring import Ledger

Values = dict[str, Any]
Prepare = Callable[[Ledger, Values], list[Act]]
ENDS = {"load_default": None, "allow_none": True}


def roles() -> fields.List[Any]:
    return fields.List(fields.String(validate=OneOf(ROLES)), required=True, validate=Length(1, len(ROLES)))


def _proposable(name: str, /, **parts: fields.Field[Any]) -> Schema:
    """`act` tells the bodies apart; `effective` is the day from which the act counts, that of approval if absent."""
    common: dict[str, fields.Field[Any]] = {
        "act": fields.String(required=True, validate=Equal(name), metadata={"enum": [name]}),
        "effective": day(load_default=None, allow_none=True),
    }
    return Schema.from_dict(common | parts, name=title(name))()


def title(name: str) -> str:
    """Its body's name in the description."""
    return "".join(word.capitalize() for word in name.split("-")) + "Body"


def _status(name: str) -> tuple[Schema, Prepare]:
    until = {"until": day(**ENDS)} if name == "suspend" else {}
    body = _proposable(name, number=certificate_number(), decree=identifier(), reason=text(40), **until)
    return body, lambda ledger, v: [ledger.certificates.status_act(name, v.pop("number"), **v)]


PROPOSABLE: dict[str, tuple[Schema, Prepare]] = {
    "issue-competence": (
        _proposable("issue-competence", decree=identifier()),
        lambda ledger, v: ledger.certificates.competence(v["decree"]),
    ),
    "issue-attendance": (
        _proposable("issue-attendance", training=identifier()),
        lambda ledger, v: ledger.certificates.attendance(v["training"]),
    ),
    "publish-edition": (
        _proposable(
            "publish-edition",
            scheme=identifier(),
            standard=text(),
            basis=text(),
            begins=day(),
            tier=text(40, **ENDS),
            months=count(1, 1200, **ENDS),
            dimensions=fields.List(
                fields.String(validate=OneOf(DIMENSIONS)), load_default=list(DIMENSIONS), validate=Length(1, 3)
            ),
            conditions=many(fields.String(validate=Length(1, 40)), most=20, least=0, load_default=[]),
            equivalents=yes_or_no(load_default=True),
            verified=yes_or_no(load_default=False),
        ),
        lambda ledger, v: [ledger.schemes.publish(**v)],
    ),
    "register-authority": (
        _proposable("register-authority", authority=text(16), status_uri=text()),
        lambda ledger, v: [ledger.authorities.register(**v)],
    ),
    "grant-authority": (
        _proposable(
            "grant-authority",
            authority=text(16),
            name=text(100),
            scope=text(16),
            schemes=many(fields.String(validate=Length(1, 60)), most=100),
            basis=text(),
            begins=day(),
            ends=day(**ENDS),
        ),
        lambda ledger, v: [ledger.authorities.grant(ledger.authorities.stream(v.pop("authority")), **v)],
    ),
    "end-grant": (
        _proposable("end-grant", authority=text(16), grant=count(0, 1000), ends=day()),
        lambda ledger, v: [ledger.authorities.end(ledger.authorities.stream(v.pop("authority")), **v)],
    ),
    "appoint-officer": (
        _proposable(
            "appoint-officer",
            person=identifier(),
            authority=text(16),
            roles=roles(),
            office=text(60),
            begins=day(),
            ends=day(**ENDS),
            region=province(),
            decree=identifier(**ENDS),
        ),
        lambda ledger, v: [ledger.officers.appoint(**v)],
    ),
    "enrol-key": (
        _proposable("enrol-key", officer=identifier(), public=Octets(32, 64)),
        lambda ledger, v: [ledger.officers.enrol_key(**v)],
    ),
    "end-key": (
        _proposable("end-key", officer=identifier(), reason=text(40)),
        lambda ledger, v: [ledger.officers.end_key(**v)],
    ),
    "change-officer": (
        _proposable(
            "change-officer",
            officer=identifier(),
            roles=roles(),
            office=text(60),
            ends=day(**ENDS),
            region=province(),
            decree=identifier(**ENDS),
        ),
        lambda ledger, v: [ledger.officers.change(v.pop("officer"), **v)],
    ),
    "dismiss-officer": (
        _proposable("dismiss-officer", officer=identifier(), reason=text(40), decree=identifier(**ENDS)),
        lambda ledger, v: [ledger.officers.dismiss(**v)],
    ),
    "give-delegation": (
        _proposable(
            "give-delegation", officer=identifier(), region=text(2), begins=day(), ends=day(), decree=identifier()
        ),
        lambda ledger, v: [ledger.delegations.give(**v)],
    ),
    "end-delegation": (
        _proposable("end-delegation", delegation=identifier(), reason=text(40)),
        lambda ledger, v: [ledger.delegations.end(**v)],
    ),
    **{name: _status(name) for name in ("suspend", "reinstate", "revoke", "annul")},
    "reissue": (
        _proposable("reissue", number=certificate_number(), decree=identifier(), reason=one_of("lost", "damaged")),
        lambda ledger, v: [ledger.certificates.reissue(v.pop("number"), **v)],
    ),
    "correct-attendance": (
        _proposable(
            "correct-attendance", participation=identifier(), marks=text(31), reason=text(40), explanation=text(2000)
        ),
        lambda ledger, v: ledger.participations.correct(v.pop("participation"), **v),
    ),
    "erase": (
        _proposable("erase", registrant=identifier(), ground=one_of("PDP-42", "PDP-43", "PDP-44")),
        lambda ledger, v: [ledger.registrants.erase(v["registrant"], v["ground"])],
    ),
}


def prepare(ledger: Ledger, body: Any) -> tuple[list[Act], Any]:
    """The acts of a proposal's body, and their effective day. Raises: InputError."""
    name = body.get("act") if isinstance(body, dict) else None
    if not isinstance(name, str) or name not in PROPOSABLE:
        raise InputError("act-unknown", expected=", ".join(PROPOSABLE))
    schema, build = PROPOSABLE[name]
    values = load(schema, body)
    effective = values.pop("effective")
    del values["act"]
    return build(ledger, values), effective
