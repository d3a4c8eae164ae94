"""The registry of units: names by date, portal, research office, successor, newest papers. It tells no duties."""

from collections.abc import Iterable
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from engine import events as e
from engine.envelope import Event
from engine.mergers import last
from projections.kernel import Projection


class Name(Struct, frozen=True, rename={"since": "from"}):
    """A name from a day to another, both included."""

    name: str
    since: str
    until: str | None = None


class UnitRow(Struct, frozen=True):
    """A unit. Its research office is named, or else the leader and the officer who answer for research.

    Of its plan, regulation and procedure the newest day on which one was submitted or issued."""

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
    plan_submitted: str | None = None
    regulation: str | None = None
    procedure: str | None = None
    portal_since: str = ""
    office_since: str = ""


HIDDEN = ("portal_since", "office_since")

units = Projection("units", 1, UnitRow, key="unit")


def successors(rows: Iterable[UnitRow]) -> dict[str, str]:
    """Merged unit -> the unit that it counts as by now."""
    into = {row.unit: row.merged_into for row in rows if row.merged_into is not None}
    return {unit: last(unit, into.get) for unit in into}


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
        portal_since=event.on.isoformat(),
    )


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _spans(names: list[Name]) -> tuple[Name, ...]:
    """The names by date, each up to the day before the next; of two on one day the one recorded later."""
    by_day = {name.since: name for name in names}
    days = sorted(by_day)
    ends = [*map(_day_before, days[1:]), None]
    return tuple(Name(by_day[day].name, day, end) for day, end in zip(days, ends, strict=True))


@units.on(e.UnitRenamed)
def _renamed(row: UnitRow, fact: e.UnitRenamed, event: Event) -> UnitRow:
    names = _spans([*row.names, Name(fact.name, event.on.isoformat())])
    return replace(row, names=names, name=names[-1].name)


# An older decision that is recorded later does not undo a newer one: here, and of the office.
@units.on(e.PortalSet)
def _portal(row: UnitRow, fact: e.PortalSet, event: Event) -> UnitRow:
    since = event.on.isoformat()
    return row if since < row.portal_since else replace(row, portal=fact.portal, portal_since=since)


def _gone(event: Event) -> tuple[str, ...]:
    fact = event.fact
    return tuple(unit for unit in fact.units if unit != fact.into) if isinstance(fact, e.UnitsMerged) else ()


@units.on(e.UnitsMerged, key=_gone)
def _merged(row: UnitRow, fact: e.UnitsMerged, event: Event) -> UnitRow:
    last = replace(row.names[-1], until=_day_before(event.on.isoformat()))
    return replace(row, merged_into=fact.into, names=(*row.names[:-1], last))


@units.on(e.ResearchOfficeAssigned)
def _office(row: UnitRow, fact: e.ResearchOfficeAssigned, event: Event) -> UnitRow:
    since = event.on.isoformat()
    if since < row.office_since:
        return row
    named = fact.office or ", ".join(person for person in (fact.leader, fact.officer) if person)
    return replace(row, research_office=named, leader=fact.leader, officer=fact.officer, office_since=since)


PAPERS: dict[type[e.UnitYearFact], str] = {
    e.UnitPlanSubmitted: "plan_submitted",
    e.RegulationIssued: "regulation",
    e.ProcedureIssued: "procedure",
}


@units.on(*PAPERS)
def _paper(row: UnitRow, fact: e.UnitYearFact, event: Event) -> UnitRow:
    name = PAPERS[fact.__class__]
    return replace(row, **{name: max(event.on.isoformat(), getattr(row, name) or "")})
