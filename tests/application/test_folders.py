"""The published folder: that it verifies by itself at every moment, never goes back, and never tells who is in it."""

import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from ledger.cli.publish import unlisted
from ledger.cli.story import Story
from ledger.credentials import registered, status_list
from ledger.database import reading
from ledger.errors import NotFoundError, StoreError
from ledger.projections.certificates import TABLE
from ledger.signing import cbor, key_list
from ledger.signing.key_records import KeyList
from ledger.transparency import checkpoint
from ledger.transparency.tiles import tiles_of
from ledger.wiring import Ledger, build

DATABASES = ["sqlite"]  # What is asked of a database here, publishing asks over both.
pytestmark = pytest.mark.usefixtures("unnoted")

PAGE = {"q/index.html": b"<!doctype html>the page", "q/verify.js": b"export {}"}
ROOT = Path(__file__).parents[2]


def publish(ledger: Ledger, target: Path) -> int:
    done = ledger.folders.publish(target, page=PAGE, unlisted=unlisted())
    files: int = done["files"]
    return files


def everything(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def verified(folder: Path, ledger: Ledger) -> int:
    """Reads the folder as a stranger who knows the root set only; the size of its log."""
    origin, root = ledger.config.origin, ledger.keys.current().roots.fingerprint()
    whole = cbor.decode((folder / "keys/list").read_bytes(), limit=100_000)
    keys = KeyList.decode(whole["list"])  # type: ignore[index,call-overload]
    assert key_list.is_anchor(keys.roots, root)
    key_list.open_signed(whole["list"], whole["signed"], origin=origin, roots=keys.roots)  # type: ignore[index,call-overload]
    for id, authority in keys.authorities.items():
        uri = status_list.uri(authority.status_uri, 0)
        data = (folder / status_list.path(authority.status_uri, 0)).read_bytes()
        found = status_list.open_signed(data, key_list=keys, origin=origin, authority=id, uri=uri)
        assert found.keys[0] <= keys.version
    for number in range(256):
        data = (folder / registered.path(number)).read_bytes()
        registered.open_signed(data, key_list=keys, origin=origin, number=number)
    point = checkpoint.opened((folder / "log/checkpoint").read_bytes(), checkpoint.log_keys(keys, origin)).point
    assert all((folder / "log" / tile.path()).exists() for tile in tiles_of(point.size))
    return point.size


@pytest.fixture
def ready(told: Story, tmp_path: Path) -> Story:
    """Signed and listed; the clock stands."""
    told.ledger.checkpoints.sign()
    told.clock.ms = (told.clock.ms or 0) + 1000
    told.ledger.publishing.keep()
    return told


def changes(story: Story, seconds: int = 1000) -> None:
    """The history goes on: another key list, and every list anew."""
    story.ledger.keys.refresh()
    story.ledger.checkpoints.sign()
    story.clock.ms = (story.clock.ms or 0) + seconds * 1000
    story.ledger.publishing.keep()


def test_a_published_folder_verifies_by_itself(ready: Story, tmp_path: Path) -> None:
    publish(ready.ledger, tmp_path / "out")

    size = verified(tmp_path / "out", ready.ledger)

    assert size == ready.ledger.histories.size()


def test_every_certificate_has_its_receipt_under_the_hash_of_its_token(ready: Story, tmp_path: Path) -> None:
    ledger = ready.ledger
    publish(ledger, tmp_path / "out")
    with reading(ledger.engine) as connection:
        tokens = [bytes(one) for one in connection.execute(select(TABLE.c.token)).scalars()]

    names = {one.name for one in (tmp_path / "out/proof").iterdir()} - {"index.html"}

    assert names == {one.hex() for one in tokens}
    for token in tokens[:5]:
        data = (tmp_path / "out/proof" / token.hex()).read_bytes()
        assert data == ledger.receipts.of_token(token)


def test_nothing_is_written_when_nothing_changed_and_no_temporary_file_is_left(ready: Story, tmp_path: Path) -> None:
    first = publish(ready.ledger, tmp_path / "out")
    before = everything(tmp_path / "out")

    again = publish(ready.ledger, tmp_path / "out")

    assert first > 256
    assert again == 0
    assert everything(tmp_path / "out") == before
    assert not [path for path in before if "/." in f"/{path}"]


def test_no_folder_can_be_listed(ready: Story, tmp_path: Path) -> None:
    publish(ready.ledger, tmp_path / "out")

    folders = [tmp_path / "out", *(one for one in (tmp_path / "out").rglob("*") if one.is_dir())]

    assert {f: (f / "index.html").exists() for f in folders} == dict.fromkeys(folders, True)
    assert (tmp_path / "out/q/index.html").read_bytes() == PAGE["q/index.html"]
    assert b"didaftar" in (tmp_path / "out/proof/index.html").read_bytes()


def test_nothing_private_is_in_it(ready: Story, tmp_path: Path) -> None:
    """No entry bundle, no name, no number of a certificate or of a person."""
    publish(ready.ledger, tmp_path / "out")
    whole = everything(tmp_path / "out")
    numbers = [number.encode() for group in ready.numbers.values() for number in group]

    public = {path: data for path, data in whole.items() if not path.startswith("proof/")}

    assert not [path for path in whole if "entries" in path]
    assert not [path for path, data in public.items() if any(number in data for number in numbers)]
    assert not [path for path in whole if re.search("[0-9]{16}", path.rpartition("/")[2]) and len(path) < 60]


def test_before_a_checkpoint_was_signed_nothing_is_published(told: Story, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        publish(told.ledger, tmp_path / "out")

    assert set(everything(tmp_path / "out")) == {"index.html"}


def test_a_grown_log_replaces_what_changed_and_leaves_the_receipts(ready: Story, tmp_path: Path) -> None:
    publish(ready.ledger, tmp_path / "out")
    before = everything(tmp_path / "out")
    changes(ready)

    publish(ready.ledger, tmp_path / "out")

    after = everything(tmp_path / "out")
    same = {path for path, data in before.items() if after.get(path) == data}
    assert {path for path in before if path.startswith("proof/")} <= same
    assert not [path for path in same if path.startswith(("registered/", "status/")) and "index" not in path]
    assert verified(tmp_path / "out", ready.ledger) == ready.ledger.histories.size()
    assert {"keys/1", "keys/2"} <= same


def test_a_folder_that_is_newer_is_refused_and_nothing_of_it_changes(ready: Story, tmp_path: Path) -> None:
    """An older database was restored: it must not undo what others have seen."""
    old = tmp_path / "old.db"
    with reading(ready.ledger.engine) as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql(f"VACUUM INTO '{old}'")
    changes(ready)
    publish(ready.ledger, tmp_path / "out")
    before = everything(tmp_path / "out")
    config = ready.ledger.config
    restored = build(type(config)(**_fields(config) | {"database": f"sqlite:///{old}"}), clock=ready.clock)

    with pytest.raises(StoreError) as refused:
        publish(restored, tmp_path / "out")

    restored.close()
    assert refused.value.code == "published-newer"
    assert everything(tmp_path / "out") == before


def _fields(config: object) -> dict[str, str]:
    return {name: getattr(config, name) for name in type(config).__slots__}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("registered/00", "published-differs"),
        ("status/ipspi/0", "published-differs"),
        ("keys/list", "published-differs"),
    ],
)
def test_other_bytes_of_the_same_time_are_refused(ready: Story, tmp_path: Path, path: str, code: str) -> None:
    publish(ready.ledger, tmp_path / "out")
    data = (tmp_path / "out" / path).read_bytes()
    if path == "keys/list":  # Two lists of one version: other signatures under the same bytes are none.
        whole = cbor.decode(data, limit=100_000)
        other = KeyList.decode(whole["list"])  # type: ignore[index,call-overload]
        changed = type(other)(other.version, other.iat, other.exp + 1, other.roots, other.authorities, other.keys)
        data = cbor.encode({"list": changed.encode(), "signed": []})
    else:
        data = data[:-1] + bytes([data[-1] ^ 1])
    (tmp_path / "out" / path).write_bytes(data)

    with pytest.raises(StoreError) as refused:
        publish(ready.ledger, tmp_path / "out")

    assert (refused.value.code, refused.value.facts["file"]) == (code, path)


