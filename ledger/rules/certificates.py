"""Certificates: by whom, on what, numbered how, for how long; acts on their status (R8-R10, R14, R17, R20, R26)."""

from functools import lru_cache

from ledger.domain.assessments import COMPETENT
from ledger.domain.certificates import ATTENDANCE, COMPETENCE, Certificate
from ledger.domain.numbers import check as check_number
from ledger.domain.numbers import code_of
from ledger.domain.rulebook import acts
from ledger.domain.values import from_days, to_days, valid_through
from ledger.errors import InputError, RuleError
from ledger.events import Record
from ledger.projections.assessments import ASSESSMENTS
from ledger.projections.authorities import AUTHORITIES, grant_on
from ledger.projections.certificates import CERTIFICATES, REPLACED, StatusAct
from ledger.projections.columns import listed, read
from ledger.projections.decrees import DECREES
from ledger.projections.keys import KEYS
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.registrants import REGISTRANTS
from ledger.projections.schemes import SCHEMES, edition_on
from ledger.projections.trainings import TRAININGS
from ledger.rules.asking import require, rule
from ledger.signing.key_records import KeyList
from ledger.view import Models

LISTS, LIST_ENTRIES = 2**16, 2**17  # docs/formats/certificate-code.md
MATTER = {
    Certificate.Suspended.TOPIC: "suspension",
    Certificate.Reinstated.TOPIC: "reinstatement",
    Certificate.Revoked.TOPIC: "revocation",
    Certificate.Annulled.TOPIC: "annulment",
    Certificate.Reissued.TOPIC: "replacement",
}
STATUS_ACTS = (Certificate.Suspended, Certificate.Reinstated, Certificate.Revoked, Certificate.Annulled)
DECREED = (*STATUS_ACTS, Certificate.Reissued)
Signed = Certificate.Created | Certificate.Reissued


def _competence(event: Certificate.Created) -> bool:
    return event.kind.partition("/")[0] in COMPETENCE


@rule("R26", Certificate.Created)
def a_number_is_well_formed_and_used_once(models: Models, _: Record, event: Certificate.Created) -> None:
    try:
        check_number(event.number)
    except InputError as cause:
        raise RuleError("number-malformed", rule="R26") from cause
    stem = f"{event.authority}-{code_of(event.kind)}-{event.signed.year:04d}-"
    if not event.number.startswith(stem):
        raise RuleError("number-malformed", rule="R26", got=event.number, expected=stem)
    if models.find(CERTIFICATES, "number", event.number):
        raise RuleError("number-taken", rule="R26", got=event.number)


@rule("R26", Certificate.Created, Certificate.Reissued)
def a_status_index_and_a_token_belong_to_one_certificate(models: Models, _: Record, event: Signed) -> None:
    """Nor to two papers of one: what a replaced paper had is never given again."""
    if len(event.status) != 2 or not (0 <= event.status[0] < LISTS and 0 <= event.status[1] < LIST_ENTRIES):
        raise RuleError("status-malformed", rule="R26", got=event.status)
    status = listed(event.status)
    if models.find(CERTIFICATES, "status", status) or models.find(REPLACED, "status", status):
        raise RuleError("status-taken", rule="R26", got=event.status)
    if models.find(CERTIFICATES, "token", event.token) or models.find(REPLACED, "token", event.token):
        raise RuleError("token-taken", rule="R26")


@rule("R24", Certificate.Created)
def the_issuer_has_authority_for_the_kind_on_the_day(
    models: Models, record: Record, event: Certificate.Created
) -> None:
    """On the decided day and on the day of signature (T-02)."""
    found = models.find(AUTHORITIES, "authority", event.authority)
    if event.authority != record.authority or not found:
        raise RuleError("authority-missing", rule="R24", got=event.authority, kind=event.kind)
    for day in (event.decided, event.signed):
        if grant_on(found[0], day, event.kind) is None:
            raise RuleError("authority-missing", rule="R24", got=event.authority, kind=event.kind, on=day)


@rule("R24", Certificate.Created)
def the_key_list_in_force_says_so_too(models: Models, _: Record, event: Certificate.Created) -> None:
    """Otherwise a phone that believes the list would call an honest paper one without authority."""
    found = models.every(KEYS)
    authority = _listed(bytes(found[0]["list"])).authorities.get(event.authority) if found else None
    day = to_days(event.decided)
    for grant in authority.grants if authority else ():
        if event.kind in grant.schemes and grant.begins <= day and (grant.ends is None or day <= grant.ends):
            return
    raise RuleError("key-list-behind", rule="R24", got=event.authority, kind=event.kind)


