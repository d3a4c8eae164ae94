"""The Merkle tree over the log (RFC 9162, section 2.1): leaves, roots, proofs. It knows no store, no key, no event.

Each leaf that is added completes one node of each level from 0 up to the number of times two divides its place (the
first leaf is at place 1). Those nodes are kept together under that place, so the tree is append-only like the log."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from engine.catalogue import N_, Message

HASH = 32  # bytes
EMPTY_ROOT = sha256(b"").digest()
LEAF_FORMAT = "khcn-event/1"

Range = tuple[int, int]  # from the first leaf, counted from 0, up to but not including the second


class BadProof(Exception):
    """A proof does not prove what it is said to prove."""

    def __init__(self, text: str, /, **params: Any) -> None:
        self.reason = Message(text, params)
        super().__init__(self.reason.render("en"))


def leaf_data(position: int, stream: str, version: int, body: bytes) -> bytes:
    """What is sealed of an event: its place in the log and in its stream, and its bytes."""
    return _place(position, stream, version) + body


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf (RFC 9162, section 2.1.1)."""
    return sha256(b"\0" + data).digest()


def event_hash(position: int, stream: str, version: int, body: bytes) -> bytes:
    """The hash of an event's leaf, without putting its data together first."""
    found = sha256(b"\0" + _place(position, stream, version))
    found.update(body)
    return found.digest()


def _place(position: int, stream: str, version: int) -> bytes:
    return f"{LEAF_FORMAT}\n{position}\n{stream}\n{version}\n".encode()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two others (RFC 9162, section 2.1.1)."""
    return sha256(b"\1" + left + right).digest()


class Tree:
    """The right edge of a tree: as much of it as it takes to add leaves and to tell the root.

    `fetch` gives the nodes that are kept under a place; it is asked for what the edge does not hold yet."""

    def __init__(self, size: int = 0, fetch: Callable[[int], bytes] | None = None) -> None:
        self.size = size
        self._fetch = fetch
        self._peaks: dict[int, bytes] = {}  # level -> the node there that has no right neighbour yet

    def add(self, leaf: bytes) -> bytes:
        """Add the hash of a leaf, and return the nodes it completes, from its own level upwards, one after another."""
        level, node, size = 0, leaf, self.size
        made = leaf
        while size & 1:
            node = sha256(b"\1" + self._peak(level) + node).digest()
            made += node
            size >>= 1
            level += 1
        for done in range(level):
            del self._peaks[done]
        self._peaks[level] = node
        self.size += 1
        return made

    def root(self) -> bytes:
        """The root (RFC 9162, section 2.1.1)."""
        levels = [level for level in range(self.size.bit_length()) if self.size >> level & 1]
        return _joined([self._peak(level) for level in reversed(levels)]) if levels else EMPTY_ROOT

    def read_by(self, fetch: Callable[[int], bytes]) -> None:
        """Fetch from here on by other means."""
        self._fetch = fetch

    def _peak(self, level: int) -> bytes:
        if level not in self._peaks:
            if self._fetch is None:
                raise LookupError(f"the edge of the tree has no node at level {level}")
            self._peaks[level] = kept_node(self._fetch(self.size >> level << level), level)
        return self._peaks[level]


def kept_node(nodes: bytes, level: int) -> bytes:
    """The node of a level among those kept under one place. Raises BadProof where there is none."""
    found = nodes[level * HASH : (level + 1) * HASH]
    if len(found) != HASH:
        raise BadProof(N_("no node of level {level} is kept there"), level=level)
    return found


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The ranges whose roots prove the leaf `index` in the tree of `size`, from its sibling upwards (2.1.3.1)."""
    found = []
    for level in range((size - 1).bit_length()):
        low = (index >> level ^ 1) << level
        if low < size:
            found.append((low, min(low + (1 << level), size)))
    return found


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The ranges whose roots prove that the tree of `new` leaves begins with that of `old` (2.1.4.1)."""
    low, high, whole = 0, new, True
    found: list[Range] = []
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            found.append((middle, high))
            high = middle
        else:
            found.append((low, middle))
            low, whole = middle, False
    return [*([] if whole else [(low, high)]), *found[::-1]]


def proof_of(ranges: Sequence[Range], nodes_under: Callable[[Sequence[int]], Mapping[int, bytes]]) -> list[bytes]:
    """The roots of ranges; `nodes_under` is asked once for what is kept under some places. Raises BadProof."""
    parts = [_perfect(low, high) for low, high in ranges]
    kept = nodes_under([place for part in parts for _, place in part])
    try:
        return [_joined([kept_node(kept[place], level) for level, place in part]) for part in parts]
    except KeyError as missing:
        raise BadProof(N_("nothing is kept under place {place}"), place=missing.args[0]) from None


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf with this hash is at `index` of the tree (RFC 9162, section 2.1.3.2). Raises BadProof."""
    if not 0 <= index < size:
        raise BadProof(N_("there is no leaf {index} in a tree of {size}"), index=index, size=size)
    _sound([leaf, root])
    first, last, found = index, size - 1, leaf
    for each in _sound(proof):
        if last == 0:
            raise BadProof(N_("the proof is too long"))
        if first & 1 or first == last:
            found = node_hash(each, found)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            found = node_hash(found, each)
        first, last = first >> 1, last >> 1
    if last:
        raise BadProof(N_("the proof is too short"))
    if found != root:
        raise BadProof(N_("the proof leads to another root"))


def check_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Check that the tree of `new` leaves begins with that of `old` (RFC 9162, section 2.1.4.2). Raises BadProof."""
    if not 0 <= old <= new:
        raise BadProof(N_("a tree of {old} cannot grow into one of {new}"), old=old, new=new)
    _sound([old_root, new_root])
    if old in (0, new):
        if proof:
            raise BadProof(N_("the proof is too long"))
        if old_root != (new_root if old else EMPTY_ROOT):
            raise BadProof(N_("two roots of one size differ"))
        return
    path = [*([old_root] if old & (old - 1) == 0 else []), *_sound(proof)]
    if not path:
        raise BadProof(N_("the proof is too short"))
    first, last = old - 1, new - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    was = grown = path[0]
    for each in path[1:]:
        if last == 0:
            raise BadProof(N_("the proof is too long"))
        if first & 1 or first == last:
            was, grown = node_hash(each, was), node_hash(each, grown)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            grown = node_hash(grown, each)
        first, last = first >> 1, last >> 1
    if last:
        raise BadProof(N_("the proof is too short"))
    if was != old_root:
        raise BadProof(N_("the proof leads to another old root"))
    if grown != new_root:
        raise BadProof(N_("the proof leads to another new root"))


def _sound(found: Sequence[bytes]) -> Sequence[bytes]:
    wrong = next((each for each in found if len(each) != HASH), None)
    if wrong is not None:
        raise BadProof(N_("a hash has {count} bytes, not {found}"), count=HASH, found=len(wrong))
    return found


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def _perfect(low: int, high: int) -> list[tuple[int, int]]:
    """The complete nodes a range is made of, from left to right: the level of each, and the place it is kept under."""
    found = []
    while low < high:
        level = (high - low).bit_length() - 1
        low += 1 << level
        found.append((level, low))
    return found


def _joined(nodes: Sequence[bytes]) -> bytes:
    """The root over complete nodes, given from left to right."""
    found = nodes[-1]
    for node in reversed(nodes[:-1]):
        found = node_hash(node, found)
    return found
