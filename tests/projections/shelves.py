"""Logs to fold and shelves to compare: a recorded history, parts of it in other stores, and folds from zero."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from engine.envelope import Event, decode
from engine.fold import corrected
from engine.log import Log, Row
from projections.councils import councils, outcomes, sessions
from projections.decisions import papers
from projections.funding import funding
from projections.history import Past, past
from projections.initiatives import initiatives
from projections.kernel import Projection
from projections.obligations import done, owed, standings
from projections.registries import registry
from projections.seminars import seminars
from projections.store import Tables
from projections.tasks import tasks
from projections.units import units
from projections.versions import VERSIONS, Book, Version, table_of
from tests import stores
from tests.properties.lives import OF_HP36, TASKS, both_plans, life_of, renamed
from tests.spec import NOW, Spec, prepare
from tests.unityears import a_year
from tests.world import LINE_SUM, Command, changed

Json = dict[str, Any]
EVERY: tuple[Projection[Any], ...] = (
    tasks, funding, units, councils, sessions, outcomes, seminars, standings, done, owed, initiatives, papers,
)  # fmt: skip
DAY = date(2026, 11, 20)
BEGAN = NOW + timedelta(hours=1)  # the log's time never runs backwards, and the store is founded at NOW


def listed(log: Log, name: str, **asked: Any) -> list[Json]:
    """A registry as JSON has it."""
    found: list[Json] = json.loads(json.dumps(registry(log, name, day=DAY, **asked)))
    return found


def past_of(log: Log, projections: Sequence[Projection[Any]], **asked: Any) -> Past:
    """The rows as they stood by a day or a time, of the log as it is now."""
    with log.reader() as reader:
        return past(reader, projections, **asked)


def in_minutes(spec: Spec, commands: Iterable[Command]) -> None:
    """Record each command a minute after the one before it."""
    for minute, command in enumerate(commands):
        spec.now = BEGAN + timedelta(minutes=minute)
        spec.given(command)


def rich(one: Command) -> Command:
    """A line has enough for every task."""
    return changed(one, amount=LINE_SUM) if one["command"] == "open_budget_line" else one


@cache
def history() -> tuple[Row, ...]:
    """What the log holds after whole lives under both plans."""
    with TemporaryDirectory() as folder:
        url = stores.fresh_sqlite(Path(folder))
        prepare(url)
        spec = Spec(url)
        in_minutes(spec, [*map(rich, both_plans()), *(command for task in TASKS for command in life_of(task))])
        spec.given(*(renamed(command, OF_HP36) for command in a_year()))
        with spec.log.reader() as reader:
            rows = tuple(reader.events())
        spec.close()
    return rows


def founding() -> list[Row]:
    """What stands in the history before the first task."""
    first = next(place for place, row in enumerate(history()) if row.stream.startswith("task:"))
    return list(history()[:first])


def lives() -> list[list[Row]]:
    """What follows, life by life: each begins with the registration of its task."""
    found: list[list[Row]] = []
    for row in history()[len(founding()) :]:
        if row.kind == "task_registered":
            found.append([])
        found[-1].append(row)
    return found


def in_order(rows: Iterable[Row], start: int = 1) -> list[Row]:
    """The rows at positions without a gap."""
    return [row._replace(position=position) for position, row in enumerate(rows, start)]


def append(log: Log, rows: Sequence[Row]) -> None:
    """Put rows at the end of a log, whatever positions they had."""
    with log.writer() as writer:
        writer.append(in_order(rows, writer.head()[0] + 1))


def events_of(rows: Iterable[Row]) -> list[Event]:
    """The rows as whole events."""
    return [decode(row.position, row.stream, row.version, row.body) for row in rows]


def everything(log: Log) -> list[Row]:
    """The whole log."""
    with log.reader() as reader:
        return list(reader.events())


def folds(log: Log, projections: Sequence[Projection[Any]]) -> dict[str, list[Any]]:
    """The rows of projections by key, folded from zero, by the models of all events."""
    events = list(corrected(events_of(everything(log))))
    rows = {projection.name: projection.fold(events) for projection in projections}
    return {name: [found[key] for key in sorted(found)] for name, found in rows.items()}


def folded(log: Log, projection: Projection[Any]) -> list[Any]:
    """The rows of one projection by key, folded from zero."""
    return folds(log, [projection])[projection.name]


def shelved(log: Log, projections: Sequence[Projection[Any]] = EVERY) -> dict[str, list[Any]]:
    """The rows of projections, read as a registry reads them."""
    with Tables(log).reading(*projections) as shelf:
        return {projection.name: shelf.rows(projection) for projection in projections}


def book(log: Log) -> Book:
    """Which tables there are now."""
    with log.reader() as reader:
        return Book(reader, log.dialect)


def live(log: Log, projection: Projection[Any]) -> Version:
    """The table from which a projection is read."""
    version = book(log).live(projection)
    assert version is not None
    return version


def stored(log: Log, projection: Projection[Any]) -> list[Any]:
    """The rows that the table of a projection holds."""
    table = table_of(projection, live(log, projection))
    return [table.layout.row(found) for found in log.rows(f"{table.select} ORDER BY {table.key}")]


def positions(log: Log) -> dict[str, int]:
    """How far each table has come."""
    return dict(log.rows(f"SELECT rows_in, position FROM {VERSIONS}"))


def check(log: Log, projections: Sequence[Projection[Any]] = EVERY) -> None:
    """What is read, and what the tables then hold, is the log folded from zero."""
    expected = folds(log, projections)

    assert shelved(log, projections) == expected
    assert {projection.name: stored(log, projection) for projection in projections} == expected
    assert {live(log, projection).position for projection in projections} == {len(everything(log))}


def only(rows: list[dict[str, object]], **wanted: object) -> dict[str, object]:
    [found] = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    return found
