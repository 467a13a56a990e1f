"""What a status list says of one certificate on a day: the register's standing in two bits.

Source: docs/formats/status-list.md. Expiry is no status: a list says what was decided, the token until when.
"""

from ledger.credentials.standing import State
from ledger.credentials.status_list import Status

VALUES = {
    State.ACTIVE: Status.VALID,
    State.SUSPENDED: Status.SUSPENDED,
    State.REVOKED: Status.INVALID,
    State.ANNULLED: Status.INVALID,
}
DATED = (State.SUSPENDED, State.REVOKED)  # A decision has a first day; a suspension may have a last one.


def listed(state: str, since: int | None, until: int | None, *, erased: bool, today: int) -> Status:
    """The entry of a certificate that was issued; days since 1970-01-01.

    Args:
        state: As the register has it.
        since: First day of that state.
        until: Last day of a suspension; None: until lifted.
        erased: The holder's data was destroyed. That makes no red paper amber.
    """
    known = State(state)
    value = VALUES.get(known, Status.WITHDRAWN)
    begun = since is None or since <= today
    if known in DATED and not (begun and (until is None or today <= until)):
        value = Status.VALID
    return Status.WITHDRAWN if erased and value is not Status.INVALID else value
