"""Root keys on machines without network: the ceremony, requests that are signed there, and what the server refuses."""

import json
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.signing import key_files
from ledger.signing.key_request import Request

from .conftest import PROGRAM, Terminal, settings

PERSONS = (
    {"name": "Ratna Wulandari", "nik": "3275015708759001", "born": "1975-08-17", "sex": "P", "region": "32.75"},
    {"name": "Hendra Gunawan", "nik": "3275011708759002", "born": "1975-08-17", "sex": "L", "region": "32.75"},
)
FOUNDER = {"authority": "IPSPI", "office": "Ketua DPP", "roles": ["admin", "approve"], "begins": "2019-01-01"}
PARTS = ("root-1", "root-2", "root-3", "spare", "post-quantum", "post-quantum-spare")
ONE, TWO, SECOND = PARTS[0], PARTS[1], PARTS[4]


@dataclass
class Office:
    """A server with its settings, and a machine without any; files go from one to the other."""

    terminal: Terminal
    root: str = ""

    @property
    def folder(self) -> Path:
        return self.terminal.folder

    @property
    def settings(self) -> dict[str, str]:
        secret = self.secret("service")
        return {"LEDGER_ORIGIN": "ledger.ipspi.example", "LEDGER_PASSPHRASE": secret, "LEDGER_ROOT": self.root}

    def secret(self, name: str) -> str:
        """A passphrase in a file of its keeper."""
        path = self.folder / f"{name}.secret"
        if not path.exists():
            path.touch(0o600)
            path.write_text(f"kata sandi untuk {name}\n", encoding="utf-8")
        return f"file:{path}"

    def server(self, *arguments: str) -> Any:
        return self.terminal.answer(*arguments, **self.settings)

    def refused(self, *arguments: str) -> str:
        """The code of the server's refusal."""
        return self.terminal.refused(*arguments, **self.settings).partition(":")[0]

    def ceremony(self, safe: str, *options: str) -> Any:
        sources = [word for part in PARTS for word in ("--passphrase", self.secret(f"{safe}-{part}"))]
        return self.terminal.answer("keys", "ceremony", safe, "--yes", *sources, *options)

    def brought(self, safe: str, parts: Sequence[str]) -> list[str]:
        """Key files and passphrases, as options."""
        words = []
        for part in parts:
            (file,) = (self.folder / safe).glob(f"{part}-{'?' * 16}.pem")
            words += ["--root", str(file), "--passphrase", self.secret(f"{safe}-{part}")]
        return words

    def sign(self, request: str, *parts: str, safe: str = "safe") -> Any:
        return self.terminal.answer("keys", "sign", request, "--yes", *self.brought(safe, parts))

    def size(self) -> int:
        events: int = self.server("audit")["events"]
        return events


@pytest.fixture
def office(empty: Terminal) -> Office:
    """Nothing has begun."""
    empty.write("founders.json", json.dumps([FOUNDER | {"person": person} for person in PERSONS]))
    return Office(empty)


@pytest.fixture
def begun(office: Office) -> Office:
    """A ledger under the roots in `safe`."""
    office.server("keys", "init", "--request", "first.cbor")
    office.root = office.ceremony("safe", "--request", "first.cbor")["root"]
    office.server("init", "founders.json", "--list", "safe/list.cbor")
    return office


def test_a_ledger_begins_under_roots_that_never_lie_on_the_server(office: Office) -> None:
    office.server("keys", "init", "--request", "first.cbor")

    held = office.ceremony("safe", "--request", "first.cbor")
    office.root = held["root"]
    answer = office.server("init", "founders.json", "--list", "safe/list.cbor")

    assert answer["root"] == held["root"]
    assert list(held["keys"]) == sorted(
        (path.name for path in Path("safe").glob("*.pem")), key=list(held["keys"]).index
    )
    assert len(held["keys"]) == len(PARTS)
    assert all(b"ENCRYPTED" in (office.folder / "safe" / name).read_bytes() for name in held["keys"])
    assert list(Path("keys/demo").glob("root-*")) == []
    report = office.server("audit")
    assert (report["sound"], report["anchored"], report["events"]) == (True, True, 5)


def test_the_fingerprint_is_the_hash_of_the_public_file(office: Office) -> None:
    held = office.ceremony("safe")

    digest = sha256(Path("safe/roots.cbor").read_bytes()).hexdigest()

    assert held["root"].replace("-", "") == digest
    assert not Path("safe/list.cbor").exists()


