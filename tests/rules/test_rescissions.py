"""Rescissions: the newest step of a task is taken back by a document, and what was recorded since stays."""

from typing import Any

import pytest

from tests.rules.actors import all_refused, answers
from tests.spec import Spec, shown
from tests.world import (
    HP_CITY,
    HP_GRASSROOTS,
    HP_SECTOR,
    SUM,
    VP_GRASSROOTS,
    VP_PROVINCIAL,
    Command,
    command,
    document,
    eve,
    life,
    person,
    step,
    story,
    without,
)

DAY = "2026-11-02"
HEAD = person("head", "2026-02-05", "BV1", [{"role": "leader", "unit": "BV1"}])
# Versions in the stream of a task that lives as tests.world has it.
HP = {"appraised": 2, "approved": 3, "funded": 4, "in_progress": 5, "submitted": 9, "accepted": 10, "published": 11}
HP |= {"closed": 13}
VP = HP | {"recognised": 11, "published": 12, "closed": 14}
BEFORE = {
    "appraised": "registered",
    "approved": "appraised",
    "funded": "approved",
    "in_progress": "funded",
    "submitted": "in_progress",
    "accepted": "submitted",
    "published": "accepted",
    "closed": "published",
}


def rescission(version: int, on: str = DAY, actor: str = "lead", **fields: Any) -> Command:
    """The rescission of that entry of T1."""
    paper = {"reason": "Ra nhầm", "document": document("75/QĐ-SYT", on)}
    return command("rescind", actor, on, **{"stream": "task:T1", "version": version, **paper, **fields})


def decided(name: str, on: str, task: str = "T1") -> Command:
    return command(name, "lead", on, task=task, document=document("70/QĐ-SYT", on), reason="Lý do bịa")


def unnumbered(shown: dict[str, Any]) -> dict[str, Any]:
    return without(shown, "version")


@pytest.mark.rule("house.order_of_steps", "passes")
@pytest.mark.parametrize("state", BEFORE)
def test_the_newest_step_is_taken_back(spec: Spec, state: str) -> None:
    spec.given(*story(HP_SECTOR, until=state))
    spec.given(rescission(HP[state]))
    shown = spec.task("T1")

    assert (shown["state"], shown["milestones"][-1]["state"], shown["version"]) == (
        BEFORE[state],
        BEFORE[state],
        HP[state] + 1,
    )


@pytest.mark.rule("house.order_of_steps", "passes")
@pytest.mark.parametrize(("workflow", "state"), [(VP_GRASSROOTS, "recognised"), (VP_PROVINCIAL, "selected")])
def test_a_step_of_vp57_is_taken_back(spec: Spec, workflow: str, state: str) -> None:
    spec.given(*story(workflow, until=state))
    spec.given(rescission({"recognised": VP["recognised"], "selected": 2}[state]))

    assert {"recognised": "accepted", "selected": "registered"}[state] == spec.task("T1")["state"]


@pytest.mark.parametrize("key", ["appraise_task", "approve_task", "fund_task", "start_task", "publish_task"])
def test_the_task_is_as_it_was_before_the_step(spec: Spec, key: str) -> None:
    spec.given(*eve(HP_SECTOR, key))
    before = spec.task("T1")
    spec.given(step(HP_SECTOR, key), rescission(before["version"] + 1))

    assert unnumbered(before) == unnumbered(spec.task("T1"))


def test_a_rescinded_acceptance_has_no_grade_and_a_rescinded_publication_no_page(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="published"), rescission(HP["published"]))
    unpublished = spec.task("T1")
    spec.given(rescission(HP["accepted"]))
    unaccepted = spec.task("T1")

    assert (unpublished["published_url"], unpublished["grade"], unaccepted["grade"]) == (None, "excellent", None)


def test_steps_are_taken_back_one_after_the_other(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"), *(rescission(version) for version in (5, 4, 3, 2)))
    shown = spec.task("T1")

    assert (shown["state"], [one["state"] for one in shown["milestones"]], shown["version"]) == (
        "registered",
        ["registered"],
        9,
    )


def test_a_step_taken_again_and_taken_back_again_is_gone(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="approved"), rescission(3), step(HP_SECTOR, "approve_task", on="2026-03-11"))
    again = spec.task("T1")["milestones"][-1]
    spec.given(rescission(5))

    assert (again["state"], again["on"], spec.task("T1")["state"]) == ("approved", "2026-03-11", "appraised")


def test_the_life_goes_on_after_a_rescission(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="closed"), rescission(HP["closed"]), rescission(HP["published"]))
    spec.given(step(HP_SECTOR, "publish_task", on=DAY), step(HP_SECTOR, "close_task", on=DAY))

    assert [one["state"] for one in spec.task("T1")["milestones"]][-3:] == ["accepted", "published", "closed"]


