"""Whatever a decision and a reader ask of the log goes by an index: what it costs does not grow with the log.

The statements are those that were sent, taken down as they were; none is written here a second time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from engine.drivers import HEAD, SELECT_COMMAND, SqliteSession
from engine.postgres import PostgresSession, percent
from projections.registries import registry
from tests.spec import NOW, Spec
from tests.world import HP_SECTOR, before, changed, step, world

GROWS = ("events", "seals", "commands", "states")  # tables with a row for each decision
Asked = dict[str, Any]


@contextmanager
def taken_down(running: Spec, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Spec, Asked]]:
    """The store as a process finds it that knows nothing yet, and every statement it reads with during the block."""
    asked: Asked = {HEAD: [], SELECT_COMMAND: ["c1"]}  # these begin a transaction on PostgreSQL
    fresh = Spec(running.url)

    def noting(method: Callable[..., Any]) -> Callable[..., Any]:
        def noted(self: object, sql: str, values: Any = ()) -> Any:
            asked.setdefault(sql, values)
            return method(self, sql, values)

        return noted

    with monkeypatch.context() as patched:
        for kind in (SqliteSession, PostgresSession):
            for name in ("rows", "found"):
                patched.setattr(kind, name, noting(getattr(kind, name)))
        yield fresh, asked
    fresh.close()


def plan_of(spec: Spec, sql: str, values: Any) -> list[str]:
    """The steps in which the database would answer a statement."""
    if spec.log.dialect == "sqlite":
        with sqlite3.connect(spec.url.removeprefix("sqlite:///")) as connection:
            return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
    # A table is read from its beginning where it is small; only where that is the one way is it a fault.
    with psycopg.connect(spec.url.replace("+psycopg", "")) as there:
        there.execute("SET enable_seqscan = off")
        return [str(row[0]) for row in there.execute(b"EXPLAIN " + percent(sql), values)]


def reads_all(line: str) -> bool:
    """Whether a step goes through a whole table that grows with the log."""
    words = line.replace('"', " ").split()
    sought = "SCAN" if "SCAN" in words else "on" if "Seq Scan on" in line else None
    return sought is not None and words[words.index(sought) + 1] in GROWS


def faults(spec: Spec, asked: Asked) -> list[str]:
    """The statements that read all of a table, but for those that end at its last row."""
    there = [sql for sql in asked if sql.lstrip().upper().startswith(("SELECT", "INSERT", "DELETE", "UPDATE", "WITH"))]
    found = {sql: [line for line in plan_of(spec, sql, asked[sql]) if reads_all(line)] for sql in there}
    return [sql for sql, lines in found.items() if lines and not sql.endswith("LIMIT 1")]


@pytest.fixture
def running(spec: Spec) -> Spec:
    """A task that is about to be funded."""
    return spec.given(*world("HP36"), *before(HP_SECTOR, "fund_task"))


def test_a_decision_asks_by_index(running: Spec, monkeypatch: pytest.MonkeyPatch) -> None:
    with taken_down(running, monkeypatch) as (fresh, asked):
        fresh.given(changed(step(HP_SECTOR, "fund_task"), command_id="c1"))
        fresh.when(changed(step(HP_SECTOR, "fund_task"), command_id="c1")).then_duplicate()

    assert len(asked) > 3
    assert faults(running, asked) == []


def test_whoever_looks_at_a_task_asks_by_index(running: Spec, monkeypatch: pytest.MonkeyPatch) -> None:
    registry(running.log, "tasks", day=NOW.date())
    with taken_down(running, monkeypatch) as (fresh, asked):
        fresh.task("T1")
        fresh.why("T1")
        fresh.why("T1", "fund_task", actor="fin")

    assert len(asked) > 3
    assert faults(running, asked) == []


def test_whoever_lists_a_register_that_is_caught_up_asks_by_index(
    running: Spec, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry(running.log, "tasks", day=NOW.date())
    with taken_down(running, monkeypatch) as (fresh, asked):
        registry(fresh.log, "tasks", day=NOW.date())

    assert faults(running, asked) == []


def test_a_statement_that_reads_everything_is_found(running: Spec) -> None:
    asked: Asked = {"SELECT body FROM events WHERE kind = ?": ["x"], "SELECT data FROM states WHERE position > ?": [1]}

    assert sorted(faults(running, asked)) == sorted(asked)
