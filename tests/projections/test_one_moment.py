"""What is told is of one moment: whatever is recorded while an answer is made is in no part of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, cast

import pytest

from engine.calendar import Calendar
from engine.log import Log, Reader
from projections.obligations import owing
from projections.registries import registry
from projections.replay import registry_diff, task_diff
from projections.reports.reporting import report
from tests.projections.shelves import DAY
from tests.spec import NOW, Spec, adopt
from tests.world import HP_SECTOR, command, life, step, story

YESTERDAY = DAY - timedelta(days=1)
LATER = NOW + timedelta(days=1)


class Meddled:
    """A log in which somebody records something after each view that is closed."""

    def __init__(self, spec: Spec, deeds: list[Callable[[], object]]) -> None:
        self._log, self._deeds = spec.log, deeds

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        with self._log.reader() as reader:
            yield reader
        if self._deeds:
            self._deeds.pop(0)()


def duties(spec: Spec) -> Callable[[], object]:
    """What units owe under HP36 becomes something else."""
    owed = {"what": "unit_plan", "clause": "HP36-III.end", "years": [2026], "last_days": ["02-14"]}
    return lambda: adopt(spec, obligations=[owed])


def deeds(spec: Spec) -> list[Callable[[], object]]:
    """The task goes on, another is registered, the plan is another."""
    return [
        lambda: spec.given(step(HP_SECTOR, "appraise_task")),
        duties(spec),
        lambda: spec.given(*life(HP_SECTOR, "T2", until="registered", investigator="pi2", lead_unit="BV1", team=[])),
        lambda: spec.given(command("rename_unit", "admin", "2026-03-03", unit="BV1", name="Bệnh viện Khác")),
    ]


def a_report(log: Log) -> Any:
    return report(log, "council-activity", "HP36", "2026", today=DAY, calendar=Calendar())


def a_year_report(log: Log) -> Any:
    return report(log, "year", "HP36", "2026", today=DAY, calendar=Calendar())


ANSWERS: dict[str, Callable[[Log], Any]] = {
    "report council-activity": a_report,
    "report year": a_year_report,
    "registry obligations": lambda log: registry(log, "obligations", day=DAY, as_of=YESTERDAY),
    "registry units": lambda log: registry(log, "units", day=DAY, known_at=LATER),
    "due": lambda log: owing(log, day=YESTERDAY, today=DAY),
    "diff of a task": lambda log: task_diff(log, "T1", since=NOW - timedelta(days=1), until=LATER, axis="recorded"),
    "diff of a registry": lambda log: registry_diff(log, "tasks", since=YESTERDAY, until=DAY, axis="decided"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_of_one_moment(spec: Spec, name: str) -> None:
    answer = ANSWERS[name]
    spec.given(*story(HP_SECTOR, until="registered"))
    spec.given(*life(HP_SECTOR, until="appraised")[1:-1])
    expected = told(answer(spec.log))
    waiting = deeds(spec)

    assert told(answer(cast("Log", Meddled(spec, waiting)))) == expected
    assert len(waiting) == len(deeds(spec)) - 1, "it was not one view, or nobody meddled"
    for deed in waiting:
        deed()


def told(found: Any) -> Any:
    if not hasattr(found, "sections"):
        return found
    return found.day, [(each.name, each.rows, each.totals) for each in found.sections]
