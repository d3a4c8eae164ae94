"""What an auditor takes away: signed checkpoints of the log, and proofs that an event is in it. It reads no clock."""

from typing import NamedTuple

from msgspec import MsgspecError
from msgspec.json import decode as from_json

from engine.catalogue import N_
from engine.log import Log, Reader, Row
from engine.notes import BadNote, Checkpoint, Growth, Note, PrivateKey, Proof
from engine.seal import (
    LEAF_FORMAT,
    BadProof,
    check_inclusion,
    consistency_ranges,
    inclusion_ranges,
    leaf_data,
    leaf_hash,
    proof_of,
)
from engine.transactions import as_bytes
from engine.verify import Bad, verify


class NoSuchEvent(Exception):
    """A stream has no event of that version."""

    def __init__(self, stream: str, version: int) -> None:
        self.stream, self.version = stream, version
        super().__init__(f"{stream} has no version {version}")


class NoCheckpoint(Exception):
    """No checkpoint that was taken covers a position."""

    def __init__(self, position: int) -> None:
        self.position = position
        super().__init__(f"no checkpoint covers position {position}")


class NotWhole(Exception):
    """A log is not what was sealed; `bad` is where that begins."""

    def __init__(self, bad: Bad) -> None:
        self.bad = bad
        super().__init__(f"first bad position {bad.position}: {bad.reason.render('en')}")


class Sealed(NamedTuple):
    """An event as it was sealed: its place, and what its bytes say."""

    position: int
    stream: str
    version: int
    said: dict[str, object]


def take_checkpoint(log: Log, key: PrivateKey) -> Note:
    """Sign the root over the log as it is now, and keep the signed checkpoint in the store.

    Raises NotWhole where the log is not what was sealed and signed before: a signature must not vouch for that."""
    with log.reader() as reader:
        found = verify(reader)
        if found.first_bad is not None:
            raise NotWhole(found.first_bad)
        note = Checkpoint(key.name, found.events, found.root).note().sign(key)
        if str(note) in reader.checkpoints():
            return note
    with log.writer() as writer:
        writer.keep_checkpoint(found.events, str(note))
    return note


def prove(reader: Reader, stream: str, version: int, note: Note | None = None) -> Proof:
    """Prove that an event is in the log, against a checkpoint, or the newest one that is kept.

    Raises NoSuchEvent, NoCheckpoint, BadNote, and BadProof where the log is not the one that was signed."""
    row = reader.event(stream, version)
    if row is None:
        raise NoSuchEvent(stream, version)
    return prove_row(reader, row, note or _newest(reader, row.position))


def _newest(reader: Reader, position: int) -> Note:
    """The newest checkpoint that is kept, to cover a position. Raises NoCheckpoint where there is none, BadNote."""
    newest = reader.checkpoints(newest=True)
    if not newest:
        raise NoCheckpoint(position)
    return Note.read(newest[0])


def prove_row(reader: Reader, row: Row, against: Note) -> Proof:
    """Prove that this event is in the log that was signed. Raises NoCheckpoint, BadNote, BadProof."""
    signed, index = Checkpoint.read(against), row.position - 1
    if signed.size < row.position:
        raise NoCheckpoint(row.position)
    path = tuple(proof_of(inclusion_ranges(index, signed.size), reader.sealed))
    data = leaf_data(row.position, row.stream, row.version, as_bytes(row.body))
    check_inclusion(leaf_hash(data), index, signed.size, path, signed.root)
    return Proof(data, index, path, against)


def prove_growth(reader: Reader, since: Note, note: Note | None = None) -> Growth:
    """Prove that the log of a later checkpoint, or the newest one that is kept, begins with what was signed before.

    Raises NoCheckpoint where it has fewer events, BadNote, and BadProof where the log is not what was signed."""
    before = Checkpoint.read(since)
    against = note or _newest(reader, before.size)
    after = Checkpoint.read(against)
    if after.size < before.size:
        raise NoCheckpoint(before.size)
    ranges = consistency_ranges(before.size, after.size) if before.size else []
    found = Growth(before.size, tuple(proof_of(ranges, reader.sealed)), against)
    found.check(before)
    return found


def sealed_event(data: bytes) -> Sealed:
    """What was sealed, taken apart. Raises BadNote where it is no event."""
    head = data.split(b"\n", 4)
    try:
        form, position, stream, version = (part.decode() for part in head[:4])
        if form != LEAF_FORMAT:
            raise BadNote(N_("it is not of the form {form}"), form=LEAF_FORMAT)
        said = from_json(head[4], type=dict[str, object])
        return Sealed(int(position), stream, int(version), said)
    except (MsgspecError, ValueError, IndexError) as error:
        raise BadNote(N_("what was sealed is no event")) from error


__all__ = [
    "BadProof",
    "NoCheckpoint",
    "NoSuchEvent",
    "Sealed",
    "prove",
    "prove_growth",
    "prove_row",
    "sealed_event",
    "take_checkpoint",
]
