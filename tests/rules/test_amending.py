"""Amending: who may change a running task, when, and what the change is then measured by."""

from copy import deepcopy
from typing import Any

import pytest

from tests.rules.actors import all_refused, answers
from tests.spec import Spec, adopt, builtin_contents
from tests.world import (
    DEPARTMENT_MEMBERS,
    ESTIMATE,
    HP_CITY,
    HP_GRASSROOTS,
    HP_SECTOR,
    LABOUR,
    SUPPLIES,
    VP_GRASSROOTS,
    Command,
    between,
    command,
    document,
    failed_acceptance,
    life,
    line,
    person,
    scores,
    seminar,
    step,
    story,
    votes,
    voting,
    without,
    world,
)

DAY = "2026-05-05"
LATER = "2026-11-02"
HEAD = person("head", "2026-02-05", "BV1", [{"role": "leader", "unit": "BV1"}])
OTHER = [{"content": SUPPLIES, "amount": 50_000_000}, {"content": "Hội thảo", "amount": 50_000_000}]
MORE = [*ESTIMATE, {"content": "Hội thảo", "amount": 1}]


def amendment(on: str = DAY, actor: str = "lead", **fields: Any) -> Command:
    """An amendment of T1 by the leader."""
    paper = document("71/QĐ-SYT", on)
    return command("amend_task", actor, on, task="T1", document=paper, reason="Lý do", **fields)


@pytest.mark.rule("house.estimate", "passes")
def test_an_extension_alone_is_recorded(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))

    spec.when(amendment(end="2027-05-31")).then_recorded()


@pytest.mark.rule("house.estimate", "passes")
def test_an_estimate_that_adds_up_to_the_approved_sum_is_recorded(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))

    spec.when(amendment(estimate=list(reversed(ESTIMATE)))).then_recorded()


@pytest.mark.rule("house.estimate", "refuses")
def test_an_estimate_over_the_appraised_one_is_over_the_approved_sum_and_no_more(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))

    spec.when(amendment(estimate=MORE)).then_refused("house.estimate")


@pytest.mark.rule("house.approved_within_estimate", "passes")
def test_an_amendment_approves_no_sum_under_a_version_that_asks_for_it_either(spec: Spec) -> None:
    """As stores hold it that were founded while the plan had the rule at this step too."""
    [body] = [deepcopy(content) for plan, content, _ in builtin_contents() if plan == "HP36"]
    for each in body["workflows"].values():
        each["steps"]["amend_task"]["rules"] |= {"approved_within_estimate": {"id": "house.approved_within_estimate"}}
    adopt(spec, workflows=body["workflows"])
    spec.given(*story(HP_SECTOR, "in_progress"))

    spec.when(amendment(estimate=MORE)).then_refused("house.estimate")
    spec.when(amendment(estimate=OTHER)).then_recorded()


@pytest.mark.rule("house.estimate", "refuses")
@pytest.mark.parametrize("amount", [49_999_999, 0])
def test_an_estimate_that_does_not_add_up_to_the_approved_sum_is_refused(spec: Spec, amount: int) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    spec.when(amendment(estimate=[OTHER[0], {"content": "Hội thảo", "amount": amount}]))

    spec.then_refused("house.estimate")


