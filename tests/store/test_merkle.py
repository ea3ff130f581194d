from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.store.merkle import (
    EMPTY_ROOT,
    Frontier,
    frontier_of,
    includes,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
)

# The entries and roots that implementations of Certificate Transparency test themselves with.
ENTRIES = [
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
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
# Inclusion paths of those tests: (entry from 0, size) -> path.
PATHS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}
logs = st.lists(st.binary(max_size=8), min_size=1, max_size=70).map(
    lambda entries: [leaf_hash(e) for e in entries]
)


def test_the_empty_log_has_the_hash_of_nothing() -> None:
    assert root_of([]) == EMPTY_ROOT == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_known_roots(size: int) -> None:
    assert root_of(LEAVES[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("where", "path"), PATHS.items())
def test_known_paths(where: tuple[int, int], path: list[str]) -> None:
    index, size = where
    assert [step.hex() for step in inclusion_proof(LEAVES[:size], index)] == path


def test_a_leaf_is_never_taken_for_a_node() -> None:
    """Without the two prefixes an entry made of two hashes would have the hash of their node."""
    assert leaf_hash(LEAVES[0] + LEAVES[1]) != node_hash(LEAVES[0], LEAVES[1])


@given(logs)
def test_adding_one_by_one_is_the_same_tree(leaves: list[bytes]) -> None:
    frontier = frontier_of(leaves)
    assert frontier.size == len(leaves)
    assert frontier.root == by_definition(leaves)


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, word by word."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else EMPTY_ROOT
    split = max(2**k for k in range(8) if 2**k < len(leaves))
    return node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


@given(logs, st.data())
def test_every_entry_can_be_proven_and_no_other_passes(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    root, size, proof = root_of(leaves), len(leaves), inclusion_proof(leaves, index)
    assert includes(root, size, index, leaves[index], proof)
    assert not includes(root, size, index, leaf_hash(b"another entry"), proof)
    assert not includes(leaf_hash(b"another root"), size, index, leaves[index], proof)
    assert not includes(root, size, index, leaves[index], [*proof, EMPTY_ROOT])
    for cut in range(len(proof)):
        assert not includes(root, size, index, leaves[index], proof[:cut] + proof[cut + 1 :])
        changed = [*proof[:cut], EMPTY_ROOT, *proof[cut + 1 :]]
        assert not includes(root, size, index, leaves[index], changed)


@pytest.mark.parametrize(("size", "index"), [(0, 0), (3, 3), (3, -1)])
def test_an_entry_that_is_not_there_has_no_proof(size: int, index: int) -> None:
    with pytest.raises(IndexError, match=f"has no entry {index}"):
        inclusion_proof(LEAVES[:size], index)
    assert not includes(root_of(LEAVES[:size]), size, index, LEAVES[0], [])


def test_a_frontier_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="has not 1 full subtrees"):
        Frontier(3, (EMPTY_ROOT,))
