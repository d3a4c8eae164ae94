"""Folds facts into the state of a task: copies what happened, asks no rule, no clock, no environment."""

from collections.abc import Iterable
from typing import Any, cast

from msgspec import Struct, convert, to_builtins
from msgspec.json import encode
from msgspec.structs import replace

from engine import events as e
from engine.envelope import Event
from engine.fold import evolve, folds, paper, sums
from engine.money import Share
from engine.states import AMENDED, Amendment, Milestone, Task, Waiver


def _stepped(state: Task, fact: e.StepTaken, event: Event, **changes: Any) -> Task:
    """The task after a step: its new state becomes a milestone; the step's waivers are spent."""
    if fact.source != fact.target:
        before = {name: getattr(state, name) for name in ("state", "came_from", *changes) if name not in _STAYS}
        reached = Milestone(
            fact.target,
            event.on,
            event.recorded_at,
            event.position,
            event.version,
            event.command,
            paper(event.document),
            undo=encode(before).decode() if state.milestones else "{}",
        )
        changes |= {"state": fact.target, "came_from": fact.source, "milestones": (*state.milestones, reached)}
    if state.waivers:
        changes["waivers"] = tuple(w for w in state.waivers if w.step != event.command)
    return replace(state, **changes)


def task_of(events: Iterable[Event]) -> Task | None:
    """A task folded from those of its events that count: as of a day before its registration, what is dated before it
    by mistake has nothing to change."""
    state: Struct | None = None
    for event in events:
        if state is not None or isinstance(event.fact, _BEGIN):
            state = evolve(event.stream, state, event)
    return cast("Task | None", state)


_BEGIN = (e.TaskRegistered, e.TaskImported, e.RuleWaived)
_STAYS = ("money", "spent", "reported", "amended")  # records that outlive the rescission of a step


@folds("task", e.StepRescinded)
def _rescinded(state: Task, fact: e.StepRescinded, _: Event) -> Task:
    if not state.milestones or state.milestones[-1].version != fact.version:  # as of a day before the step
        return state
    undone = state.milestones[-1]
    after = convert(to_builtins(state) | undone.before() | {"milestones": []}, Task)
    money = dict(state.money)
    if fact.line is not None and fact.amount is not None:
        money[fact.line] = money[fact.line].moved(undone.on, allocated=-fact.amount)
    return replace(after, milestones=state.milestones[:-1], money=money)


@folds("task", e.TaskMigrated)
def _migrated(state: Task, fact: e.TaskMigrated, event: Event) -> Task:
    return replace(state, plan_version=fact.plan_version, migrated=(event.version, event.on))


def _actors(event: Event) -> tuple[str, ...]:
    return (event.actor, event.acting_for) if event.acting_for else (event.actor,)


@folds("task", e.RuleWaived)
def _waived(state: Task | None, fact: e.RuleWaived, event: Event) -> Task:
    number = event.document.number if event.document else None
    waiver = Waiver(fact.rule, fact.step, event.on, number or "")
    before = state or Task(fact.task)
    return replace(before, waivers=(*before.waivers, waiver))


@folds("task", e.TaskRegistered)
def _registered(state: Task | None, fact: e.TaskRegistered, event: Event) -> Task:
    fields = {name: getattr(fact, name) for name in _COPIED}
    fields["estimate"] = sums(fact.estimate)
    return _stepped(state or Task(fact.task), fact, event, registered_by=_actors(event), **fields)


_COPIED = tuple(name for name in e.TaskRegistered.model_fields if name in Task.__struct_fields__ and name != "task")


@folds("task", e.TaskImported)
def _imported(state: Task | None, fact: e.TaskImported, event: Event) -> Task:
    told = fact.facts
    failed = told.grade == "fail" or fact.state == _NOT_ACCEPTED
    grade = "fail" if failed else told.grade
    graded_on = (told.not_accepted_on or told.accepted_on) if failed else told.accepted_on
    brought = Share(told.allocated or 0, told.disbursed or 0, told.returned or 0)
    settles = told.disbursed is not None or told.returned is not None
    return replace(
        state or Task(fact.task),
        **{name: getattr(fact, name) for name in _IMPORTED},
        **{name: value for name in _TOLD if (value := getattr(told, name)) is not None},
        investigator=fact.investigator or "",
        estimate=(("", told.estimate),) if told.estimate else (),  # what it is made up of is not on record
        brought=brought,
        unsettled=brought.unsettled if settles else 0,
        imported=True,
        handed_in=told.submitted_on or event.on.min,
        failures=(graded_on or event.on,) if failed else (),
        newest_result=(graded_on, grade) if graded_on and grade else None,
        recognised=fact.state == _RECOGNISED or told.recognised_on is not None,
        milestones=(Milestone(fact.state, event.on, event.recorded_at, event.position, event.version, event.command),),
    )


# A fold asks no plan what a state means. These two mean it by themselves, as their days do among the facts of registers
# (`not_accepted_on`, `recognised_on`); of a plan that names them otherwise a register tells the grade and the day.
_NOT_ACCEPTED, _RECOGNISED = "not_accepted", "recognised"
_IMPORTED = ("plan", "plan_version", "level", "year", "title", "lead_unit", "state", "came_from")
_TOLD = ("title_en", "team", "topic_group", "human_subjects", "start", "end", "approved", "grade", "published_url")


