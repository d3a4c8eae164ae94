"""The registry of obligations: what each unit owes under its plans, and whether it was done. It reminds nobody.

The rows of the tables say who owed what and who did what; the day they are asked for makes of them open, on time, late
or overdue."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from engine import events as e
from engine.envelope import Event
from engine.fold_unityears import deed
from engine.log import Log
from engine.mergers import chain
from engine.plan import Obligation
from engine.states import Deed
from projections.duties import Duty, duties
from projections.history import past
from projections.kernel import Projection, Shelf
from projections.store import Tables, Warn, unheard

Json = dict[str, Any]


class Standing(Struct, frozen=True):
    """In which plans a unit takes part, from which day, and from which day on it is merged into another."""

    unit: str
    plans: tuple[str, ...]
    since: str
    merged_on: str | None = None
    merged_into: str | None = None

    def owes(self, plan: str, due: date, taken_over: Sequence["Standing"] = ()) -> bool:
        """Whether a duty of the plan with that last day is the unit's: it is in force on that day, and takes part.

        `taken_over`: the units that became part of it. What they took part in by then goes on here."""
        day = due.isoformat()
        if not self.since <= day or (self.merged_on is not None and self.merged_on <= day):
            return False
        return plan in self.plans or any(plan in gone.plans for gone in taken_over if (gone.merged_on or "") <= day)


class Done(Struct, frozen=True):
    """What a unit did of what it owes, in one of its years under a plan."""

    stream: str
    unit: str
    plan: str
    deeds: tuple[Deed, ...] = ()


class Owed(Struct, frozen=True):
    """What the newest version of a plan asks of units, from the day it was issued on."""

    plan: str
    since: str
    obligations: tuple[dict[str, Any], ...]


standings = Projection("standings", 2, Standing, key="unit")
done = Projection("done", 2, Done, key="stream", named="stream")
owed = Projection("owed", 1, Owed, key="plan")


@standings.on(e.UnitRegistered, begins=True)
def _registered(_: Standing | None, fact: e.UnitRegistered, event: Event) -> Standing:
    return Standing(fact.unit, fact.plans, event.on.isoformat())


def _gone(event: Event) -> list[str]:
    merged: Any = event.fact
    return [unit for unit in merged.units if unit != merged.into]


@standings.on(e.UnitsMerged, key=_gone)
def _merged(row: Standing, fact: e.UnitsMerged, event: Event) -> Standing:
    return replace(row, merged_on=event.on.isoformat(), merged_into=fact.into)


@done.on(
    e.UnitPlanSubmitted,
    e.RegulationIssued,
    e.ProcedureIssued,
    e.SeminarHeld,
    e.UnitInspected,
    e.ReportSubmitted,
    key=lambda event: event.stream,
    begins=True,
)
def _done(row: Done | None, fact: e.UnitYearFact | e.SeminarHeld, event: Event) -> Done:
    before = row or Done(event.stream, fact.unit, fact.plan)
    what = deed(fact, event.on)
    return replace(before, deeds=(*before.deeds, what)) if what else before


@owed.on(e.PlanAdopted, begins=True)
def _adopted(_: Owed | None, fact: e.PlanAdopted, event: Event) -> Owed:
    since = str(fact.content.get("issued_on", event.on.isoformat()))
    return Owed(fact.plan, since, tuple(fact.content.get("obligations", ())))


def listed(shelf: Shelf, day: date, until: date) -> list[Json]:
    """Every duty with a last day up to `until`, as it stands on `day`: by last day, unit, plan."""
    return [row for row, _ in _listed(shelf, day, until)]


def _listed(shelf: Shelf, day: date, until: date) -> list[tuple[Json, list[str]]]:
    """The duties, each with what its unit became part of since."""
    made = _deeds(shelf)
    units = shelf.rows(standings)
    into = _successors(units)
    over: dict[str, list[Standing]] = {}
    for each in units:
        for name in into[each.unit]:
            over.setdefault(name, []).append(each)
    found = []
    for plan in shelf.rows(owed):
        obligations = [Obligation.model_validate(each) for each in plan.obligations]
        for duty in duties(obligations, since=date.fromisoformat(plan.since), until=until):
            for unit in units:
                gone = over.get(unit.unit, ())
                if unit.owes(plan.plan, duty.due, gone):
                    # Who only goes on with another's duties owes nothing twice: what that one did is done.
                    doers = [unit.unit, *(each.unit for each in gone if plan.plan not in unit.plans)]
                    days = _done_on(made, doers, plan.plan, duty)
                    # What a unit left undone when it was merged, its successors can still do.
                    later = _done_on(made, into[unit.unit], plan.plan, duty, since=unit.merged_on or "")
                    row = _row(unit.unit, plan.plan, duty, min(days or later, default=None), day)
                    found.append((row, into[unit.unit]))
    return sorted(found, key=lambda each: [each[0][name] for name in ("due", "unit", "plan", "what")])


def _successors(units: Sequence[Standing]) -> dict[str, list[str]]:
    """Unit -> what it became part of, and what that became part of in turn."""
    into = {unit.unit: unit.merged_into for unit in units if unit.merged_into is not None}
    return {unit.unit: chain(unit.unit, into.get) for unit in units}


def _deeds(shelf: Shelf) -> dict[tuple[str, str, str, str], list[date]]:
    """(unit, plan, what, period) -> the days on which it was done."""
    made: dict[tuple[str, str, str, str], list[date]] = {}
    for row in shelf.rows(done):
        for each in row.deeds:
            made.setdefault((row.unit, row.plan, each.what, each.period), []).append(each.on)
    return made


def _done_on(
    made: Mapping[tuple[str, str, str, str], list[date]], doers: Sequence[str], plan: str, duty: Duty, since: str = ""
) -> list[date]:
    days = [on for doer in doers for on in made.get((doer, plan, duty.what, duty.period), ())]
    return [on for on in days if on.isoformat() >= since]


FIELDS = ("unit", "plan", "clause", "what", "period", "due", "status", "done_on")


def _row(unit: str, plan: str, duty: Duty, done_on: date | None, day: date) -> Json:
    return {
        "unit": unit,
        "plan": plan,
        "clause": duty.clause,
        "what": duty.what,
        "period": duty.period,
        "due": duty.due.isoformat(),
        "status": status(duty.due, done_on, day),
        "done_on": done_on.isoformat() if done_on else None,
    }


def status(due: date, done_on: date | None, day: date) -> str:
    """How a duty stands on a day: open, overdue, done on time, done late."""
    if done_on is not None:
        return "on_time" if done_on <= due else "late"
    return "open" if day <= due else "overdue"


def end_of_year(day: date) -> date:
    """The last day of the year: how far ahead duties are listed."""
    return date(day.year, 12, 31)


def owing(
    log: Log,
    *,
    day: date,
    today: date,
    within: int | None = None,
    unit: str | None = None,
    warn: Warn = unheard,
) -> list[Json]:
    """`khcn due`: the duties as they stood on `day`, by what was decided by then.

    `unit`: its own and what units left that became part of it. `within`: only what is overdue, or open and due within
    so many days. `warn` is told of events that could not be taken; for a day of the past one raises UnknownKind,
    BadEvent, Poisoned. Raises StoreMissing, StoreUnavailable."""
    until = end_of_year(day) if within is None else day + timedelta(days=min(within, (date.max - day).days))
    rows = [row for row, later in _on(log, day, until, today, warn) if unit in (None, row["unit"], *later)]
    return rows if within is None else [row for row in rows if row["status"] in NOT_DONE]


NOT_DONE = ("open", "overdue")
DATED = (standings, done)
PLANS = (owed,)


def _on(log: Log, day: date, until: date, today: date, warn: Warn) -> list[tuple[Json, list[str]]]:
    if day >= today:
        with Tables(log).reading(*DATED, *PLANS) as shelf:
            rows = _listed(shelf, day, until)
            if poison := shelf.poison():
                warn(poison)
            return rows
    with log.reader() as reader:
        return _listed(past(reader, DATED, as_of=day) | past(reader, PLANS, as_of=day, governing=True), day, until)
