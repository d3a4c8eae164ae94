"""What a unit became part of: found one after the other, also in a log that was tampered with, where it goes round."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest
from msgspec import Struct

from engine.ask import Facts
from engine.envelope import Event, encode
from engine.events import UnitRegistered, UnitsMerged
from engine.fold import fold
from engine.mergers import chain
from engine.transactions import Row
from engine.work import Work
from projections import obligations, units
from projections.views import unit_at

CIRCLE = {"A": "B", "B": "C", "C": "A", "X": "B"}


@pytest.mark.parametrize(
    ("into", "unit", "found"),
    [
        ({}, "A", []),
        ({"A": "B"}, "A", ["B"]),
        ({"A": "B"}, "B", []),
        ({"A": "B", "B": "C"}, "A", ["B", "C"]),
        (CIRCLE, "A", ["B", "C"]),
        (CIRCLE, "X", ["B", "C", "A"]),
        ({"A": "A"}, "A", []),
    ],
)
def test_the_chain_ends_where_it_would_go_round(into: dict[str, str], unit: str, found: list[str]) -> None:
    assert chain(unit, into.get) == found


def tampered() -> list[Event]:
    """What the log holds when somebody wrote a circle of mergers into it past the program."""
    now, on = datetime(2026, 11, 20, tzinfo=UTC), date(2026, 5, 4)
    told: dict[str, Any] = {"kind": "hospital", "ownership": "public", "subordinate": True, "plans": ("HP36",)}
    facts = [UnitRegistered(unit=unit, name=unit, **told) for unit in CIRCLE]
    merged = [UnitsMerged(units=(gone,), into=into) for gone, into in CIRCLE.items()]
    return [
        Event(place, fact.stream(), 1 if place <= len(facts) else 2 + place, fact, on, now, "admin", "admin", "any")
        for place, fact in enumerate([*facts, *merged], 1)
    ]


class Tampered:
    """The folded states of that log, and its streams."""

    def __init__(self) -> None:
        self.events = tampered()
        self.states = fold(self.events)
        self.reader = self

    def get(self, key: str) -> Struct | None:
        return self.states.get(key)

    def stream(self, name: str) -> Iterator[Row]:
        for each in self.events:
            if each.stream == name:
                yield Row(each.position, each.stream, each.version, each.fact.KIND, "", encode(each))


AFTER = date(2026, 6, 1)


def test_decisions_come_to_an_end_of_the_circle() -> None:
    facts = Facts(Tampered())

    assert {unit: facts.successor(unit, AFTER) for unit in CIRCLE} == {"A": "C", "B": "A", "C": "B", "X": "A"}
    assert facts.became("X") == ["B", "C", "A"]
    assert facts.successor("A", date(2026, 5, 3)) == "A"


def test_what_is_shown_of_a_task_comes_to_an_end_of_the_circle() -> None:
    work = cast("Work", Tampered())

    assert {unit: unit_at(work, unit, AFTER, None) for unit in CIRCLE} == {"A": "C", "B": "A", "C": "B", "X": "A"}


def test_registries_come_to_an_end_of_the_circle() -> None:
    rows, standings = units.units.fold(tampered()), obligations.standings.fold(tampered())

    assert units.successors(rows.values()) == {"A": "C", "B": "A", "C": "B", "X": "A"}
    assert obligations._successors(list(standings.values()))["X"] == ["B", "C", "A"]
