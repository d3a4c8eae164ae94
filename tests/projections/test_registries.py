"""What each registry shows of a life."""

from __future__ import annotations

import pytest

from engine.fields import MOST_MONEY
from projections.registries import REGISTRIES
from tests.projections.shelves import listed, only
from tests.spec import Spec
from tests.world import (
    DAYS,
    HP_SECTOR,
    VP_GRASSROOTS,
    WORKFLOWS,
    changed,
    command,
    document,
    eve,
    failed_acceptance,
    life,
    step,
    story,
    world,
)

FIELDS = [
    "task",
    "plan",
    "level",
    "year",
    "title",
    "lead_unit",
    "investigator",
    "state",
    "approved",
    "allocated",
    "disbursed",
    "returned",
    "grade",
    "registered_on",
    "appraised_on",
    "approved_on",
    "funded_on",
    "started_on",
    "accepted_on",
    "recognised_on",
    "published_on",
    "closed_on",
    "published_url",
    "late",
]


def test_a_closed_task_has_every_field_of_the_contract_and_no_other(spec: Spec) -> None:
    spec.given(*story(VP_GRASSROOTS))
    day = DAYS["VP57"]
    [row] = listed(spec.log, "tasks")

    assert list(row) == FIELDS
    assert row == {
        "task": "T1",
        "plan": "VP57",
        "level": "grassroots",
        "year": 2025,
        "title": "Đánh giá kết quả điều trị T1",
        "lead_unit": "BV1",
        "investigator": "pi1",
        "state": "closed",
        "approved": 100_000_000,
        "allocated": 100_000_000,
        "disbursed": 75_000_000,
        "returned": 25_000_000,
        "grade": "excellent",
        "registered_on": day["register"],
        "appraised_on": day["appraise"],
        "approved_on": day["approve"],
        "funded_on": day["fund"],
        "started_on": day["start"],
        "accepted_on": day["accept"],
        "recognised_on": day["recognise"],
        "published_on": day["publish"],
        "closed_on": day["close"],
        "published_url": "https://bv1.example.vn/khcn/T1",
        "late": False,
    }


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_the_registry_says_of_a_task_what_task_show_says(spec: Spec, workflow: str) -> None:
    spec.given(*story(workflow))
    [row], shown = listed(spec.log, "tasks"), spec.task("T1")
    money = {name: shown["money"][name] for name in ("approved", "allocated", "disbursed", "returned")}
    dates = {"started" if m["state"] == "in_progress" else m["state"]: m["on"] for m in shown["milestones"]}

    assert {name: row[name] for name in money} == money
    assert {name: row[name] for name in ("state", "grade", "late", "published_url")} == {
        name: shown[name] for name in ("state", "grade", "late", "published_url")
    }
    assert {name[:-3]: row[name] for name in row if name.endswith("_on") and row[name]} == {
        name: on for name, on in dates.items() if f"{name}_on" in row
    }


def test_a_registered_task_has_no_sums_and_no_dates_but_one(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="registered"))
    [row] = listed(spec.log, "tasks")
    sums = {name: row[name] for name in ("approved", "allocated", "disbursed", "returned")}

    assert sums == dict.fromkeys(sums, 0)
    assert [name for name in FIELDS if name.endswith("_on") and row[name]] == ["registered_on"]
    assert (row["state"], row["grade"], row["published_url"]) == ("registered", None, None)


def test_tasks_are_sorted_by_id(spec: Spec) -> None:
    spec.given(*world("HP36"))
    for task, leader in (("T2", "pi1"), ("T10", "tm1"), ("Đ1", "pi1"), ("T1", "pi2")):
        spec.given(*life(HP_SECTOR, task, until="registered", investigator=leader))

    assert [row["task"] for row in listed(spec.log, "tasks")] == ["T1", "T10", "T2", "Đ1"]


