"""A task state by state as the record of it grew, and what differs between two times. It records nothing."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal, cast

from engine.entries import events_of
from engine.envelope import Event
from engine.events import EntryCorrected
from engine.fold import corrected, evolve
from engine.fold_task import task_of
from engine.log import Log
from engine.states import Task
from engine.transactions import Reader
from projections.glance import task_json
from projections.registries import registry_then
from projections.tasks import REACHED
from projections.views import NotOnRecord, event_json, task_at

Json = dict[str, Any]
Axis = Literal["recorded", "decided"]
KEYS = {  # what tells rows apart; of the others the first column
    "obligations": ("unit", "plan", "clause", "what", "period"),
    "decisions": ("number", "date", "issuer"),
}


@dataclass(frozen=True)
class Replayed:
    """An event of a task, and the task before and after it as it was known then."""

    event: Event
    before: Task | None
    after: Task | None

    @cached_property
    def task(self) -> Json | None:
        """The state that the event led to."""
        return _shown(self.after)

    @cached_property
    def changes(self) -> Mapping[str, tuple[Any, Any]]:
        """What the event changed: field -> before, after."""
        return changes(_shown(self.before), self.task)


def replay(log: Log, ident: str) -> Iterator[Replayed]:
    """Every event of a task with the state it led to, as the record read at that time.

    A correction changes what an earlier entry says, so from there the whole is folded anew. Raises NotOnRecord."""
    key = f"task:{ident}"
    with log.reader() as reader:
        events = list(events_of(reader, key))
    if not events:
        raise NotOnRecord("task", ident)
    before: Any = None
    for number, event in enumerate(events, 1):
        rewritten = isinstance(event.fact, EntryCorrected)
        after: Any = task_of(corrected(events[:number])) if rewritten else evolve(key, before, event)
        yield Replayed(event, before, after)
        before = after


def replayed_json(step: Replayed) -> Json:
    """A step of a replay as JSON: the event, what it changed, and the state it led to."""
    told = {name: {"before": before, "after": after} for name, (before, after) in step.changes.items()}
    return event_json(step.event) | {"changes": told, "task": step.task}


def task_then(
    reader: Reader, ident: str, *, as_of: date | None = None, known_at: datetime | None = None
) -> Json | None:
    """A task as decided by a day, as recorded by a time, or both; None where it was not on record then."""
    with suppress(NotOnRecord):
        return task_json(task_at(reader, ident, as_of, known_at))
    return None


def task_diff(log: Log, ident: str, *, since: Any, until: Any, axis: Axis) -> Json:
    """What differs in a task between two times of recording, or two days of decision. Raises NotOnRecord."""
    with log.reader() as reader:
        before, after = (task_then(reader, ident, **at(axis, time)) for time in (since, until))
        events = [event for event in events_of(reader, f"task:{ident}") if _within(event, since, until, axis)]
    if before is None and after is None:
        raise NotOnRecord("task", ident)
    found = changes(_dated(before), _dated(after))
    return {
        "task": ident,
        "changes": [{"field": name, "before": one, "after": other} for name, (one, other) in found.items()],
        "events": [event_json(event) for event in events],
    }


def registry_diff(log: Log, name: str, *, since: Any, until: Any, axis: Axis) -> Json:
    """What differs in a registry between two times of recording, or two days of decision: rows added, removed, changed.

    Rows are told apart by their key. Raises what reading the registry raises."""
    with log.reader() as reader:
        before, after = (
            {_key(name, row): row for row in registry_then(reader, name, day=_day(time), **at(axis, time))}
            for time in (since, until)
        )
    changed = [
        {"key": key, "changes": [{"field": f, "before": one, "after": other} for f, (one, other) in found.items()]}
        for key in sorted(before.keys() & after.keys())
        if (found := changes(before[key], after[key]))
    ]
    return {
        "registry": name,
        "added": [after[key] for key in sorted(after.keys() - before.keys())],
        "removed": [before[key] for key in sorted(before.keys() - after.keys())],
        "changed": changed,
    }


def changes(before: Json | None, after: Json | None) -> dict[str, tuple[Any, Any]]:
    """What differs between two states or rows: field -> before, after. Sums are told one by one."""
    one, other = _flat(before or {}), _flat(after or {})
    names = [*one, *(name for name in other if name not in one)]
    return {name: (one.get(name), other.get(name)) for name in names if one.get(name) != other.get(name)}


def _dated(task: Json | None) -> Json | None:
    """A task with the day on which it first came to each state, as the registry of tasks names it."""
    if task is None:
        return None
    reached = {REACHED.get(each["state"], f"{each['state']}_on"): each["on"] for each in reversed(task["milestones"])}
    return task | dict(reversed(reached.items()))


def _flat(found: Json) -> Json:
    flat = {name: value for name, value in found.items() if name not in ("money", "milestones", "version")}
    return flat | {f"money.{name}": amount for name, amount in found.get("money", {}).items()}


def _shown(state: Task | None) -> Json | None:
    return task_json(state) if state is not None and state.milestones else None


def at(axis: Axis, time: Any) -> dict[str, Any]:
    """A time on an axis, as what asks for the past takes it."""
    return {"as_of": time} if axis == "decided" else {"known_at": time}


def _within(event: Event, since: Any, until: Any, axis: Axis) -> bool:
    return bool(since < (event.on if axis == "decided" else event.recorded_at) <= until)


def _day(time: Any) -> date:
    from engine.times import VIETNAM

    return time.astimezone(VIETNAM).date() if isinstance(time, datetime) else cast(date, time)


def _key(name: str, row: Json) -> str:
    return "/".join(str(row[column]) for column in KEYS.get(name) or [next(iter(row))])


__all__: Sequence[str] = (
    "Replayed",
    "at",
    "changes",
    "registry_diff",
    "replay",
    "replayed_json",
    "task_diff",
    "task_then",
)
