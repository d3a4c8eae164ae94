"""What events projections could not take, which rows lack them, and taking them after all. It changes no event."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from engine.entries import event_of
from engine.envelope import BadEvent, Event, UnknownKind
from engine.log import Log, Reader, Row
from engine.times import instant
from projections.folding import Changed, Poison, gather, reason
from projections.history import readings, refolded
from projections.kernel import Projection
from projections.store import Clock, Tables, now
from projections.versions import LIVE, QUARANTINE, Book, Held, put_poison, put_rows, table_of

Json = dict[str, Any]


@dataclass
class Retried:
    """What came of trying a projection's quarantined events again: how many were taken, which are still out."""

    name: str
    taken: int
    left: list[Poison]

    @property
    def ok(self) -> bool:
        """Whether none is left."""
        return not self.left

    def json(self) -> Json:
        """As JSON has it."""
        return {"name": self.name, "taken": self.taken, "left": [each._asdict() for each in self.left]}


def waiting(log: Log, names: Iterable[str]) -> list[Held]:
    """The events in quarantine for live tables. Raises StoreMissing, StoreUnavailable."""
    with log.reader() as reader:
        book = Book(reader, log.dialect)
        live = [each.rows_in for each in book.versions if each.name in set(names) and each.role == LIVE]
        return book.held(*live) if live else []


def retry(log: Log, projection: Projection[Any], clock: Clock = now) -> Retried:
    """Try the events again that a projection could not take: their rows are folded from zero, everything in its order.

    Raises StoreMissing, StoreUnavailable."""
    while True:
        with Tables(log).view(projection) as (reader, book):
            version = book.live(projection)
            held = [each.poison for each in book.held(version.rows_in)] if version is not None else []
            if version is None or not held:
                return Retried(projection.name, 0, [])
            left: list[Poison] = []
            keys = {key for each in held for key in each.keys}
            for each in held:
                entry, events = _read_again(reader, each, version.position)
                for event in events:
                    keys.update(projection.keys(event))
                if not events:
                    left.append(each._replace(reason=_why(entry)))
            rows = refolded(reader, projection, keys, version.position, gather(left))
        with log.writer() as writer:
            book = Book(writer, log.dialect)
            if version not in book.versions:
                continue  # somebody has caught up meanwhile
            put_rows(writer, table_of(projection, version), Changed(projection, rows, set(rows)))
            writer.run(f"DELETE FROM {QUARANTINE} WHERE rows_in = ?", [version.rows_in])
            still = list({each.position: each for each in left}.values())
            put_poison(writer, version, still, instant(clock()))
            return Retried(projection.name, len({e.position for e in held} - {e.position for e in still}), still)


def _read_again(reader: Reader, poison: Poison, upto: int) -> tuple[Row, list[Event]]:
    """The entry, and how it reads, before and after each correction; nothing where it cannot be read."""
    rows = [row for row in reader.stream(poison.stream) if row.position <= upto]
    entry = next(row for row in rows if row.position == poison.position)
    return entry, list(readings(entry, rows))


def _why(entry: Row) -> str:
    try:
        event_of(entry)
    except (UnknownKind, BadEvent) as error:
        return reason(error)
    return ""
