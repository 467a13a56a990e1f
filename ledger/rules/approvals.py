"""Two people for what matters (R25): which acts need it, who may approve, and that exactly the approved was done."""

from uuid import UUID

from ledger.domain.assessments import Assessment
from ledger.domain.certificates import Certificate
from ledger.domain.delegations import Delegation
from ledger.domain.equivalences import Equivalence
from ledger.domain.lifecycle import Noun
from ledger.domain.officers import Officer
from ledger.domain.participations import Participation
from ledger.domain.proposals import Proposal
from ledger.domain.registrants import Registrant
from ledger.domain.rulebook import acts, parameter
from ledger.errors import RuleError, VerificationError
from ledger.events import KINDS, Fact, Record
from ledger.projections.assessments import ASSESSMENTS
from ledger.projections.certificates import CERTIFICATES
from ledger.projections.columns import read
from ledger.projections.officers import OFFICERS
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.proposals import PROPOSALS, enact
from ledger.projections.registrants import REGISTRANTS
from ledger.rules.asking import require, rule
from ledger.rules.record import GENESIS_OFFICERS, person_of
from ledger.signing.approval import ED25519, WEBAUTHN, verify_assertion, verify_webauthn
from ledger.view import Models, View

# Where the person stands whom an act on a stream of this noun is about.
HOLDERS: dict[type[Noun], tuple[View, str]] = {
    Certificate: (CERTIFICATES, "registrant"),
    Participation: (PARTICIPATIONS, "registrant"),
    Assessment: (ASSESSMENTS, "registrant"),
    Officer: (OFFICERS, "person"),
}
VERIFY = {ED25519: verify_assertion, WEBAUTHN: verify_webauthn}
ALONE = (
    *(Certificate.Suspended, Certificate.Reinstated, Equivalence.Created, Registrant.Corrected),
    *(Assessment.Created, Assessment.Scored, Assessment.Decided, Participation.Created, Participation.Withdrawn),
)
Talk = Proposal.Commented | Proposal.Returned | Proposal.Refused | Proposal.Withdrawn


@rule("R25")
def what_matters_is_approved_by_a_second_person(models: Models, record: Record, event: Fact) -> None:
    if models.rehearsing or not _needed(models, record, event):
        return
    id = getattr(event, "proposal", None)
    if id is None:
        raise RuleError("approval-missing", rule="R25", kind=event.TOPIC)
    if require(models, PROPOSALS, id.bytes, rule="R25")["state"] != "approved":
        raise RuleError("approval-missing", rule="R25", kind=event.TOPIC)


def _needed(models: Models, record: Record, event: Fact) -> bool:
    if event.TOPIC not in parameter("approval.needed", record.day):
        return False
    if isinstance(event, Officer.Created) and record.actor is None and record.position in GENESIS_OFFICERS:
        return False
    if isinstance(event, Certificate.Suspended) and event.until is not None:
        certificate = models.get(CERTIFICATES, record.stream)
        if certificate is not None and (certificate["state"] == "suspended" or certificate["alone"]):
            return True  # Neither prolonged a few days at a time, nor begun anew, nor shortened by one person.
        return bool((event.until - record.effective).days + 1 > parameter("suspension.days-alone", record.day))
    if isinstance(event, Certificate.Reinstated):
        certificate = models.get(CERTIFICATES, record.stream)
        return certificate is None or certificate["by_approval"] == 1
    return not isinstance(event, Registrant.Corrected) or is_relied_on(models, record.stream)


def is_relied_on(models: Models, person: bytes) -> bool:
    """Whether others go by who this person is: whoever holds a certificate, or an office."""
    in_office = any(row["state"] == "appointed" for row in models.find(OFFICERS, "person", person))
    return in_office or bool(models.find(CERTIFICATES, "registrant", person))


