"""Every command: one declaration feeds batch rows, CLI options, web forms and JSON Schema. Says what is well formed."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from engine.fields import (
    AnyText,
    Ballot,
    Day,
    Document,
    Flag,
    Id,
    Item,
    Money,
    Opinion,
    Part,
    Percent,
    Portal,
    RoleAt,
    Seat,
    SeminarReport,
    Sum,
    Text,
    Year,
)

RoleName = Literal["admin", "leader", "secretary", "finance", "unit_officer", "auditor"]
PurposeName = Literal["select", "appraise", "accept", "recognise"]
SeatName = Literal["chair", "vice_chair", "reviewer", "secretary", "member"]
Refs = tuple[tuple[str, str], ...]


def _one_of(first: str, second: str) -> PydanticCustomError:
    return PydanticCustomError("one_of", "one of {first}, {second}", {"first": first, "second": second})


class Command(BaseModel):
    """What somebody decided on a date. `REFS` names the fields that point at something which must exist;
    `NEEDS` the documents that house.document asks for; `ROLES` who may give it where no plan says otherwise;
    `GROUP` and `VERB` the words on the command line."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    REFS: ClassVar[Refs] = ()
    NEEDS: ClassVar[tuple[str, ...]] = ()
    ROLES: ClassVar[tuple[str, ...]] = ()
    GROUP: ClassVar[str] = ""
    VERB: ClassVar[str] = ""

    command: str
    command_id: Id | None = None
    actor: Id
    on: Day

    def documents(self) -> list[tuple[str, Document | None]]:
        """The document fields with what they hold; those not given only where they are needed."""
        found: list[tuple[str, Document | None]] = []
        for name in ("document", "minutes", "contract", "ethics"):
            if name in type(self).model_fields:
                value = getattr(self, name)
                if value is not None or name in self.NEEDS:
                    found.append((name, value))
        return found


class TaskCommand(Command):
    """A step of a task's workflow, or a record beside it."""

    REFS: ClassVar[Refs] = (("task", "task"),)
    GROUP: ClassVar[str] = "task"

    task: Id


def _role_at(value: Any) -> Any:
    return {"role": value} if isinstance(value, str) else value


class NamedRole(RoleAt):
    """A role name, alone or for a unit."""

    role: RoleName


class AddPerson(Command):
    """Put a person on record, with the roles held from that day."""

    ROLES: ClassVar[tuple[str, ...]] = ("admin",)
    REFS: ClassVar[Refs] = (("unit", "unit"), ("roles.unit", "unit"))
    GROUP: ClassVar[str] = "person"
    VERB: ClassVar[str] = "add"

    command: Literal["add_person"]
    person: Id
    name: Text
    unit: Id | None = None
    roles: tuple[Annotated[NamedRole, BeforeValidator(_role_at)], ...] = ()


class GrantRole(Command):
    """Give a person a role from that day."""

    ROLES: ClassVar[tuple[str, ...]] = ("admin",)
    REFS: ClassVar[Refs] = (("person", "person"), ("unit", "unit"))
    GROUP: ClassVar[str] = "role"
    VERB: ClassVar[str] = "grant"

    command: Literal["grant_role"]
    person: Id
    role: RoleName
    unit: Id | None = None
    document: Document | None = None


class RevokeRole(GrantRole):
    """Take a role from a person: the day before is the last on which it was held."""

    VERB: ClassVar[str] = "revoke"

    command: Literal["revoke_role"]  # type: ignore[assignment]


class RegisterUnit(Command):
    """Put a unit on record."""

    ROLES: ClassVar[tuple[str, ...]] = ("admin",)
    REFS: ClassVar[Refs] = (("plans", "plan"),)
    GROUP: ClassVar[str] = "unit"
    VERB: ClassVar[str] = "register"

    command: Literal["register_unit"]
    unit: Id
    name: Text
    kind: Literal["hospital", "health_centre", "department", "other"]
    ownership: Literal["public", "private", "ministry"]
    subordinate: Flag
    plans: tuple[Id, ...]
    portal: Portal | None = None


