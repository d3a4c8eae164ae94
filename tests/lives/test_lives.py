"""Whole lives: each workflow from registration to closed, and the turns a life may take on the way."""

from typing import Any

import pytest

from tests.spec import Spec, rename_states
from tests.world import (
    DAYS,
    DEPARTMENT_MEMBERS,
    HP_GRASSROOTS,
    HP_SECTOR,
    OUTSIDE_BODY,
    SUM,
    VP_GRASSROOTS,
    VP_PROVINCIAL,
    WORKFLOWS,
    Command,
    before,
    between,
    command,
    deciding,
    document,
    eve,
    failed_acceptance,
    favourable,
    life,
    scores,
    sitting,
    step,
    story,
    votes,
    voting,
    world,
)

CHAIN = ("registered", "appraised", "approved", "funded", "in_progress", "submitted", "accepted")
CHAINS = {workflow: [*CHAIN, "published", "closed"] for workflow in WORKFLOWS} | {
    VP_GRASSROOTS: [*CHAIN, "recognised", "published", "closed"],
    VP_PROVINCIAL: ["registered", "selected", *CHAIN[1:], "recognised", "published", "closed"],
}
DAY_OF = {
    "registered": "register",
    "selected": "select",
    "appraised": "appraise",
    "approved": "approve",
    "funded": "fund",
    "in_progress": "start",
    "submitted": "submit",
    "accepted": "accept",
    "recognised": "recognise",
    "published": "publish",
    "closed": "close",
}
REACHED = [(workflow, state) for workflow in WORKFLOWS for state in CHAINS[workflow]]


def decided(name: str, on: str, **fields: Any) -> Command:
    paper = document("70/QĐ-SYT", on)
    return command(name, "lead", on, task="T1", document=paper, reason="Lý do bịa", **fields)


def sent_back(on: str) -> Command:
    return command("return_task", "sec", on, task="T1", reason="Thiếu hồ sơ", missing=["lý lịch khoa học"])


def resubmitted(on: str, **fields: Any) -> Command:
    return command("resubmit_task", "off1", on, task="T1", changes="Đã bổ sung", **fields)


def appraisal(on: str, score: float, session: str) -> list[Command]:
    return [
        sitting("appraise", on, session=session),
        voting("appraise", on, scores(score, DEPARTMENT_MEMBERS), session=session),
        deciding("appraise", on, session=session),
    ]


def acceptance(on: str, session: str) -> list[Command]:
    return [
        sitting("accept", on, session=session),
        voting("accept", on, favourable("accept", DEPARTMENT_MEMBERS), session=session),
        deciding("accept", on, session=session),
    ]


def states(shown: dict[str, Any]) -> list[str]:
    return [milestone["state"] for milestone in shown["milestones"]]


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_a_task_lives_from_registration_to_closed(spec: Spec, workflow: str) -> None:
    spec.given(*story(workflow))

    assert spec.task("T1")["state"] == "closed"


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_a_closed_task_shows_every_state_it_reached_and_when(spec: Spec, workflow: str) -> None:
    day = DAYS[workflow[:4]]
    spec.given(*story(workflow))
    reached = [(milestone["state"], milestone["on"]) for milestone in spec.task("T1")["milestones"]]

    assert [(state, day[DAY_OF[state]]) for state in CHAINS[workflow]] == reached


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_a_closed_task_shows_what_it_is(spec: Spec, workflow: str) -> None:
    plan, level = workflow.split("/")
    spec.given(*story(workflow))
    shown = spec.task("T1")

    assert ("T1", plan, level, workflow, "BV1", "pi1", False, "https://bv1.example.vn/khcn/T1") == (
        shown["task"],
        shown["plan"],
        shown["level"],
        shown["workflow"]["name"],
        shown["lead_unit"],
        shown["investigator"],
        shown["late"],
        shown["published_url"],
    )


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_the_money_of_a_closed_task_is_all_there(spec: Spec, workflow: str) -> None:
    spec.given(*story(workflow))

    assert spec.task("T1")["money"] == {
        "estimate": SUM,
        "approved": SUM,
        "allocated": SUM,
        "disbursed": 75_000_000,
        "returned": 25_000_000,
    }


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_the_grade_is_the_councils_or_the_outside_bodys(spec: Spec, workflow: str) -> None:
    spec.given(*story(workflow))

    assert ("pass" if workflow in OUTSIDE_BODY else "excellent") == spec.task("T1")["grade"]


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_each_recorded_command_of_a_task_is_one_version(spec: Spec, workflow: str) -> None:
    spec.given(*story(workflow))
    own = [one for one in life(workflow) if "task" in one and one["command"] != "cast_ballots"]

    assert len(own) == spec.task("T1")["version"]


