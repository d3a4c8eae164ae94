"""The worked example of docs/plan-format.md is a plan that can be adopted: own state, own steps, own council."""

from __future__ import annotations

import re

from engine.machine import table
from tests.plans.plans import NEXT_YEAR, PANEL, ROOT, plan, workflow

PAGE = ROOT / "docs" / "plan-format.md"


def test_a_step_of_the_plans_own_has_typed_fields() -> None:
    step = workflow("SYT27/sector").steps["review_ethics"]

    assert [(field.name, field.type, field.required) for field in step.fields] == [
        ("committee", "text", True),
        ("certificate", "document", True),
        ("valid_until", "date", True),
        ("participants", "integer", False),
    ]


def test_the_plans_own_state_stands_between_appraisal_and_approval() -> None:
    moves = table(workflow("SYT27/sector"))

    assert moves["appraised", "review_ethics"] == {"": "ethics_reviewed"}
    assert moves["ethics_reviewed", "approve_task"] == {"": "approved"}
    assert ("appraised", "approve_task") not in moves


def test_a_record_of_the_plans_own_leaves_the_state() -> None:
    assert table(workflow("SYT27/sector"))["in_progress", "visit_site"] == {"": "in_progress"}


def test_the_page_shows_the_files_as_they_are() -> None:
    text = PAGE.read_text(encoding="utf-8")
    shown = re.findall(r"```yaml file=(\S+)\n(.*?)```", text, re.DOTALL)

    assert [name for name, _ in shown] == [
        "plan.yaml",
        "clauses.yaml",
        "obligations.yaml",
        "sector.yaml",
        "reports.yaml",
    ]
    for name, body in shown:
        assert (NEXT_YEAR.parent / name).read_text(encoding="utf-8") == body


def test_the_panel_of_twelve_appraises_for_the_department() -> None:
    panel = plan("PANEL")

    assert list(panel.workflows) == ["panel"]
    assert panel.council.seats.needs == {"chair": 1, "secretary": 1, "reviewer": 2}
    assert workflow("PANEL/panel").decides["appraise"].whose == "department"
    assert PANEL.parent.name == "panel"
