"""After a rescission: what was judged by the step that was taken back is judged by what is left."""

import pytest

from tests.rules.test_rescissions import DAY, HP, rescission
from tests.spec import Spec
from tests.world import (
    DEPARTMENT_MEMBERS,
    HP_SECTOR,
    SUM,
    Command,
    between,
    command,
    document,
    failed_acceptance,
    life,
    scores,
    sitting,
    step,
    story,
    voting,
)


def decided(name: str, on: str) -> Command:
    return command(name, "lead", on, task="T1", document=document("70/QĐ-SYT", on), reason="Lý do bịa")


@pytest.mark.rule("customary.barred_after_failure", "passes")
def test_a_failure_taken_back_bars_nobody(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="submitted"), *failed_acceptance("2026-09-21"), rescission(10))
    spec.when(step(HP_SECTOR, "register_task", "T2", on=DAY))

    spec.then_recorded()


@pytest.mark.rule("customary.barred_after_failure", "refuses")
def test_an_acceptance_taken_back_leaves_the_failure_before_it(spec: Spec) -> None:
    again = [sitting("accept", "2026-10-12", session="P3"), decided_by_votes("P3"), accepted_by("P3")]
    spec.given(*story(HP_SECTOR, until="submitted"), *failed_acceptance("2026-09-21"))
    spec.given(step(HP_SECTOR, "submit_for_acceptance", on="2026-10-05"), *again, rescission(12))
    spec.when(step(HP_SECTOR, "register_task", "T2", on=DAY))

    spec.then_refused("customary.barred_after_failure")


def decided_by_votes(session: str, on: str = "2026-10-12") -> Command:
    return step(HP_SECTOR, "accept.ballots", session=session, on=on)


def accepted_by(session: str, on: str = "2026-10-12") -> Command:
    return step(HP_SECTOR, "accept_task", session=session, on=on)


@pytest.mark.rule("house.order_of_steps", "passes")
def test_a_failure_taken_back_is_not_the_first_of_two(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="submitted"), *failed_acceptance("2026-09-21"), rescission(10))
    spec.given(*failed_acceptance("2026-10-12", session="P3"))
    spec.when(step(HP_SECTOR, "submit_for_acceptance", on="2026-10-19"))

    spec.then_recorded()


@pytest.mark.rule("house.order_of_steps", "passes")
def test_the_session_of_a_step_taken_back_may_carry_it_again(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="accepted"), rescission(HP["accepted"]))
    spec.when(step(HP_SECTOR, "accept_task", on="2026-09-22"))

    spec.then_recorded()


@pytest.mark.rule("house.order_of_steps", "passes")
def test_a_resubmission_taken_back_makes_no_session_too_early(spec: Spec) -> None:
    ballots = voting("appraise", "2026-03-05", scores(80, DEPARTMENT_MEMBERS), session="P1")
    back = command("return_task", "sec", "2026-03-04", task="T1", reason="Thiếu hồ sơ")
    again = command("resubmit_task", "off1", "2026-03-06", task="T1", changes="Đã bổ sung")
    spec.given(*story(HP_SECTOR, until="registered"), sitting("appraise", "2026-03-05", session="P1"), ballots)
    spec.given(back, again, rescission(3), rescission(2))
    spec.when(step(HP_SECTOR, "appraise_task", session="P1", on="2026-03-09"))

    spec.then_recorded()


def test_a_resubmission_taken_back_gives_the_estimate_before(spec: Spec) -> None:
    back = command("return_task", "sec", "2026-03-04", task="T1", reason="Thiếu hồ sơ")
    less = [{"content": "Vật tư", "amount": 70_000_000}]
    again = command("resubmit_task", "off1", "2026-03-06", task="T1", changes="Đã bổ sung", estimate=less)
    spec.given(*story(HP_SECTOR, until="registered"), back, again, rescission(3))
    shown = spec.task("T1")

    assert (shown["state"], shown["money"]["estimate"]) == ("returned", SUM)


def test_an_amended_end_stays_when_a_resubmission_before_it_is_taken_back(spec: Spec) -> None:
    back = command("return_task", "sec", "2026-02-23", task="T1", reason="Thiếu hồ sơ")
    again = command("resubmit_task", "off1", "2026-02-25", task="T1", changes="Đã bổ sung")
    amended = decided("amend_task", "2026-03-11") | {"end": "2027-06-30"}
    spec.given(*story(HP_SECTOR, until="registered"), back, again)
    spec.given(*between(HP_SECTOR, "register_task", "fund_task"), amended)
    spec.given(rescission(5), rescission(4), rescission(3))
    shown = spec.task("T1")

    assert (shown["state"], shown["end"]) == ("returned", "2027-06-30")


@pytest.mark.rule("customary.two_running_tasks", "passes")
def test_an_approval_taken_back_runs_no_more(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="approved"), *life(HP_SECTOR, "T2", "approved"), rescission(3))
    spec.when(step(HP_SECTOR, "register_task", "T3", on=DAY))

    spec.then_recorded()


@pytest.mark.rule("customary.two_running_tasks", "refuses")
def test_a_termination_taken_back_lets_the_task_run_on(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="approved"), *life(HP_SECTOR, "T2", "approved"))
    spec.given(decided("terminate_task", "2026-03-20"), rescission(4))
    spec.when(step(HP_SECTOR, "register_task", "T3", on=DAY))

    spec.then_refused("customary.two_running_tasks")


def test_a_late_submission_taken_back_is_late_no_more(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="submitted", end="2026-07-31"))
    late = spec.task("T1")["late"]
    spec.given(rescission(HP["submitted"]))

    assert (late, spec.task("T1")["late"]) == (True, False)
