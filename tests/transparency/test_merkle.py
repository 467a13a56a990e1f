from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import InputError, VerificationError
from ledger.transparency import merkle

# The eight leaves that Certificate Transparency's own tests use, with their roots computed by those implementations.
KNOWN = [
    ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
    ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
    ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
    ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
    ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
    ("606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
]
LEAVES = [merkle.leaf_hash(n.to_bytes(2, "big")) for n in range(300)]
NODE = merkle.nodes_of(LEAVES)
ROOTS = [merkle.root_of(LEAVES[:size]) for size in range(301)]

HASHES = st.binary(min_size=32, max_size=32)


def flipped(data: bytes, bit: int = 0) -> bytes:
    return bytes((data[0] ^ 1 << bit,)) + data[1:]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_known_leaves_have_the_known_root(size: int) -> None:
    leaves = [merkle.leaf_hash(bytes.fromhex(entry)) for entry, _ in KNOWN[:size]]

    assert merkle.root_of(leaves).hex() == KNOWN[size - 1][1]


def test_no_leaves_have_the_hash_of_nothing_as_their_root() -> None:
    assert merkle.root_of([]) == merkle.EMPTY
    assert merkle.EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_leaves_and_nodes_are_hashed_apart() -> None:
    left, right = LEAVES[:2]

    assert merkle.node_hash(left, right) != merkle.leaf_hash(left + right)


@pytest.mark.parametrize("size", range(66))
def test_the_stored_nodes_give_the_root_of_the_frontier(size: int) -> None:
    assert merkle.root_at(size, NODE) == ROOTS[size]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 255, 256])
def test_a_frontier_is_taken_up_again_where_it_was_left(size: int) -> None:
    left = merkle.Frontier()
    for leaf in LEAVES[:size]:
        left.append(leaf)

    taken_up = merkle.Frontier.from_bytes(left.to_bytes())
    for leaf in LEAVES[size:]:
        taken_up.append(leaf)

    assert taken_up.size == 300
    assert taken_up.root() == ROOTS[300]


@given(st.binary(max_size=120))
def test_whatever_the_bytes_a_frontier_is_whole_or_refused(data: bytes) -> None:
    try:
        frontier = merkle.Frontier.from_bytes(data)
    except InputError:
        return

    assert frontier.to_bytes() == data


@pytest.mark.parametrize("data", [b"", bytes(7), bytes(8) + b"\0", bytes(7) + b"\3" + bytes(32)])
def test_a_frontier_of_another_length_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        merkle.Frontier.from_bytes(data)


@pytest.mark.parametrize("size", [*range(1, 18), 255, 256, 257, 300])
def test_every_leaf_is_proven_and_no_proof_fits_elsewhere(size: int) -> None:
    for index in range(size):
        proof = merkle.inclusion_proof(index, size, NODE)

        merkle.verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])

        with pytest.raises(VerificationError):
            merkle.verify_inclusion(LEAVES[(index + 1) % 300], index, size, proof, ROOTS[size])
        if size > 1:
            with pytest.raises(VerificationError):
                merkle.verify_inclusion(LEAVES[index], (index + 1) % size, size, proof, ROOTS[size])


@given(st.data())
def test_a_tampered_inclusion_proof_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 300))
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, NODE)
    place = data.draw(st.integers(0, len(proof) - 1))
    twins = [
        [*proof[:place], flipped(proof[place], data.draw(st.integers(0, 7))), *proof[place + 1 :]],
        [*proof[:place], proof[place][:-1], *proof[place + 1 :]],
        proof[:place] + proof[place + 1 :],
        [*proof, LEAVES[0]],
        *([proof[::-1]] if len(proof) > 1 else []),
    ]

    for twin in twins:
        with pytest.raises(VerificationError):
            merkle.verify_inclusion(LEAVES[index], index, size, twin, ROOTS[size])
    with pytest.raises(VerificationError) as refused:
        merkle.verify_inclusion(LEAVES[index], index, size, proof, flipped(ROOTS[size]))

    assert refused.value.code == "inclusion-wrong"


