"""Builds the ledger from its configuration: one function, whose edges can be overridden; no globals."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import Thread
from uuid import UUID

from sqlalchemy import Connection, Table, select

from ledger.advance import advance
from ledger.application import attestations, corrections, issuing
from ledger.application.access import Access
from ledger.application.assessments import Assessments
from ledger.application.attestations import Attestations
from ledger.application.authorities import Authorities
from ledger.application.briefs import Briefs
from ledger.application.candidates import Candidates
from ledger.application.cases import Cases
from ledger.application.certificates import Certificates
from ledger.application.checkpoints import Checkpoints
from ledger.application.claims import Claims
from ledger.application.codes import Codes
from ledger.application.contacts import Contacts
from ledger.application.context import Context
from ledger.application.corrections import Corrections
from ledger.application.decrees import Decrees
from ledger.application.delegations import Delegations
from ledger.application.deliveries import Deliveries
from ledger.application.delivering import Delivering
from ledger.application.discussions import Discussions
from ledger.application.drafts import Drafts
from ledger.application.exports import Exports
from ledger.application.folders import Folders
from ledger.application.histories import Histories
from ledger.application.home import Home
from ledger.application.imports import Imports
from ledger.application.key_lists import KeyLists
from ledger.application.log import Log
from ledger.application.officers import Officers
from ledger.application.outbox import Outbox
from ledger.application.papers import Papers
from ledger.application.participations import Participations
from ledger.application.passkeys import Passkeys
from ledger.application.passwords import Passwords
from ledger.application.people import People
from ledger.application.proposals import Proposals
from ledger.application.publishing import Publishing
from ledger.application.receipts import Receipts
from ledger.application.registrants import Registrants
from ledger.application.reminders import Reminders
from ledger.application.schemes import Schemes
from ledger.application.scope import Scope
from ledger.application.search import Search
from ledger.application.standings import Standings
from ledger.application.trainings import Trainings
from ledger.application.verifications import Verifications
from ledger.config import PUBLIC, Config
from ledger.database import open_database, reading, run
from ledger.domain.attestations import Attestation
from ledger.domain.certificates import Certificate
from ledger.domain.registrants import Registrant
from ledger.errors import StoreError
from ledger.events import CONTEXT, TYPE
from ledger.projections.attestations import TABLE as ATTESTATIONS
from ledger.projections.keys import TABLE as KEY_LISTS
from ledger.projections.registrants import TABLE as REGISTRANTS
from ledger.projections.trainings import TABLE as TRAININGS
from ledger.public import Public, build_public, wall_clock
from ledger.signing import key_files
from ledger.signing.cose import Signer
from ledger.signing.key_records import KeyList
from ledger.signing.keyring import Keyring
from ledger.store import cases, imports
from ledger.store.budgets import Budgets
from ledger.store.history import Clock, History
from ledger.store.schema import create, create_keys
from ledger.vault.sealed import FIELDS
from ledger.vault.vault import Vault


@dataclass(frozen=True)
class Ledger(Public):
    """Everything that an edge (API, pages, command line) may call."""

    officers: Officers
    registrants: Registrants
    corrections: Corrections
    schemes: Schemes
    trainings: Trainings
    participations: Participations
    imports: Imports
    assessments: Assessments
    proposals: Proposals
    drafts: Drafts
    certificates: Certificates
    standings: Standings
    decrees: Decrees
    candidates: Candidates
    histories: Histories
    exports: Exports
    papers: Papers
    folders: Folders
    attestations: Attestations
    cases: Cases
    access: Access
    contacts: Contacts
    delivering: Delivering
    deliveries: Deliveries
    claims: Claims
    outbox: Outbox
    reminders: Reminders
    passkeys: Passkeys
    passwords: Passwords
    codes: Codes
    people: People
    search: Search
    home: Home
    scope: Scope
    delegations: Delegations
    discussions: Discussions
    briefs: Briefs

    def close(self) -> None:
        """Connections; a later question opens new ones."""
        self.engine.dispose()
        self.context.vault.close()

    def ready(self) -> None:
        """Before anything is served: `settle`, and nobody outside may have seen another history. Raises: StoreError."""
        self.settle()
        self.checkpoints.require_published()
        self.log.require_watched()

    def keeping(self) -> None:
        """Rounds on a thread of their own, while the process lives."""
        self.log.keeping()
        Thread(target=self.search.warm, name="names", daemon=True).start()

    def settle(self) -> None:
        """At start, before anything is written: asks whether this history continues the one that was signed, then
        finishes what a crash left. Raises: StoreError: `log-shorter`, `log-forked`; SealedError."""
        self.checkpoints.require_prefix()
        with reading(self.engine) as connection:
            states = _states(connection, REGISTRANTS) | _states(connection, ATTESTATIONS)
            texts = set(connection.scalars(select(FIELDS.c.subject)))  # Reasons, under the keys of their streams.
            texts.update(connection.scalars(select(TRAININGS.c.id)))  # What explains them is sealed later.
            brief = cases.sealed(connection) | imports.sealed(connection)  # A later backup may hold the keys of fewer.
            brief -= states.keys()
        erased = {UUID(bytes=id) for id, state in states.items() if state in ("erased", "withdrawn")}
        known = {UUID(bytes=id) for id in texts.union(states) - brief} - erased
        self.context.vault.settle(self.engine, known=known, erased=erased)
        self.cases.sweep()
        self.imports.sweep()
        self.drafts.sweep()


def _states(connection: Connection, view: Table) -> dict[bytes, str]:
    return {row.id: row.state for row in connection.execute(select(view.c.id, view.c.state))}


def build(config: Config, *, clock: Clock = wall_clock) -> Ledger:
    """Opens both databases and the key folder; creates empty tables, and the vault's key, where there are none.

    Raises: ConfigError, StoreError.
    """
    engine, keys_engine = open_database(config.database), open_database(config.keys_database)
    if engine.url == keys_engine.url:
        raise StoreError("databases-one", expected="a second database for keys")
    create(engine)
    create_keys(keys_engine)
    passphrase = key_files.read_passphrase(config.passphrase) if config.passphrase else None
    keyring = Keyring(config.keys_folder, passphrase, config.origin)
    history = History(engine, signer_by_key_list(keyring), advance, config.origin, clock)
    vault = Vault(keys_engine, keyring.kek(), origin=config.origin, clock=clock)
    context = Context(config, history, vault, keyring)
    registrants, officers, receipts = Registrants(context), Officers(context), Receipts(context)
    budgets = Budgets(engine, keyring.kek(), clock)
    access = Access(context, budgets)
    verifications = Verifications(context, budgets)
    minting = {
        Certificate.Created.TOPIC: partial(issuing.complete, context),
        Certificate.Reissued.TOPIC: partial(issuing.complete_again, context),
        Attestation.Created.TOPIC: partial(attestations.complete, context),
        Registrant.Corrected.TOPIC: partial(corrections.complete, context),
    }
    search = Search(context)
    proposals = Proposals(context, minting, search.sweep)
    drafts, confirmed = Drafts(context), Attestations(context)
    trainings = Trainings(context, registrants)
    sent = Imports(context, trainings)
    checkpoints = Checkpoints(context)
    publishing = Publishing(context)
    reported = Cases(context, officers, verifications, receipts, proposals, confirmed, budgets)
    papers = Papers(context, receipts, publishing.covers)
    contacts, claims = Contacts(context, officers), Claims(context, budgets)
    outbox = Outbox(context, contacts, claims)
    reminders = Reminders(context, outbox)
    sweeps = (reported.sweep, sent.sweep, drafts.sweep, claims.sweep, search.sweep)
    chores = (publishing.keep, *sweeps, reminders.keep, outbox.keep)
    log = Log(context, checkpoints, chores)
    return Ledger(
        context=context,
        keys=KeyLists(context),
        officers=officers,
        registrants=registrants,
        corrections=Corrections(context, registrants, proposals),
        authorities=Authorities(context),
        schemes=Schemes(context),
        trainings=trainings,
        participations=Participations(context, registrants),
        imports=sent,
        assessments=Assessments(context),
        proposals=proposals,
        drafts=drafts,
        certificates=Certificates(context),
        standings=Standings(context, minting),
        decrees=Decrees(context),
        candidates=Candidates(context),
        verifications=verifications,
        histories=Histories(context),
        checkpoints=checkpoints,
        exports=Exports(context, checkpoints, log.keep),
        receipts=receipts,
        publishing=publishing,
        papers=papers,
        folders=Folders(context),
        log=log,
        attestations=confirmed,
        cases=reported,
        access=access,
        contacts=contacts,
        delivering=Delivering(context, papers, claims, outbox),
        deliveries=Deliveries(context, papers),
        claims=claims,
        outbox=outbox,
        reminders=reminders,
        passkeys=Passkeys(context, access),
        passwords=Passwords(context, access),
        codes=Codes(context, access, officers),
        people=People(context),
        search=search,
        home=Home(context),
        scope=Scope(context),
        delegations=Delegations(context),
        discussions=Discussions(context),
        briefs=Briefs(context, proposals),
    )


def opened(config: Config) -> Public:
    """What a server of this role serves: a whole ledger, or the public part of one. Raises: as `build`."""
    return build_public(config) if config.role == PUBLIC else build(config)


def signer_by_key_list(keyring: Keyring) -> Callable[[Connection], Signer]:
    """The event key of the list in force; asked in each turn, loaded again when another process has changed it."""
    kept: dict[int, Signer] = {}
    second = ThreadPoolExecutor(1, thread_name_prefix="sign")

    def signer(connection: Connection) -> Signer:
        row = run(connection, "SELECT position FROM key_lists").fetchone()
        if row is None:
            raise StoreError("history-empty", expected="ledger init")
        (position,) = row
        if position not in kept:
            keys = KeyList.decode(connection.execute(select(KEY_LISTS.c.list)).scalar_one())
            kept.clear()
            kept[position] = keyring.signer(keys, "event", None, context=CONTEXT, typ=TYPE, pool=second)
        return kept[position]

    return signer
