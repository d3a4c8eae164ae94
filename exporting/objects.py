"""The things on record as objects with attributes that change over time, folded from the events as they come.

It holds the newest state of each thing and the history of its attributes, never the log."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from msgspec import Struct

from engine import fold_task, fold_unityears  # noqa: F401 - register how facts change tasks, unit years, initiatives
from engine.envelope import BadEvent, Event
from engine.events import EntryCorrected
from engine.fold import corrected, evolve
from engine.states import Person
from engine.times import instant
from exporting.facts import Relation, Value
from projections.names import Names

Change = tuple[str, str, Value]  # when it was recorded, which attribute, its value from then on
Values = dict[str, Value | None]
OUTSIDE = ("plans", "administrators")  # what is folded beside the things on record


class Thing:
    """One object: when it came on record, its attributes then, and each change since."""

    def __init__(self, ident: str, since: str, values: dict[str, Value]) -> None:
        self.ident = ident
        self.since = since
        self.first = values
        self.values = dict(values)
        self.changes: list[Change] = []

    @property
    def kind(self) -> str:
        """What it is: task, unit, person ..."""
        return self.ident.split(":", 1)[0]

    def become(self, values: dict[str, Value], when: str) -> None:
        """Take the values it has from a recording time on; one that is gone is empty from then on."""
        empty: dict[str, Value] = {name: "" for name in self.values if name not in values}
        for name, value in (values | empty).items():
            if self.values.get(name) != value:
                self.changes.append((when, name, value))
        self.values = values | empty


class Objects:
    """All things, as far as the events taken so far tell of them."""

    def __init__(self, names: Names, corrections: Iterable[EntryCorrected] = ()) -> None:
        """`corrections`: all that the log holds, so that the events behind what they change can be kept at hand."""
        self._names = names
        self.states: dict[str, Struct] = {}
        self.things: dict[str, Thing] = {}
        self._behind: dict[str, list[Event]] = {}
        self._touched: dict[tuple[str, int], tuple[str, ...]] = {}
        for each in corrections:
            self._touched[each.of, each.version] = (*self._touched.get((each.of, each.version), ()), *each.keys)
            self._behind |= {key: [] for key in each.keys}

    def take(self, event: Event) -> None:
        """Go on by one event. Raises BadEvent where it does not follow from what came before."""
        keys = event.fact.touches()
        for key in dict.fromkeys((*keys, *self._touched.get((event.stream, event.version), ()))):
            if key in self._behind:
                self._behind[key].append(event)
        for key in keys:
            again = isinstance(event.fact, EntryCorrected)
            self.states[key] = self._anew(key, event) if again else follow(key, self.states.get(key), event)
        when = instant(event.recorded_at)
        for key in keys:
            if key.split(":", 1)[0] not in OUTSIDE:
                self._note(key, when)

    def name(self, ident: str, when: str) -> None:
        """Note that something was spoken of; it may be on record nowhere else."""
        if ident not in self.things:
            self.things[ident] = Thing(ident, when, {})

    def _anew(self, key: str, by: Event) -> Struct:
        state: Struct | None = None
        for event in corrected(self._behind[key]):
            if key in event.fact.touches() and not (state is None and isinstance(event.fact, EntryCorrected)):
                state = follow(key, state, event)
        if state is None:
            raise BadEvent(by.position, f"{key} is corrected, but not on record")
        return state

    def _note(self, key: str, when: str) -> None:
        values = values_of(key, self.states[key], self._names)
        thing = self.things.get(key)
        if thing is None or (not thing.values and not thing.changes):
            self.things[key] = Thing(key, when, values)
        else:
            thing.become(values, when)


def follow(key: str, state: Struct | None, event: Event) -> Struct:
    """The state of a thing after an event. Raises BadEvent where the event does not follow from what came before."""
    try:
        return evolve(key, state, event)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as fault:
        raise BadEvent(event.position, f"{type(fault).__name__}: {str(fault)[:200]}") from fault


def values_of(key: str, state: Struct, names: Names) -> dict[str, Value]:
    """The attributes of a thing as it stands."""
    told = _TOLD[key.split(":", 1)[0]](key, state)
    if isinstance(state, Person):
        told["name"] = names.text(state.name, state.person)
    return {name: value for name, value in told.items() if value is not None and value != ""}


def belongs_to(key: str, state: Struct) -> list[Relation]:
    """The other things that a thing is bound to as it stands, and how."""
    return [(f"{kind}:{ident}", how) for kind, ident, how in _BOUND[key.split(":", 1)[0]](key, state) if ident]


def _task(_: str, task: Any) -> Values:
    return {
        **{name: getattr(task, name) for name in ("plan", "plan_version", "level", "year", "title", "state")},
        **{name: getattr(task, name) for name in ("lead_unit", "investigator", "approved", "grade", "published_url")},
        **{name: getattr(task, name) for name in ("allocated", "disbursed", "returned", "late", "imported")},
        "start": _day(task.start),
        "end": _day(task.end),
        "estimate": sum(amount for _, amount in task.estimate),
    }


def _day(day: date) -> str | None:
    return None if day == date.min else day.isoformat()


def _person(_: str, person: Any) -> Values:
    roles = sorted({g.role if g.unit is None else f"{g.role}@{g.unit}" for g in person.grants if g.until is None})
    return {"unit": person.unit, "roles": " ".join(roles)}


def _unit(_: str, unit: Any) -> Values:
    return {
        **{name: getattr(unit, name) for name in ("name", "kind", "ownership", "subordinate", "merged_into")},
        "plans": " ".join(unit.plans),
        "portal": unit.portals[-1].url if unit.portals else None,
    }


def _council(_: str, council: Any) -> Values:
    until = council.until.isoformat() if council.until else None
    told = {name: getattr(council, name) for name in ("name", "kind", "unit", "plan")}
    return {**told, "in_force_from": council.since.isoformat(), "in_force_until": until}


def _session(_: str, session: Any) -> Values:
    minutes = session.minutes or {}
    return {"held_on": session.on.isoformat(), "council": session.council, "minutes": minutes.get("number")}


def _line(_: str, line: Any) -> Values:
    names = ("plan", "year", "payer", "unit", "amount", "allocated", "disbursed", "returned", "left")
    return {name: getattr(line, name) for name in names}


def _plan(_: str, plan: Any) -> Values:
    return {"version": len(plan.hashes), "sha256": plan.hashes[-1] if plan.hashes else None}


def _unit_year(key: str, year: Any) -> Values:
    _, unit, plan, number = key.split(":")
    return {"unit": unit, "plan": plan, "year": int(number), "deeds": len(year.deeds)}


def _initiative(_: str, initiative: Any) -> Values:
    recognised = initiative.recognised_on.isoformat() if initiative.recognised_on else None
    told = {name: getattr(initiative, name) for name in ("unit", "plan", "year", "title")}
    return {**told, "recognised_on": recognised}


def _of_task(_: str, task: Any) -> Iterator[tuple[str, str | None, str]]:
    yield "plan", task.plan, "governing plan"
    yield "unit", task.lead_unit, "lead unit"
    yield "person", task.investigator, "investigator"
    for line in task.money:
        yield "line", line, "budget line"


def _of_council(_: str, council: Any) -> Iterator[tuple[str, str | None, str]]:
    yield "unit", council.unit, "unit"
    yield "plan", council.plan, "plan"
    for seat in council.seats:
        if seat.until is None:
            yield "person", seat.person, seat.role.replace("_", " ")


def _of_session(_: str, session: Any) -> Iterator[tuple[str, str | None, str]]:
    yield "council", session.council, "council"
    for item in session.items:
        yield "task", item.task, item.purpose
        yield "initiative", item.initiative, item.purpose


def _of_unit_and_plan(_: str, thing: Any) -> Iterator[tuple[str, str | None, str]]:
    yield "unit", thing.unit, "unit"
    yield "plan", thing.plan, "plan"


def _of_unit_year(key: str, _: Any) -> Iterator[tuple[str, str | None, str]]:
    _, unit, plan, _ = key.split(":")
    yield "unit", unit, "unit"
    yield "plan", plan, "plan"


_TOLD: dict[str, Callable[[str, Any], Values]] = {
    "task": _task,
    "person": _person,
    "unit": _unit,
    "council": _council,
    "session": _session,
    "line": _line,
    "plan": _plan,
    "unit_year": _unit_year,
    "initiative": _initiative,
}
_BOUND: dict[str, Callable[[str, Any], Iterable[tuple[str, str | None, str]]]] = {
    "task": _of_task,
    "person": lambda _, person: [("unit", person.unit, "unit")],
    "unit": lambda _, unit: [("unit", unit.merged_into, "merged into")],
    "council": _of_council,
    "session": _of_session,
    "line": _of_unit_and_plan,
    "plan": lambda _, __: [],
    "unit_year": _of_unit_year,
    "initiative": _of_unit_and_plan,
}
KINDS = tuple(_TOLD)
