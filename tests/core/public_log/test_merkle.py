"""Roots and proofs equal the recursive definitions of RFC 6962, at every size around a tile."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.errors import VerificationError
from amanah.core.public_log.merkle import (
    EMPTY_ROOT,
    Frontier,
    ProofError,
    compute_consistency_proof,
    compute_inclusion_proof,
    compute_leaf_hash,
    compute_root,
    verify_consistency,
    verify_inclusion,
)

SIZES = (0, 1, 2, 3, 255, 256, 257, 511, 512, 513)


def leaves(count: int) -> list[bytes]:
    return [compute_leaf_hash(b"%d" % number) for number in range(count)]


def define_root(data: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not data:
        return hashlib.sha256(b"").digest()
    if len(data) == 1:
        return hashlib.sha256(b"\0" + data[0]).digest()
    split = 1
    while split * 2 < len(data):
        split *= 2
    return hashlib.sha256(b"\1" + define_root(data[:split]) + define_root(data[split:])).digest()


@pytest.mark.parametrize("size", SIZES)
def test_the_root_is_the_one_that_rfc_6962_defines(size: int) -> None:
    frontier = Frontier()
    for leaf in leaves(size):
        frontier.append(leaf)
    expected = define_root([b"%d" % number for number in range(size)])
    assert compute_root(leaves(size)) == frontier.compute_root() == expected
    assert Frontier(size, frontier.peaks).compute_root() == expected


def test_the_published_vectors_of_certificate_transparency_hold() -> None:
    data = [
        bytes.fromhex(text)
        for text in (
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        )
    ]
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert compute_root([compute_leaf_hash(item) for item in data]).hex() == (
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    )


@pytest.mark.parametrize("size", [size for size in SIZES if size])
def test_every_leaf_is_provably_in_the_tree_and_nothing_else_is(size: int) -> None:
    hashes = leaves(size)
    root = compute_root(hashes)
    for index in {0, size // 2, size - 1}:
        proof = compute_inclusion_proof(hashes, index)
        verify_inclusion(hashes[index], index, size, proof, root)
        with pytest.raises(ProofError):
            verify_inclusion(compute_leaf_hash(b"other"), index, size, proof, root)
        with pytest.raises(ProofError):
            verify_inclusion(hashes[index], index, size, [*proof, root], root)
        with pytest.raises(ProofError):
            verify_inclusion(hashes[index], size, size, proof, root)


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_prefix_is_provable_at_every_pair_of_sizes(first: int, second: int) -> None:
    old_size, new_size = sorted((first, second))
    hashes = leaves(new_size)
    old, new = (old_size, compute_root(hashes[:old_size])), (new_size, compute_root(hashes))
    proof = compute_consistency_proof(hashes, old_size)
    verify_consistency(old, new, proof)
    if old_size:
        with pytest.raises(VerificationError):
            verify_consistency((old_size, compute_leaf_hash(b"fork")), new, proof)
    for place in range(len(proof)):
        damaged = [*proof]
        damaged[place] = bytes(32)
        with pytest.raises(ProofError):
            verify_consistency(old, new, damaged)
    if proof:
        with pytest.raises(ProofError):
            verify_consistency(old, new, proof[:-1])


def test_an_impossible_pair_of_sizes_is_refused() -> None:
    hashes = leaves(5)
    root = compute_root(hashes)
    with pytest.raises(ProofError):
        verify_consistency((6, root), (5, root), [root])
    with pytest.raises(ProofError):
        verify_consistency((0, root), (5, root), [])
    with pytest.raises(ProofError):
        verify_consistency((5, root), (5, EMPTY_ROOT), [])