@folds(
    "task",
    e.TaskReturned,
    e.TaskRejected,
    e.TaskTerminated,
    e.TaskSuspended,
    e.TaskResumed,
    e.TaskWithdrawn,
    e.TaskStarted,
    e.TaskClosed,
    e.TaskInspected,
    e.PublicationRecorded,
    e.TaskCommended,
    e.PlainStepTaken,
)
def _moved(state: Task, fact: e.StepTaken, event: Event) -> Task:
    return _stepped(state, fact, event)


@folds("task", e.TaskResubmitted)
def _resubmitted(state: Task, fact: e.TaskResubmitted, event: Event) -> Task:
    changes: dict[str, Any] = {"handed_in": event.on}
    if fact.estimate is not None:
        changes["estimate"] = sums(fact.estimate)
    if fact.start is not None:
        changes["start"] = fact.start
    if fact.end is not None:
        changes |= {"end": fact.end} | _without(state, "end")
    return _stepped(state, fact, event, **changes)


def _without(state: Task, name: str) -> dict[str, Any]:
    """The amendments of a task, where a step has decided anew on what they changed."""
    return {"amended": tuple(replace(each, **{name: None}) for each in state.amended)} if state.amended else {}


@folds("task", e.TaskAmended)
def _amended(state: Task, fact: e.TaskAmended, event: Event) -> Task:
    first = Amendment(event.on.min, state.end, state.investigator, state.team, state.approved_estimate)
    estimate = sums(fact.estimate) if fact.estimate is not None else None
    made = Amendment(event.on, fact.end, fact.investigator, fact.team, estimate)
    changes: dict[str, Any] = {}
    if any(getattr(made, name) is not None for name in AMENDED):  # of one day the later recorded counts
        changes["amended"] = tuple(sorted((*(state.amended or (first,)), made), key=lambda each: each.since))
    if fact.end is not None:
        changes["extended"] = state.extended + (fact.end > state.on(event.on).end)
    if fact.suppliers is not None:
        changes["suppliers"] = tuple(dict.fromkeys((*state.suppliers, *fact.suppliers)))
    return _stepped(state, fact, event, **changes).on(event.on.max)


def _heard(state: Task, purpose: str, session: str | None) -> dict[str, Any]:
    return {"heard": (*state.heard, f"{purpose} {session}")} if session is not None else {}


@folds("task", e.TaskSelected)
def _selected(state: Task, fact: e.TaskSelected, event: Event) -> Task:
    return _stepped(state, fact, event, **_heard(state, "select", fact.session))


@folds("task", e.TaskAppraised)
def _appraised(state: Task, fact: e.TaskAppraised, event: Event) -> Task:
    passed = state.estimate or None  # of an imported task it may not be on record
    appraised = passed if fact.result == "passed" else state.appraised
    return _stepped(state, fact, event, appraised=appraised, **_heard(state, "appraise", fact.session))


@folds("task", e.TaskApproved)
def _approved(state: Task, fact: e.TaskApproved, event: Event) -> Task:
    return _stepped(
        state,
        fact,
        event,
        approved=fact.amount,
        approved_estimate=sums(fact.estimate),
        approved_by=_actors(event),
        suppliers=fact.suppliers,
        **_without(state, "estimate"),
    )


def _moved_money(state: Task, fact: e.MoneyMoved, event: Event, **by: int) -> Task:
    share = state.money.get(fact.line, Share()).moved(event.on, **by)
    return _stepped(state, fact, event, money={**state.money, fact.line: share})


@folds("task", e.TaskFunded)
def _funded(state: Task, fact: e.TaskFunded, event: Event) -> Task:
    after = _moved_money(state, fact, event, allocated=fact.amount)
    if fact.source == fact.target:
        return after
    reached = replace(after.milestones[-1], line=fact.line, amount=fact.amount)
    return replace(after, milestones=(*after.milestones[:-1], reached))


@folds("task", e.FundsDisbursed)
def _disbursed(state: Task, fact: e.FundsDisbursed, event: Event) -> Task:
    after = _moved_money(state, fact, event, disbursed=fact.amount)
    return replace(after, spent={**state.spent, fact.content: state.spent.get(fact.content, 0) + fact.amount})


@folds("task", e.FundsReturned)
def _returned(state: Task, fact: e.FundsReturned, event: Event) -> Task:
    return _moved_money(state, fact, event, returned=fact.amount)


@folds("task", e.ProgressReported)
def _reported(state: Task, fact: e.ProgressReported, event: Event) -> Task:
    return _stepped(state, fact, event, reported=min(event.on, state.reported or event.on))


@folds("task", e.SubmittedForAcceptance)
def _submitted(state: Task, fact: e.SubmittedForAcceptance, event: Event) -> Task:
    return _stepped(state, fact, event, handed_in=event.on, late=state.late or fact.late)


@folds("task", e.TaskAccepted)
def _accepted(state: Task, fact: e.TaskAccepted, event: Event) -> Task:
    failures = (*state.failures, event.on) if fact.grade == "fail" else state.failures
    newest = (event.on, fact.grade)
    heard = _heard(state, "accept", fact.session)
    return _stepped(state, fact, event, grade=fact.grade, failures=failures, newest_result=newest, **heard)


@folds("task", e.TaskRecognised)
def _recognised(state: Task, fact: e.TaskRecognised, event: Event) -> Task:
    return _stepped(state, fact, event, recognised=True, **_heard(state, "recognise", fact.session))


@folds("task", e.TaskPublished)
def _published(state: Task, fact: e.TaskPublished, event: Event) -> Task:
    return _stepped(state, fact, event, published_url=fact.url)
