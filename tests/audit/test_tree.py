"""The Merkle tree: published vectors, and trees small enough to be computed straight from the definition."""

from __future__ import annotations

import json
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.seal import (
    EMPTY_ROOT,
    BadProof,
    Tree,
    check_consistency,
    check_inclusion,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    proof_of,
)

VECTORS = Path(__file__).parents[1] / "data" / "proof"


def vectors(name: str) -> list[Any]:
    lines = (VECTORS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [pytest.param(each, id=f"{each['name']}-{each['desc']}") for each in map(json.loads, lines)]


def data(text: str | None) -> bytes:
    return b64decode(text or "")


def refused(check: Any, *args: Any) -> bool:
    try:
        check(*args)
    except BadProof:
        return True
    return False


def root_of(leaves: list[bytes]) -> bytes:
    """The definition of RFC 9162, section 2.1.1, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\1" + root_of(leaves[:split]) + root_of(leaves[split:])).digest()


def grown(size: int) -> tuple[Tree, list[bytes], dict[int, bytes]]:
    tree, leaves = Tree(), [leaf_hash(bytes([number])) for number in range(size)]
    return tree, leaves, {place: tree.add(leaf) for place, leaf in enumerate(leaves, 1)}


@pytest.mark.parametrize("vector", vectors("inclusion"))
def test_inclusion_is_checked_as_published(vector: dict[str, Any]) -> None:
    proof = [data(each) for each in vector["proof"] or []]
    given = data(vector["leafHash"]), vector["leafIdx"], vector["treeSize"], proof, data(vector["root"])

    assert refused(check_inclusion, *given) == vector["wantErr"]


@pytest.mark.parametrize("vector", vectors("consistency"))
def test_consistency_is_checked_as_published(vector: dict[str, Any]) -> None:
    proof = [data(each) for each in vector["proof"] or []]
    given = vector["size1"], vector["size2"], proof, data(vector["root1"]), data(vector["root2"])

    assert refused(check_consistency, *given) == vector["wantErr"]


@pytest.mark.parametrize("size", range(40))
def test_the_root_is_that_of_the_definition(size: int) -> None:
    tree, leaves, _ = grown(size)

    assert root_of(leaves) == tree.root()


def test_a_tree_goes_on_from_what_is_kept() -> None:
    for size in range(40):
        whole, _, _ = grown(size + 1)
        _, _, kept = grown(size)
        resumed = Tree(size, lambda place, kept=kept: kept[place])  # type: ignore[misc]
        resumed.add(leaf_hash(bytes([size])))

        assert whole.root() == resumed.root()


@given(st.integers(1, 60).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
def test_each_leaf_is_proved(case: tuple[int, int]) -> None:
    size, index = case
    tree, leaves, kept = grown(size)
    proof = proof_of(inclusion_ranges(index, size), lambda places: {place: kept[place] for place in places})

    check_inclusion(leaves[index], index, size, proof, tree.root())
    assert refused(check_inclusion, leaf_hash(b"another"), index, size, proof, tree.root())


@given(st.integers(0, 60).flatmap(lambda new: st.tuples(st.integers(0, new), st.just(new))))
def test_each_older_tree_is_proved(case: tuple[int, int]) -> None:
    old, new = case
    tree, leaves, kept = grown(new)
    ranges = consistency_ranges(old, new) if old else []
    proof = proof_of(ranges, lambda places: {place: kept[place] for place in places})

    check_consistency(old, new, proof, root_of(leaves[:old]), tree.root())
    if old:
        assert refused(check_consistency, old, new, proof, leaf_hash(b"another"), tree.root())


def test_the_empty_root_is_the_hash_of_nothing() -> None:
    assert EMPTY_ROOT == Tree().root() == root_of([])


def test_what_is_not_kept_is_named() -> None:
    with pytest.raises(BadProof, match="place 3"):
        proof_of(inclusion_ranges(3, 4), lambda _: {})
