"""Authorities and the catalogue of legal bases (R24, R40, R41)."""

from datetime import date
from urllib.parse import urlsplit

from ledger.domain.authorities import Authority
from ledger.domain.regulations import Regulation
from ledger.domain.values import to_days
from ledger.errors import RuleError
from ledger.events import Record
from ledger.projections.authorities import AUTHORITIES, grants
from ledger.projections.regulations import REGULATIONS
from ledger.rules.asking import require, rule
from ledger.view import Models

PLACES = ("", "api", "document", "health", "keys", "log", "periksa", "proof", "q", "registered", "static")


@rule("R24", Authority.Created)
def an_authority_is_registered_once(models: Models, _: Record, event: Authority.Created) -> None:
    if models.find(AUTHORITIES, "authority", event.authority):
        raise RuleError("authority-taken", rule="R24", got=event.authority)


@rule("R24", Authority.Created)
def a_status_address_is_its_own(models: Models, _: Record, event: Authority.Created) -> None:
    """Lists stand at its path on whatever host: two authorities there, or other public files, and one would hide."""
    place = _place(event.status_uri)
    others = {_place(row["status_uri"]) for row in models.every(AUTHORITIES) if row["authority"] != event.authority}
    if place in others or place.partition("/")[0] in PLACES:
        raise RuleError("address-taken", rule="R24", got=event.status_uri)


@rule("R24", Authority.Granted)
def a_grant_ends_after_it_begins(_: Models, __: Record, event: Authority.Granted) -> None:
    if event.ends is not None and event.ends < event.begins:
        raise RuleError("period-reversed", rule="R24", begins=event.begins, ends=event.ends)


@rule("R41", Authority.Granted)
def a_grant_rests_on_a_catalogued_basis(models: Models, _: Record, event: Authority.Granted) -> None:
    catalogued(models, event.basis)


@rule("R24", Authority.Ended)
def only_a_given_grant_is_ended(models: Models, record: Record, event: Authority.Ended) -> None:
    """Not into the past: what was issued stays as it is; and only ever earlier than it was to end."""
    given = grants(require(models, AUTHORITIES, record.stream, rule="R24"))
    if not 0 <= event.grant < len(given):
        raise RuleError("grant-unknown", rule="R24", got=event.grant, expected=f"0..{len(given) - 1}")
    before = given[event.grant]["ends"]
    if event.ends < record.day or (before is not None and to_days(event.ends) >= before):
        raise RuleError("grant-retroactive", rule="R24", got=event.ends, expected=f">= {record.day}")


@rule("R41", Regulation.Created)
def a_regulation_is_catalogued_once(models: Models, _: Record, event: Regulation.Created) -> None:
    if models.find(REGULATIONS, "regulation", event.regulation):
        raise RuleError("regulation-taken", rule="R41", got=event.regulation)


def catalogued(models: Models, regulation: str) -> dict[str, object]:
    """R41. Raises: RuleError: the basis is not in the catalogue."""
    found = models.find(REGULATIONS, "regulation", regulation)
    if not found:
        raise RuleError("basis-unknown", rule="R41", got=regulation)
    return found[0]


def warned_of_revocation(models: Models, regulation: str, on: date, *, warned: bool) -> None:
    """R40: an act on a revoked basis says that it knows; one on a basis in force does not pretend."""
    revoked = catalogued(models, regulation)["revoked_on"]
    is_revoked = isinstance(revoked, int) and revoked <= to_days(on)
    if is_revoked != warned:
        raise RuleError("basis-revoked" if is_revoked else "basis-in-force", rule="R40", got=regulation)


def _place(uri: str) -> str:
    return urlsplit(uri).path.strip("/")
