"""Reads events for a fold as they read now: facts, places, times, documents, not the legal basis; each kind known."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from engine.entries import event_of
from engine.envelope import KINDS, BadEvent, Event, UnknownKind
from engine.events import EntryCorrected
from engine.fold import reads_now
from engine.times import instant
from engine.transactions import COLUMNS, Reader, Row
from projections.folding import Fold, OnPoison, pages, poison_of, streams_of
from projections.kernel import EVERYTHING, Projection, R, Wanted, chosen


def refuse(_: Row, error: Exception) -> None:
    """What is done with what cannot be read, where nothing else is said. Raises the error."""
    raise error


Projections = Sequence[Projection[Any]]
Fixes = dict[tuple[str, int], EntryCorrected]
CORRECTIONS = f"SELECT {COLUMNS} FROM events WHERE kind = ? AND position > ? AND position <= ? ORDER BY position"


def _handled(projections: Projections) -> set[str]:
    return {name for name, fact in KINDS.items() if any(projection.rule(fact) for projection in projections)}


def corrections(
    reader: Reader,
    projections: Projections,
    *,
    after: int = 0,
    upto: int,
    known_at: datetime | None = None,
    poison: Callable[[Row, Exception], None] = refuse,
) -> Fixes:
    """The newest correction of each entry, by stream and version, as far as it is between two positions and matters.

    `poison`: what is done with a correction that cannot be read. By default raises UnknownKind, BadEvent."""
    rows = reader.rows(CORRECTIONS, [EntryCorrected.KIND, after, upto])
    handled, found = _handled(projections) if rows else set(), {}
    for row in map(Row._make, rows):
        try:
            event = event_of(row)
        except (UnknownKind, BadEvent) as error:
            poison(row, error)
            continue
        fact = event.fact
        known = known_at is None or event.recorded_at <= known_at
        if known and isinstance(fact, EntryCorrected) and fact.kind in handled:
            found[fact.of, fact.version] = fact
    return found


def corrections_of_all(reader: Reader, known_at: datetime | None = None) -> Iterator[EntryCorrected]:
    """Every correction recorded by a time, in their order, whatever it corrects. Raises UnknownKind, BadEvent."""
    for row in map(Row._make, reader.rows(CORRECTIONS, [EntryCorrected.KIND, 0, reader.head()[0]])):
        event = event_of(row)
        if isinstance(event.fact, EntryCorrected) and (known_at is None or event.recorded_at <= known_at):
            yield event.fact


def events_now(
    reader: Reader,
    projections: Projections,
    *,
    after: int = 0,
    upto: int | None = None,
    known_at: datetime | None = None,
) -> Iterator[Event]:
    """The events between two positions that change one of the projections, as they read with the corrections there.

    Raises UnknownKind for a kind that this release has never heard of."""
    last, handled = reader.head()[0] if upto is None else upto, _handled(projections)
    fixes = corrections(reader, projections, after=after, upto=last, known_at=known_at)
    rows = (row for row in reader.events(after=after, upto=last) if row.kind in handled or row.kind not in KINDS)
    for event in within(map(event_of, rows), None, known_at):
        fix = fixes.get((event.stream, event.version))
        yield reads_now(event, fix) if fix else event


def within(events: Iterable[Event], as_of: date | None, known_at: datetime | None) -> Iterator[Event]:
    """The events decided by the day `as_of` and recorded by the time `known_at`."""
    for event in events:
        if (as_of is None or event.on <= as_of) and (known_at is None or event.recorded_at <= known_at):
            yield event


class Past:
    """The rows of projections as they stood: a shelf folded in memory, which no later event reaches."""

    def __init__(self, rows: Mapping[str, Mapping[str, Any]]) -> None:
        self._rows = rows

    def rows(self, projection: Projection[R], wanted: Wanted = EVERYTHING) -> list[R]:
        """The rows asked for, by key."""
        return chosen(self._rows[projection.name], wanted)

    def __or__(self, other: "Past") -> "Past":
        """Both together."""
        return Past({**self._rows, **other._rows})


def past(
    reader: Reader,
    projections: Projections,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    governing: bool = False,
) -> Past:
    """Fold the log into the rows as decided by a day, as recorded by a time, or both.

    `governing`: of plans, as they governed the day: a version from its adoption on, the first before that as well.
    What is asked of one reader is of one moment, whatever is recorded meanwhile.
    Raises UnknownKind, BadEvent, Poisoned, StoreUnavailable."""

    def keep(event: Event) -> bool:
        decided = as_of is None or event.on <= as_of or (governing and event.version == 1)
        return decided and (known_at is None or event.recorded_at <= known_at)

    if not projections:
        return Past({})
    until = instant(known_at) if known_at is not None else None
    head = reader.head()[0]
    fixes = corrections(reader, projections, upto=head, known_at=known_at)
    fold = Fold(projections, fixes=fixes, keep=keep)
    for page in pages(reader, 0, head, *fold.which()):  # of what was recorded later not even the kind need be known
        fold.take(page if until is None else (row for row in page if not row[4] or row[4] <= until))
    return Past(fold.rows())


def refolded(
    reader: Reader, projection: Projection[Any], keys: Iterable[str], upto: int, poison: OnPoison
) -> dict[str, Any]:
    """Some rows of a projection, folded from zero up to a position; None for those that are not there."""
    wanted = set(keys)
    fixes = corrections(reader, [projection], upto=upto, poison=in_quarantine([projection], poison))
    fold = Fold([projection], fixes=fixes, wants=lambda _, key: key in wanted, poison=poison)
    kinds = projection.homes()
    if projection.named == "id" and (None in kinds or len(kinds) > 1):
        fold.run(reader, 0, upto)
    else:  # each row comes of one stream
        for stream in set(map(streams_of(projection), wanted)):
            fold.take(row for row in reader.stream(stream) if row.position <= upto)
    return dict.fromkeys(wanted) | fold.rows()[projection.name]


def in_quarantine(projections: Projections, poison: OnPoison) -> Callable[[Row, Exception], None]:
    """What tells a correction that cannot be read as poison for each of the projections."""

    def tell(row: Row, error: Exception) -> None:
        for each in projections:
            poison(poison_of(each, row, error), error)

    return tell


def affected(reader: Reader, projection: Projection[Any], after: int, upto: int) -> set[str]:
    """The rows that are other than at `after` by corrections, up to `upto`, of entries that stood there then."""
    keys: set[str] = set()
    for stream, version in corrections(reader, [projection], after=after, upto=upto, poison=lambda *_: None):
        rows = [row for row in reader.stream(stream) if row.position <= upto]
        entry = next(row for row in rows if row.version == version)
        if entry.position <= after:
            for event in readings(entry, rows):
                with suppress(Exception):  # whatever cannot tell its rows is poison, and changed none
                    keys.update(projection.keys(event))
    return keys


def readings(entry: Row, rows: Iterable[Row]) -> Iterator[Event]:
    """An entry as it was recorded, and as it read after each of its corrections."""
    with suppress(UnknownKind, BadEvent):
        event = event_of(entry)
        yield event
        for row in rows:
            if row.kind == EntryCorrected.KIND:
                fix = event_of(row).fact
                if isinstance(fix, EntryCorrected) and fix.version == entry.version:
                    yield reads_now(event, fix)
