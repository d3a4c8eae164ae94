"""Commands about tasks: every step of their life, and the records beside it. Says what is well formed."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from engine.commands.base import Command, Refs, one_of
from engine.fields import AnyText, Day, Document, Flag, Id, Item, Money, Percent, Sum, Text, Year


class TaskCommand(Command):
    """A step of a task's workflow, or a record beside it."""

    REFS: ClassVar[Refs] = (("task", "task"),)
    GROUP: ClassVar[str] = "task"

    task: Id


class RegisterTask(Command):
    """Register a research task of a unit."""

    ROLES: ClassVar[tuple[str, ...]] = ("unit_officer",)
    REFS: ClassVar[Refs] = (("plan", "plan"), ("lead_unit", "unit"), ("investigator", "person"), ("team", "person"))
    GROUP: ClassVar[str] = "task"
    VERB: ClassVar[str] = "register"

    command: Literal["register_task"]
    task: Id
    plan: Id
    level: AnyText
    year: Year
    title: Text
    title_en: AnyText | None = None
    lead_unit: Id
    investigator: Id
    team: tuple[Id, ...] = ()
    partners: tuple[Text, ...] = ()
    topic_group: Annotated[int, Field(strict=True)] | None = None
    human_subjects: Flag = False
    start: Day
    end: Day
    estimate: tuple[Item, ...]
    summary: AnyText | None = None
    document: Document | None = None


class ReturnTask(TaskCommand):
    """Return a task's dossier to be completed."""

    ROLES: ClassVar[tuple[str, ...]] = ("secretary",)
    VERB: ClassVar[str] = "return"

    command: Literal["return_task"]
    reason: Text
    missing: tuple[Text, ...] = ()


class ResubmitTask(TaskCommand):
    """Hand a returned or revised dossier in again."""

    ROLES: ClassVar[tuple[str, ...]] = ("unit_officer",)
    VERB: ClassVar[str] = "resubmit"

    command: Literal["resubmit_task"]
    changes: Text
    estimate: tuple[Item, ...] | None = None
    start: Day | None = None
    end: Day | None = None


class _Decision(TaskCommand):
    ROLES: ClassVar[tuple[str, ...]] = ("secretary",)
    session: Id | None = None
    document: Document | None = None

    REFS: ClassVar[Refs] = (("task", "task"), ("session", "session"))

    @model_validator(mode="after")
    def _session_or_document(self) -> Self:
        if (self.session is None) == (self.document is None):
            raise one_of("session", "document")
        result = [name for name in ("result", "grade") if name in type(self).model_fields]
        for name in result:
            if (getattr(self, name) is None) == (self.document is not None):
                raise PydanticCustomError("result_wrong", "result", {"field": name})
        return self


class SelectTask(_Decision):
    """Record that a council selected the task."""

    VERB: ClassVar[str] = "select"

    command: Literal["select_task"]


class AppraiseTask(_Decision):
    """Record the appraisal; the result is computed from the ballots, or taken from an outside body's document."""

    VERB: ClassVar[str] = "appraise"

    command: Literal["appraise_task"]
    result: Literal["passed", "revision", "failed"] | None = None


class AcceptTask(_Decision):
    """Record the acceptance; the grade is computed from the ballots, or taken from an outside body's document."""

    VERB: ClassVar[str] = "accept"

    command: Literal["accept_task"]
    grade: Literal["excellent", "pass", "fail"] | None = None


class RecogniseTask(_Decision):
    """Record that the sector council recognised the result."""

    VERB: ClassVar[str] = "recognise"

    command: Literal["recognise_task"]


class ApproveTask(TaskCommand):
    """Record the approval: who decided, by which document, how much."""

    ROLES: ClassVar[tuple[str, ...]] = ("leader",)
    NEEDS: ClassVar[tuple[str, ...]] = ("document",)
    VERB: ClassVar[str] = "approve"

    command: Literal["approve_task"]
    document: Document | None = None
    authority: Text
    amount: Money
    estimate: tuple[Item, ...] | None = None
    suppliers: tuple[Text, ...] = ()


class _ByDecision(TaskCommand):
    ROLES: ClassVar[tuple[str, ...]] = ("leader",)
    NEEDS: ClassVar[tuple[str, ...]] = ("document",)

    document: Document | None = None
    reason: Text


class RejectTask(_ByDecision):
    """Reject a task by a decision."""

    VERB: ClassVar[str] = "reject"

    command: Literal["reject_task"]


class TerminateTask(_ByDecision):
    """End a task before its time by a decision."""

    VERB: ClassVar[str] = "terminate"

    command: Literal["terminate_task"]


class SuspendTask(_ByDecision):
    """Suspend a running task by a decision."""

    VERB: ClassVar[str] = "suspend"

    command: Literal["suspend_task"]


class ResumeTask(_ByDecision):
    """Let a suspended task go on by a decision."""

    VERB: ClassVar[str] = "resume"

    command: Literal["resume_task"]


class WithdrawTask(TaskCommand):
    """Withdraw a task before it is in progress."""

    ROLES: ClassVar[tuple[str, ...]] = ("unit_officer",)
    VERB: ClassVar[str] = "withdraw"

    command: Literal["withdraw_task"]
    document: Document | None = None
    reason: Text


class FundTask(TaskCommand):
    """Allocate money of a budget line to a task."""

    ROLES: ClassVar[tuple[str, ...]] = ("finance",)
    REFS: ClassVar[Refs] = (("task", "task"), ("line", "line"))
    VERB: ClassVar[str] = "fund"

    command: Literal["fund_task"]
    line: Id
    amount: Sum
    document: Document | None = None


