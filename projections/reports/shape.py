"""The shape of a report: sections of rows under columns, each value as data. It writes no file and no sentence."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.catalogue import Message
from engine.plan import Plan, Text
from engine.titles import Workflows
from projections.reports.periods import Period

Json = dict[str, Any]
Form = Literal["text", "number", "money", "date", "period", "word", "state", "level"]
Heading = Message | Text | str


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in JSON, what stands over it, and what its values are.

    money: whole đồng. date: ISO text. period: 2025-09, 2025-Q1. word: a word of the catalogue of
    words. state, level: as the plan's workflows name them."""

    name: str
    heading: Heading
    form: Form = "text"
    width: int = 0  # how wide it is beside the others; 0: as its form usually is


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart of a section: which column names the bars, which columns they show."""

    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report. `totals` adds up the columns it names. `notes` stand below the rows."""

    name: str
    title: Heading
    columns: tuple[Column, ...]
    rows: list[Json]
    clauses: tuple[str, ...] = ()
    totals: Json | None = None
    notes: tuple[Message, ...] = ()
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A report of a plan for a period, as things stood on a day."""

    name: str
    plan: Plan
    period: Period
    day: str
    known_at: str | None
    title: Text
    sections: list[Section] = field(default_factory=list)
    versions: Sequence[Workflows] = ()  # of the plan, for what they call states that this one has no more


def added_up(rows: list[Json], *names: str) -> Json | None:
    """The totals of columns; None where there are no rows."""
    return {name: sum(row[name] or 0 for row in rows) for name in names} if rows else None
