"""A task as it stands, straight from the decision index: what is asked for most, so it loads no fact and no command."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple, cast

from engine.catalogue import N_, Message
from engine.log import Log, Reader, Row
from engine.states import FOLD_VERSION, Milestone, Task, Unit, decode_state
from engine.times import instant

Json = dict[str, Any]
QUARANTINE = "projection_quarantine"
THERE = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?",
    "postgresql": (
        "SELECT 1 FROM pg_class WHERE relkind = 'r' AND relname = ? AND pg_table_is_visible(oid) "
        "AND has_table_privilege(oid, 'SELECT')"
    ),
}
HELD = (
    f'SELECT DISTINCT held."position", held.reason FROM {QUARANTINE} AS held '
    "JOIN projection_versions AS built ON built.rows_in = held.rows_in "
    "WHERE built.\"role\" = 'live' AND held.stream = ?"
)


class Lacking(NamedTuple):
    """An event that is in the log, but not in what is told of its stream, and why it could not be taken."""

    position: int
    reason: Message | str


Warn = Callable[[str, Sequence[Lacking]], None]


def unheard(_: str, __: Sequence[Lacking]) -> None:
    """Nobody hears of what is lacking."""


def lacking(reader: Reader, dialect: str, stream: str, version: int) -> list[Lacking]:
    """The events of a stream that its state, which stands at a version, lacks, and those in quarantine."""
    held = reader.rows(HELD, [stream]) if reader.rows(THERE[dialect], [QUARANTINE]) else []
    found: dict[int, Message | str] = {int(position): str(reason) for position, reason in held}
    found |= {row.position: _why(row) for row in reader.stream(stream, after=version)}
    return [Lacking(position, reason) for position, reason in sorted(found.items())]


def warn_of_lacking(reader: Reader, dialect: str, task: Task, warn: Warn) -> None:
    """Let `warn` hear what the state of a task lacks, if anything."""
    if lacks := lacking(reader, dialect, f"task:{task.task}", task.version):
        warn(f"task:{task.task}", lacks)


def _why(row: Row) -> Message:
    from engine.entries import event_of  # with every fact there is: not loaded where all is well
    from engine.envelope import BadEvent, UnknownKind

    try:
        event_of(row)
    except UnknownKind as unknown:
        return Message(N_("this release does not know the kind {kind}"), {"kind": unknown.kind})
    except BadEvent:
        return Message(N_("what is there is no event"))
    return Message(N_("the decision index lacks it"))


def task_now(log: Log, ident: str, warn: Warn = unheard) -> Json | None:
    """`task show` of a task as it stands; `warn` hears what it lacks.

    None where it takes `views.show_task` to tell: the index is of another release, the lead unit was merged, or there
    is no such task."""
    with log.reader() as reader:
        if reader.meta("fold") != FOLD_VERSION:  # states of another release may be of another shape
            return None
        task = cast("Task | None", _state(reader, f"task:{ident}"))
        if task is None or not task.milestones:
            return None
        unit = cast("Unit | None", _state(reader, f"unit:{task.lead_unit}"))
        if unit is not None and unit.merged_into is not None:
            return None
        warn_of_lacking(reader, log.dialect, task, warn)
        return task_json(task)


def _state(reader: Reader, key: str) -> object:
    data = reader.states([key]).get(key)
    return None if data is None else decode_state(key, data)


def task_json(task: Task) -> Json:
    """A task in the contract's shape; sums not yet decided are 0."""
    return {
        "task": task.task,
        "plan": task.plan,
        "level": task.level,
        "workflow": {"name": f"{task.plan}/{task.level}", "version": task.plan_version},
        "state": task.state,
        "title": task.title,
        "year": task.year,
        "lead_unit": task.lead_unit,
        "investigator": task.investigator or None,
        "team": list(task.team),
        "start": _known(task.start),
        "end": _known(task.end),
        "money": {
            "estimate": sum(amount for _, amount in task.estimate),
            "approved": task.approved or 0,
            "allocated": task.allocated,
            "disbursed": task.disbursed,
            "returned": task.returned,
        },
        "grade": task.grade,
        "published_url": task.published_url,
        "late": task.late,
        "imported": task.imported,
        "version": task.version,
        "milestones": [_milestone(each) for each in task.milestones],
    }


def _known(day: date) -> str | None:
    """The day; None where it is not on record, as of a task from an old register."""
    return None if day == day.min else day.isoformat()


def _milestone(reached: Milestone) -> Json:
    return {
        "state": reached.state,
        "on": reached.on.isoformat(),
        "recorded_at": instant(reached.recorded_at),
        "position": reached.position,
        "document": reached.document,
    }
