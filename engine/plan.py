"""What a plan is: clauses, workflows, states, steps, council rules. Data only; it names no plan and judges nothing."""

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import cache, cached_property
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StrictInt,
    TypeAdapter,
)

from engine.fields import MOST_MONEY, Day, Document, Flag
from engine.fields import Text as GivenText
from engine.states import NEW as NEW

STAY = "stay"  # a record: the state does not change
BACK = "back"  # to the state the task came from

ROLES = ("admin", "leader", "secretary", "finance", "unit_officer", "auditor")

Source = Literal["plan", "law", "customary", "house"]
Decider = Literal["council", "body"]


def _share(value: Any) -> Fraction:
    """A share as a plan writes it: 2/3, 0.75, 70. Raises ValueError."""
    text = str(value)
    if not _SHARE.match(text):
        raise ValueError("no share")
    try:
        return Fraction(text)
    except ZeroDivisionError:
        raise ValueError("nothing is divided by zero") from None


# No exponents: 1e999999999 is written in a moment and worked out for hours.
_SHARE: Final = re.compile(r"-?[0-9]+(/[0-9]+|\.[0-9]+)?\Z")
Share = Annotated[Fraction, BeforeValidator(_share), PlainSerializer(lambda f: str(f), return_type=str)]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)


class Text(_Data):
    """A sentence or title in both languages."""

    vi: str
    en: str

    def within(self, lang: str) -> str:
        """The text in `lang` ('vi' or 'en')."""
        return self.vi if lang == "vi" else self.en


class RuleUse(_Data):
    """A rule as a plan uses it: which identifier it cites, with which parameters, and whether a leader may waive it."""

    id: str
    waivable: bool = False
    params: dict[str, Any] = Field(
        default_factory=dict, validation_alias=AliasChoices("with", "params"), serialization_alias="with"
    )

    @property
    def source(self) -> Source:
        """Where the rule comes from; a rule without a prefix cites a clause of its plan."""
        return source_of(self.id)


class PlainField(_Data):
    """A field of a step that a plan defines for itself."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    type: Literal["text", "integer", "date", "boolean", "document"] = "text"
    required: bool = True
    title: Text | None = None

    @property
    def kind(self) -> Literal["text", "integer", "date", "boolean", "object"]:
        """What it holds, as `engine.schema` has the fields of other commands."""
        return "object" if self.type == "document" else self.type

    def read(self, value: Any) -> str | int | bool | date | Document:
        """What was given for the field, as its type has it. Raises pydantic's ValidationError."""
        found: str | int | bool | date | Document = _reader(self.type).validate_python(value)
        return found


