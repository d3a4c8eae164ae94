"""The plan's targets: the figure stated, the value measured, and how: by events, or entered with its paper.

A measure that events tell is counted here; a value entered for it besides is not taken. All shares are exact."""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NamedTuple

from engine.catalogue import N_, Message
from engine.plan import Clause, Text
from projections.reports.dossiers import Deed
from projections.reports.ground import Ground
from projections.reports.shape import Column, Json, Section


class Measured(NamedTuple):
    """So many (of so many, where it is a share)."""

    part: int
    whole: int | None = None

    def value(self) -> Fraction:
        """The count, or the share in percent; of nothing nothing."""
        if self.whole is None:
            return Fraction(self.part)
        return Fraction(100 * self.part, self.whole) if self.whole else Fraction(0)


def targets(ground: Ground) -> Section:
    """Every clause with a target, in the plan's order."""
    rows = [_row(ground, clause) for clause in ground.plan.clauses if clause.target is not None]
    columns = (
        Column("clause", Message(N_("clause")), width=3),
        Column("text", Message(N_("target")), width=8),
        Column("year", Message(N_("year")), "text", 2),
        Column("stated", Message(N_("stated")), "number", 2),
        Column("named_count", Message(N_("units named")), "number", 2),
        Column("measured", Message(N_("measured")), "number", 2),
        Column("counted", Message(N_("in")), "word", 2),
        Column("how", Message(N_("how measured")), "word", 3),
        Column("basis", Message(N_("on what")), width=5),
        Column("reached", Message(N_("reached")), "word", 2),
        Column("note", Message(N_("reading")), width=6),
    )
    return Section("targets", Message(N_("Targets")), columns, rows)


def _row(ground: Ground, clause: Clause) -> Json:
    target = clause.target
    assert target is not None
    due = clause.year or (clause.due.year if clause.due else None)
    year = min(due or ground.period.year, ground.period.year)
    row: Json = {
        "clause": clause.id,
        "text": clause.text,
        "year": due,
        "due": clause.due.isoformat() if clause.due else None,
        "measure": target.measure,
        "stated": target.value,
        "unit": target.unit,
        "counted": Message("{counted}", {"counted": clause.counts}) if clause.counts else target.unit,
        "named": list(clause.units_vi),
        "named_count": named_units(clause.units_vi) if clause.units_vi else None,
        "reading": clause.reading,
        "note": Text(vi=clause.reading_vi or clause.reading, en=clause.reading) if clause.reading else None,
    }
    return row | _measured(ground, target.measure, target.value, due, year)


def _measured(ground: Ground, measure: str, stated: int, due: int | None, year: int) -> Json:
    by_events = measuring(ground, measure)
    if by_events is not None:
        found = by_events(year)
        basis = Message(N_("{part} of {whole}"), found._asdict()) if found.whole is not None else None
        told: Json = {"how": "events", "part": found.part, "whole": found.whole, "basis": basis}
        return told | {"measured": rounded(found.value()), "reached": found.value() >= stated}
    entered = _entered(ground, measure, due or year)
    if entered is None:
        return {"how": "not_measured", "part": None, "whole": None, "basis": None, "measured": None, "reached": None}
    value = Fraction(entered.value or "0")
    basis = Message(N_("document {document}, {on_date}"), {"document": entered.document, "on_date": entered.on})
    told = {"how": "entered", "part": None, "whole": None, "basis": basis, "document": entered.document}
    return told | {"measured": rounded(value), "reached": value >= stated, "measured_on": entered.on}


def _entered(ground: Ground, measure: str, until: int) -> Deed | None:
    """The newest value entered for the whole, of the newest year up to the target's and the period's."""
    last = min(until, ground.period.year)
    found = [
        deed for deed in ground.deeds
        if deed.kind == "measure_recorded" and deed.measure == measure and deed.unit is None and deed.year <= last
    ]  # fmt: skip
    return max(found, key=lambda deed: (deed.year, deed.on, deed.position), default=None)


def rounded(value: Fraction) -> int | float:
    """A figure as people read it: whole, or with two decimals, a half rounded up."""
    if value.denominator == 1:
        return value.numerator
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def named_units(names: tuple[str, ...]) -> int:
    """How many units a clause names: an entry that begins with a number stands for so many."""
    return sum(int(found[0]) if (found := re.match(r"[0-9]+", name)) else 1 for name in names)


def measuring(ground: Ground, measure: str) -> Callable[[int], Measured] | None:
    """How events measure it, by year; None where they cannot. `units_with_LEVEL_task` is known for each level."""
    known: dict[str, Callable[[int], Measured]] = {
        "units_with_plan": lambda year: _with(ground, year, "unit_plan_submitted"),
        "units_with_regulation": lambda year: _with(ground, year, "regulation_issued"),
        "units_with_plan_and_regulation": lambda year: _with(ground, year, "unit_plan_submitted", "regulation_issued"),
        "department_conferences": lambda year: _conferences(ground, year),
    }
    known |= {f"units_with_{level}_task": _of_level(ground, level) for level in ground.plan.workflows}
    return known.get(measure)


def _with(ground: Ground, year: int, *kinds: str) -> Measured:
    """The subordinate units that take part, and those of them with each of the papers of the year."""
    # The target speaks of a regulation; only the duty (VP57-V.4.c) asks for incentives in it.
    units = {row.unit for row in ground.taking_part(subordinate=True)}
    have = [
        {ground.counts_as(deed.unit) for deed in ground.deeds if deed.kind == kind and deed.year == year and deed.unit}
        for kind in kinds
    ]
    return Measured(len(units.intersection(*have)), len(units))


def _conferences(ground: Ground, year: int) -> Measured:
    """The Department's own conferences of the year, those of units apart."""
    found = [deed for deed in ground.deeds if deed.kind == "conference_held" and deed.unit is None]
    return Measured(sum(deed.year == year for deed in found))


def _of_level(ground: Ground, level: str) -> Callable[[int], Measured]:
    """The units that lead a task of the level which was approved by then: the task was given to them to carry out."""

    def measured(_: int) -> Measured:
        tasks = [task for task in ground.tasks if task.level == level and task.first("approved") is not None]
        return Measured(len({ground.counts_as(task.lead_unit) for task in tasks}))

    return measured