def test_a_log_that_forked_is_refused(ready: Story, tmp_path: Path) -> None:
    publish(ready.ledger, tmp_path / "out")
    note = (tmp_path / "out/log/checkpoint").read_bytes().split(b"\n")
    note[2] = b"A" * 43 + b"="
    (tmp_path / "out/log/checkpoint").write_bytes(b"\n".join(note))

    with pytest.raises(StoreError) as refused:
        publish(ready.ledger, tmp_path / "out")

    assert refused.value.code == "published-differs"


def test_rubbish_in_the_folder_is_replaced(ready: Story, tmp_path: Path) -> None:
    publish(ready.ledger, tmp_path / "out")
    for path in ("registered/00", "status/ipspi/0", "keys/list", "log/checkpoint"):
        (tmp_path / "out" / path).write_bytes(b"rubbish")

    written = publish(ready.ledger, tmp_path / "out")

    assert written == 4
    assert verified(tmp_path / "out", ready.ledger) == ready.ledger.histories.size()


def test_what_a_killed_publisher_left_is_thrown_away(ready: Story, tmp_path: Path) -> None:
    (tmp_path / "out/.new").mkdir(parents=True)
    (tmp_path / "out/.new/file").write_bytes(b"half")

    publish(ready.ledger, tmp_path / "out")

    assert not (tmp_path / "out/.new").exists()


