"""A report that stands on the record is of the day of the newest decision, as the entries of decisions read now."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from engine.calendar import Calendar
from projections.reports.reporting import report
from tests import stores
from tests.spec import NOW, Spec, prepare
from tests.world import HP_SECTOR, Command, command, document, step, story

TODAY = date(2026, 11, 20)
CORRECTED = "2026-06-10"  # the day of the document that corrects


def corrected(day: str) -> Command:
    """The day of the task's appraisal is put right by a document."""
    right = {"stream": "task:T1", "version": 2, "field": "on", "value": day}
    paper = {"document": document("76/QĐ", CORRECTED), "reason": "Nhầm"}
    return command("correct", "lead", CORRECTED, **right, **paper)


def day_of(spec: Spec, **asked: object) -> str:
    made = report(spec.log, "results", "HP36", "2026", today=TODAY, calendar=Calendar(), **asked)  # type: ignore[arg-type]
    return made.day


@pytest.mark.parametrize(
    ("wrong", "right", "newest"),
    [
        ("2026-09-01", "2026-03-02", CORRECTED),
        ("2026-03-02", "2026-09-01", "2026-09-01"),
        ("2026-09-01", "2026-09-02", "2026-09-02"),
    ],
)
def test_a_day_that_was_corrected_is_not_the_newest(tmp_path: Path, wrong: str, right: str, newest: str) -> None:
    url = stores.fresh_sqlite(tmp_path)
    prepare(url, datetime(2026, 1, 5, tzinfo=UTC))  # the day of the founding counts as well
    spec = Spec(url)
    spec.given(*story(HP_SECTOR, until="appraised")[:-1], step(HP_SECTOR, "appraise_task", on=wrong))
    spec.now = NOW + timedelta(hours=1)
    spec.given(corrected(right))

    assert day_of(spec) == newest
    assert day_of(spec, known_at=NOW) == wrong
    spec.close()