@rule("R25")
def exactly_the_approved_acts_are_done(models: Models, record: Record, event: Fact) -> None:
    """One batch follows its approval without interruption, whole, in order, in the proposer's name."""
    if models.rehearsing:
        return
    id = getattr(event, "proposal", None)
    if isinstance(event, Proposal.Approved) or id is None:
        if models.open_batch is not None:
            raise RuleError("batch-interrupted", rule="R25", kind=event.TOPIC)
        return
    row = require(models, PROPOSALS, id.bytes, rule="R25")
    if models.open_batch != row["id"] or row["enacted"] >= row["count"]:
        raise RuleError("not-what-was-approved", rule="R25", why="count")
    if record.actor is None or record.actor.bytes != row["proposer"]:
        raise RuleError("not-what-was-approved", rule="R25", why="proposer")
    if row["enacted"] + 1 == row["count"] and enact(row, record).root() != row["acts"]:
        raise RuleError("not-what-was-approved", rule="R25", why="acts")


@rule("R25", Proposal.Approved)
def nobody_approves_an_own_proposal(models: Models, record: Record, _: Proposal.Approved) -> None:
    proposal = require(models, PROPOSALS, record.stream, rule="R25")
    proposer, approver = person_of(models, proposal["proposer"]), person_of(models, record.actor)
    if approver is None or proposer == approver:
        raise RuleError("own-proposal", rule="R25")


@rule("R25")
def nobody_decides_in_an_own_matter(models: Models, record: Record, event: Fact) -> None:
    """Neither proposes nor approves a certificate, mandate or erasure of one's own; a key is proposed by its holder,
    and a delegation by whoever is to stand in."""
    proposal = getattr(event, "proposal", None)
    if models.rehearsing or proposal is None or isinstance(event, Proposal.Approved):
        return
    row = require(models, PROPOSALS, proposal.bytes, rule="R25")
    concerned = _concerned(models, record, event)
    deciding = {person_of(models, row["approver"])}
    if not isinstance(event, Officer.KeyEnrolled | Officer.KeyEnded | Delegation.Created):
        deciding.add(person_of(models, row["proposer"]))
    if concerned is not None and concerned in deciding:
        raise RuleError("own-matter", rule="R25", kind=event.TOPIC)


@rule("R25", Registrant.Corrected)
def an_identity_that_two_people_correct_was_proposed(_: Models, __: Record, event: Registrant.Corrected) -> None:
    if (event.proposal is None) is not (event.correction is None):
        raise RuleError("not-what-was-approved", rule="R25", why="correction")


@rule("R25", *ALONE)
def nobody_acts_alone_in_an_own_matter(models: Models, record: Record, event: Fact) -> None:
    """Where no second person is asked; from the second edition of the table of acts on."""
    if not acts(record.day) or getattr(event, "proposal", None) is not None:
        return
    concerned = _concerned(models, record, event)
    if concerned is not None and concerned == person_of(models, record.actor):
        raise RuleError("own-matter", rule="R25", kind=event.TOPIC)


@rule("R25", Certificate.Created)
def who_enrolled_a_person_does_not_approve_the_certificate(
    models: Models, record: Record, event: Certificate.Created
) -> None:
    """Nor, from the second edition of the table of acts on, who said later who it is or recorded the attendance."""
    if models.rehearsing:
        return
    approver = person_of(models, require(models, PROPOSALS, event.proposal.bytes, rule="R25")["approver"])
    holder = require(models, REGISTRANTS, event.registrant.bytes, rule="R25")
    wrote = [holder["enrolled_by"]]
    if acts(record.day):
        wrote += map(bytes.fromhex, read(holder, "told_by"))
        taken = models.get(PARTICIPATIONS, event.participation.bytes) if event.participation else None
        wrote.append(taken["recorded_by"] if taken else None)
    if approver in {person_of(models, officer) for officer in wrote if officer}:
        raise RuleError("enrolled-by-approver", rule="R25")


def _concerned(models: Models, record: Record, event: Fact) -> bytes | None:
    """The person whom an approved act is about."""
    named = getattr(event, "registrant", None) or getattr(event, "person", None)
    if isinstance(named, UUID):
        return named.bytes
    if isinstance(event, Delegation.Created):
        return person_of(models, event.officer)
    if isinstance(event, Registrant.Corrected | Registrant.Erased):
        return record.stream
    view, column = HOLDERS.get(KINDS[event.TOPIC][1], (PROPOSALS, ""))
    row = models.get(view, record.stream) if column else None
    return row[column] if row else None


