"""Registering: what a task must have before it enters the register."""

import pytest

from tests.spec import Spec
from tests.world import (
    DEPARTMENT_MEMBERS,
    HP_SECTOR,
    VP_GRASSROOTS,
    command,
    deciding,
    document,
    eve,
    failed_acceptance,
    favourable,
    life,
    new_unit,
    office,
    sitting,
    step,
    story,
    unit,
    voting,
    without,
    world,
    years_before,
)

PEOPLE_OF_BV3 = {"actor": "off-BV3", "lead_unit": "BV3", "investigator": "pi-BV3", "team": []}


@pytest.mark.rule("house.unique_id", "refuses")
def test_a_task_id_used_before_is_refused(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="registered"))
    spec.when(step(HP_SECTOR, "register_task", title="Đề tài khác", on="2026-02-21"))

    spec.then_refused("house.unique_id")


@pytest.mark.rule("house.unique_id", "passes")
def test_another_task_id_passes(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="registered"))
    spec.when(step(HP_SECTOR, "register_task", task="T2"))

    spec.then_recorded()


@pytest.mark.rule("VP57-II.2025.b", "refuses")
@pytest.mark.parametrize("level", ["sector", "city", "ministry", "state", "district"])
def test_a_level_that_vp57_does_not_have_is_refused(spec: Spec, level: str) -> None:
    spec.given(*eve(VP_GRASSROOTS, "register_task"))
    spec.when(step(VP_GRASSROOTS, "register_task", level=level))

    spec.then_refused("VP57-II.2025.b")


@pytest.mark.rule("VP57-II.2025.b", "passes")
@pytest.mark.parametrize("level", ["grassroots", "provincial"])
def test_the_two_levels_of_vp57_pass(spec: Spec, level: str) -> None:
    spec.given(*eve(VP_GRASSROOTS, "register_task"))
    spec.when(step(VP_GRASSROOTS, "register_task", level=level))

    spec.then_recorded()


@pytest.mark.rule("HP36-II.2.b", "refuses")
@pytest.mark.parametrize("level", ["provincial", "district"])
def test_a_level_that_hp36_does_not_have_is_refused(spec: Spec, level: str) -> None:
    spec.given(*eve(HP_SECTOR, "register_task"))
    spec.when(step(HP_SECTOR, "register_task", level=level))

    spec.then_refused("HP36-II.2.b")


@pytest.mark.rule("HP36-II.2.b", "passes")
@pytest.mark.parametrize("level", ["grassroots", "sector", "city", "ministry", "state"])
def test_the_five_levels_of_hp36_pass(spec: Spec, level: str) -> None:
    spec.given(*eve(HP_SECTOR, "register_task"))
    spec.when(step(HP_SECTOR, "register_task", level=level))

    spec.then_recorded()


@pytest.mark.rule("VP57-III.2.3", "refuses")
@pytest.mark.parametrize("group", [0, 6])
def test_a_topic_group_outside_one_to_five_is_refused(spec: Spec, group: int) -> None:
    spec.given(*eve(VP_GRASSROOTS, "register_task"))
    spec.when(step(VP_GRASSROOTS, "register_task", topic_group=group))

    spec.then_refused("VP57-III.2.3")


@pytest.mark.rule("VP57-III.2.3", "refuses")
def test_a_vp57_task_without_topic_group_is_refused(spec: Spec) -> None:
    spec.given(*eve(VP_GRASSROOTS, "register_task"))
    spec.when(without(step(VP_GRASSROOTS, "register_task"), "topic_group"))

    spec.then_refused("VP57-III.2.3")


@pytest.mark.rule("VP57-III.2.3", "passes")
@pytest.mark.parametrize("group", [1, 5])
def test_the_first_and_the_last_topic_group_pass(spec: Spec, group: int) -> None:
    spec.given(*eve(VP_GRASSROOTS, "register_task"))
    spec.when(step(VP_GRASSROOTS, "register_task", topic_group=group))

    spec.then_recorded()


@pytest.mark.rule("house.in_force", "refuses")
def test_a_unit_that_takes_no_part_in_the_plan_is_refused(spec: Spec) -> None:
    spec.given(*world("VP57"), *new_unit("BV3", "2025-03-05", ["HP36"]))
    spec.when(step(VP_GRASSROOTS, "register_task", **PEOPLE_OF_BV3))

    spec.then_refused("house.in_force")