@cache
def _reader(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(_TYPES[name])


_TYPES: Final[dict[str, Any]] = {
    "text": GivenText,
    "integer": Annotated[StrictInt, Field(ge=-MOST_MONEY, le=MOST_MONEY)],
    "date": Day,
    "boolean": Flag,
    "document": Document,
}


class Step(_Data):
    """One step of a workflow: from which state to which, by whom, under which rules (rule name -> use)."""

    moves: dict[str, str | dict[str, str]]
    roles: tuple[str, ...]
    rules: dict[str, RuleUse] = {}
    title: Text | None = None
    note: Text | None = None
    fields: tuple[PlainField, ...] = ()
    effect: dict[str, int] = {}  # parameters of a built-in effect, as `late_after_days`

    def targets(self, state: str) -> dict[str, str]:
        """Outcome -> target from `state`; a step with one outcome has the key ''. Empty where it is not possible."""
        move = self.moves.get(state)
        if move is None:
            return {}
        return {"": move} if isinstance(move, str) else move


class State(_Data):
    """A state of a workflow; `milestone` states are the ones every workflow passes."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Text
    milestone: bool = False
    side: bool = False  # a detour or an end before the end: not on the chain of a task that meets no obstacle
    final: bool = False


class Purpose(_Data):
    """Who decides on one purpose (select, appraise, approve, accept, recognise) and which rule says so."""

    by: Decider
    whose: Literal["unit", "department"] | None = None
    id: str = "house.right_council"


class Workflow(_Data):
    """The life of a task of one level."""

    level: str
    title: Text
    states: tuple[State, ...]
    steps: dict[str, Step]
    decides: dict[str, Purpose] = {}
    right_council: str = "house.right_council"
    unit_roles: tuple[str, ...] = ("unit_officer", "secretary", "finance")

    @cached_property
    def state_names(self) -> frozenset[str]:
        """The names of all states."""
        return frozenset(state.name for state in self.states)

    @property
    def chain(self) -> tuple[str, ...]:
        """The states of a task that meets no obstacle, in order."""
        return tuple(state.name for state in self.states if not state.side)

    def reached_by(self, step: str, outcome: str = "") -> frozenset[str]:
        """The states that a step leads to by an outcome: those in which a task is closed, say, whatever their names."""
        taken = self.steps.get(step)
        found = (taken.targets(source).get(outcome) for source in taken.moves) if taken is not None else ()
        return frozenset(state for state in found if state is not None)

    def purpose_id(self, purpose: str) -> str:
        """The rule that names the right council for `purpose`."""
        found = self.decides.get(purpose)
        return found.id if found else self.right_council


class Seats(_Data):
    """How a council is made up."""

    least: int = 5
    most: int = 11
    odd: bool = True
    needs: dict[str, int] = {"chair": 1, "secretary": 1, "reviewer": 2}


class ScoreRule(_Data):
    """An average of scores: at least `passes` passes, from `revises` to below it asks for revision."""

    passes: Share = Fraction(70)
    revises: Share = Fraction(50)


class GradeRule(_Data):
    """Excellent when at least `excellent` of those present say so and nobody fails; fail when over `fail_over` do."""

    excellent: Share = Fraction(3, 4)
    fail_over: Share = Fraction(1, 3)


class CouncilRules(_Data):
    """How councils are made up, meet and vote. Customary unless the plan's department has its own regulation."""

    composition_rule: str = "customary.council_composition"
    quorum_rule: str = "customary.quorum"
    conflict_rule: str = "customary.conflict_of_interest"
    seats: Seats = Seats()
    quorum: Share = Fraction(2, 3)
    chairs: tuple[str, ...] = ("chair", "vice_chair")
    kinds: dict[str, tuple[str, ...]] = {}
    majority: Share = Fraction(3, 4)
    score: ScoreRule = ScoreRule()
    grade: GradeRule = GradeRule()
    lead_unit_votes: int = 1
    lead_unit_barred: tuple[str, ...] = ("chair", "vice_chair", "reviewer", "secretary")


class Target(_Data):
    """A figure the plan wants reached."""

    measure: str
    value: int
    unit: Literal["percent", "count"]


class Clause(_Data):
    """One clause of a plan, carried by a rule, an obligation, a registry, a report, a target, or context."""

    id: str
    kind: Literal["rule", "obligation", "assignment", "target", "registry", "context"]
    text: Text
    system: str | None = None
    reading: str | None = None
    reading_vi: str | None = None  # the same for who reads Vietnamese
    carried: tuple[str, ...] = ()
    lead: str | None = None
    coordinate: tuple[str, ...] = ()
    time: str | None = None
    year: int | None = None
    due: date | None = None  # the day the plan names
    due_is: Literal["before"] | None = None
    target: Target | None = None
    counts: Text | None = None  # what the target's figure counts, where it is no share: hospitals, conferences
    units_vi: tuple[str, ...] = ()


class Obligation(_Data):
    """What every unit that takes part owes: once (`due`), or again (`recurs`); `due` names the last day on time."""

    what: str
    clause: str
    also: tuple[str, ...] = ()  # the clauses that state the same duty
    who: Literal["every_unit", "department"] = "every_unit"
    years: tuple[int, ...] = ()
    since: int | None = None
    recurs: Literal["once", "yearly", "half_yearly", "quarterly", "monthly"] = "once"
    first: str | None = None  # the first period owed, '2025-03'
    periods: tuple[str, ...] = ()  # which of the year are owed, as 'H1'; all when empty
    last_days: tuple[str, ...] = ()  # month-day, the last day on time, one a period; when empty, a period's last day
    to: str | None = None


class Basis(_Data):
    """A document the plan rests on."""

    number: str
    date: date
    issuer_vi: str
    note: str | None = None


class TopicGroup(_Data):
    """One of the groups of topics a task falls in."""

    id: int
    vi: str
    en: str


def _listed(value: Any) -> Any:
    """One by itself as a list of one; plans adopted before a letterhead had days have it so, too."""
    if value is None:
        return ()
    return (value,) if isinstance(value, dict | Letterhead) else value


class Letterhead(_Data):
    """What stands around the text of a document (Decree 30/2020/NĐ-CP): issuer, symbol, place, signature."""

    # The day from which it is borne. A province may be merged into another while its plan runs on.
    since: date | None = Field(default=None, validation_alias=AliasChoices("from", "since"), serialization_alias="from")
    superior: str = ""  # the agency above the issuer
    issuer: str
    name: str = ""  # of the issuer in a sentence, where it is not the plan's
    symbol: str = ""  # what follows the number: BC-SYT
    place: str
    capacity: str  # of who signs
    signer: str = ""
    recipients: tuple[str, ...] = ()


class SectionForm(_Data):
    """A section of a report: under which title (else its usual one), and the clauses that it carries."""

    title: Text | None = None
    clauses: tuple[str, ...] = ()


class ReportForm(_Data):
    """A report of the plan: for which periods it is made, what it says of itself, its sections in order."""

    title: Text
    periods: tuple[Literal["year", "half-year", "quarter"], ...]
    sections: dict[str, SectionForm]
    opening: Text | None = None
    recipients: tuple[str, ...] = ()  # where others than the letterhead's
    stands: Literal["period", "record"] = "period"  # as of the period's last day, or with all that is on record


class Plan(_Data):
    """A plan as adopted: self-contained, so that its content and its hash say all."""

    id: str = Field(pattern=r"^[\w.\-]{1,64}$")
    number: str
    issued_on: date
    issuer: str
    title: Text
    province: str
    basis: tuple[Basis, ...] = ()
    offices: dict[str, str] = {}
    offices_en: dict[str, str] = {}  # the same for who reads English
    topic_groups: tuple[TopicGroup, ...] = ()
    level_rule: str = "house.level"
    council: CouncilRules = CouncilRules()
    line_rules: dict[str, str] = {}  # payer -> the rule that keeps a line's amount above its allocations
    line_rule: str = "house.within_line"
    seminar_parts: RuleUse | None = None
    clauses: tuple[Clause, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    workflows: dict[str, Workflow] = {}
    # In the order of the days from which they are borne; one alone may be written without a list.
    letterhead: Annotated[tuple[Letterhead, ...], BeforeValidator(_listed)] = ()
    reports: dict[str, ReportForm] = {}

    @cached_property
    def clause_ids(self) -> frozenset[str]:
        """The identifiers of all clauses."""
        return frozenset(clause.id for clause in self.clauses)

    def letterhead_on(self, day: date) -> Letterhead | None:
        """The letterhead that a letter of `day` bears: the newest borne by then, else the first; None without any."""
        borne = [head for head in self.letterhead if head.since is None or head.since <= day]
        return borne[-1] if borne else next(iter(self.letterhead), None)

    def department_on(self, day: date) -> str:
        """The Department's name on a day: the issuer's, unless the letterhead of that day has another since."""
        head = self.letterhead_on(day)
        return (head.name if head else "") or self.issuer

    def office(self, name: str) -> Text | None:
        """An office's name in both languages (the Vietnamese one where it has no other); None where there is none."""
        if name not in self.offices:
            return None
        return Text(vi=self.offices[name], en=self.offices_en.get(name, self.offices[name]))

    def uses(self) -> Iterator[tuple[str, str, str, RuleUse]]:
        """Every use of a rule: level, step, rule name, use."""
        for level, workflow in self.workflows.items():
            for name, step in workflow.steps.items():
                for rule, use in step.rules.items():
                    yield level, name, rule, use


@cache
def plain_use(rule_id: str) -> RuleUse:
    """A rule used without parameters, citing `rule_id`."""
    return RuleUse(id=rule_id)


@cache
def source_of(rule_id: str) -> Source:
    """The kind of source a rule id names: its prefix, or a clause of a plan."""
    prefix = rule_id.split(".", 1)[0]
    if prefix == "law":
        return "law"
    if prefix == "customary":
        return "customary"
    return "house" if prefix == "house" else "plan"