@pytest.mark.rule("house.order_of_steps", "refuses")
@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_no_older_step_and_no_registration_is_rescinded(spec: Spec, version: int) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"))
    spec.when(rescission(version))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_a_registration_is_not_rescinded_though_it_is_the_newest_step(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="registered"))
    spec.when(rescission(1))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "refuses")
@pytest.mark.parametrize("version", [6, 7, 8])
def test_a_record_that_changed_no_state_is_not_rescinded(spec: Spec, version: int) -> None:
    spec.given(*eve(HP_SECTOR, "submit_for_acceptance"))
    spec.when(rescission(version))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_a_step_is_not_rescinded_twice(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"), rescission(5))
    spec.when(rescission(5))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_a_rescission_is_not_rescinded(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"), rescission(5))
    spec.when(rescission(6))

    spec.then_refused("house.order_of_steps")


def with_two_allocations() -> list[Command]:
    past = eve(HP_SECTOR, "fund_task")
    sums = ((60_000_000, "2026-03-16"), (40_000_000, "2026-03-20"))
    return [*past, *(step(HP_SECTOR, "fund_task", amount=amount, on=on) for amount, on in sums)]


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_a_later_allocation_is_not_rescinded(spec: Spec) -> None:
    spec.given(*with_two_allocations())
    spec.when(rescission(5))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "passes")
def test_a_later_allocation_stays_when_the_first_is_taken_back(spec: Spec) -> None:
    spec.given(*with_two_allocations(), rescission(4))
    shown = spec.task("T1")

    assert (shown["state"], shown["money"]["allocated"]) == ("approved", 40_000_000)


@pytest.mark.rule("house.within_approved_sum", "refuses")
def test_what_stays_allocated_counts_when_the_task_is_funded_again(spec: Spec) -> None:
    spec.given(*with_two_allocations(), rescission(4))
    spec.when(step(HP_SECTOR, "fund_task", amount=60_000_001))

    spec.then_refused("house.within_approved_sum")


@pytest.mark.rule("house.within_approved_sum", "passes")
def test_what_is_taken_back_may_be_allocated_again(spec: Spec) -> None:
    spec.given(*with_two_allocations(), rescission(4))
    spec.when(step(HP_SECTOR, "fund_task", amount=60_000_000))

    spec.then_recorded()


@pytest.mark.rule("HP36-II.6.a", "passes")
def test_what_is_taken_back_is_left_in_the_line_for_others(spec: Spec) -> None:
    less = {"line": "L-department", "amount": SUM, "reason": "Giảm", "document": document("71/QĐ-SYT", "2026-02-06")}
    spec.given(*story(HP_SECTOR, until="funded"), command("adjust_budget_line", "fin", "2026-03-16", **less))
    spec.given(*life(HP_SECTOR, "T2", "approved"), rescission(4))
    spec.when(step(HP_SECTOR, "fund_task", "T2"))

    spec.then_recorded()


def test_records_made_since_stay(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "submit_for_acceptance"))
    amended = decided("amend_task", "2026-06-26") | {"team": ["m6"], "investigator": "pi2"}
    spec.given(amended, rescission(5))
    shown = spec.task("T1")

    assert (shown["state"], shown["money"]["disbursed"], shown["investigator"]) == ("funded", 75_000_000, "pi2")


@pytest.mark.rule("house.progress_report", "passes")
def test_a_progress_report_stays_when_the_submission_is_taken_back(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="submitted"), rescission(HP["submitted"]))
    spec.when(step(HP_SECTOR, "submit_for_acceptance", on="2026-09-02"))

    spec.then_recorded()


@pytest.mark.rule("VP57-III.3.2", "refuses")
def test_a_waiver_that_the_step_spent_stays_spent(spec: Spec) -> None:
    fields = {"task": "T1", "rule": "VP57-III.3.2", "step": "submit_for_acceptance", "reason": "Dịch bệnh"}
    waiver = command("waive_rule", "lead", "2026-02-27", document=document("60/QĐ-SYT", "2026-02-27"), **fields)
    spec.given(*story(VP_GRASSROOTS, until="in_progress"), step(VP_GRASSROOTS, "report_progress"), waiver)
    spec.given(step(VP_GRASSROOTS, "submit_for_acceptance"), rescission(8))
    spec.when(step(VP_GRASSROOTS, "submit_for_acceptance"))

    spec.then_refused("VP57-III.3.2")


def test_a_rescission_shows_from_its_day_and_from_the_time_it_was_recorded(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="accepted"))
    known, before = spec.now.isoformat(), spec.task("T1")
    spec.now = spec.now.replace(hour=9)
    spec.given(rescission(HP["accepted"]))
    days = {day: spec.task("T1", as_of=day)["state"] for day in ("2026-09-20", "2026-09-21", "2026-11-01", DAY)}

    assert days == {"2026-09-20": "submitted", "2026-09-21": "accepted", "2026-11-01": "accepted", DAY: "submitted"}
    assert before == spec.task("T1", known_at=known)
    assert spec.task("T1", as_of=DAY, known_at=known)["state"] == "accepted"