@pytest.mark.rule("house.in_force", "passes")
def test_a_unit_passes_on_the_first_day_it_is_in_force(spec: Spec) -> None:
    spec.given(*world("VP57"), *new_unit("BV3", "2025-03-20", ["VP57"]))
    spec.when(step(VP_GRASSROOTS, "register_task", **PEOPLE_OF_BV3, on="2025-03-20"))

    spec.then_recorded()


@pytest.mark.rule("HP36-II.1.b", "refuses")
def test_a_hp36_unit_with_neither_research_office_nor_leader_and_officer_is_refused(spec: Spec) -> None:
    spec.given(*world("HP36"), *new_unit("BV3", "2026-02-05", ["HP36"]))
    spec.when(step(HP_SECTOR, "register_task", **PEOPLE_OF_BV3))

    spec.then_refused("HP36-II.1.b")


@pytest.mark.rule("HP36-II.1.b", "refuses")
def test_a_research_office_assigned_the_day_after_does_not_help(spec: Spec) -> None:
    spec.given(*world("HP36"), *new_unit("BV3", "2026-02-05", ["HP36"]), office("BV3", "2026-02-21", "off-BV3"))
    spec.when(step(HP_SECTOR, "register_task", **PEOPLE_OF_BV3, on="2026-02-20"))

    spec.then_refused("HP36-II.1.b")


@pytest.mark.rule("HP36-II.1.b", "passes")
def test_a_research_office_assigned_the_same_day_passes(spec: Spec) -> None:
    spec.given(*world("HP36"), *new_unit("BV3", "2026-02-05", ["HP36"]), office("BV3", "2026-02-20", "off-BV3"))
    spec.when(step(HP_SECTOR, "register_task", **PEOPLE_OF_BV3, on="2026-02-20"))

    spec.then_recorded()


@pytest.mark.rule("HP36-II.1.b", "passes")
def test_a_responsible_leader_and_a_dedicated_officer_pass_without_an_office(spec: Spec) -> None:
    paper = document("05/QĐ-BV3", "2026-02-06", "BV3")
    pair = {"unit": "BV3", "leader": "pi-BV3", "officer": "off-BV3", "document": paper}
    spec.given(
        *world("HP36"),
        *new_unit("BV3", "2026-02-05", ["HP36"]),
        command("assign_research_office", "off-BV3", "2026-02-06", **pair),
    )
    spec.when(step(HP_SECTOR, "register_task", **PEOPLE_OF_BV3))

    spec.then_recorded()


def test_vp57_asks_for_no_research_office(spec: Spec) -> None:
    spec.given(*world("VP57"), *new_unit("BV3", "2025-03-05", ["VP57"]))
    spec.when(step(VP_GRASSROOTS, "register_task", **PEOPLE_OF_BV3))

    spec.then_recorded()


@pytest.mark.rule("house.estimate", "refuses")
def test_an_estimate_without_a_positive_sum_is_refused(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "register_task"))
    spec.when(step(HP_SECTOR, "register_task", estimate=[{"content": "Vật tư", "amount": 0}]))

    spec.then_refused("house.estimate")


@pytest.mark.rule("house.estimate", "refuses")
def test_an_empty_estimate_is_refused(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "register_task"))
    spec.when(step(HP_SECTOR, "register_task", estimate=[]))

    spec.then_refused("house.estimate")


@pytest.mark.rule("house.estimate", "passes")
def test_an_estimate_of_one_dong_passes(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "register_task"))
    spec.when(step(HP_SECTOR, "register_task", estimate=[{"content": "Vật tư", "amount": 1}]))

    spec.then_recorded()


@pytest.mark.rule("house.dates", "refuses")
@pytest.mark.parametrize("end", ["2026-04-01", "2026-03-31"])
def test_a_planned_end_not_after_the_planned_start_is_refused(spec: Spec, end: str) -> None:
    spec.given(*eve(HP_SECTOR, "register_task"))
    spec.when(step(HP_SECTOR, "register_task", start="2026-04-01", end=end))

    spec.then_refused("house.dates")


@pytest.mark.rule("house.dates", "passes")
def test_a_planned_end_one_day_after_the_planned_start_passes(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "register_task"))
    spec.when(step(HP_SECTOR, "register_task", start="2026-04-01", end="2026-04-02"))

    spec.then_recorded()


