"""What an owner and an operator do: rights on PostgreSQL, new keys of the vault."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from .conftest import Terminal
from .test_commands import ASKED, ASKED_NEXT


@pytest.fixture
def server(postgres_url: str) -> Iterator[Engine]:
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@pytest.fixture
def owner(server: Engine) -> Iterator[dict[str, str]]:
    """Settings over two empty databases, as their owner."""
    names = [f"{kind}_{uuid4().hex}" for kind in ("main", "keys")]
    with server.connect() as connection:
        for name in names:
            connection.execute(text(f"CREATE DATABASE {name}"))
    urls = [server.url.set(database=name).render_as_string(hide_password=False) for name in names]
    yield {"LEDGER_DATABASE": urls[0], "LEDGER_KEYS_DATABASE": urls[1]}
    with server.connect() as connection:
        for name in names:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def role(server: Engine, owner: dict[str, str]) -> Iterator[str]:
    """One that may log in and nothing else; it goes before the databases do."""
    name = f"Service {uuid4().hex[:8]}"
    with server.connect() as connection:
        connection.execute(text(f'CREATE ROLE "{name}" LOGIN'))
    yield name
    for url in owner.values():
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text(f'DROP OWNED BY "{name}"'))
        engine.dispose()
    with server.connect() as connection:
        connection.execute(text(f'DROP ROLE "{name}"'))


def as_role(owner: dict[str, str], role: str) -> dict[str, str]:
    """The same databases, opened by the role."""
    options = {"options": "-c role=" + role.replace(" ", "\\ ")}
    opened = {name: make_url(url).update_query_dict(options) for name, url in owner.items()}
    return {name: url.render_as_string(hide_password=False) for name, url in opened.items()}


def test_a_role_that_owns_nothing_begins_and_keeps_a_ledger(
    empty: Terminal, owner: dict[str, str], role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    granted = empty.answer("database", "grant", role, **owner)
    again = empty.answer("database", "grant", role, **owner)
    service = as_role(owner, role)

    begun = empty.run("init", said=ASKED + ASKED_NEXT, **service)

    assert granted == again
    assert len(granted["databases"]) == 2
    assert begun.exit_code == 0, begun.stderr
    assert empty.answer("audit", **service)["sound"]
    for url in service.values():
        engine = create_engine(url)
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT current_user")) == role
            assert connection.scalar(text("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")) == 0
        engine.dispose()


def test_without_the_grant_a_role_cannot_begin(empty: Terminal, owner: dict[str, str], role: str) -> None:
    done = empty.run("init", said=ASKED + ASKED_NEXT, **as_role(owner, role))

    assert done.exit_code == 1


def test_rights_are_given_to_a_role_that_exists(empty: Terminal, owner: dict[str, str]) -> None:
    assert empty.refused("database", "grant", "nobody_of_that_name", **owner).startswith("not-found: ")


def test_a_file_has_no_roles(empty: Terminal) -> None:
    (empty.folder / "data").mkdir()

    assert empty.refused("database", "grant", "service").startswith("database-without-roles: ")


def code(terminal: Terminal) -> str:
    """Drawn from sealed data: it can be opened, then."""
    done = terminal.run("code", terminal.answer("certificate", "list")[0]["number"])
    return done.output if done.exit_code == 0 else done.stderr.partition(":")[0]


def test_after_a_rekey_the_new_file_opens_the_vault_and_the_old_one_does_not(terminal: Terminal) -> None:
    drawn, place = code(terminal), terminal.folder / "keys/demo/kek"

    first = terminal.answer("vault", "rekey", "kek.new")
    assert code(terminal) == "kek-unknown"
    again = terminal.answer("vault", "rekey", "kek.new")  # As after a crash before the file was moved.
    Path(terminal.folder / "kek.new").replace(place)

    assert first == again
    assert first["keys"] > 1
    assert code(terminal) == drawn
    assert terminal.answer("audit")["sound"]


def test_a_rekey_by_something_else_than_a_key_changes_nothing(terminal: Terminal) -> None:
    drawn = code(terminal)
    (terminal.folder / "short").write_text("c2hvcnQ=\n", encoding="utf-8")
    (terminal.folder / "short").chmod(0o600)
    shutil.copy(terminal.folder / "keys/demo/kek", terminal.folder / "open")
    (terminal.folder / "open").chmod(0o644)

    assert terminal.refused("vault", "rekey", "short").startswith("key-file-malformed: ")
    assert terminal.refused("vault", "rekey", "open").startswith("key-file-open: ")

    assert code(terminal) == drawn


def test_a_new_pepper_keeps_everybody_registered_once(terminal: Terminal) -> None:
    person = '{"name": "Wahyu Hidayat", "nik": "3275011708909100", "born": "1990-08-17", "sex": "L", "region": "32.75"}'
    register = ("registrant", "register", "-", "--officer", terminal.officer("ketua"))
    first = terminal.answer(*register, said=person)

    rotated = terminal.answer("vault", "rotate-pepper")
    second = terminal.answer(*register, said=person)

    assert rotated["persons"] > 1
    assert (second["registrant"], second["new"]) == (first["registrant"], False)


def test_all_tokens_of_an_officer_are_revoked_at_once(terminal: Terminal) -> None:
    ketua = terminal.officer("ketua")
    for _ in range(2):
        terminal.answer("officer", "token", ketua)

    assert terminal.answer("officer", "revoke-tokens", ketua) == {"officer": ketua, "revoked": 2}
    assert terminal.answer("officer", "revoke-tokens", ketua)["revoked"] == 0


def test_an_invitation_is_a_code_that_is_shown_once(terminal: Terminal) -> None:
    ketua = terminal.officer("ketua")

    first, anew = terminal.answer("officer", "invite", ketua), terminal.answer("officer", "invite", ketua, "--anew")
    unknown = terminal.refused("officer", "invite", str(uuid4()))

    assert len({first["code"], anew["code"]}) == 2
    assert all(re.fullmatch("([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}", made["code"]) for made in (first, anew))
    assert "officer" in unknown
