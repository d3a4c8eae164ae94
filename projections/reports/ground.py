"""What the sections of a report stand on: one plan's rows as of its day, and names. It counts nothing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from engine.calendar import Calendar
from engine.plan import Plan
from projections import obligations
from projections.councils import CouncilRow, SessionRow, councils, sessions
from projections.funding import FundingRow, funding
from projections.initiatives import InitiativeRow, initiatives
from projections.kernel import Shelf
from projections.obligations import done, owed, standings
from projections.reports.dossiers import Adopted, Deed, Dossier, Entry, adopted, deeds, dossiers, people
from projections.reports.periods import Period
from projections.seminars import SeminarRow, seminars
from projections.units import UnitRow, successors, units

Json = obligations.Json
DATED = (dossiers, people, deeds, units, councils, sessions, seminars, funding, initiatives, standings, done)
PLANS = (owed, adopted)


@dataclass(frozen=True)
class Ground:
    """The rows of one plan as of a day, for a period; `calendar` says which days are worked.

    `names` makes of sealed names, by person, what a person reads."""

    shelf: Shelf
    plan: Plan
    period: Period
    day: date
    calendar: Calendar
    names: Callable[[Mapping[str, str]], Mapping[str, str]]

    @cached_property
    def tasks(self) -> list[Dossier]:
        """The plan's tasks, by id."""
        return [row for row in self.shelf.rows(dossiers) if row.plan == self.plan.id]

    @cached_property
    def _by_id(self) -> dict[str, Dossier]:
        return {row.task: row for row in self.tasks}

    def task(self, ident: str) -> Dossier | None:
        """A task of the plan by id."""
        return self._by_id.get(ident)

    @cached_property
    def units(self) -> dict[str, UnitRow]:
        """Every unit by id."""
        return {row.unit: row for row in self.shelf.rows(units)}

    @cached_property
    def _successors(self) -> dict[str, str]:
        return successors(self.units.values())

    @cached_property
    def _people(self) -> Mapping[str, str]:
        return self.names({row.person: row.name for row in self.shelf.rows(people)})

    @cached_property
    def deeds(self) -> list[Deed]:
        """What units and the Department did under the plan, by day."""
        found = [row for row in self.shelf.rows(deeds) if row.plan == self.plan.id]
        return sorted(found, key=lambda row: (row.on, row.position))

    @cached_property
    def councils(self) -> list[CouncilRow]:
        """The plan's councils, by id."""
        return [row for row in self.shelf.rows(councils) if row.plan == self.plan.id]

    @cached_property
    def sessions(self) -> list[SessionRow]:
        """The sessions of the plan's councils in the period, by day."""
        own = {row.council for row in self.councils}
        found = [row for row in self.shelf.rows(sessions) if row.council in own and self.period.has(row.on)]
        return sorted(found, key=lambda row: (row.on, row.session))

    @cached_property
    def seminars(self) -> list[SeminarRow]:
        """The plan's seminars in the period, by day."""
        rows = self.shelf.rows(seminars)
        found = [row for row in rows if row.plan == self.plan.id and self.period.has(row.on)]
        return sorted(found, key=lambda row: (row.on, row.unit, row.seminar))

    @cached_property
    def lines(self) -> list[FundingRow]:
        """The plan's budget lines, by id."""
        return [row for row in self.shelf.rows(funding) if row.plan == self.plan.id]

    @cached_property
    def initiatives(self) -> list[InitiativeRow]:
        """The plan's initiatives, by id."""
        return [row for row in self.shelf.rows(initiatives) if row.plan == self.plan.id]

    @cached_property
    def duties(self) -> list[Json]:
        """The plan's duties with a last day in the period, as they stand on the day."""
        rows = obligations.listed(self.shelf, self.day, self.period.until)
        return [row for row in rows if row["plan"] == self.plan.id and self.period.has(row["due"])]

    @cached_property
    def results_of_initiatives(self) -> dict[tuple[str, str], str]:
        """(initiative, session) -> what came of it."""
        return {(row.initiative, row.session): row.state for row in self.initiatives if row.session is not None}

    def taking_part(self, *, subordinate: bool = False) -> list[UnitRow]:
        """The units that take part in the plan and are in force on the day, by id."""
        rows = [row for row in self.units.values() if self.plan.id in row.plans and row.merged_into is None]
        return [row for row in rows if row.subordinate or not subordinate]

    def counts_as(self, unit: str) -> str:
        """The unit that a unit counts as: itself, or what it was merged into."""
        return self._successors.get(unit, unit)

    def unit(self, ident: str | None) -> str:
        """The name of a unit, or of what it was merged into; of nobody, the Department's on the day."""
        if ident is None:
            return self.plan.department_on(self.day)
        found = self.units.get(self.counts_as(ident))
        return found.name if found else ident

    def own_name(self, ident: str) -> str:
        """The name of a unit, also of one that was merged: the last that it had itself."""
        found = self.units.get(ident)
        return found.name if found else ident

    def person(self, ident: str | None) -> str | None:
        """The name of a person."""
        return self._people.get(ident, ident) if ident else None

    def entries(self, *kinds: str) -> list[tuple[Dossier, Entry]]:
        """The entries of the kinds in the period, with their tasks: by day, task, place in the task."""
        found = [
            (task, entry) for task in self.tasks for entry in task.entries
            if entry.kind in kinds and self.period.has(entry.on)
        ]  # fmt: skip
        return sorted(found, key=lambda pair: (pair[1].on, pair[0].task, pair[1].version))

    def moves(self, *states: str) -> list[tuple[Dossier, Entry]]:
        """Every move of a task into one of the states in the period, by day."""
        found = [
            (task, entry)
            for task in self.tasks
            for entry in task.entries
            if entry.moves and entry.target in states and self.period.has(entry.on)
        ]
        return sorted(found, key=lambda pair: (pair[1].on, pair[0].task, pair[1].version))

    def reached(self, *states: str) -> list[tuple[Dossier, Entry]]:
        """The tasks that came to one of the states in the period, each once a state, with the first such entry."""
        found: dict[tuple[str, str], tuple[Dossier, Entry]] = {}
        for task, entry in self.moves(*states):
            found.setdefault((task.task, entry.target), (task, entry))
        return list(found.values())


def plan_among(rows: Iterable[Adopted], plan: str) -> Plan | None:
    """A plan by its id; None where it is not adopted."""
    found = next((row for row in rows if row.plan == plan), None)
    return Plan.model_validate(found.content) if found else None
