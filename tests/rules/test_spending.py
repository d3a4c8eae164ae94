"""Spending: to whom, on what and how much; and no more is returned than is left."""

from typing import Any

import pytest

from tests.spec import Spec
from tests.world import (
    HP_GRASSROOTS,
    HP_SECTOR,
    LABOUR,
    SUPPLIES,
    VP_GRASSROOTS,
    VP_PROVINCIAL,
    Command,
    between,
    eve,
    line,
    step,
    story,
)

SUPPLIER = "Công ty Vật tư Thử Nghiệm"


def paid(workflow: str = HP_SECTOR, **changes: Any) -> Command:
    return step(workflow, "disburse", **{"voucher": "UNC-11", **changes})


def given_back(amount: int, workflow: str = HP_SECTOR, **changes: Any) -> Command:
    on = {"VP57": "2025-11-10", "HP36": "2026-07-01"}[workflow[:4]]
    return step(workflow, "return_funds", **{"amount": amount, "on": on, "voucher": "PT-11", **changes})


def with_allocation(amount: int, workflow: str = HP_SECTOR) -> list[Command]:
    """Started on no more than this sum."""
    return [
        *eve(workflow, "fund_task"),
        step(workflow, "fund_task", amount=amount),
        step(workflow, "start_task"),
    ]


@pytest.mark.rule("HP36-III.1.2.b", "refuses")
@pytest.mark.parametrize("beneficiary", ["m7", "pi2", "BV2"])
def test_a_beneficiary_who_is_not_on_the_task_is_refused(spec: Spec, beneficiary: str) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"))
    spec.when(paid(beneficiary=beneficiary))

    spec.then_refused("HP36-III.1.2.b")


@pytest.mark.rule("HP36-III.1.2.b", "passes")
@pytest.mark.parametrize("beneficiary", ["pi1", "tm1", "BV1", "BV2"])
def test_investigator_team_lead_unit_and_partner_may_be_paid(spec: Spec, beneficiary: str) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress", partners=["BV2"]))
    spec.when(paid(beneficiary=beneficiary))

    spec.then_recorded()


