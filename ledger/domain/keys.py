"""The ledger's key list as the history knows it: every key event's body is the root-signed list, whole.

Source: docs/formats/key-list.md. What the bytes say is read by `signing.key_list` and asked by `rules.keys`.
"""

from typing import ClassVar

from ledger.domain.lifecycle import Event, First, Lifecycle, Noun


class Keys(Noun):
    TOPIC = "keys"

    class Created(First):
        TOPIC = "keys.established"
        list: bytes
        signed: tuple[bytes, ...]

    class Changed(Event):
        TOPIC = "keys.changed"
        list: bytes
        signed: tuple[bytes, ...]

    LIFECYCLE: ClassVar[Lifecycle] = {
        (None, "keys.established"): "established",
        ("established", "keys.changed"): "established",
    }
