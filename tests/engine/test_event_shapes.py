"""Event shapes are frozen: what the log holds today must be read by every release to come."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine import events, fold_task  # noqa: F401 - enters every kind and every fold
from engine.envelope import KINDS, UPCASTERS, Event, Json, UnknownKind, decode, encode, upcast, upcaster
from engine.events import BudgetLineAdjusted
from tools.event_shapes import GOLDEN, shapes

SAMPLES = Path(__file__).with_name("event_samples.jsonl")


def test_shapes_are_as_released() -> None:
    released = json.loads(GOLDEN.read_text("utf-8"))

    assert {name: released.get(name) for name in shapes()} == shapes(), (
        "a released shape changed: give the kind a new SCHEMA and an upcaster instead"
    )


def samples() -> list[Json]:
    return [json.loads(line) for line in SAMPLES.read_text("utf-8").splitlines()]


def test_every_kind_has_a_stored_sample() -> None:
    assert {sample["kind"] for sample in samples()} == set(KINDS)


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: f"{sample['kind']}.{sample['schema']}")
def test_a_stored_event_is_read_and_written_as_it_was(sample: Json) -> None:
    body = json.dumps(sample, ensure_ascii=False, separators=(",", ":")).encode()
    now = json.dumps({**sample, "schema": KINDS[sample["kind"]].SCHEMA}, ensure_ascii=False, separators=(",", ":"))

    assert encode(decode(1, "a:b", 1, body)) == now.encode()


def test_an_old_schema_is_brought_up_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BudgetLineAdjusted, "SCHEMA", 3)
    upcaster("budget_line_adjusted", 1)(lambda data: {**data, "reason": "không ghi"})
    upcaster("budget_line_adjusted", 2)(lambda data: {**data, "amount": data["amount"] * 1000})

    fact = upcast("budget_line_adjusted", 1, {"line": "L", "amount": 5}, 7)

    assert fact == BudgetLineAdjusted(line="L", amount=5000, reason="không ghi")
    for schema in (1, 2):
        del UPCASTERS["budget_line_adjusted", schema]


@pytest.mark.parametrize(("kind", "schema"), [("task_knighted", 1), ("budget_line_adjusted", 9)])
def test_an_unknown_kind_or_schema_names_the_position(kind: str, schema: int) -> None:
    with pytest.raises(UnknownKind, match="position 7"):
        upcast(kind, schema, {}, 7)


def test_a_cold_process_reads_every_kind() -> None:
    code = (
        "import sys, json\nfrom engine.log import Log\nfrom engine.entries import events_of\n"
        "from engine.envelope import decode\n"
        "print(sum(1 for line in open(sys.argv[1], 'rb') if decode(1, 'a:b', 1, line.strip())))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(SAMPLES)], capture_output=True, text=True, check=False)

    assert (done.stdout.strip(), done.stderr) == (str(len(samples())), "")


def test_recording_times_are_written_so_that_text_order_is_time_order() -> None:
    fact = BudgetLineAdjusted(line="L", amount=1, reason="x")
    times = [datetime(2026, 1, 1, 0, 0, 0, micro, tzinfo=UTC) for micro in (0, 1, 500_000)]
    bodies = [
        json.loads(encode(Event(1, "line:L", 1, fact, date(2026, 1, 1), time, "a", None, "adjust_budget_line")))
        for time in times
    ]

    assert [body["recorded_at"] for body in bodies] == sorted(body["recorded_at"] for body in bodies)
