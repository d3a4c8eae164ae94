"""Approving: after a passed appraisal, a positive sum within the appraised estimate, never by who registered."""

import pytest

from tests.spec import Spec
from tests.world import (
    DEPARTMENT_MEMBERS,
    FIRST_DAY,
    HP_GRASSROOTS,
    HP_SECTOR,
    SUM,
    VP_GRASSROOTS,
    VP_PROVINCIAL,
    deciding,
    eve,
    officer_of,
    person,
    scores,
    sitting,
    step,
    story,
    voting,
    without,
)


def breakdown(*amounts: int) -> list[dict[str, object]]:
    return [{"content": f"Mục {place}", "amount": amount} for place, amount in enumerate(amounts, start=1)]


@pytest.mark.rule("house.estimate", "refuses")
def test_an_approved_sum_of_nothing_is_refused(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"))
    spec.when(step(HP_SECTOR, "approve_task", amount=0, estimate=breakdown(0)))

    spec.then_refused("house.estimate")


@pytest.mark.rule("house.estimate", "passes")
def test_an_approved_sum_of_one_dong_passes(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"))
    spec.when(step(HP_SECTOR, "approve_task", amount=1, estimate=breakdown(1)))

    spec.then_recorded()


@pytest.mark.rule("house.estimate", "refuses")
def test_a_smaller_sum_without_a_new_breakdown_is_refused(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"))
    spec.when(step(HP_SECTOR, "approve_task", amount=SUM - 1))

    spec.then_refused("house.estimate")


@pytest.mark.rule("house.estimate", "refuses")
@pytest.mark.parametrize("last", [29_999_999, 30_000_001])
def test_a_breakdown_that_does_not_add_up_to_the_smaller_sum_is_refused(spec: Spec, last: int) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"))
    spec.when(step(HP_SECTOR, "approve_task", amount=90_000_000, estimate=breakdown(60_000_000, last)))

    spec.then_refused("house.estimate")


@pytest.mark.rule("house.estimate", "refuses")
def test_a_breakdown_given_for_the_whole_sum_must_add_up_too(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"))
    spec.when(step(HP_SECTOR, "approve_task", amount=SUM, estimate=breakdown(SUM - 1)))

    spec.then_refused("house.estimate")


@pytest.mark.rule("house.estimate", "passes")
def test_a_breakdown_that_adds_up_to_the_smaller_sum_passes(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"))
    spec.when(step(HP_SECTOR, "approve_task", amount=90_000_000, estimate=breakdown(60_000_000, 30_000_000)))

    spec.then_recorded()


@pytest.mark.rule("house.approved_within_estimate", "refuses")
def test_a_sum_over_the_appraised_estimate_is_refused(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"))
    spec.when(step(HP_SECTOR, "approve_task", amount=SUM + 1, estimate=breakdown(SUM + 1)))

    spec.then_refused("house.approved_within_estimate")


@pytest.mark.rule("house.approved_within_estimate", "passes")
def test_the_whole_appraised_estimate_passes(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"))
    spec.when(step(HP_SECTOR, "approve_task", amount=SUM))

    spec.then_recorded()


@pytest.mark.rule("house.approved_within_estimate", "refuses")
def test_the_estimate_that_counts_is_the_one_last_appraised(spec: Spec) -> None:
    smaller = {"estimate": breakdown(70_000_000), "changes": "Giảm dự toán"}
    spec.given(*eve(HP_SECTOR, "appraise.ballots"))
    spec.given(
        voting("appraise", "2026-03-02", scores(60, DEPARTMENT_MEMBERS)),
        deciding("appraise", "2026-03-02"),
        {"command": "resubmit_task", "actor": "off1", "on": "2026-03-04", "task": "T1", **smaller},
        sitting("appraise", "2026-03-06", session="P2"),
        voting("appraise", "2026-03-06", scores(80, DEPARTMENT_MEMBERS), session="P2"),
        deciding("appraise", "2026-03-06", session="P2"),
    )
    spec.when(step(HP_SECTOR, "approve_task", amount=70_000_001, estimate=breakdown(70_000_001)))

    spec.then_refused("house.approved_within_estimate")


@pytest.mark.rule("house.order_of_steps", "refuses")
@pytest.mark.parametrize("workflow", [VP_GRASSROOTS, VP_PROVINCIAL, HP_GRASSROOTS, HP_SECTOR])
def test_a_task_that_was_not_appraised_is_not_approved(spec: Spec, workflow: str) -> None:
    spec.given(*story(workflow, until="registered"))
    spec.when(step(workflow, "approve_task"))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.document", "refuses")
def test_an_approval_without_a_document_is_refused(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"))
    spec.when(without(step(HP_SECTOR, "approve_task"), "document"))

    spec.then_refused("house.document")


@pytest.mark.rule("VP57-V.4.b", "refuses")
def test_who_registered_a_vp57_task_does_not_approve_it(spec: Spec) -> None:
    both = person("both", FIRST_DAY["VP57"], "BV1", [officer_of("BV1"), "leader"])
    past = eve(VP_GRASSROOTS, "approve_task", actor="both")
    spec.given(past[0], both, *past[1:])
    spec.when(step(VP_GRASSROOTS, "approve_task", actor="both"))

    spec.then_refused("VP57-V.4.b")


@pytest.mark.rule("VP57-V.4.b", "passes")
def test_who_did_not_register_a_vp57_task_may_approve_it_though_an_officer_too(spec: Spec) -> None:
    both = person("both", FIRST_DAY["VP57"], "BV1", [officer_of("BV1"), "leader"])
    spec.given(*eve(VP_GRASSROOTS, "approve_task"), both)
    spec.when(step(VP_GRASSROOTS, "approve_task", actor="both"))

    spec.then_recorded()


@pytest.mark.rule("house.four_eyes", "refuses")
def test_who_registered_a_hp36_task_does_not_approve_it(spec: Spec) -> None:
    both = person("both", FIRST_DAY["HP36"], "BV1", [officer_of("BV1"), "leader"])
    past = eve(HP_SECTOR, "approve_task", actor="both")
    spec.given(past[0], both, *past[1:])
    spec.when(step(HP_SECTOR, "approve_task", actor="both"))

    spec.then_refused("house.four_eyes")


@pytest.mark.rule("house.four_eyes", "passes")
def test_who_did_not_register_a_hp36_task_may_approve_it_though_an_officer_too(spec: Spec) -> None:
    both = person("both", FIRST_DAY["HP36"], "BV1", [officer_of("BV1"), "leader"])
    spec.given(*eve(HP_SECTOR, "approve_task"), both)
    spec.when(step(HP_SECTOR, "approve_task", actor="both"))

    spec.then_recorded()
