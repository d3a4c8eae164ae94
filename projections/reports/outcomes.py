"""What came of the work in a period: initiatives, commendations, published results, journal papers. It ranks nobody."""

from engine.catalogue import N_, Message
from projections.reports.ground import Ground
from projections.reports.progress import TASK, TITLE, UNIT
from projections.reports.shape import Column, Json, Section


def initiatives(ground: Ground) -> Section:
    """The initiatives registered or recognised in the period."""
    rows = [
        {
            "initiative": row.initiative,
            "title": row.title,
            "unit": ground.counts_as(row.unit),
            "unit_name": ground.unit(row.unit),
            "authors": [ground.person(author.person) for author in row.authors],
            "registered_on": row.registered_on,
            "recognised_on": row.recognised_on,
        }
        for row in ground.initiatives
        if ground.period.has(row.registered_on) or ground.period.has(row.recognised_on)
    ]
    columns = (
        Column("initiative", Message(N_("initiative")), width=3),
        TITLE,
        Column("unit_name", Message(N_("unit")), width=5),
        Column("authors", Message(N_("authors")), width=5),
        Column("registered_on", Message(N_("registered on")), "date", 3),
        Column("recognised_on", Message(N_("recognised on")), "date", 3),
    )
    return Section("initiatives", Message(N_("Initiatives")), columns, rows)


def commendations(ground: Ground) -> Section:
    """The commendations of the period, for tasks and for initiatives."""
    rows: list[Json] = [
        {
            "on": entry.on,
            "task": task.task,
            "initiative": None,
            "title": task.title,
            "commended": _commended(ground, entry.persons, entry.unit),
            "form": entry.text,
        }
        for task, entry in ground.entries("task_commended")
    ]
    rows += [
        {
            "on": made.on,
            "task": None,
            "initiative": row.initiative,
            "title": row.title,
            "commended": _commended(ground, made.persons, made.unit),
            "form": made.form,
        }
        for row in ground.initiatives
        for made in row.commendations
        if ground.period.has(made.on)
    ]
    rows.sort(key=lambda row: (row["on"], row["task"] or "", row["initiative"] or ""))
    columns = (
        Column("on", Message(N_("decided on")), "date", 3),
        TASK,
        Column("initiative", Message(N_("initiative")), width=3),
        TITLE,
        Column("commended", Message(N_("commended")), width=6),
        Column("form", Message(N_("form")), width=4),
    )
    return Section("commendations", Message(N_("Commendations")), columns, rows)


def _commended(ground: Ground, persons: tuple[str, ...], unit: str | None) -> list[str]:
    return [ground.person(person) or person for person in persons] + ([ground.unit(unit)] if unit else [])


def published(ground: Ground) -> Section:
    """The results published on the portals of the units in the period."""
    rows = [
        {
            "on": entry.on,
            "task": task.task,
            "title": task.title,
            "unit": ground.counts_as(task.lead_unit),
            "unit_name": ground.unit(task.lead_unit),
            "url": entry.url,
        }
        for task, entry in ground.reached("published")
    ]
    columns = (
        Column("on", Message(N_("published on")), "date", 3),
        TASK,
        TITLE,
        UNIT,
        Column("url", Message(N_("page")), width=7),
    )
    return Section("published", Message(N_("Published results")), columns, rows)


def journal(ground: Ground) -> Section:
    """The journal publications recorded in the period."""
    rows = [
        {"on": entry.on, "task": task.task, "title": task.title, "citation": entry.text, "doi": entry.doi}
        for task, entry in ground.entries("publication_recorded")
    ]
    columns = (
        Column("on", Message(N_("decided on")), "date", 3),
        TASK,
        TITLE,
        Column("citation", Message(N_("publication")), width=8),
        Column("doi", Message(N_("DOI")), width=4),
    )
    return Section("journal", Message(N_("Publications in journals")), columns, rows)
