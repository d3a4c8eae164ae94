"""Funding: the right line, never more than the line and never more than the approved sum."""

import pytest

from tests.spec import Spec
from tests.world import (
    HP_CITY,
    HP_GRASSROOTS,
    HP_MINISTRY,
    HP_SECTOR,
    HP_STATE,
    PAYER,
    SUM,
    VP_GRASSROOTS,
    VP_PROVINCIAL,
    Command,
    before,
    command,
    document,
    eve,
    life,
    line,
    step,
    story,
    without,
)

WITHIN_LINE = [
    (HP_SECTOR, "HP36-II.6.a"),
    (HP_GRASSROOTS, "HP36-II.6.b"),
    (HP_CITY, "house.within_line"),
    (HP_MINISTRY, "house.within_line"),
    (HP_STATE, "house.within_line"),
    (VP_GRASSROOTS, "VP57-IV"),
    (VP_PROVINCIAL, "VP57-IV"),
]
EACH_WITHIN_LINE = [
    pytest.param(workflow, rule, marks=pytest.mark.rule(rule, "refuses")) for workflow, rule in WITHIN_LINE
]
EACH_AT_THE_LINE = [pytest.param(workflow, marks=pytest.mark.rule(rule, "passes")) for workflow, rule in WITHIN_LINE]
PAYERS_ALLOWED = [
    (VP_GRASSROOTS, "department"),
    (VP_GRASSROOTS, "unit"),
    (VP_GRASSROOTS, "other"),
    (VP_PROVINCIAL, "province"),
    (VP_PROVINCIAL, "other"),
    (HP_GRASSROOTS, "unit"),
    (HP_GRASSROOTS, "other"),
    (HP_SECTOR, "department"),
    (HP_CITY, "city"),
    (HP_MINISTRY, "ministry"),
    (HP_STATE, "state"),
]
PAYERS_NOT_ALLOWED = [
    (VP_GRASSROOTS, "province"),
    (VP_PROVINCIAL, "department"),
    (VP_PROVINCIAL, "unit"),
    (HP_GRASSROOTS, "department"),
    (HP_SECTOR, "unit"),
    (HP_SECTOR, "other"),
    (HP_CITY, "department"),
    (HP_MINISTRY, "state"),
    (HP_STATE, "ministry"),
]


def own_line(workflow: str, amount: int) -> Command:
    """A further line of the workflow's payer, of just this amount."""
    return line("L-X", PAYER[workflow], workflow[:4], amount)


def adjusted(name: str, amount: int, plan: str = "HP36") -> Command:
    on = {"VP57": "2025-05-20", "HP36": "2026-03-20"}[plan]
    paper = document("40/QĐ", on)
    return command("adjust_budget_line", "fin", on, line=name, amount=amount, reason="Điều chỉnh", document=paper)


def returned(amount: int, on: str = "2026-03-17", name: str = "L-department") -> Command:
    return command("return_funds", "fin", on, task="T1", line=name, amount=amount, voucher="PT-09")


@pytest.mark.parametrize(("workflow", "rule"), EACH_WITHIN_LINE)
def test_an_allocation_over_the_line_is_refused(spec: Spec, workflow: str, rule: str) -> None:
    spec.given(*eve(workflow, "fund_task"), own_line(workflow, SUM - 1))
    spec.when(step(workflow, "fund_task", line="L-X"))

    spec.then_refused(rule)


@pytest.mark.parametrize("workflow", EACH_AT_THE_LINE)
def test_an_allocation_of_the_whole_line_passes(spec: Spec, workflow: str) -> None:
    spec.given(*eve(workflow, "fund_task"), own_line(workflow, SUM))
    spec.when(step(workflow, "fund_task", line="L-X"))

    spec.then_recorded()


