"""Every answer of a witness, over HTTP. Source: c2sp.org/tlog-witness, add-checkpoint."""

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from ledger.transparency import checkpoint, notes
from ledger.transparency.submission import MAX_HASHES, Submission
from ledger.witness.book import FORK, UNPROVED
from tests.witness.conftest import Watch
from tests.witness.made import Log, Reply, asked, posted

SIZE = "text/x.tlog.size"


def test_a_checkpoint_is_cosigned_by_every_key_of_the_witness(watch: Watch) -> None:
    note = watch.log.note(7)

    reply = posted(watch.port, Submission(0, (), note).encode())

    opened = checkpoint.opened(note + reply.body.encode(), watch.log.keys(), watch.keys)
    assert (reply.status, reply.body.count("\n")) == (200, 2)
    assert len(notes.verified(opened.note, watch.keys, opened.point.cosigned())) == 2
    assert watch.book.seen(watch.log.origin).note == note


@pytest.mark.parametrize("sizes", [(0, 1), (1, 40), (7, 8), (8, 8), (8, 33)])
def test_a_checkpoint_that_continues_the_last_is_cosigned(watch: Watch, sizes: tuple[int, int]) -> None:
    old, size = sizes
    if old:
        posted(watch.port, watch.log.submission(0, old))

    assert posted(watch.port, watch.log.submission(old, size)).status == 200
    assert watch.book.seen(watch.log.origin).size == size


def test_the_empty_log_is_cosigned_and_another_root_of_no_entries_is_not(watch: Watch) -> None:
    false = checkpoint.Checkpoint(watch.log.origin, 0, bytes(32))
    forged = checkpoint.signed(false, watch.log.key, watch.log.second, 1).encode()

    assert posted(watch.port, Submission(0, (), forged).encode()) == Reply(409, SIZE, "0\n")
    assert posted(watch.port, watch.log.submission(0, 0)).status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0\n",
        b"old 0\n\n",
        b"old 00\n\n{note}",
        b"old -1\n\n{note}",
        b"old 1 \n\n{note}",
        b"size 0\n\n{note}",
        b"old 0\nAAAA\n\n{note}",
        b"old 0\n!\n\n{note}",
        b"old \xff\n\n{note}",
        b"old 8\n\n{note}",
    ],
)
def test_a_malformed_request_is_400(watch: Watch, body: bytes) -> None:
    assert posted(watch.port, body.replace(b"{note}", watch.log.note(7))).status == 400
    assert watch.book.seen(watch.log.origin).size == 0


def test_more_hashes_than_a_proof_can_have_are_400(watch: Watch) -> None:
    most = Submission(0, (bytes(32),) * MAX_HASHES, watch.log.note(7)).encode()
    more = most.replace(b"old 0\n", b"old 0\n" + base64.b64encode(bytes(32)) + b"\n", 1)

    assert (posted(watch.port, most).status, posted(watch.port, more).status) == (422, 400)


def test_a_body_above_the_limit_is_not_read(watch: Watch) -> None:
    assert posted(watch.port, bytes(300_000)).status == 413


def test_an_unknown_log_is_404(watch: Watch) -> None:
    assert posted(watch.port, Log(origin="other.contoh.invalid").submission(0, 7)).status == 404


def test_a_log_that_does_not_sign_by_all_its_keys_is_403(watch: Watch) -> None:
    one_of_two = Log(watch.log.origin, watch.log.key)
    strangers = Log(watch.log.origin, Ed25519PrivateKey.generate(), MLDSA44PrivateKey.generate())
    forged = watch.log.note(8).replace(b"\n8\n", b"\n9\n")

    bodies = [one_of_two.submission(0, 7), strangers.submission(0, 7), Submission(0, (), forged).encode()]

    assert [posted(watch.port, body).status for body in bodies] == [403] * 3
    assert watch.book.seen(watch.log.origin).size == 0


@pytest.mark.parametrize(("old", "size"), [(0, 9), (7, 9), (9, 9), (8, 8), (3, 5), (0, 0)])
def test_another_old_size_is_409_with_the_size_of_the_last(watch: Watch, old: int, size: int) -> None:
    seen = 8 if (old, size) != (8, 8) else 5
    posted(watch.port, watch.log.submission(0, seen))

    assert posted(watch.port, watch.log.submission(old, size)) == Reply(409, SIZE, f"{seen}\n")
    assert watch.book.seen(watch.log.origin).size == seen
    assert watch.book.forks() == []


@pytest.mark.parametrize("old", [0, 6, 8])
def test_another_root_of_the_same_size_is_409_and_kept_as_evidence(watch: Watch, old: int) -> None:
    honest = watch.log.submission(0, 8)
    posted(watch.port, honest)

    forged = watch.log.forked(6).submission(old, 8)
    replies = {posted(watch.port, forged) for _ in range(2)}

    (fork,) = watch.book.forks()
    assert replies == {Reply(409, SIZE, "8\n")}
    assert (fork.what, fork.ours in honest, fork.theirs in forged) == (FORK, True, True)
    pair = [checkpoint.opened(note, watch.log.keys()).point for note in (fork.ours, fork.theirs)]
    assert pair[0].size == pair[1].size
    assert pair[0].root != pair[1].root
    assert '"forks":1' in asked(watch.port, "GET", "/health").body


def test_a_proof_that_fails_is_422_and_kept_until_the_checkpoint_is_proved(watch: Watch) -> None:
    posted(watch.port, watch.log.submission(0, 8))
    unproved = Submission(8, (bytes(32),), watch.log.note(12)).encode()

    assert posted(watch.port, unproved).status == 422
    assert [fork.what for fork in watch.book.forks()] == [UNPROVED]
    assert '"forks":0' in asked(watch.port, "GET", "/health").body
    assert posted(watch.port, watch.log.submission(8, 12)).status == 200
    assert watch.book.forks() == []


def test_a_larger_fork_is_422_and_both_notes_are_kept(watch: Watch) -> None:
    posted(watch.port, watch.log.submission(0, 8))
    fork = watch.log.forked(6).submission(8, 12)

    assert posted(watch.port, fork).status == 422
    (kept,) = watch.book.forks()
    assert (kept.what, kept.theirs in fork) == (UNPROVED, True)
    assert watch.book.seen(watch.log.origin).root == watch.log.point(8).root


def test_a_proof_from_nothing_must_be_empty(watch: Watch) -> None:
    assert posted(watch.port, Submission(0, (bytes(32),), watch.log.note(7)).encode()).status == 422


def test_of_two_requests_from_the_same_size_one_wins(watch: Watch) -> None:
    posted(watch.port, watch.log.submission(0, 5))
    bodies = [watch.log.submission(5, size) for size in range(6, 22)]

    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda body: posted(watch.port, body), bodies))

    (winner,) = [size for size, reply in zip(range(6, 22), replies, strict=True) if reply.status == 200]
    assert {reply for reply in replies if reply.status != 200} == {Reply(409, SIZE, f"{winner}\n")}
    assert watch.book.seen(watch.log.origin).size == winner


def test_health_names_the_last_size_of_each_log(watch: Watch) -> None:
    posted(watch.port, watch.log.submission(0, 7))

    health = asked(watch.port, "GET", "/health").body

    assert '"size":7' in health
    assert watch.log.point(7).root.hex() in health
    assert watch.keys[0].encode() in health
    assert asked(watch.port, "GET", "/add-checkpoint").status == 405
