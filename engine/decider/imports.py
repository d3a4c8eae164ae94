"""Decides on a task from a register of the time before: whether its state can be, where a step back would lead."""

from typing import Protocol

from engine import commands as c
from engine import events as e
from engine.ask import Ask
from engine.catalogue import N_, Message
from engine.decider.answers import FieldError
from engine.envelope import Fact
from engine.plan import BACK, NEW, Plan, Workflow


class Plans(Protocol):
    """Where adopted plans come from."""

    def newest(self, plan: str) -> tuple[Plan, int] | None:
        """The newest version of a plan and its number."""


def unknown_state(command: c.ImportTask, plans: Plans) -> tuple[FieldError, ...]:
    """What is wrong with the state; nothing where plan or level are unknown, which others speak of."""
    found = plans.newest(command.plan)
    workflow = found[0].workflows.get(command.level) if found else None
    if workflow is None or command.state in workflow.state_names:
        return ()
    text = N_("The workflow {workflow} has no state {state}; it has: {states}.")
    names = [state.name for state in workflow.states]
    told = {"workflow": f"{command.plan}/{command.level}", "state": command.state, "states": names}
    return (FieldError("state", Message(text, told)),)


def imported(ask: Ask) -> Fact:
    """The fact of an import: everything that the row told, and where it stood."""
    cmd: c.ImportTask = ask.command
    assert ask.plan is not None
    return e.TaskImported(
        task=cmd.task,
        plan=cmd.plan,
        plan_version=ask.plan_version,
        level=cmd.level,
        year=cmd.year,
        title=cmd.title,
        lead_unit=cmd.lead_unit,
        investigator=cmd.investigator,
        state=cmd.state,
        came_from=_came_from(cmd, ask.plan.workflows[cmd.level]),
        facts=cmd.facts,
        source=cmd.source,
    )


def _came_from(command: c.ImportTask, workflow: Workflow) -> str:
    """Where a step back leads: of the states that lead here the last one with a date on record, else the first."""
    if not any(BACK in step.targets(command.state).values() for step in workflow.steps.values()):
        return ""
    before = [state.name for state in workflow.states if _leads(workflow, state.name, command.state)]
    dated = [name for name in before if command.facts.reached(name) is not None]
    return (dated or before[:1] or [NEW])[-1]


def _leads(workflow: Workflow, source: str, target: str) -> bool:
    return any(target in step.targets(source).values() for step in workflow.steps.values())
