"""How far the tasks came in a period, and where they stand at its end. It judges no task."""

from datetime import date

from engine.catalogue import N_, Message
from engine.plan import Plan
from projections.reports.dossiers import Dossier
from projections.reports.ground import Ground
from projections.reports.shape import Chart, Column, Json, Section, added_up

TASK = Column("task", Message(N_("task")), width=3)
TITLE = Column("title", Message(N_("title")), width=8)
UNIT = Column("unit_name", Message(N_("lead unit")), width=5)
INVESTIGATOR = Column("investigator_name", Message(N_("investigator")), width=4)
LEVEL = Column("level", Message(N_("level")), "level", 3)
RUNNING = ("approved", "funded", "in_progress", "suspended", "submitted")  # as the rule of two running tasks counts
UNDER_WAY = ("funded", "in_progress", "suspended")  # what can run beyond its planned end


def state_names(plan: Plan) -> list[str]:
    """Every state of the plan's workflows, in the order of a task's life, detours last."""
    chain: list[str] = []
    for workflow in plan.workflows.values():
        after = 0
        for state in workflow.chain:
            if state not in chain:
                chain.insert(after, state)
            after = chain.index(state) + 1
    every = dict.fromkeys(state.name for workflow in plan.workflows.values() for state in workflow.states)
    return chain + [state for state in every if state not in chain]


def states_of(ground: Ground) -> list[str]:
    """Every state of the plan's newest version, then those that tasks came to under older ones."""
    names = state_names(ground.plan)
    known = {task.state for task in ground.tasks}
    known |= {entry.target for task in ground.tasks for entry in task.entries if entry.moves}
    return names + sorted(known.difference(names))


def levels_of(ground: Ground) -> list[str]:
    """Every level of the plan's newest version, then those that tasks have under older ones."""
    levels = list(ground.plan.workflows)
    return levels + sorted({task.level for task in ground.tasks}.difference(levels))


def planned_end(task: Dossier) -> str | None:
    """The end as planned or extended, where it is known."""
    end: str | None = task.newest("end")
    return end


def is_late(task: Dossier, day: date) -> bool:
    """Whether the task was handed in late, or runs beyond its planned end."""
    end = planned_end(task)
    overrun = task.state in UNDER_WAY and end is not None and end < day.isoformat()
    return overrun or any(entry.kind == "submitted_for_acceptance" and entry.flag for entry in task.entries)


def _by_level(ground: Ground, name: str, title: str, found: list[tuple[str, str]]) -> Section:
    """A row a state, with how many tasks of each level; `found` has state and level of each."""
    levels, workflows = levels_of(ground), ground.plan.workflows
    rows: list[Json] = []
    for state in states_of(ground):
        # A level may be called as another column is: HP36 has one that is called state.
        counts = {f"level_{level}": sum(each == (state, level) for each in found) for level in levels}
        rows.append({"state": state, **counts, "total": sum(counts.values())})
    columns = (
        Column("state", Message(N_("state")), "state", 5),
        *(
            Column(f"level_{level}", workflows[level].title if level in workflows else level, "number", 3)
            for level in levels
        ),
        Column("total", Message(N_("total")), "number", 3),
    )
    return Section(name, Message(title), columns, rows, chart=Chart("state", ("total",)))


def progress(ground: Ground) -> Section:
    """The states that tasks reached in the period by decision date, each task once a state. A task resumed or handed in
    again is not counted a second time where it stood before."""
    found = [(entry.target, task.level) for task, entry in ground.reached(*states_of(ground))]
    return _by_level(ground, "progress", N_("Tasks by what was decided in the period"), found)


def standing(ground: Ground) -> Section:
    """Where all tasks of the plan stand at the end of the period."""
    found = [(task.state, task.level) for task in ground.tasks]
    return _by_level(ground, "standing", N_("Where all tasks stand at the end of the period"), found)


def tasks(ground: Ground) -> Section:
    """The tasks that something was decided on in the period, or that run at its end."""
    rows = [
        _task(ground, task)
        for task in ground.tasks
        if task.state in RUNNING or any(ground.period.has(entry.on) for entry in task.entries)
    ]
    columns = (
        TASK,
        TITLE,
        UNIT,
        INVESTIGATOR,
        LEVEL,
        Column("state", Message(N_("state")), "state", 3),
        Column("approved", Message(N_("amount approved")), "money", 4),
        Column("disbursed", Message(N_("disbursed")), "money", 4),
        Column("end", Message(N_("planned end")), "date", 3),
        Column("late", Message(N_("late")), "word", 2),
    )
    totals = added_up(rows, "approved", "disbursed")
    return Section(
        "tasks", Message(N_("Tasks decided on in the period or running at its end")), columns, rows, totals=totals
    )


def named(ground: Ground, task: Dossier) -> Json:
    """A task and its lead unit, as every list of tasks names them."""
    return {
        "task": task.task,
        "title": task.title,
        "unit": ground.counts_as(task.lead_unit),
        "unit_name": ground.unit(task.lead_unit),
    }


def led(ground: Ground, task: Dossier) -> Json:
    """The same with who leads it and at which level."""
    investigator = task.newest("investigator")
    who = {"investigator": investigator, "investigator_name": ground.person(investigator)}
    return named(ground, task) | who | {"level": task.level}


def _task(ground: Ground, task: Dossier) -> Json:
    approval = task.last("approved")
    return led(ground, task) | {
        "year": task.year,
        "state": task.state,
        "approved": approval.amount if approval else 0,
        "disbursed": task.total("funds_disbursed"),
        "end": planned_end(task),
        "late": is_late(task, ground.day),
    }


DIFFICULT = ("suspended", "terminated", "not_accepted", "rejected", "withdrawn", "returned", "revision_requested")


def difficulties(ground: Ground) -> Section:
    """What went wrong, as far as it is data: detours, ends before the end, late dossiers, tasks beyond their end."""
    rows = [
        _difficulty(ground, task, entry.target, entry.on, entry.text, entry.document)
        for task, entry in ground.moves(*DIFFICULT)
    ]
    rows += [
        _difficulty(ground, task, "submitted_late", entry.on, entry.text, entry.document)
        for task, entry in ground.entries("submitted_for_acceptance")
        if entry.flag
    ]
    for task in ground.tasks:
        end = planned_end(task)
        if task.state in UNDER_WAY and end is not None and end < ground.day.isoformat():
            rows.append(_difficulty(ground, task, "beyond_end", end, None, None))
    rows.sort(key=lambda row: (row["on"], row["task"], row["what"]))
    columns = (
        Column("on", Message(N_("day")), "date", 3),
        Column("what", Message(N_("difficulty")), "state", 4),
        TASK,
        TITLE,
        UNIT,
        Column("reason", Message(N_("reason")), width=6),
        Column("document", Message(N_("document")), width=3),
    )
    return Section("difficulties", Message(N_("Difficulties")), columns, rows)


def _difficulty(ground: Ground, task: Dossier, what: str, on: str, reason: str | None, document: str | None) -> Json:
    return {
        "on": on,
        "what": what,
        **named(ground, task),
        "reason": reason,
        "document": document,
    }
