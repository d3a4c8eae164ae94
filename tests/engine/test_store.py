"""How a store is made, opened, guarded, found missing, found locked, and lost."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy

from engine.log import (
    Conflict,
    KnownCommand,
    Log,
    RefusalRow,
    StoreError,
    StoreMissing,
    StoreOutdated,
    StoreUnavailable,
)
from engine.store import SqliteFile
from tests import stores
from tests.engine.logs import append, execute, fact, positions, race

HANG_UP = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE pid <> pg_backend_pid() AND datname = current_database()"
)


def fingerprint(url: str) -> str:
    return hashlib.sha256(Path(url.removeprefix("sqlite:///")).read_bytes()).hexdigest()


@pytest.fixture
def log(store_url: str) -> Iterator[Log]:
    with Log.open(store_url) as opened:
        opened.create()
        yield opened


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/khcn.db"
    with Log.open(url) as log:
        log.create()
        append(log, fact(1))
    return url


@pytest.fixture
def postgres_store(postgres_url: str) -> Iterator[str]:
    url = stores.fresh_database(postgres_url)
    yield url
    stores.give_up(postgres_url, url)


def test_only_who_says_so_commits_without_waiting_for_the_disk(log: Log) -> None:
    asked = {"sqlite": "PRAGMA synchronous", "postgresql": "SHOW synchronous_commit"}[log.dialect]
    full, normal = {"sqlite": (2, 1), "postgresql": ("on", "off")}[log.dialect]
    if log.dialect == "postgresql":  # the server of the tests waits for no disk itself
        execute(log.url, f"ALTER DATABASE {sqlalchemy.make_url(log.url).database} SET synchronous_commit = on")
        log.close()
    with Log.open(log.url, relaxed=True) as relaxed:
        append(relaxed, fact(1))

        assert relaxed.rows(asked)[0][0] == normal
    append(log, fact(2))

    assert log.rows(asked)[0][0] == full
    assert positions(log) == [1, 2]


@pytest.mark.parametrize("table", ["events", "commands", "seals"])
@pytest.mark.parametrize("change", ["UPDATE {} SET position = 9", "DELETE FROM {}", "TRUNCATE {}"])
def test_history_cannot_be_changed_below_the_product(log: Log, table: str, change: str) -> None:
    if log.dialect == "sqlite" and change.startswith("TRUNCATE"):
        pytest.skip("SQLite has no TRUNCATE")
    with log.writer() as writer:
        writer.append([fact(1)], {}, [KnownCommand("c1", "d1", 1, "task:T1", 1)])

    with pytest.raises(sqlalchemy.exc.DBAPIError, match="the log is append-only"):
        execute(log.url, change.format(table))
    with log.reader() as reader:
        assert list(reader.events()) == [fact(1)]
        assert reader.commands(["c1"]).get("c1") == KnownCommand("c1", "d1", 1, "task:T1", 1)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO events VALUES (1, 'task:T9', 9, 'k', NULL, x'00')",
        "INSERT OR REPLACE INTO events VALUES (2, 'task:T1', 1, 'k', NULL, x'00')",
        "INSERT INTO events VALUES (3, 'task:T9', 9, 'k', NULL, x'00')",
    ],
    ids=["same position", "same version", "gap"],
)
def test_sqlite_cannot_replace_an_event_or_leave_a_gap(sqlite_url: str, statement: str) -> None:
    with pytest.raises(sqlalchemy.exc.IntegrityError, match="is taken"):
        execute(sqlite_url, statement)


def test_sqlite_cannot_replace_a_command_id(sqlite_url: str) -> None:
    execute(sqlite_url, "INSERT INTO commands VALUES ('c1', 'd1', 1, 's', 1)")

    with pytest.raises(sqlalchemy.exc.IntegrityError, match="is taken"):
        execute(sqlite_url, "REPLACE INTO commands VALUES ('c1', 'd2', 1, 's', 1)")


def test_a_store_is_created_once(log: Log) -> None:
    append(log, fact(1))
    log.create()

    assert positions(log) == [1]


def test_a_store_is_created_once_by_many_at_the_same_time(store_url: str) -> None:
    def create() -> bool:
        with Log.open(store_url) as log:
            log.create()
            return log.created()

    assert race(4, create) == [True] * 4


def test_an_application_role_needs_no_right_to_change_history(postgres_store: str) -> None:
    rights = (
        "CREATE ROLE khcn_app LOGIN",
        "GRANT INSERT, SELECT ON events, commands, seals, checkpoints, refusals TO khcn_app",
        "GRANT INSERT, SELECT, UPDATE, DELETE ON states, meta, tracking, keys TO khcn_app",
        "GRANT USAGE ON SEQUENCE refusals_id_seq TO khcn_app",
    )
    with Log.open(postgres_store) as owner:
        owner.create()
        for right in rights:
            execute(postgres_store, right)
    with Log.open(postgres_store.replace("postgres@", "khcn_app@")) as log:
        log.create()
        with log.writer() as writer:
            writer.append([fact(1)], {"task:T1": (1, b"x")}, [KnownCommand("c1", "d1", 1, "task:T1", 1)])
            writer.refuse([RefusalRow("", "p1", "c", "s", b"")])
            writer.replace_states([])
            writer.set_meta("fold", "1")
            writer.track("registry", 1)

        assert positions(log) == [1]
        assert not log.scrub([b"key"])  # only the owner of the keys can write them anew
    with Log.open(postgres_store) as owner:
        assert owner.scrub([b"key"])
    execute(postgres_store, "DROP OWNED BY khcn_app")
    execute(postgres_store, "DROP ROLE khcn_app")


def test_a_store_that_nobody_created_is_missing(store_url: str) -> None:
    with Log.open(store_url) as log:
        with pytest.raises(StoreMissing) as caught, log.reader():
            pass
        with pytest.raises(StoreMissing), log.writer():
            pass

        assert (caught.value.exit_code, log.created()) == (7, False)
    if store_url.startswith("sqlite"):
        assert not Path(store_url.removeprefix("sqlite:///")).exists()


def test_a_store_from_before_the_seal_is_sealed_by_create(log: Log) -> None:
    append(log, *[fact(position) for position in range(1, 8)])
    with log.reader() as reader:
        root = reader.tree().root()
    for table in ("seals", "checkpoints", "keys"):
        execute(log.url, f"DROP TABLE {table}")
    execute(log.url, "UPDATE meta SET value = '1' WHERE key = 'schema'")

    with Log.open(log.url) as later:
        with pytest.raises(StoreOutdated) as told, later.reader():
            pass
        assert told.value.older
        later.create()
        later.create()
        with later.reader() as reader:
            assert reader.tree().root() == root
            assert len(reader.seals(upto=100)) == 7
        append(later, fact(8))
    with pytest.raises(sqlalchemy.exc.DBAPIError, match="the log is append-only"):
        execute(log.url, "DELETE FROM seals")


def test_a_store_from_before_sealed_names_gets_room_for_keys(log: Log) -> None:
    append(log, fact(1))
    execute(log.url, "DROP TABLE keys")
    execute(log.url, "UPDATE meta SET value = '2' WHERE key = 'schema'")

    with Log.open(log.url) as later:
        later.create()
        with later.writer() as writer:
            writer.keep_keys({"p1": b"k"})
        with later.writer() as writer:
            assert (writer.key("p1"), writer.destroy_key("p1"), writer.key("p1")) == (b"k", b"k", None)
        assert positions(later) == [1]


def test_a_person_has_one_key(log: Log) -> None:
    with log.writer() as writer:
        writer.keep_keys({"p1": b"k"})

    with pytest.raises(Conflict), log.writer() as writer:
        writer.keep_keys({"p1": b"other"})
    with log.reader() as reader:
        assert reader.key("p1") == b"k"


def test_a_store_of_a_later_schema_is_not_touched(log: Log) -> None:
    execute(log.url, "UPDATE meta SET value = '99' WHERE key = 'schema'")

    with Log.open(log.url) as later, pytest.raises(StoreOutdated, match="schema 99"), later.writer():
        pass


@pytest.mark.parametrize(
    "url",
    [
        "khcn.db",
        "mysql://root:secret@nowhere/khcn",
        "sqlite://",
        "sqlite:///{}",
        "sqlite:///{}/none/khcn.db",
        "postgresql://nobody:secret@/khcn?host={}",
        "postgresql://nobody:secret@127.0.0.1:1/khcn",
        "postgresql://nobody:secret@127.0.0.1:port/khcn",
    ],
)
def test_a_store_that_cannot_be_reached_is_unavailable(tmp_path: Path, url: str) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        Log.open(url.format(tmp_path)).create()

    assert caught.value.exit_code == 7
    assert "secret" not in str(caught.value)


def test_a_path_that_is_not_a_database_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "khcn.db"
    path.write_bytes(b"a letter, not a database" * 100)

    with Log.open(f"sqlite:///{path}") as log:
        with pytest.raises(StoreUnavailable, match="not a database"), log.reader():
            pass
        with pytest.raises(StoreUnavailable, match="not a database"):
            log.create()
    assert path.read_bytes() == b"a letter, not a database" * 100


def test_a_store_whose_path_needs_quoting_is_opened(tmp_path: Path) -> None:
    folder = tmp_path / "Sở Y tế #1 50% ?mode=ro"
    folder.mkdir()
    with Log.open(f"sqlite:///{folder}/khcn.db".replace("?", "%3F")) as log:
        log.create()
        append(log, fact(1))

    assert [path.name for path in tmp_path.rglob("*.db")] == ["khcn.db"]


def test_a_locked_store_is_unavailable_to_writers_only(log: Log) -> None:
    append(log, fact(1))
    with Log.open(log.url, timeout=0.2) as other, log.writer() as writer:
        writer.append([fact(2)])

        with pytest.raises(StoreUnavailable) as caught, other.writer():
            pass
        assert caught.value.exit_code == 7
        assert positions(other) == [1]
    assert positions(log) == [1, 2]


def test_a_second_writer_of_one_process_waits_its_turn(store_url: str) -> None:
    with Log.open(store_url, timeout=0.2) as log:
        log.create()
        with log.writer(), pytest.raises(StoreUnavailable), log.writer():
            pass
        append(log, fact(1))

        assert positions(log) == [1]


def test_a_lost_connection_is_replaced(postgres_store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.store.IDLE_SECONDS", 0)
    with Log.open(postgres_store) as log:
        log.create()
        append(log, fact(1))
        execute(log.url, HANG_UP)
        append(log, fact(2))

        assert positions(log) == [1, 2]


def test_a_connection_lost_before_the_commit_is_an_error_and_keeps_nothing(postgres_store: str) -> None:
    def write(log: Log) -> None:
        with log.writer() as writer:
            writer.append([fact(1)])
            execute(log.url, HANG_UP)

    with Log.open(postgres_store) as log:
        log.create()
        with pytest.raises(StoreUnavailable):
            write(log)

        assert positions(log) == []


def test_a_read_leaves_the_file_as_it_is(sqlite_url: str) -> None:
    before = fingerprint(sqlite_url)
    with Log.open(sqlite_url) as log, log.reader() as reader:
        found = (list(reader.events()), reader.states(["task:T1"]), reader.refusals(1))

    assert (found, fingerprint(sqlite_url)) == (([fact(1)], {}, []), before)


def test_the_file_is_durable_whoever_writes_to_it(sqlite_url: str) -> None:
    execute(sqlite_url, "PRAGMA journal_mode = DELETE")
    with Log.open(sqlite_url) as log:
        append(log, fact(2))
        found = [log.rows(f"PRAGMA {name}")[0][0] for name in ("journal_mode", "synchronous", "foreign_keys")]

    assert found == ["wal", 2, 1]


def test_no_exception_of_a_driver_gets_out(log: Log) -> None:
    with pytest.raises(StoreError), log.reader() as reader:
        reader._session.rows("SELECT nonsense FROM events")
    with pytest.raises(StoreError), log.writer() as writer:
        writer.append([fact(1, stream=object())])  # type: ignore[arg-type]
    assert positions(log) == []


def test_hot_reads_use_an_index(sqlite_url: str) -> None:
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    statements = [
        "SELECT position FROM events ORDER BY position DESC LIMIT 1",
        "SELECT body FROM events WHERE stream = 's' AND version > 0 ORDER BY version LIMIT 1",
        "SELECT digest FROM commands WHERE command_id IN ('a', 'b')",
        "SELECT data FROM states WHERE key IN ('a', 'b')",
    ]
    plans = [row[3] for sql in statements for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
    connection.close()

    # The head is found by going through the table from its end, which ends with the first row.
    assert [plan.split(" ")[0] for plan in plans] == ["SCAN", "SEARCH", "SEARCH", "SEARCH"]


def test_a_file_that_keeps_no_write_ahead_log_is_told_after_the_time_to_wait(tmp_path: Path) -> None:
    file = SqliteFile(str(tmp_path / "khcn.db"), "shown", timeout=0.2)
    connection = sqlite3.connect(":memory:", isolation_level=None)  # SQLite answers with the old mode, and no error

    with pytest.raises(sqlite3.OperationalError, match="write-ahead log"):
        file._use_wal(connection)
    connection.close()
