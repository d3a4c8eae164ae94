"""Commands about people, units, budget lines, seminars and plans. Says what is well formed."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from engine.commands.base import Command, Personal, Refs, one_of
from engine.fields import Day, Document, Flag, Id, Money, PersonName, Portal, RoleAt, SeminarReport, Some, Text, Year

RoleName = Literal["admin", "leader", "secretary", "finance", "unit_officer", "auditor"]


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
    name: PersonName
    unit: Id | None = None
    roles: tuple[Annotated[NamedRole, BeforeValidator(_role_at)], ...] = ()

    def personal(self) -> Personal:
        """The name."""
        return Personal(self.person, ("name",))


class ErasePerson(Command):
    """Destroy the key of a person's personal data: the name reads "[erased]" from then on. Id and roles stay."""

    ROLES: ClassVar[tuple[str, ...]] = ("admin",)
    REFS: ClassVar[Refs] = (("person", "person"),)
    NEEDS: ClassVar[tuple[str, ...]] = ("document",)
    GROUP: ClassVar[str] = "person"
    VERB: ClassVar[str] = "erase"

    command: Literal["erase_person"]
    person: Id
    reason: Text | None = None
    document: Document | None = None


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


class Delegate(Command):
    """Let somebody act in a person's role for a limited time."""

    REFS: ClassVar[Refs] = (("person", "person"), ("to", "person"), ("unit", "unit"))
    NEEDS: ClassVar[tuple[str, ...]] = ("document",)
    ROLES: ClassVar[tuple[str, ...]] = ("admin", "leader")
    GROUP: ClassVar[str] = "role"
    VERB: ClassVar[str] = "delegate"

    command: Literal["delegate"]
    person: Id
    to: Id
    role: RoleName
    unit: Id | None = None
    from_: Day = Field(alias="from")
    until: Day
    document: Document | None = None


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


class RenameUnit(Command):
    """Record a unit's new name from that day."""

    REFS: ClassVar[Refs] = (("unit", "unit"),)
    ROLES: ClassVar[tuple[str, ...]] = ("admin", "unit_officer")
    GROUP: ClassVar[str] = "unit"
    VERB: ClassVar[str] = "rename"

    command: Literal["rename_unit"]
    unit: Id
    name: Text
    document: Document | None = None


class SetPortal(Command):
    """Record a unit's portal from that day."""

    REFS: ClassVar[Refs] = (("unit", "unit"),)
    ROLES: ClassVar[tuple[str, ...]] = ("admin", "unit_officer")
    GROUP: ClassVar[str] = "unit"
    VERB: ClassVar[str] = "set-portal"

    command: Literal["set_portal"]
    unit: Id
    portal: Portal
    document: Document | None = None


class MergeUnits(Command):
    """Merge units into another: what is theirs counts as its own from that day."""

    REFS: ClassVar[Refs] = (("units", "unit"), ("into", "unit"))
    NEEDS: ClassVar[tuple[str, ...]] = ("document",)
    ROLES: ClassVar[tuple[str, ...]] = ("admin",)
    GROUP: ClassVar[str] = "unit"
    VERB: ClassVar[str] = "merge"

    command: Literal["merge_units"]
    units: Some[Id]
    into: Id
    document: Document | None = None

    @model_validator(mode="after")
    def _into_another(self) -> Self:
        if self.into in self.units:
            raise PydanticCustomError("into_itself", "into itself")
        return self


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
            raise one_of("office", "leader + officer")
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
