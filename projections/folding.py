"""Folds stretches of the log into the rows of several projections at once. It writes nothing.

The rows that a stretch touches are fetched, changed and handed over; only those of the last two stretches stay in
memory, so a log of a million events needs no more of it than one of a hundred thousand."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple
from zlib import crc32

from engine.envelope import KINDS, BadEvent, Event, UnknownKind, decode
from engine.events import EntryCorrected
from engine.fold import reads_now
from engine.transactions import BATCH, Reader, Row
from projections.decoding import read_event, reader_of
from projections.kernel import Keys, Projection, Rule

Fixes = Mapping[tuple[str, int], EntryCorrected]
Rows = dict[str, Any]
Fetch = Callable[[Projection[Any], Sequence[str]], Rows]
COLUMNS = "position, stream, version, kind, recorded_at, body"
PAGE = f"SELECT {COLUMNS} FROM events WHERE position > ? AND position <= ?"
MANY = 1000  # events of which it pays to ask the database only for those that matter


class Poison(NamedTuple):
    """An event that a projection cannot take: where it stands, the rows it may concern (none: nobody knows), why."""

    position: int
    stream: str
    kind: str
    name: str
    keys: tuple[str, ...]
    reason: str


class Poisoned(Exception):
    """A projection's handler failed on an event."""

    def __init__(self, poison: Poison) -> None:
        self.poison = poison
        super().__init__(f"{poison.name} cannot take the event at position {poison.position}: {poison.reason}")


class Part(NamedTuple):
    """One of several parts into which rows are divided by a hash of the stream that a row is named after."""

    number: int
    of: int

    def has(self, stream: str) -> bool:
        """Whether a row is of this part. The hash is the same in every process."""
        return crc32(stream.encode()) % self.of == self.number


class Changed(NamedTuple):
    """What became of the rows of one projection; None: gone. `known` are those that its table has already."""

    projection: Projection[Any]
    rows: Mapping[str, Any]
    known: set[str]


class Course(NamedTuple):
    """What a kind of event means here: how it is read, whose rules it falls under, whether its stream tells the row."""

    read: Callable[[Any], Event]
    steps: tuple[tuple[int, Rule, Callable[[Event], Keys]], ...]
    at_home: bool


OnPoison = Callable[[Poison, Exception], None]


def stop(poison: Poison, error: Exception) -> None:
    """What a fold does with poison unless it is told otherwise. Raises UnknownKind, BadEvent, Poisoned."""
    if isinstance(error, UnknownKind | BadEvent):
        raise error
    raise Poisoned(poison) from error


def gather(found: list[Poison]) -> OnPoison:
    """What puts poison on a list and goes on."""

    def put(poison: Poison, _: Exception) -> None:
        found.append(poison)

    return put


