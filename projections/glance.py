"""A task as it stands, straight from the decision index: what is asked for most, so it loads no fact and no command."""

from datetime import date
from typing import Any, cast

from engine.log import Log, Reader
from engine.states import FOLD_VERSION, Milestone, Task, Unit, decode_state
from engine.times import instant

Json = dict[str, Any]


def task_now(log: Log, ident: str) -> Json | None:
    """`task show` of a task as it stands.

    None where it takes `views.show_task` to tell: the index is of another release, the lead unit was merged, or there
    is no such task."""
    with log.reader() as reader:
        task = cast("Task | None", _state(reader, f"task:{ident}"))
        if task is None or not task.milestones or reader.meta("fold") != FOLD_VERSION:
            return None
        unit = cast("Unit | None", _state(reader, f"unit:{task.lead_unit}"))
        return None if unit is not None and unit.merged_into is not None else task_json(task)


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