@pytest.mark.parametrize(("workflow", "state"), REACHED)
def test_a_closed_task_shows_as_of_each_day_the_state_it_was_in(spec: Spec, workflow: str, state: str) -> None:
    spec.given(*story(workflow))
    on = DAYS[workflow[:4]][DAY_OF[state]]

    assert state == spec.task("T1", as_of=on)["state"]


def test_money_and_grade_as_of_a_day_are_those_of_that_day(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR))
    shown = spec.task("T1", as_of="2026-06-24")

    assert (shown["money"]["allocated"], shown["money"]["disbursed"], shown["grade"]) == (SUM, 0, None)


def test_sums_not_yet_decided_are_nothing(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="registered"))
    money = {"estimate": SUM, "approved": 0, "allocated": 0, "disbursed": 0, "returned": 0}

    assert money == spec.task("T1")["money"]


@pytest.mark.parametrize("workflow", [HP_GRASSROOTS, HP_SECTOR])
def test_a_hp36_task_may_be_closed_unpublished(spec: Spec, workflow: str) -> None:
    spec.given(*story(workflow, until="accepted"), step(workflow, "return_funds"), step(workflow, "close_task"))

    assert [*CHAIN, "closed"] == states(spec.task("T1"))


def test_a_returned_task_comes_back_to_where_it_was(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="registered"), sent_back("2026-02-23"), resubmitted("2026-02-25"))
    shown = spec.task("T1")

    assert (shown["state"], states(shown)) == ("registered", ["registered", "returned", "registered"])


def test_a_selected_task_that_was_returned_comes_back_selected(spec: Spec) -> None:
    spec.given(*story(VP_PROVINCIAL, until="selected"), sent_back("2025-04-08"), resubmitted("2025-04-10"))

    assert spec.task("T1")["state"] == "selected"


def test_a_task_that_came_back_lives_on_to_closed(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="registered"), sent_back("2026-02-23"), resubmitted("2026-02-25"))
    spec.given(*between(HP_SECTOR, "register_task", "close_task"), step(HP_SECTOR, "close_task"))

    assert spec.task("T1")["state"] == "closed"


def test_a_resubmission_may_carry_a_new_estimate(spec: Spec) -> None:
    smaller = [{"content": "Vật tư", "amount": 70_000_000}]
    spec.given(*story(HP_SECTOR, until="registered"), sent_back("2026-02-23"))
    spec.given(resubmitted("2026-02-25", estimate=smaller))

    assert spec.task("T1")["money"]["estimate"] == 70_000_000


def test_an_appraisal_that_asks_for_changes_waits_for_them(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="registered"), *appraisal("2026-03-02", 60, "P1"))

    assert spec.task("T1")["state"] == "revision_requested"


def test_a_revised_task_is_appraised_again(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="registered"), *appraisal("2026-03-02", 60, "P1"))
    spec.given(resubmitted("2026-03-04"), *appraisal("2026-03-06", 75, "P2"))

    assert spec.task("T1")["state"] == "appraised"


