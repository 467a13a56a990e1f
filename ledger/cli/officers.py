"""`ledger officer`: appointments, keys, access tokens."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.application.context import Answer
from ledger.application.officers import TOKEN_DAYS
from ledger.cli.desk import DAY, Desk, acts, answers
from ledger.domain.officers import ROLES
from ledger.errors import ConfigError
from ledger.signing import key_files

ROLE = click.option("--role", "roles", type=click.Choice(ROLES), multiple=True, required=True, help="May be repeated.")
OFFICE = click.option("--office", required=True, help='The capacity, such as "Ketua DPP".')
REGION = click.option("--region", help="Province of the board, such as 32; without it the central board.")
DECREE = click.option("--decree", type=click.UUID, help="The decree that says so; needed since 1 November 2026.")
ENDS = click.option("--ends", type=DAY, help="Last day of the mandate.")


@click.group()
def officer() -> None:
    """Officers: natural persons who act for an authority within a mandate."""


@officer.command("list")
@answers
def list_(desk: Desk) -> list[Answer]:
    """Every officer, with roles and whether a key is enrolled."""
    return desk.ledger.officers.listed()


@officer.command()
@click.argument("person", type=click.UUID)
@click.option("--authority", required=True, help="For whom the officer acts, such as IPSPI.")
@ROLE
@OFFICE
@click.option("--begins", type=DAY, required=True, help="First day of the mandate.")
@ENDS
@REGION
@DECREE
@acts
def appoint(
    desk: Desk,
    person: UUID,
    authority: str,
    roles: Sequence[str],
    office: str,
    begins: date,
    ends: date | None,
    region: str | None,
    decree: UUID | None,
) -> Answer:
    """Propose the registrant PERSON as officer; the id is answered with the proposal."""
    act = desk.ledger.officers.appoint(
        person=person,
        authority=authority,
        roles=roles,
        office=office,
        begins=begins,
        ends=ends,
        region=region,
        decree=decree,
    )
    return {"officer": str(act.stream)} | desk.propose(act)


@officer.command()
@click.argument("of", metavar="OFFICER", type=click.UUID)
@ROLE
@OFFICE
@ENDS
@REGION
@DECREE
@acts
def change(
    desk: Desk,
    of: UUID,
    roles: Sequence[str],
    office: str,
    ends: date | None,
    region: str | None,
    decree: UUID | None,
) -> Answer:
    """Propose other roles, another office, end or board; all of the mandate is said anew."""
    act = desk.ledger.officers.change(of, roles=roles, office=office, ends=ends, region=region, decree=decree)
    return desk.propose(act)


@officer.command()
@click.argument("of", metavar="OFFICER", type=click.UUID)
@click.option("--reason", default="ended", show_default=True, help="A code, such as ended or lost-mandate.")
@DECREE
@acts
def dismiss(desk: Desk, of: UUID, reason: str, decree: UUID | None) -> Answer:
    """Propose to end an officer's appointment."""
    return desk.propose(desk.ledger.officers.dismiss(of, reason, decree))


@officer.command()
@click.argument("of", metavar="OFFICER", type=click.UUID)
@click.option("--key-file", type=click.Path(path_type=Path), help="Where the private key lies or is to lie.")
@click.option("--passphrase", help="Of the key file: file:/path or fd:3; otherwise it is asked for.")
@click.option("--public", help="The public key in hex, if it was made elsewhere.")
@acts
def enrol(desk: Desk, of: UUID, key_file: Path | None, passphrase: str | None, public: str | None) -> Answer:
    """Make an officer's key file on this machine, and propose to enrol its public key.

    A key file that is there already is proposed again. The file is encrypted, unless this is a demonstration.
    """
    if public is not None:
        return desk.propose(desk.ledger.officers.enrol_key(of, _hex(public)))
    path = key_file or desk.config.keys_folder / "officers" / f"{of}.pem"
    if path.exists():
        key = load_key(desk, path, passphrase)
    else:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = Ed25519PrivateKey.generate()
        # A crash after this leaves a file that nobody has enrolled: the next run proposes it.
        key_files.save_private(path, key, passphrase=secret(desk, passphrase, new=True))
    proposed = desk.propose(desk.ledger.officers.enrol_key(of, key.public_key().public_bytes_raw()))
    return {"key_file": str(path)} | proposed


@officer.command("end-key")
@click.argument("of", metavar="OFFICER", type=click.UUID)
@click.option("--reason", default="key-lost", show_default=True, help="A code, such as key-lost or ended.")
@acts
def end_key(desk: Desk, of: UUID, reason: str) -> Answer:
    """Propose to end an officer's key."""
    return desk.propose(desk.ledger.officers.end_key(of, reason))


@officer.command()
@click.argument("of", metavar="OFFICER", type=click.UUID)
@click.option("--days", type=click.IntRange(1, 366), default=TOKEN_DAYS, show_default=True, help="Until it expires.")
@answers
def token(desk: Desk, of: UUID, days: int) -> Answer:
    """Make an access token for the API; it is shown once. No token alone approves."""
    return desk.ledger.officers.issue_token(of, days)


@officer.command()
@click.argument("of", metavar="OFFICER", type=click.UUID)
@click.option("--anew", is_flag=True, help="After a theft: all keys, passwords, codes and sessions of before end.")
@answers
def invite(desk: Desk, of: UUID, anew: bool) -> Answer:
    """Make a code by which an OFFICER signs in at the desk for the first time; shown once, good for a day."""
    return desk.ledger.codes.invite(of, anew=anew)


@officer.command("revoke-tokens")
@click.argument("of", metavar="OFFICER", type=click.UUID)
@answers
def revoke_tokens(desk: Desk, of: UUID) -> Answer:
    """Revoke every access token of an OFFICER at once, such as after a loss."""
    return desk.ledger.officers.revoke_tokens(of)


def load_key(desk: Desk, path: Path, passphrase: str | None) -> Ed25519PrivateKey:
    """Raises: ConfigError: missing, open to others, locked, or another kind of key."""
    encrypted = path.exists() and b"ENCRYPTED" in path.read_bytes()[:64]
    key = key_files.load_private(path, passphrase=secret(desk, passphrase) if encrypted else None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigError("key-file-malformed", path=str(path), expected="Ed25519")
    return key


def secret(desk: Desk, source: str | None, *, new: bool = False) -> bytes | None:
    """The officer's own passphrase; a new key of a demonstration has none unless one is given."""
    if source is not None:
        return key_files.read_passphrase(source)
    if new and desk.config.demonstration:
        return None
    typed: str = click.prompt(desk.say("c.passphrase"), hide_input=True, confirmation_prompt=new, err=True)
    return typed.encode()


def _hex(public: str) -> bytes:
    try:
        return bytes.fromhex(public)
    except ValueError as cause:
        raise click.BadParameter("hex", param_hint="--public") from cause
