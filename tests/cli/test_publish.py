"""`ledger publish`: a folder that any static host can serve, and that verifies a certificate with the ledger gone."""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from ledger.credentials import picture
from ledger.messages import say

from .conftest import Terminal
from .test_server import served


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def hosted(folder: Path) -> Iterator[str]:
    """By Python's own server, which knows nothing of the ledger."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def test_a_folder_is_written_once_and_then_brought_up_to_date(terminal: Terminal) -> None:
    first = terminal.answer("publish", "out")
    again = terminal.answer("publish", "out")

    assert first["files"] > 600
    assert (again["size"], again["files"]) == (first["size"], 0)


def test_a_visitor_reads_a_sentence_instead_of_a_list_of_files(terminal: Terminal) -> None:
    terminal.answer("publish", "out")

    with hosted(terminal.folder / "out") as host:
        pages = [urlopen(f"{host}/{path}").read().decode() for path in ("", "proof/", "registered/", "log/tile/0/")]
        with pytest.raises(HTTPError) as missing:
            urlopen(f"{host}/log/tile/entries/000")

    missing.value.close()
    assert all(say("w.unlisted", lang) in page for page in pages for lang in ("id", "en"))
    assert missing.value.code == 404


def test_a_watching_publisher_puts_a_revocation_online(terminal: Terminal) -> None:
    terminal.answer("publish", "out")
    before = (terminal.folder / "out/keys/list").read_bytes()

    with served(terminal.folder, 0, "publish", "out", "--watch", "1") as process:
        terminal.answer("keys", "refresh")
        until = time.monotonic() + 60
        while (terminal.folder / "out/keys/list").read_bytes() == before and time.monotonic() < until:
            time.sleep(0.2)
        process.kill()

    assert (terminal.folder / "out/keys/list").read_bytes() != before


def test_a_newer_folder_is_told_in_one_line(terminal: Terminal) -> None:
    shutil.copytree(terminal.folder / "data", terminal.folder / "backup")
    terminal.answer("keys", "refresh")
    terminal.answer("publish", "out")
    shutil.rmtree(terminal.folder / "data")
    shutil.copytree(terminal.folder / "backup", terminal.folder / "data")

    assert terminal.refused("publish", "out").startswith(("published-newer: ", "published-differs: "))


def test_a_plain_host_verifies_a_certificate_with_the_ledger_gone(terminal: Terminal) -> None:
    """Nothing of it is left but the folder: neither database, key, nor mirror."""
    terminal.answer("publish", "out")
    terminal.run("code", terminal.notes["numbers"]["graduates"][0], "--png", "code.png")
    code, root = picture.read((terminal.folder / "code.png").read_bytes()), terminal.notes["root"]
    for gone in ("data", "keys"):
        shutil.rmtree(terminal.folder / gone)

    with hosted(terminal.folder / "out") as host:
        found = terminal.run("judge", code, "--from", host, "--root", root, "--json")

    answer = json.loads(found.stdout)
    assert (found.exit_code, answer["colour"]) == (0, "green"), answer
    assert {check["outcome"] for check in answer["checks"]} == {"yes"}
