"""The yearly list of results: the tasks accepted in the period, and what became of each. It grades none."""

from engine.catalogue import N_, Message
from projections.reports.dossiers import Dossier, Entry
from projections.reports.ground import Ground
from projections.reports.progress import TASK, TITLE, UNIT
from projections.reports.shape import Column, Json, Section


def results(ground: Ground) -> Section:
    """The tasks accepted in the period by decision date, and what became of each result by the day."""
    rows = [_row(ground, task, entry) for task, entry in ground.reached("accepted")]
    columns = (
        Column("accepted_on", Message(N_("accepted on")), "date", 3),
        TASK,
        TITLE,
        UNIT,
        Column("investigator_name", Message(N_("investigator")), width=4),
        Column("level", Message(N_("level")), "level", 3),
        Column("grade", Message(N_("grade")), "word", 3),
        Column("decided_by", Message(N_("session or document")), width=4),
        Column("recognised_on", Message(N_("recognised on")), "date", 3),
        Column("published_on", Message(N_("published on")), "date", 3),
        Column("url", Message(N_("page")), width=6),
    )
    return Section("results", Message(N_("Results of tasks")), columns, rows)


def _row(ground: Ground, task: Dossier, accepted: Entry) -> Json:
    recognised, published = task.first("recognised"), task.first("published")
    investigator = task.newest("investigator")
    return {
        "accepted_on": accepted.on,
        "task": task.task,
        "title": task.title,
        "unit": ground.counts_as(task.lead_unit),
        "unit_name": ground.unit(task.lead_unit),
        "investigator": investigator,
        "investigator_name": ground.person(investigator),
        "level": task.level,
        "grade": accepted.grade,
        "decided_by": accepted.session or accepted.document,
        "recognised_on": recognised.on if recognised else None,
        "published_on": published.on if published else None,
        "url": published.url if published else None,
    }
