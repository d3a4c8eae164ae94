"""Waivers: a leader lets one step go without one rule, where the rule may be waived at all."""

from typing import Any

import pytest

from tests.spec import Spec
from tests.world import (
    HP_CITY,
    HP_GRASSROOTS,
    HP_SECTOR,
    VP_GRASSROOTS,
    Command,
    command,
    document,
    failed_acceptance,
    life,
    new_unit,
    person,
    step,
    story,
    votes,
    without,
    world,
)

PEOPLE_OF_BV3: Command = {"actor": "off-BV3", "lead_unit": "BV3", "investigator": "pi-BV3", "team": []}
PAST_BV3 = [*world("HP36"), *new_unit("BV3", "2026-02-05", ["HP36"])]
NO_SEMINAR = [*story(VP_GRASSROOTS, until="in_progress"), step(VP_GRASSROOTS, "report_progress")]


def waiver(rule: str, on: str, at: str = "register_task", task: str = "T1", **changes: Any) -> Command:
    paper = document("60/QĐ-SYT", on)
    fields = {"task": task, "rule": rule, "step": at, "document": paper, "reason": "Lý do bịa"}
    return command("waive_rule", "lead", on, **{**fields, **changes})


def seminar_waived(on: str, **changes: Any) -> Command:
    return waiver("VP57-III.3.2", on, "submit_for_acceptance", **changes)


@pytest.mark.rule("HP36-II.1.b", "passes")
def test_the_research_office_may_be_waived(spec: Spec) -> None:
    spec.given(*PAST_BV3, waiver("HP36-II.1.b", "2026-02-10"))
    spec.when(step(HP_SECTOR, "register_task", **PEOPLE_OF_BV3))

    spec.then_recorded()


@pytest.mark.rule("customary.two_running_tasks", "passes")
def test_the_limit_of_two_running_tasks_may_be_waived(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="approved"), *life(HP_SECTOR, "T2", until="approved"))
    spec.given(waiver("customary.two_running_tasks", "2026-04-01", task="T3"))
    spec.when(step(HP_SECTOR, "register_task", "T3", on="2026-04-02"))

    spec.then_recorded()


@pytest.mark.rule("customary.barred_after_failure", "passes")
def test_the_bar_after_a_failure_may_be_waived(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="submitted"), *failed_acceptance("2026-09-21"))
    spec.given(waiver("customary.barred_after_failure", "2026-09-22", task="T2"))
    spec.when(step(HP_SECTOR, "register_task", "T2", on="2026-09-23"))

    spec.then_recorded()


@pytest.mark.rule("VP57-III.3.2", "passes")
def test_the_seminar_report_may_be_waived(spec: Spec) -> None:
    spec.given(*NO_SEMINAR, seminar_waived("2026-02-27"))
    spec.when(step(VP_GRASSROOTS, "submit_for_acceptance"))

    spec.then_recorded()


