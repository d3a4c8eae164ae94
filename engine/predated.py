"""Which rules a task of the time before would have failed, had they been asked, as far as its register tells."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from engine.ask import Draft, Facts
from engine.commands import COMMANDS
from engine.decider import Decider
from engine.envelope import Event
from engine.events import TaskImported
from engine.fields import Item
from engine.fold import evolve
from engine.money import Share
from engine.replay import Past
from engine.states import Task
from engine.times import day_of

OF_THE_ACT = ("role", "document")  # who brought the row in took none of these steps


@dataclass(frozen=True, slots=True)
class Step:
    """A step as the register tells of it: its day where that is known, what was given, the task before it.

    `asked`: the rules that a register can tell of; None for all but those of the act."""

    name: str
    on: date | None
    given: dict[str, Any]
    before: Task | None = None
    asked: tuple[str, ...] | None = None


class Instead:
    """The states of a past, with another one of a task."""

    def __init__(self, past: Past, task: Task | None) -> None:
        self._past, self._task = past, task

    def get(self, key: str) -> Struct | None:
        """The state of `key`."""
        return self._task if self._task is not None and key == f"task:{self._task.task}" else self._past.get(key)


def predated(decider: Decider, event: Event, past: Past) -> tuple[str, ...]:
    """The rules that an imported task would have failed: at registration, by its sums, at its closing.

    `past`: the facts before the event, whose fact is a TaskImported."""
    fact = event.fact
    assert isinstance(fact, TaskImported)
    after = evolve(event.stream, past.get(event.stream), event)
    assert isinstance(after, Task)
    failed: dict[str, None] = {}
    workflow = past.version(fact.plan, fact.plan_version).workflows.get(fact.level)
    closed = workflow is not None and fact.state in workflow.reached_by("close_task")
    for step in _steps(fact, after, closed=closed):
        cls = COMMANDS[step.name]
        draft = Draft(cls, command=step.name, actor=event.actor, on=step.on or event.on, task=fact.task, **step.given)
        today = day_of(event.recorded_at)
        ask = decider.ask(draft, Facts(Instead(past, step.before)), past, today)
        for verdict in decider.weigh(ask):
            asked = verdict.name not in OF_THE_ACT if step.asked is None else verdict.name in step.asked
            if asked and not verdict.met:
                failed[verdict.id] = None
    return tuple(failed)


def _steps(fact: TaskImported, after: Task, *, closed: bool) -> Iterator[Step]:
    told = fact.facts
    yield Step("register_task", told.registered_on, _registration(fact))
    bare = replace(after, brought=Share(), unsettled=0)
    given: dict[str, Any]
    if told.estimate is not None and told.approved is not None:
        before = replace(bare, approved=None, appraised=(("", told.estimate),))
        given = {"amount": told.approved, "estimate": None}
        yield Step("approve_task", told.reached("approved"), given, before, ("approved_within_estimate",))
    if told.approved is not None and told.allocated is not None:
        given = {"amount": told.allocated - (told.returned or 0)}
        yield Step("fund_task", told.reached("funded"), given, bare, ("within_approved_sum",))
    if told.allocated is not None and told.disbursed is not None:
        share = Share().moved(date.min, allocated=told.allocated, returned=told.returned or 0)
        given = {"line": "", "amount": told.disbursed, "beneficiary": after.lead_unit}
        before = replace(bare, money={"": share})
        yield Step("disburse", None, given, before, ("within_allocation", "right_use_of_money"))
    if closed:
        yield Step("close_task", told.reached(fact.state) or told.reached("closed"), {}, after, ("settled",))


def _registration(fact: TaskImported) -> dict[str, Any]:
    told = fact.facts
    given: dict[str, Any] = {name: getattr(fact, name) for name in ("plan", "level", "year", "title", "lead_unit")}
    given |= {"investigator": fact.investigator, "topic_group": told.topic_group, "start": told.start, "end": told.end}
    # A register has one sum; the rule asks for the sum of the items alone.
    given["estimate"] = (Item(content=fact.title, amount=told.estimate),) if told.estimate is not None else None
    return {name: value for name, value in given.items() if value is not None}