class StartTask(TaskCommand):
    """Start the work: the contract, and the ethics clearance where people are studied."""

    ROLES: ClassVar[tuple[str, ...]] = ("secretary", "unit_officer")
    VERB: ClassVar[str] = "start"

    command: Literal["start_task"]
    contract: Document | None = None
    ethics: Document | None = None


class ReportProgress(TaskCommand):
    """Record a progress report."""

    ROLES: ClassVar[tuple[str, ...]] = ("unit_officer",)
    VERB: ClassVar[str] = "report-progress"

    command: Literal["report_progress"]
    period: Text
    percent: Percent
    summary: AnyText
    document: Document | None = None


class Disburse(TaskCommand):
    """Record money paid out, with its voucher."""

    ROLES: ClassVar[tuple[str, ...]] = ("finance",)
    REFS: ClassVar[Refs] = (("task", "task"), ("line", "line"))
    VERB: ClassVar[str] = "disburse"

    command: Literal["disburse"]
    line: Id
    amount: Sum
    beneficiary: Text
    content: Text
    voucher: Text


class ReturnFunds(TaskCommand):
    """Record money returned to its budget line."""

    ROLES: ClassVar[tuple[str, ...]] = ("finance",)
    REFS: ClassVar[Refs] = (("task", "task"), ("line", "line"))
    VERB: ClassVar[str] = "return-funds"

    command: Literal["return_funds"]
    line: Id
    amount: Sum
    voucher: Text


class SubmitForAcceptance(TaskCommand):
    """Hand in the dossier for acceptance."""

    ROLES: ClassVar[tuple[str, ...]] = ("unit_officer",)
    VERB: ClassVar[str] = "submit"

    command: Literal["submit_for_acceptance"]
    dossier: tuple[Text, ...]
    document: Document | None = None


class PublishTask(TaskCommand):
    """Record the page on the unit's portal that publishes the result."""

    ROLES: ClassVar[tuple[str, ...]] = ("unit_officer",)
    VERB: ClassVar[str] = "publish"

    command: Literal["publish_task"]
    url: AnyText
    parts: tuple[AnyText, ...]


class CloseTask(TaskCommand):
    """Close a task whose money is settled."""

    ROLES: ClassVar[tuple[str, ...]] = ("finance",)
    NEEDS: ClassVar[tuple[str, ...]] = ("document",)
    VERB: ClassVar[str] = "close"

    command: Literal["close_task"]
    document: Document | None = None


class InspectTask(TaskCommand):
    """Record an inspection of the task, or of the use of its result."""

    ROLES: ClassVar[tuple[str, ...]] = ("secretary", "leader")
    VERB: ClassVar[str] = "inspect"

    command: Literal["inspect_task"]
    findings: Text
    document: Document | None = None
    of_use: Flag = False


class AmendTask(TaskCommand):
    """Change a running task by a decision: its end, investigator, team, estimate or suppliers."""

    REFS: ClassVar[Refs] = (("task", "task"), ("investigator", "person"), ("team", "person"))
    NEEDS: ClassVar[tuple[str, ...]] = ("document",)
    ROLES: ClassVar[tuple[str, ...]] = ("leader",)
    VERB: ClassVar[str] = "amend"

    command: Literal["amend_task"]
    document: Document | None = None
    reason: Text
    end: Day | None = None
    investigator: Id | None = None
    team: tuple[Id, ...] | None = None
    estimate: tuple[Item, ...] | None = None
    suppliers: tuple[Text, ...] | None = None


class RecordPublication(TaskCommand):
    """Record a publication in a journal that came of the task."""

    ROLES: ClassVar[tuple[str, ...]] = ("unit_officer",)
    VERB: ClassVar[str] = "record-publication"

    command: Literal["record_publication"]
    citation: Text
    doi: AnyText | None = None


class Commend(Command):
    """Record a commendation of persons, or of a unit, for a task or an initiative that is recognised."""

    REFS: ClassVar[Refs] = (("task", "task"), ("initiative", "initiative"), ("persons", "person"), ("unit", "unit"))
    GROUP: ClassVar[str] = "task"
    ALSO: ClassVar[str] = "initiative"
    NEEDS: ClassVar[tuple[str, ...]] = ("document",)
    ROLES: ClassVar[tuple[str, ...]] = ("secretary", "leader")
    VERB: ClassVar[str] = "commend"

    command: Literal["commend"]
    task: Id | None = None
    initiative: Id | None = None
    persons: tuple[Id, ...] = ()
    unit: Id | None = None
    form: Text
    document: Document | None = None

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if (self.task is None) == (self.initiative is None):
            raise one_of("task", "initiative")
        if bool(self.persons) == (self.unit is not None):
            raise one_of("persons", "unit")
        return self


class WaiveRule(TaskCommand):
    """Waive a rule for the task's next step of that name, by a document."""

    ROLES: ClassVar[tuple[str, ...]] = ("leader",)
    REFS: ClassVar[Refs] = ()  # a task that will be registered does not exist yet
    NEEDS: ClassVar[tuple[str, ...]] = ("document",)
    VERB: ClassVar[str] = "waive"

    command: Literal["waive_rule"]
    rule: AnyText
    step: AnyText
    document: Document | None = None
    reason: Text


class MigrateTask(TaskCommand):
    """Let another version of its plan govern a running task, by a document."""

    NEEDS: ClassVar[tuple[str, ...]] = ("document",)
    ROLES: ClassVar[tuple[str, ...]] = ("leader",)
    VERB: ClassVar[str] = "migrate"

    command: Literal["migrate_task"]
    version: Annotated[int, Field(strict=True, ge=1)]
    document: Document | None = None


class PlainStep(TaskCommand):
    """A step that a plan defines for itself; its fields are checked against the plan when it is decided."""

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)

    VERB: ClassVar[str] = "step"

    document: Document | None = None
    reason: AnyText | None = None
