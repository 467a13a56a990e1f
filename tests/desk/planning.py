"""A training as it is typed at the desk, and somebody who is there already."""

from ledger.application.registrants import Person
from ledger.cli.story import Story
from ledger.domain.people import BirthDate, FullName, NationalId

PLAN = {
    "programme": "PSM-DASAR",
    "activity": "bimtek",
    "first": "2026-10-21",
    "last": "2026-10-21",
    "hours": "8",
    "announced": "2",
    "quotas": "32.75 2",
    "basis": "Permensos 10/2019",
    "tier": "",
}
HOLDER = {"name": "Budi Santoso", "nik": "3275011708850009", "born": "1985-08-17", "sex": "L"}


def register(here: Story) -> str:
    """Somebody who is there already, of Kota Bekasi."""
    parts = FullName(HOLDER["name"]), NationalId(HOLDER["nik"]), BirthDate(HOLDER["born"]), "L", "32.75"
    return str(here.ledger.registrants.register(here.actor("petugas"), Person(*parts))["registrant"])
