"""Plans as they are read: lists, clauses, workflows and pages."""

from __future__ import annotations

import json

import pytest

from tests.plans.plans import plan
from workflows.load import content, digest
from workflows.pages import plan_page
from workflows.show import plan_clauses, plan_list, plan_show, plan_workflow


def test_plans_are_listed_by_id() -> None:
    rows = plan_list([plan("VP57"), plan("HP36")])

    assert [(row["plan"], row["number"], row["issued_on"], row["digest"]) for row in rows] == [
        ("HP36", "36/KH-SYT", "2026-02-04", digest(plan("HP36"))),
        ("VP57", "57/KH-SYT", "2025-03-03", digest(plan("VP57"))),
    ]


def test_a_clause_says_what_carries_it_and_how_we_read_it() -> None:
    (row,) = [row for row in plan_clauses(plan("VP57")) if row["id"] == "VP57-III.3.2"]

    assert {key: row[key] for key in ("id", "kind", "text", "carried_by", "reading")} == {
        "id": "VP57-III.3.2",
        "kind": "rule",
        "text": {
            "vi": "Tổ chức, cá nhân đăng ký thực hiện nhiệm vụ phải chủ trì báo cáo sinh hoạt KHCN",
            "en": "Whoever registers to carry out a research task must preside over a science-seminar report.",
        },
        "carried_by": ["rule seminar_report", "registry seminars"],
        "reading": (
            "The plan names no moment. We require it before acceptance and show it as an open duty from"
            " registration on."
        ),
    }


@pytest.mark.parametrize("name", ["VP57", "HP36", "SYT27"])
def test_everything_shown_is_json(name: str) -> None:
    shapes = [plan_list([plan(name)]), plan_show(plan(name)), plan_clauses(plan(name))]
    shapes += [plan_workflow(plan(name), level) for level in plan(name).workflows]

    assert json.loads(json.dumps(shapes)) == shapes


def test_a_workflow_shows_steps_with_rules_and_sources() -> None:
    shape = plan_workflow(plan("HP36"), "sector")
    (closing,) = [step for step in shape["steps"] if step["step"] == "close_task"]

    assert shape["chain"][-1] == "closed"
    assert closing["moves"] == {"published": "closed", "accepted": "closed"}
    assert [(rule["id"], rule["source"]) for rule in closing["rules"]] == [
        ("house.four_eyes", "house"),
        ("HP36-III.1.2.c", "plan"),
    ]


def test_a_level_that_the_plan_does_not_have_is_an_error() -> None:
    with pytest.raises(KeyError):
        plan_workflow(plan("HP36"), "provincial")


@pytest.mark.parametrize("name", ["VP57", "HP36", "SYT27", "PANEL"])
def test_the_page_of_a_plan_has_a_chart_for_each_workflow_and_a_row_for_each_clause(name: str) -> None:
    page = plan_page(plan(name))

    assert page.count("```mermaid") == len(plan(name).workflows)
    assert [clause.id for clause in plan(name).clauses if f"\n| {clause.id} | {clause.kind} |" not in page] == []


def test_content_is_canonical() -> None:
    data = content(plan("HP36"))

    assert data == json.dumps(json.loads(data), separators=(",", ":"), ensure_ascii=False).encode()