def test_what_is_read_aloud_stands_in_groups_of_four(empty: Terminal) -> None:
    typed = ["short", "short", "kata sandi pertama", "kata sandi pertama", "kata sandi kedua", "kata sandi kedua", "y"]
    options = ("--roots", "2", "--no-spare", "--no-post-quantum", "--json")

    done = empty.run("keys", "ceremony", "safe", *options, said="\n".join(typed) + "\n")

    assert done.exit_code == 0, done.stderr
    answer = json.loads(done.stdout)
    groups = answer["root"].split("-")
    assert all(f"  {' '.join(groups[start : start + 4])}\n" in done.stderr for start in range(0, 16, 4))
    assert "passphrase is too short" in done.stderr
    for name, kid in answer["keys"].items():
        assert f"{kid[:4]} {kid[4:8]} {kid[8:12]} {kid[12:]}" in done.stderr
        assert f"place: safe/{name}" in done.stderr


def test_whoever_does_not_confirm_leaves_nothing(empty: Terminal) -> None:
    typed = ["kata sandi pertama"] * 2 + ["kata sandi kedua"] * 2 + ["n"]
    options = ("--roots", "2", "--no-spare", "--no-post-quantum")

    done = empty.run("keys", "ceremony", "safe", *options, said="\n".join(typed) + "\n")

    assert done.exit_code == 1
    assert list(empty.folder.iterdir()) == []


def test_a_ceremony_that_is_killed_leaves_nothing_half(office: Office) -> None:
    office.server("keys", "init", "--request", "first.cbor")
    sources = [word for part in PARTS for word in ("--passphrase", office.secret(f"safe-{part}"))]
    command = [*PROGRAM, "keys", "ceremony", "safe", "--request", "first.cbor", *sources]
    half = office.folder / ".safe.making"
    with subprocess.Popen(command, env=settings(), stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while not (half / "list.cbor").exists():  # It asks whether the fingerprint is written down.
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    assert half.exists()
    assert not Path("safe").exists()

    held = office.ceremony("safe", "--request", "first.cbor")

    assert not half.exists()
    assert office.server("init", "founders.json", "--list", "safe/list.cbor")["root"] == held["root"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--threshold", "4"], "threshold-malformed"),
        (["--no-spare"], "passphrase-count"),
        (["--request", "founders.json"], "key-request-malformed"),
        (["--request", "signed.cbor"], "key-request-malformed"),
    ],
)
def test_a_refused_ceremony_leaves_nothing(office: Office, options: list[str], code: str) -> None:
    office.server("keys", "init", "--request", "first.cbor")
    office.ceremony("other", "--request", "first.cbor")
    Path("other/list.cbor").rename("signed.cbor")
    sources = [word for part in PARTS for word in ("--passphrase", office.secret(f"safe-{part}"))]

    refused = office.refused("keys", "ceremony", "safe", "--yes", *sources, *options)

    assert refused == code
    assert not list(office.folder.glob("*safe")) + list(office.folder.glob(".safe*"))


def test_each_key_has_a_passphrase_of_its_own(office: Office) -> None:
    office.terminal.write("brief.secret", "pendek")
    Path("brief.secret").chmod(0o600)
    same = ["--passphrase", office.secret("one")] * 2
    brief = ["--passphrase", office.secret("one"), "--passphrase", "file:brief.secret"]
    two = ("keys", "ceremony", "safe", "--yes", "--roots", "2", "--no-spare", "--no-post-quantum")

    assert office.refused(*two, *same) == "passphrase-twice"
    assert office.refused(*two, *brief) == "passphrase-short"

    assert not Path("safe").exists()


def test_a_ceremony_never_writes_into_a_folder_that_is_there(office: Office) -> None:
    office.ceremony("safe")
    before = sorted(path.read_bytes() for path in Path("safe").iterdir())

    refused = office.refused("keys", "ceremony", "safe", "--yes")

    assert refused == "ceremony-exists"
    assert sorted(path.read_bytes() for path in Path("safe").iterdir()) == before


def test_a_ledger_that_is_no_demonstration_begins_with_a_ceremony_only(office: Office) -> None:
    assert office.refused("init", "founders.json") == "ceremony-needed"


@pytest.mark.parametrize("what", ["unsigned", "other roots", "other server", "two short"])
def test_a_first_list_that_nobody_should_believe_begins_nothing(office: Office, what: str) -> None:
    office.server("keys", "init", "--request", "first.cbor")
    office.root = office.ceremony("safe", "--request", "first.cbor")["root"]
    signed, code = Path("safe/list.cbor"), "key-list-unsigned"
    request = Request.decode(signed.read_bytes())
    if what == "unsigned":
        signed, code = Path("first.cbor"), "key-list-malformed"
    elif what == "two short":
        few = Request(request.origin, request.data, request.signed[:1])
        signed.write_bytes(few.encode())
    elif what == "other roots":
        office.root, code = office.ceremony("other")["root"], "root-not-anchored"
    else:
        Path("keys/demo").rename("keys/elsewhere")
        code = "key-file-missing"

    assert office.refused("init", "founders.json", "--list", str(signed)) == code

    assert not Path("data/ledger.db").exists() or office.size() == 0