class Fold:
    """A fold under way."""

    def __init__(
        self,
        projections: Sequence[Projection[Any]],
        *,
        fetch: Fetch | None = None,
        fixes: Fixes | None = None,
        part: Part | None = None,
        wants: Callable[[Projection[Any], str], bool] | None = None,
        keep: Callable[[Event], bool] | None = None,
        poison: OnPoison = stop,
    ) -> None:
        """Take what to fold, and where rows are that were folded before; `fixes`: corrections to read entries with.

        `part`, `wants`: fold some rows only. `keep`: leave the other events out.
        `poison`: what to do with an event that cannot be taken; by default the fold stops."""
        self.projections = tuple(projections)
        self.fetch = fetch
        self._fixes = fixes or {}
        self._part = part if part and part.of > 1 else None
        self._wants = wants
        self._keep = keep
        self._poison = poison
        self._courses: dict[str, Course] = {}
        self._named = [named_after(each) for each in self.projections]
        self._young: list[Rows] = [{} for _ in self.projections]
        self._old: list[Rows] = [{} for _ in self.projections]
        self._known: list[set[str]] = [set() for _ in self.projections]

    def run(self, reader: Reader, after: int, upto: int) -> None:
        """Fold the events between two positions. Raises UnknownKind, BadEvent, Poisoned where poison stops it."""
        which = self._which() if upto - after > MANY else ("", [])
        for page in pages(reader, after, upto, *which):
            self.take(page)

    def _which(self) -> tuple[str, list[str]]:
        """A condition for the events that matter here, those of unknown kinds among them."""
        courses = {kind: self._courses.get(kind) or self._course(kind) for kind in KINDS}
        skipped = [kind for kind, course in courses.items() if not course.steps]
        condition = f" AND kind NOT IN ({', '.join('?' * len(skipped))})" if skipped else ""
        return condition, skipped

    def take(self, rows: Iterable[Sequence[Any]]) -> None:
        """Fold rows of the log, which follow those before."""
        part, fixes, keep, courses = self._part, self._fixes, self._keep, self._courses
        choosy = self._wants is not None
        waiting: list[tuple[int, str, Rule, Event]] = []
        for row in rows:
            course = courses.get(row[3]) or self._course(row[3])
            if not course.steps or (part and course.at_home and not part.has(row[1])):
                continue
            try:
                if fixes and (fix := fixes.get((row[1], row[2]))) is not None:
                    event = reads_now(decode(row[0], row[1], row[2], row[5]), fix)
                else:
                    event = course.read(row)
            except (UnknownKind, BadEvent) as error:
                for slot, _, _ in course.steps:
                    self._tell(slot, row, (), error)
                continue
            if keep is not None and not keep(event):
                continue
            for slot, rule, key_of in course.steps:
                try:
                    found = key_of(event)
                except Exception as error:  # an event that does not even tell its rows
                    self._tell(slot, row, (), error)
                    continue
                if choosy or (part is not None and not course.at_home):
                    keys = (found,) if isinstance(found, str) else tuple(found or ())
                    waiting.extend((slot, key, rule, event) for key in keys if self._mine(slot, key))
                elif found.__class__ is str:
                    waiting.append((slot, found, rule, event))
                elif found is not None:
                    waiting.extend((slot, key, rule, event) for key in found)
        self._apply(waiting)

    def changed(self) -> list[Changed]:
        """What became of the rows since the last `settle`."""
        return [Changed(*each) for each in zip(self.projections, self._young, self._known, strict=True)]

    def settle(self) -> None:
        """What changed is stored: `fetch` finds it from now on."""
        self._old = [{key: row for key, row in rows.items() if row is not None} for rows in self._young]
        self._young = [{} for _ in self.projections]
        self._known = [set() for _ in self.projections]

    def rows(self) -> dict[str, Rows]:
        """All rows by projection and key, of a fold from zero that was never settled."""
        found = zip(self.projections, self._young, strict=True)
        return {each.name: {key: row for key, row in rows.items() if row is not None} for each, rows in found}

    def _course(self, kind: str) -> Course:
        fact = KINDS.get(kind)
        if fact is None:  # whom it concerns nobody knows; the rules are never asked
            nobody = Rule(lambda *_: None, None, False)
            course = Course(read_event, tuple((slot, nobody, _none) for slot in range(len(self.projections))), False)
        else:
            ruled = [(slot, each, rule) for slot, each in enumerate(self.projections) if (rule := each.rule(fact))]
            steps = tuple((slot, rule, rule.key or attrgetter(f"fact.{each.key}")) for slot, each, rule in ruled)
            at_home = all(self._named[slot] == f"{each.home(fact)}:" for slot, each, _ in ruled)
            course = Course(reader_of(fact), steps, at_home)
        self._courses[kind] = course
        return course

    def _mine(self, slot: int, key: str) -> bool:
        wanted = self._wants is None or self._wants(self.projections[slot], key)
        return wanted and (self._part is None or self._part.has(self._named[slot] + key))

    def _apply(self, waiting: Sequence[tuple[int, str, Rule, Event]]) -> None:
        held = self._young
        if self.fetch is not None:
            lacking: list[dict[str, None]] = [{} for _ in held]
            for slot, key, _, _ in waiting:
                if key not in held[slot]:
                    lacking[slot][key] = None
            for slot, keys in enumerate(lacking):
                if keys:
                    self._bring(slot, keys)
        for slot, key, rule, event in waiting:
            rows = held[slot]
            before = rows.get(key)
            if before is not None or rule.begins:
                try:
                    rows[key] = rule.handler(before, event.fact, event)
                except Exception as error:  # whatever a handler does wrong, the other rows are none the worse
                    row = Row(event.position, event.stream, event.version, event.fact.KIND, "", b"")
                    self._tell(slot, row, (key,), error)

    def _bring(self, slot: int, keys: Iterable[str]) -> None:
        rows, old, known = self._young[slot], self._old[slot], self._known[slot]
        lacking = []
        for key in keys:
            if key in old:
                rows[key] = old.pop(key)
                known.add(key)
            else:
                lacking.append(key)
        if lacking and self.fetch is not None:
            found = self.fetch(self.projections[slot], lacking)
            rows.update(found)
            known.update(found)

    def _tell(self, slot: int, row: Sequence[Any], keys: tuple[str, ...], error: Exception) -> None:
        projection = self.projections[slot]
        poison = poison_of(projection, row, error, keys)
        if self._wants is None or not poison.keys or any(self._wants(projection, key) for key in poison.keys):
            self._poison(poison, error)


def pages(reader: Reader, after: int, upto: int, which: str = "", values: Sequence[Any] = ()) -> Iterator[list[Any]]:
    """The rows of the log between two positions, in pages; `which`: a condition for them, with what to bind to it."""
    sql = f"{PAGE}{which} ORDER BY position LIMIT ?"
    while after < upto and (page := reader.rows(sql, [after, upto, *values, BATCH])):
        yield page
        after = page[-1][0]


def poison_of(projection: Projection[Any], row: Sequence[Any], error: Exception, keys: tuple[str, ...] = ()) -> Poison:
    """What is told of a row of the log that a projection cannot take.

    Where nothing else tells the row, it is that of the stream's own id, if the projection has rows for such streams."""
    kind = row[1].partition(":")[0]
    touched = keys or ((_ident(row[1]),) if kind in homes(projection) else ())
    return Poison(row[0], row[1], row[3], projection.name, touched, reason(error))


def reason(error: Exception) -> str:
    """What was wrong, in a line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"


def _none(_: Event) -> None:
    """The rows of an event of which nobody knows any."""


def _ident(stream: str) -> str:
    return stream.partition(":")[2]


def named_after(projection: Projection[Any]) -> str:
    """What stands before a row's key in the name of the stream that the row is named after; nothing where none is."""
    kinds = [kind for kind in homes(projection) if kind is not None]
    return f"{kinds[0]}:" if len(kinds) == 1 else ""


def homes(projection: Projection[Any]) -> set[str | None]:
    """The kinds of streams whose id is the key of the row that their events change; None: some tell it otherwise."""
    return {projection.home(fact) for fact in KINDS.values() if projection.rule(fact) is not None}
