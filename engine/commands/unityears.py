"""Commands about what a unit owes and did in a year, and about initiatives. Says what is well formed."""

import re
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from engine.commands.base import Command, Refs, one_of
from engine.fields import MEASURED_IN, AnyText, Document, Exact, Flag, Id, Part, Text, Year

_PERIOD = re.compile(r"(19|2[01])\d\d(-(Q[1-4]|H[12]))?\Z", re.ASCII)


def _year_as_text(value: Any) -> Any:
    return str(value) if type(value) is int else value


def _read_period(value: str) -> str:
    if not _PERIOD.match(value):
        raise PydanticCustomError("period_wrong", "not a period")
    return value


Period = Annotated[str, AfterValidator(_read_period), BeforeValidator(_year_as_text)]
Count = Annotated[StrictInt, Field(ge=0, le=10_000_000)]


class UnitYearCommand(Command):
    """Something a unit did under a plan."""

    REFS: ClassVar[Refs] = (("unit", "unit"), ("plan", "plan"))
    ROLES: ClassVar[tuple[str, ...]] = ("unit_officer",)
    GROUP: ClassVar[str] = "unit-year"

    unit: Id
    plan: Id


class _Paper(UnitYearCommand):
    NEEDS: ClassVar[tuple[str, ...]] = ("document",)

    year: Year
    document: Document | None = None


class SubmitUnitPlan(_Paper):
    """Hand in the unit's plan for the year."""

    VERB: ClassVar[str] = "submit-plan"

    command: Literal["submit_unit_plan"]


class IssueRegulation(_Paper):
    """Issue the unit's regulation on research, with or without an incentive mechanism."""

    VERB: ClassVar[str] = "issue-regulation"

    command: Literal["issue_regulation"]
    incentive: Flag = False


class IssueProcedure(_Paper):
    """Issue the unit's procedure for managing research."""

    VERB: ClassVar[str] = "issue-procedure"

    command: Literal["issue_procedure"]


class SubmitReport(UnitYearCommand):
    """Hand in the unit's report for a period (2026-Q1, 2025-H1, 2025)."""

    VERB: ClassVar[str] = "submit-report"

    command: Literal["submit_report"]
    period: Period
    document: Document | None = None


class RecordInspection(UnitYearCommand):
    """Record an inspection of the unit: by itself, or by the Department."""

    ROLES: ClassVar[tuple[str, ...]] = ("secretary", "unit_officer")
    VERB: ClassVar[str] = "record-inspection"

    command: Literal["record_inspection"]
    by: Literal["self", "department"]
    kind: Literal["random", "scheduled"]
    findings: Text
    document: Document | None = None


class _Gathering(Command):
    REFS: ClassVar[Refs] = (("unit", "unit"), ("plan", "plan"))
    ROLES: ClassVar[tuple[str, ...]] = ("secretary", "unit_officer")
    GROUP: ClassVar[str] = "unit-year"

    unit: Id | None = None
    plan: Id
    title: Text
    kind: AnyText | None = None
    participants: Count | None = None
    document: Document | None = None


class RecordConference(_Gathering):
    """Record a conference, of a unit or of the Department."""

    VERB: ClassVar[str] = "record-conference"

    command: Literal["record_conference"]


class RecordTraining(_Gathering):
    """Record a training, of a unit or of the Department."""

    VERB: ClassVar[str] = "record-training"

    command: Literal["record_training"]


class RecordMeasure(Command):
    """Record a target's measured value that events cannot tell, with its document.

    `unit` is the unit it was measured at, or what the target is measured in: percent or count."""

    REFS: ClassVar[Refs] = (("unit_", "unit"), ("plan", "plan"))
    NEEDS: ClassVar[tuple[str, ...]] = ("document",)
    ROLES: ClassVar[tuple[str, ...]] = ("secretary",)
    GROUP: ClassVar[str] = "unit-year"
    VERB: ClassVar[str] = "record-measure"

    command: Literal["record_measure"]
    plan: Id
    year: Year
    measure: Text
    value: Exact
    unit: Id | None = None
    document: Document | None = None

    @property
    def unit_(self) -> str | None:
        """The unit it was measured at; None where `unit` says what it is measured in."""
        return None if self.unit in MEASURED_IN else self.unit


class Author(Part):
    """An author of an initiative and the share in it, in percent."""

    person: Id
    share: Exact


class RegisterInitiative(Command):
    """Register an initiative (sáng kiến) of a unit."""

    REFS: ClassVar[Refs] = (("unit", "unit"), ("plan", "plan"), ("authors.person", "person"))
    ROLES: ClassVar[tuple[str, ...]] = ("unit_officer",)
    GROUP: ClassVar[str] = "initiative"
    VERB: ClassVar[str] = "register"

    command: Literal["register_initiative"]
    initiative: Id
    unit: Id
    plan: Id
    year: Year
    title: Text
    authors: tuple[Author, ...]
    description: AnyText


class RecogniseInitiative(Command):
    """Record that an initiative was recognised, in a session or by a document."""

    REFS: ClassVar[Refs] = (("initiative", "initiative"), ("session", "session"))
    ROLES: ClassVar[tuple[str, ...]] = ("secretary",)
    GROUP: ClassVar[str] = "initiative"
    VERB: ClassVar[str] = "recognise"

    command: Literal["recognise_initiative"]
    initiative: Id
    session: Id | None = None
    document: Document | None = None

    @model_validator(mode="after")
    def _session_or_document(self) -> Self:
        if (self.session is None) == (self.document is None):
            raise one_of("session", "document")
        return self
