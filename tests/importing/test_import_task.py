"""The command import_task: what it takes over, what it is checked against, and how life goes on from there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.projections.shelves import past_of
from tests.spec import Spec
from tests.world import (
    HP_GRASSROOTS,
    HP_SECTOR,
    SUM,
    VP_GRASSROOTS,
    VP_PROVINCIAL,
    Command,
    before,
    changed,
    command,
    deciding,
    document,
    line,
    new_unit,
    person,
    seminar,
    sitting,
    step,
    votes,
    voting,
    world,
)

TODAY = "2026-11-20"
SOURCE = {"file": "sổ cũ.xlsx", "sheet": "Danh mục", "row": 7, "sha256": "ab" * 32}


def old(state: str, workflow: str = HP_SECTOR, /, **changes: Any) -> Command:
    plan, level = workflow.split("/")
    usual: Command = {
        "task": "CU-1",
        "plan": plan,
        "level": level,
        "year": 2026 if plan == "HP36" else 2025,
        "title": "Đề tài từ sổ cũ",
        "lead_unit": "BV1",
        "investigator": "pi1",
        "state": state,
        "facts": {},
        "source": SOURCE,
    }
    return command("import_task", "sec", changes.pop("on", "2026-02-10"), **{**usual, **changes})


def with_facts(state: str, workflow: str = HP_SECTOR, /, **facts: Any) -> Command:
    return old(state, workflow, facts=facts)


def test_a_task_stands_where_the_register_had_it(spec: Spec) -> None:
    facts = {
        "approved": 90_000_000,
        "allocated": 40_000_000,
        "grade": "pass",
        "published_url": "https://bv1.example.vn/1",
    }
    spec.given(*world("HP36")).when(with_facts("published", HP_SECTOR, **facts)).then_recorded()
    shown = spec.task("CU-1")

    assert (shown["state"], shown["imported"], shown["investigator"], shown["grade"]) == (
        "published",
        True,
        "pi1",
        "pass",
    )
    assert shown["money"] == {
        "estimate": 0,
        "approved": 90_000_000,
        "allocated": 40_000_000,
        "disbursed": 0,
        "returned": 0,
    }
    assert [(each["state"], each["on"]) for each in shown["milestones"]] == [("published", "2026-02-10")]
    assert (shown["start"], shown["end"]) == (None, None)


def test_an_estimate_is_a_sum(spec: Spec) -> None:
    spec.given(*world("HP36"), with_facts("registered", HP_SECTOR, estimate=70_000_000))

    assert spec.task("CU-1")["money"]["estimate"] == 70_000_000


def test_history_tells_file_sheet_row_and_hash(spec: Spec) -> None:
    from projections.views import history

    spec.given(*world("HP36"), with_facts("approved", HP_SECTOR, note=5, approved_on="2026-01-05"))
    (event,) = history(spec.desk, "task:CU-1")

    assert event["kind"] == "task_imported"
    assert event["data"]["source"] == SOURCE
    assert event["data"]["facts"] == {"approved_on": "2026-01-05", "note": "5"}


def test_no_rule_it_predates_is_asked(spec: Spec) -> None:
    """Neither the research office, nor a topic group, nor the plan the unit takes part in, nor two running tasks."""
    spec.given(*world("HP36"), *new_unit("BV9", "2026-02-06", ["VP57"]))
    for number in (1, 2, 3):
        spec.when(old("in_progress", HP_SECTOR, task=f"CU-{number}", lead_unit="BV9")).then_recorded()


@pytest.mark.parametrize("who", ["sec", "admin"])
def test_secretary_and_administrator_import(spec: Spec, who: str) -> None:
    spec.given(*world("HP36")).when(old("approved", actor=who)).then_recorded()


@pytest.mark.parametrize("who", ["lead", "fin", "off1", "aud", "pi1", "nobody"])
def test_nobody_else_does(spec: Spec, who: str) -> None:
    spec.given(*world("HP36")).when(old("approved", actor=who)).then_refused("house.role")


def test_a_secretary_of_a_unit_imports_its_tasks_alone(spec: Spec) -> None:
    own = person("s1", "2026-02-05", "BV1", [{"role": "secretary", "unit": "BV1"}])
    spec.given(*world("HP36"), own)

    spec.when(old("approved", actor="s1")).then_recorded()
    spec.when(old("approved", actor="s1", task="CU-2", lead_unit="BV2")).then_refused("house.role")


def test_an_id_is_used_once(spec: Spec) -> None:
    spec.given(*world("HP36"), old("approved"))

    spec.when(old("closed")).then_refused("house.unique_id")


def test_an_import_is_not_of_tomorrow(spec: Spec) -> None:
    spec.given(*world("HP36")).when(old("approved", on="2026-11-21")).then_refused("house.chronology")


@pytest.mark.parametrize(("workflow", "rule"), [(HP_SECTOR, "HP36-II.2.b"), (VP_GRASSROOTS, "VP57-II.2025.b")])
def test_the_level_is_one_of_the_plan(spec: Spec, workflow: str, rule: str) -> None:
    spec.given(*world(workflow[:4])).when(old("approved", workflow, level="galactic")).then_refused(rule)


@pytest.mark.parametrize("state", ["selected", "recognised", "TBD", "funded ", ""])
def test_the_state_is_one_of_the_workflow(spec: Spec, state: str) -> None:
    spec.given(*world("HP36")).when(old(state)).then_invalid("state")


@pytest.mark.parametrize("field", ["plan", "lead_unit", "investigator"])
def test_what_it_names_is_on_record(spec: Spec, field: str) -> None:
    spec.given(*world("HP36")).when(old("approved", **{field: "X"})).then_not_found(field)


def test_the_team_is_on_record(spec: Spec) -> None:
    spec.given(*world("HP36")).when(with_facts("approved", HP_SECTOR, team=["tm1", "X"])).then_not_found("facts")


@pytest.mark.parametrize(
    "facts",
    [{"approved_on": "2019"}, {"approved": -1}, {"approved": "120.000.000"}, {"grade": "khá"}, {"estimate": 1.5}],
)
def test_facts_with_a_name_have_a_type(spec: Spec, facts: Command) -> None:
    spec.given(*world("HP36")).when(old("approved", facts=facts)).then_invalid("facts")


@pytest.mark.parametrize("source", [{}, {**SOURCE, "row": 0}, {**SOURCE, "sha256": "abc"}, {**SOURCE, "page": 1}])
def test_a_source_names_file_row_and_hash(spec: Spec, source: Command) -> None:
    spec.given(*world("HP36")).when(old("approved", source=source)).then_invalid("source")


def test_nobody_need_lead_it(spec: Spec) -> None:
    spec.given(*world("HP36"), old("in_progress", investigator=None))

    assert spec.task("CU-1")["investigator"] is None
    assert {each["step"] for each in spec.why("CU-1")["steps"] if each["allowed"]} >= {"report_progress", "disburse"}


def test_it_counts_among_the_running_tasks_of_who_leads_it(spec: Spec) -> None:
    spec.given(*world("HP36"), old("in_progress"), old("funded", task="CU-2"))

    spec.when(step(HP_SECTOR, "register_task")).then_refused("customary.two_running_tasks")


def test_a_failure_with_its_date_bars_who_led_it(spec: Spec) -> None:
    spec.given(*world("HP36"), with_facts("not_accepted", HP_SECTOR, grade="fail", not_accepted_on="2024-06-01"))

    spec.when(step(HP_SECTOR, "register_task")).then_refused("customary.barred_after_failure")


def goes_on(workflow: str, key: str) -> list[Command]:
    """The life of a made-up task from one step on, as that of the imported one."""
    whole = before(workflow, "return_funds", "CU-1")
    return whole[len(before(workflow, key, "CU-1")) :]


@pytest.mark.parametrize("workflow", [HP_SECTOR, HP_GRASSROOTS, VP_GRASSROOTS, VP_PROVINCIAL])
def test_it_goes_on_from_its_registration(spec: Spec, workflow: str) -> None:
    first = "select.session" if workflow == VP_PROVINCIAL else "appraise.session"
    rest = goes_on(workflow, first)
    spec.given(
        *world(workflow[:4]), old("registered", workflow, on="2026-02-10" if workflow[:2] == "HP" else "2025-03-10")
    )
    spec.given(*(changed(each) for each in rest))

    assert spec.task("CU-1")["state"] == "published"


@pytest.mark.parametrize("workflow", [HP_SECTOR, VP_GRASSROOTS])
def test_it_goes_on_from_the_middle_of_its_run(spec: Spec, workflow: str) -> None:
    """No estimate, no dates, no allocation on record: rules that rest on them are left out."""
    on = "2026-02-10" if workflow[:2] == "HP" else "2025-03-10"
    money = [each for each in goes_on(workflow, "fund_task") if each["command"] in ("fund_task",)]
    rest = goes_on(workflow, "report_progress")
    spec.given(*world(workflow[:4]), old("in_progress", workflow, on=on), *money, *rest)

    assert (spec.task("CU-1")["state"], spec.task("CU-1")["late"]) == ("published", False)


def test_a_line_of_a_year_before_the_plan_year_is_refused_all_the_same(spec: Spec) -> None:
    spec.given(*world("HP36"), line("L-25", "department", "HP36", year=2025), old("approved"))
    fund = command("fund_task", "fin", "2026-03-16", task="CU-1", amount=SUM)

    spec.when({**fund, "line": "L-25"}).then_refused("house.line_year")
    spec.when({**fund, "line": "L-department"}).then_recorded()


def test_what_was_allocated_before_counts_against_the_approved_sum(spec: Spec) -> None:
    spec.given(*world("HP36"), with_facts("funded", HP_SECTOR, approved=100, allocated=60))
    fund = command("fund_task", "fin", "2026-03-16", task="CU-1", line="L-department")

    spec.when({**fund, "amount": 41}).then_refused("house.within_approved_sum")
    spec.when({**fund, "amount": 40}).then_recorded()
    assert spec.task("CU-1")["money"]["allocated"] == 100


def test_it_is_extended_only_by_what_is_known(spec: Spec) -> None:
    amend = command("amend_task", "lead", "2026-03-01", task="CU-1", reason="x", document=document("1", "2026-03-01"))
    spec.given(*world("HP36"), old("in_progress")).when({**amend, "end": "2030-01-01"}).then_recorded()
    spec.given(old("in_progress", task="CU-2", facts={"start": "2025-01-01", "end": "2026-06-30"}))

    spec.when({**amend, "task": "CU-2", "end": "2030-01-01"}).then_refused("customary.extension")


@pytest.mark.parametrize(
    ("facts", "back"), [({}, "registered"), ({"registered_on": "2025-03-06", "selected_on": "2025-04-01"}, "selected")]
)
def test_a_returned_task_goes_back_to_where_it_came_from(spec: Spec, facts: Command, back: str) -> None:
    spec.given(*world("VP57"), old("returned", VP_PROVINCIAL, on="2025-03-10", facts=facts))

    spec.when(command("resubmit_task", "off1", "2025-05-01", task="CU-1", changes="đã bổ sung")).then_recorded()
    assert spec.task("CU-1")["state"] == back


def test_who_is_on_its_team_does_not_vote_on_it(spec: Spec) -> None:
    spec.given(*world("HP36"), with_facts("submitted", HP_SECTOR, submitted_on="2026-03-01", team=["m7"]))
    spec.given(sitting("accept", "2026-03-20", task="CU-1"))
    others = votes("pass", ["m1", "m2", "m3", "m4", "m5", "m6"])

    spec.when(voting("accept", "2026-03-20", others, task="CU-1")).then_refused("customary.conflict_of_interest")
    spec.when(voting("accept", "2026-03-20", others, task="CU-1", recused=["m7"])).then_recorded()
    spec.when(deciding("accept", "2026-03-20", task="CU-1")).then_recorded()


def test_a_session_from_before_its_submission_does_not_count(spec: Spec) -> None:
    spec.given(*world("HP36"), with_facts("submitted", HP_SECTOR, submitted_on="2026-04-01"))
    spec.given(sitting("accept", "2026-03-20", task="CU-1"))
    spec.given(voting("accept", "2026-03-20", votes("pass", ["m1", "m2", "m3", "m4", "m5"]), task="CU-1"))

    spec.when(deciding("accept", "2026-04-02", task="CU-1")).then_refused("house.order_of_steps")


def test_who_imports_may_take_later_steps(spec: Spec) -> None:
    """Nobody registered it here, so that four eyes have nobody to shut."""
    spec.given(*world("HP36"), old("funded"))

    spec.when(command("start_task", "sec", "2026-04-01", task="CU-1", contract=document("1/HĐ", "2026-04-01")))
    spec.then_recorded()


def test_nothing_comes_before_the_import(spec: Spec) -> None:
    spec.given(*world("HP36"), old("funded", on="2026-03-01"))

    spec.when(command("start_task", "sec", "2026-02-28", task="CU-1", contract=document("1/HĐ", "2026-02-28")))
    spec.then_refused("house.chronology")


def test_a_seminar_is_asked_of_nobody_where_nobody_leads(spec: Spec) -> None:
    spec.given(*world("VP57"), old("in_progress", VP_GRASSROOTS, on="2025-03-10", investigator=None, task="A"))
    spec.given(old("in_progress", VP_GRASSROOTS, on="2025-03-10", task="B"))
    for task in "AB":
        spec.given(
            command("report_progress", "off1", "2025-06-01", task=task, period="2025-H1", percent=50, summary="x")
        )
    submit = command("submit_for_acceptance", "off1", "2025-09-01", dossier=["báo cáo"])

    spec.when({**submit, "task": "A"}).then_recorded()
    spec.when({**submit, "task": "B"}).then_refused("VP57-III.3.2")
    spec.given(seminar("2025-08-01", task=None)).when({**submit, "task": "B"}).then_recorded()


def test_the_registry_has_it_with_its_dates(spec: Spec) -> None:
    from projections.tasks import tasks

    facts = {"registered_on": "2024-01-05", "started_on": "2024-03-01", "approved": 5, "title_en": "An old one"}
    spec.given(*world("HP36"), with_facts("in_progress", HP_SECTOR, **facts))
    (row,) = past_of(spec.log, [tasks]).rows(tasks)
    assert (row.task, row.state, row.registered_on, row.started_on, row.funded_on, row.approved) == (
        "CU-1",
        "in_progress",
        "2024-01-05",
        "2024-03-01",
        None,
        5,
    )


def test_what_was_read_wrongly_is_corrected_like_any_entry(spec: Spec) -> None:
    spec.given(*world("HP36"), old("approved"))
    correct = command("correct", "lead", TODAY, stream="task:CU-1", version=1, reason="đọc nhầm")
    spec.when({**correct, "field": "title", "value": "Tên đúng", "document": document("5", TODAY)}).then_recorded()

    assert spec.task("CU-1")["title"] == "Tên đúng"


def test_an_import_is_not_rescinded(spec: Spec) -> None:
    spec.given(*world("HP36"), old("approved"))
    rescind = command(
        "rescind", "lead", TODAY, stream="task:CU-1", version=1, reason="x", document=document("5", TODAY)
    )

    spec.when(rescind).then_refused("house.order_of_steps")


@pytest.mark.rule("HP36-III.1.2.c", "refuses")
@pytest.mark.parametrize("facts", [{"disbursed": 100}, {"disbursed": 100, "returned": 49}, {"returned": 0}])
def test_money_of_the_time_before_that_is_not_settled_keeps_a_task_open(spec: Spec, facts: Command) -> None:
    spec.given(*world("HP36"), with_facts("accepted", HP_GRASSROOTS, approved=150, allocated=150, **facts))
    spec.when(step(HP_GRASSROOTS, "close_task", "CU-1"))

    spec.then_refused("HP36-III.1.2.c")


@pytest.mark.rule("HP36-III.1.2.c", "passes")
@pytest.mark.parametrize("facts", [{"disbursed": 100, "returned": 50}, {"disbursed": 150}, {}])
def test_a_task_is_closed_where_the_money_of_the_time_before_is_settled_or_unknown(spec: Spec, facts: Command) -> None:
    spec.given(*world("HP36"), with_facts("accepted", HP_GRASSROOTS, approved=150, allocated=150, **facts))
    spec.when(step(HP_GRASSROOTS, "close_task", "CU-1"))

    spec.then_recorded()


NOT_ACCEPTED = [
    ("not_accepted", {"not_accepted_on": "2024-03-01"}),
    ("not_accepted", {"accepted_on": "2024-03-01", "grade": "fail"}),
]


@pytest.mark.rule("customary.barred_after_failure", "refuses")
@pytest.mark.parametrize(("state", "facts"), NOT_ACCEPTED)
def test_a_result_of_the_time_before_that_was_not_accepted_bars(spec: Spec, state: str, facts: Command) -> None:
    spec.given(*world("HP36"), with_facts(state, HP_SECTOR, **facts))
    spec.when(step(HP_SECTOR, "register_task"))

    spec.then_refused("customary.barred_after_failure")


@pytest.mark.rule("customary.barred_after_failure", "passes")
@pytest.mark.parametrize(
    ("state", "facts"), [("not_accepted", {"not_accepted_on": "2023-02-20"}), ("not_accepted", {}), ("accepted", {})]
)
def test_a_result_of_three_years_before_or_of_no_known_day_does_not_bar(spec: Spec, state: str, facts: Command) -> None:
    spec.given(*world("HP36"), with_facts(state, HP_SECTOR, **facts))
    spec.when(step(HP_SECTOR, "register_task"))

    spec.then_recorded()


@pytest.mark.parametrize("facts", [{}, {"not_accepted_on": "2024-06-01"}])
def test_what_was_not_accepted_before_is_handed_in_again_without_a_report_of_that_time(
    spec: Spec, facts: Command
) -> None:
    spec.given(*world("HP36"), with_facts("not_accepted", HP_SECTOR, **facts))
    spec.when(command("submit_for_acceptance", "off1", "2026-03-10", task="CU-1", dossier=["báo cáo"]))

    spec.then_recorded()


def test_what_was_in_progress_before_is_handed_in_with_a_report(spec: Spec) -> None:
    spec.given(*world("HP36"), with_facts("in_progress", HP_SECTOR))
    spec.when(command("submit_for_acceptance", "off1", "2026-03-10", task="CU-1", dossier=["báo cáo"]))

    spec.then_refused("house.progress_report")
