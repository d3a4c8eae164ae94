"""How tables catch up with the log: what is new and no more, once, and from zero when their definition changed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from engine.log import Log, Reader, StoreMissing, StoreUnavailable
from projections import folding, store
from projections.kernel import Projection
from projections.rebuild import Rebuild
from projections.registries import REGISTRIES
from projections.rows import definition
from projections.store import Tables
from projections.versions import VERSIONS
from tests.engine.logs import execute, race
from tests.projections.shelves import (
    EVERY,
    append,
    book,
    check,
    everything,
    folded,
    founding,
    history,
    listed,
    live,
    lives,
    positions,
    shelved,
    stored,
)

ROOT = Path(__file__).parents[2]


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
    whole = folding.pages

    def counted(reader: Reader, *limits: Any) -> Iterator[list[Any]]:
        for page in whole(reader, *limits):
            read.extend(row[0] for row in page)
            yield page

    monkeypatch.setattr(folding, "pages", counted)
    Tables(log).catch_up(*EVERY)

    assert read == [len(history())]


def test_a_read_with_nothing_new_writes_nothing(log: Log) -> None:
    append(log, history())
    shelved(log)
    with Log.open(log.url, timeout=0.1) as other, log.writer():
        Tables(other).catch_up(*EVERY)

    check(log)


def test_an_empty_log_needs_no_tables(log: Log) -> None:
    shelved(log)

    assert book(log).tables == set()


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
    names = {"positions": [VERSIONS], "rows": [live(log, each).rows_in for each in EVERY]}
    for name in names.get(gone) or [*names["positions"], *names["rows"]]:
        execute(log.url, f"DROP TABLE {name}")

    check(log)


def rebuilt(log: Log, *projections: Projection[Any], accept: bool = True) -> list[str]:
    """Build projections anew; what became of each."""
    outcomes = Rebuild(log, "here:1:1", lambda *_: False).run(projections, accept=accept)
    return [each.outcome for each in outcomes]


@pytest.mark.parametrize("change", [{"a_step": 2}, {"more": "grade: str | None = None"}], ids=["handler", "column"])
def test_a_table_of_another_definition_stays_till_an_operator_builds_it_anew(
    log: Log, release: Any, change: dict[str, Any]
) -> None:
    append(log, history())
    before = release("tally_before")
    check(log, [before])
    after = release("tally_after", **change)

    assert shelved(log, [after])["tally"] == folded(log, after)
    assert (book(log).stale(after), stored(log, before)) == (True, folded(log, before))
    assert rebuilt(log, after) == ["switched"]
    check(log, [after])


def test_two_releases_side_by_side_each_keep_their_table(
    log: Log, release: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [release("tally_before"), release("tally_after", a_step=2)]
    append(log, history()[:100])
    check(log, both[:1])
    rebuilt(log, both[1])
    append(log, history()[100:])
    for each in both:
        check(log, [each])
    monkeypatch.setattr(folding, "pages", None)

    assert [shelved(log, [each])["tally"] for each in both] == [stored(log, each) for each in both]


def test_of_three_releases_the_first_loses_its_table_and_is_folded_in_memory(log: Log, release: Any) -> None:
    first, second, third = release("tally_1"), release("tally_2", a_step=2), release("tally_3", a_step=3)
    append(log, history())
    shelved(log, [first])
    for each in (second, third):
        rebuilt(log, each)
    left = {(each.definition, each.role) for each in book(log).noted}

    assert left == {(definition(second), "old"), (definition(third), "live")}
    assert shelved(log, [first])["tally"] == folded(log, first)


def test_a_new_version_is_a_new_definition(log: Log, release: Any) -> None:
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
