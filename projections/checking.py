"""How projections stand, and whether their tables are what the log says. It mends nothing."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from msgspec.json import encode

from engine.log import Log
from engine.transactions import Reader
from projections.compare import Difference
from projections.folding import Fold, Part, Poison, gather, streams_of
from projections.history import corrections, in_quarantine
from projections.kernel import Projection
from projections.rebuild import Alive
from projections.rows import definition
from projections.store import Tables
from projections.versions import LIVE, NEW, OLD, Book, Version, table_of

AT_ONCE = 50_000  # rows that are held against the log at a time
Json = dict[str, Any]


def status(log: Log, projections: Sequence[Projection[Any]], at: datetime, alive: Alive) -> list[Json]:
    """How each projection stands at a time, in the contract's shape. Raises StoreMissing, StoreUnavailable."""
    with Tables(log).view(*projections) as (reader, book):
        return [_standing(reader, book, each, at, alive) for each in projections]


def _standing(reader: Reader, book: Book, projection: Projection[Any], at: datetime, alive: Alive) -> Json:
    head = reader.head()[0]
    shown = book.live(projection) or book.role(projection.name, LIVE)
    position = shown.position if shown is not None else 0
    held = book.held(shown.rows_in) if shown is not None else []
    building, before = book.role(projection.name, NEW), book.role(projection.name, OLD)
    at_work = building is not None and building.owner != "" and alive(building.owner, building.beat_at)
    return {
        "name": projection.name,
        "version": shown.version if shown is not None else projection.version,
        "position": position,
        "lag": head - position,
        "lag_seconds": _age(reader, position, at) if position < head else 0,
        "rows": int(reader.rows(f"SELECT count(*) FROM {shown.rows_in}")[0][0]) if shown is not None else 0,
        "built_at": shown.built_at if shown is not None else None,
        "state": _state(shown, projection, bool(held), at_work, head),
        "quarantined": len(held),
        "definition": {"built": shown.definition if shown is not None else None, "code": definition(projection)},
        "building": _building(book, building) if building is not None else None,
        "before": {"position": before.position, "built_at": before.built_at} if before is not None else None,
    }


def _state(shown: Version | None, projection: Projection[Any], held: bool, at_work: bool, head: int) -> str:
    if at_work:
        return "building"
    if shown is None:
        return "behind" if head else "live"
    if not shown.is_of(projection):
        return "stale"
    if held:
        return "quarantined"
    return "behind" if shown.position < head else "live"


def _building(book: Book, version: Version) -> Json:
    reached = book.part_positions(version.rows_in)
    return {
        "position": max(version.position, sum(reached) // max(len(reached), 1)),
        "target": version.target,
        "owner": version.owner or None,
    }


def _age(reader: Reader, position: int, at: datetime) -> int:
    """For how many whole seconds the first event after a position has waited."""
    [[recorded_at]] = reader.rows("SELECT recorded_at FROM events WHERE position = ?", [position + 1])
    return max(0, int((at - datetime.fromisoformat(recorded_at)).total_seconds())) if recorded_at else 0


class Verdict(NamedTuple):
    """What holding a table against the log came to: equal, different, quarantined, stale or missing."""

    name: str
    outcome: str
    position: int = 0
    rows: int = 0
    digest: str | None = None
    expected: str | None = None
    difference: Difference = Difference()

    @property
    def ok(self) -> bool:
        """Whether the table says what the log says. One that is not there yet says nothing wrong."""
        return self.outcome in ("equal", "missing")

    def json(self) -> Json:
        """As JSON has it."""
        return {
            "name": self.name,
            "outcome": self.outcome,
            "position": self.position,
            "rows": self.rows,
            "digest": self.digest,
            "expected": self.expected,
            "difference": self.difference.json(),
        }


def verify(log: Log, projection: Projection[Any]) -> Verdict:
    """Fold the log again up to where the table stands, and hold the two against each other.

    In parts of so many rows, so memory does not grow with the store. Raises StoreMissing, StoreUnavailable."""
    with Tables(log).view(projection) as (reader, book):
        version = book.live(projection)
        if version is None:
            return Verdict(projection.name, "stale" if book.stale(projection) else "missing")
        rows = int(reader.rows(f"SELECT count(*) FROM {version.rows_in}")[0][0])
        found, poison = Difference(), list[Poison]()
        there, expected = Digest(), Digest()
        count = 1 + rows // AT_ONCE
        for number in range(count):
            fold = _folded(reader, projection, version, Part(number, count), poison)
            _hold(reader, projection, version, Part(number, count), fold, found, there, expected)
        held = bool(poison) or bool(book.held(version.rows_in))
        outcome = "different" if found else "quarantined" if held else "equal"
        return Verdict(projection.name, outcome, version.position, rows, there.hex(), expected.hex(), found)


def _folded(
    reader: Reader, projection: Projection[Any], version: Version, part: Part, poison: list[Poison]
) -> dict[str, Any]:
    tell = gather(poison)
    fixes = corrections(reader, [projection], upto=version.position, poison=in_quarantine([projection], tell))
    fold = Fold([projection], fixes=fixes, part=part, poison=tell)
    fold.run(reader, 0, version.position)
    return fold.rows()[projection.name]


def _hold(
    reader: Reader,
    projection: Projection[Any],
    version: Version,
    part: Part,
    rows: dict[str, Any],
    found: Difference,
    there: "Digest",
    expected: "Digest",
) -> None:
    table = table_of(projection, version)
    layout, fields, stream_of = table.layout, table.columns, streams_of(projection)
    key, page = "", reader.rows(f"{table.select} ORDER BY {table.key} LIMIT 5000")
    while page:
        for values in page:
            key = values[layout.place]
            if part.has(stream_of(key)):
                there.take(values)
                row = rows.pop(key, None)
                after = _plain(layout.values(row)) if row is not None else None
                if after is not None:
                    expected.take(after)
                if after is None or after != _plain(values):
                    named = dict(zip(fields, after, strict=True)) if after is not None else None
                    found.take(key, dict(zip(fields, _plain(values), strict=True)), named)
        page = reader.rows(f"{table.select} WHERE {table.key} > ? ORDER BY {table.key} LIMIT 5000", [key])
    for lost, row in rows.items():
        after = _plain(layout.values(row))
        expected.take(after)
        found.take(lost, None, dict(zip(fields, after, strict=True)))


def _plain(values: Sequence[Any]) -> list[Any]:
    """Values as both databases give them: SQLite has no truth, only 0 and 1."""
    return [int(each) if isinstance(each, bool) else each for each in values]


class Digest:
    """A digest of rows in whatever order: the sum of theirs."""

    def __init__(self) -> None:
        self._sum = 0

    def take(self, values: Sequence[Any]) -> None:
        """Take a row in."""
        self._sum += int.from_bytes(sha256(encode(_plain(values))).digest(), "big")

    def hex(self) -> str:
        """The digest so far."""
        return f"{self._sum % 2**256:064x}"
