"""Facts about plans, people, units, councils, sessions, budget lines and seminars. Shapes are frozen."""

from datetime import date
from typing import Any, ClassVar

from pydantic import Field

from engine.envelope import Fact, kind
from engine.fields import Ballot, Document, Opinion, Part, RoleAt, Seat, SeminarReport


@kind
class PlanAdopted(Fact):
    """A plan, or a new version of one, was adopted with its whole content (canonical JSON) and its SHA-256."""

    KIND: ClassVar[str] = "plan_adopted"

    plan: str
    content: dict[str, Any]
    sha256: str

    def stream(self) -> str:
        return f"plan:{self.plan}"

    def touches(self) -> tuple[str, ...]:
        return (self.stream(), "plans:all")


@kind
class PersonAdded(Fact):
    """A person came on record."""

    KIND: ClassVar[str] = "person_added"

    person: str
    name: str
    unit: str | None = None
    roles: tuple[RoleAt, ...] = ()
    always: bool = False  # the first administrator holds the role on every date

    def stream(self) -> str:
        return f"person:{self.person}"


@kind
class RoleGranted(Fact):
    """A person was given a role from the decision date on."""

    KIND: ClassVar[str] = "role_granted"

    person: str
    role: str
    unit: str | None = None

    def stream(self) -> str:
        return f"person:{self.person}"


@kind
class RoleRevoked(Fact):
    """A role was taken from a person; the day before the decision date was the last on which it was held."""

    KIND: ClassVar[str] = "role_revoked"

    person: str
    role: str
    unit: str | None = None

    def stream(self) -> str:
        return f"person:{self.person}"


@kind
class UnitRegistered(Fact):
    """A unit came on record."""

    KIND: ClassVar[str] = "unit_registered"

    unit: str
    name: str
    kind: str
    ownership: str
    subordinate: bool
    plans: tuple[str, ...]
    portal: str | None = None

    def stream(self) -> str:
        return f"unit:{self.unit}"


@kind
class Delegated(Fact):
    """Somebody may act in a person's role, both days included."""

    KIND: ClassVar[str] = "delegated"

    person: str
    to: str
    role: str
    unit: str | None = None
    since: date
    until: date

    def stream(self) -> str:
        return f"person:{self.to}"


@kind
class UnitRenamed(Fact):
    """A unit has a new name from the decision date."""

    KIND: ClassVar[str] = "unit_renamed"

    unit: str
    name: str

    def stream(self) -> str:
        return f"unit:{self.unit}"


@kind
class PortalSet(Fact):
    """A unit's portal from the decision date."""

    KIND: ClassVar[str] = "portal_set"

    unit: str
    portal: str

    def stream(self) -> str:
        return f"unit:{self.unit}"


@kind
class UnitsMerged(Fact):
    """Units became part of another: the decision date is the first on which they are not in force."""

    KIND: ClassVar[str] = "units_merged"

    units: tuple[str, ...]
    into: str

    def stream(self) -> str:
        return f"unit:{self.into}"

    def touches(self) -> tuple[str, ...]:
        return (self.stream(), *(f"unit:{unit}" for unit in dict.fromkeys(self.units)))


@kind
class ResearchOfficeAssigned(Fact):
    """A unit has a research office, or a responsible leader and a dedicated officer."""

    KIND: ClassVar[str] = "research_office_assigned"

    unit: str
    office: str | None = None
    leader: str | None = None
    officer: str | None = None

    def stream(self) -> str:
        return f"unit:{self.unit}"


@kind
class CouncilSetUp(Fact):
    """A council was set up."""

    KIND: ClassVar[str] = "council_set_up"

    council: str
    name: str
    kind: str
    unit: str | None = None
    plan: str
    in_force_from: date
    in_force_until: date | None = None
    members: tuple[Seat, ...]

    def stream(self) -> str:
        return f"council:{self.council}"


@kind
class CouncilMemberChanged(Fact):
    """A member left, came in, or was replaced."""

    KIND: ClassVar[str] = "council_member_changed"

    council: str
    out: str | None = None
    entered: Seat | None = None

    def stream(self) -> str:
        return f"council:{self.council}"


class AgendaEntry(Part):
    """What a session decided on, and who reviewed it."""

    task: str | None = None
    initiative: str | None = None
    purpose: str
    reviewers: tuple[str, ...] = ()


@kind
class SessionHeld(Fact):
    """A council met."""

    KIND: ClassVar[str] = "session_held"

    session: str
    council: str
    present: tuple[str, ...]
    guests: tuple[str, ...] = ()
    absent_opinions: tuple[Opinion, ...] = ()
    items: tuple[AgendaEntry, ...]

    def stream(self) -> str:
        return f"session:{self.session}"


@kind
class BallotsCast(Fact):
    """The ballots of one item of a session."""

    KIND: ClassVar[str] = "ballots_cast"

    session: str
    task: str | None = None
    initiative: str | None = None
    purpose: str
    ballots: tuple[Ballot, ...]
    recused: tuple[str, ...] = ()
    note: str | None = None

    def stream(self) -> str:
        return f"session:{self.session}"


@kind
class BudgetLineOpened(Fact):
    """A budget line was opened; whole đồng."""

    KIND: ClassVar[str] = "budget_line_opened"

    line: str
    plan: str
    year: int
    payer: str
    unit: str | None = None
    purpose: str
    amount: int

    def stream(self) -> str:
        return f"line:{self.line}"


@kind
class BudgetLineAdjusted(Fact):
    """A line has a new amount; whole đồng."""

    KIND: ClassVar[str] = "budget_line_adjusted"

    line: str
    amount: int
    reason: str

    def stream(self) -> str:
        return f"line:{self.line}"


@kind
class SeminarHeld(Fact):
    """A unit held a science seminar; `year` is that of the decision date."""

    KIND: ClassVar[str] = "seminar_held"

    unit: str
    plan: str
    year: int
    reports: tuple[SeminarReport, ...]

    def stream(self) -> str:
        return f"unit_year:{self.unit}:{self.plan}:{self.year}"

    def touches(self) -> tuple[str, ...]:
        presenters = dict.fromkeys(f"person:{report.presenter}" for report in self.reports)
        return (self.stream(), *presenters)


@kind
class EntryCorrected(Fact):
    """An entry was recorded wrongly: `data`, `on` and `document` are what it says from here on. It stays in the log as
    it was; whoever looks at what was known before still sees it so. `keys` are the states that change with it."""

    KIND: ClassVar[str] = "entry_corrected"

    of: str
    version: int
    field: str
    value: Any = None
    reason: str
    kind: str
    schema_: int = Field(alias="schema")
    data: dict[str, Any]
    on: date
    document: Document | None = None
    keys: tuple[str, ...]

    def stream(self) -> str:
        return self.of

    def touches(self) -> tuple[str, ...]:
        return self.keys