@rule("R25", Proposal.Created)
def a_proposal_lapses_in_time(_: Models, record: Record, event: Proposal.Created) -> None:
    days: int = parameter("proposal.days", record.day)
    if not 0 < event.expires - record.recorded <= days * 86_400_000 or event.count < 1:
        raise RuleError("proposal-term", rule="R25", got=event.expires - record.recorded, days=days)


@rule("R25", Proposal.Approved)
def the_approver_acts_for_the_same_authority(models: Models, record: Record, _: Proposal.Approved) -> None:
    proposal = require(models, PROPOSALS, record.stream, rule="R25")
    if proposal["authority"] != record.authority:
        raise RuleError("approval-elsewhere", rule="R25", got=record.authority, expected=proposal["authority"])


@rule("R25", Proposal.Commented, Proposal.Returned, Proposal.Refused, Proposal.Withdrawn)
def a_proposal_is_answered_within_its_authority(models: Models, record: Record, _: Talk) -> None:
    proposal = require(models, PROPOSALS, record.stream, rule="R25")
    if proposal["authority"] != record.authority:
        raise RuleError("approval-elsewhere", rule="R25", got=record.authority, expected=proposal["authority"])


@rule("R25", Proposal.Returned, Proposal.Refused)
def nobody_refuses_an_own_proposal(models: Models, record: Record, _: Proposal.Returned | Proposal.Refused) -> None:
    """Whoever made it withdraws it."""
    proposal = require(models, PROPOSALS, record.stream, rule="R25")
    if person_of(models, proposal["proposer"]) == person_of(models, record.actor):
        raise RuleError("own-refusal", rule="R25")


@rule("R25", Proposal.Withdrawn)
def only_its_proposer_withdraws_a_proposal(models: Models, record: Record, _: Proposal.Withdrawn) -> None:
    proposal = require(models, PROPOSALS, record.stream, rule="R25")
    if record.actor is None or proposal["proposer"] != record.actor.bytes:
        raise RuleError("not-the-proposer", rule="R25")


@rule("R25", Proposal.Approved)
def the_approval_names_its_proposal(models: Models, record: Record, event: Proposal.Approved) -> None:
    proposal = require(models, PROPOSALS, record.stream, rule="R25")
    if proposal["leaf"] != event.proposal:
        raise RuleError("approval-of-another", rule="R25")


@rule("R25", Proposal.Approved)
def an_approval_comes_in_time(models: Models, record: Record, _: Proposal.Approved) -> None:
    proposal = require(models, PROPOSALS, record.stream, rule="R25")
    if record.recorded > proposal["expires"]:
        raise RuleError("proposal-expired", rule="R25")


@rule("R25", Proposal.Approved)
def an_approval_is_signed_with_the_approvers_key(models: Models, record: Record, event: Proposal.Approved) -> None:
    """One of the two first officers who never had a key: the service asserts that approval, of a first key only."""
    officer = models.get(OFFICERS, record.actor.bytes) if record.actor else None
    key: bytes | None = officer["key"] if officer else None
    founder = officer is not None and officer["appointed_at"] in GENESIS_OFFICERS
    unsigned = event.assertion is None and event.assertion_kind is None
    if founder and officer is not None and not officer["keys_held"] and unsigned:
        return
    verify = VERIFY.get(event.assertion_kind or "")
    if key is None or event.assertion is None or verify is None:
        raise RuleError("assertion-missing", rule="R25")
    try:
        verify(key, event.assertion, models.origin, event.proposal, event.shown)
    except VerificationError as cause:
        raise RuleError("assertion-wrong", rule="R25") from cause


@rule("R25")
def only_a_first_key_rests_on_an_asserted_approval(models: Models, record: Record, event: Fact) -> None:
    id = getattr(event, "proposal", None)
    if models.rehearsing or id is None or isinstance(event, Proposal.Approved):
        return
    if isinstance(event, Officer.KeyEnrolled) and require(models, OFFICERS, record.stream, rule="R25")["key"] is None:
        return
    if require(models, PROPOSALS, id.bytes, rule="R25")["assertion_kind"] is None:
        raise RuleError("assertion-missing", rule="R25")
