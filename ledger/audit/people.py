"""Who stands behind two accounts: a key that two people ever held makes them one (R25)."""

from uuid import UUID

from ledger.domain.officers import Officer
from ledger.events import Record


class KeyHolders:
    """Follows the keys that officers ever enrolled; the rule of the history looks at those in use only."""

    def __init__(self) -> None:
        self._people: dict[UUID, UUID] = {}
        self._held: dict[bytes, UUID] = {}

    def ask(self, record: Record) -> str | None:
        """The code of what is wrong: the key was another person's once."""
        match record.event:
            case Officer.Created() as event:
                self._people[event.originator_id] = event.person
            case Officer.KeyEnrolled() as event:
                person = self._people[event.originator_id]
                if self._held.setdefault(event.key, person) != person:
                    return "key-taken"
        return None
