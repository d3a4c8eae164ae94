"""The clock goes back and forward between commands: the log's order stays, nothing is lost, and days are judged by it.

The machine's zone never counts: a day begins at midnight in Vietnam."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random

import pytest

from engine.health import checks
from projections.checking import verify
from projections.registries import every, registry
from tests.properties.checks import check_store, rows_of
from tests.reliability.length import rounds
from tests.spec import NOW, Spec
from tests.world import person, unit

JUMPS = (
    timedelta(seconds=-1), timedelta(hours=-1), timedelta(hours=1), timedelta(0), timedelta(days=-200),
    timedelta(days=200), timedelta(microseconds=1), timedelta(days=-1), timedelta(minutes=1),
)  # fmt: skip
MOST_ROUNDS = 40  # a table is read for each command


def stamp(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_a_clock_that_jumps_reorders_nothing_and_loses_nothing(spec: Spec) -> None:
    founded = len(rows_of(spec.log))
    clock = []
    for number in rounds(2):
        chance = Random(number)
        for place in range(12):
            spec.now = max(spec.now + chance.choice(JUMPS), NOW - timedelta(days=200))
            clock.append(stamp(spec.now))
            spec.given(unit(f"U{number}-{place}", "2026-03-01", ["HP36"]))
            registry(spec.log, "units", day=spec.now.date())
        if number == MOST_ROUNDS:
            break
    rows = rows_of(spec.log)[founded:]
    times = list(accumulate([stamp(NOW), *clock], max))[1:]

    assert [row.recorded_at for row in rows] == times
    check_store(spec.desk)
    assert {verify(spec.log, each).ok for each in every().values()} == {True}
    for time in sorted(set(times))[:8]:
        known = registry(spec.log, "units", day=NOW.date(), known_at=datetime.fromisoformat(time))
        assert len(known) == bisect_right(times, time)


def test_a_clock_behind_the_record_is_told_and_what_follows_bears_the_newest_time(spec: Spec) -> None:
    spec.now = NOW + timedelta(hours=1)
    spec.given(person("a", "2026-03-01"))
    spec.now = NOW - timedelta(hours=1)
    spec.given(person("b", "2026-03-01"))
    told = next(each for each in checks(spec.log, spec.now) if each.name == "clock")

    assert [row.recorded_at for row in rows_of(spec.log)[-2:]] == [stamp(NOW + timedelta(hours=1))] * 2
    assert told.state == "warning"


@pytest.mark.parametrize(
    ("before", "after", "day"),
    [
        ("2026-12-31T16:59:59+00:00", "2026-12-31T17:00:00+00:00", "2027-01-01"),  # the year ends
        ("2028-02-28T16:59:59+00:00", "2028-02-28T17:00:00+00:00", "2028-02-29"),  # a leap day
        ("2027-03-28T00:59:59+01:00", "2027-03-29T03:00:00+02:00", "2027-03-29"),  # where clocks go forward
    ],
    ids=["year end", "leap day", "summer time elsewhere"],
)
def test_a_day_begins_at_midnight_in_vietnam(spec: Spec, before: str, after: str, day: str) -> None:
    spec.now = datetime.fromisoformat(before)
    spec.when(person("a", day)).then_refused("house.chronology")
    spec.now = datetime.fromisoformat(after)
    spec.when(person("a", day)).then_recorded()


def test_what_was_refused_as_of_the_future_while_the_clock_was_wrong_is_recorded_when_it_is_right(spec: Spec) -> None:
    spec.now = NOW - timedelta(days=300)
    asked = person("a", "2026-03-01") | {"command_id": "once"}
    spec.when(asked).then_refused("house.chronology")
    spec.now = NOW
    spec.when(asked).then_recorded()
    spec.now = NOW - timedelta(days=300)
    spec.when(asked).then_duplicate()
