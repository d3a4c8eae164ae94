"""Reads events for a fold as they read now: facts, places, times, documents, not the legal basis; each kind known."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import MsgspecError, Raw, Struct
from msgspec.json import Decoder

from engine.envelope import KINDS, Event, Fact, decode
from engine.events import EntryCorrected
from engine.fields import Document
from engine.fold import reads_now
from engine.log import Log
from engine.transactions import COLUMNS, Reader, Row
from projections.kernel import EVERYTHING, Projection, R, Wanted, chosen


class _Body(Struct):
    """What a fold needs of an event's body. The rest, findings above all, is skipped and costs next to nothing."""

    schema: int
    on: str
    recorded_at: str
    actor: str
    command: str
    data: Raw
    role: str | None = None
    command_id: str | None = None
    document: dict[str, Any] | None = None
    plan: tuple[str, int] | None = None


_BODY = Decoder(_Body)


def event_of(row: Row) -> Event:
    """The event of a row of the log, without its findings. Raises UnknownKind, BadEvent."""
    cls = KINDS.get(row.kind)
    try:
        body = _BODY.decode(row.body)
        if cls is not None and body.schema == cls.SCHEMA:
            return _event(row, cls, body)
    except (MsgspecError, ValueError):
        pass  # the whole decoder tells what is wrong
    return decode(row.position, row.stream, row.version, row.body)


def _event(row: Row, cls: type[Fact], body: _Body) -> Event:
    return Event(
        position=row.position,
        stream=row.stream,
        version=row.version,
        fact=cls.model_validate_json(bytes(body.data)),
        on=date.fromisoformat(body.on),
        recorded_at=datetime.fromisoformat(body.recorded_at),
        actor=body.actor,
        role=body.role,
        command=body.command,
        command_id=body.command_id,
        document=Document.model_validate(body.document) if body.document else None,
        plan=body.plan,
    )


Projections = Sequence[Projection[Any]]
Fixes = dict[tuple[str, int], EntryCorrected]
CORRECTIONS = f"SELECT {COLUMNS} FROM events WHERE kind = ? AND position > ? AND position <= ? ORDER BY position"


def _handled(projections: Projections) -> set[str]:
    return {name for name, fact in KINDS.items() if any(projection.rule(fact) for projection in projections)}


def corrections(
    reader: Reader, projections: Projections, *, after: int = 0, upto: int, known_at: datetime | None = None
) -> Fixes:
    """The newest correction of each entry, by stream and version, as far as it is between two positions and matters."""
    rows = map(Row._make, reader.rows(CORRECTIONS, [EntryCorrected.KIND, after, upto]))
    facts = [event.fact for event in within(map(event_of, rows), None, known_at)]
    handled = _handled(projections)
    return {(f.of, f.version): f for f in facts if isinstance(f, EntryCorrected) and f.kind in handled}


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


def past(log: Log, projections: Projections, *, as_of: date | None = None, known_at: datetime | None = None) -> Past:
    """Fold the log into the rows as decided by a day, as recorded by a time, or both.

    Raises UnknownKind, StoreMissing, StoreUnavailable."""
    held: dict[str, dict[str, Any]] = {projection.name: {} for projection in projections}
    with log.reader() as reader:
        for event in within(events_now(reader, projections, known_at=known_at), as_of, None):
            for projection in projections:
                projection.apply(event, held[projection.name])
    return Past({name: {key: row for key, row in rows.items() if row is not None} for name, rows in held.items()})
