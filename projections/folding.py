"""Folds stretches of the log into the rows of several projections at once. It writes nothing.

The rows that a stretch touches are fetched, changed and handed over; only those of the last two stretches stay in
memory, so a log of a million events needs no more of it than one of a hundred thousand."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple
from zlib import crc32

from msgspec import ValidationError

from engine.envelope import KINDS, BadEvent, Event, Fact, UnknownKind, decode
from engine.events import EntryCorrected
from engine.fold import reads_now
from engine.transactions import BATCH, Reader, Row
from projections.decoding import glance, read_event, reader_of
from projections.kernel import Keys, Projection, Rule

Fixes = Mapping[tuple[str, int], EntryCorrected]
Rows = dict[str, Any]
Fetch = Callable[[Projection[Any], Sequence[str]], Rows]
COLUMNS = "position, stream, version, kind, recorded_at, body"
PAGE = f"SELECT {COLUMNS} FROM events WHERE position > ? AND position <= ?"
AT_ONCE = 250  # events that are read, and then applied, while the processor still has them at hand
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


class Step(NamedTuple):
    """What a kind of event does to a projection: by which rule, to which rows; `local`: to those of its own stream."""

    slot: int
    rule: Rule
    key_of: Callable[[Event], Keys]
    local: bool


class Course(NamedTuple):
    """What a kind of event means here: how it is read, and its steps; `abroad` are those not local.

    `glance` tells the keys of the latter without reading the rest; None where only the whole event tells them."""

    read: Callable[[Any], Event]
    steps: tuple[Step, ...]
    abroad: tuple[Step, ...]
    glance: Callable[[bytes], Sequence[str | None]] | None


Entry = tuple[str, Rule, Event]  # a row to change, how, and what happened
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
        self._streams = [streams_of(each) for each in self.projections]
        self._young: list[Rows] = [{} for _ in self.projections]
        self._old: list[Rows] = [{} for _ in self.projections]
        self._known: list[set[str]] = [set() for _ in self.projections]
        self._asked: list[set[str]] = [set() for _ in self.projections]

    def run(self, reader: Reader, after: int, upto: int) -> None:
        """Fold the events between two positions. Raises UnknownKind, BadEvent, Poisoned where poison stops it."""
        which = self.which() if upto - after > MANY else ("", [])
        for page in pages(reader, after, upto, *which):
            if self.fetch is not None:
                self._foresee(page)
            for start in range(0, len(page), AT_ONCE):
                self.take(page[start : start + AT_ONCE])

    def _foresee(self, page: Sequence[Sequence[Any]]) -> None:
        """Bring the rows at once that a page is sure to ask for: those named after its streams."""
        part, streams = self._part, dict.fromkeys([row[1] for row in page])
        own = [name for name in streams if part is None or part.has(name)]
        for slot, projection in enumerate(self.projections):
            prefix = self._streams[slot]("")
            if prefix and projection.named == "id":
                self._bring(slot, [name[len(prefix) :] for name in own if name.startswith(prefix)])

    def which(self) -> tuple[str, list[str]]:
        """A condition for the events that matter here, those of unknown kinds among them, and what to bind to it."""
        skipped = [kind for kind, fact in KINDS.items() if all(each.rule(fact) is None for each in self.projections)]
        condition = f" AND kind NOT IN ({', '.join('?' * len(skipped))})" if skipped else ""
        return condition, skipped

    def take(self, rows: Iterable[Sequence[Any]]) -> None:
        """Fold rows of the log, which follow those before."""
        part, fixes, keep, courses = self._part, self._fixes, self._keep, self._courses
        choosy = self._wants is not None
        waiting: list[list[Entry]] = [[] for _ in self.projections]
        ours: dict[str, bool] = {}  # many events are of few streams
        for row in rows:
            course = courses.get(row[3]) or self._course(row[3])
            steps, stream = course.steps, row[1]
            fix = fixes.get((stream, row[2])) if fixes else None
            if part is not None:
                own = ours.get(stream)
                if own is None:
                    own = ours[stream] = part.has(stream)
                if not own:
                    steps = course.abroad
                    if steps and course.glance and fix is None and not self._seen(course, row[5]):
                        continue
            if not steps:
                continue
            try:
                event = course.read(row) if fix is None else _corrected(row, fix)
            except (UnknownKind, BadEvent) as error:
                for step in steps:
                    self._tell(step.slot, row, (), error)
                continue
            if keep is not None and not keep(event):
                continue
            for slot, rule, key_of, local in steps:
                try:
                    found = key_of(event)
                except Exception as error:  # an event that does not even tell its rows
                    self._tell(slot, row, (), error)
                    continue
                if choosy or not (local or part is None):
                    keys = (found,) if isinstance(found, str) else tuple(found or ())
                    waiting[slot].extend((key, rule, event) for key in keys if self._mine(slot, key))
                elif found.__class__ is str:
                    waiting[slot].append((found, rule, event))
                elif found is not None:
                    waiting[slot].extend((key, rule, event) for key in found)
        self._apply(waiting)

    def changed(self) -> list[Changed]:
        """What became of the rows since the last `settle`."""
        return [Changed(*each) for each in zip(self.projections, self._young, self._known, strict=True)]

    def settle(self) -> None:
        """What changed is stored: `fetch` finds it from now on."""
        self._old = [
            {} if each.named == "place" else {key: row for key, row in rows.items() if row is not None}
            for each, rows in zip(self.projections, self._young, strict=True)
        ]
        self._young = [{} for _ in self.projections]
        self._known = [set() for _ in self.projections]
        self._asked = [set() for _ in self.projections]

    def rows(self) -> dict[str, Rows]:
        """All rows by projection and key, of a fold from zero that was never settled."""
        found = zip(self.projections, self._young, strict=True)
        return {each.name: {key: row for key, row in rows.items() if row is not None} for each, rows in found}

    def _course(self, kind: str) -> Course:
        fact = KINDS.get(kind)
        if fact is None:  # whom it concerns nobody knows; the rules are never asked
            nobody = Rule(lambda *_: None, None, False)
            steps = tuple(Step(slot, nobody, _none, False) for slot in range(len(self.projections)))
            course = Course(read_event, steps, steps, None)
        else:
            steps = tuple(
                Step(slot, rule, rule.key or attrgetter(f"fact.{each.key}"), is_local(each, fact))
                for slot, each in enumerate(self.projections)
                if (rule := each.rule(fact))
            )
            abroad = tuple(step for step in steps if not step.local)
            fields = tuple(self.projections[step.slot].key for step in abroad if step.rule.key is None)
            told = len(fields) == len(abroad) > 0
            course = Course(reader_of(fact), steps, abroad, glance(fields) if told else None)
        self._courses[kind] = course
        return course

    def _mine(self, slot: int, key: str) -> bool:
        wanted = self._wants is None or self._wants(self.projections[slot], key)
        return wanted and (self._part is None or self._part.has(self._streams[slot](key)))

    def _seen(self, course: Course, body: bytes) -> bool:
        """Whether an event of another part's stream changes rows of this one, as far as can be told at a glance."""
        try:
            keys = course.glance(body) if course.glance else ()
        except (ValidationError, ValueError, TypeError):
            return True  # whoever reads it tells what is wrong with it
        return any(key and self._mine(step.slot, key) for step, key in zip(course.abroad, keys, strict=True))

    def _apply(self, waiting: Sequence[Sequence[Entry]]) -> None:
        failed: list[tuple[Event, int, str, Exception]] = []
        for slot, entries in enumerate(waiting):
            rows = self._young[slot]
            if self.fetch is not None and self.projections[slot].named != "place":
                self._bring(slot, dict.fromkeys([each[0] for each in entries if each[0] not in rows]))
            for key, rule, event in entries:
                before = rows.get(key)
                if before is not None or rule.begins:
                    try:
                        rows[key] = rule.handler(before, event.fact, event)
                    except Exception as error:  # whatever a handler does wrong, the other rows are none the worse
                        failed.append((event, slot, key, error))
        for event, slot, key, wrong in sorted(failed, key=lambda each: each[0].position):
            row = Row(event.position, event.stream, event.version, event.fact.KIND, "", b"")
            self._tell(slot, row, (key,), wrong)

    def _bring(self, slot: int, keys: Iterable[str]) -> None:
        """Bring rows from where they are, if anywhere."""
        rows, old, known, asked = self._young[slot], self._old[slot], self._known[slot], self._asked[slot]
        lacking = []
        for key in keys:
            if key in old:
                rows[key] = old.pop(key)
                known.add(key)
            elif key not in asked and key not in rows:
                lacking.append(key)
        if lacking and self.fetch is not None:
            found = self.fetch(self.projections[slot], lacking)
            rows.update(found)
            known.update(found)
            asked.update(lacking)

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
    touched = keys or ((_ident(row[1]),) if kind in projection.homes() else ())
    return Poison(row[0], row[1], row[3], projection.name, touched, reason(error))


def reason(error: Exception) -> str:
    """What was wrong, in a line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"


def _corrected(row: Sequence[Any], fix: EntryCorrected) -> Event:
    return reads_now(decode(row[0], row[1], row[2], row[5]), fix)


def _none(_: Event) -> None:
    """The rows of an event of which nobody knows any."""


def _ident(stream: str) -> str:
    return stream.partition(":")[2]


def streams_of(projection: Projection[Any]) -> Callable[[str], str]:
    """What tells the name of the stream that a row is named after by its key; the key itself where it is after none."""
    if projection.named == "place":
        return lambda key: key.rpartition("/")[0]
    kinds = [kind for kind in projection.homes() if kind is not None]
    if projection.named == "stream" or len(kinds) != 1:
        return str
    return f"{kinds[0]}:".__add__


def is_local(projection: Projection[Any], fact: type[Fact]) -> bool:
    """Whether the events of a class change no rows but those named after their own stream."""
    home = projection.home(fact)
    return projection.named != "id" or (home is not None and projection.homes() - {None} == {home})