@pytest.mark.rule("HP36-III.1.2.b", "passes")
def test_a_supplier_named_at_approval_may_be_paid(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"), step(HP_SECTOR, "approve_task", suppliers=[SUPPLIER]))
    spec.given(*between(HP_SECTOR, "approve_task", "report_progress"))
    spec.when(paid(beneficiary=SUPPLIER))

    spec.then_recorded()


@pytest.mark.rule("HP36-III.1.2.b", "refuses")
def test_a_supplier_nobody_named_is_refused(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"))
    spec.when(paid(beneficiary=SUPPLIER))

    spec.then_refused("HP36-III.1.2.b")


@pytest.mark.rule("HP36-III.1.2.b", "refuses")
def test_a_content_that_is_not_in_the_approved_estimate_is_refused(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"))
    spec.when(paid(content="Tiếp khách"))

    spec.then_refused("HP36-III.1.2.b")


@pytest.mark.rule("HP36-III.1.2.b", "refuses")
def test_a_content_that_the_approval_struck_out_is_refused(spec: Spec) -> None:
    less = {"amount": 80_000_000, "estimate": [{"content": SUPPLIES, "amount": 80_000_000}]}
    spec.given(*eve(HP_SECTOR, "approve_task"), step(HP_SECTOR, "approve_task", **less))
    spec.given(step(HP_SECTOR, "fund_task", amount=80_000_000), step(HP_SECTOR, "start_task"))
    spec.when(paid(content=LABOUR, amount=1))

    spec.then_refused("HP36-III.1.2.b")


@pytest.mark.rule("HP36-III.1.2.b", "refuses")
def test_more_than_the_estimate_has_for_a_content_is_refused(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"))
    spec.when(paid(amount=80_000_001))

    spec.then_refused("HP36-III.1.2.b")


@pytest.mark.rule("HP36-III.1.2.b", "passes")
def test_all_that_the_estimate_has_for_a_content_may_be_spent(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"))
    spec.when(paid(amount=80_000_000))

    spec.then_recorded()


@pytest.mark.rule("HP36-III.1.2.b", "refuses")
def test_disbursements_of_one_content_are_added_up(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"), step(HP_SECTOR, "disburse"))
    spec.when(paid(amount=20_000_001))

    spec.then_refused("HP36-III.1.2.b")


@pytest.mark.rule("HP36-III.1.2.b", "passes")
def test_disbursements_of_one_content_may_reach_its_amount(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"), step(HP_SECTOR, "disburse"))
    spec.when(paid(amount=20_000_000))

    spec.then_recorded()


@pytest.mark.rule("HP36-III.1.2.b", "refuses")
def test_more_than_hp36_allocated_from_the_line_is_refused(spec: Spec) -> None:
    spec.given(*with_allocation(50_000_000))
    spec.when(paid(amount=50_000_001))

    spec.then_refused("HP36-III.1.2.b")


@pytest.mark.rule("HP36-III.1.2.b", "passes")
def test_all_that_hp36_allocated_from_the_line_may_be_spent(spec: Spec) -> None:
    spec.given(*with_allocation(50_000_000))
    spec.when(paid(amount=50_000_000))

    spec.then_recorded()


@pytest.mark.rule("HP36-III.1.2.b", "refuses")
def test_what_was_returned_may_not_be_spent(spec: Spec) -> None:
    spec.given(*with_allocation(50_000_000), given_back(10_000_000))
    spec.when(paid(amount=40_000_001, on="2026-07-02"))

    spec.then_refused("HP36-III.1.2.b")


@pytest.mark.rule("HP36-III.1.2.b", "passes")
def test_what_is_left_after_a_return_may_be_spent(spec: Spec) -> None:
    spec.given(*with_allocation(50_000_000), given_back(10_000_000))
    spec.when(paid(amount=40_000_000, on="2026-07-02"))

    spec.then_recorded()


@pytest.mark.rule("HP36-III.1.2.b", "refuses")
def test_a_line_that_gave_the_task_nothing_pays_nothing(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"), line("L-X", "department", "HP36"))
    spec.when(paid(line="L-X", amount=1))

    spec.then_refused("HP36-III.1.2.b")


@pytest.mark.rule("HP36-III.1.2.b", "refuses")
def test_each_line_pays_only_its_own_allocation(spec: Spec) -> None:
    spec.given(*with_allocation(50_000_000), line("L-X", "department", "HP36"))
    spec.given(step(HP_SECTOR, "fund_task", line="L-X", amount=30_000_000))
    spec.when(paid(line="L-X", amount=30_000_001))

    spec.then_refused("HP36-III.1.2.b")


@pytest.mark.rule("house.within_allocation", "refuses")
@pytest.mark.parametrize("workflow", [VP_GRASSROOTS, VP_PROVINCIAL])
def test_more_than_vp57_allocated_from_the_line_is_refused(spec: Spec, workflow: str) -> None:
    spec.given(*with_allocation(50_000_000, workflow))
    spec.when(paid(workflow, amount=50_000_001))

    spec.then_refused("house.within_allocation")


@pytest.mark.rule("house.within_allocation", "passes")
@pytest.mark.parametrize("workflow", [VP_GRASSROOTS, VP_PROVINCIAL])
def test_all_that_vp57_allocated_from_the_line_may_be_spent(spec: Spec, workflow: str) -> None:
    spec.given(*with_allocation(50_000_000, workflow))
    spec.when(paid(workflow, amount=50_000_000))

    spec.then_recorded()


@pytest.mark.rule("house.within_allocation", "passes")
def test_vp57_checks_neither_beneficiary_nor_content(spec: Spec) -> None:
    spec.given(*story(VP_GRASSROOTS, until="in_progress"))
    spec.when(paid(VP_GRASSROOTS, beneficiary="m7", content="Tiếp khách", amount=90_000_000))

    spec.then_recorded()


@pytest.mark.rule("HP36-III.1.2.b", "refuses")
@pytest.mark.parametrize("workflow", [HP_GRASSROOTS, HP_SECTOR])
def test_no_more_is_returned_under_hp36_than_is_left(spec: Spec, workflow: str) -> None:
    spec.given(*story(workflow, until="in_progress"), step(workflow, "disburse"))
    spec.when(given_back(40_000_001, workflow))

    spec.then_refused("HP36-III.1.2.b")


@pytest.mark.rule("HP36-III.1.2.b", "passes")
def test_all_that_is_left_under_hp36_may_be_returned(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"), step(HP_SECTOR, "disburse"))
    spec.when(given_back(40_000_000))

    spec.then_recorded()


@pytest.mark.rule("house.within_allocation", "refuses")
def test_no_more_is_returned_under_vp57_than_is_left(spec: Spec) -> None:
    spec.given(*story(VP_GRASSROOTS, until="in_progress"), step(VP_GRASSROOTS, "disburse"))
    spec.when(given_back(40_000_001, VP_GRASSROOTS))

    spec.then_refused("house.within_allocation")


@pytest.mark.rule("house.within_allocation", "passes")
def test_all_that_is_left_under_vp57_may_be_returned(spec: Spec) -> None:
    spec.given(*story(VP_GRASSROOTS, until="in_progress"), step(VP_GRASSROOTS, "disburse"))
    spec.when(given_back(40_000_000, VP_GRASSROOTS))

    spec.then_recorded()


@pytest.mark.rule("HP36-III.1.2.b", "refuses")
def test_returns_are_added_up(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"), step(HP_SECTOR, "disburse"), given_back(30_000_000))
    spec.when(given_back(10_000_001, voucher="PT-12"))

    spec.then_refused("HP36-III.1.2.b")


@pytest.mark.parametrize("voucher", ["", "   "])
@pytest.mark.parametrize("key", ["disburse", "return_funds"])
def test_a_blank_voucher_is_invalid(spec: Spec, key: str, voucher: str) -> None:
    spec.given(*story(HP_SECTOR, until="published"))
    spec.when(step(HP_SECTOR, key, voucher=voucher, on="2026-10-08", amount=1))

    spec.then_invalid("voucher")
