"""What a key event must be: the next root-signed list, saying of the authorities what the history says."""

from ledger.domain.keys import Keys
from ledger.domain.values import to_days
from ledger.errors import RuleError, VerificationError
from ledger.events import Record
from ledger.projections.authorities import AUTHORITIES, grants
from ledger.projections.keys import KEYS
from ledger.rules.asking import rule
from ledger.signing import key_list
from ledger.signing.key_list import KeyList
from ledger.view import Models

KeyEvent = Keys.Created | Keys.Changed


def _previous(models: Models, record: Record) -> KeyList | None:
    row = models.get(KEYS, record.stream)
    return None if row is None else KeyList.decode(row["list"])


@rule("R24", Keys.Created, Keys.Changed)
def a_key_list_is_signed_by_the_roots_and_follows_the_last(models: Models, record: Record, event: KeyEvent) -> None:
    """Source: docs/formats/key-list.md: root threshold, version + 1, no key dropped, none healed."""
    body = {"list": event.list, "signed": list(event.signed)}
    try:
        key_list.admit(body, origin=models.origin, previous=_previous(models, record), anchor_fingerprint=None)
    except VerificationError as cause:
        raise RuleError("key-list-refused", rule="R24", why=cause.code) from cause


@rule("R24", Keys.Created, Keys.Changed)
def a_key_list_says_of_authorities_what_the_history_says(models: Models, record: Record, event: KeyEvent) -> None:
    listed = KeyList.decode(event.list)
    folded = {row["authority"]: row for row in models.every(AUTHORITIES)}
    said = {
        id: (a.status_uri, [(g.name, g.scope, list(g.schemes), g.begins, g.ends) for g in a.grants])
        for id, a in listed.authorities.items()
    }
    known = {
        id: (
            row["status_uri"],
            [(g["name"], g["scope"], g["schemes"], g["begins"], g["ends"]) for g in grants(row)],
        )
        for id, row in folded.items()
        if grants(row)  # Registered without a grant yet: it issues nothing.
    }
    if said != known:
        raise RuleError("key-list-authorities", rule="R24", got=sorted(said), expected=sorted(known))


@rule("R27", Keys.Created, Keys.Changed)
def a_key_list_is_recorded_when_it_was_made(_: Models, record: Record, event: KeyEvent) -> None:
    made = KeyList.decode(event.list).iat
    if made * 1000 > record.recorded + 300_000 or to_days(record.day) - made // 86_400 > 30:
        raise RuleError("key-list-time", rule="R27", got=made)
