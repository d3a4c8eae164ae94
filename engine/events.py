"""Every kind of fact the log may hold. Shapes are frozen: a new shape is a new schema with an upcaster."""

from datetime import date
from typing import Any, ClassVar

from engine.envelope import Fact, kind
from engine.fields import Ballot, Document, Item, Opinion, Part, RoleAt, Seat, SeminarReport


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


class TaskFact(Fact):
    """Something on a task's stream."""

    task: str

    def stream(self) -> str:
        return f"task:{self.task}"


class StepTaken(TaskFact):
    """A step of a task's workflow: where it stood, where it stands. A record has the same source and target."""

    source: str
    target: str


@kind
class TaskRegistered(StepTaken):
    """A task was registered, under the plan version that is to govern it."""

    KIND: ClassVar[str] = "task_registered"

    plan: str
    plan_version: int
    level: str
    year: int
    title: str
    title_en: str | None = None
    lead_unit: str
    investigator: str
    team: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    topic_group: int | None = None
    human_subjects: bool = False
    start: date
    end: date
    estimate: tuple[Item, ...]
    summary: str | None = None

    def touches(self) -> tuple[str, ...]:
        return (self.stream(), f"person:{self.investigator}")


@kind
class TaskReturned(StepTaken):
    """The dossier was returned."""

    KIND: ClassVar[str] = "task_returned"

    reason: str
    missing: tuple[str, ...] = ()


@kind
class TaskResubmitted(StepTaken):
    """The dossier was handed in again."""

    KIND: ClassVar[str] = "task_resubmitted"

    changes: str
    estimate: tuple[Item, ...] | None = None
    start: date | None = None
    end: date | None = None


class TaskDecided(StepTaken):
    """A council's or an outside body's decision; `session` or the document of the event."""

    session: str | None = None
    present: int | None = None
    counts: dict[str, int] = {}


@kind
class TaskSelected(TaskDecided):
    """A council selected the task."""

    KIND: ClassVar[str] = "task_selected"


@kind
class TaskAppraised(TaskDecided):
    """The task was appraised. `average` is exact: a whole number or a fraction 'n/d' of points."""

    KIND: ClassVar[str] = "task_appraised"

    result: str
    average: str | None = None


@kind
class TaskAccepted(TaskDecided):
    """The result was judged; grade `fail` means not accepted."""

    KIND: ClassVar[str] = "task_accepted"

    grade: str


@kind
class TaskRecognised(TaskDecided):
    """The sector council recognised the result."""

    KIND: ClassVar[str] = "task_recognised"


@kind
class TaskApproved(StepTaken):
    """The task was approved; whole đồng."""

    KIND: ClassVar[str] = "task_approved"

    authority: str
    amount: int
    estimate: tuple[Item, ...]
    suppliers: tuple[str, ...] = ()


class TaskStopped(StepTaken):
    """A step that is a decision with a reason."""

    reason: str


@kind
class TaskRejected(TaskStopped):
    """The task was rejected."""

    KIND: ClassVar[str] = "task_rejected"


@kind
class TaskTerminated(TaskStopped):
    """The task was ended before its time."""

    KIND: ClassVar[str] = "task_terminated"


@kind
class TaskSuspended(TaskStopped):
    """The task was suspended."""

    KIND: ClassVar[str] = "task_suspended"


@kind
class TaskResumed(TaskStopped):
    """The task goes on."""

    KIND: ClassVar[str] = "task_resumed"


@kind
class TaskWithdrawn(TaskStopped):
    """The unit withdrew the task."""

    KIND: ClassVar[str] = "task_withdrawn"


class MoneyMoved(StepTaken):
    """Money of a line moved for a task; whole đồng."""

    line: str
    amount: int

    def touches(self) -> tuple[str, ...]:
        return (self.stream(), f"line:{self.line}")


@kind
class TaskFunded(MoneyMoved):
    """Money of a line was allocated to the task."""

    KIND: ClassVar[str] = "task_funded"


@kind
class FundsDisbursed(MoneyMoved):
    """Money was paid out, with its voucher."""

    KIND: ClassVar[str] = "funds_disbursed"

    beneficiary: str
    content: str
    voucher: str


@kind
class FundsReturned(MoneyMoved):
    """Money went back to its line."""

    KIND: ClassVar[str] = "funds_returned"

    voucher: str


@kind
class TaskStarted(StepTaken):
    """The work began."""

    KIND: ClassVar[str] = "task_started"

    contract: Document
    ethics: Document | None = None


@kind
class ProgressReported(StepTaken):
    """A progress report."""

    KIND: ClassVar[str] = "progress_reported"

    period: str
    percent: int
    summary: str


@kind
class SubmittedForAcceptance(StepTaken):
    """The dossier for acceptance was handed in; `late` where it came over the days allowed after the planned end."""

    KIND: ClassVar[str] = "submitted_for_acceptance"

    dossier: tuple[str, ...]
    late: bool = False


@kind
class TaskPublished(StepTaken):
    """The result stands on the unit's portal."""

    KIND: ClassVar[str] = "task_published"

    url: str
    parts: tuple[str, ...]


@kind
class TaskClosed(StepTaken):
    """The task is settled and ended."""

    KIND: ClassVar[str] = "task_closed"


@kind
class PlainStepTaken(StepTaken):
    """A step that the plan defines for itself, with the fields the plan gives it."""

    KIND: ClassVar[str] = "plain_step_taken"

    step: str
    fields: dict[str, str | int | bool] = {}
    reason: str | None = None


@kind
class RuleWaived(TaskFact):
    """A leader waived a rule for the task's next step of that name."""

    KIND: ClassVar[str] = "rule_waived"

    rule: str
    step: str
    reason: str