def test_two_publishers_at_once_end_with_one_newest_set(ready: Story, tmp_path: Path) -> None:
    ledgers = [build(ready.ledger.config, clock=ready.clock) for _ in range(3)]
    changes(ready)

    with ThreadPoolExecutor(3) as pool:
        written = list(pool.map(lambda ledger: publish(ledger, tmp_path / "out"), ledgers))

    for ledger in ledgers:
        ledger.close()
    assert sorted(written)[:2] == [0, 0]
    assert verified(tmp_path / "out", ready.ledger) == ready.ledger.histories.size()


KILLED = """
import os, sys
from pathlib import Path
from ledger.config import read
from ledger.store.folder import Folder
from ledger.wiring import build

left = int(sys.argv[2])
write = Folder._write

def counted(self, path, data):
    global left
    left -= 1
    if left < 0:
        with (self.root / ".new" / "file").open("wb") as half:
            half.write(data[: len(data) // 2])
        os.kill(os.getpid(), 9)
    write(self, path, data)

Folder._write = counted
ledger = build(read(os.environ))
ledger.folders.publish(Path(sys.argv[1]), page={"q/index.html": b"page"}, unlisted=b"-")
"""


@pytest.mark.parametrize("after", [0, 1, 3, 100, 258, 261])
def test_killed_at_any_file_the_folder_still_verifies_and_the_next_run_completes_it(
    ready: Story, tmp_path: Path, after: int
) -> None:
    publish(ready.ledger, tmp_path / "out")
    former = verified(tmp_path / "out", ready.ledger)
    changes(ready)
    config = ready.ledger.config
    names = ("database", "keys_database", "keys", "mirror")
    environ = {n: v for n, v in os.environ.items() if not n.startswith("LEDGER_")}
    environ |= {f"LEDGER_{name.upper()}": getattr(config, name) for name in names}
    command = [sys.executable, "-c", KILLED, str(tmp_path / "out"), str(after)]

    killed = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert verified(tmp_path / "out", ready.ledger) in (former, ready.ledger.histories.size())
    publish(ready.ledger, tmp_path / "out")
    assert verified(tmp_path / "out", ready.ledger) == ready.ledger.histories.size()
    assert not (tmp_path / "out/.new").exists()
