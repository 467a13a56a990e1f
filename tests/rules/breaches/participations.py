"""Breaches: substitutes, walk-ins, corrected marks."""

from uuid import UUID, uuid4

from ledger.application.acts import Act
from ledger.domain.participations import Participation
from ledger.domain.people import FullName
from ledger.domain.registrants import Registrant
from tests.rules.breaches.officers import appointment
from tests.rules.breaches.organs import later
from tests.rules.breaches.registry import NOW, World, breaks
from tests.rules.breaches.trainings import participation, plan

CLERK = ("petugas", "kepala")


def walk_in(w: World) -> UUID:
    """A person without a NIK at hand, in a training that is open."""
    return UUID(walked_in(w)["registrant"])


def walked_in(w: World) -> dict[str, str]:
    training = plan(w, announced=1, quotas={"32.75": 1})
    w.save("petugas", training)
    person = {"name": FullName.parse("Sari Melati"), "sex": "P", "group": "32.75", "marks": "H", "adult": True}
    answer = w.ledger.participations.walk_in(w.actor("petugas"), training.id, **person)
    return {**answer, "training": str(training.id)}


def taken(w: World) -> UUID:
    """The first participant takes part in the training that is still open."""
    made = participation(w)
    w.save("petugas", made)
    return UUID(str(made.id))


def correction(w: World, **other: object) -> Act:
    """Of the first participant's marks in the training that is closed."""
    body = {"marks": "H-", "reason": "error", "explanation": bytes(32)}
    return Act(Participation.Corrected.TOPIC, w.participations[0], body | other)


@breaks("a_participation_is_changed_by_its_organiser", "authority-elsewhere")
def a_participation_withdrawn_by_another_authority(w: World) -> None:
    clerk = appointment(w, authority="IPSPI", roles=("enrol",), office="Petugas DPP")
    w.approved([clerk])
    w.officers["clerk"] = clerk.stream
    w.more("clerk", Participation, taken(w), Participation.Withdrawn, reason="error")


@breaks("a_participation_is_withdrawn_before_the_closing", "training-not-open")
def a_participation_withdrawn_after_the_closing(w: World) -> None:
    with w.ledger.engine.connect() as connection:
        id = connection.exec_driver_sql("SELECT id FROM participations WHERE marks = 'H-'").scalar_one()
    w.more("petugas", Participation, UUID(bytes=bytes(id)), Participation.Withdrawn, reason="error")


@breaks("a_participation_is_withdrawn_before_the_closing", "reason-unknown")
def a_participation_withdrawn_for_no_reason_of_its_own(w: World) -> None:
    w.more("petugas", Participation, taken(w), Participation.Withdrawn, reason="fraud")


@breaks("marks_are_corrected_after_the_closing", "marks-same")
def a_correction_of_nothing(w: World) -> None:
    w.approved([correction(w, marks="HH")], by=CLERK)


@breaks("marks_are_corrected_after_the_closing", "marks-differ")
def a_correction_for_a_day_too_many(w: World) -> None:
    w.approved([correction(w, marks="HH-")], by=CLERK)


@breaks("marks_are_corrected_after_the_closing", "training-not-closed")
def a_correction_before_the_closing(w: World) -> None:
    id = taken(w)
    w.approved([Act(Participation.Corrected.TOPIC, id, correction(w).values)], by=CLERK)


@breaks("a_correction_names_the_certificate_that_rests_on_it", "certificate-unnamed")
def a_correction_that_names_a_certificate_that_is_not_there(w: World) -> None:
    w.approved([correction(w, certificate=uuid4())], by=CLERK)


@breaks("a_provisional_person_is_completed_once", "person-complete")
def somebody_completed_who_was_never_provisional(w: World) -> None:
    body = {"identity": bytes(32), "adult": True}
    w.more("petugas", Registrant, w.participants[0], Registrant.Completed, **body)


@breaks("a_provisional_person_is_completed_once", "person-provisional")
def a_provisional_person_corrected(w: World) -> None:
    w.more("ketua", Registrant, walk_in(w), Registrant.Corrected, identity=bytes(32), adult=True)


@breaks("who_was_taken_for_an_adult_is_one", "participant-not-adult")
def a_walk_in_who_was_a_child(w: World) -> None:
    w.more("petugas", Registrant, walk_in(w), Registrant.Completed, identity=bytes(32), adult=False)


@breaks("a_provisional_person_gets_no_certificate", "person-provisional")
def a_certificate_for_a_walk_in(w: World) -> None:
    someone = walked_in(w)
    w.ledger.trainings.close(w.actor("petugas"), UUID(someone["training"]))
    rests = {"participation": UUID(someone["participation"]), "registrant": UUID(someone["registrant"])}
    w.approved([w.attendance(**rests, decided=NOW)], by=("kepala", "wakil"))


@breaks("a_correction_names_the_certificates_of_competence_that_rest_on_it", "certificate-unnamed")
def a_correction_that_leaves_out_the_competence_that_rests_on_it(w: World) -> None:
    later(w)
    w.approved([correction(w)], by=CLERK)
