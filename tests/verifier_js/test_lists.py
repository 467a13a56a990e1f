"""Signed lists are believed and refused in the browser as in Python."""

import random
import zlib
from hashlib import sha256
from typing import Any

import pytest

from ledger.credentials import document, published, registered, status_list
from ledger.credentials.status_list import Status
from tests.verifier_js.compare import Run, hold, mutated
from tests.verifier_js.world import DAY, INDEX, NOW, ORIGIN, STATUS_URI, World, signer, with_spent_keys

URI = f"{STATUS_URI}/0"
NUMBERS = (0, 1, -1, True, 253_370_739_600, 253_370_739_601)
STRANGE = (*NUMBERS, "", "x", b"", b"1234567", bytes(32), [], [3], [3, b""], [b""], {})


@pytest.fixture(scope="module")
def world() -> World:
    return with_spent_keys(World())


def spoilt(good: dict[Any, Any]) -> list[dict[Any, Any]]:
    """Each field of every type, and missing; and one more."""
    wrong = [{**good, name: strange} for name in good for strange in STRANGE]
    missing = [{name: one for name, one in good.items() if name != dropped} for dropped in good]
    return [*wrong, *missing, {**good, 8: 0} if 2 in good else {**good, "x": 0}]


def test_status_lists(run: Run, world: World) -> None:
    chance = random.Random(1)
    packed = status_list.pack([(INDEX, Status.VALID)])
    lst = zlib.compress(packed, 9)
    good: dict[int, Any] = {
        2: URI,
        4: NOW + DAY,
        6: NOW,
        65533: {"bits": 2, "lst": lst},
        65534: 600,
        -70002: [3, bytes(32)],
    }
    cut = [lst[:-1], lst[:-4], lst[:-1] + b"\0", b"", packed, zlib.compress(packed)[2:-4], zlib.compress(packed[:-1])]
    more = [
        lst + b"\0",
        lst + lst,
        zlib.compress(packed + b"\0"),
        zlib.compress(bytes(1 << 24)),
        zlib.compress(packed, 1),
    ]
    inner = [{"bits": 1, "lst": lst}, {"bits": 2, "lst": lst, "x": 0}, *({"bits": 2, "lst": one} for one in cut + more)]
    claims = [good, *spoilt(good), *({**good, 65533: one} for one in inner)]
    inputs = [
        *(world.statuses(status) for status in Status),
        *(world.statuses(seed=seed) for seed in (9, 28, 48, 7, 99)),
        world.statuses(seed=28, iat=NOW - 2 * DAY),
        world.statuses(uri=f"{STATUS_URI}/1"),
        *(published.sign(one, signer(8, status_list.CONTEXT, status_list.TYP)) for one in claims),
        published.sign(good, signer(8, status_list.CONTEXT)),
        b"<!doctype html>",
        *(mutated(world.statuses(), chance) for _ in range(150)),
    ]

    def read(data: bytes) -> list[Any]:
        found = status_list.open_signed(data, key_list=world.key_list, origin=ORIGIN, authority="ipspi", uri=URI)
        entries = [found.at(index).value for index in (0, 1, 2, 3, INDEX, 131071, 131072)]
        return [found.iat, found.exp, found.keys[0], found.keys[1].hex(), entries]

    hold(run, lambda data: ["statusList", data.hex(), world.listed.hex(), ORIGIN, "ipspi", URI], read, inputs)


def test_the_path_of_a_status_list_is_that_of_its_address(run: Run) -> None:
    uris = ["https://a.b/x/", "https://a.b", "//a.b/x", "/status/x", "status/x", "https://a.b/x?y=/z#w", "http://h:8/s"]

    got = run([["statusPath", uri, 7] for uri in (STATUS_URI, *uris)])

    assert got == [status_list.path(uri, 7) for uri in (STATUS_URI, *uris)]


def test_buckets(run: Run, world: World) -> None:
    chance, code = random.Random(2), world.code()
    name = sha256(code).digest()
    other = bytes((name[0],)) + bytes(31)
    good = {"v": 1, "bucket": name[0], "iat": NOW, "exp": NOW + DAY, "size": 9, "hashes": other[:8] + name[:8]}
    orders = (name[:8] + other[:8], name[:8] * 2, name[:8] + b"\xff" * 8)
    maps = [good, *spoilt(good), *({**good, "hashes": hashes} for hashes in orders)]
    inputs = [
        *(world.bucket(code, seed=seed) for seed in (9, 8, 29, 49, 99)),
        *(published.sign(one, signer(9, registered.CONTEXT)) for one in maps),
        published.sign(good, signer(9, document.CONTEXT)),
        *(mutated(world.bucket(code), chance) for _ in range(150)),
    ]

    def read(data: bytes) -> list[Any]:
        found = registered.open_signed(data, key_list=world.key_list, origin=ORIGIN, number=name[0])
        return [found.iat, found.exp, found.holds(name), [one.hex() for one in found.hashes]]

    hold(run, lambda data: ["bucket", data.hex(), world.listed.hex(), ORIGIN, name.hex()], read, inputs)


def test_documents(run: Run, world: World) -> None:
    chance, code = random.Random(3), world.code()
    name = sha256(code).digest()
    good = {"v": 1, "token": name, "iat": NOW, "sheets": [bytes(32), name]}
    orders: list[list[Any]] = [[name, bytes(32)], [name, name], [name, 0], [name]]
    maps = [good, *spoilt(good), *({**good, "sheets": sheets} for sheets in orders)]
    inputs = [
        world.document(code, name, bytes(32)),
        world.document(b"another", name),
        world.document(code, name, seed=8),
        *(published.sign(one, signer(9, document.CONTEXT)) for one in maps),
        *(mutated(world.document(code, name), chance) for _ in range(100)),
    ]

    def read(data: bytes) -> list[Any]:
        found = document.open_signed(data, key_list=world.key_list, origin=ORIGIN, token=name)
        return [found.iat, [one.hex() for one in found.sheets]]

    hold(run, lambda data: ["document", data.hex(), world.listed.hex(), ORIGIN, name.hex()], read, inputs)
