"""The RFC 6962 Merkle tree: hashes, roots and proofs, by the algorithms of RFC 6962 and RFC 9162 section 2.1.

It never keeps a tree: what it needs is handed in.
"""

import hashlib
from collections.abc import Sequence

from amanah.core.errors import VerificationError

EMPTY_ROOT = hashlib.sha256(b"").digest()


class ProofError(VerificationError):
    """An inclusion or consistency proof does not hold."""

    code = "proof-does-not-hold"


def compute_leaf_hash(data: bytes) -> bytes:
    """Give the hash of one entry's bytes."""
    return hashlib.sha256(b"\0" + data).digest()


def compute_node_hash(left: bytes, right: bytes) -> bytes:
    """Give the hash of the node above two others."""
    return hashlib.sha256(b"\1" + left + right).digest()


def compute_root(hashes: Sequence[bytes]) -> bytes:
    """Give the root over leaf hashes, or over the hashes of equal complete subtrees and one smaller last one."""
    if not hashes:
        return EMPTY_ROOT
    row = list(hashes)
    while len(row) > 1:
        above = [compute_node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
        if len(row) % 2:
            above.append(row[-1])
        row = above
    return row[0]


class Frontier:
    """The roots of the complete subtrees at the right edge: enough to append and to know the root at any time."""

    def __init__(self, size: int = 0, peaks: tuple[bytes, ...] = ()) -> None:
        self.size = size
        self._peaks = list(peaks)

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """Give the subtree roots, largest first."""
        return tuple(self._peaks)

    def append(self, leaf_hash: bytes) -> None:
        """Add one leaf."""
        node = leaf_hash
        size = self.size
        while size & 1:
            node = compute_node_hash(self._peaks.pop(), node)
            size >>= 1
        self._peaks.append(node)
        self.size += 1

    def compute_root(self) -> bytes:
        """Give the root over everything appended so far."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = compute_node_hash(peak, root)
        return root


def compute_inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> list[bytes]:
    """Give the audit path of one leaf (RFC 6962 section 2.1.1)."""
    if len(leaf_hashes) <= 1:
        return []
    split = _split_point(len(leaf_hashes))
    left, right = leaf_hashes[:split], leaf_hashes[split:]
    if index < split:
        return [*compute_inclusion_proof(left, index), compute_root(right)]
    return [*compute_inclusion_proof(right, index - split), compute_root(left)]


def compute_consistency_proof(leaf_hashes: Sequence[bytes], old_size: int) -> list[bytes]:
    """Give the proof that the first `old_size` leaves are a prefix (RFC 6962 section 2.1.2)."""
    if not 0 < old_size < len(leaf_hashes):
        return []
    return _prove_prefix(leaf_hashes, old_size, is_whole=True)


def verify_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check an audit path (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size or len(leaf_hash) != len(EMPTY_ROOT):
        raise ProofError("The entry lies outside the tree.")
    node, position, last = leaf_hash, index, size - 1
    for sibling in proof:
        if last == 0:
            raise ProofError("The proof is too long.")
        if position & 1 or position == last:
            node = compute_node_hash(sibling, node)
            position, last = _skip_left_edge(position, last)
        else:
            node = compute_node_hash(node, sibling)
        position >>= 1
        last >>= 1
    if last or node != root:
        raise ProofError("The entry is not in the tree with this root.")


def verify_consistency(old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]) -> None:
    """Check that the tree `old` = (size, root) is a prefix of `new` (RFC 9162 section 2.1.4.2)."""
    (old_size, old_root), (new_size, new_root) = old, new
    if old_size in (0, new_size):
        is_same = old_root == (new_root if old_size else EMPTY_ROOT)
        if proof or not is_same or (new_size == 0 and new_root != EMPTY_ROOT):
            raise ProofError("The two trees do not fit together.")
        return
    if not (0 < old_size < new_size and proof):
        raise ProofError("The trees or the proof have an impossible size.")
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old_node = new_node = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofError("The proof is too long.")
        if position & 1 or position == last:
            old_node = compute_node_hash(sibling, old_node)
            new_node = compute_node_hash(sibling, new_node)
            position, last = _skip_left_edge(position, last)
        else:
            new_node = compute_node_hash(new_node, sibling)
        position, last = position >> 1, last >> 1
    if last or old_node != old_root or new_node != new_root:
        raise ProofError("The larger tree does not begin with the smaller one.")


def _skip_left_edge(position: int, last: int) -> tuple[int, int]:
    """Climb past the levels at which a rightmost node has no sibling of its own."""
    while position and not position & 1:
        position, last = position >> 1, last >> 1
    return position, last


def _split_point(count: int) -> int:
    """Give the largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def _prove_prefix(leaf_hashes: Sequence[bytes], old_size: int, *, is_whole: bool) -> list[bytes]:
    count = len(leaf_hashes)
    if old_size == count:
        return [] if is_whole else [compute_root(leaf_hashes)]
    split = _split_point(count)
    left, right = leaf_hashes[:split], leaf_hashes[split:]
    if old_size <= split:
        return [*_prove_prefix(left, old_size, is_whole=is_whole), compute_root(right)]
    return [*_prove_prefix(right, old_size - split, is_whole=False), compute_root(left)]