def test_a_change_goes_to_the_roots_and_comes_back(begun: Office) -> None:
    old = {row["key"]: row for row in begun.server("keys", "list") if row["role"] == "event"}
    begun.server("keys", "rotate", "event", "--request", "next.cbor")
    assert begun.refused("keys", "accept", "next.cbor") == "key-list-unsigned"

    first = begun.sign("next.cbor", ONE)
    again = begun.sign("next.cbor", ONE)
    assert begun.refused("keys", "accept", "next.cbor") == "key-list-unsigned"
    second = begun.sign("next.cbor", "spare", SECOND)
    answer = begun.server("keys", "accept", "next.cbor")

    assert (first["lacking"], again["lacking"], second["lacking"]) == (2, 2, 0)
    assert (len(again["signers"]), len(second["signers"]), answer["version"]) == (1, 3, 2)
    states = {row["key"]: row["state"] for row in begun.server("keys", "list") if row["role"] == "event"}
    assert {states[kid] for kid in old} == {"retired"}
    assert sorted(states.values()) == ["active", "retired"]
    report = begun.server("audit")
    assert (report["sound"], report["anchored"], report["events"]) == (True, True, 6)


def test_two_plain_roots_without_the_post_quantum_one_are_not_enough(begun: Office) -> None:
    begun.server("keys", "refresh", "--request", "next.cbor")

    assert begun.sign("next.cbor", ONE, TWO, PARTS[2])["lacking"] == 1

    assert begun.refused("keys", "accept", "next.cbor") == "key-list-unsigned"


def test_whoever_signs_is_shown_what_changes_and_may_decline(begun: Office) -> None:
    rows = begun.server("keys", "list")
    (kid,) = [row["key"] for row in rows if row["role"] == "receipt"]
    begun.server("keys", "compromised", kid, "--index", "3", "--request", "next.cbor")
    before = Path("next.cbor").read_bytes()

    done = begun.terminal.run("keys", "sign", "next.cbor", *begun.brought("safe", [ONE]), said="n\n")

    shown = [line for line in done.stderr.splitlines() if line.startswith("  key")]
    grouped = " ".join(kid[start : start + 4] for start in range(0, 16, 4))
    assert shown[0] == f"  key {grouped} receipt: state active becomes compromised, from event 3"
    assert len(shown) == 2  # And the key that takes its place; none that stays as it is.
    assert "ledger.ipspi.example" in done.stderr
    assert begun.root in done.stderr
    assert done.exit_code == 1
    assert Path("next.cbor").read_bytes() == before


def test_a_passphrase_is_typed_where_none_is_given(begun: Office) -> None:
    begun.server("keys", "refresh", "--request", "next.cbor")
    option, file, *_ = begun.brought("safe", [ONE])

    done = begun.terminal.run("keys", "sign", "next.cbor", option, file, "--yes", said=f"kata sandi untuk safe-{ONE}\n")

    assert done.exit_code == 0, done.stderr
    assert len(Request.decode(Path("next.cbor").read_bytes()).signed) == 1


def test_what_does_not_fit_is_not_signed(begun: Office) -> None:
    begun.server("keys", "refresh", "--request", "next.cbor")
    before = Path("next.cbor").read_bytes()
    key_files.save_private(Path("stranger.pem"), Ed25519PrivateKey.generate(), passphrase=None)
    _, file, *_ = begun.brought("safe", [ONE])
    logs = Path("keys/demo").glob("checkpoint-*")
    sign = ("keys", "sign", "next.cbor", "--yes", "--root")

    assert begun.refused(*sign, "stranger.pem") == "root-unknown"
    assert begun.refused(*sign, file, "--passphrase", begun.secret("wrong")) == "key-file-locked"
    codes = {begun.refused(*sign, str(log), "--passphrase", begun.secret("service")) for log in logs}
    assert codes == {"root-unknown", "key-file-malformed"}  # Ed25519, but no root; ML-DSA-44, as no root is.
    assert begun.refused(*sign, file, *["--passphrase", begun.secret(f"safe-{ONE}")] * 2) == "passphrase-count"

    assert Path("next.cbor").read_bytes() == before


def test_a_list_that_is_changed_after_it_was_signed_is_refused(begun: Office) -> None:
    begun.server("keys", "rotate", "event", "--request", "next.cbor")
    begun.sign("next.cbor", ONE, TWO, SECOND)
    request = Request.decode(Path("next.cbor").read_bytes())
    begun.server("keys", "rotate", "receipt", "--request", "other.cbor")
    other = Request.decode(Path("other.cbor").read_bytes())
    Path("next.cbor").write_bytes(Request(request.origin, other.data, request.signed, request.previous).encode())
    size = begun.size()

    assert begun.refused("keys", "accept", "next.cbor") == "signature-wrong"
    assert begun.refused("keys", "sign", "next.cbor", "--yes", *begun.brought("safe", [ONE])) == "signature-wrong"

    assert begun.size() == size