def test_a_revised_provincial_task_comes_back_selected(spec: Spec) -> None:
    spec.given(*story(VP_PROVINCIAL, until="selected"), *appraisal("2025-04-20", 60, "P1"), resubmitted("2025-04-22"))

    assert spec.task("T1")["state"] == "selected"


def test_a_task_with_a_low_score_is_rejected(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="registered"), *appraisal("2026-03-02", 40, "P1"))

    assert spec.task("T1")["state"] == "rejected"


def test_a_rejected_task_is_not_resubmitted(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="registered"), *appraisal("2026-03-02", 40, "P1"))
    spec.when(resubmitted("2026-03-04"))

    spec.then_refused("house.order_of_steps")


def test_a_leader_rejects_a_task_by_decision(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="appraised"), decided("reject_task", "2026-03-05"))

    assert spec.task("T1")["state"] == "rejected"


@pytest.mark.parametrize(("result", "state"), [("revision", "revision_requested"), ("failed", "rejected")])
@pytest.mark.parametrize("workflow", ["HP36/city", "HP36/ministry", "HP36/state"])
def test_the_outside_body_may_ask_for_changes_or_reject(spec: Spec, workflow: str, result: str, state: str) -> None:
    spec.given(*eve(workflow, "appraise_task"), step(workflow, "appraise_task", result=result))

    assert state == spec.task("T1")["state"]


def test_the_outside_body_may_find_the_result_not_acceptable(spec: Spec) -> None:
    spec.given(*eve("HP36/city", "accept_task"), step("HP36/city", "accept_task", grade="fail"))

    assert spec.task("T1")["state"] == "not_accepted"


