"""As of a day, as known at a time: for late entries, corrections and rescissions, beside a reckoning of its own."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.log import Log
from projections.replay import task_then
from tests.properties.lives import put_right, taken_back
from tests.properties.stores import copied
from tests.spec import Spec
from tests.world import HP_SECTOR, story

Json = dict[str, Any]
BEGUN = datetime(2026, 11, 1, tzinfo=UTC)
CLOSED = story(HP_SECTOR)
WORLD = next(place for place, one in enumerate(CLOSED) if one["command"] == "register_task")
FEW = settings(max_examples=max(settings.default.max_examples // 5, 5))  # type: ignore[union-attr]
ACTS = st.lists(st.tuples(st.integers(1, 14), st.integers(0, 6), st.integers(1, 9)), max_size=5)


def raw_events(log: Log) -> list[Json]:
    """The task's events as plain JSON, read past the product."""
    rows = log.rows("SELECT version, body FROM events WHERE stream = 'task:T1' ORDER BY version")
    return [{"version": version, **json.loads(bytes(body))} for version, body in rows]


def reckoned(events: list[Json], day: str, time: str) -> Json | None:
    """The task as a clerk would make it out of the papers: those known by then, as they read by then, one by one."""
    known = [event for event in events if event["recorded_at"] <= time]
    fixes = {event["data"]["version"]: event["data"] for event in known if event["kind"] == "entry_corrected"}
    task: Json | None = None
    steps: list[tuple[int, str, int]] = []
    for event in known:
        fix = fixes.get(event["version"])
        fact, on = (fix["data"], fix["on"]) if fix else (event["data"], event["on"])
        if on > day or event["kind"] == "entry_corrected":
            continue
        if event["kind"] == "task_registered":
            task = {"state": "registered", "title": fact["title"], "end": fact["end"], "allocated": 0, "disbursed": 0}
            task["returned"] = 0
            steps.append((event["version"], "new", 0))
            continue
        assert task is not None
        if event["kind"] == "step_rescinded":
            if steps[-1][0] == fact["version"]:
                _, task["state"], amount = steps.pop()
                task["allocated"] -= amount
            continue
        name = {"task_funded": "allocated", "funds_disbursed": "disbursed", "funds_returned": "returned"}
        if event["kind"] in name:
            task[name[event["kind"]]] += fact["amount"]
        if fact.get("target", task["state"]) != fact.get("source", task["state"]):
            steps.append((event["version"], task["state"], fact["amount"] if event["kind"] == "task_funded" else 0))
            task["state"] = fact["target"]
    return task


def told(task: Json | None) -> Json | None:
    if task is None:
        return None
    money = {name: task["money"][name] for name in ("allocated", "disbursed", "returned")}
    return {"state": task["state"], "title": task["title"], "end": task["end"], **money}


@FEW
@given(acts=ACTS, upto=st.integers(WORLD + 1, len(CLOSED)))
def test_every_pair_of_times_is_as_reckoned(sqlite_of_hp36: Path, acts: list[tuple[int, int, int]], upto: int) -> None:
    with copied(sqlite_of_hp36) as url:
        spec = Spec(url)
        spec.now = BEGUN
        for number, one in enumerate(CLOSED[WORLD:upto]):
            spec.now = BEGUN + timedelta(hours=number)
            assert spec.desk.handle(one).good
        for version, which, days in acts:
            spec.now += timedelta(hours=1)
            on = (date(2026, 11, 1) + timedelta(days=days)).isoformat()
            options = [*put_right("T1", version, on), taken_back("T1", version, on)]
            spec.desk.handle(options[min(which, len(options) - 1)])
        events = raw_events(spec.log)
        times = [*sorted({event["recorded_at"] for event in events})[::4], events[-1]["recorded_at"]]
        days_asked = [*sorted({event["on"] for event in events})[::3], "2026-02-01", "2026-11-20"]
        for time in times:
            for day in days_asked:
                known_at = datetime.fromisoformat(time)
                with spec.log.reader() as reader:
                    found = task_then(reader, "T1", as_of=date.fromisoformat(day), known_at=known_at)
                assert told(found) == reckoned(events, day, time), (day, time)
        spec.close()