@pytest.mark.rule("HP36-II.6.a", "refuses")
def test_two_tasks_together_may_not_go_over_the_line(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"), *before(HP_SECTOR, "fund_task", "T2"), own_line(HP_SECTOR, 150_000_000))
    spec.given(step(HP_SECTOR, "fund_task", line="L-X"))
    spec.when(step(HP_SECTOR, "fund_task", "T2", line="L-X", amount=50_000_001))

    spec.then_refused("HP36-II.6.a")


@pytest.mark.rule("HP36-II.6.a", "passes")
def test_two_tasks_together_may_use_up_the_line(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"), *before(HP_SECTOR, "fund_task", "T2"), own_line(HP_SECTOR, 150_000_000))
    spec.given(step(HP_SECTOR, "fund_task", line="L-X"))
    spec.when(step(HP_SECTOR, "fund_task", "T2", line="L-X", amount=50_000_000))

    spec.then_recorded()


@pytest.mark.rule("HP36-II.6.a", "passes")
def test_returned_money_is_on_the_line_again(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"), *before(HP_SECTOR, "fund_task", "T2"), own_line(HP_SECTOR, 150_000_000))
    spec.given(step(HP_SECTOR, "fund_task", line="L-X"), returned(10_000_000, name="L-X"))
    spec.when(step(HP_SECTOR, "fund_task", "T2", line="L-X", amount=60_000_000, on="2026-03-17"))

    spec.then_recorded()


@pytest.mark.rule("HP36-II.6.a", "refuses")
def test_no_more_than_was_returned_is_on_the_line_again(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"), *before(HP_SECTOR, "fund_task", "T2"), own_line(HP_SECTOR, 150_000_000))
    spec.given(step(HP_SECTOR, "fund_task", line="L-X"), returned(10_000_000, name="L-X"))
    spec.when(step(HP_SECTOR, "fund_task", "T2", line="L-X", amount=60_000_001, on="2026-03-17"))

    spec.then_refused("HP36-II.6.a")


@pytest.mark.rule("HP36-II.6.b", "refuses")
def test_a_grassroots_task_paid_from_another_source_stays_within_that_line(spec: Spec) -> None:
    spec.given(*eve(HP_GRASSROOTS, "fund_task"), line("L-X", "other", "HP36", SUM - 1))
    spec.when(step(HP_GRASSROOTS, "fund_task", line="L-X"))

    spec.then_refused("HP36-II.6.b")


@pytest.mark.parametrize(("workflow", "rule"), EACH_WITHIN_LINE)
def test_a_line_is_not_adjusted_below_what_is_allocated(spec: Spec, workflow: str, rule: str) -> None:
    spec.given(*story(workflow, until="funded"))
    spec.when(adjusted(f"L-{PAYER[workflow]}", SUM - 1, workflow[:4]))

    spec.then_refused(rule)


@pytest.mark.parametrize("workflow", EACH_AT_THE_LINE)
def test_a_line_may_be_adjusted_down_to_what_is_allocated(spec: Spec, workflow: str) -> None:
    spec.given(*story(workflow, until="funded"))
    spec.when(adjusted(f"L-{PAYER[workflow]}", SUM, workflow[:4]))

    spec.then_recorded()


@pytest.mark.rule("house.within_line", "refuses")
def test_a_line_of_another_source_is_not_adjusted_below_what_is_allocated(spec: Spec) -> None:
    spec.given(*eve(HP_GRASSROOTS, "fund_task"), step(HP_GRASSROOTS, "fund_task", line="L-other"))
    spec.when(adjusted("L-other", SUM - 1))

    spec.then_refused("house.within_line")


@pytest.mark.rule("HP36-II.6.a", "passes")
def test_a_line_may_be_adjusted_down_to_allocations_less_returns(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="funded"), returned(10_000_000))
    spec.when(adjusted("L-department", SUM - 10_000_000))

    spec.then_recorded()


@pytest.mark.rule("HP36-II.6.a", "refuses")
def test_a_line_adjusted_down_counts_with_its_new_amount(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"), changed_to(SUM - 1))
    spec.when(step(HP_SECTOR, "fund_task"))

    spec.then_refused("HP36-II.6.a")


def changed_to(amount: int) -> Command:
    return adjusted("L-department", amount) | {"on": "2026-03-12"}


@pytest.mark.rule("house.within_approved_sum", "refuses")
def test_an_allocation_over_the_approved_sum_is_refused(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"))
    spec.when(step(HP_SECTOR, "fund_task", amount=SUM + 1))

    spec.then_refused("house.within_approved_sum")


@pytest.mark.rule("house.within_approved_sum", "passes")
def test_an_allocation_of_the_whole_approved_sum_passes(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"))
    spec.when(step(HP_SECTOR, "fund_task", amount=SUM))

    spec.then_recorded()


@pytest.mark.rule("house.within_approved_sum", "refuses")
def test_allocations_from_two_lines_together_stay_within_the_approved_sum(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"), own_line(HP_SECTOR, SUM))
    spec.given(step(HP_SECTOR, "fund_task", amount=60_000_000))
    spec.when(step(HP_SECTOR, "fund_task", line="L-X", amount=40_000_001))

    spec.then_refused("house.within_approved_sum")


@pytest.mark.rule("house.within_approved_sum", "passes")
def test_allocations_from_two_lines_together_may_reach_the_approved_sum(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"), own_line(HP_SECTOR, SUM))
    spec.given(step(HP_SECTOR, "fund_task", amount=60_000_000))
    spec.when(step(HP_SECTOR, "fund_task", line="L-X", amount=40_000_000))

    spec.then_recorded()


@pytest.mark.rule("house.within_approved_sum", "passes")
def test_what_was_returned_may_be_allocated_again(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="funded"), returned(10_000_000))
    spec.when(step(HP_SECTOR, "fund_task", amount=10_000_000, on="2026-03-18"))

    spec.then_recorded()


@pytest.mark.rule("house.payer", "refuses")
@pytest.mark.parametrize(("workflow", "payer"), PAYERS_NOT_ALLOWED)
def test_a_line_of_a_payer_the_workflow_does_not_have_is_refused(spec: Spec, workflow: str, payer: str) -> None:
    spec.given(*eve(workflow, "fund_task"))
    spec.when(step(workflow, "fund_task", line=f"L-{payer}"))

    spec.then_refused("house.payer")


@pytest.mark.rule("house.payer", "refuses")
@pytest.mark.parametrize("workflow", [VP_GRASSROOTS, HP_GRASSROOTS])
def test_a_line_of_another_unit_is_refused(spec: Spec, workflow: str) -> None:
    spec.given(*eve(workflow, "fund_task"), line("L-X", "unit", workflow[:4], unit="BV2"))
    spec.when(step(workflow, "fund_task", line="L-X"))

    spec.then_refused("house.payer")


@pytest.mark.rule("house.payer", "passes")
@pytest.mark.parametrize(("workflow", "payer"), PAYERS_ALLOWED)
def test_a_line_of_a_payer_of_the_workflow_passes(spec: Spec, workflow: str, payer: str) -> None:
    spec.given(*eve(workflow, "fund_task"))
    spec.when(step(workflow, "fund_task", line=f"L-{payer}"))

    spec.then_recorded()


@pytest.mark.rule("house.line_year", "refuses")
@pytest.mark.parametrize("year", [2025, 2028])
def test_a_line_outside_the_years_of_the_task_is_refused(spec: Spec, year: int) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"), line("L-X", "department", "HP36", year=year))
    spec.when(step(HP_SECTOR, "fund_task", line="L-X"))

    spec.then_refused("house.line_year")


@pytest.mark.rule("house.line_year", "refuses")
def test_a_line_of_another_plan_is_refused(spec: Spec) -> None:
    foreign = line("L-X", "department", "HP36", year=2026) | {"plan": "VP57"}
    spec.given(*eve(HP_SECTOR, "fund_task"), foreign)
    spec.when(step(HP_SECTOR, "fund_task", line="L-X"))

    spec.then_refused("house.line_year")


@pytest.mark.rule("house.line_year", "passes")
@pytest.mark.parametrize("year", [2026, 2027])
def test_a_line_of_the_plan_year_or_the_year_of_the_planned_end_passes(spec: Spec, year: int) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"), line("L-X", "department", "HP36", year=year))
    spec.when(step(HP_SECTOR, "fund_task", line="L-X"))

    spec.then_recorded()


@pytest.mark.rule("house.in_force", "refuses")
def test_a_line_opened_the_day_after_is_refused(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"), own_line(HP_SECTOR, SUM) | {"on": "2026-03-17"})
    spec.when(step(HP_SECTOR, "fund_task", line="L-X", on="2026-03-16"))

    spec.then_refused("house.in_force")


@pytest.mark.rule("house.in_force", "passes")
def test_a_line_opened_the_same_day_passes(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"), own_line(HP_SECTOR, SUM) | {"on": "2026-03-16"})
    spec.when(step(HP_SECTOR, "fund_task", line="L-X", on="2026-03-16"))

    spec.then_recorded()


@pytest.mark.rule("house.unique_id", "refuses")
def test_a_line_id_used_before_is_refused(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="registered"))
    spec.when(line("L-department", "department", "HP36", amount=1))

    spec.then_refused("house.unique_id")


@pytest.mark.rule("house.document", "refuses")
@pytest.mark.parametrize(
    "bare", [without(line("L-X", "department", "HP36"), "document"), without(adjusted("L-other", SUM), "document")]
)
def test_a_line_opened_or_adjusted_without_a_document_is_refused(spec: Spec, bare: Command) -> None:
    spec.given(*story(HP_SECTOR, until="registered"))
    spec.when(bare)

    spec.then_refused("house.document")


@pytest.mark.rule("house.order_of_steps", "passes")
@pytest.mark.parametrize("state", ["funded", "in_progress"])
def test_more_money_may_follow_while_funded_or_in_progress(spec: Spec, state: str) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"), step(HP_SECTOR, "fund_task", amount=60_000_000))
    if state == "in_progress":
        spec.given(step(HP_SECTOR, "start_task"))
    spec.when(step(HP_SECTOR, "fund_task", amount=40_000_000, on="2026-04-10"))

    spec.then_recorded()


@pytest.mark.rule("house.order_of_steps", "refuses")
@pytest.mark.parametrize("state", ["submitted", "accepted", "published"])
def test_no_more_money_follows_after_submission(spec: Spec, state: str) -> None:
    rest = life(HP_SECTOR, until=state)[len(before(HP_SECTOR, "start_task")) :]
    spec.given(*eve(HP_SECTOR, "fund_task"), step(HP_SECTOR, "fund_task", amount=75_000_000), *rest)
    spec.when(step(HP_SECTOR, "fund_task", amount=25_000_000, on="2026-11-02"))

    spec.then_refused("house.order_of_steps")