def test_a_task_that_is_resumed_was_started_when_it_was_first(spec: Spec) -> None:
    paper = document("70/QĐ-SYT", "2026-05-04")
    spec.given(*story(HP_SECTOR, until="in_progress"))
    for name, on in (("suspend_task", "2026-05-04"), ("resume_task", "2026-06-01")):
        spec.given(command(name, "lead", on, task="T1", document=paper, reason="Lý do bịa"))
    [row] = listed(spec.log, "tasks")

    assert (row["state"], row["started_on"]) == ("in_progress", "2026-04-01")


def test_a_dossier_handed_in_again_leaves_the_day_of_registration(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="registered"))
    spec.given(command("return_task", "sec", "2026-02-24", task="T1", reason="Thiếu hồ sơ"))
    spec.given(command("resubmit_task", "off1", "2026-02-26", task="T1", changes="Đã bổ sung"))
    [row] = listed(spec.log, "tasks")

    assert (row["state"], row["registered_on"]) == ("registered", "2026-02-20")


def test_a_task_that_was_not_accepted_has_a_grade_and_no_day_of_acceptance(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "accept.session"), *failed_acceptance("2026-09-21"))
    [row] = listed(spec.log, "tasks")

    assert (row["state"], row["grade"], row["accepted_on"]) == ("not_accepted", "fail", None)


def test_a_task_handed_in_too_late_is_late(spec: Spec) -> None:
    spec.given(*eve(VP_GRASSROOTS, "submit_for_acceptance"))
    spec.given(step(VP_GRASSROOTS, "submit_for_acceptance", on="2026-07-01"))

    assert [row["late"] for row in listed(spec.log, "tasks")] == [True]


def test_a_new_investigator_stands_in_the_registry_and_is_found(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"))
    change = {"investigator": "tm1", "reason": "Nghỉ hưu", "document": document("71/QĐ", "2026-05-04")}
    spec.given(command("amend_task", "lead", "2026-05-04", task="T1", **change))

    assert [row["investigator"] for row in listed(spec.log, "tasks")] == ["tm1"]


def test_a_waiver_before_registration_is_no_task(spec: Spec) -> None:
    spec.given(*world("HP36"))
    waiver = {"rule": "customary.two_running_tasks", "step": "register_task", "reason": "Lý do bịa"}
    spec.given(
        command("waive_rule", "lead", "2026-02-10", task="T1", document=document("1/QĐ", "2026-02-10"), **waiver)
    )

    assert listed(spec.log, "tasks") == []


def test_a_line_has_given_what_its_tasks_were_given(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR))
    paper = document("72/QĐ", "2026-10-30")
    adjusted = {"line": "L-department", "amount": 400_000_000, "reason": "Giảm", "document": paper}
    spec.given(command("adjust_budget_line", "fin", "2026-10-30", **adjusted))
    rows = listed(spec.log, "funding")

    assert [row["line"] for row in rows] == sorted(
        f"L-{payer}" for payer in ["department", "unit", "city", "ministry", "state", "other"]
    )
    assert only(rows, line="L-department") == {
        "line": "L-department",
        "plan": "HP36",
        "year": 2026,
        "payer": "department",
        "unit": None,
        "amount": 400_000_000,
        "allocated": 100_000_000,
        "disbursed": 75_000_000,
        "returned": 25_000_000,
        "left": 325_000_000,
    }
    assert only(rows, line="L-unit")["unit"] == "BV1"


def test_the_greatest_sum_fits(spec: Spec) -> None:
    most = {"line": "L-lớn", "plan": "HP36", "year": 2026, "payer": "state", "purpose": "research"}
    spec.given(*world("HP36"))
    opened = {"amount": MOST_MONEY, "document": document("1", "2026-02-05")}
    spec.given(command("open_budget_line", "fin", "2026-02-05", **most, **opened))

    assert only(listed(spec.log, "funding"), line="L-lớn")["left"] == MOST_MONEY


