"""What reports are made of is folded from stand-ins of facts alone: a whole fact costs many times as much to make."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import to_builtins

from engine.envelope import KINDS, Fact, decode
from engine.log import Row
from projections.decoding import fields_of, read_event
from projections.kernel import Projection
from projections.reports.dossiers import adopted, deeds, dossiers, people
from tests.projections.shelves import history
from tests.projections.test_decoding import SAMPLES

EVERY: tuple[Projection[Any], ...] = (dossiers, people, adopted, deeds)


def rows() -> Iterator[Row]:
    """The history, and a sample of every kind that is written as today."""
    yield from history()
    yield from (row for row in SAMPLES if json.loads(row.body)["schema"] == KINDS[row.kind].SCHEMA)


@pytest.mark.parametrize("projection", EVERY, ids=lambda each: each.name)
def test_no_whole_fact_is_made(monkeypatch: pytest.MonkeyPatch, projection: Projection[Any]) -> None:
    expected = projection.fold(decode(row.position, row.stream, row.version, row.body) for row in rows())
    events = [read_event(row) for row in rows()]

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a whole fact was made")

    monkeypatch.setattr(Fact, "model_validate", refuse)

    assert to_builtins(projection.fold(events)) == to_builtins(expected)
    assert len(expected) > 0


@pytest.mark.parametrize("row", SAMPLES, ids=lambda row: row.kind)
def test_both_ways_of_reading_tell_the_same_fields(row: Row) -> None:
    fast, slow = read_event(row), decode(row.position, row.stream, row.version, row.body)

    assert set(fields_of(fast.fact)) == set(fields_of(slow.fact)) == set(KINDS[row.kind].model_fields)
