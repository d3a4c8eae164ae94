"""Working days that tasks spend at each stage, by workflow. It counts by the calendar of Vietnam and guesses no day."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise

from engine.catalogue import N_, Message
from projections.reports.dossiers import Dossier, Entry
from projections.reports.ground import Ground
from projections.reports.progress import levels_of, states_of
from projections.reports.shape import Chart, Column, Json, Section
from projections.reports.targets import rounded


def stages(ground: Ground) -> Section:
    """For each workflow and state the stays that a step ended in the period: how many, and their working days.

    A stay begins with the day of the step that led there, which is not counted, and ends with the day of the step that
    led on, which is. Median: the middle one, or the mean of the two in the middle. 90th percentile: by nearest rank,
    the smallest number of days within which at least 90 of 100 stays ended. Imported tasks have no stays on record."""
    spent: dict[tuple[str, str], list[int]] = {}
    for task in ground.tasks:
        for state, since, until in _stays(ground, task):
            days = ground.calendar.working_days_between(date.fromisoformat(since), date.fromisoformat(until))
            spent.setdefault((task.level, state), []).append(days)
    order = states_of(ground)
    rows: list[Json] = [
        _row(ground.plan.id, level, state, sorted(spent[level, state]))
        for level in levels_of(ground)
        for state in order
        if (level, state) in spent
    ]
    columns = (
        Column("level", Message(N_("level")), "level", 4),
        Column("state", Message(N_("stage")), "state", 5),
        Column("stays", Message(N_("stays ended")), "number", 3),
        Column("median", Message(N_("median of working days")), "number", 3),
        Column("p90", Message(N_("90th percentile")), "number", 3),
        Column("longest", Message(N_("longest")), "number", 3),
    )
    title = Message(N_("Working days at each stage"))
    return Section("stages", title, columns, rows, chart=Chart("state", ("median", "p90")))


def _stays(ground: Ground, task: Dossier) -> list[tuple[str, str, str]]:
    """State, day it was reached, day it was left, of each stay that ended in the period."""
    if task.imported:
        return []
    moved: Sequence[Entry] = [entry for entry in task.entries if entry.source != entry.target]
    return [(left.source, reached.on, left.on) for reached, left in pairwise(moved) if ground.period.has(left.on)]


def _row(plan: str, level: str, state: str, days: list[int]) -> Json:
    return {
        "workflow": f"{plan}/{level}",
        "level": level,
        "state": state,
        "stays": len(days),
        "median": rounded(median(days)),
        "p90": nearest_rank(days, 90),
        "longest": days[-1],
    }


def median(days: Sequence[int]) -> Fraction:
    """The middle of some sorted numbers, or the mean of the two in the middle; exact."""
    middle = len(days) // 2
    return Fraction(days[middle]) if len(days) % 2 else Fraction(days[middle - 1] + days[middle], 2)


def nearest_rank(days: Sequence[int], percent: int) -> int:
    """Of some sorted numbers the smallest that at least so many percent of them do not exceed."""
    rank = -(-percent * len(days) // 100)  # rounded up
    return days[max(rank, 1) - 1]
