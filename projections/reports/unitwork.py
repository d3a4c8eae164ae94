"""What units and the Department did in a period, and what they owed. It reminds nobody."""

from engine.catalogue import N_, Message
from projections.reports.dossiers import Deed
from projections.reports.ground import Ground
from projections.reports.progress import TASK
from projections.reports.shape import Column, Json, Section, added_up

UNIT = Column("unit_name", Message(N_("unit")), width=5)
ON = Column("on", Message(N_("decided on")), "date", 3)
STATUSES = ("on_time", "late", "overdue", "open")


def obligations(ground: Ground) -> Section:
    """Of each unit how many duties due in the period were done on time, done late, or not done by its end."""
    by_unit: dict[str, list[Json]] = {}
    for duty in ground.duties:
        by_unit.setdefault(duty["unit"], []).append(duty)
    rows = [_unit(ground, unit, owed) for unit, owed in sorted(by_unit.items())]
    columns = (
        UNIT,
        *(Column(status, Message(text), "number", 2) for status, text in zip(STATUSES, _TITLES, strict=True)),
        Column("missing", Message(N_("what was not done")), "word", 6),
    )
    return Section("obligations", Message(N_("Duties of the units")), columns, rows, totals=added_up(rows, *STATUSES))


_TITLES = (N_("done on time"), N_("done late"), N_("overdue"), N_("not yet due"))


def _unit(ground: Ground, unit: str, owed: list[Json]) -> Json:
    counts = {status: sum(duty["status"] == status for duty in owed) for status in STATUSES}
    missing = [duty["what"] for duty in owed if duty["status"] == "overdue"]
    return {"unit": unit, "unit_name": ground.own_name(unit), **counts, "missing": list(dict.fromkeys(missing))}


def seminars(ground: Ground) -> Section:
    """The seminars and reports of the period, and the months held and missed, of each unit that takes part, or did so
    in the period and was merged since: each its own."""
    owed = [duty for duty in ground.duties if duty["what"] == "seminar"]
    units = {row.unit for row in ground.taking_part()} | {duty["unit"] for duty in owed}
    rows = []
    for unit in sorted(units.union(row.unit for row in ground.seminars)):
        held = [row for row in ground.seminars if row.unit == unit]
        missed = [duty["period"] for duty in owed if duty["unit"] == unit and duty["status"] == "overdue"]
        rows.append(
            {
                "unit": unit,
                "unit_name": ground.own_name(unit),
                "seminars": len(held),
                "reports": sum(len(row.reports) for row in held),
                "held": sorted({row.on[:7] for row in held}),
                "missed": missed,
            }
        )
    columns = (
        UNIT,
        Column("seminars", Message(N_("seminars")), "number", 2),
        Column("reports", Message(N_("reports")), "number", 2),
        Column("held", Message(N_("months held")), "period", 5),
        Column("missed", Message(N_("months missed")), "period", 5),
    )
    totals = added_up(rows, "seminars", "reports")
    return Section("seminars", Message(N_("Science seminars")), columns, rows, totals=totals)


def conferences(ground: Ground) -> Section:
    """The conferences of the period; those without a unit are the Department's."""
    return _gatherings(ground, "conferences", "conference_held", N_("Conferences"))


def trainings(ground: Ground) -> Section:
    """The trainings of the period."""
    return _gatherings(ground, "trainings", "training_held", N_("Trainings"))


def _gatherings(ground: Ground, name: str, kind: str, title: str) -> Section:
    rows = [
        {
            "on": deed.on,
            "unit": deed.unit,
            "unit_name": ground.unit(deed.unit),
            "title": deed.title,
            "kind": deed.form,
            "participants": deed.participants,
            "document": deed.document,
        }
        for deed in _deeds(ground, kind)
    ]
    columns = (
        ON,
        Column("unit_name", Message(N_("held by")), width=5),
        Column("title", Message(N_("title")), width=8),
        Column("kind", Message(N_("kind")), width=3),
        Column("participants", Message(N_("participants")), "number", 3),
        Column("document", Message(N_("document")), width=3),
    )
    return Section(name, Message(title), columns, rows, totals=added_up(rows, "participants"))


def _deeds(ground: Ground, kind: str) -> list[Deed]:
    return [deed for deed in ground.deeds if deed.kind == kind and ground.period.has(deed.on)]


def inspections(ground: Ground) -> Section:
    """The inspections of the period: of units, by themselves or by the Department, and of tasks and their results."""
    rows: list[Json] = [
        {
            "on": deed.on,
            "unit": deed.unit,
            "unit_name": ground.unit(deed.unit),
            "task": None,
            "by": {"self": "by_unit", "department": "by_department"}.get(deed.by or "", deed.by),
            "about": deed.form,
            "findings": deed.findings,
        }
        for deed in _deeds(ground, "unit_inspected")
    ]
    rows += [
        {
            "on": entry.on,
            "unit": ground.counts_as(task.lead_unit),
            "unit_name": ground.unit(task.lead_unit),
            "task": task.task,
            "by": "by_department",
            "about": "use_of_result" if entry.flag else "task",
            "findings": entry.text,
        }
        for task, entry in ground.entries("task_inspected")
    ]
    rows.sort(key=lambda row: (row["on"], row["unit"] or "", row["task"] or ""))
    columns = (
        ON,
        UNIT,
        TASK,
        Column("by", Message(N_("inspected by")), "word", 3),
        Column("about", Message(N_("what was inspected, or how")), "word", 3),
        Column("findings", Message(N_("findings")), width=8),
    )
    return Section("inspections", Message(N_("Inspections")), columns, rows)
