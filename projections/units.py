"""The registry of units: names by date, portal, research office. What a unit owes is not told here."""

from msgspec import Struct
from msgspec.structs import replace

from engine import events as e
from engine.envelope import Event
from projections.kernel import Projection


class Name(Struct, frozen=True, rename={"since": "from"}):
    """A name from a day to another, both included."""

    name: str
    since: str
    until: str | None = None


class UnitRow(Struct, frozen=True):
    """A unit. Its research office is named, or else the leader and the officer who answer for research."""

    unit: str
    name: str
    kind: str
    ownership: str
    subordinate: bool
    plans: tuple[str, ...]
    names: tuple[Name, ...]
    merged_into: str | None = None
    portal: str | None = None
    research_office: str | None = None
    leader: str | None = None
    officer: str | None = None
    office_since: str = ""


HIDDEN = ("office_since",)

units = Projection("units", 1, UnitRow, key="unit")


@units.on(e.UnitRegistered, begins=True)
def _registered(_: UnitRow | None, fact: e.UnitRegistered, event: Event) -> UnitRow:
    return UnitRow(
        unit=fact.unit,
        name=fact.name,
        kind=fact.kind,
        ownership=fact.ownership,
        subordinate=fact.subordinate,
        plans=fact.plans,
        names=(Name(fact.name, event.on.isoformat()),),
        portal=fact.portal,
    )


@units.on(e.ResearchOfficeAssigned)
def _office(row: UnitRow, fact: e.ResearchOfficeAssigned, event: Event) -> UnitRow:
    since = event.on.isoformat()
    if since < row.office_since:  # an older decision recorded later does not undo a newer one
        return row
    named = fact.office or ", ".join(person for person in (fact.leader, fact.officer) if person)
    return replace(row, research_office=named, leader=fact.leader, officer=fact.officer, office_since=since)
