"""The registry of publications: what is recognised and waits, what is published and how long it waited."""

from __future__ import annotations

import pytest

from tests.projections.shelves import listed
from tests.spec import Spec
from tests.world import HP_SECTOR, VP_GRASSROOTS, command, story, world


def test_a_recognised_task_waits_for_its_publication(spec: Spec) -> None:
    spec.given(*story(VP_GRASSROOTS, until="recognised"))

    assert listed(spec.log, "publications") == [
        {
            "task": "T1",
            "state": "recognised",
            "recognised_on": "2026-04-10",
            "published_on": None,
            "url": None,
            "days_waiting": 224,
        }
    ]


def test_a_published_task_has_waited_from_recognition_to_publication(spec: Spec) -> None:
    spec.given(*story(VP_GRASSROOTS))
    [row] = listed(spec.log, "publications")

    assert (row["state"], row["published_on"], row["url"], row["days_waiting"]) == (
        "closed",
        "2026-05-05",
        "https://bv1.example.vn/khcn/T1",
        25,
    )


def test_a_task_published_without_recognition_has_not_waited(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR))
    [row] = listed(spec.log, "publications")

    assert (row["recognised_on"], row["published_on"], row["days_waiting"]) == (None, "2026-10-05", None)


def test_an_accepted_task_is_no_publication_yet(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="accepted"))

    assert listed(spec.log, "publications") == []


@pytest.mark.parametrize(
    ("state", "facts"),
    [("recognised", {}), ("published", {}), ("closed", {"published_url": "https://bv1.example.vn/C1"})],
)
def test_an_imported_result_without_its_day_is_on_the_list(spec: Spec, state: str, facts: dict[str, str]) -> None:
    told = {"plan": "VP57", "level": "grassroots", "year": 2024, "title": "Đề tài cũ", "lead_unit": "BV1"}
    source = {"file": "cu.xlsx", "sheet": "A", "row": 2, "sha256": "0" * 64}
    old = command("import_task", "sec", "2025-06-02", task="C1", state=state, facts=facts, source=source, **told)
    spec.given(*world("VP57"), old)
    [row] = listed(spec.log, "publications")

    assert (row["task"], row["state"], row["recognised_on"], row["days_waiting"]) == ("C1", state, None, None)