@lru_cache(maxsize=8)
def _listed(data: bytes) -> KeyList:
    return KeyList.decode(data)


@rule("R14", Certificate.Created)
def attendance_never_yields_competence(_: Models, __: Record, event: Certificate.Created) -> None:
    competence = _competence(event)
    rests = (event.assessment, event.scheme, event.edition, event.participation)
    given = tuple(one is not None for one in rests)
    if given != ((True, True, True, False) if competence else (False, False, False, True)):
        raise RuleError("attendance-is-not-competence", rule="R14", kind=event.kind)
    if not competence and event.kind.partition("/")[0] != ATTENDANCE:
        raise RuleError("attendance-is-not-competence", rule="R14", kind=event.kind)


@rule("R10", Certificate.Created)
def competence_needs_a_final_competent_result(models: Models, _: Record, event: Certificate.Created) -> None:
    """So there are never more certificates than competent results in a decree."""
    if event.assessment is None:
        return
    row = require(models, ASSESSMENTS, event.assessment.bytes, rule="R10")
    if row["state"] != "decided" or row["outcome"] != COMPETENT:
        raise RuleError("result-not-competent", rule="R10", got=row["outcome"] or row["state"])
    decree = require(models, DECREES, row["decree"], rule="R10")
    if decree["authority"] != event.authority:
        raise RuleError("result-of-another", rule="R10", got=event.authority, expected=decree["authority"])
    if row["registrant"] != event.registrant.bytes or to_days(event.decided) != decree["decreed_on"]:
        raise RuleError("result-of-another", rule="R10")
    earlier = models.find(CERTIFICATES, "assessment", event.assessment.bytes)
    if any(certificate["state"] != "annulled" for certificate in earlier):
        raise RuleError("result-used", rule="R10", number=earlier[0]["number"])


@rule("R17", Certificate.Created)
def the_kind_is_that_of_the_assessed_scheme(models: Models, _: Record, event: Certificate.Created) -> None:
    """A volunteer's result never becomes a social worker's certificate."""
    if event.assessment is None:
        return
    row = require(models, ASSESSMENTS, event.assessment.bytes, rule="R17")
    scheme = require(models, SCHEMES, row["scheme"], rule="R17")
    if event.scheme is None or event.scheme.bytes != row["scheme"] or scheme["kind"] != event.kind:
        raise RuleError("kind-differs", rule="R17", got=event.kind, expected=scheme["kind"])


@rule("R9", Certificate.Created)
def the_edition_is_the_one_in_force_when_issued(models: Models, _: Record, event: Certificate.Created) -> None:
    if event.scheme is None:
        return
    current = edition_on(require(models, SCHEMES, event.scheme.bytes, rule="R9"), event.signed)
    if current is None or current["edition"] != event.edition:
        raise RuleError("edition-not-in-force", rule="R9", got=event.edition, expected=current and current["edition"])


@rule("R8", Certificate.Created)
def validity_is_what_the_edition_says(models: Models, _: Record, event: Certificate.Created) -> None:
    """From the day of signature, inclusive of the last day; attendance has no end."""
    months = None
    if event.scheme is not None:
        current = edition_on(require(models, SCHEMES, event.scheme.bytes, rule="R8"), event.signed)
        months = current["months"] if current else None
    expected = None if months is None else valid_through(event.begins, months)
    if event.through != expected:
        raise RuleError("validity-differs", rule="R8", got=event.through, expected=expected)


@rule("R27", Certificate.Created)
def a_certificate_is_signed_on_the_day_it_is_recorded(_: Models, record: Record, event: Certificate.Created) -> None:
    days = {event.signed, event.begins, record.effective, record.day}
    if len(days) != 1 or event.decided > event.signed:
        raise RuleError("signed-on-another-day", rule="R27", got=event.signed, expected=record.day)


