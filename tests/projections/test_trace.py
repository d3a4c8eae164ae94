"""A row derived back to its events: each with the columns it changed, and the corrections of the entry."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.log import Log
from projections.registries import REGISTRIES
from projections.trace import KEYS, trace
from tests.console.khcn import Khcn
from tests.projections.shelves import append, history, listed
from tests.spec import NOW, Spec
from tests.unityears import initiative
from tests.world import HP_SECTOR, VP_GRASSROOTS, command, document, seminar, story

ON = "2026-11-20"
Json = dict[str, Any]


def steps(rows: list[Json]) -> list[tuple[str, int, str]]:
    return [(row["stream"], row["version"], row["kind"]) for row in rows]


def told(row: Json) -> dict[str, tuple[Any, Any]]:
    return {each["column"]: (each["from"], each["to"]) for each in row["changed"]}


@pytest.fixture
def khcn(spec: Spec, tmp_path: Path) -> Khcn:
    return Khcn(spec.url, tmp_path)


def test_every_registry_can_be_traced() -> None:
    assert list(KEYS) == list(REGISTRIES)


def test_a_task_is_derived_from_its_steps(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR))
    found = trace(spec.log, "tasks", "T1")
    by_kind = {row["kind"]: row for row in found}

    assert [row["stream"] for row in found] == ["task:T1"] * len(found)
    assert [row["version"] for row in found] == list(range(1, len(found) + 1))
    assert found[0]["kind"] == "task_registered"
    assert told(found[0])["title"] == (None, "Đánh giá kết quả điều trị T1")
    assert told(by_kind["task_approved"]) == {
        "state": ("appraised", "approved"),
        "approved": (0, 100_000_000),
        "approved_on": (None, "2026-03-10"),
    }
    assert (by_kind["task_approved"]["on"], by_kind["task_approved"]["document"]) == ("2026-03-10", "88-T1")
    assert told(by_kind["progress_reported"]) == {}


def test_the_changes_add_up_to_the_row(log: Log) -> None:
    append(log, history())
    rows = listed(log, "tasks")

    for row in rows:
        added: Json = {}
        for step in trace(log, "tasks", row["task"]):
            for change in step["changed"]:
                assert added.get(change["column"]) == change["from"]
                added[change["column"]] = change["to"]
        assert {name: value for name, value in added.items() if value != row[name]} == {}
        assert {name for name, value in row.items() if value not in (None, 0, False)} <= set(added)
    assert len(rows) == 6


@pytest.mark.parametrize(
    ("name", "key", "expected"),
    [
        (
            "funding",
            "L-department",
            [
                ("line:L-department", 1, "budget_line_opened"),
                ("task:T1", 4, "task_funded"),
                ("task:T1", 7, "funds_disbursed"),
                ("task:T1", 8, "funds_disbursed"),
                ("task:T1", 13, "funds_returned"),
            ],
        ),
        ("seminars", "BV1", [("unit_year:BV1:VP57:2025", 1, "seminar_held")]),
        ("initiatives", "S1", [("initiative:S1", 1, "initiative_registered")]),
        ("units", "BV2", [("unit:BV2", 1, "unit_registered"), ("unit:BV2", 2, "research_office_assigned")]),
        ("obligations", "BV1", [("unit:BV1", 1, "unit_registered"), ("unit_year:BV1:VP57:2025", 1, "seminar_held")]),
        ("decisions", "99/QT", [("task:T1", 14, "task_closed")]),
    ],
)
def test_each_registry_is_derived(spec: Spec, name: str, key: str, expected: list[tuple[str, int, str]]) -> None:
    spec.given(*story(VP_GRASSROOTS), initiative(plan="VP57"))
    found = steps(trace(spec.log, name, key))

    assert found == expected


def test_a_seminar_is_derived_by_its_unit_or_alone(spec: Spec, khcn: Khcn) -> None:
    spec.given(*story(VP_GRASSROOTS), seminar("2025-06-10"))
    rows = sorted(row["seminar"] for row in listed(spec.log, "seminars"))
    place = "unit_year:BV1:VP57:2025"

    assert rows == [f"{place}/1", f"{place}/2"]
    assert steps(trace(spec.log, "seminars", "BV1")) == [(place, n, "seminar_held") for n in (1, 2)]
    for number, row in enumerate(rows, start=1):
        ran = khcn("registry", "seminars", "--trace", row, "--json")

        assert (ran.code, steps(json.loads(ran.out))) == (0, [(place, number, "seminar_held")])


def test_a_council_is_derived_from_its_sessions_and_what_they_carried(spec: Spec) -> None:
    spec.given(*story(VP_GRASSROOTS))
    kinds = [row["kind"] for row in trace(spec.log, "councils", "HD-BV1")]

    assert kinds == [
        "council_set_up",
        *("session_held", "ballots_cast", "task_appraised"),
        *("session_held", "ballots_cast", "task_accepted"),
    ]


def test_a_council_is_derived_from_what_was_rescinded_too(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="appraised"))
    paper = {"document": document("75/QĐ", ON), "reason": "Nhầm"}
    spec.given(command("rescind", "lead", ON, stream="task:T1", version=2, **paper))
    took, gave_back = trace(spec.log, "councils", "HD-NGANH")[-2:]
    result = {"version": 2, "session": "T1-appraise", "purpose": "appraise", "result": "passed"}

    assert (took["kind"], told(took)) == ("task_appraised", {"stream": (None, "task:T1"), "results": (None, (result,))})
    assert (gave_back["kind"], told(gave_back)) == ("step_rescinded", {"results": ((result,), ())})
    assert "task_appraised" not in [each["kind"] for each in trace(spec.log, "councils", "HD-BV1")]


def test_a_rescission_tells_what_it_took_back(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="approved"))
    paper = {"document": document("75/QĐ", ON), "reason": "Nhầm"}
    spec.given(command("rescind", "lead", ON, stream="task:T1", version=3, **paper))
    last = trace(spec.log, "tasks", "T1")[-1]

    assert last["kind"] == "step_rescinded"
    assert told(last) == {
        "state": ("approved", "appraised"),
        "approved": (100_000_000, 0),
        "approved_on": ("2026-03-10", None),
    }


def test_a_correction_is_told_at_the_entry_that_it_puts_right(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR))
    spec.now = NOW + timedelta(hours=1)
    spec.given(
        command(
            "correct", "lead", ON, stream="task:T1", version=1, field="title", value="Tên đúng", reason="Ghi nhầm",
            document=document("75/QĐ", ON),
        )
    )  # fmt: skip
    first, *rest = trace(spec.log, "tasks", "T1")
    (correction,) = first["corrections"]
    (before, *_) = trace(spec.log, "tasks", "T1", known_at=NOW)

    assert told(first)["title"] == (None, "Tên đúng")
    assert (correction["field"], correction["value"], correction["document"]) == ("title", "Tên đúng", "75/QĐ")
    assert {tuple(row["corrections"]) for row in rest} == {()}
    assert (told(before)["title"][1], before["corrections"]) == ("Đánh giá kết quả điều trị T1", [])


def test_the_derivation_of_a_day_ends_there(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR))

    assert trace(spec.log, "tasks", "T1", as_of=date(2026, 3, 10))[-1]["kind"] == "task_approved"


def test_the_derivation_is_shown_and_told(spec: Spec, khcn: Khcn) -> None:
    spec.given(*story(HP_SECTOR))
    table = khcn("registry", "tasks", "--trace", "T1", "--lang", "vi")
    ran = khcn("registry", "tasks", "--trace", "T1", "--json")

    assert (table.code, "trạng thái: đã thẩm định → đã phê duyệt" in table.out) == (0, True)
    assert json.loads(ran.out) == trace(spec.log, "tasks", "T1")
    assert khcn("registry", "tasks", "--trace", "T1", "--format", "csv").out.count("\r\n") == 14


@pytest.mark.parametrize(("name", "key"), [("tasks", "T9"), ("units", "L-department"), ("decisions", "0/QĐ")])
def test_what_is_not_on_record_has_no_derivation(spec: Spec, khcn: Khcn, name: str, key: str) -> None:
    spec.given(*story(HP_SECTOR))
    ran = khcn("registry", name, "--trace", key)

    assert (ran.code, ran.out) == (5, "")


def test_only_some_registries_are_searched(spec: Spec, khcn: Khcn) -> None:
    spec.given(*story(HP_SECTOR))
    found = json.loads(khcn("registry", "decisions", "--search", "88-t1", "--json").out)

    assert [row["number"] for row in found] == ["88-T1"]
    assert len(json.loads(khcn("registry", "tasks", "--search", "danh gia", "--json").out)) == 1
    assert khcn("registry", "units", "--search", "x").code == 2
