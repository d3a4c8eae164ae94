"""Every event tells the command it came of, so that it can be decided again when something before it is put right."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from engine.commands import Command
from engine.replay import command_of
from tests.properties.checks import events_of, rows_of
from tests.properties.lives import scripts
from tests.properties.stores import copied
from tests.spec import Spec
from tests.world import HP_SECTOR, VP_GRASSROOTS, changed, command, document, eve, seminar, sitting, step, story
from tests.world import Command as Json

FEW = settings(max_examples=max(settings.default.max_examples // 5, 5))  # type: ignore[union-attr]


def head_of(one: Command | None) -> tuple[str, str, str] | None:
    return (one.command, one.actor, one.on.isoformat()) if one else None


@FEW
@given(script=scripts())
def test_an_event_tells_a_command_that_is_well_formed(sqlite_of_both_plans: Path, script: list[Json]) -> None:
    with copied(sqlite_of_both_plans) as url:
        spec = Spec(url)
        founded = len(rows_of(spec.log))
        recorded = [one for one in script if spec.desk.handle(one).outcome == "recorded"]
        told = [head_of(command_of(event)) for event in events_of(rows_of(spec.log)[founded:])]
        spec.close()

        assert [(one["command"], one["actor"], one["on"]) for one in recorded] == told


EMPTY = {
    "no item": (story(HP_SECTOR, "registered"), sitting("appraise", "2026-03-02", items=[])),
    "no dossier": (eve(HP_SECTOR, "submit_for_acceptance"), step(HP_SECTOR, "submit_for_acceptance", dossier=[])),
    "no report": (story(VP_GRASSROOTS, "registered"), changed(seminar("2025-10-10"), reports=[])),
}


@pytest.mark.parametrize("what", EMPTY)
def test_an_empty_list_on_record_does_not_keep_others_from_being_put_right(spec: Spec, what: str) -> None:
    before, empty = EMPTY[what]
    spec.given(*before, empty)
    paper = {"document": document("76/QĐ", "2026-09-05"), "reason": "Nhầm"}
    put_right = {"stream": "task:T1", "version": 1, "field": "title", "value": "Tên khác"}
    spec.when(command("correct", "off1", "2026-09-05", **put_right, **paper))

    spec.then_recorded()
