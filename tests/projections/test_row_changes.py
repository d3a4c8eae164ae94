"""What each kind of event does to a row of each projection, as somebody has read and approved it (row_changes.json).

KHCN_ROWS_UPDATE=1 pytest tests/projections/test_row_changes.py writes the file anew, for you to read and commit."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from engine.envelope import KINDS, Event
from engine.events import StepRescinded
from projections.councils import OutcomesRow
from projections.kernel import Projection
from projections.registries import every
from projections.tasks import TaskRow, Undo
from tests.projections.shelves import events_of, history
from tests.projections.test_decoding import SAMPLES

Json = dict[str, Any]
UPDATE = "KHCN_ROWS_UPDATE" in os.environ  # a test itself sees no setting
APPROVED = Path(__file__).with_name("row_changes.json")
HANDLED = [
    (name, kind) for name, each in every().items() for kind, fact in KINDS.items() if each.rule(fact) is not None
]


@cache
def approved() -> dict[str, dict[str, Json]]:
    found: dict[str, dict[str, Json]] = json.loads(APPROVED.read_text("utf-8"))
    return found


@cache
def first_of(kind: str) -> Event | None:
    """The first event of a kind in the history, or the sample of it."""
    return next((event for event in events_of(history()) if kind == event.fact.KIND), None)


def change(name: str, kind: str) -> Json:
    """What the row was and became, field by field: by its first event in the history, or by the sample of its kind."""
    projection = every()[name]
    event = first_of(kind)
    if event is not None:
        before = projection.fold(each for each in events_of(history()) if each.position < event.position)
        return _told(projection, before, event)
    *_, event = events_of(row for row in SAMPLES if row.kind == kind)  # in the newest shape
    return _told(projection, {key: _like_any(projection, key, event) for key in projection.keys(event)}, event)


def _like_any(projection: Projection[Any], key: str, event: Event) -> Any:
    """A row of the history, under another key; a task with a step that can be rescinded."""
    rule = projection.rule(type(event.fact))
    if rule is not None and rule.begins:
        return None
    rows = projection.fold(events_of(history()))
    row = replace(rows[min(rows)], **{projection.key: key})
    if isinstance(row, TaskRow) and isinstance(event.fact, StepRescinded):
        undo = Undo(event.fact.version, {"state": "appraised", "approved_on": None})
        row = replace(row, undo=(*row.undo, undo), allocated=10**9)
    if isinstance(row, OutcomesRow) and isinstance(event.fact, StepRescinded):
        row = replace(row, results=(replace(row.results[0], version=event.fact.version),))
    return row


def _told(projection: Projection[Any], rows: dict[str, Any], event: Event) -> Json:
    after = dict(rows)
    projection.apply(event, after)
    found: Json = {}
    for key in projection.keys(event):
        was, now = (to_builtins(each[key]) if each.get(key) is not None else {} for each in (rows, after))
        fields = [field for field in now if field not in was or was[field] != now[field]]
        found[key] = {field: [was.get(field), now[field]] for field in fields if field != "undo"}
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]


def test_every_kind_that_a_projection_handles_has_been_approved() -> None:
    if UPDATE:
        fresh: dict[str, dict[str, Json]] = {}
        for name, kind in HANDLED:
            fresh.setdefault(name, {})[kind] = change(name, kind)
        APPROVED.write_text(json.dumps(fresh, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
        approved.cache_clear()

    assert [pair for pair in HANDLED if pair[1] not in approved().get(pair[0], {})] == []
    assert [(name, kind) for name, kinds in approved().items() for kind in kinds if (name, kind) not in HANDLED] == []


@pytest.mark.parametrize(("name", "kind"), HANDLED, ids=lambda each: each)
def test_each_kind_changes_a_row_as_approved(name: str, kind: str) -> None:
    assert change(name, kind) == approved()[name][kind]
