"""Whether a log is whole: derives the tree over it from the raw rows, and holds it against what was sealed and signed.

It trusts nothing that the store says of itself, folds nothing, and asks no rule: that is engine.conformance."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from msgspec import MsgspecError, Struct
from msgspec.json import Decoder

from engine import events  # noqa: F401 - enters the kinds that this release knows
from engine.catalogue import N_, Message
from engine.envelope import KINDS
from engine.notes import BadNote, Checkpoint, Note, PublicKey
from engine.seal import HASH, Tree, event_hash
from engine.transactions import KnownCommand, Reader, Row, as_bytes

PAGE = 2000
MOST = 2**62  # above any position
A_TIME = "2026-11-20T03:00:00.000000Z"


class _Envelope(Struct):
    """What an event's bytes say of themselves; the rest is sealed, and read by those who fold it."""

    kind: str
    schema: int
    recorded_at: str
    command_id: str | None = None


_ENVELOPE = Decoder(_Envelope)


@dataclass(frozen=True, slots=True)
class Bad:
    """The first position at which a log is not what it should be, and why."""

    position: int
    reason: Message


@dataclass(frozen=True, slots=True)
class Named:
    """A signed checkpoint and what to call it: its file, or that the store keeps it."""

    name: str
    note: Note


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: how many events, the root over them, how many checkpoints were held against them."""

    events: int
    root: bytes
    checkpoints: int
    first_bad: Bad | None

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return self.first_bad is None


def verify(reader: Reader, checkpoints: Sequence[Named] = (), keys: Sequence[PublicKey] = ()) -> Verified:
    """Go through the whole log and find the first position that is wrong.

    Each of the checkpoints must be signed by one of the keys, where any are given, and be of this very log. Those that
    the store keeps are held against it as well. Raises BadNote where a text is no checkpoint."""
    marks = [(Checkpoint.read(named.note), named) for named in checkpoints]
    spoilt: list[Bad] = []
    for number, text in enumerate(reader.checkpoints(), 1):
        try:
            named = Named(f"#{number}", Note.read(text))
            marks.append((Checkpoint.read(named.note), named))
        except BadNote as wrong:
            said = {"name": f"#{number}", "reason": wrong.reason}
            spoilt.append(
                Bad(1, Message(N_("The checkpoint {name} that the store keeps cannot be read: {reason}."), said))
            )
    walk = _Walk(reader, sorted(marks, key=lambda mark: mark[0].size))
    for bad in chain(walk.all(keys), spoilt):
        if walk.first_bad is None or bad.position < walk.first_bad.position:
            walk.first_bad = bad
    return Verified(walk.tree.size, walk.tree.root(), len(marks), walk.first_bad)


class _Walk:
    """One walk through a log. Once something was found wrong the tree still grows to its end, for the root."""

    def __init__(self, reader: Reader, marks: Sequence[tuple[Checkpoint, Named]]) -> None:
        self.tree = Tree()
        self._reader = reader
        self.first_bad: Bad | None = None
        self._marks = list(marks)
        self._agreed = 0  # as far as a checkpoint says the same
        self._versions: dict[str, int] = {}
        self._time = ""

    def all(self, keys: Sequence[PublicKey]) -> Iterator[Bad]:
        """All that is wrong, as far as it can be told."""
        reader = self._reader
        yield from self._unsigned(keys)
        yield from self._reached()
        last = 0
        for page in reader.pages(size=PAGE):
            bodies = [as_bytes(row.body) for row in page]
            told = [_told_by(body) for body in bodies]
            seals = dict(reader.seals(after=last, upto=page[-1].position))
            commands = reader.commands([said.command_id for said in told if said and said.command_id is not None])
            last = page[-1].position
            for row, body, said in zip(page, bodies, told, strict=True):
                nodes = self.tree.add(event_hash(row.position, row.stream, row.version, body))
                if self.first_bad is None:
                    yield from self._wrong(row, said, nodes == seals.get(row.position), commands)
                if self._marks:
                    yield from self._reached()
        for position, _ in reader.seals(after=self.tree.size, upto=MOST)[:1]:
            yield Bad(position, Message(N_("The event that was sealed here is gone.")))
        for checkpoint, named in self._marks:
            text = N_("The log ends here, but the checkpoint {name} is of {size} events.")
            yield Bad(self.tree.size + 1, Message(text, {"name": named.name, "size": checkpoint.size}))

    def _unsigned(self, keys: Sequence[PublicKey]) -> Iterator[Bad]:
        for _, named in self._marks if keys else ():
            try:
                if not named.note.signers(keys):
                    text = N_("The checkpoint {name} is not signed by a key that you trust.")
                    yield Bad(1, Message(text, {"name": named.name}))
            except BadNote as wrong:
                text = N_("The checkpoint {name} was changed: {reason}.")
                yield Bad(1, Message(text, {"name": named.name, "reason": wrong.reason}))

    def _reached(self) -> Iterator[Bad]:
        """Compare with the checkpoints of this size."""
        while self._marks and self._marks[0][0].size <= self.tree.size:
            checkpoint, named = self._marks.pop(0)
            if checkpoint.size == self.tree.size and checkpoint.root == self.tree.root():
                self._agreed = checkpoint.size
                continue
            # Where the seals are those that were signed, the event that is not as it was sealed is found by itself.
            if self.first_bad is not None and self._sealed_root(checkpoint.size) == checkpoint.root:
                continue
            if checkpoint.size == self._agreed:
                text = N_("The checkpoint {name} has another root than one of the same size: it is of another record.")
                yield Bad(checkpoint.size, Message(text, {"name": named.name}))
                continue
            text = N_(
                "The checkpoint {name} has another root over the first {size} events: what stands between position"
                " {low} and {size} is not what was signed."
            )
            low = self._agreed + 1
            yield Bad(
                min(low, checkpoint.size), Message(text, {"name": named.name, "size": checkpoint.size, "low": low})
            )

    def _sealed_root(self, size: int) -> bytes:
        """The root over what the store keeps as the hashes of the first leaves."""
        tree = Tree()
        while tree.size < size and (page := self._reader.seals(after=tree.size, upto=min(size, tree.size + PAGE))):
            for _, nodes in page:
                tree.add(nodes[:HASH])
        return tree.root()

    def _wrong(
        self, row: Row, said: _Envelope | None, sealed: bool, commands: Mapping[str, KnownCommand]
    ) -> Iterator[Bad]:
        if row.position != self.tree.size:
            text = N_("The event of this position is gone; the next is at {next}.")
            yield Bad(self.tree.size, Message(text, {"next": row.position}))
            return
        reason = self._order(row) or self._inside(row, said)
        if reason is None and not sealed:
            reason = Message(N_("The event is not the one that was sealed here."))
        if reason is None and said is not None and said.command_id is not None:
            used = commands.get(said.command_id)
            if used is None or used.position != row.position:
                text = N_("The command id {ident} does not lead to this event any more.")
                reason = Message(text, {"ident": said.command_id})
        if reason is not None:
            yield Bad(row.position, reason)

    def _order(self, row: Row) -> Message | None:
        expected = self._versions.get(row.stream, 0) + 1
        self._versions[row.stream] = expected
        if row.version == expected:
            return None
        text = N_("The version of {stream} here is {version}; it should be {expected}.")
        return Message(text, {"stream": row.stream, "version": row.version, "expected": expected})

    def _inside(self, row: Row, said: _Envelope | None) -> Message | None:
        if said is None:
            return Message(N_("The event's bytes cannot be read."))
        if said.kind != row.kind or said.recorded_at != row.recorded_at:
            return Message(N_("Kind or recording time stand otherwise beside the event than in it."))
        known = KINDS.get(said.kind)
        if known is None or not 1 <= said.schema <= known.SCHEMA:
            text = N_("This release does not know the kind {kind}, schema {schema}.")
            return Message(text, {"kind": said.kind, "schema": said.schema})
        if row.recorded_at == self._time:  # as of many events of one commit
            return None
        if not _is_time(row.recorded_at):
            return Message(N_("The recording time cannot be read."))
        before, self._time = self._time, row.recorded_at
        return Message(N_("The recording time runs backwards.")) if row.recorded_at < before else None


def _is_time(text: str) -> bool:
    """Whether a recording time is as the desk writes it: UTC with microseconds, so that text order is time order."""
    try:
        return len(text) == len(A_TIME) and text.endswith("Z") and bool(datetime.fromisoformat(text))
    except ValueError:
        return False


def _told_by(body: bytes) -> _Envelope | None:
    try:
        return _ENVELOPE.decode(body)
    except (MsgspecError, ValueError):
        return None