@pytest.mark.rule("customary.two_running_tasks", "refuses")
@pytest.mark.parametrize("state", ["approved", "funded", "in_progress", "submitted"])
def test_an_investigator_who_leads_two_running_tasks_gets_no_third(spec: Spec, state: str) -> None:
    spec.given(*story(HP_SECTOR, until="approved"), *life(HP_SECTOR, "T2", until=state))
    spec.when(step(HP_SECTOR, "register_task", task="T3", on="2026-10-01"))

    spec.then_refused("customary.two_running_tasks")


@pytest.mark.rule("customary.two_running_tasks", "refuses")
def test_a_suspended_task_still_counts_as_running(spec: Spec) -> None:
    paper = document("70/QĐ", "2026-05-04")
    spec.given(*story(HP_SECTOR, until="approved"), *life(HP_SECTOR, "T2", until="in_progress"))
    spec.given(command("suspend_task", "lead", "2026-05-04", task="T2", document=paper, reason="Thiếu thuốc thử"))
    spec.when(step(HP_SECTOR, "register_task", task="T3", on="2026-10-01"))

    spec.then_refused("customary.two_running_tasks")


@pytest.mark.rule("customary.two_running_tasks", "passes")
@pytest.mark.parametrize("state", ["registered", "appraised", "accepted", "published", "closed"])
def test_an_investigator_who_leads_one_running_task_passes(spec: Spec, state: str) -> None:
    spec.given(*story(HP_SECTOR, until="approved"), *life(HP_SECTOR, "T2", until=state))
    spec.when(step(HP_SECTOR, "register_task", task="T3", on="2026-11-02"))

    spec.then_recorded()


@pytest.mark.rule("customary.barred_after_failure", "refuses")
def test_an_investigator_is_barred_the_day_after_a_failed_acceptance(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="submitted"), *failed_acceptance("2026-09-21"))
    spec.when(step(HP_SECTOR, "register_task", task="T2", on="2026-09-22"))

    spec.then_refused("customary.barred_after_failure")


@pytest.mark.rule("customary.barred_after_failure", "refuses")
def test_an_investigator_is_barred_up_to_the_day_before_the_third_anniversary(spec: Spec) -> None:
    past = [*story(HP_SECTOR, until="submitted"), *failed_acceptance("2026-09-21")]
    spec.given(*years_before(past, 3))
    spec.when(step(HP_SECTOR, "register_task", task="T2", on="2026-09-20"))

    spec.then_refused("customary.barred_after_failure")


@pytest.mark.rule("customary.barred_after_failure", "passes")
def test_an_investigator_passes_on_the_third_anniversary(spec: Spec) -> None:
    past = [*story(HP_SECTOR, until="submitted"), *failed_acceptance("2026-09-21")]
    spec.given(*years_before(past, 3))
    spec.when(step(HP_SECTOR, "register_task", task="T2", on="2026-09-21"))

    spec.then_recorded()


@pytest.mark.rule("customary.barred_after_failure", "passes")
def test_a_failure_that_a_later_acceptance_of_the_task_made_good_does_not_bar(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="submitted"), *failed_acceptance("2026-09-21"))
    spec.given(step(HP_SECTOR, "submit_for_acceptance", on="2026-10-01"))
    spec.given(
        sitting("accept", "2026-10-12"),
        voting("accept", "2026-10-12", favourable("accept", DEPARTMENT_MEMBERS)),
        deciding("accept", "2026-10-12"),
    )
    spec.when(step(HP_SECTOR, "register_task", task="T2", on="2026-10-13"))

    spec.then_recorded()


@pytest.mark.rule("customary.barred_after_failure", "passes")
def test_another_investigator_of_the_unit_is_not_barred(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="submitted"), *failed_acceptance("2026-09-21"))
    spec.when(step(HP_SECTOR, "register_task", task="T2", investigator="tm1", team=[], on="2026-09-22"))

    spec.then_recorded()


@pytest.mark.rule("house.unique_id", "refuses")
def test_a_unit_id_used_before_is_refused(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(unit("BV1", "2026-02-06", ["HP36"], name="Bệnh viện khác"))

    spec.then_refused("house.unique_id")