def test_a_rescission_dated_before_its_step_takes_nothing_else_back(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="funded"), rescission(4, "2026-03-12"))
    days = ("2026-03-09", "2026-03-12", "2026-03-15", "2026-03-16")

    assert [spec.task("T1", as_of=day)["state"] for day in days] == ["appraised", "approved", "approved", "approved"]


@pytest.mark.rule("house.chronology", "passes")
def test_after_a_rescission_the_newest_step_left_is_what_others_wait_for(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="submitted"), rescission(HP["submitted"]))
    spec.when(step(HP_SECTOR, "report_progress", on="2026-04-01"))

    spec.then_recorded()


@pytest.mark.rule("house.chronology", "refuses")
def test_after_a_rescission_nothing_comes_before_the_newest_step_left(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="submitted"), rescission(HP["submitted"]))
    spec.when(step(HP_SECTOR, "report_progress", on="2026-03-31"))

    spec.then_refused("house.chronology")


@pytest.mark.rule("house.chronology", "refuses")
def test_a_rescission_decided_tomorrow_is_refused(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="approved"))
    spec.when(rescission(3, "2026-11-21"))

    spec.then_refused("house.chronology")


@pytest.mark.rule("house.role", "refuses")
def test_nobody_but_a_leader_rescinds(spec: Spec) -> None:
    actors = ("sec", "fin", "off1", "admin", "aud", "head")
    spec.given(*story(HP_CITY, until="approved"), HEAD)

    assert answers(spec, rescission(3), actors) == all_refused(actors)


@pytest.mark.rule("house.role", "passes")
def test_the_leader_of_the_unit_rescinds_for_its_grassroots_task(spec: Spec) -> None:
    spec.given(*story(HP_GRASSROOTS, until="funded"), HEAD)
    spec.when(rescission(4, actor="head"))

    spec.then_recorded()


@pytest.mark.rule("house.document", "refuses")
def test_a_rescission_without_a_document_is_refused(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="approved"))
    spec.when(without(rescission(3), "document"))

    spec.then_refused("house.document")


@pytest.mark.parametrize("stream", ["T1", "task:", ":T1", "tasks:T1", ""])
def test_a_stream_that_is_not_named_by_kind_and_id_is_told_how_it_is_named(spec: Spec, stream: str) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    spec.when(rescission(5, stream=stream)).then_not_found("stream")

    assert spec.result is not None
    assert f"{stream} names no stream: kind and id, as task:T1. Kinds are: task, unit, " in shown(spec.result)


@pytest.mark.parametrize(("change", "field"), [({"stream": "task:T9"}, "stream"), ({"version": 4}, "version")])
def test_a_rescission_of_nothing_is_not_found(spec: Spec, change: Command, field: str) -> None:
    spec.given(*story(HP_SECTOR, until="approved"))
    spec.when(rescission(3) | change)

    spec.then_not_found(field)


@pytest.mark.parametrize("field", ["stream", "version", "reason"])
def test_a_rescission_that_leaves_something_out_is_invalid(spec: Spec, field: str) -> None:
    spec.given(*story(HP_SECTOR, until="approved"))
    spec.when(without(rescission(3), field))

    spec.then_invalid(field)


@pytest.mark.rule("house.within_approved_sum", "refuses")
def test_an_approval_taken_again_is_not_below_what_stays_allocated(spec: Spec) -> None:
    spec.given(*with_two_allocations(), rescission(4), rescission(3))
    spec.when(approved_again(39_999_999))

    spec.then_refused("house.within_approved_sum")


@pytest.mark.rule("house.within_approved_sum", "passes")
def test_an_approval_taken_again_may_be_as_much_as_stays_allocated(spec: Spec) -> None:
    spec.given(*with_two_allocations(), rescission(4), rescission(3))
    spec.when(approved_again(40_000_000))

    spec.then_recorded()


def approved_again(amount: int) -> Command:
    return step(HP_SECTOR, "approve_task", on=DAY, amount=amount, estimate=[{"content": "Vật tư", "amount": amount}])


@pytest.mark.rule("house.within_allocation", "refuses")
def test_an_allocation_is_not_taken_back_when_money_of_it_is_spent(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "submit_for_acceptance"), rescission(5))
    spec.when(rescission(4))

    spec.then_refused("house.within_allocation")


def test_between_an_allocation_in_its_place_and_the_rescission_both_allocations_stood(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "funded"), rescission(4, on="2026-06-01"))
    spec.given(step(HP_SECTOR, "fund_task", on="2026-05-04"))
    allocated = [spec.task("T1", as_of=day)["money"]["allocated"] for day in ("2026-05-03", "2026-05-31", "2026-06-01")]

    assert allocated == [SUM, 2 * SUM, SUM]
