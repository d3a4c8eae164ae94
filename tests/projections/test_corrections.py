"""A corrected entry reads as it should in every registry from then on, and as it did for what was known before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine.log import Log
from projections import store
from projections.kernel import Wanted
from projections.registries import REGISTRIES, search_words
from tests.projections.shelves import EVERY, check, folded, listed, shelved
from tests.spec import NOW, Spec
from tests.world import HP_SECTOR, VP_GRASSROOTS, Command, command, document, story

ON = "2026-11-20"
TITLE = {"stream": "task:T1", "version": 1, "field": "title", "value": "Dịch tễ sốt xuất huyết"}


def correct(**fields: Any) -> Command:
    return command("correct", "lead", ON, reason="Ghi nhầm", document=document("75/QĐ", ON), **{**TITLE, **fields})


@pytest.fixture
def told(spec: Spec) -> Spec:
    """A closed task, whose tables are caught up."""
    spec.given(*story(HP_SECTOR))
    check(spec.log)
    return spec


def test_a_corrected_title_is_shown_and_found(told: Spec) -> None:
    told.given(correct())
    check(told.log)

    assert [row["title"] for row in listed(told.log, "tasks")] == [TITLE["value"]]
    assert len(listed(told.log, "tasks", wanted=Wanted(words=search_words("dich te")))) == 1
    assert listed(told.log, "tasks", wanted=Wanted(words=search_words("danh gia"))) == []


def test_what_followed_from_a_corrected_entry_is_as_it_was(told: Spec) -> None:
    before = {name: listed(told.log, name) for name in REGISTRIES}
    before["tasks"][0]["title"] = TITLE["value"]
    told.given(correct())
    after = {name: listed(told.log, name) for name in REGISTRIES}

    # The correction rests on a document of its own, of the newest day.
    (own,) = [row for row in after["decisions"] if row not in before["decisions"]]
    assert (own["number"], after["decisions"].pop(after["decisions"].index(own))["did"][0]["kind"]) == (
        "75/QĐ",
        "entry_corrected",
    )
    assert after == before


def test_what_was_known_before_the_correction_is_as_it_was_wrong(told: Spec) -> None:
    before = {name: listed(told.log, name) for name in REGISTRIES}
    told.now = NOW + timedelta(minutes=1)
    told.given(correct())

    assert {name: listed(told.log, name, known_at=NOW) for name in REGISTRIES} == before
    assert listed(told.log, "tasks", known_at=told.now)[0]["title"] == TITLE["value"]


def test_a_day_in_the_past_is_told_as_it_is_known_now(told: Spec) -> None:
    told.given(correct())

    assert [row["title"] for row in listed(told.log, "tasks", as_of=date(2026, 3, 1))] == [TITLE["value"]]


def test_a_corrected_day_is_the_day_of_the_step(told: Spec) -> None:
    told.given(correct(version=told.task("T1")["version"], field="on", value="2026-10-21"))
    check(told.log)
    [row] = listed(told.log, "tasks")

    assert row["closed_on"] == "2026-10-21"
    assert listed(told.log, "tasks", as_of=date(2026, 10, 20))[0]["closed_on"] is None


def test_of_two_corrections_of_one_entry_the_newer_stands(told: Spec) -> None:
    told.given(correct(), correct(value="Tên đúng hẳn"))
    check(told.log)
    told.given(correct(value="Tên đúng nhất"))
    check(told.log)

    assert [row["title"] for row in listed(told.log, "tasks")] == ["Tên đúng nhất"]


def test_a_corrected_line_has_its_right_amount(told: Spec) -> None:
    told.given(correct(stream="line:L-department", field="amount", value=600_000_000))
    check(told.log)
    [row] = [row for row in listed(told.log, "funding") if row["line"] == "L-department"]

    assert (row["amount"], row["allocated"], row["left"]) == (600_000_000, 100_000_000, 525_000_000)


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_tables_built_after_the_correction_read_it_too(spec: Spec, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(store, "CHUNK", chunk)
    spec.given(*story(VP_GRASSROOTS), correct())

    check(spec.log)


def test_while_the_store_is_locked_the_correction_is_read_in_memory(told: Spec) -> None:
    told.given(correct())
    expected = {projection.name: folded(told.log, projection) for projection in EVERY}
    with Log.open(told.url, timeout=0.1) as other, told.log.writer():
        found = shelved(other)

    assert found == expected
