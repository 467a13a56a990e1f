"""`ledger`: everything that the ledger can do, from a terminal."""

import os
from typing import NoReturn

import click
from sqlalchemy.exc import DBAPIError

from ledger.cli import audit, compare
from ledger.cli.assessments import assessment, decree, equivalence
from ledger.cli.authorities import authority, regulation
from ledger.cli.cases import attestation, case
from ledger.cli.certificates import certificate, code
from ledger.cli.database import database
from ledger.cli.delegations import delegation
from ledger.cli.demo import demo
from ledger.cli.desk import Desk, refusal
from ledger.cli.exports import export
from ledger.cli.genesis import init
from ledger.cli.histories import history, rebuild
from ledger.cli.judge import judge
from ledger.cli.keys import keys
from ledger.cli.log import checkpoint, proof, restore
from ledger.cli.officers import officer
from ledger.cli.papers import paper
from ledger.cli.participations import participation
from ledger.cli.proposals import approve, proposal, proposals, propose
from ledger.cli.publish import publish
from ledger.cli.registrants import registrant
from ledger.cli.sample import sample
from ledger.cli.schemes import scheme
from ledger.cli.server import serve
from ledger.cli.sheets import check, template
from ledger.cli.time import diff, replay
from ledger.cli.trainings import training
from ledger.cli.vault import vault
from ledger.cli.verifications import verify
from ledger.cli.witness import witness
from ledger.config import read
from ledger.errors import LedgerError, StoreError


class Commands(click.Group):
    """Every refusal is one line on standard error, and exit 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except LedgerError as refused:
            _refuse(ctx, refused)
        except DBAPIError:
            _refuse(ctx, StoreError("database-unreachable"))


def _refuse(ctx: click.Context, refused: LedgerError) -> NoReturn:
    lang = ctx.obj.config.language if ctx.obj else os.environ.get("LEDGER_LANGUAGE", "id")
    click.echo(refusal(refused, lang), err=True)
    ctx.exit(1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ledger")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """A certification ledger: signed events, certificates that anybody can verify.

    Settings come from LEDGER_ variables: docs/configuration.md.
    """
    ctx.obj = desk = Desk(read(os.environ))
    ctx.call_on_close(desk.close)


for command in (
    *(init, demo, serve, database, keys, vault, officer, registrant, authority, regulation, scheme, training),
    *(decree, equivalence, assessment, propose, proposals, approve, certificate, code, paper, verify, judge, history),
    *(rebuild, replay, diff, sample),
    *(case, attestation, participation, template, check, delegation, proposal),
    *(audit.command, compare.command, export, witness, checkpoint, restore, proof, publish),
):
    cli.add_command(command)


def main() -> None:
    cli(prog_name="ledger")