@given(HASHES, st.integers(), st.integers(), st.lists(st.binary(max_size=33), max_size=5), st.binary(max_size=33))
def test_whatever_is_given_a_proof_raises_only_our_error(
    leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes
) -> None:
    with suppress(VerificationError):
        merkle.verify_inclusion(leaf, index, size, proof, root)
    with suppress(VerificationError):
        merkle.verify_consistency(index, size, proof, leaf, root)


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0)])
def test_a_leaf_outside_the_tree_is_neither_proven_nor_believed(index: int, size: int) -> None:
    with pytest.raises(InputError) as no_proof:
        merkle.inclusion_proof(index, size, NODE)
    with pytest.raises(VerificationError) as refused:
        merkle.verify_inclusion(LEAVES[0], index, size, [], ROOTS[size])

    assert no_proof.value.code == "proof-out-of-range"
    assert refused.value.facts == {"why": "index"}


@pytest.mark.parametrize("new", [*range(18), 256, 300])
def test_a_tree_is_consistent_with_each_of_its_beginnings(new: int) -> None:
    for old in range(new + 1):
        proof = merkle.consistency_proof(old, new, NODE)

        merkle.verify_consistency(old, new, proof, ROOTS[old], ROOTS[new])

        with pytest.raises(VerificationError):
            merkle.verify_consistency(old, new, proof, flipped(ROOTS[old]), ROOTS[new])
        if old:  # Anything follows the empty tree; that root is the checkpoint's word.
            with pytest.raises(VerificationError):
                merkle.verify_consistency(old, new, proof, ROOTS[old], flipped(ROOTS[new]))


@given(st.data())
def test_a_tampered_consistency_proof_is_refused(data: st.DataObject) -> None:
    new = data.draw(st.integers(2, 300))
    old = data.draw(st.integers(1, new - 1))
    proof = merkle.consistency_proof(old, new, NODE)
    place = data.draw(st.integers(0, len(proof) - 1))
    twins = [
        [*proof[:place], flipped(proof[place], data.draw(st.integers(0, 7))), *proof[place + 1 :]],
        [*proof[:place], b"", *proof[place + 1 :]],
        proof[:place] + proof[place + 1 :],
        [*proof, LEAVES[0]],
        *([proof[::-1]] if len(proof) > 1 else []),
    ]

    for twin in twins:
        with pytest.raises(VerificationError):
            merkle.verify_consistency(old, new, twin, ROOTS[old], ROOTS[new])


def test_a_history_with_one_leaf_changed_is_not_consistent() -> None:
    forked = [*LEAVES[:100], merkle.leaf_hash(b"another"), *LEAVES[101:]]
    node = merkle.nodes_of(forked)

    with pytest.raises(VerificationError) as refused:
        merkle.verify_consistency(
            200, 300, merkle.consistency_proof(200, 300, node), ROOTS[200], merkle.root_of(forked)
        )

    assert refused.value.code == "consistency-wrong"


@pytest.mark.parametrize(("old", "new"), [(-1, 3), (4, 3)])
def test_a_smaller_tree_continues_no_larger_one(old: int, new: int) -> None:
    with pytest.raises(InputError) as no_proof:
        merkle.consistency_proof(old, new, NODE)
    with pytest.raises(VerificationError) as refused:
        merkle.verify_consistency(old, new, [], ROOTS[4], ROOTS[3])

    assert no_proof.value.code == "proof-out-of-range"
    assert refused.value.facts == {"why": "size"}


@pytest.mark.parametrize(("old", "new"), [(0, 3), (3, 3)])
def test_where_nothing_is_to_prove_a_proof_is_refused(old: int, new: int) -> None:
    with pytest.raises(VerificationError) as refused:
        merkle.verify_consistency(old, new, [LEAVES[0]], ROOTS[old], ROOTS[new])

    assert refused.value.facts == {"why": "length"}


@pytest.mark.parametrize("wrong", [b"", bytes(31), bytes(33), "x" * 32])
def test_what_is_no_hash_is_not_proven_though_it_is_alike(wrong: bytes) -> None:
    with pytest.raises(VerificationError) as of_a_leaf:
        merkle.verify_inclusion(wrong, 0, 1, [], wrong)
    with pytest.raises(VerificationError) as of_a_tree:
        merkle.verify_consistency(3, 3, [], wrong, wrong)

    assert of_a_leaf.value.facts == of_a_tree.value.facts == {"why": "hash"}
