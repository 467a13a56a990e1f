"""Every view, by the noun whose streams it shows."""

from ledger.domain.lifecycle import Noun
from ledger.projections.assessments import ASSESSMENTS
from ledger.projections.attestations import ATTESTATIONS
from ledger.projections.authorities import AUTHORITIES
from ledger.projections.certificates import CERTIFICATES
from ledger.projections.decrees import DECREES
from ledger.projections.delegations import DELEGATIONS
from ledger.projections.deliveries import DELIVERIES
from ledger.projections.equivalences import EQUIVALENCES
from ledger.projections.exports import EXPORTS
from ledger.projections.keys import KEYS
from ledger.projections.officers import OFFICERS
from ledger.projections.papers import BLANKS, PAPERS
from ledger.projections.participations import PARTICIPATIONS
from ledger.projections.proposals import PROPOSALS
from ledger.projections.registrants import REGISTRANTS
from ledger.projections.regulations import REGULATIONS
from ledger.projections.schemes import SCHEMES
from ledger.projections.trainings import TRAININGS
from ledger.view import View

VIEWS: dict[type[Noun], View] = {
    view.noun: view
    for view in (
        KEYS,
        OFFICERS,
        REGISTRANTS,
        AUTHORITIES,
        REGULATIONS,
        SCHEMES,
        TRAININGS,
        PARTICIPATIONS,
        DECREES,
        EQUIVALENCES,
        ASSESSMENTS,
        PROPOSALS,
        CERTIFICATES,
        EXPORTS,
        ATTESTATIONS,
        PAPERS,
        BLANKS,
        DELIVERIES,
        DELEGATIONS,
    )
}