class AssignResearchOffice(Command):
    """Record a unit's research office, or its responsible leader and dedicated officer."""

    ROLES: ClassVar[tuple[str, ...]] = ("admin", "unit_officer")
    REFS: ClassVar[Refs] = (("unit", "unit"), ("leader", "person"), ("officer", "person"))
    GROUP: ClassVar[str] = "unit"
    VERB: ClassVar[str] = "assign-research-office"

    command: Literal["assign_research_office"]
    unit: Id
    office: Text | None = None
    leader: Id | None = None
    officer: Id | None = None
    document: Document | None = None

    @model_validator(mode="after")
    def _office_or_both(self) -> Self:
        both = bool(self.leader) and bool(self.officer)
        if (bool(self.leader) != bool(self.officer)) or not (self.office or both):
            raise _one_of("office", "leader + officer")
        return self


class Member(Seat):
    """A member of a council."""

    role: SeatName


class SetUpCouncil(Command):
    """Set up a council by a document."""

    ROLES: ClassVar[tuple[str, ...]] = ("secretary",)
    REFS: ClassVar[Refs] = (("unit", "unit"), ("plan", "plan"), ("members.person", "person"))
    NEEDS: ClassVar[tuple[str, ...]] = ("document",)
    GROUP: ClassVar[str] = "council"
    VERB: ClassVar[str] = "set-up"

    command: Literal["set_up_council"]
    council: Id
    name: Text
    kind: Literal["science", "appraisal", "acceptance", "sector"]
    unit: Id | None = None
    plan: Id
    in_force_from: Day
    in_force_until: Day | None = None
    document: Document | None = None
    members: tuple[Member, ...]


class ChangeCouncilMember(Command):
    """Replace, add or take out a member of a council."""

    ROLES: ClassVar[tuple[str, ...]] = ("secretary",)
    REFS: ClassVar[Refs] = (("council", "council"), ("out", "person"), ("in_.person", "person"))
    NEEDS: ClassVar[tuple[str, ...]] = ("document",)
    GROUP: ClassVar[str] = "council"
    VERB: ClassVar[str] = "change-member"

    command: Literal["change_council_member"]
    council: Id
    out: Id | None = None
    in_: Member | None = Field(default=None, alias="in")
    document: Document | None = None

    @model_validator(mode="after")
    def _out_or_in(self) -> Self:
        if self.out is None and self.in_ is None:
            raise _one_of("out", "in")
        return self


class OpenBudgetLine(Command):
    """Open a budget line."""

    ROLES: ClassVar[tuple[str, ...]] = ("finance",)
    REFS: ClassVar[Refs] = (("plan", "plan"), ("unit", "unit"))
    NEEDS: ClassVar[tuple[str, ...]] = ("document",)
    GROUP: ClassVar[str] = "line"
    VERB: ClassVar[str] = "open"

    command: Literal["open_budget_line"]
    line: Id
    plan: Id
    year: Year
    payer: Literal["department", "unit", "province", "city", "ministry", "state", "other"]
    unit: Id | None = None
    purpose: Text
    amount: Money
    document: Document | None = None

    @model_validator(mode="after")
    def _unit_of_a_unit_line(self) -> Self:
        if self.payer == "unit" and self.unit is None:
            raise PydanticCustomError("missing_unit", "unit missing")
        return self


class AdjustBudgetLine(Command):
    """Set a line's new amount."""

    ROLES: ClassVar[tuple[str, ...]] = ("finance",)
    REFS: ClassVar[Refs] = (("line", "line"),)
    NEEDS: ClassVar[tuple[str, ...]] = ("document",)
    GROUP: ClassVar[str] = "line"
    VERB: ClassVar[str] = "adjust"

    command: Literal["adjust_budget_line"]
    line: Id
    amount: Money
    reason: Text
    document: Document | None = None


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


class AgendaItem(Part):
    """What a session decides on: a task (or an initiative) and the purpose."""

    task: Id | None = None
    initiative: Id | None = None
    purpose: PurposeName
    reviewers: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _task_or_initiative(self) -> Self:
        if (self.task is None) == (self.initiative is None):
            raise _one_of("task", "initiative")
        return self


class HoldSession(Command):
    """Record a council's session: who was present, what it decided on."""

    ROLES: ClassVar[tuple[str, ...]] = ("secretary",)
    REFS: ClassVar[Refs] = (
        ("council", "council"),
        ("present", "person"),
        ("absent_opinions.person", "person"),
        ("items.task", "task"),
        ("items.initiative", "initiative"),
        ("items.reviewers", "person"),
    )
    NEEDS: ClassVar[tuple[str, ...]] = ("minutes",)
    GROUP: ClassVar[str] = "session"
    VERB: ClassVar[str] = "hold"

    command: Literal["hold_session"]
    session: Id
    council: Id
    minutes: Document | None = None
    present: tuple[Id, ...]
    guests: tuple[Text, ...] = ()
    absent_opinions: tuple[Opinion, ...] = ()
    items: tuple[AgendaItem, ...]

    @model_validator(mode="after")
    def _each_item_once(self) -> Self:
        seen = [(item.task, item.initiative, item.purpose) for item in self.items]
        if len(seen) != len(set(seen)):
            raise PydanticCustomError("item_twice", "item twice")
        return self


