"""The yearly list of proposals: the tasks registered in the period. It chooses none."""

from engine.catalogue import N_, Message
from projections.reports.dossiers import Dossier
from projections.reports.ground import Ground
from projections.reports.progress import INVESTIGATOR, LEVEL, TASK, TITLE, UNIT, led, planned_end
from projections.reports.shape import Column, Json, Section, added_up

HANDED_IN = ("task_registered", "task_resubmitted", "task_imported")


def proposals(ground: Ground) -> Section:
    """The tasks registered in the period by decision date: what was asked for, and where each stands on the day."""
    rows = [_row(ground, task, entry.on) for task, entry in ground.reached("registered")]
    columns = (
        Column("registered_on", Message(N_("registered on")), "date", 3),
        TASK,
        TITLE,
        UNIT,
        INVESTIGATOR,
        LEVEL,
        Column("topic_group", Message(N_("topic group")), "number", 2),
        Column("start", Message(N_("start")), "date", 3),
        Column("end", Message(N_("planned end")), "date", 3),
        Column("estimate", Message(N_("estimate")), "money", 4),
        Column("state", Message(N_("state")), "state", 3),
    )
    totals = added_up(rows, "estimate")
    return Section("proposals", Message(N_("Proposed tasks")), columns, rows, totals=totals)


def _row(ground: Ground, task: Dossier, on: str) -> Json:
    asked = [each.estimate for each in task.entries if each.kind in HANDED_IN and each.estimate is not None]
    return {
        "registered_on": on,
        **led(ground, task),
        "year": task.year,
        "topic_group": task.topic_group,
        "start": task.start,
        "end": planned_end(task),
        "estimate": asked[-1] if asked else None,
        "state": task.state,
    }