def test_the_limits_of_an_extension_may_be_waived(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"))
    spec.when(waiver("customary.extension", "2026-05-04", "amend_task"))

    spec.then_recorded()


@pytest.mark.parametrize(
    "rule",
    ["house.progress_report", "house.settled", "law.ethics", "customary.quorum", "VP57-V.4.b", "VP57-III.3.3", "khác"],
)
def test_a_rule_that_may_not_be_waived_makes_the_waiver_invalid(spec: Spec, rule: str) -> None:
    spec.given(*NO_SEMINAR)
    spec.when(waiver(rule, "2026-02-27", "submit_for_acceptance"))

    spec.then_invalid("rule")


@pytest.mark.rule("VP57-III.3.2", "refuses")
def test_a_waiver_of_the_day_after_does_not_count(spec: Spec) -> None:
    spec.given(*NO_SEMINAR, seminar_waived("2026-03-03"))
    spec.when(step(VP_GRASSROOTS, "submit_for_acceptance", on="2026-03-02"))

    spec.then_refused("VP57-III.3.2")


@pytest.mark.rule("VP57-III.3.2", "passes")
def test_a_waiver_of_the_same_day_counts(spec: Spec) -> None:
    spec.given(*NO_SEMINAR, seminar_waived("2026-03-02"))
    spec.when(step(VP_GRASSROOTS, "submit_for_acceptance", on="2026-03-02"))

    spec.then_recorded()


@pytest.mark.rule("VP57-III.3.2", "refuses")
def test_a_waiver_is_spent_by_the_step(spec: Spec) -> None:
    spec.given(*NO_SEMINAR, seminar_waived("2026-02-27"), step(VP_GRASSROOTS, "submit_for_acceptance"))
    failed = votes("fail", ["b1", "b2", "b3", "b4", "b5"])
    spec.given(step(VP_GRASSROOTS, "accept.session"), step(VP_GRASSROOTS, "accept.ballots", ballots=failed))
    spec.given(step(VP_GRASSROOTS, "accept_task"))
    spec.when(step(VP_GRASSROOTS, "submit_for_acceptance", on="2026-04-20"))

    spec.then_refused("VP57-III.3.2")


@pytest.mark.rule("VP57-III.3.2", "passes")
def test_a_refused_step_does_not_spend_the_waiver(spec: Spec) -> None:
    spec.given(*story(VP_GRASSROOTS, until="in_progress"), seminar_waived("2026-02-27"))
    spec.when(step(VP_GRASSROOTS, "submit_for_acceptance"))
    spec.then_refused("house.progress_report")
    spec.given(step(VP_GRASSROOTS, "report_progress"))
    spec.when(step(VP_GRASSROOTS, "submit_for_acceptance"))

    spec.then_recorded()


@pytest.mark.rule("HP36-II.1.b", "refuses")
def test_a_waiver_for_another_task_does_not_help(spec: Spec) -> None:
    spec.given(*PAST_BV3, waiver("HP36-II.1.b", "2026-02-10", task="T2"))
    spec.when(step(HP_SECTOR, "register_task", "T1", **PEOPLE_OF_BV3))

    spec.then_refused("HP36-II.1.b")


@pytest.mark.rule("customary.two_running_tasks", "refuses")
def test_a_waiver_covers_its_own_rule_only(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="approved"), *life(HP_SECTOR, "T2", until="approved"))
    spec.given(waiver("customary.barred_after_failure", "2026-04-01", task="T3"))
    spec.when(step(HP_SECTOR, "register_task", "T3", on="2026-04-02"))

    spec.then_refused("customary.two_running_tasks")


@pytest.mark.rule("house.role", "refuses")
@pytest.mark.parametrize("actor", ["sec", "fin", "off1", "admin", "aud"])
def test_nobody_but_a_leader_waives_a_rule(spec: Spec, actor: str) -> None:
    spec.given(*NO_SEMINAR)
    spec.when(seminar_waived("2026-02-27", actor=actor))

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "refuses")
def test_a_leader_of_the_unit_waives_nothing_before_registration(spec: Spec) -> None:
    head = person("head", "2026-02-05", "BV1", [{"role": "leader", "unit": "BV1"}])
    spec.given(*world("HP36"), head)
    spec.when(waiver("HP36-II.1.b", "2026-02-10", actor="head"))

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "passes")
def test_a_leader_of_the_unit_waives_for_a_grassroots_task_of_the_unit(spec: Spec) -> None:
    head = person("head", "2026-02-05", "BV1", [{"role": "leader", "unit": "BV1"}])
    spec.given(*story(HP_GRASSROOTS, until="in_progress"), head)
    spec.when(waiver("customary.extension", "2026-05-04", "amend_task", actor="head"))

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
@pytest.mark.parametrize("workflow", [HP_SECTOR, HP_CITY])
def test_a_leader_of_the_unit_waives_nothing_for_other_levels(spec: Spec, workflow: str) -> None:
    head = person("head", "2026-02-05", "BV1", [{"role": "leader", "unit": "BV1"}])
    spec.given(*story(workflow, until="in_progress"), head)
    spec.when(waiver("customary.extension", "2026-05-04", "amend_task", actor="head"))

    spec.then_refused("house.role")


def test_a_waiver_without_a_reason_is_invalid(spec: Spec) -> None:
    spec.given(*NO_SEMINAR)
    spec.when(without(seminar_waived("2026-02-27"), "reason"))

    spec.then_invalid("reason")


def test_a_waiver_of_another_step_for_a_task_nobody_registered_is_not_found(spec: Spec) -> None:
    spec.given(*NO_SEMINAR)
    spec.when(seminar_waived("2026-02-27", task="T9"))

    spec.then_not_found("task")
