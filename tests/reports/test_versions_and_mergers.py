"""Reports where the plan got a new version meanwhile, or a unit was merged: no task and no month is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.console.khcn import Khcn
from tests.reports.test_report_command import told
from tests.rules.merging import merger
from tests.spec import NOW, Spec, adopt, builtin_contents, rename_states
from tests.world import HP_SECTOR, changed, command, seminar, story, world


def section(made: Any, name: str) -> list[Any]:
    return next(list(each["rows"]) for each in made["sections"] if each["section"] == name)


def test_a_task_in_a_state_that_the_newest_version_lacks_is_counted(spec: Spec, khcn: Khcn) -> None:
    spec.given(*story(HP_SECTOR, "approved"))
    rename_states(spec, "HP36", approved="granted")
    made = told(khcn, "HP36", "year", "2026")

    assert {row["state"]: row["total"] for row in section(made, "standing") if row["total"]} == {"approved": 1}
    assert {row["state"]: row["total"] for row in section(made, "progress")}["approved"] == 1
    stages = section(told(khcn, "HP36", "stages", "2026"), "stages")
    assert [row["state"] for row in stages] == ["registered", "appraised"]


def test_a_task_of_a_level_that_the_newest_version_lacks_is_counted(spec: Spec, khcn: Khcn) -> None:
    spec.given(*story(HP_SECTOR, "approved"))
    content = next(content for ident, content, _ in builtin_contents() if ident == "HP36")
    adopt(spec, "HP36", workflows={name: each for name, each in content["workflows"].items() if name != "sector"})
    made = told(khcn, "HP36", "year", "2026")

    assert [row["level_sector"] for row in section(made, "standing") if row["state"] == "approved"] == [1]


def test_a_report_of_the_past_is_made_by_the_version_that_governed_its_day(spec: Spec, khcn: Khcn) -> None:
    spec.given(*world("VP57"))
    before = told(khcn, "VP57", "half-year", "2026-H1")
    spec.now = NOW + timedelta(days=1)
    adopt(spec, "VP57", obligations=[])

    assert told(khcn, "VP57", "half-year", "2026-H1") == before
    assert section(told(khcn, "VP57", "half-year", "2026-H1", "--as-of", "2026-11-21"), "obligations") == []


def test_the_seminars_of_a_unit_that_was_merged_since_are_its_own(spec: Spec, khcn: Khcn) -> None:
    held = changed(seminar("2025-06-30", task=None), unit="BV1")
    spec.given(*world("VP57"), held, merger("2025-07-01"))
    made = told(khcn, "VP57", "half-year", "2025-H1", "--as-of", "2025-07-04")
    rows = {row["unit"]: (row["held"], row["missed"]) for row in section(made, "seminars")}
    names = {row["unit_name"] for row in section(made, "obligations")}

    months = [f"2025-0{month}" for month in (3, 4, 5, 6)]
    assert rows == {"BV1": (["2025-06"], months[:3]), "BV2": ([], months)}
    assert len(names) == 2


@pytest.mark.parametrize(("lang", "said"), [("en", "Visit the place: 1"), ("vi", "Thăm nơi làm: 1")])
def test_an_assignment_that_a_step_of_the_plans_own_carries_tells_how_often_it_was_taken(
    spec: Spec, khcn: Khcn, lang: str, said: str
) -> None:
    content = next(content for ident, content, _ in builtin_contents() if ident == "HP36")
    visit = {
        "moves": {"appraised": "stay"},
        "roles": ["secretary"],
        "title": {"vi": "Thăm nơi làm", "en": "Visit the place"},
    }
    content["workflows"]["sector"]["steps"]["visit"] = visit
    clause = next(each for each in content["clauses"] if each["kind"] == "assignment")
    clause["carried"] = ["step visit"]
    adopt(spec, "HP36", workflows=content["workflows"], clauses=content["clauses"])
    spec.given(*story(HP_SECTOR, "appraised"), command("visit", "sec", "2026-03-04", task="T1"))
    rows = section(told(khcn, "HP36", "year", "2026", "--lang", lang), "assignments")

    assert [row["records"] for row in rows if row["clause"] == clause["id"]] == [[said]]
