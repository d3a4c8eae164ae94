"""Who enters a value that the report on targets will not use is told so at once, and what it shows instead."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from engine.desk import Result
from engine.measures import COUNTED, counted
from projections.reports.ground import Ground
from projections.reports.targets import measuring
from tests.console.khcn import Khcn
from tests.plans.plans import plan
from tests.spec import Spec, adopt
from tests.unityears import gathering, measure
from tests.world import world

DAY = "2026-05-11"
LEVELS = {name: f"units_with_{name}_task" for name in ("grassroots", "provincial", "sector", "city", "panel")}


def entered(spec: Spec, value: Any, plan: str = "VP57", **fields: Any) -> Result:
    spec.when(measure(DAY, value, plan, **fields)).then_recorded()
    assert spec.result is not None
    return spec.result


@pytest.mark.parametrize("name", ["VP57", "HP36", "SYT27", "PANEL"])
def test_what_is_said_to_be_counted_is_what_the_report_counts(name: str) -> None:
    ground = Ground(cast(Any, None), plan(name), *(cast(Any, None),) * 4)
    told = {clause.target.measure for clause in plan(name).clauses if clause.target}
    asked = {*COUNTED, *LEVELS.values(), *told}

    assert {each for each in asked if counted(each, plan(name))} == {each for each in asked if measuring(ground, each)}
    assert {each for each in LEVELS if counted(LEVELS[each], plan(name))} == LEVELS.keys() & plan(name).workflows.keys()


def test_a_value_that_events_tell_is_recorded_and_told_to_be_unused(spec: Spec) -> None:
    spec.given(*world("VP57"))
    told = {
        name: [note.render("en") for note in entered(spec, 4, measure=name).notes]
        for name in ("department_conferences", "units_with_provincial_task")
    }

    assert told == {
        "department_conferences": [
            (
                "4 is on record, but the report on targets does not use it: department_conferences is counted from"
                " events. The report shows how many conferences of the Department itself are on record for the year."
            )
        ],
        "units_with_provincial_task": [
            (
                "4 is on record, but the report on targets does not use it: units_with_provincial_task is counted from"
                " events. The report shows how many units lead a task of the provincial level that was approved."
            )
        ],
    }


def test_of_a_value_for_one_unit_and_of_one_without_a_target_it_is_told_too(spec: Spec) -> None:
    spec.given(*world("VP57"))
    [of_a_unit] = entered(spec, 1, measure="smart_hospitals", unit="BV1").notes
    [of_no_target] = entered(spec, 1, "HP36", measure="units_with_plan").notes

    assert of_a_unit.render("en") == (
        "1 is on record for the unit BV1, but the report on targets shows smart_hospitals for the whole alone: the"
        " newest value that is entered without a unit."
    )
    assert of_no_target.render("en") == (
        "1 is on record, but the plan HP36 has no target of units_with_plan: the report on targets lacks it."
    )


@pytest.mark.parametrize("fields", [{}, {"unit": "percent"}, {"unit": "count"}])
def test_of_a_value_that_the_report_takes_nothing_is_told(spec: Spec, fields: dict[str, str]) -> None:
    spec.given(*world("VP57"))

    assert entered(spec, 3, measure="smart_hospitals", **fields).notes == ()


def test_a_target_that_an_older_version_states_is_one(spec: Spec) -> None:
    """A value may be entered late, for a report of the time before."""
    spec.given(*world("VP57"))
    adopt(spec, "VP57", clauses=[], reports={})
    [note] = entered(spec, 3, measure="department_conferences").notes

    assert entered(spec, 3, measure="smart_hospitals").notes == ()
    assert "is counted from events" in note.render("en")


def test_what_was_told_is_what_the_report_shows(spec: Spec, khcn: Khcn) -> None:
    spec.given(*world("VP57"))
    held = [gathering("record_conference", "2025-05-11", "VP57", title=f"Hội nghị {number}") for number in range(2)]
    asked = measure(DAY, 77, "VP57", measure="department_conferences")
    [result] = khcn("record", khcn.lines([asked]), "--json", "--lang", "vi").results[-1:]
    spec.given(*held)
    told = json.loads(khcn("report", "targets", "--plan", "VP57", "--period", "2026", "--json").out)["sections"][0][
        "rows"
    ]

    assert (result["outcome"], result["refusals"], result["errors"]) == ("recorded", [], [])
    assert "được tính từ" in result["notes"][0]
    assert [(row["how"], row["measured"]) for row in told if row["measure"] == "department_conferences"] == [
        ("events", 2)
    ]


def test_a_dry_run_tells_it_too_and_the_screen_marks_it(spec: Spec, khcn: Khcn) -> None:
    spec.given(*world("VP57"))
    asked = khcn.lines([measure(DAY, 77, "VP57", measure="department_conferences")])
    [tried] = khcn("record", asked, "--dry-run", "--json").results

    assert (tried["outcome"], len(tried["notes"])) == ("recorded", 1)
    assert "  ! 77 is on record, but" in khcn("record", asked).out