@rule("R14", Certificate.Created)
def attendance_is_certified_by_the_organiser_once(models: Models, _: Record, event: Certificate.Created) -> None:
    if event.participation is None:
        return
    row = require(models, PARTICIPATIONS, event.participation.bytes, rule="R14")
    training = require(models, TRAININGS, row["training"], rule="R14")
    if row["state"] != "completed" or row["registrant"] != event.registrant.bytes:
        raise RuleError("participation-incomplete", rule="R14", got=row["state"])
    if event.kind != f"{ATTENDANCE}/{training['programme']}" or event.authority != training["authority"]:
        raise RuleError("kind-differs", rule="R14", got=event.kind, expected=f"{ATTENDANCE}/{training['programme']}")
    if event.decided < from_days(read(training, "days")[-1]):
        raise RuleError("decided-before-test", rule="R14")
    earlier = models.find(CERTIFICATES, "participation", event.participation.bytes)
    if any(certificate["state"] != "annulled" for certificate in earlier):
        raise RuleError("result-used", rule="R14", number=earlier[0]["number"])


@rule("R10", Certificate.Created, Certificate.Reissued)
def a_holder_is_a_registered_person(models: Models, record: Record, event: Signed) -> None:
    if isinstance(event, Certificate.Created):
        holder = event.registrant.bytes
    else:
        holder = require(models, CERTIFICATES, record.stream, rule="R10")["registrant"]
    if require(models, REGISTRANTS, holder, rule="R10")["state"] != "registered":
        raise RuleError("person-erased", rule="R10")


@rule("R20", *DECREED)
def a_status_act_rests_on_a_decree_of_the_competent_organ(
    models: Models, record: Record, event: StatusAct | Certificate.Reissued
) -> None:
    certificate = require(models, CERTIFICATES, record.stream, rule="R20")
    decree = require(models, DECREES, event.decree.bytes, rule="R20")
    if decree["matter"] != MATTER[event.TOPIC]:
        raise RuleError("decree-matter", rule="R20", got=decree["matter"], expected=MATTER[event.TOPIC])
    if not decree["authority"] == record.authority == certificate["authority"]:
        raise RuleError("decree-elsewhere", rule="R20", got=decree["authority"], expected=certificate["authority"])


@rule("R20", *DECREED)
def a_status_act_is_not_retroactive(models: Models, record: Record, event: StatusAct | Certificate.Reissued) -> None:
    """Only an annulment reaches back, and it does so by what it is, not by its day."""
    decreed = require(models, DECREES, event.decree.bytes, rule="R20")["decreed_on"]
    begins = require(models, CERTIFICATES, record.stream, rule="R20")["begins"]
    if to_days(record.effective) < max(decreed, begins):
        raise RuleError("act-retroactive", rule="R20", got=record.effective, expected=from_days(max(decreed, begins)))


@rule("R27", Certificate.Suspended, Certificate.Reinstated)
def what_one_person_does_in_an_emergency_counts_from_that_day(
    _: Models, record: Record, event: Certificate.Suspended | Certificate.Reinstated
) -> None:
    """Nobody alone rewrites yesterday; from the second edition of the table of acts on."""
    if acts(record.day) and event.proposal is None and record.effective != record.day:
        raise RuleError("act-retroactive", rule="R27", got=record.effective, expected=record.day)


@rule("R20", Certificate.Suspended)
def a_suspension_ends_after_it_begins(_: Models, record: Record, event: Certificate.Suspended) -> None:
    if event.until is not None and event.until < record.effective:
        raise RuleError("period-reversed", rule="R20", begins=record.effective, ends=event.until)


@rule("R27", Certificate.Reissued, Certificate.Superseded)
def a_new_paper_or_number_counts_from_the_day_it_is_recorded(_: Models, record: Record, __: object) -> None:
    if record.effective != record.day:
        raise RuleError("signed-on-another-day", rule="R27", got=record.effective, expected=record.day)


@rule("R20", Certificate.Superseded)
def a_renewed_certificate_gives_way_to_one_like_it(
    models: Models, record: Record, event: Certificate.Superseded
) -> None:
    """Of the same holder, kind and authority, issued in the same batch."""
    old = require(models, CERTIFICATES, record.stream, rule="R20")
    new = require(models, CERTIFICATES, event.by.bytes, rule="R20")
    alike = all(new[name] == old[name] for name in ("registrant", "kind", "authority"))
    if not alike or new["proposal"] != event.proposal.bytes or new["issued_at"] <= old["issued_at"]:
        raise RuleError("successor-differs", rule="R20", got=new["number"], expected=old["kind"])
