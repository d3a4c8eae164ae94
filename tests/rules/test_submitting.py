"""Submitting: a progress report, a seminar of the investigator (VP57), and in time."""

from typing import Any

import pytest

from tests.spec import Spec, adopt
from tests.world import (
    HP_SECTOR,
    SEMINAR_PARTS,
    VP_GRASSROOTS,
    VP_PROVINCIAL,
    Command,
    eve,
    life,
    seminar,
    step,
    story,
)


def reported(workflow: str, **changes: Any) -> list[Command]:
    """In progress, with a progress report."""
    return [*story(workflow, until="in_progress"), step(workflow, "report_progress", **changes)]


@pytest.mark.rule("house.progress_report", "refuses")
def test_a_submission_without_a_progress_report_is_refused(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"))
    spec.when(step(HP_SECTOR, "submit_for_acceptance"))

    spec.then_refused("house.progress_report")


@pytest.mark.rule("house.progress_report", "passes")
def test_a_submission_after_one_progress_report_passes(spec: Spec) -> None:
    spec.given(*reported(HP_SECTOR))
    spec.when(step(HP_SECTOR, "submit_for_acceptance"))

    spec.then_recorded()


@pytest.mark.rule("VP57-III.3.2", "refuses")
@pytest.mark.parametrize("workflow", [VP_GRASSROOTS, VP_PROVINCIAL])
def test_a_vp57_submission_without_a_seminar_report_is_refused(spec: Spec, workflow: str) -> None:
    spec.given(*reported(workflow))
    spec.when(step(workflow, "submit_for_acceptance"))

    spec.then_refused("VP57-III.3.2")


@pytest.mark.rule("VP57-III.3.2", "refuses")
def test_a_seminar_report_of_somebody_else_does_not_count(spec: Spec) -> None:
    spec.given(*reported(VP_GRASSROOTS), seminar("2025-10-10", presenter="tm1"))
    spec.when(step(VP_GRASSROOTS, "submit_for_acceptance"))

    spec.then_refused("VP57-III.3.2")


@pytest.mark.rule("VP57-III.3.2", "refuses")
def test_a_seminar_report_that_names_another_task_does_not_count(spec: Spec) -> None:
    spec.given(*reported(VP_GRASSROOTS), *life(VP_GRASSROOTS, "T2", until="registered"))
    spec.given(seminar("2025-10-10", task="T2"))
    spec.when(step(VP_GRASSROOTS, "submit_for_acceptance"))

    spec.then_refused("VP57-III.3.2")


@pytest.mark.rule("VP57-III.3.2", "refuses")
def test_a_seminar_the_day_after_does_not_count(spec: Spec) -> None:
    spec.given(*reported(VP_GRASSROOTS), seminar("2026-03-03"))
    spec.when(step(VP_GRASSROOTS, "submit_for_acceptance", on="2026-03-02"))

    spec.then_refused("VP57-III.3.2")


@pytest.mark.rule("VP57-III.3.2", "passes")
def test_a_seminar_on_the_same_day_counts(spec: Spec) -> None:
    spec.given(*reported(VP_GRASSROOTS), seminar("2026-03-02"))
    spec.when(step(VP_GRASSROOTS, "submit_for_acceptance", on="2026-03-02"))

    spec.then_recorded()


@pytest.mark.rule("VP57-III.3.2", "passes")
def test_a_seminar_report_that_names_no_task_counts(spec: Spec) -> None:
    spec.given(*reported(VP_GRASSROOTS), seminar("2025-10-10", task=None))
    spec.when(step(VP_GRASSROOTS, "submit_for_acceptance"))

    spec.then_recorded()


def test_hp36_asks_for_no_seminar(spec: Spec) -> None:
    spec.given(*reported(HP_SECTOR))
    spec.when(step(HP_SECTOR, "submit_for_acceptance"))

    spec.then_recorded()


@pytest.mark.rule("VP57-III.3.3", "refuses")
@pytest.mark.parametrize("part", SEMINAR_PARTS)
def test_a_seminar_report_with_an_empty_part_is_refused(spec: Spec, part: str) -> None:
    spec.given(*story(VP_GRASSROOTS, until="in_progress"))
    spec.when(seminar("2025-10-10", **{part: ""}))

    spec.then_refused("VP57-III.3.3")


@pytest.mark.rule("VP57-III.3.3", "passes")
def test_a_seminar_report_of_all_five_parts_passes(spec: Spec) -> None:
    spec.given(*story(VP_GRASSROOTS, until="in_progress"))
    spec.when(seminar("2025-10-10"))

    spec.then_recorded()


@pytest.mark.parametrize("part", SEMINAR_PARTS)
def test_a_seminar_report_needs_the_parts_that_its_plan_asks_for(spec: Spec, part: str) -> None:
    adopt(spec, "VP57", seminar_parts={"id": "VP57-III.3.3", "with": {"parts": ["methods", "results"]}})
    spec.given(*story(VP_GRASSROOTS, until="in_progress"))
    spec.when(seminar("2025-10-10", **{part: ""}))

    asked = part in ("methods", "results")
    assert spec.result is not None
    assert (spec.result.outcome, [verdict.id for verdict in spec.result.refusals]) == (
        ("refused", ["VP57-III.3.3"]) if asked else ("recorded", [])
    )


def test_the_thirtieth_day_after_the_planned_end_is_in_time(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "submit_for_acceptance", end="2026-07-31"))
    spec.given(step(HP_SECTOR, "submit_for_acceptance", on="2026-08-30"))

    assert spec.task("T1")["late"] is False


def test_the_thirty_first_day_after_the_planned_end_is_late_and_recorded_so(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "submit_for_acceptance", end="2026-07-31"))
    spec.given(step(HP_SECTOR, "submit_for_acceptance", on="2026-08-31"))

    assert spec.task("T1")["late"] is True


def test_a_task_that_ends_on_the_last_day_of_all_is_submitted_in_time(spec: Spec) -> None:
    last = {"end": "9999-12-31"}
    spec.given(*[each | last if each["command"] == "register_task" else each for each in reported(HP_SECTOR)])
    spec.given(step(HP_SECTOR, "submit_for_acceptance"))

    assert spec.task("T1")["late"] is False
