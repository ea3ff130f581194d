"""Merkle trees over a log's entries, hashed as in RFC 6962 section 2.1.

A root identifies a log of one size. An inclusion proof shows that an entry is in it, a consistency proof that a
later log only grew; both are checked without the log, by the algorithms of RFC 9162 sections 2.1.3.2 and 2.1.4.2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry: SHA-256 of 0x00 and the entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees: SHA-256 of 0x01 and their hashes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The state of a log that is needed to append to it and to compute its root.

    size: entries. peaks: root of each full subtree, largest first, one for each bit set in `size`.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise ValueError(f"a log of {self.size} entries has not {len(self.peaks)} full subtrees")

    def add(self, leaf: bytes) -> Frontier:
        """Return the frontier with one more leaf hash."""
        peaks, ends_with_ones = [*self.peaks], self.size
        while ends_with_ones & 1:
            leaf = node_hash(peaks.pop(), leaf)
            ends_with_ones >>= 1
        return Frontier(self.size + 1, (*peaks, leaf))

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def frontier_of(leaves: Iterable[bytes]) -> Frontier:
    """Return the frontier of a complete log of leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier = frontier.add(leaf)
    return frontier


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root of a complete log of leaf hashes."""
    return frontier_of(leaves).root


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the hashes that lead from entry `index` (from 0) to the root. Raises IndexError if there is none."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"a log of {len(leaves)} entries has no entry {index}")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), root_of(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), root_of(leaves[:split])]


def includes(root: bytes, size: int, index: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether `proof` shows that `leaf` is entry `index` of the log with this root and size."""
    if not 0 <= index < size:
        return False
    at, last, seen = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            seen = node_hash(step, seen)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            seen = node_hash(seen, step)
        at, last = at >> 1, last >> 1
    return last == 0 and seen == root


def _split(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
