"""What the log promises to those who write and read it, kept on SQLite and on PostgreSQL."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.log import Conflict, KnownCommand, Log, RefusalRow, Row
from engine.store import SCHEMA
from tests.engine.logs import AT, append, fact, positions, race

ROOT = Path(__file__).parents[2]


@pytest.fixture
def log(store_url: str) -> Iterator[Log]:
    with Log.open(store_url) as opened:
        opened.create()
        yield opened


def test_what_is_appended_is_read_back(log: Log) -> None:
    rows = [fact(1, body="đề tài\0".encode()), fact(2, "unit:BV1", 1), fact(3, version=2)._replace(recorded_at="")]
    known = KnownCommand("c1", "d1", 1, "task:T1", 1)
    with log.writer() as writer:
        writer.append(rows, {"task:T1": (3, b"folded"), "unit:BV1": (2, b"")}, [known])

    with log.reader() as reader:
        assert list(reader.events()) == rows
        assert list(reader.stream("task:T1")) == [rows[0], rows[2]]
        assert list(reader.stream("task:T1", after=1)) == [rows[2]]
        assert (reader.version("task:T1"), reader.version("unit:BV1"), reader.version("unit:BV2")) == (2, 1, 0)
        assert reader.states(["task:T1", "unit:BV1", "unit:BV2"]) == {"task:T1": b"folded", "unit:BV1": b""}
        assert (reader.commands(["c1"]).get("c1"), reader.commands(["c2"]).get("c2")) == (known, None)
        assert reader.commands(["c2", "c1"]) == {"c1": known}
        assert reader.head() == (3, "")


def test_an_empty_log_has_an_empty_head(log: Log) -> None:
    with log.reader() as reader:
        assert reader.head() == (0, "")
        assert list(reader.events()) == []
        assert reader.states([]) == {}


def test_the_writer_sees_what_it_wrote(log: Log) -> None:
    with log.writer() as writer:
        writer.append([fact(1)], {"task:T1": (1, b"a")}, [KnownCommand("c1", "d1", 1, "task:T1", 1)])
        writer.append([fact(2)], {"task:T1": (2, b"b")})

        assert writer.head() == (2, AT)
        assert writer.states(["task:T1"]) == {"task:T1": b"b"}
        assert writer.version("task:T1") == 2
        assert writer.commands(["c1"]).get("c1") == KnownCommand("c1", "d1", 1, "task:T1", 1)


@pytest.mark.parametrize("count", [99, 100, 101, 750])
def test_many_rows_are_appended_at_once(log: Log, count: int) -> None:
    rows = [fact(n + 1) for n in range(count)]
    states = {f"task:T{n}": (n, str(n).encode()) for n in range(count)}
    known = [KnownCommand(f"c{n}", "d", n + 1, "task:T1", n + 1) for n in range(count)]
    with log.writer() as writer:
        writer.append(rows, states, known)

    with log.reader() as reader:
        assert list(reader.events()) == rows
        assert reader.states(list(states)) == {key: data for key, (_, data) in states.items()}
        assert reader.commands([k.command_id for k in known]) == {k.command_id: k for k in known}


@pytest.mark.parametrize(
    ("after", "upto", "expected"), [(0, None, [1, 2, 3, 4, 5]), (2, 4, [3, 4]), (5, 9, []), (3, 3, [])]
)
@pytest.mark.parametrize("size", [1, 2, 5, 2000])
def test_events_are_read_in_pages_between_positions(
    log: Log, after: int, upto: int | None, expected: list[int], size: int
) -> None:
    append(log, *(fact(n) for n in range(1, 6)))

    with log.reader() as reader:
        pages = list(reader.pages(after=after, upto=upto, size=size))
        assert [row.position for page in pages for row in page] == expected
        assert [row.position for row in reader.events(after=after, upto=upto)] == expected
    assert max(map(len, pages), default=0) <= size


def test_a_long_stream_is_read_to_its_end(log: Log) -> None:
    append(log, *(fact(n) for n in range(1, 4502)))

    with log.reader() as reader:
        assert [row.version for row in reader.stream("task:T1")] == list(range(1, 4502))


@pytest.mark.parametrize(
    "rows",
    [
        [fact(2, version=1)],
        [fact(1, version=2)],
        [fact(3, version=2)],
        [fact(2), fact(3, version=2)],
        [fact(2), fact(2, "x")],
    ],
    ids=["version", "position", "gap", "second row", "position twice"],
)
def test_what_is_taken_is_a_conflict_and_nothing_is_kept(log: Log, rows: list[Row]) -> None:
    append(log, fact(1))

    with pytest.raises(Conflict) as caught, log.writer() as writer:
        writer.append(rows, {"task:T1": (2, b"x")})
    assert caught.value.exit_code == 4
    with log.reader() as reader:
        assert (list(reader.events()), reader.states(["task:T1"])) == ([fact(1)], {})


def test_a_command_id_is_used_once(log: Log) -> None:
    known = KnownCommand("c1", "d1", 1, "task:T1", 1)
    with log.writer() as writer:
        writer.append([fact(1)], {}, [known])

    with pytest.raises(Conflict), log.writer() as writer:
        writer.append([fact(2)], {}, [known._replace(digest="d2")])
    assert positions(log) == [1]


def test_a_conflict_that_is_swallowed_still_ends_the_transaction(log: Log) -> None:
    append(log, fact(1))

    def write() -> None:
        with log.writer() as writer:
            writer.append([fact(2)])
            with contextlib.suppress(Conflict):
                writer.append([fact(3), fact(4, version=1)])

    with pytest.raises(Conflict):
        write()
    assert positions(log) == [1]


def test_a_conflict_that_is_swallowed_is_not_committed_by_what_is_appended_after_it(log: Log) -> None:
    append(log, fact(1))

    def write() -> None:
        with log.writer() as writer:
            writer.append([fact(2)])
            with contextlib.suppress(Conflict):
                writer.append([fact(9)])
            writer.append([fact(3)], commit=True)

    with pytest.raises(Conflict):
        write()
    assert positions(log) == [1]


@pytest.mark.parametrize("count", [8, 100])
def test_of_many_writers_with_one_version_exactly_one_wins(log: Log, count: int) -> None:
    def write() -> str:
        with log.writer() as writer:
            writer.append([fact(writer.head()[0] + 1, version=1)])
        return "won"

    assert sorted(map(str, race(count, write))) == sorted(["won"] + [str(Conflict)] * (count - 1))
    assert positions(log) == [1]


def test_writers_decide_on_what_the_writer_before_them_committed(log: Log) -> None:
    """The head that a writer reads is never older than its lock, so nobody loses and positions have no gap."""

    def write() -> int:
        with log.writer() as writer:
            position = writer.head()[0] + 1
            states = writer.states(["counter"])
            count = int(states.get("counter", b"0")) + 1
            writer.append([fact(position)], {"counter": (position, str(count).encode())})
        return position

    found = race(8, lambda: [write() for _ in range(25)])

    assert sorted(position for mine in found for position in mine) == list(range(1, 201))
    with log.reader() as reader:
        assert reader.states(["counter"]) == {"counter": b"200"}


def test_a_rolled_back_append_leaves_no_gap(log: Log) -> None:
    append(log, fact(1))
    with contextlib.suppress(ZeroDivisionError), log.writer() as writer:
        writer.append([fact(2), fact(3)], {"task:T1": (3, b"x")}, [KnownCommand("c1", "d1", 2, "task:T1", 2)])
        raise ZeroDivisionError
    append(log, fact(2))

    with log.reader() as reader:
        assert [row.position for row in reader.events()] == [1, 2]
        assert (reader.states(["task:T1"]), reader.commands(["c1"]).get("c1")) == ({}, None)


def test_a_writer_that_writes_nothing_leaves_nothing_behind(log: Log) -> None:
    with log.writer() as writer:
        assert writer.head() == (0, "")

    append(log, fact(1))
    assert positions(log) == [1]


def test_a_reader_keeps_its_view_while_others_write(log: Log) -> None:
    append(log, fact(1))
    with log.reader() as reader:
        with log.writer() as writer:
            writer.append([fact(2)], {"task:T1": (2, b"x")}, [KnownCommand("c1", "d1", 2, "task:T1", 2)])

        assert reader.head() == (1, AT)
        assert list(reader.events()) == [fact(1)]
        assert (reader.states(["task:T1"]), reader.commands(["c1"]).get("c1")) == ({}, None)
    assert positions(log) == [1, 2]


def test_a_cold_process_reads_what_another_wrote(log: Log) -> None:
    append(log, fact(1, body="Đ".encode()), fact(2))
    program = (
        "import sys; from engine.log import Log\n"
        "with Log.open(sys.argv[1]) as log, log.reader() as reader: print(*map(tuple, reader.events()), sep='\\n')"
    )
    found = subprocess.run(
        [sys.executable, "-c", program, log.url], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert found.stdout.splitlines() == [str(tuple(row)) for row in (fact(1, body="Đ".encode()), fact(2))]


def test_a_store_in_a_file_costs_no_import_of_the_postgresql_driver() -> None:
    program = "import sys, engine.log; engine.log.Log.open('sqlite:///khcn.db'); print('psycopg' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert found.stdout == "False\n"


def test_a_writer_that_is_killed_leaves_nothing_and_no_lock(log: Log) -> None:
    append(log, fact(1))
    program = (
        "import os, signal, sys; from engine.log import Log, Row\n"
        "with Log.open(sys.argv[1]) as log, log.writer() as writer:\n"
        "    writer.append([Row(2, 'task:T1', 2, 'k', '', b'')]); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", program, log.url], cwd=ROOT, check=False)
    append(log, fact(2))

    assert positions(log) == [1, 2]


def test_refusals_are_kept_outside_the_log(log: Log) -> None:
    first, second = (RefusalRow(AT, "p1", "register_task", f"task:T{n}", b'{"rules": []}') for n in (1, 2))
    with log.writer() as writer:
        writer.refuse([first, second])

    with log.reader() as reader:
        assert (reader.refusals(10), reader.refusals(1)) == ([second, first], [second])
        assert reader.head() == (0, "")


def test_the_store_remembers_facts_about_itself(log: Log) -> None:
    with log.writer() as writer:
        writer.set_meta("fold", "1")
        writer.set_meta("fold", "2")

    with log.reader() as reader:
        assert (reader.meta("fold"), reader.meta("schema"), reader.meta("none")) == ("2", SCHEMA, None)


def test_cached_states_are_replaced_as_a_whole(log: Log) -> None:
    with log.writer() as writer:
        writer.append([fact(1)], {"old": (1, b"old"), "both": (1, b"old")})
    with log.writer() as writer:
        writer.replace_states((key, 1, b"new") for key in ("both", "new"))

    with log.reader() as reader:
        assert reader.states(["old", "both", "new"]) == {"both": b"new", "new": b"new"}


def test_two_consumers_cannot_record_the_same_position(log: Log) -> None:
    def track() -> str:
        with log.writer() as writer:
            writer.track("registry", 7)
        return "tracked"

    assert sorted(map(str, race(8, track))) == sorted(["tracked"] + [str(Conflict)] * 7)


def test_the_position_of_a_consumer_is_guarded_by_its_row_too(log: Log) -> None:
    """Without the writer's lock, as a consumer of another program would."""
    from engine.transactions import TRACK

    found = race(8, lambda: len(log.rows(TRACK, ("registry", 7))))

    assert sorted(found) == [0] * 7 + [1]


def test_a_listener_hears_of_a_commit(log: Log) -> None:
    with log.listening() as heard:
        before = heard(0)
        append(log, fact(1))

        assert (before, heard(5), heard(0)) == (False, True, False)
