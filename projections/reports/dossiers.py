"""What reports are made of: tasks with their dated entries, people, plans, what units did. It counts nothing."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from engine import events as e
from engine.envelope import Event
from engine.imported import ImportedFacts
from projections.decoding import fields_of
from projections.kernel import Projection, place_of

REACHED_BY_IMPORT = (
    "registered", "selected", "appraised", "approved", "funded", "in_progress", "submitted", "accepted",
    "not_accepted", "recognised", "published", "closed",
)  # fmt: skip
BACK = ("task_resumed", "task_resubmitted")  # they lead back to where the task stood before


class Entry(Struct, frozen=True):
    """An event of a task, as far as a report tells of it. Of an imported task one for each state with a known day."""

    version: int
    kind: str
    on: str
    source: str = ""
    target: str = ""
    document: str | None = None
    session: str | None = None
    line: str | None = None
    amount: int = 0
    text: str | None = None  # reason, findings, citation, form
    grade: str | None = None
    url: str | None = None
    doi: str | None = None
    persons: tuple[str, ...] = ()
    unit: str | None = None
    flag: bool = False  # late, of use
    end: str | None = None
    estimate: int | None = None
    investigator: str | None = None
    step: str | None = None  # of one that the plan defines for itself

    @property
    def moves(self) -> bool:
        """Whether it changed the state, otherwise than back to where the task stood before."""
        return self.source != self.target and self.kind not in BACK


class Dossier(Struct, frozen=True):
    """A task: what its registration says, and the entries that are not rescinded, in the order of the log."""

    task: str
    plan: str
    level: str
    year: int
    title: str
    lead_unit: str
    entries: tuple[Entry, ...]
    topic_group: int | None = None
    start: str | None = None
    imported: bool = False

    @property
    def state(self) -> str:
        """Where the task stands."""
        return next((entry.target for entry in reversed(self.entries) if entry.source != entry.target), "")

    def newest(self, name: str) -> Any:
        """What the newest entry by date that tells it says: `end`, `estimate`, `investigator`, `grade`, `url`."""
        telling = [entry for entry in reversed(self.entries) if getattr(entry, name) is not None]
        return getattr(max(telling, key=lambda entry: entry.on), name) if telling else None

    def first(self, *states: str) -> Entry | None:
        """The entry that first led to one of the states."""
        return next((entry for entry in self.entries if entry.moves and entry.target in states), None)

    def last(self, *states: str) -> Entry | None:
        """The entry that last led to one of the states."""
        return next((entry for entry in reversed(self.entries) if entry.moves and entry.target in states), None)

    def total(self, kind: str) -> int:
        """Whole đồng of all entries of a kind."""
        return sum(entry.amount for entry in self.entries if entry.kind == kind)


class PersonName(Struct, frozen=True):
    """A person by name."""

    person: str
    name: str


class Adopted(Struct, frozen=True):
    """A plan as its newest version says."""

    plan: str
    content: dict[str, Any]


class Deed(Struct, frozen=True):
    """What a unit, or the Department (no unit), did or measured under a plan."""

    place: str
    position: int
    kind: str
    on: str
    plan: str
    unit: str | None
    year: int
    title: str | None = None
    form: str | None = None  # of a conference, training, inspection
    participants: int | None = None
    by: str | None = None
    findings: str | None = None
    measure: str | None = None
    value: str | None = None
    incentive: bool = False
    document: str | None = None


dossiers = Projection("dossiers", 1, Dossier, key="task")
people = Projection("people", 1, PersonName, key="person")
adopted = Projection("adopted", 1, Adopted, key="plan")
deeds = Projection("deeds", 1, Deed, key="place", named="place")

_SAME = ("session", "line", "grade", "url", "doi", "unit", "investigator", "step")
_TEXTS = ("reason", "findings", "citation", "form", "summary")


def _number(event: Event) -> str | None:
    return event.document.number if event.document else None


def _entry(fact: e.StepTaken, event: Event) -> Entry:
    # Asked of the fields there are: to ask a fact for one that it lacks costs many times as much.
    told = fields_of(fact)
    said: dict[str, Any] = {name: told[name] for name in _SAME if name in told}
    estimate, end = told.get("estimate"), told.get("end")
    return Entry(
        version=event.version,
        kind=fact.KIND,
        on=event.on.isoformat(),
        source=fact.source,
        target=fact.target,
        document=_number(event),
        amount=told.get("amount", 0),
        text=next((told[name] for name in _TEXTS if told.get(name)), None),
        persons=told.get("persons", ()),
        flag=bool(told.get("late") or told.get("of_use")),
        end=end.isoformat() if end else None,
        estimate=sum(item.amount for item in estimate) if estimate else None,
        **said,
    )


@dossiers.on(e.TaskRegistered, begins=True)
def _registered(_: Dossier | None, fact: e.TaskRegistered, event: Event) -> Dossier:
    return Dossier(
        task=fact.task,
        plan=fact.plan,
        level=fact.level,
        year=fact.year,
        title=fact.title,
        lead_unit=fact.lead_unit,
        entries=(_entry(fact, event),),
        topic_group=fact.topic_group,
        start=fact.start.isoformat(),
    )


@dossiers.on(e.TaskImported, begins=True)
def _imported(_: Dossier | None, fact: e.TaskImported, event: Event) -> Dossier:
    told = fact.facts
    dated = [(day.isoformat(), state) for state in REACHED_BY_IMPORT if (day := told.reached(state))]
    before, entries = "", []
    for on, state in dated:
        if state != fact.state:
            entries.append(_of_import(fact, told, event, on, before, state))
            before = state
    reached = told.reached(fact.state)
    entries.append(_of_import(fact, told, event, reached.isoformat() if reached else "", before, fact.state))
    return Dossier(
        task=fact.task,
        plan=fact.plan,
        level=fact.level,
        year=fact.year,
        title=fact.title,
        lead_unit=fact.lead_unit,
        entries=tuple(entries),
        topic_group=told.topic_group,
        start=told.start.isoformat() if told.start else None,
        imported=True,
    )


def _of_import(fact: e.TaskImported, told: ImportedFacts, event: Event, on: str, source: str, target: str) -> Entry:
    # Its sums are of the time before: no budget line has them, and no day is known on which they moved.
    return Entry(
        version=event.version,
        kind=fact.KIND,
        on=on,
        source=source,
        target=target,
        document=_number(event),
        amount=(told.approved or 0) if target == "approved" else 0,
        grade=told.grade,
        url=told.published_url,
        end=told.end.isoformat() if told.end else None,
        estimate=told.estimate,
        investigator=fact.investigator,
    )


@dossiers.on(e.StepTaken)
def _stepped(row: Dossier, fact: e.StepTaken, event: Event) -> Dossier:
    return replace(row, entries=(*row.entries, _entry(fact, event)))


@dossiers.on(e.StepRescinded)
def _rescinded(row: Dossier, fact: e.StepRescinded, _: Event) -> Dossier:
    return replace(row, entries=tuple(entry for entry in row.entries if entry.version != fact.version))


@people.on(e.PersonAdded, begins=True)
def _added(_: PersonName | None, fact: e.PersonAdded, __: Event) -> PersonName:
    return PersonName(fact.person, fact.name)


@adopted.on(e.PlanAdopted, begins=True)
def _adopted(_: Adopted | None, fact: e.PlanAdopted, __: Event) -> Adopted:
    return Adopted(fact.plan, fact.content)


@deeds.on(
    e.UnitPlanSubmitted,
    e.RegulationIssued,
    e.UnitInspected,
    e.ConferenceHeld,
    e.TrainingHeld,
    e.MeasureRecorded,
    key=place_of,
    begins=True,
)
def _done(_: Deed | None, fact: Any, event: Event) -> Deed:
    told = fields_of(fact)
    return Deed(
        place=place_of(event),
        position=event.position,
        kind=fact.KIND,
        on=event.on.isoformat(),
        plan=fact.plan,
        unit=fact.unit if event.stream.startswith("unit_year:") else None,
        year=fact.year,
        title=told.get("title"),
        form=told.get("kind"),
        participants=told.get("participants"),
        by=told.get("by"),
        findings=told.get("findings"),
        measure=told.get("measure"),
        value=told.get("value"),
        incentive=told.get("incentive", False),
        document=_number(event),
    )
