"""The task registry: one row a task, as the facts left it. It judges nothing, and a sum not decided is 0."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from engine import events as e
from engine.envelope import Event
from engine.text import fold
from projections.kernel import Projection, iso


class Undo(Struct, frozen=True):
    """What a step that changed the state replaced, under the step's version in the task's stream."""

    version: int
    before: dict[str, str | int | bool | None]


class TaskRow(Struct, frozen=True):
    """A task as the registry shows it; whole đồng, dates as ISO text. What is HIDDEN serves search and rescissions."""

    task: str
    plan: str
    level: str
    year: int
    title: str
    lead_unit: str
    investigator: str | None  # of an imported task it may not be on record
    state: str
    approved: int = 0
    allocated: int = 0
    disbursed: int = 0
    returned: int = 0
    grade: str | None = None
    registered_on: str | None = None
    appraised_on: str | None = None
    approved_on: str | None = None
    funded_on: str | None = None
    started_on: str | None = None
    accepted_on: str | None = None
    recognised_on: str | None = None
    published_on: str | None = None
    closed_on: str | None = None
    published_url: str | None = None
    late: bool = False
    title_en: str | None = None
    search: str = ""
    led_since: str = ""
    undo: tuple[Undo, ...] = ()


HIDDEN = ("title_en", "search", "led_since", "undo")
SUMS = ("allocated", "disbursed", "returned")  # records of money outlive the rescission of a step
# The contract names these columns by the states they tell of, whatever plan has them and whatever step leads there.
REACHED = {
    "registered": "registered_on",
    "appraised": "appraised_on",
    "approved": "approved_on",
    "funded": "funded_on",
    "in_progress": "started_on",
    "accepted": "accepted_on",
    "recognised": "recognised_on",
    "published": "published_on",
    "closed": "closed_on",
}

tasks = Projection("tasks", 1, TaskRow, key="task")


def _stepped(row: TaskRow, fact: e.StepTaken, event: Event, **changes: Any) -> TaskRow:
    """The row after a step. A state's date is that of the first step there: a task resumed was started before."""
    target = fact.target
    if target == fact.source:
        return replace(row, **changes) if changes else row
    before = {name: getattr(row, name) for name in changes if name not in SUMS} if changes else {}
    before["state"], changes["state"] = row.state, target
    column = REACHED.get(target)
    if column is not None and getattr(row, column) is None:
        before[column], changes[column] = None, iso(event.on)
    return replace(row, undo=(*row.undo, Undo(event.version, before)), **changes)


def _words(*texts: str | None) -> str:
    return fold(" ".join([text for text in texts if text]))


def _searchable(row: TaskRow) -> TaskRow:
    return replace(row, search=_words(row.title, row.title_en, row.investigator, row.lead_unit))


@tasks.on(e.TaskRegistered, begins=True)
def _registered(_: TaskRow | None, fact: e.TaskRegistered, event: Event) -> TaskRow:
    row = TaskRow(
        task=fact.task,
        plan=fact.plan,
        level=fact.level,
        year=fact.year,
        title=fact.title,
        title_en=fact.title_en,
        lead_unit=fact.lead_unit,
        investigator=fact.investigator,
        state=fact.source,
        search=_words(fact.title, fact.title_en, fact.investigator, fact.lead_unit),
    )
    return _stepped(row, fact, event)


@tasks.on(e.TaskImported, begins=True)
def _imported(_: TaskRow | None, fact: e.TaskImported, event: Event) -> TaskRow:
    told = fact.facts
    reached: dict[str, Any] = {
        column: day.isoformat() for state, column in REACHED.items() if (day := told.reached(state))
    }
    row = TaskRow(
        task=fact.task,
        plan=fact.plan,
        level=fact.level,
        year=fact.year,
        title=fact.title,
        title_en=told.title_en,
        lead_unit=fact.lead_unit,
        investigator=fact.investigator,
        state=fact.state,
        approved=told.approved or 0,
        allocated=told.allocated or 0,
        disbursed=told.disbursed or 0,
        returned=told.returned or 0,
        grade=told.grade,
        published_url=told.published_url,
        **reached,
    )
    return _searchable(row)


@tasks.on(e.StepRescinded)
def _rescinded(row: TaskRow, fact: e.StepRescinded, _: Event) -> TaskRow:
    if not row.undo or row.undo[-1].version != fact.version:  # as of a day before the step it is as if it never was
        return row
    return replace(row, **row.undo[-1].before, undo=row.undo[:-1], allocated=row.allocated - (fact.amount or 0))


@tasks.on(e.StepTaken)
def _moved(row: TaskRow, fact: e.StepTaken, event: Event) -> TaskRow:
    return _stepped(row, fact, event)


@tasks.on(e.TaskAmended)
def _amended(row: TaskRow, fact: e.TaskAmended, event: Event) -> TaskRow:
    on = iso(event.on)
    if fact.investigator is None or on < row.led_since:  # recorded late: somebody else has come since
        return row
    return _searchable(replace(row, investigator=fact.investigator, led_since=on))


@tasks.on(e.TaskApproved)
def _approved(row: TaskRow, fact: e.TaskApproved, event: Event) -> TaskRow:
    return _stepped(row, fact, event, approved=fact.amount)


@tasks.on(e.TaskFunded)
def _funded(row: TaskRow, fact: e.TaskFunded, event: Event) -> TaskRow:
    return _stepped(row, fact, event, allocated=row.allocated + fact.amount)


@tasks.on(e.FundsDisbursed)
def _disbursed(row: TaskRow, fact: e.FundsDisbursed, event: Event) -> TaskRow:
    return _stepped(row, fact, event, disbursed=row.disbursed + fact.amount)


@tasks.on(e.FundsReturned)
def _returned(row: TaskRow, fact: e.FundsReturned, event: Event) -> TaskRow:
    return _stepped(row, fact, event, returned=row.returned + fact.amount)


@tasks.on(e.SubmittedForAcceptance)
def _submitted(row: TaskRow, fact: e.SubmittedForAcceptance, event: Event) -> TaskRow:
    return _stepped(row, fact, event, late=row.late or fact.late)


@tasks.on(e.TaskAccepted)
def _accepted(row: TaskRow, fact: e.TaskAccepted, event: Event) -> TaskRow:
    return _stepped(row, fact, event, grade=fact.grade)


@tasks.on(e.TaskPublished)
def _published(row: TaskRow, fact: e.TaskPublished, event: Event) -> TaskRow:
    return _stepped(row, fact, event, published_url=fact.url)