def test_a_suspended_task_is_suspended(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"), decided("suspend_task", "2026-05-04"))

    assert spec.task("T1")["state"] == "suspended"


def test_a_resumed_task_is_in_progress_again(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"))
    spec.given(decided("suspend_task", "2026-05-04"), decided("resume_task", "2026-06-01"))

    assert states(spec.task("T1"))[-3:] == ["in_progress", "suspended", "in_progress"]


def test_a_resumed_task_lives_on_to_closed(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"))
    spec.given(decided("suspend_task", "2026-05-04"), decided("resume_task", "2026-06-01"))
    spec.given(*between(HP_SECTOR, "start_task", "close_task"), step(HP_SECTOR, "close_task"))

    assert spec.task("T1")["state"] == "closed"


@pytest.mark.parametrize("until", ["approved", "funded", "in_progress", "submitted"])
def test_a_terminated_task_is_terminated(spec: Spec, until: str) -> None:
    spec.given(*story(HP_SECTOR, until=until), decided("terminate_task", "2026-10-12"))

    assert spec.task("T1")["state"] == "terminated"


def test_a_suspended_task_may_be_terminated(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"))
    spec.given(decided("suspend_task", "2026-05-04"), decided("terminate_task", "2026-06-01"))

    assert spec.task("T1")["state"] == "terminated"


def test_the_money_of_a_terminated_task_is_returned(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"), decided("terminate_task", "2026-05-04"))
    spec.given(step(HP_SECTOR, "return_funds", amount=SUM, on="2026-05-11"))

    assert spec.task("T1")["money"]["returned"] == SUM


@pytest.mark.parametrize("until", ["registered", "appraised", "approved", "funded"])
def test_a_withdrawn_task_is_withdrawn(spec: Spec, until: str) -> None:
    spec.given(*story(HP_SECTOR, until=until))
    spec.given(command("withdraw_task", "off1", "2026-03-20", task="T1", reason="Chủ nhiệm nghỉ"))

    assert spec.task("T1")["state"] == "withdrawn"


def test_the_money_of_a_withdrawn_task_is_returned(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="funded"))
    spec.given(command("withdraw_task", "off1", "2026-03-20", task="T1", reason="Chủ nhiệm nghỉ"))
    spec.given(step(HP_SECTOR, "return_funds", amount=SUM, on="2026-03-23"))

    assert spec.task("T1")["money"]["returned"] == SUM


def test_a_task_not_accepted_once_may_be_accepted_the_second_time(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="submitted"), *failed_acceptance("2026-09-21"))
    spec.given(step(HP_SECTOR, "submit_for_acceptance", on="2026-10-05"), *acceptance("2026-10-12", "P3"))
    shown = spec.task("T1")

    assert (states(shown)[-4:], shown["grade"]) == (
        ["submitted", "not_accepted", "submitted", "accepted"],
        "excellent",
    )


def test_the_session_that_failed_does_not_carry_the_second_acceptance(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="submitted"), *failed_acceptance("2026-09-21"))
    spec.given(step(HP_SECTOR, "submit_for_acceptance", on="2026-10-05"))
    spec.when(deciding("accept", "2026-10-06", session="P-fail"))

    spec.then_refused("house.order_of_steps")


def test_whatever_a_plan_calls_it_a_second_failure_is_final(spec: Spec) -> None:
    rename_states(spec, "HP36", not_accepted="unsuccessful")
    spec.given(*story(HP_SECTOR, until="submitted"), *failed_acceptance("2026-09-21"))
    spec.given(step(HP_SECTOR, "submit_for_acceptance", on="2026-10-01"))
    spec.given(*failed_acceptance("2026-10-12", session="P-fail-2"))
    spec.when(step(HP_SECTOR, "submit_for_acceptance", on="2026-10-20"))

    assert spec.task("T1")["state"] == "unsuccessful"
    spec.then_refused("house.order_of_steps")


def test_a_task_not_accepted_twice_stays_so(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="submitted"), *failed_acceptance("2026-09-21"))
    spec.given(step(HP_SECTOR, "submit_for_acceptance", on="2026-10-05"))
    spec.given(*failed_acceptance("2026-10-12", session="P-fail-2"))
    spec.when(step(HP_SECTOR, "submit_for_acceptance", on="2026-10-19"))

    spec.then_refused("house.order_of_steps")


def test_a_later_allocation_while_in_progress_is_added(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"), step(HP_SECTOR, "fund_task", amount=60_000_000))
    spec.given(step(HP_SECTOR, "start_task"), step(HP_SECTOR, "fund_task", amount=40_000_000, on="2026-05-04"))
    shown = spec.task("T1")

    assert (shown["state"], states(shown)[-2:], shown["money"]["allocated"]) == (
        "in_progress",
        ["funded", "in_progress"],
        SUM,
    )


def test_a_late_task_stays_flagged_when_it_is_closed(spec: Spec) -> None:
    spec.given(*world("HP36"), *before(HP_SECTOR, "close_task", end="2026-07-31"), step(HP_SECTOR, "close_task"))

    assert spec.task("T1")["late"] is True


def test_a_provincial_task_is_selected_by_the_later_vote(spec: Spec) -> None:
    spec.given(*eve(VP_PROVINCIAL, "select.ballots"), voting("select", "2025-04-05", votes("no", DEPARTMENT_MEMBERS)))
    spec.given(
        sitting("select", "2025-04-12", session="P2"),
        voting("select", "2025-04-12", votes("yes", DEPARTMENT_MEMBERS), session="P2"),
        deciding("select", "2025-04-12", session="P2"),
    )

    assert spec.task("T1")["state"] == "selected"


def test_why_says_what_stands_in_the_way_of_the_submission(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"))
    steps = {one["step"]: one for one in spec.why("T1")["steps"]}
    refusals = [refusal["rule"] for refusal in steps["submit_for_acceptance"]["refusals"]]

    assert (steps["submit_for_acceptance"]["allowed"], refusals) == (False, ["house.progress_report"])


def test_why_allows_what_would_be_recorded(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "submit_for_acceptance"))
    steps = {one["step"]: one for one in spec.why("T1")["steps"]}
    found = steps["submit_for_acceptance"]

    assert (found["allowed"], found["roles"], found["refusals"]) == (True, ["unit_officer"], [])
