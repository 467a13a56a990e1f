"""Breaches: keys."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from ledger.application.key_lists import folded, signed
from ledger.domain.keys import Keys
from ledger.projections.keys import KEYS
from ledger.signing.key_records import KeyList
from ledger.store.history import SERVICE
from tests.rules.breaches.registry import World, breaks


def key_list(w: World, change: Callable[[KeyList], KeyList], **body: Any) -> None:
    context = w.ledger.context
    with context.history.writing(SERVICE) as turn:
        row = turn.models().every(KEYS)[0]
        old = KeyList.decode(row["list"])
        new = replace(old, version=old.version + 1, iat=turn.now // 1000, authorities=folded(turn.models()))
        keys = turn.get(Keys, UUID(bytes=row["id"]))
        keys.record(Keys.Changed, **signed(context, change(new)) | body)
        turn.save(keys)


@breaks("a_key_list_is_signed_by_the_roots_and_follows_the_last", "key-list-refused")
def a_key_list_without_the_roots_signature(w: World) -> None:
    key_list(w, lambda new: new, signed=())


@breaks("a_key_list_says_of_authorities_what_the_history_says", "key-list-authorities")
def a_key_list_with_a_borrowed_scope(w: World) -> None:
    def borrow(new: KeyList) -> KeyList:
        kemensos = new.authorities["KEMENSOS"]
        wider = replace(kemensos, id="OTHER")
        return replace(new, authorities={**new.authorities, "OTHER": wider})

    key_list(w, borrow)


@breaks("a_key_list_is_recorded_when_it_was_made", "key-list-time")
def a_key_list_from_the_future(w: World) -> None:
    key_list(w, lambda new: replace(new, iat=new.iat + 3600, exp=new.exp + 3600))
