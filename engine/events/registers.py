"""Facts about plans, people, units, councils, sessions, budget lines and seminars. Shapes are frozen."""

from datetime import date
from typing import Any, ClassVar

from pydantic import Field

from engine.administrators import KEY, Administrators
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


class PersonFact(Fact):
    """Something on a person's stream."""

    person: str

    def stream(self) -> str:
        return f"person:{self.person}"


class UnitFact(Fact):
    """Something on a unit's stream."""

    unit: str

    def stream(self) -> str:
        return f"unit:{self.unit}"


class CouncilFact(Fact):
    """Something on a council's stream."""

    council: str

    def stream(self) -> str:
        return f"council:{self.council}"


class SessionFact(Fact):
    """Something on a session's stream."""

    session: str

    def stream(self) -> str:
        return f"session:{self.session}"


class LineFact(Fact):
    """Something on a budget line's stream."""

    line: str

    def stream(self) -> str:
        return f"line:{self.line}"


@kind
class PersonAdded(PersonFact):
    """A person came on record."""

    KIND: ClassVar[str] = "person_added"
    PERSONAL: ClassVar[tuple[str, ...]] = ("name",)

    name: str
    unit: str | None = None
    roles: tuple[RoleAt, ...] = ()
    always: bool = False  # the first administrator holds the role on every date

    def touches(self) -> tuple[str, ...]:
        administers = any(Administrators.named(each.role, each.unit) for each in self.roles)
        return (self.stream(), KEY) if administers else (self.stream(),)


@kind
class PersonErased(PersonFact):
    """The key of a person's personal data was destroyed: nobody can read it any more. Id and roles stay."""

    KIND: ClassVar[str] = "person_erased"

    reason: str | None = None


class RoleFact(PersonFact):
    """Something about a role of a person."""

    role: str
    unit: str | None = None

    def touches(self) -> tuple[str, ...]:
        administers = Administrators.named(self.role, self.unit)
        return (self.stream(), KEY) if administers else (self.stream(),)


@kind
class RoleGranted(RoleFact):
    """A person was given a role from the decision date on."""

    KIND: ClassVar[str] = "role_granted"


@kind
class RoleRevoked(RoleFact):
    """A role was taken from a person; the day before the decision date was the last on which it was held."""

    KIND: ClassVar[str] = "role_revoked"


@kind
class UnitRegistered(UnitFact):
    """A unit came on record."""

    KIND: ClassVar[str] = "unit_registered"

    name: str
    kind: str
    ownership: str
    subordinate: bool
    plans: tuple[str, ...]
    portal: str | None = None


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
class UnitRenamed(UnitFact):
    """A unit has a new name from the decision date."""

    KIND: ClassVar[str] = "unit_renamed"

    name: str


@kind
class PortalSet(UnitFact):
    """A unit's portal from the decision date."""

    KIND: ClassVar[str] = "portal_set"

    portal: str


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
class ResearchOfficeAssigned(UnitFact):
    """A unit has a research office, or a responsible leader and a dedicated officer."""

    KIND: ClassVar[str] = "research_office_assigned"

    office: str | None = None
    leader: str | None = None
    officer: str | None = None


@kind
class CouncilSetUp(CouncilFact):
    """A council was set up."""

    KIND: ClassVar[str] = "council_set_up"

    name: str
    kind: str
    unit: str | None = None
    plan: str
    in_force_from: date
    in_force_until: date | None = None
    members: tuple[Seat, ...]


@kind
class CouncilMemberChanged(CouncilFact):
    """A member left, came in, or was replaced."""

    KIND: ClassVar[str] = "council_member_changed"

    out: str | None = None
    entered: Seat | None = None


class AgendaEntry(Part):
    """What a session decided on, and who reviewed it."""

    task: str | None = None
    initiative: str | None = None
    purpose: str
    reviewers: tuple[str, ...] = ()


@kind
class SessionHeld(SessionFact):
    """A council met."""

    KIND: ClassVar[str] = "session_held"

    council: str
    present: tuple[str, ...]
    guests: tuple[str, ...] = ()
    absent_opinions: tuple[Opinion, ...] = ()
    items: tuple[AgendaEntry, ...]


@kind
class BallotsCast(SessionFact):
    """The ballots of one item of a session."""

    KIND: ClassVar[str] = "ballots_cast"

    task: str | None = None
    initiative: str | None = None
    purpose: str
    ballots: tuple[Ballot, ...]
    recused: tuple[str, ...] = ()
    note: str | None = None


@kind
class BudgetLineOpened(LineFact):
    """A budget line was opened; whole đồng."""

    KIND: ClassVar[str] = "budget_line_opened"

    plan: str
    year: int
    payer: str
    unit: str | None = None
    purpose: str
    amount: int


@kind
class BudgetLineAdjusted(LineFact):
    """A line has a new amount; whole đồng."""

    KIND: ClassVar[str] = "budget_line_adjusted"

    amount: int
    reason: str


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
