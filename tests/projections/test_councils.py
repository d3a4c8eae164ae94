"""The registry of councils: members by date, sessions, and what came of each item."""

from __future__ import annotations

from datetime import date

from engine.calendar import Calendar
from projections.reports.reporting import report
from tests.projections.shelves import DAY, listed, only
from tests.spec import Spec
from tests.unityears import ballots, initiative, meeting, recognition, registered
from tests.world import (
    DEPARTMENT_MEMBERS,
    HP_CITY,
    HP_SECTOR,
    UNIT_MEMBERS,
    VP_GRASSROOTS,
    VP_PROVINCIAL,
    Command,
    command,
    document,
    eve,
    seats,
    step,
    story,
    world,
)


def test_a_council_has_its_members_by_date_and_its_sessions_with_their_results(spec: Spec) -> None:
    spec.given(*eve(VP_PROVINCIAL, "appraise_task"))
    row = only(listed(spec.log, "councils"), council="HD-NGANH")
    sessions = row.pop("sessions")
    select = {"purpose": "select", "task": "T1", "initiative": None}
    appraise = {"purpose": "appraise", "task": "T1", "initiative": None}

    assert row == {
        "council": "HD-NGANH",
        "name": "Hội đồng HD-NGANH",
        "kind": "sector",
        "unit": None,
        "plan": "VP57",
        "in_force_from": "2025-03-05",
        "in_force_until": None,
        "members": [{**seat, "from": "2025-03-05", "until": None} for seat in seats(DEPARTMENT_MEMBERS)],
    }
    assert sessions == [
        {
            "session": "T1-select",
            "on": "2025-04-05",
            "present": list(DEPARTMENT_MEMBERS),
            "items": [select | {"ballots": 7, "counts": {"yes": 7}, "recused": [], "result": "selected"}],
            "members": 7,
        },
        {
            "session": "T1-appraise",
            "on": "2025-04-20",
            "present": list(DEPARTMENT_MEMBERS),
            "items": [appraise | {"ballots": 7, "counts": {}, "recused": [], "result": None}],
            "members": 7,
        },
    ]


def test_the_results_of_a_council_are_those_its_steps_took(spec: Spec) -> None:
    spec.given(*story(VP_GRASSROOTS))
    results = {
        item["purpose"]: item["result"]
        for row in listed(spec.log, "councils")
        for session in row["sessions"]
        for item in session["items"]
    }

    assert results == {"appraise": "passed", "accept": "excellent", "recognise": "recognised"}


def results(spec: Spec, council: str, **asked: date) -> dict[str, str | None]:
    """Session -> what came of its one item."""
    row = only(listed(spec.log, "councils", **asked), council=council)
    assert isinstance(row["sessions"], list)
    return {session["session"]: session["items"][0]["result"] for session in row["sessions"]}


def rescission(version: int, on: str) -> Command:
    paper = {"document": document("75/QĐ-SYT", on), "reason": "Ghi nhầm"}
    return command("rescind", "lead", on, stream="task:T1", version=version, **paper)


def test_a_rescinded_step_is_no_result_of_its_session_any_more(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="appraised"), rescission(2, "2026-03-04"))

    assert results(spec, "HD-NGANH") == {"T1-appraise": None}
    assert results(spec, "HD-NGANH", as_of=date(2026, 3, 3)) == {"T1-appraise": "passed"}


def test_a_step_taken_again_is_the_result_of_its_session_again(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="appraised"), rescission(2, "2026-03-04"))
    spec.given(step(HP_SECTOR, "appraise_task", on="2026-03-05"))

    assert results(spec, "HD-NGANH") == {"T1-appraise": "passed"}


def test_an_earlier_session_keeps_its_result_when_a_later_step_is_rescinded(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="accepted"))
    newest = spec.task("T1")["version"]
    spec.given(rescission(newest, "2026-09-22"))

    assert results(spec, "HD-NGANH") == {"T1-appraise": "passed", "T1-accept": None}


def test_a_recognised_initiative_is_the_result_of_its_session(spec: Spec) -> None:
    spec.given(*registered(), meeting(), ballots())

    assert results(spec, "HD-NGANH") == {"P-S1": None}

    spec.given(recognition())

    assert results(spec, "HD-NGANH") == {"P-S1": "recognised"}


def test_an_outside_bodys_decision_is_no_result_of_a_council(spec: Spec) -> None:
    spec.given(*story(HP_CITY, until="accepted"))

    assert results(spec, "HD-NGANH") == {}


def test_registry_and_report_agree_on_what_sessions_came_to(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="accepted"), initiative(), meeting(), ballots(), recognition())
    spec.given(rescission(spec.task("T1")["version"], "2026-09-22"))
    told = report(spec.log, "council-activity", "HP36", "2026", today=DAY, calendar=Calendar())
    [section] = [each for each in told.sections if each.name == "sessions"]
    decided = [session for session, result in results(spec, "HD-NGANH").items() if result is not None]

    assert sorted(decided) == ["P-S1", "T1-appraise"]
    assert sorted(row["session"] for row in section.rows if row["result"] is not None) == sorted(decided)


def test_who_leaves_a_council_sat_in_it_up_to_the_day_before(spec: Spec) -> None:
    paper = document("73/QĐ", "2026-03-02")
    change = {"council": "HD-BV1", "out": "b5", "in": {"person": "tm1", "role": "member"}, "document": paper}
    spec.given(*world("HP36"), command("change_council_member", "sec", "2026-03-02", **change))
    members = only(listed(spec.log, "councils"), council="HD-BV1")["members"]

    assert isinstance(members, list)
    assert [seat["person"] for seat in members] == [*UNIT_MEMBERS, "tm1"]
    assert members[-2:] == [
        {"person": "b5", "role": "member", "from": "2026-02-05", "until": "2026-03-01"},
        {"person": "tm1", "role": "member", "from": "2026-03-02", "until": None},
    ]
