"""Facts about tasks: each step of their life, and the records beside it. Shapes are frozen."""

from datetime import date
from typing import Any, ClassVar

from pydantic import Field

from engine.envelope import Fact, kind, upcaster
from engine.fields import Document, Item


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
    counts: dict[str, int] = Field(default_factory=dict)


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
class TaskInspected(StepTaken):
    """The task, or the use of its result, was inspected (VP57-III.2.5)."""

    KIND: ClassVar[str] = "task_inspected"

    findings: str
    of_use: bool = False


@kind
class TaskAmended(StepTaken):
    """A running task was changed by a decision; what is absent stays as it was."""

    KIND: ClassVar[str] = "task_amended"

    reason: str
    end: date | None = None
    investigator: str | None = None
    team: tuple[str, ...] | None = None
    estimate: tuple[Item, ...] | None = None
    suppliers: tuple[str, ...] | None = None

    def touches(self) -> tuple[str, ...]:
        return (self.stream(), f"person:{self.investigator}") if self.investigator else (self.stream(),)


@kind
class PublicationRecorded(StepTaken):
    """A journal publication came of the task."""

    KIND: ClassVar[str] = "publication_recorded"

    citation: str
    doi: str | None = None


@kind
class TaskCommended(StepTaken):
    """Persons or a unit were commended for the task."""

    KIND: ClassVar[str] = "task_commended"

    form: str
    persons: tuple[str, ...] = ()
    unit: str | None = None


@kind
class PlainStepTaken(StepTaken):
    """A step that the plan defines for itself, with the fields the plan gives it."""

    KIND: ClassVar[str] = "plain_step_taken"
    SCHEMA: ClassVar[int] = 2

    step: str
    fields: dict[str, Document | str | int | bool] = Field(default_factory=dict)
    reason: str | None = None


@upcaster("plain_step_taken", 1)
def _without_documents(data: dict[str, Any]) -> dict[str, Any]:
    return data  # of fields that are documents there were none yet


@kind
class RuleWaived(TaskFact):
    """A leader waived a rule for the task's next step of that name."""

    KIND: ClassVar[str] = "rule_waived"

    rule: str
    step: str
    reason: str


@kind
class StepRescinded(TaskFact):
    """The task's newest step was rescinded: the task is back where it was. Money of an allocation goes back with it."""

    KIND: ClassVar[str] = "step_rescinded"

    version: int
    step: str
    source: str
    target: str
    reason: str
    line: str | None = None
    amount: int | None = None

    def touches(self) -> tuple[str, ...]:
        return (self.stream(),) if self.line is None else (self.stream(), f"line:{self.line}")


@kind
class TaskMigrated(TaskFact):
    """The task is governed by another version of its plan from here on."""

    KIND: ClassVar[str] = "task_migrated"

    plan_version: int
