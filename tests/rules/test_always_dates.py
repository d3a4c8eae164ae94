"""Always: no decision from the future, and none from before the newest state-changing step of the task."""

from datetime import timedelta

import pytest

from tests.spec import NOW, Spec
from tests.world import (
    DEPARTMENT_MEMBERS,
    FIRST_DAY,
    HP_SECTOR,
    VP_GRASSROOTS,
    Command,
    command,
    document,
    eve,
    line,
    office,
    person,
    scores,
    seminar,
    sitting,
    step,
    story,
    unit,
    voting,
    world,
)

TODAY = NOW.date()
TOMORROW = (TODAY + timedelta(days=1)).isoformat()


def suspension(on: str) -> Command:
    paper = document("70/QĐ", "2026-05-04")
    return command("suspend_task", "lead", on, task="T1", document=paper, reason="Thiếu thuốc thử")


@pytest.mark.rule("house.chronology", "refuses")
@pytest.mark.parametrize(
    "key", ["register_task", "approve_task", "fund_task", "start_task", "report_progress", "disburse", "publish_task"]
)
def test_a_decision_on_a_task_from_the_future_is_refused(spec: Spec, key: str) -> None:
    spec.given(*eve(HP_SECTOR, key))
    spec.when(step(HP_SECTOR, key, on=TOMORROW))

    spec.then_refused("house.chronology")


@pytest.mark.rule("house.chronology", "refuses")
@pytest.mark.parametrize(
    "decision",
    [
        person("x1", TOMORROW),
        unit("BV3", TOMORROW, ["VP57"]),
        office("BV1", TOMORROW, "off1"),
        line("L-X", "department", "VP57") | {"on": TOMORROW},
        command("grant_role", "admin", TOMORROW, person="m1", role="secretary"),
        seminar(TOMORROW),
        sitting("appraise", TOMORROW, council="HD-BV1"),
    ],
    ids=lambda decision: str(decision["command"]),
)
def test_any_other_decision_from_the_future_is_refused(spec: Spec, decision: Command) -> None:
    spec.given(*story(VP_GRASSROOTS, until="registered"))
    spec.when(decision)

    spec.then_refused("house.chronology")


@pytest.mark.rule("house.chronology", "passes")
def test_a_decision_of_today_passes(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(step(HP_SECTOR, "register_task", on=TODAY.isoformat()))

    spec.then_recorded()


@pytest.mark.rule("house.chronology", "refuses")
@pytest.mark.parametrize(
    ("key", "day_before_the_step_before"),
    [
        ("approve_task", "2026-03-01"),
        ("fund_task", "2026-03-09"),
        ("start_task", "2026-03-15"),
        ("report_progress", "2026-03-31"),
        ("disburse", "2026-03-31"),
        ("publish_task", "2026-09-20"),
        ("return_funds", "2026-10-04"),
    ],
)
def test_a_decision_from_before_the_newest_step_is_refused(
    spec: Spec, key: str, day_before_the_step_before: str
) -> None:
    spec.given(*eve(HP_SECTOR, key))
    spec.when(step(HP_SECTOR, key, on=day_before_the_step_before))

    spec.then_refused("house.chronology")


@pytest.mark.rule("house.chronology", "passes")
@pytest.mark.parametrize(
    ("key", "day_of_the_step_before"),
    [
        ("approve_task", "2026-03-02"),
        ("fund_task", "2026-03-10"),
        ("start_task", "2026-03-16"),
        ("report_progress", "2026-04-01"),
        ("disburse", "2026-04-01"),
        ("publish_task", "2026-09-21"),
        ("return_funds", "2026-10-05"),
    ],
)
def test_a_decision_of_the_day_of_the_newest_step_passes(spec: Spec, key: str, day_of_the_step_before: str) -> None:
    spec.given(*eve(HP_SECTOR, key))
    spec.when(step(HP_SECTOR, key, on=day_of_the_step_before))

    spec.then_recorded()


@pytest.mark.rule("house.chronology", "passes")
def test_a_progress_report_is_no_step_that_others_wait_for(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "disburse"))
    spec.when(step(HP_SECTOR, "disburse", on="2026-06-01"))

    spec.then_recorded()


@pytest.mark.rule("house.chronology", "passes")
def test_a_later_allocation_may_bear_a_date_before_the_start(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"), step(HP_SECTOR, "fund_task", amount=60_000_000))
    spec.given(step(HP_SECTOR, "start_task"))
    spec.when(step(HP_SECTOR, "fund_task", amount=40_000_000, on="2026-03-20"))

    spec.then_recorded()


@pytest.mark.rule("house.chronology", "passes")
def test_a_later_allocation_is_no_step_that_others_wait_for(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"), step(HP_SECTOR, "fund_task", amount=60_000_000))
    spec.given(step(HP_SECTOR, "fund_task", amount=40_000_000, on="2026-04-20"))
    spec.when(step(HP_SECTOR, "start_task", on="2026-04-01"))

    spec.then_recorded()


@pytest.mark.rule("house.chronology", "passes")
def test_a_session_and_its_ballots_are_not_held_to_the_steps_of_the_task(spec: Spec) -> None:
    early = sitting("appraise", "2026-02-19", session="P0")
    spec.given(*eve(HP_SECTOR, "appraise.session"), early)
    spec.when(voting("appraise", "2026-02-19", scores(80, DEPARTMENT_MEMBERS), session="P0"))

    spec.then_recorded()


@pytest.mark.rule("house.chronology", "passes")
def test_a_waiver_is_not_held_to_the_steps_of_the_task(spec: Spec) -> None:
    paper = document("60/QĐ", FIRST_DAY["VP57"])
    fields = {"task": "T1", "rule": "VP57-III.3.2", "step": "submit_for_acceptance", "document": paper}
    spec.given(*story(VP_GRASSROOTS, until="in_progress"))
    spec.when(command("waive_rule", "lead", "2025-03-10", reason="Dịch bệnh", **fields))

    spec.then_recorded()


@pytest.mark.rule("house.chronology", "refuses")
def test_a_suspension_from_before_the_start_is_refused(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"))
    spec.when(suspension("2026-03-31"))

    spec.then_refused("house.chronology")


@pytest.mark.rule("house.chronology", "passes")
def test_a_suspension_on_the_day_of_the_start_passes(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"))
    spec.when(suspension("2026-04-01"))

    spec.then_recorded()


@pytest.mark.rule("house.chronology", "refuses")
@pytest.mark.parametrize("name", ["select_task", "recognise_task"])
def test_a_step_that_the_workflow_lacks_is_told_its_date_as_well(spec: Spec, name: str) -> None:
    spec.given(*story(HP_SECTOR, "registered"))
    paper = document("1/QĐ", "2026-02-19")
    spec.when(command(name, "sec", "2026-02-19", task="T1", document=paper))

    spec.then_refused("house.order_of_steps", "house.chronology")
