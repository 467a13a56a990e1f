"""Where an event lies: in the province of its training, of its person, or of both for a certificate."""

from typing import Any

from ledger.domain.certificates import Certificate
from ledger.domain.lifecycle import First
from ledger.domain.participations import Participation
from ledger.domain.registrants import Registrant
from ledger.domain.trainings import Training
from ledger.events import KINDS, Record
from ledger.projections.all import VIEWS
from ledger.projections.certificates import CERTIFICATES
from ledger.projections.columns import read
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.registrants import REGISTRANTS
from ledger.projections.trainings import TRAININGS
from ledger.view import Models

Facts = dict[str, Any]


def place(models: Models, record: Record) -> str | None:
    """The province whose board is competent: that of the training; None: there is none."""
    facts, noun = _facts(models, record), KINDS[record.event.TOPIC][1]
    if noun is Certificate:
        facts = models.get(PARTICIPATIONS, facts["participation"]) or {} if facts["participation"] else {}
    if noun is Participation or noun is Certificate:
        facts = models.get(TRAININGS, facts["training"]) or {} if facts else {}
    return province(facts.get("region"))


def places(models: Models, record: Record) -> set[str | None]:
    """Every province that an event has to do with."""
    facts, noun = _facts(models, record), KINDS[record.event.TOPIC][1]
    if noun is Training or noun is Registrant:
        return {province(facts["region"])}
    if noun is Participation:
        return {_of_training(models, facts)}
    if facts.get("certificate") is not None:
        facts = models.get(CERTIFICATES, facts["certificate"]) or {}
    return of_certificate(models, facts) if "participation" in facts else set()


def of_certificate(models: Models, row: Facts) -> set[str | None]:
    """Of its holder, and of the training that it certifies."""
    holder = models.get(REGISTRANTS, row["registrant"]) or {}
    found = {province(holder.get("region"))}
    if row["participation"] is not None:
        found.add(_of_training(models, models.get(PARTICIPATIONS, row["participation"]) or {}))
    return found


def comes_to(models: Models, record: Record, region: str) -> bool:
    """Whether somebody who lives elsewhere is registered for a training of this province's board: a new person while
    one is planned for a group from there, and a walk-in who takes part in one."""
    if isinstance(record.event, Registrant.Created) and record.event.region is not None:
        home = province(record.event.region)
        rows = [row for row in models.find(TRAININGS, "region", region) if row["state"] == "planned"]
        return any(row["authority"] == record.authority and home in map(province, read(row, "quotas")) for row in rows)
    if isinstance(record.event, Registrant.Completed):
        taken = models.find(PARTICIPATIONS, "registrant", record.stream)
        return any(_of_training(models, row) == region for row in taken if row["state"] != "withdrawn")
    return False


def province(region: str | None) -> str | None:
    """The first two digits of a Kemendagri code."""
    return region[:2] if region else None


def _of_training(models: Models, participation: Facts) -> str | None:
    training = models.get(TRAININGS, participation.get("training", b"")) or {}
    return province(training.get("region"))


def _facts(models: Models, record: Record) -> Facts:
    """The row of the event's stream, or what a first event says itself, with ids as in rows."""
    if not isinstance(record.event, First):
        return models.get(VIEWS[KINDS[record.event.TOPIC][1]], record.stream) or {}
    return {name: getattr(value, "bytes", value) for name, value in vars(record.event).items()}
