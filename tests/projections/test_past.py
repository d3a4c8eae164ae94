"""As of a day, and as known at a time: what is read is what a store with those events alone would show."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from engine.envelope import Event
from engine.events import PlanAdopted
from engine.log import Log
from projections.registries import REGISTRIES
from tests.projections.shelves import append, events_of, history, listed
from tests.spec import NOW, Spec
from tests.world import HP_SECTOR, VP_GRASSROOTS, story

DAYS = [date(2025, 3, 4), date(2025, 5, 5), date(2025, 11, 3), date(2026, 3, 10), date(2026, 4, 10), date(2026, 11, 20)]
TIMES = [events_of(history())[place].recorded_at for place in (0, 40, 70, 71, 120, len(history()) - 1)]
Kept = Callable[[Event], bool]


def placeless(value: Any) -> Any:
    """Without positions: in a store with some of the events alone these stand at others."""
    if isinstance(value, list):
        return [placeless(each) for each in value]
    if isinstance(value, dict):
        return {name: placeless(each) for name, each in value.items() if name != "position"}
    return value


def check(log: Log, empty: Callable[[], AbstractContextManager[Log]], kept: Kept, **asked: object) -> None:
    known_at = asked.get("known_at", datetime.max.replace(tzinfo=UTC))

    def stands(event: Event) -> bool:
        """A plan governs the days before its adoption too, once it is known."""
        adopted = isinstance(event.fact, PlanAdopted)
        return event.recorded_at <= known_at if adopted else kept(event)  # type: ignore[operator]

    rows = [row for row, event in zip(history(), events_of(history()), strict=True) if stands(event)]
    with empty() as other:
        if rows:
            append(other, rows)
        expected = {name: placeless(listed(other, name)) for name in REGISTRIES}

    assert {name: placeless(listed(log, name, **asked)) for name in REGISTRIES} == expected


@pytest.fixture(scope="module")
def filled(empty_logs: Callable[[], AbstractContextManager[Log]]) -> object:
    with empty_logs() as log:
        append(log, history())
        yield log


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_as_of_a_day_counts_what_was_decided_by_its_end(filled: Log, empty_logs: object, day: date) -> None:
    check(filled, empty_logs, lambda event: event.on <= day, as_of=day)  # type: ignore[arg-type]


@pytest.mark.parametrize("time", TIMES, ids=str)
def test_known_at_a_time_counts_what_was_recorded_by_then(filled: Log, empty_logs: object, time: datetime) -> None:
    check(filled, empty_logs, lambda event: event.recorded_at <= time, known_at=time)  # type: ignore[arg-type]


@pytest.mark.parametrize("day", DAYS[2:4], ids=str)
@pytest.mark.parametrize("time", TIMES[2:5], ids=str)
def test_the_two_may_be_mixed(filled: Log, empty_logs: object, day: date, time: datetime) -> None:
    def kept(event: Event) -> bool:
        return event.on <= day and event.recorded_at <= time

    check(filled, empty_logs, kept, as_of=day, known_at=time)  # type: ignore[arg-type]


def test_before_the_first_decision_there_is_nothing(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR))
    found = {name: listed(spec.log, name, as_of=date(2026, 2, 4)) for name in REGISTRIES}

    assert found == {name: [] for name in REGISTRIES}


def test_the_state_is_that_of_the_day(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR))
    days = {date(2026, 3, 31): "funded", date(2026, 4, 1): "in_progress", date(2026, 10, 20): "closed"}

    assert {day: listed(spec.log, "tasks", as_of=day)[0]["state"] for day in days} == days


def test_what_was_recorded_later_was_not_known(spec: Spec) -> None:
    spec.given(*story(VP_GRASSROOTS, until="recognised"))
    spec.now = NOW + timedelta(days=1)
    spec.given(*story(VP_GRASSROOTS)[len(story(VP_GRASSROOTS, until="recognised")) :])
    then = NOW + timedelta(hours=1)

    assert [row["state"] for row in listed(spec.log, "tasks", known_at=then)] == ["recognised"]
    assert [row["state"] for row in listed(spec.log, "tasks")] == ["closed"]
