"""How tables catch up with the log: what is new and no more, once, and from zero when their definition changed."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from engine.envelope import UnknownKind
from engine.log import Log, Reader, Row, StoreMissing, StoreUnavailable
from projections import store
from projections.kernel import Projection
from projections.registries import REGISTRIES
from projections.store import POSITIONS, Tables, table_of
from tests.engine.logs import execute, race
from tests.projections.shelves import (
    EVERY,
    append,
    check,
    everything,
    folded,
    founding,
    history,
    listed,
    lives,
    positions,
    shelved,
    stored,
)

ROOT = Path(__file__).parents[2]
TALLY = """
from engine import events as e
from msgspec import Struct
from projections.kernel import Projection


class Tally(Struct, frozen=True):
    task: str
    steps: int
    {more}


tally = Projection("tally", {version}, Tally, key="task")


@tally.on(e.StepTaken, begins=True)
def _step(row, fact, event):
    return Tally(fact.task, (row.steps if row else 0) + {a_step})


@tally.on(e.TaskClosed)
def _closed(row, fact, event):
    return None
"""


@pytest.fixture
def release(tmp_path: Path) -> Any:
    """A release of the program that declares a projection of its own: steps by task, until it is closed."""

    def load(name: str, *, version: int = 1, a_step: int = 1, more: str = "") -> Projection[Any]:
        path = tmp_path / f"{name}.py"
        path.write_text(TALLY.format(version=version, a_step=a_step, more=more))
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        made: Projection[Any] = module.tally
        return made

    return load


def test_at_every_prefix_of_a_history_the_tables_are_the_fold_from_zero(log: Log) -> None:
    append(log, founding())
    check(log)
    for row in lives()[0]:
        append(log, [row])
        check(log)


def test_chunks_of_any_size_come_to_the_same(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "CHUNK", 7)
    append(log, history())

    check(log)


def test_catching_up_reads_the_new_events_alone(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    *before, last = history()
    append(log, before)
    check(log)
    append(log, [last])
    read: list[int] = []
    whole = Reader.events

    def counted(reader: Reader, **limits: int) -> Iterator[Row]:
        for row in whole(reader, **limits):
            read.append(row.position)
            yield row

    monkeypatch.setattr(Reader, "events", counted)
    Tables(log).catch_up(*EVERY)

    assert read == [len(history())] * len(EVERY)


def test_a_read_with_nothing_new_writes_nothing(log: Log) -> None:
    append(log, history())
    shelved(log)
    with Log.open(log.url, timeout=0.1) as other, log.writer():
        Tables(other).catch_up(*EVERY)

    check(log)


def test_an_empty_log_needs_no_tables(log: Log) -> None:
    shelved(log)
    select, column = store.TABLES_THERE[log.dialect]

    assert log.rows(f"{select} {column} = ?", [POSITIONS]) == []


def test_eight_readers_at_once_fold_nothing_twice(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "CHUNK", 20)
    append(log, founding())
    for life in lives():
        append(log, life)
        expected = {projection.name: folded(log, projection) for projection in EVERY}

        def read() -> dict[str, list[Any]]:
            with Log.open(log.url) as own:
                return shelved(own)

        assert race(8, read) == [expected] * 8
        check(log)


def test_four_processes_at_once_fold_nothing_twice(log: Log) -> None:
    append(log, history())
    program = (
        "import sys; from datetime import date; from engine.log import Log; from projections.registries import *\n"
        "with Log.open(sys.argv[1]) as log:\n"
        "    sys.stdin.read(1)\n"
        "    for name in REGISTRIES: registry(log, name, day=date(2026, 11, 20))"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, log.url], cwd=ROOT, stdin=subprocess.PIPE) for _ in range(4)
    ]
    for process in running:
        process.communicate(b"g", timeout=60)

    assert [process.returncode for process in running] == [0] * 4
    check(log)


def test_readers_and_a_writer_at_once_agree_in_the_end(log: Log) -> None:
    append(log, founding())
    rows = iter([row for life in lives() for row in life])

    def step() -> None:
        for row in rows:
            append(log, [row])
            shelved(log)
            return

    for _ in range(20):
        race(3, lambda: shelved(log))
        step()
    append(log, list(rows))

    check(log)


@pytest.mark.parametrize("gone", ["positions", "rows", "both"])
def test_dropped_tables_lose_nothing(log: Log, gone: str) -> None:
    append(log, history())
    check(log)
    names = {"positions": [POSITIONS], "rows": [table_of(each).name for each in EVERY]}
    for name in names.get(gone) or [*names["positions"], *names["rows"]]:
        execute(log.url, f"DROP TABLE {name}")

    check(log)


@pytest.mark.parametrize("change", [{"a_step": 2}, {"more": "grade: str | None = None"}], ids=["handler", "column"])
def test_a_table_of_another_definition_is_built_anew(log: Log, release: Any, change: dict[str, Any]) -> None:
    append(log, history())
    check(log, [release("tally_before")])
    after = release("tally_after", **change)

    check(log, [after])


def test_two_releases_side_by_side_do_not_build_each_others_tables_anew(
    log: Log, release: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(log, history())
    both = [release("tally_before"), release("tally_after", a_step=2)]
    for each in both:
        check(log, [each])
    monkeypatch.setattr(Reader, "events", None)

    assert [shelved(log, [each])["tally"] for each in both] == [stored(log, each) for each in both]


def test_of_three_releases_the_one_that_fell_behind_loses_its_table(log: Log, release: Any) -> None:
    first, second, third = release("tally_1"), release("tally_2", a_step=2), release("tally_3", a_step=3)
    append(log, history()[:100])
    shelved(log, [first])
    append(log, history()[100:])
    for each in (second, third):
        shelved(log, [each])
    left = {name for [name] in log.rows(f"SELECT rows_in FROM {POSITIONS}")}

    assert left == {table_of(second).name, table_of(third).name}
    check(log, [first])


def test_a_new_version_has_a_table_of_its_own_beside_the_old_one(log: Log, release: Any) -> None:
    append(log, founding() + lives()[0][:-1])
    old, new = release("tally_one"), release("tally_two", version=2, a_step=2)
    check(log, [old])
    [before] = stored(log, old)
    [after] = shelved(log, [new])["tally"]

    assert (before.steps * 2, [before]) == (after.steps, stored(log, old))


def test_a_row_that_a_handler_takes_out_leaves_the_table(log: Log, release: Any) -> None:
    tally = release("tally_closed")
    append(log, founding() + lives()[0][:-1])
    check(log, [tally])
    assert len(stored(log, tally)) == 1
    append(log, lives()[0][-1:])

    check(log, [tally])
    assert stored(log, tally) == []


def test_an_unknown_kind_of_event_stops_the_reading_with_its_position(log: Log) -> None:
    *before, last = history()
    append(
        log, [*before, last._replace(kind="never_heard", body=last.body.replace(last.kind.encode(), b"never_heard", 1))]
    )
    with pytest.raises(UnknownKind, match=f"'never_heard'.* at position {len(history())}"):
        listed(log, "funding")


def test_while_the_store_is_locked_what_is_new_is_folded_in_memory(log: Log) -> None:
    append(log, founding() + lives()[0])
    shelved(log)
    behind = positions(log)
    append(log, lives()[1])
    expected = {projection.name: folded(log, projection) for projection in EVERY}
    with Log.open(log.url, timeout=0.1) as other, log.writer():
        found = shelved(other)

    assert (found, positions(log)) == (expected, behind)
    check(log)


def test_while_the_store_is_locked_from_the_start_everything_is_folded_in_memory(log: Log) -> None:
    append(log, history())
    expected = {projection.name: folded(log, projection) for projection in EVERY}
    with Log.open(log.url, timeout=0.1) as other, log.writer():
        found = shelved(other)

    assert found == expected


@pytest.mark.parametrize("known", [0, 100])
def test_who_may_only_read_sees_the_registries_too(log: Log, postgres_url: str, known: int) -> None:
    if log.dialect == "sqlite":
        pytest.skip("SQLite has no roles")
    append(log, history()[:known])
    shelved(log)
    append(log, history()[known:])
    reader = f"reader_{make_url(log.url).database}"
    with psycopg.connect(log.url.replace("+psycopg", ""), autocommit=True) as database:
        database.execute(f"CREATE ROLE {reader} LOGIN".encode())
        database.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader}".encode())
    with Log.open(log.url.replace("postgres@", f"{reader}@")) as own:
        found = {name: listed(own, name) for name in REGISTRIES}

    assert found == {name: listed(log, name) for name in REGISTRIES}


def test_where_there_is_no_store_nothing_is_made(store_url: str) -> None:
    with Log.open(store_url) as log, pytest.raises(StoreMissing):
        shelved(log)


def test_what_cannot_be_reached_is_told() -> None:
    with Log.open("postgresql://nobody@127.0.0.1:1/nothing") as log, pytest.raises(StoreUnavailable):
        shelved(log)


def test_the_log_is_as_it_was(log: Log) -> None:
    append(log, history())
    shelved(log)

    assert everything(log) == list(history())