VOTES = {"select": ("yes", "no"), "recognise": ("yes", "no"), "accept": ("excellent", "pass", "fail"), "appraise": ()}


class CastBallots(Command):
    """Record the ballots of one item of a session; they are cast once."""

    ROLES: ClassVar[tuple[str, ...]] = ("secretary",)
    REFS: ClassVar[Refs] = (
        ("session", "session"),
        ("task", "task"),
        ("initiative", "initiative"),
        ("ballots.person", "person"),
        ("recused", "person"),
    )
    GROUP: ClassVar[str] = "session"
    VERB: ClassVar[str] = "ballots"

    command: Literal["cast_ballots"]
    session: Id
    task: Id | None = None
    initiative: Id | None = None
    purpose: PurposeName
    ballots: tuple[Ballot, ...]
    recused: tuple[Id, ...] = ()
    note: AnyText | None = None

    @model_validator(mode="after")
    def _votes_of_the_purpose(self) -> Self:
        if (self.task is None) == (self.initiative is None):
            raise _one_of("task", "initiative")
        allowed = VOTES[self.purpose]
        for ballot in self.ballots:
            scored = ballot.score is not None and ballot.vote is None
            voted = ballot.score is None and ballot.vote in allowed
            if not (voted if allowed else scored):
                raise PydanticCustomError("ballot_wrong", "ballot", {"allowed": ", ".join(allowed) or "score 0-100"})
        return self


class _Decision(TaskCommand):
    ROLES: ClassVar[tuple[str, ...]] = ("secretary",)
    session: Id | None = None
    document: Document | None = None

    REFS: ClassVar[Refs] = (("task", "task"), ("session", "session"))

    @model_validator(mode="after")
    def _session_or_document(self) -> Self:
        if (self.session is None) == (self.document is None):
            raise _one_of("session", "document")
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


class HoldSeminar(Command):
    """Record a science seminar of a unit and the reports given there."""

    ROLES: ClassVar[tuple[str, ...]] = ("unit_officer",)
    REFS: ClassVar[Refs] = (
        ("unit", "unit"),
        ("plan", "plan"),
        ("reports.presenter", "person"),
        ("reports.task", "task"),
    )
    GROUP: ClassVar[str] = "seminar"
    VERB: ClassVar[str] = "hold"

    command: Literal["hold_seminar"]
    unit: Id
    plan: Id
    reports: tuple[SeminarReport, ...]


class AdoptPlan(Command):
    """Adopt a plan, or a new version of one, with its whole content. Given by `plan add` only, never in a batch."""

    ROLES: ClassVar[tuple[str, ...]] = ("admin",)

    command: Literal["adopt_plan"] = "adopt_plan"
    plan: Id
    content: dict[str, Any]
    sha256: str


class PlainStep(TaskCommand):
    """A step that a plan defines for itself; its fields are checked against the plan when it is decided."""

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)

    VERB: ClassVar[str] = "step"

    document: Document | None = None
    reason: AnyText | None = None


CLASSES: tuple[type[Command], ...] = (
    AddPerson, GrantRole, RevokeRole, RegisterUnit, AssignResearchOffice, SetUpCouncil, ChangeCouncilMember,
    OpenBudgetLine, AdjustBudgetLine, RegisterTask, ReturnTask, ResubmitTask, HoldSession, CastBallots, SelectTask,
    AppraiseTask, AcceptTask, RecogniseTask, ApproveTask, RejectTask, TerminateTask, SuspendTask, ResumeTask,
    WithdrawTask, FundTask, StartTask, ReportProgress, Disburse, ReturnFunds, SubmitForAcceptance, PublishTask,
    CloseTask, WaiveRule, HoldSeminar,
)  # fmt: skip
COMMANDS: dict[str, type[Command]] = {str(c.model_fields["command"].annotation.__args__[0]): c for c in CLASSES}  # type: ignore[union-attr]
