"""The tables that hold projections: how they catch up with the log, and what is read from them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from engine.log import Log, StoreMissing, StoreUnavailable
from engine.times import instant
from engine.transactions import Reader, Writer
from projections.folding import Changed, Fold, OnPoison, Poison, gather
from projections.history import affected, corrections, in_quarantine, refolded
from projections.kernel import EVERYTHING, Projection, R, Wanted, chosen
from projections.rows import condition
from projections.versions import (
    LIVE,
    Book,
    Version,
    fetching,
    make,
    note,
    put_poison,
    put_rows,
    table_of,
)

CHUNK = 5000  # events a transaction: whoever wants to record waits for the rows of one chunk
TRIES = 5
Clock = Callable[[], datetime]
Reached = Mapping[str, Version | None]


Warn = Callable[[Sequence[Poison]], None]


def unheard(_: Sequence[Poison]) -> None:
    """Nobody hears of the events that rows lack."""


def now() -> datetime:
    """The time, where nobody hands one in."""
    return datetime.now(UTC)


class Stretch(NamedTuple):
    """What a stretch of the log made of the rows of one projection."""

    version: Version
    changed: Changed
    poison: list[Poison]
    upto: int


@dataclass
class Caught:
    """How one projection caught up: events that it came further, and rows that changed. Stale: it must be built."""

    name: str
    events: int = 0
    rows: int = 0
    poison: int = 0
    stale: bool = False


class Tables:
    """The projections' tables of one store: caught up when they are read.

    Where a table was folded by another definition, an operator decides about the new one (`rebuild`): till then what is
    asked for is folded in memory."""

    def __init__(self, log: Log, clock: Clock = now) -> None:
        self.log = log
        self.clock = clock

    @contextmanager
    def reading(self, *projections: Projection[Any]) -> Iterator["TableShelf"]:
        """A shelf on which the rows are those of the log as it is now.

        Where the tables cannot be written, since others keep the store locked or it is not ours to write to, what they
        lack is folded in memory. Raises StoreMissing, StoreUnavailable."""
        with suppress(StoreUnavailable):
            self.catch_up(*projections)
        with self.view(*projections) as (reader, book):
            yield TableShelf(reader, book, {each.name: book.live(each) for each in projections})

    @contextmanager
    def view(self, *projections: Projection[Any]) -> Iterator[tuple[Reader, Book]]:
        """A view of the store in which the tables of these projections stay."""
        with ExitStack() as stack:
            yield self._viewed(stack, projections)

    def _viewed(self, stack: ExitStack, projections: Sequence[Projection[Any]]) -> tuple[Reader, Book]:
        left = TRIES
        while True:
            try:
                reader = stack.enter_context(self.log.reader())
                book = Book(reader, self.log.dialect)
                self._pin(reader, book, projections)
                return reader, book
            except StoreMissing:
                # A table was dropped between what this view sees and now: look again. Or there is no store at all.
                stack.close()
                left -= 1
                if not left or not self.log.created():
                    raise

    def _pin(self, reader: Reader, book: Book, projections: Sequence[Projection[Any]]) -> None:
        """SQLite keeps whatever a view sees. PostgreSQL keeps rows, but a table must be held."""
        if self.log.dialect == "postgresql":
            names = [version.rows_in for each in projections if (version := book.live(each)) is not None]
            if names:
                reader.rows(f"LOCK TABLE {', '.join(names)} IN ACCESS SHARE MODE")

    def catch_up(self, *projections: Projection[Any]) -> list[Caught]:
        """Fold what is new into the tables. Nothing is written where nothing is new.

        Raises StoreMissing, StoreUnavailable."""
        told = {each.name: Caught(each.name) for each in projections}
        while self._chunk(projections, told):
            pass
        return list(told.values())

    def _chunk(self, projections: Sequence[Projection[Any]], told: dict[str, Caught]) -> bool:
        """Fold a chunk, and tell whether there may be more."""
        with self.view(*projections) as (reader, book):
            head = reader.head()[0]
            for each in projections:
                told[each.name].stale = book.stale(each)
            behind = [each for each in projections if not told[each.name].stale and _at(book, each) < head]
            if not behind:
                return False
            lacking = [each for each in behind if book.live(each) is None]
            stretches = [] if lacking else self._stretches(reader, book, behind, head)
        # What was folded is written only where the table still stands where it stood, so no event is folded twice.
        with self.log.writer() as writer:
            book = Book(writer, self.log.dialect)
            at = instant(self.clock())
            for each in lacking:
                if book.live(each) is None and not book.stale(each):
                    make(writer, self.log, book, each, role=LIVE, at=at)
            for stretch in stretches:
                if stretch.version in book.versions:
                    keep(writer, stretch, at)
                    caught = told[stretch.version.name]
                    caught.events += stretch.upto - stretch.version.position
                    caught.rows += len(stretch.changed.rows)
                    caught.poison += len(stretch.poison)
        return True

    def _stretches(self, reader: Reader, book: Book, behind: Sequence[Projection[Any]], head: int) -> list[Stretch]:
        """The next chunk of those that are furthest behind."""
        first = min(_at(book, each) for each in behind)
        group = [(each, version) for each in behind if (version := book.live(each)) and version.position == first]
        return fold_between(reader, group, first, min(first + CHUNK, head))


def _at(book: Book, projection: Projection[Any]) -> int:
    version = book.live(projection)
    return version.position if version is not None else 0


def fold_between(
    reader: Reader,
    group: Sequence[tuple[Projection[Any], Version]],
    after: int,
    upto: int,
    poison: OnPoison | None = None,
) -> list[Stretch]:
    """Fold the events between two positions into rows of versions that all stand at the first.

    Rows that are otherwise because an entry was corrected meanwhile are folded from zero. `poison`: what is done with
    an event that cannot be taken; by default it is told with the stretch."""
    found: list[Poison] = []
    on_poison = poison or gather(found)
    projections = [projection for projection, _ in group]
    again = {each.name: affected(reader, each, after, upto) for each in projections} if after else {}
    fold = Fold(
        projections,
        fetch=fetching(reader, {each.name: table_of(each, version) for each, version in group}) if after else None,
        fixes=corrections(reader, projections, after=after, upto=upto, poison=in_quarantine(projections, on_poison)),
        wants=(lambda each, key: key not in again[each.name]) if any(again.values()) else None,
        poison=on_poison,
    )
    fold.run(reader, after, upto)
    stretches = []
    for (projection, version), changed in zip(group, fold.changed(), strict=True):
        keys = again.get(projection.name)
        if keys:
            rows = refolded(reader, projection, keys, upto, on_poison)
            changed = Changed(projection, {**changed.rows, **rows}, changed.known | keys)
        mine = [each for each in found if each.name == projection.name]
        stretches.append(Stretch(version, changed, mine, upto))
    return stretches


def folded(reader: Reader, projection: Projection[Any], upto: int) -> tuple[dict[str, Any], list[Poison]]:
    """The rows of a projection by key, folded from zero in memory, and the events that it could not take."""
    found: list[Poison] = []
    on_poison = gather(found)
    fixes = corrections(reader, [projection], upto=upto, poison=in_quarantine([projection], on_poison))
    fold = Fold([projection], fixes=fixes, poison=on_poison)
    fold.run(reader, 0, upto)
    return fold.rows()[projection.name], found


def keep(writer: Writer, stretch: Stretch, at: str) -> Version:
    """Write what a stretch made."""
    put_rows(writer, table_of(stretch.changed.projection, stretch.version), stretch.changed)
    put_poison(writer, stretch.version, stretch.poison, at)
    return note(writer, stretch.version, position=stretch.upto)


class TableShelf:
    """The rows of projections in their tables, with what the tables have not come to yet folded in memory."""

    def __init__(self, reader: Reader, book: Book, versions: Reached) -> None:
        self._reader = reader
        self._book = book
        self._versions = versions
        self._poison: dict[str, list[Poison]] = {}

    def rows(self, projection: Projection[R], wanted: Wanted = EVERYTHING) -> list[R]:
        """The rows asked for, by key."""
        version, head = self._versions[projection.name], self._reader.head()[0]
        if version is not None and version.position == head:
            return self._select(projection, version, wanted)
        if version is None:
            rows, self._poison[projection.name] = folded(self._reader, projection, head)
            return chosen(rows, wanted)
        [stretch] = fold_between(self._reader, [(projection, version)], version.position, head)
        self._poison[projection.name] = stretch.poison
        rows = {
            getattr(row, projection.key): row for row in self._select(projection, version, replace(wanted, limit=None))
        }
        rows |= stretch.changed.rows
        return chosen({key: row for key, row in rows.items() if row is not None}, wanted)

    def poison(self) -> list[Poison]:
        """The events that the rows lack, since they could not be taken: in quarantine, or met on this shelf."""
        tables = [version.rows_in for version in self._versions.values() if version is not None]
        held = [each.poison for each in self._book.held(*tables)] if tables else []
        return held + [each for found in self._poison.values() for each in found]

    def _select(self, projection: Projection[R], version: Version, wanted: Wanted) -> list[R]:
        table = table_of(projection, version)
        where, values = condition(wanted)
        sql = f"{table.select}{where} ORDER BY {table.key}"
        if wanted.limit is not None:
            sql, values = f"{sql} LIMIT ?", [*values, wanted.limit]
        return [table.layout.row(found) for found in self._reader.rows(sql, values)]
