"""Which tasks are listed: by state, unit, plan, level, year and words, in the table as in memory."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

from engine.log import Log
from projections.kernel import Wanted, chosen
from projections.registries import search_words
from projections.store import Tables
from projections.tasks import tasks
from tests.projections.shelves import append, history, listed
from tests.spec import Spec
from tests.world import HP_SECTOR, command, life, new_unit, office, world

TITLES = {
    "T1": "Đánh giá kết quả điều trị 100% ca_bệnh",
    "T2": "Nghiên cứu dịch tễ sốt xuất huyết!",
    "T3": "Ðánh gía Mất NGỦ ở người cao tuổi",  # U+00D0, as some keyboards type it
    "T4": "Danh mục giá thuốc",
}


@pytest.fixture
def titled(spec: Spec) -> Spec:
    """Four registered tasks of two units."""
    spec.given(
        *world("HP36"), *new_unit("Đống-Đa", "2026-02-05", ["HP36"]), office("Đống-Đa", "2026-02-05", "off-Đống-Đa")
    )
    for task, title in TITLES.items():
        people = {"investigator": "pi2", "lead_unit": "BV1"}
        if task == "T4":
            people = {"investigator": "pi-Đống-Đa", "lead_unit": "Đống-Đa", "actor": "off-Đống-Đa"}
        english = {"title_en": "Dengue epidemiology"} if task == "T2" else {}
        spec.given(*life(HP_SECTOR, task, until="registered", title=title, team=[], **people, **english))
    return spec


def found(spec: Spec, text: str) -> list[str]:
    return [row["task"] for row in listed(spec.log, "tasks", wanted=Wanted(words=search_words(text)))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("danh gia", ["T1", "T3", "T4"]),
        ("đánh giá", ["T1", "T3", "T4"]),
        (unicodedata.normalize("NFD", "Đánh giá"), ["T1", "T3", "T4"]),
        ("Ðánh GIÁ", ["T1", "T3", "T4"]),
        ("ðiều", ["T1"]),
        ("giá đánh", ["T1", "T3", "T4"]),
        ("  mat   ngu ", ["T3"]),
        ("danh ngu", ["T3"]),
        ("danh khong", []),
        ("dengue", ["T2"]),
        ("dịch tễ epidemiology", ["T2"]),
        ("pi2", ["T1", "T2", "T3"]),
        ("dong-da", ["T4"]),
        ("bv1 danh", ["T1", "T3"]),
        ("%", ["T1"]),
        ("100%", ["T1"]),
        ("1%", []),
        ("_", ["T1"]),
        ("ca_benh", ["T1"]),
        ("c_benh", []),
        ("!", ["T2"]),
        ("huyet!", ["T2"]),
        ("!%", []),
        ("'", []),
        ("", ["T1", "T2", "T3", "T4"]),
        ("  ", ["T1", "T2", "T3", "T4"]),
    ],
)
def test_a_search_finds_every_task_with_all_its_words(titled: Spec, text: str, expected: list[str]) -> None:
    assert found(titled, text) == expected


@pytest.fixture(scope="module")
def filled(empty_logs: Any) -> Iterator[Log]:
    with empty_logs() as log:
        append(log, history())
        yield log


WANTED = [
    Wanted(equal={"state": "closed"}),
    Wanted(equal={"state": "registered"}),
    Wanted(equal={"lead_unit": "BV1"}),
    Wanted(equal={"lead_unit": "BV9"}),
    Wanted(equal={"plan": "HP36", "level": "sector"}),
    Wanted(equal={"year": 2025}),
    Wanted(equal={"year": 2025, "investigator": "pi2"}),
    Wanted(filled=("recognised_on",)),
    Wanted(filled=("recognised_on", "published_on"), equal={"plan": "VP57"}),
    Wanted(words=("danh", "t3")),
    Wanted(words=("danh",), equal={"plan": "HP36"}, limit=2),
    Wanted(limit=1),
    Wanted(limit=100),
]


@pytest.mark.parametrize("wanted", WANTED, ids=str)
def test_the_table_chooses_as_the_fold_in_memory(filled: Log, wanted: Wanted) -> None:
    with Tables(filled).reading(tasks) as shelf:
        expected = chosen({row.task: row for row in shelf.rows(tasks)}, wanted)

        assert shelf.rows(tasks, wanted) == expected


@pytest.mark.parametrize("wanted", WANTED, ids=str)
def test_what_is_new_is_chosen_with_what_the_table_holds(empty_logs: Any, wanted: Wanted) -> None:
    with empty_logs() as log:
        append(log, history()[:-40])
        Tables(log).catch_up(tasks)
        append(log, history()[-40:])
        with Log.open(log.url, timeout=0.1) as other, log.writer(), Tables(other).reading(tasks) as shelf:
            expected = chosen({row.task: row for row in shelf.rows(tasks)}, wanted)

            assert shelf.rows(tasks, wanted) == expected


def test_the_limit_counts_what_is_left_when_new_facts_take_a_row_out(spec: Spec) -> None:
    spec.given(*world("HP36"), *life(HP_SECTOR, "T1", until="registered"))
    spec.given(*life(HP_SECTOR, "T2", until="registered", investigator="tm1", team=[]))
    Tables(spec.log).catch_up(tasks)
    spec.given(command("return_task", "sec", "2026-02-24", task="T1", reason="Thiếu hồ sơ"))
    wanted = Wanted(equal={"state": "registered"}, limit=1)
    with Log.open(spec.url, timeout=0.1) as other, spec.log.writer(), Tables(other).reading(tasks) as shelf:
        assert [row.task for row in shelf.rows(tasks, wanted)] == ["T2"]
