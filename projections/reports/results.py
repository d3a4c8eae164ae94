"""The yearly list of results: the tasks accepted in the period, and what became of each. It grades none."""

from engine.catalogue import N_, Message
from projections.reports.dossiers import Dossier, Entry
from projections.reports.ground import Ground
from projections.reports.progress import INVESTIGATOR, LEVEL, TASK, TITLE, UNIT, led
from projections.reports.shape import Column, Json, Section


def results(ground: Ground) -> Section:
    """The tasks accepted in the period by decision date, and what became of each result by the day."""
    rows = [_row(ground, task, entry) for task, entry in ground.reached("accepted")]
    columns = (
        Column("accepted_on", Message(N_("accepted on")), "date", 3),
        TASK,
        TITLE,
        UNIT,
        INVESTIGATOR,
        LEVEL,
        Column("grade", Message(N_("grade")), "word", 3),
        Column("decided_by", Message(N_("session or document")), width=4),
        Column("recognised_on", Message(N_("recognised on")), "date", 3),
        Column("published_on", Message(N_("published on")), "date", 3),
        Column("url", Message(N_("page")), width=6),
    )
    return Section("results", Message(N_("Results of tasks")), columns, rows)


def _row(ground: Ground, task: Dossier, accepted: Entry) -> Json:
    recognised, published = task.first("recognised"), task.first("published")
    return {
        "accepted_on": accepted.on,
        **led(ground, task),
        "grade": accepted.grade,
        "decided_by": accepted.session or accepted.document,
        "recognised_on": recognised.on if recognised else None,
        "published_on": published.on if published else None,
        "url": published.url if published else None,
    }
