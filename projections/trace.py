"""Derives a row of a registry back to its events: which of them changed which column, and what was corrected since.

It folds what the registry folds, event by event, and tells each step. It judges nothing and changes nothing."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from msgspec import Struct, to_builtins

from engine.entries import events_of
from engine.envelope import Event
from engine.events import EntryCorrected
from engine.log import Log
from engine.times import instant
from engine.transactions import Reader
from projections import decisions, funding, tasks, units
from projections.councils import OutcomesRow, SessionRow, outcomes, sessions
from projections.history import events_now, within
from projections.kernel import Projection
from projections.registries import REGISTRIES

Json = dict[str, Any]
Held = Mapping[str, dict[str, Any]]  # projection -> its rows
# Registry -> the column that names its rows: what a person writes after --trace.
KEYS = {
    "tasks": "task",
    "funding": "line",
    "councils": "council",
    "publications": "task",
    "units": "unit",
    "seminars": "unit",
    "obligations": "unit",
    "initiatives": "initiative",
    "decisions": "numbers",
}
OWN_KEYS = {"seminars": "seminar"}  # a unit has many of these rows, and each has a key of its own
HIDDEN = {"tasks": tasks.HIDDEN, "funding": funding.HIDDEN, "units": units.HIDDEN, "papers": decisions.HIDDEN}


def trace(log: Log, name: str, key: str, *, as_of: date | None = None, known_at: datetime | None = None) -> list[Json]:
    """Every event that the registry's projections took for the rows that `key` names, in the order of the log.

    An entry that was corrected is told as it reads now, with its corrections. Empty where nothing is on record. Raises
    what the log raises."""
    fields = (KEYS[name], OWN_KEYS.get(name, KEYS[name]))
    own = [each for each in REGISTRIES[name].projections if fields[0] in each.row.__struct_fields__]
    asked = [each for each in REGISTRIES[name].projections if each in own or each is outcomes]
    held: Held = {projection.name: {} for projection in asked}
    found: list[Json] = []
    with log.reader() as reader:
        for event in within(events_now(reader, asked, known_at=known_at), as_of, None):
            for projection in asked:
                found += _steps(projection, held, event, fields, key)
        corrections = {stream: _corrections(reader, stream, known_at) for stream in {row["stream"] for row in found}}
    for row in found:
        row["corrections"] = [each for each in corrections[row["stream"]] if each["of_version"] == row["version"]]
    return found


def _steps(projection: Projection[Any], held: Held, event: Event, fields: tuple[str, ...], key: str) -> Iterator[Json]:
    """What the event did to each row of the projection that the key names, in one of the fields."""
    rows = held[projection.name]
    keys = projection.keys(event)
    before = {each: rows.get(each) for each in keys}
    projection.apply(event, rows)
    for each in keys:
        after = rows.get(each)
        if projection is outcomes:  # they name sessions, and these the council
            mine = _in_sessions_of(key, held[sessions.name], before[each], after)
        else:
            mine = _names(before[each], fields, key) or _names(after, fields, key)
        if after is before[each] is None or not mine:
            continue
        yield {
            "position": event.position,
            "stream": event.stream,
            "version": event.version,
            "kind": event.fact.KIND,
            "on": event.on.isoformat(),
            "recorded_at": instant(event.recorded_at),
            "actor": event.actor,
            "document": event.document.number if event.document else None,
            "row": each,
            "changed": _changed(before[each], after, HIDDEN.get(projection.name, ())),
        }


def _in_sessions_of(
    council: str, held: Mapping[str, SessionRow], before: OutcomesRow | None, after: OutcomesRow | None
) -> bool:
    """Whether a result that came or went is of a session of the council."""
    was, now = (set(row.results) if row is not None else set() for row in (before, after))
    return any(each.session in held and held[each.session].council == council for each in was ^ now)


def _names(row: Struct | None, fields: tuple[str, ...], key: str) -> bool:
    values = [getattr(row, field, None) for field in fields]
    return any(key in value if isinstance(value, tuple) else value == key for value in values)


def _changed(before: Struct | None, after: Struct | None, hidden: tuple[str, ...]) -> list[Json]:
    """The columns that differ, each with what stood there and what stands there."""
    was: Json = to_builtins(before) if before is not None else {}
    now: Json = to_builtins(after) if after is not None else {}
    return [
        {"column": name, "from": was.get(name), "to": now.get(name)}
        for name in dict.fromkeys([*was, *now])
        if name not in hidden and was.get(name) != now.get(name)
    ]


def _corrections(reader: Reader, stream: str, known_at: datetime | None) -> list[Json]:
    """The corrections of entries of a stream, in their order."""
    return [
        {
            "of_version": event.fact.version,
            "position": event.position,
            "version": event.version,
            "on": event.on.isoformat(),
            "recorded_at": instant(event.recorded_at),
            "field": event.fact.field,
            "value": event.fact.value,
            "reason": event.fact.reason,
            "document": event.document.number if event.document else None,
        }
        for event in within(events_of(reader, stream), None, known_at)
        if isinstance(event.fact, EntryCorrected)
    ]
