"""What a new version of a plan would mean for running tasks: what it allows, refuses, or lacks. Records nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.ask import Draft, Facts
from engine.commands import COMMANDS, PlainStep
from engine.desk import Desk
from engine.plan import Plan
from engine.states import Task
from engine.work import Work


@dataclass(frozen=True, slots=True)
class Impact:
    """What would change for one task. `lost`: the new version lacks its level or state, so it stays where it is."""

    task: str
    state: str
    version: int
    lost: bool
    allows: tuple[str, ...] = ()
    refuses: tuple[tuple[str, tuple[str, ...]], ...] = ()  # step, the rules that would refuse it


class _Under:
    """The plans of a store as if a plan's every version were `plan`."""

    def __init__(self, work: Work, plan: Plan) -> None:
        self._work, self._plan = work, plan

    def newest(self, plan: str) -> tuple[Plan, int] | None:
        found = self._work.newest(plan)
        return (self._plan, found[1] + 1) if found and plan == self._plan.id else found

    def version(self, plan: str, number: int) -> Plan:
        return self._plan if plan == self._plan.id else self._work.version(plan, number)

    def ids(self) -> Sequence[str]:
        return self._work.ids()


def impact(desk: Desk, plan: Plan, tasks: Sequence[str]) -> Iterator[Impact]:
    """For each task of the plan that is not in a final state: what the new version would allow or refuse."""
    with desk.reading(without_writing=True) as work:
        for ident in tasks:
            task = Facts(work).task(ident)
            if task is not None and task.plan == plan.id:
                found = _impact(desk, work, plan, task)
                if found is not None:
                    yield found


def _impact(desk: Desk, work: Work, plan: Plan, task: Task) -> Impact | None:
    old = work.version(task.plan, task.plan_version)
    if any(state.final for state in old.workflows[task.level].states if state.name == task.state):
        return None
    workflow = plan.workflows.get(task.level)
    if workflow is None or task.state not in workflow.state_names:
        return Impact(task.task, task.state, task.plan_version, lost=True)
    before, after = _refused(desk, work, old, task), _refused(desk, work, plan, task)
    allows = tuple(step for step, rules in after.items() if not rules and before.get(step, ("-",)))
    refuses = tuple((s, rules) for s, rules in after.items() if rules and before.get(s) == ())
    gone = tuple((s, ("house.order_of_steps",)) for s, rules in before.items() if not rules and s not in after)
    return Impact(task.task, task.state, task.plan_version, False, allows, refuses + gone)


def _refused(desk: Desk, work: Work, plan: Plan, task: Task) -> dict[str, tuple[str, ...]]:
    """Step -> the rules that refuse it, as far as can be told without its fields."""
    under, found = _Under(work, plan), {}
    for step in plan.workflows[task.level].steps:
        if step != "register_task":
            draft = Draft(COMMANDS.get(step, PlainStep), command=step, task=task.task, on=desk.today())
            ask = desk.decider.ask(draft, Facts(work), under, desk.today())
            verdicts = desk.decider.weigh(ask)
            found[step] = tuple(dict.fromkeys(v.id for v in verdicts if not v.met and v.waived is None))
    return found
