"""Both ways of reading an event say the same: the stand-ins of a fold, and the models that wrote the log."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from engine import events as e
from engine import fold_task  # noqa: F401 - enters every kind
from engine.envelope import KINDS, BadEvent, Event, UnknownKind, decode
from engine.log import Row
from projections.decoding import read_event, reader_of, stand_in
from projections.folding import Fold
from tests.engine import test_event_shapes
from tests.projections.shelves import EVERY, history, lives

SAMPLES = [
    Row(7, "a:b", 3, json.loads(line)["kind"], "", line)
    for line in Path(test_event_shapes.SAMPLES).read_bytes().splitlines()
]


def told(value: Any) -> Any:
    """What a value says, whichever way it was read; a type that handlers reckon with counts too."""
    if isinstance(value, BaseModel):
        return value.__class__, {name: told(getattr(value, name)) for name in value.__class__.model_fields}
    if isinstance(value, tuple):
        return tuple(told(each) for each in value)
    if isinstance(value, dict):
        return {name: told(each) for name, each in value.items()}
    return type(value), value


def whole(event: Event) -> dict[str, Any]:
    return {name: told(getattr(event, name)) for name in Event.__struct_fields__ if name != "findings"}


@pytest.mark.parametrize("row", SAMPLES, ids=lambda row: row.kind)
def test_a_sample_of_every_kind_says_the_same(row: Row) -> None:
    fast, slow = read_event(row), decode(row.position, row.stream, row.version, row.body)

    old = json.loads(row.body)["schema"] != slow.fact.SCHEMA  # what an old release wrote takes the whole way
    assert (type(fast.fact) is type(slow.fact)) is old, "it was read the slow way"
    assert whole(slow) == whole(fast)
    assert slow.fact.model_dump(mode="json") == fast.fact.model_dump(mode="json")
    assert (slow.fact.KIND, slow.fact.SCHEMA) == (fast.fact.KIND, fast.fact.SCHEMA)
    assert (slow.fact.stream(), slow.fact.touches()) == (fast.fact.stream(), fast.fact.touches())


def test_every_kind_has_a_stand_in() -> None:
    assert set(KINDS) == {row.kind for row in SAMPLES}


@pytest.mark.parametrize("row", history(), ids=lambda row: f"{row.position}-{row.kind}")
def test_whole_lives_say_the_same(row: Row) -> None:
    assert whole(decode(row.position, row.stream, row.version, row.body)) == whole(read_event(row))


@given(st.lists(st.sampled_from(lives()), min_size=1, max_size=3, unique_by=id), st.data())
def test_random_lives_fold_the_same_either_way(chosen: list[list[Row]], data: st.DataObject) -> None:
    rows = [row for life in chosen for row in life[: data.draw(st.integers(1, len(life)))]]
    placed = [row._replace(position=position) for position, row in enumerate([*history()[:40], *rows], 1)]
    fold = Fold(EVERY)
    fold.take(placed)
    slow = [decode(row.position, row.stream, row.version, row.body) for row in placed]

    assert {each.name: each.fold(slow) for each in EVERY} == fold.rows()


def test_a_stand_in_passes_for_its_class_and_no_other() -> None:
    row = next(row for row in SAMPLES if row.kind == "task_appraised")
    fact = read_event(row).fact
    met = [cls for cls in (e.TaskAppraised, e.TaskDecided, e.TaskFact, e.TaskAccepted) if isinstance(fact, cls)]

    assert met == [e.TaskAppraised, e.TaskDecided, e.TaskFact]
    assert fact.__class__ is e.TaskAppraised


def test_numbers_and_days_come_as_handlers_know_them() -> None:
    ballots = read_event(next(row for row in SAMPLES if row.kind == "ballots_cast"))
    assert isinstance(ballots.fact, e.BallotsCast)
    assert [type(ballot.score) for ballot in ballots.fact.ballots] == [Decimal] * len(ballots.fact.ballots)
    assert type(ballots.recorded_at) is datetime
    assert ballots.recorded_at.tzinfo is not None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"kind":"task_closed"}',
        SAMPLES[0].body[:-40],
        SAMPLES[0].body.replace(b'"purpose"', b'"puprose"'),
    ],
)
def test_damaged_bytes_are_told_by_either_way(body: bytes) -> None:
    with pytest.raises(BadEvent, match="position 7"):
        read_event(SAMPLES[0]._replace(body=body))


def test_unknown_kinds_and_schemas_are_told() -> None:
    for old, new in ((b'"kind":"ballots_cast"', b'"kind":"never"'), (b'"schema":1', b'"schema":9')):
        with pytest.raises(UnknownKind, match="position 7"):
            read_event(
                SAMPLES[0]._replace(
                    kind="never" if b"never" in new else "ballots_cast", body=SAMPLES[0].body.replace(old, new)
                )
            )


@pytest.mark.parametrize("text", ['","findings":[', "x],[", '\\"findings\\":['])
def test_a_text_that_looks_like_the_findings_is_only_a_text(text: str) -> None:
    sample = next(row for row in SAMPLES if row.kind == "task_closed")
    body = json.loads(sample.body)
    body["document"] = {"number": text, "date": "2026-05-04", "issuer": text}
    body["findings"] = [{"rule": "house.x", "source": "house", "met": True, "evidence": {"findings": [text], "n": 1}}]
    row = sample._replace(body=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())

    assert whole(decode(row.position, row.stream, row.version, row.body)) == whole(read_event(row))


def test_an_old_schema_is_read_the_whole_way(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.envelope import UPCASTERS, upcaster

    reader_of.cache_clear()
    monkeypatch.setattr(e.BudgetLineAdjusted, "SCHEMA", 2)
    upcaster("budget_line_adjusted", 1)(lambda data: {**data, "amount": data["amount"] * 1000})
    row = next(row for row in SAMPLES if row.kind == "budget_line_adjusted")
    event = read_event(row)
    del UPCASTERS["budget_line_adjusted", 1]
    reader_of.cache_clear()

    assert isinstance(event.fact, e.BudgetLineAdjusted)
    assert event.fact.amount == json.loads(row.body)["data"]["amount"] * 1000


def test_a_stand_in_is_made_once() -> None:
    assert stand_in(e.TaskClosed) is stand_in(e.TaskClosed)
