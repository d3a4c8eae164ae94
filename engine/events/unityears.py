"""Facts about what a unit owes and did in a year, and about initiatives. Shapes are frozen."""

from typing import ClassVar

from pydantic import Field

from engine.envelope import Fact, kind
from engine.fields import MEASURED_IN, Part


class UnitYearFact(Fact):
    """Something of a unit's year under a plan."""

    unit: str
    plan: str
    year: int

    def stream(self) -> str:
        return f"unit_year:{self.unit}:{self.plan}:{self.year}"


@kind
class UnitPlanSubmitted(UnitYearFact):
    """A unit handed in its plan for the year."""

    KIND: ClassVar[str] = "unit_plan_submitted"


@kind
class RegulationIssued(UnitYearFact):
    """A unit issued its regulation on research, with or without an incentive mechanism."""

    KIND: ClassVar[str] = "regulation_issued"

    incentive: bool = False


@kind
class ProcedureIssued(UnitYearFact):
    """A unit issued its procedure for managing research."""

    KIND: ClassVar[str] = "procedure_issued"


@kind
class ReportSubmitted(UnitYearFact):
    """A unit handed in its report for a period; `year` is the period's."""

    KIND: ClassVar[str] = "report_submitted"

    period: str


@kind
class UnitInspected(UnitYearFact):
    """A unit's research was inspected, by itself or by the Department; `year` is that of the decision date."""

    KIND: ClassVar[str] = "unit_inspected"

    by: str
    kind: str
    findings: str


class MaybeOfAUnit(Fact):
    """Something of a unit's year, or of the Department's, which stands on the plan's stream."""

    unit: str | None = None
    plan: str
    year: int

    def stream(self) -> str:
        whole = self.unit is None or self.unit in MEASURED_IN
        return f"plan:{self.plan}" if whole else f"unit_year:{self.unit}:{self.plan}:{self.year}"


class GatheringHeld(MaybeOfAUnit):
    """People came together; `year` is that of the decision date."""

    title: str
    kind: str | None = None
    participants: int | None = None


@kind
class ConferenceHeld(GatheringHeld):
    """A conference was held."""

    KIND: ClassVar[str] = "conference_held"


@kind
class TrainingHeld(GatheringHeld):
    """A training was held."""

    KIND: ClassVar[str] = "training_held"


@kind
class MeasureRecorded(MaybeOfAUnit):
    """A target's measured value, exact decimals as text; `unit` may also say what it is measured in."""

    KIND: ClassVar[str] = "measure_recorded"

    measure: str
    value: str


class AuthorShare(Part):
    """An author of an initiative; the share in percent, exact decimals as text."""

    person: str
    share: str


class InitiativeFact(Fact):
    """Something on an initiative's stream."""

    initiative: str

    def stream(self) -> str:
        return f"initiative:{self.initiative}"


@kind
class InitiativeRegistered(InitiativeFact):
    """An initiative (sáng kiến) was registered."""

    KIND: ClassVar[str] = "initiative_registered"

    unit: str
    plan: str
    year: int
    title: str
    authors: tuple[AuthorShare, ...]
    description: str


@kind
class InitiativeRecognised(InitiativeFact):
    """An initiative was recognised: in a session, with its votes, or by the document of the event."""

    KIND: ClassVar[str] = "initiative_recognised"

    session: str | None = None
    present: int | None = None
    counts: dict[str, int] = Field(default_factory=dict)


@kind
class InitiativeCommended(InitiativeFact):
    """Persons or a unit were commended for the initiative."""

    KIND: ClassVar[str] = "initiative_commended"

    form: str
    persons: tuple[str, ...] = ()
    unit: str | None = None
