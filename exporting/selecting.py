"""Which events are the evidence for a task or a period, and which others they rest on. It reads facts, proves nothing.

What was asked for is `asked`. What it rests on is taken along: the people who acted with their roles, the units,
councils and budget lines, the sessions, and the plan versions. Other tasks' votes and decisions are not."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from engine.entries import event_of
from engine.envelope import Event
from engine.events import (
    EntryCorrected,
    PlanAdopted,
    SessionHeld,
    StepRescinded,
    TaskImported,
    TaskRegistered,
    UnitsMerged,
)
from engine.log import Reader
from exporting.facts import relations
from exporting.objects import Objects
from projections.history import corrections_of_all
from projections.names import Names

_PERIOD = re.compile(r"(\d{4})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?")
_BESIDE = ("person", "unit", "council", "line")  # whose whole stream, up to then, tells what held


class NotAPeriod(Exception):
    """A text names no period."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class Period:
    """Some months, by decision date, as recorded or as corrected; both days are in it."""

    text: str
    first: date
    last: date

    @classmethod
    def read(cls, text: str) -> "Period":
        """A period from 2025, 2025-H1, 2026-Q1 or 2026-03. Raises NotAPeriod."""
        found = _PERIOD.fullmatch(text)
        if found is None or not 1 <= (year := int(found[1])) <= 9999:
            raise NotAPeriod(text)
        months = 12 if text == found[1] else 6 if found[2] else 3 if found[3] else 1
        end = months * int(found[2] or found[3] or 1) if found[4] is None else int(found[4])
        return cls(text, date(year, end - months + 1, 1), date(year, end, monthrange(year, end)[1]))


@dataclass(slots=True)
class Selection:
    """Positions in the log: those asked for, and those they rest on."""

    asked: set[int] = field(default_factory=set)
    beside: set[int] = field(default_factory=set)

    @property
    def all(self) -> list[int]:
        """Every position, in the order of the log."""
        return sorted(self.asked | self.beside)


def select(reader: Reader, task: str | None = None, period: Period | None = None) -> Selection:
    """The evidence for a task, for a period, or for a task within a period; without either, the whole log.

    It holds positions and what is named, not the log. Raises UnknownKind, BadEvent."""
    found = Selection()
    if task is None and period is None:
        found.asked.update(range(1, reader.head()[0] + 1))
        return found
    fixes = list(corrections_of_all(reader))
    picked = _Picked(f"task:{task}" if task is not None else None, period, fixes)
    objects = Objects(Names(reader, "en"), fixes)
    for event in _events(reader):
        objects.take(event)
        related = {ident for ident, _ in relations(event, objects.states)}
        if picked.takes(event, related):
            found.asked.add(event.position)
    last, kept = max(found.asked, default=0), set(picked.places)
    for event in _events(reader):
        if event.position not in found.asked and picked.rests_on(event, kept, last):
            found.beside.add(event.position)
            kept.add((event.stream, event.version))
    return found


class _Picked:
    """What is asked for, and what was named by the events that are."""

    def __init__(self, task: str | None, period: Period | None, fixes: Iterable[EntryCorrected]) -> None:
        self._task = task
        self._period = period
        self._put_right: dict[tuple[str, int], set[date]] = {}  # what was corrected -> the decision dates it got
        for fix in fixes:
            self._put_right.setdefault((fix.of, fix.version), set()).add(fix.on)
        self._named: set[str] = set()
        self._plans: set[tuple[str, int]] = set()
        self._adopted: dict[str, int] = {}
        self.places: set[tuple[str, int]] = set()

    def takes(self, event: Event, related: set[str]) -> bool:
        """Whether the event is asked for. What puts one of them right is, whenever that was."""
        fact = event.fact
        right = isinstance(fact, EntryCorrected) and (fact.of, fact.version) in self.places
        back = isinstance(fact, StepRescinded) and (event.stream, fact.version) in self.places
        if not (right or back or (self._within(event) and (self._task is None or self._task in related))):
            return False
        self.places.add((event.stream, event.version))
        self._named |= related
        if event.plan is not None:
            self._plans.add(event.plan)
        return True

    def _within(self, event: Event) -> bool:
        """Whether the decision is of the period: by its date as it was recorded, or as it was put right.

        A decision that was moved out of the period is evidence for it too: with the correction that moved it."""
        days = {event.on} | self._put_right.get((event.stream, event.version), set())
        return self._period is None or any(self._period.first <= day <= self._period.last for day in days)

    def rests_on(self, event: Event, kept: set[tuple[str, int]], last: int) -> bool:
        """Whether what is asked for rests on the event. Asked in the order of the log."""
        fact = event.fact
        if isinstance(fact, PlanAdopted):
            number = self._adopted[fact.plan] = self._adopted.get(fact.plan, 0) + 1
            return (fact.plan, number) in self._plans
        if isinstance(fact, EntryCorrected):
            return (fact.of, fact.version) in kept
        if event.position > last:
            return False
        if isinstance(fact, UnitsMerged):
            return not self._named.isdisjoint(fact.touches())
        if event.stream not in self._named:
            return False
        if isinstance(fact, TaskRegistered | TaskImported):
            return self._task in (None, event.stream)
        return isinstance(fact, SessionHeld) or event.stream.split(":", 1)[0] in _BESIDE


def _events(reader: Reader) -> Iterator[Event]:
    return map(event_of, reader.events())