def test_a_unit_has_its_name_since_registration_its_portal_and_its_office(spec: Spec) -> None:
    spec.given(*world("VP57"))

    assert only(listed(spec.log, "units"), unit="BV1") == {
        "unit": "BV1",
        "name": "Bệnh viện Thử Nghiệm BV1",
        "kind": "hospital",
        "ownership": "public",
        "subordinate": True,
        "plans": ["VP57"],
        "names": [{"name": "Bệnh viện Thử Nghiệm BV1", "from": "2025-03-05", "until": None}],
        "merged_into": None,
        "portal": "https://bv1.example.vn",
        "research_office": "Phòng Nghiên cứu khoa học",
        "leader": None,
        "officer": None,
        "plan_submitted": None,
        "regulation": None,
        "procedure": None,
    }


def test_an_older_decision_recorded_later_leaves_the_newer_office(spec: Spec) -> None:
    spec.given(*world("VP57"))
    for on, office in (("2025-09-01", {"leader": "pi1", "officer": "off1"}), ("2025-06-01", {"office": "Phòng cũ"})):
        spec.given(command("assign_research_office", "off1", on, unit="BV1", **office))
    row = only(listed(spec.log, "units"), unit="BV1")

    assert (row["research_office"], row["leader"], row["officer"]) == ("pi1, off1", "pi1", "off1")


def test_a_renamed_unit_has_each_name_up_to_the_day_before_the_next(spec: Spec) -> None:
    spec.given(*world("VP57"))
    for on, name in (("2025-09-01", "Tên ba"), ("2025-06-01", "Tên hai"), ("2025-09-01", "Tên bốn")):
        spec.given(command("rename_unit", "off1", on, unit="BV1", name=name))
    row = only(listed(spec.log, "units"), unit="BV1")

    assert row["name"] == "Tên bốn"
    assert row["names"] == [
        {"name": "Bệnh viện Thử Nghiệm BV1", "from": "2025-03-05", "until": "2025-05-31"},
        {"name": "Tên hai", "from": "2025-06-01", "until": "2025-08-31"},
        {"name": "Tên bốn", "from": "2025-09-01", "until": None},
    ]


def test_the_portal_is_the_newest_by_date(spec: Spec) -> None:
    spec.given(*world("VP57"))
    for on, name in (("2025-09-01", "moi"), ("2025-06-01", "cu")):
        spec.given(command("set_portal", "off1", on, unit="BV1", portal=f"https://{name}.example.vn"))

    assert only(listed(spec.log, "units"), unit="BV1")["portal"] == "https://moi.example.vn"


def test_a_merged_unit_points_to_its_successor_and_its_name_ends_the_day_before(spec: Spec) -> None:
    merger = {"units": ["BV1"], "into": "BV2", "document": document("74/QĐ", "2025-07-01")}
    spec.given(*world("VP57"), command("merge_units", "admin", "2025-07-01", **merger))
    rows = listed(spec.log, "units")

    assert [(row["unit"], row["merged_into"], row["names"][0]["until"]) for row in rows] == [
        ("BV1", "BV2", "2025-06-30"),
        ("BV2", None, None),
    ]


def test_a_seminar_has_its_reports(spec: Spec) -> None:
    spec.given(*world("VP57"), *life(VP_GRASSROOTS))
    spec.given(changed(step(VP_GRASSROOTS, "hold_seminar"), on="2025-04-10"))
    report = {"presenter": "pi1", "title": "Báo cáo sinh hoạt khoa học", "task": "T1"}

    assert listed(spec.log, "seminars") == [
        {"seminar": f"unit_year:BV1:VP57:2025/{n}", "unit": "BV1", "plan": "VP57", "on": on, "reports": [report]}
        for n, on in ((2, "2025-04-10"), (1, "2025-10-10"))
    ]


@pytest.mark.parametrize("name", REGISTRIES)
def test_a_store_without_facts_has_empty_registries(spec: Spec, name: str) -> None:
    assert listed(spec.log, name) == []
