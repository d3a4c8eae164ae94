"""A corrected entry is held to its own rules, and what was recorded after it to the entry as it reads now."""

import pytest

from engine.conformance import conformance
from tests.rules.correcting import correction, refused_for, rescission
from tests.spec import Spec
from tests.world import (
    DEPARTMENT_MEMBERS,
    ESTIMATE,
    HP_GRASSROOTS,
    HP_SECTOR,
    LABOUR,
    SUM,
    SUPPLIES,
    Command,
    command,
    document,
    eve,
    life,
    scores,
    step,
    story,
    world,
)


def test_a_corrected_date_moves_the_step(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"), correction("task:T1", 3, "on", "2026-03-12"))
    days = ("2026-03-11", "2026-03-12")

    assert [spec.task("T1", as_of=day)["state"] for day in days] == ["appraised", "approved"]


@pytest.mark.rule("house.chronology", "refuses")
@pytest.mark.parametrize("on", ["2026-03-01", "2026-11-21"])
def test_a_corrected_date_is_not_before_the_step_before_nor_in_the_future(spec: Spec, on: str) -> None:
    spec.given(*story(HP_SECTOR, "approved"))
    spec.when(correction("task:T1", 3, "on", on))

    spec.then_refused("house.chronology")


def test_a_corrected_date_is_not_after_the_step_after(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "funded"))

    refused_for(spec, correction("task:T1", 3, "on", "2026-03-17"), "task:T1/4")


@pytest.mark.rule("HP36-II.6.a", "refuses")
def test_a_corrected_entry_is_held_to_its_own_rules(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "approved"), *two_on_one_line())
    spec.when(correction("task:T2", 4, "amount", 40_000_001, "fin"))

    spec.then_refused("HP36-II.6.a")


def test_an_allocation_that_leaves_too_little_for_a_later_one_names_it(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "approved"), *two_on_one_line())

    refused_for(spec, correction("task:T1", 4, "amount", 60_000_001, "fin"), "task:T2/4")


def two_on_one_line() -> list[Command]:
    """T1 and T2 share a line that has no more than 100 million."""
    less = {"line": "L-department", "amount": SUM, "reason": "Giảm", "document": document("71/QĐ-SYT", "2026-02-06")}
    return [
        command("adjust_budget_line", "fin", "2026-03-16", **less),
        step(HP_SECTOR, "fund_task", amount=60_000_000),
        *life(HP_SECTOR, "T2", "approved"),
        step(HP_SECTOR, "fund_task", "T2", amount=40_000_000),
    ]


def test_an_allocation_corrected_to_less_leaves_the_rest_to_others(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "approved"), *two_on_one_line(), correction("task:T1", 4, "amount", 40_000_000))
    spec.when(step(HP_SECTOR, "fund_task", "T2", amount=20_000_000))

    spec.then_recorded()


SPENT = eve(HP_SECTOR, "submit_for_acceptance")


def test_an_allocation_is_corrected_down_to_what_is_spent(spec: Spec) -> None:
    spec.given(*SPENT)
    refused_for(spec, correction("task:T1", 4, "amount", 74_999_999), "task:T1/8")
    spec.when(correction("task:T1", 4, "amount", 75_000_000))

    spec.then_recorded()


def test_a_disbursement_is_corrected_up_to_what_the_estimate_has(spec: Spec) -> None:
    spec.given(*SPENT)
    spec.when(correction("task:T1", 7, "amount", 80_000_001, "fin"))
    spec.then_refused("HP36-III.1.2.b")
    spec.given(correction("task:T1", 7, "amount", 80_000_000, "fin"))

    assert spec.task("T1")["money"]["disbursed"] == 95_000_000


def test_an_entry_that_paid_a_former_member_stands_in_the_way(spec: Spec) -> None:
    spec.given(*SPENT)

    refused_for(spec, correction("task:T1", 1, "investigator", "tm1"), "task:T1/8")