@pytest.mark.rule("HP36-III.1.2.b", "passes")
def test_money_is_spent_by_the_amended_estimate(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"), amendment(estimate=OTHER))
    spec.when(step(HP_SECTOR, "disburse", content="Hội thảo", amount=50_000_000))

    spec.then_recorded()


@pytest.mark.rule("HP36-III.1.2.b", "refuses")
@pytest.mark.parametrize(("content", "amount"), [(LABOUR, 1), (SUPPLIES, 50_000_001)])
def test_money_is_not_spent_by_the_estimate_before(spec: Spec, content: str, amount: int) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"), amendment(estimate=OTHER))
    spec.when(step(HP_SECTOR, "disburse", content=content, amount=amount))

    spec.then_refused("HP36-III.1.2.b")


@pytest.mark.rule("HP36-III.1.2.b", "passes")
@pytest.mark.parametrize(
    ("fields", "beneficiary"),
    [
        ({"suppliers": ["Công ty Bịa"]}, "Công ty Bịa"),
        ({"team": ["m6"]}, "m6"),
        ({"investigator": "pi2"}, "pi2"),
    ],
)
def test_whom_an_amendment_names_may_be_paid(spec: Spec, fields: Command, beneficiary: str) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"), amendment(**fields))
    spec.when(step(HP_SECTOR, "disburse", beneficiary=beneficiary))

    spec.then_recorded()


@pytest.mark.rule("HP36-III.1.2.b", "refuses")
def test_who_left_the_team_by_an_amendment_is_paid_no_more(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"), amendment(team=["m6"]))
    spec.when(step(HP_SECTOR, "disburse", beneficiary="tm1"))

    spec.then_refused("HP36-III.1.2.b")


@pytest.mark.rule("house.order_of_steps", "passes")
@pytest.mark.parametrize("state", ["approved", "funded", "in_progress"])
def test_an_approved_task_may_be_amended_until_it_is_submitted(spec: Spec, state: str) -> None:
    spec.given(*story(HP_SECTOR, state))
    spec.when(amendment(team=["m6"]))

    spec.then_recorded()


@pytest.mark.rule("house.order_of_steps", "passes")
def test_a_suspended_task_may_be_amended(spec: Spec) -> None:
    paper = document("70/QĐ-SYT", DAY)
    spec.given(*story(HP_SECTOR, "in_progress"))
    spec.given(command("suspend_task", "lead", DAY, task="T1", document=paper, reason="Lý do"))
    spec.when(amendment(team=["m6"]))

    spec.then_recorded()


@pytest.mark.rule("house.order_of_steps", "refuses")
@pytest.mark.parametrize("state", ["registered", "appraised", "submitted", "accepted", "closed"])
def test_a_task_of_another_state_is_not_amended(spec: Spec, state: str) -> None:
    spec.given(*story(HP_SECTOR, state))
    spec.when(amendment(LATER, team=["m6"]))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.role", "refuses")
def test_nobody_but_a_leader_amends_a_sector_task(spec: Spec) -> None:
    actors = ("sec", "fin", "off1", "admin", "aud", "head")
    spec.given(*story(HP_SECTOR, "in_progress"), HEAD)

    assert answers(spec, amendment(team=["m6"]), actors) == all_refused(actors)


@pytest.mark.rule("house.role", "refuses")
def test_the_leader_of_the_unit_amends_no_task_of_an_outside_level(spec: Spec) -> None:
    spec.given(*story(HP_CITY, "in_progress"), HEAD)
    spec.when(amendment(actor="head", team=["m6"]))

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "passes")
def test_the_leader_of_the_unit_amends_its_grassroots_task(spec: Spec) -> None:
    spec.given(*story(HP_GRASSROOTS, "in_progress"), HEAD)
    spec.when(amendment(actor="head", team=["m6"]))

    spec.then_recorded()


@pytest.mark.rule("house.chronology", "refuses")
def test_an_amendment_from_before_the_newest_step_is_refused(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    spec.when(amendment("2026-03-31", team=["m6"]))

    spec.then_refused("house.chronology")


@pytest.mark.rule("house.chronology", "passes")
def test_an_amendment_of_the_day_of_the_newest_step_passes(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    spec.when(amendment("2026-04-01", team=["m6"]))

    spec.then_recorded()


@pytest.mark.rule("house.document", "refuses")
def test_an_amendment_without_a_document_is_refused(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    spec.when(without(amendment(team=["m6"]), "document"))

    spec.then_refused("house.document")


@pytest.mark.rule("house.dates", "refuses")
@pytest.mark.parametrize("end", ["2026-03-31", "2026-04-01"])
def test_an_amended_end_that_is_not_after_the_start_is_refused(spec: Spec, end: str) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    spec.when(amendment(end=end))

    spec.then_refused("house.dates")


@pytest.mark.rule("house.dates", "passes")
def test_an_amended_end_after_the_start_passes(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    spec.when(amendment(end="2026-04-02"))

    spec.then_recorded()


@pytest.mark.rule("customary.two_running_tasks", "refuses")
def test_a_new_investigator_who_leads_two_running_tasks_is_refused(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    spec.given(*(one for task in ("T2", "T3") for one in life(HP_SECTOR, task, "approved", investigator="pi2")))
    spec.when(amendment(investigator="pi2"))

    spec.then_refused("customary.two_running_tasks")


@pytest.mark.rule("customary.two_running_tasks", "passes")
def test_a_new_investigator_who_leads_one_running_task_passes(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    spec.given(*life(HP_SECTOR, "T2", "approved", investigator="pi2"))
    spec.given(*life(HP_SECTOR, "T3", "appraised", investigator="pi2"))
    spec.when(amendment(investigator="pi2"))

    spec.then_recorded()


@pytest.mark.rule("customary.two_running_tasks", "passes")
def test_the_present_investigator_with_two_running_tasks_stays(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"), *life(HP_SECTOR, "T2", "approved"))
    spec.when(amendment(investigator="pi1", team=["m6"]))

    spec.then_recorded()


@pytest.mark.rule("customary.two_running_tasks", "passes")
def test_the_present_investigator_with_two_other_running_tasks_is_not_checked_as_a_new_one(spec: Spec) -> None:
    spec.given(*three_running_tasks())
    spec.when(amendment(investigator="pi1", team=["m6"]))

    spec.then_recorded()


@pytest.mark.rule("customary.two_running_tasks", "refuses")
def test_the_investigator_before_is_checked_as_a_new_one(spec: Spec) -> None:
    spec.given(*three_running_tasks(), amendment(investigator="pi2"))
    spec.when(amendment(investigator="pi1"))

    spec.then_refused("customary.two_running_tasks")


def three_running_tasks() -> list[Command]:
    """T1 in progress, T2 and T3 approved, all led by pi1: who leads too many is asked at registration alone."""
    tasks = ("T1", "T2", "T3")
    registered = [one for task in tasks for one in life(HP_SECTOR, task, "registered")]
    approved = [one for task in tasks for one in between(HP_SECTOR, "register_task", "fund_task", task)]
    return [*world("HP36"), *registered, *approved, *between(HP_SECTOR, "approve_task", "report_progress")]


@pytest.mark.rule("customary.two_running_tasks", "passes")
def test_an_investigator_who_hands_a_task_on_may_register_another(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"), *life(HP_SECTOR, "T2", "approved"), amendment(investigator="pi2"))
    spec.when(step(HP_SECTOR, "register_task", "T3", on="2026-05-06"))

    spec.then_recorded()


@pytest.mark.rule("customary.barred_after_failure", "refuses")
def test_a_new_investigator_whose_other_task_failed_is_refused(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"), *life(HP_SECTOR, "T2", "submitted", investigator="pi2", team=["pi1"]))
    spec.given(*failed_acceptance("2026-09-21", "T2"))
    spec.when(amendment("2026-09-22", investigator="pi2"))

    spec.then_refused("customary.barred_after_failure")


@pytest.mark.rule("customary.barred_after_failure", "passes")
def test_the_present_investigator_whose_other_task_failed_is_not_checked_as_a_new_one(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"), *life(HP_SECTOR, "T2", "submitted"))
    spec.given(*failed_acceptance("2026-09-21", "T2"))
    spec.when(amendment("2026-09-22", investigator="pi1", team=["m6"]))

    spec.then_recorded()


@pytest.mark.rule("customary.conflict_of_interest", "refuses")
@pytest.mark.parametrize("fields", [{"team": ["m6"]}, {"investigator": "m6"}])
def test_whom_an_amendment_takes_in_does_not_vote_on_the_task(spec: Spec, fields: Command) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"), amendment(**fields))
    spec.given(step(HP_SECTOR, "report_progress"), step(HP_SECTOR, "submit_for_acceptance"))
    spec.given(step(HP_SECTOR, "accept.session"))
    spec.when(voting("accept", "2026-09-21", votes("pass", DEPARTMENT_MEMBERS)))

    spec.then_refused("customary.conflict_of_interest")


@pytest.mark.rule("customary.conflict_of_interest", "passes")
def test_who_left_the_team_before_votes_on_the_task(spec: Spec) -> None:
    spec.given(*with_m6_on_the_team(), amendment(team=[]), step(HP_SECTOR, "report_progress"))
    spec.given(step(HP_SECTOR, "submit_for_acceptance"), step(HP_SECTOR, "accept.session"))
    spec.when(voting("accept", "2026-09-21", votes("pass", DEPARTMENT_MEMBERS)))

    spec.then_recorded()


def with_m6_on_the_team() -> list[Command]:
    """T1 in progress, with a member of the council on its team, who recused himself at the appraisal."""
    ballots = scores(80, [who for who in DEPARTMENT_MEMBERS if who != "m6"])
    recusal = {"ballots": ballots, "recused": ["m6"]}
    past = story(HP_SECTOR, "in_progress", team=["m6"])
    return [one | recusal if one["command"] == "cast_ballots" else one for one in past]


@pytest.mark.rule("VP57-III.3.2", "refuses")
def test_the_seminar_report_of_the_investigator_before_does_not_count(spec: Spec) -> None:
    spec.given(*story(VP_GRASSROOTS, "in_progress"), seminar("2025-10-10"), step(VP_GRASSROOTS, "report_progress"))
    spec.given(amendment("2025-11-03", investigator="pi2"))
    spec.when(step(VP_GRASSROOTS, "submit_for_acceptance"))

    spec.then_refused("VP57-III.3.2")


@pytest.mark.rule("VP57-III.3.2", "passes")
def test_the_seminar_report_of_the_new_investigator_counts(spec: Spec) -> None:
    spec.given(*story(VP_GRASSROOTS, "in_progress"), seminar("2025-10-10", "pi2"))
    spec.given(step(VP_GRASSROOTS, "report_progress"), amendment("2025-11-03", investigator="pi2"))
    spec.when(step(VP_GRASSROOTS, "submit_for_acceptance"))

    spec.then_recorded()


@pytest.mark.rule("house.line_year", "passes")
def test_a_line_of_the_year_of_the_extended_end_may_pay(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "approved", end="2026-12-15"), line("L-27", "department", "HP36", year=2027))
    spec.given(amendment("2026-03-16", end="2027-01-15"))
    spec.when(step(HP_SECTOR, "fund_task", line="L-27"))

    spec.then_recorded()


@pytest.mark.rule("house.line_year", "refuses")
def test_without_the_extension_it_may_not(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "approved", end="2026-12-15"), line("L-27", "department", "HP36", year=2027))
    spec.when(step(HP_SECTOR, "fund_task", line="L-27"))

    spec.then_refused("house.line_year")


def test_an_amendment_shows_the_new_investigator_from_its_day(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"), amendment(investigator="pi2"))
    shown = [spec.task("T1", as_of=day)["investigator"] for day in ("2026-05-04", DAY)]

    assert (
        shown,
        spec.task("T1")["state"],
        spec.task("T1")["milestones"][-1]["state"],
    ) == (["pi1", "pi2"], "in_progress", "in_progress")


@pytest.mark.parametrize(
    ("fields", "missing"), [({"investigator": "p9"}, "investigator"), ({"team": ["tm1", "p9"]}, "team")]
)
def test_an_amendment_that_takes_in_nobody_on_record_is_not_found(spec: Spec, fields: Command, missing: str) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    spec.when(amendment(**fields))

    spec.then_not_found(missing)


def test_an_amendment_without_a_reason_is_invalid(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, "in_progress"))
    spec.when(without(amendment(team=["m6"]), "reason"))

    spec.then_invalid("reason")