def test_a_former_list_that_its_roots_never_signed_is_not_shown_as_such(begun: Office) -> None:
    """Else a server could hide a key of its own among those that were there before."""
    begun.server("keys", "rotate", "event", "--request", "next.cbor")
    request = Request.decode(Path("next.cbor").read_bytes())
    assert request.previous is not None
    Path("next.cbor").write_bytes(
        Request(request.origin, request.data, (), {"list": request.previous["list"], "signed": []}).encode()
    )

    refused = begun.refused("keys", "sign", "next.cbor", "--yes", *begun.brought("safe", [ONE]))

    assert refused == "key-list-unsigned"


def test_of_two_requests_only_the_first_that_comes_back_is_recorded(begun: Office) -> None:
    for name in ("event", "receipt"):
        begun.server("keys", "rotate", name, "--request", f"{name}.cbor")
        begun.sign(f"{name}.cbor", ONE, TWO, SECOND)
    begun.server("keys", "accept", "receipt.cbor")
    size = begun.size()

    assert begun.refused("keys", "accept", "event.cbor") == "key-list-rollback"
    assert begun.refused("keys", "accept", "receipt.cbor") == "key-list-rollback"

    assert begun.size() == size


def test_a_request_of_another_ledger_is_refused(begun: Office) -> None:
    begun.server("keys", "refresh", "--request", "next.cbor")
    begun.sign("next.cbor", ONE, TWO, SECOND)
    request = Request.decode(Path("next.cbor").read_bytes())
    Path("next.cbor").write_bytes(Request("ledger.other.example", request.data, request.signed).encode())

    assert begun.refused("keys", "accept", "next.cbor") == "key-request-other"


def test_without_a_request_a_server_without_roots_changes_nothing(begun: Office) -> None:
    size, files = begun.size(), sorted(Path("keys/demo").iterdir())

    assert begun.refused("keys", "rotate", "event") == "root-keys-elsewhere"

    assert (begun.size(), sorted(Path("keys/demo").iterdir())) == (size, files)


def test_a_request_never_replaces_a_file(begun: Office) -> None:
    files = sorted(Path("keys/demo").iterdir())

    assert begun.refused("keys", "refresh", "--request", "founders.json") == "key-file-exists"

    assert sorted(Path("keys/demo").iterdir()) == files


def test_another_root_set_is_signed_by_the_former_and_by_itself(begun: Office) -> None:
    new = begun.ceremony("new")
    begun.server("keys", "roots", "new/roots.cbor", "--request", "next.cbor")
    shown = begun.terminal.run("keys", "sign", "next.cbor", *begun.brought("safe", [ONE]), said="n\n").stderr
    size = begun.size()
    for name, safe in (("old.cbor", "safe"), ("new.cbor", "new")):
        Path(name).write_bytes(Path("next.cbor").read_bytes())
        begun.sign(name, ONE, TWO, SECOND, safe=safe)
        assert begun.refused("keys", "accept", name) == "key-list-unsigned"
    assert begun.size() == size

    signed = begun.sign("old.cbor", ONE, TWO, SECOND, safe="new")
    begun.server("keys", "accept", "old.cbor")

    assert f"THE ROOT KEYS ARE REPLACED BY: {new['root']}" in shown
    assert f"Root keys until now: {begun.root}" in shown
    assert signed["lacking"] == 0
    begun.server("keys", "refresh", "--request", "later.cbor")
    former = begun.refused("keys", "sign", "later.cbor", "--yes", *begun.brought("safe", [ONE]))
    assert former == "root-unknown"
    begun.sign("later.cbor", ONE, TWO, SECOND, safe="new")
    assert begun.server("keys", "accept", "later.cbor")["version"] == 3
    report = begun.server("audit")  # By the fingerprint of the first set: each set is signed by the one before.
    assert (report["sound"], report["anchored"]) == (True, True)
    begun.root = new["root"]
    done = begun.terminal.run("audit", "--json", **begun.settings)
    assert json.loads(done.stdout)["findings"][0]["code"] == "root-not-anchored"


def test_a_file_that_is_no_root_set_replaces_none(begun: Office) -> None:
    assert begun.refused("keys", "roots", "founders.json", "--request", "next.cbor") == "key-request-malformed"
    assert begun.refused("keys", "roots", "safe/list.cbor", "--request", "next.cbor") == "key-list-malformed"
    assert not Path("next.cbor").exists()
