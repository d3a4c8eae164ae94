"""Replay: a task state by state as its record grew; and what differs between two times."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from projections.replay import registry_diff, replay, replayed_json, task_diff
from projections.views import NotOnRecord, show_task
from tests.spec import NOW, Spec
from tests.world import HP_SECTOR, command, document, story

PAPER = {"document": document("76/QĐ", "2026-11-02"), "reason": "Nhầm"}


def corrected_life(spec: Spec) -> None:
    """A life, and an hour later a correction of its first entry."""
    spec.given(*story(HP_SECTOR, "approved"))
    spec.now = NOW + timedelta(hours=1)
    right = {"stream": "task:T1", "version": 1, "field": "title", "value": "Tên đúng"}
    spec.given(command("correct", "off1", "2026-11-02", **right, **PAPER))


def test_each_state_is_the_one_that_was_shown_then(spec: Spec) -> None:
    corrected_life(spec)
    steps = list(replay(spec.log, "T1"))

    assert [each.event.version for each in steps] == list(range(1, len(steps) + 1))
    for each in steps:
        if each.event.recorded_at > NOW:
            assert each.task == show_task(spec.desk, "T1", known_at=each.event.recorded_at)


def test_the_last_state_is_the_present_one(spec: Spec) -> None:
    corrected_life(spec)
    *_, last = replay(spec.log, "T1")

    assert last.task == spec.task("T1")


def test_a_correction_shows_what_it_changed(spec: Spec) -> None:
    corrected_life(spec)
    *_, last = replay(spec.log, "T1")

    assert last.changes == {"title": ("Đánh giá kết quả điều trị T1", "Tên đúng")}


def test_a_step_shows_its_state_and_its_sums(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "funded"))
    *_, last = replay(spec.log, "T1")

    assert replayed_json(last)["changes"] == {
        "state": {"before": "approved", "after": "funded"},
        "money.allocated": {"before": 0, "after": 100_000_000},
    }


def test_a_task_that_is_not_on_record_has_no_replay(spec: Spec) -> None:
    with pytest.raises(NotOnRecord):
        list(replay(spec.log, "T9"))


def test_two_times_of_recording_differ_by_what_was_recorded_between(spec: Spec) -> None:
    corrected_life(spec)
    found = task_diff(spec.log, "T1", since=NOW, until=NOW + timedelta(hours=2), axis="recorded")

    assert found["changes"] == [{"field": "title", "before": "Đánh giá kết quả điều trị T1", "after": "Tên đúng"}]
    assert [event["kind"] for event in found["events"]] == ["entry_corrected"]


def test_two_days_of_decision_differ_by_what_was_decided_between(spec: Spec) -> None:
    corrected_life(spec)
    found = task_diff(spec.log, "T1", since=date(2026, 3, 2), until=date(2026, 3, 10), axis="decided")

    assert {each["field"]: each["after"] for each in found["changes"]} == {
        "state": "approved",
        "approved_on": "2026-03-10",
        "money.approved": 100_000_000,
    }


def test_the_day_of_a_state_is_the_first_as_in_the_registry(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"))
    for name, on in (("suspend_task", "2026-05-04"), ("resume_task", "2026-06-04")):
        spec.given(command(name, "lead", on, task="T1", document=document("70/QĐ-SYT", on), reason="Lý do bịa"))
    between = {"since": date(2026, 3, 18), "until": date(2026, 6, 30)}
    found = task_diff(spec.log, "T1", **between, axis="decided")["changes"]
    registry = registry_diff(spec.log, "tasks", **between, axis="decided")["changed"][0]["changes"]

    assert {each["field"]: each["after"] for each in found} == {
        "state": "in_progress",
        "started_on": "2026-04-01",
        "suspended_on": "2026-05-04",
    }
    assert [each for each in registry if each["field"] == "started_on"] == [
        {"field": "started_on", "before": None, "after": "2026-04-01"}
    ]


def test_a_day_that_was_corrected_differs(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="approved"))
    spec.now = NOW + timedelta(hours=1)
    day = {"stream": "task:T1", "version": 3, "field": "on", "value": "2026-03-11"}
    spec.given(command("correct", "lead", "2026-11-02", **day, **PAPER))
    found = task_diff(spec.log, "T1", since=NOW, until=NOW + timedelta(hours=2), axis="recorded")

    assert found["changes"] == [{"field": "approved_on", "before": "2026-03-10", "after": "2026-03-11"}]


def test_a_registry_shows_rows_that_came_and_rows_that_changed(spec: Spec) -> None:
    corrected_life(spec)
    recorded = registry_diff(
        spec.log, "tasks", since=datetime(2026, 1, 1, tzinfo=UTC), until=NOW + timedelta(hours=2), axis="recorded"
    )
    decided = registry_diff(spec.log, "tasks", since=date(2026, 3, 2), until=date(2026, 3, 10), axis="decided")

    assert [row["task"] for row in recorded["added"]] == ["T1"]
    assert decided["changed"][0]["key"] == "T1"
    assert {"field": "state", "before": "appraised", "after": "approved"} in decided["changed"][0]["changes"]


def test_documents_of_one_number_are_told_apart(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "registered"))
    for issuer in ("Sở Y tế", "UBND thành phố"):
        paper = document("9/QĐ", "2026-05-04", issuer)
        spec.given(command("grant_role", "admin", "2026-05-04", person="pi1", role="secretary", document=paper))
    found = registry_diff(spec.log, "decisions", since=date(2026, 5, 3), until=date(2026, 5, 4), axis="decided")

    assert [(row["number"], row["issuer"]) for row in found["added"]] == [
        ("9/QĐ", "Sở Y tế"),
        ("9/QĐ", "UBND thành phố"),
    ]