def test_all_entries_that_stand_in_the_way_are_named(spec: Spec) -> None:
    less = [{"content": SUPPLIES, "amount": 50_000_000}, {"content": "Khác", "amount": 50_000_000}]
    spec.given(*SPENT)

    refused_for(spec, correction("task:T1", 3, "estimate", less), "task:T1/7", "task:T1/8")


@pytest.mark.rule("house.estimate", "refuses")
def test_neither_sum_nor_breakdown_of_an_approval_is_corrected_without_the_other(spec: Spec) -> None:
    less = [{"content": SUPPLIES, "amount": 80_000_000}, {"content": LABOUR, "amount": 19_000_000}]
    spec.given(*eve(HP_SECTOR, "approve_task"), step(HP_SECTOR, "approve_task", estimate=ESTIMATE))
    spec.when(correction("task:T1", 3, "amount", 99_000_000))
    spec.then_refused("house.estimate")
    spec.when(correction("task:T1", 3, "estimate", less))

    spec.then_refused("house.estimate")


def test_ballots_that_a_step_counted_stand(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "appraised"))

    refused_for(spec, correction("session:T1-appraise", 2, "ballots", scores(60, DEPARTMENT_MEMBERS)), "task:T1/2")


def test_ballots_that_no_step_counted_are_corrected(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise_task"))
    spec.given(correction("session:T1-appraise", 2, "ballots", scores(60, DEPARTMENT_MEMBERS), "sec"))
    spec.given(step(HP_SECTOR, "appraise_task"))

    assert spec.task("T1")["state"] == "revision_requested"


def test_ballots_are_corrected_when_the_step_is_rescinded(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "appraised"), rescission(2))
    spec.given(correction("session:T1-appraise", 2, "ballots", scores(60, DEPARTMENT_MEMBERS), "sec"))
    spec.given(step(HP_SECTOR, "appraise_task"))

    assert spec.task("T1")["state"] == "revision_requested"


def test_a_corrected_step_is_rescinded_with_its_correction(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"))
    before = spec.task("T1")
    spec.given(step(HP_SECTOR, "fund_task"), correction("task:T1", 4, "amount", 60_000_000), rescission(4))

    assert before | {"version": 6} == spec.task("T1")


def test_a_correction_before_the_entry_that_needs_it_is_recorded(spec: Spec) -> None:
    spec.given(*world("HP36"), *life(HP_SECTOR, until="registered"), correction("task:T1", 1, "level", "grassroots"))
    spec.given(*life(HP_GRASSROOTS, until="approved")[1:])

    assert spec.task("T1")["workflow"]["name"] == HP_GRASSROOTS


@pytest.mark.rule("house.approved_within_estimate", "refuses")
def test_the_sum_of_an_approval_without_a_breakdown_of_its_own_is_held_to_the_appraised_estimate(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"), step(HP_SECTOR, "approve_task"))
    spec.when(correction("task:T1", 3, "amount", SUM + 1)).then_refused("house.approved_within_estimate")
    spec.when(correction("task:T1", 3, "amount", SUM - 1)).then_refused("house.estimate")


@pytest.mark.rule("house.estimate", "passes")
def test_the_sum_approved_for_a_task_from_a_register_without_an_estimate_is_corrected(spec: Spec) -> None:
    source = {"file": "sổ cũ.xlsx", "sheet": "1", "row": 7, "sha256": "ab" * 32}
    told = {"plan": "HP36", "level": "sector", "year": 2026, "title": "Đề tài từ sổ cũ", "lead_unit": "BV1"}
    old = command("import_task", "sec", "2026-02-10", task="T1", state="appraised", facts={}, source=source, **told)
    spec.given(*world("HP36"), old, step(HP_SECTOR, "approve_task"))
    spec.when(correction("task:T1", 2, "amount", 90_000_000)).then_recorded()
    with spec.desk.reading() as work:
        judged = {each.event.command: each.judgement for each in conformance(spec.desk.decider, work.events())}

    assert (judged["import_task"], judged["approve_task"]) == ("imported", "lawful")
    assert spec.task("T1")["money"]["approved"] == 90_000_000
