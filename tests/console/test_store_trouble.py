"""No store, no way to it, a locked one, one from a later release: a clear message and the contract's exit code."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.log import Log
from tests.console.khcn import Khcn
from tests.world import changed, person
from workflows.load import builtin_plans

PERSON = person("p9", "2026-03-01")
NO_STORE = "There is no store yet. Create it with `khcn init --admin ID --name NAME`.\n"
ASKED = (
    ("task", "show", "T1"),
    ("task", "why", "T1"),
    ("audit", "history", "task:T1"),
    ("task", "withdraw", "T1", "--reason", "x", "--actor", "off1"),
    ("task", "withdraw", "T1", "--reason", "x", "--actor", "off1", "--dry-run"),
)
MODES = ((), ("--dry-run",), ("--all-or-nothing",))


@pytest.mark.parametrize("mode", MODES, ids=["plain", "dry", "whole"])
def test_recording_where_nobody_made_a_store_ends_in_7(bare: Khcn, mode: tuple[str, ...]) -> None:
    ran = bare("record", bare.lines([PERSON]), *mode)

    assert (ran.code, ran.out, ran.err) == (7, "", NO_STORE)


@pytest.mark.parametrize("arguments", ASKED, ids=" ".join)
def test_asking_where_nobody_made_a_store_ends_in_7(bare: Khcn, arguments: tuple[str, ...]) -> None:
    ran = bare(*arguments)

    assert (ran.code, ran.out, ran.err) == (7, "", NO_STORE)


def test_asking_where_nobody_made_a_store_makes_no_file(bare: Khcn) -> None:
    bare("task", "show", "T1")
    bare("record", bare.lines([PERSON]))

    assert [path.name for path in bare.folder.iterdir()] == ["in.jsonl"]


def test_an_empty_file_is_no_store(bare: Khcn) -> None:
    bare.file("khcn.db", b"")
    ran = bare("record", bare.lines([PERSON]))

    assert (ran.code, ran.out, ran.err) == (7, "", NO_STORE)


URLS = {
    "no URL": "khcn.db",
    "an unknown database": "mysql://localhost/x",
    "memory": "sqlite://",
    "a folder that is not there": "sqlite:////nowhere/at/all/khcn.db",
    "a folder where none can be": "sqlite:////dev/null/khcn.db",
    "a server that is not there": "postgresql://nobody@/khcn?host=/nowhere/at/all",
    "nothing": ":",
}


@pytest.mark.parametrize("what", URLS)
@pytest.mark.parametrize("arguments", [("init",), ("task", "show", "T1")], ids=" ".join)
def test_a_store_that_cannot_be_reached_ends_in_7(bare: Khcn, what: str, arguments: tuple[str, ...]) -> None:
    ran = bare(*arguments, db=URLS[what])

    assert (ran.code, ran.out) == (7, "")
    assert ran.err.startswith(("The store cannot be reached or is locked: ", NO_STORE))


@pytest.mark.parametrize("arguments", [("init",), ("task", "show", "T1")], ids=" ".join)
def test_a_password_in_the_url_is_not_shown(bare: Khcn, arguments: tuple[str, ...]) -> None:
    ran = bare(*arguments, db="postgresql://nobody:geheim@/khcn?host=/nowhere/at/all")

    assert ran.code == 7
    assert "geheim" not in ran.err


@pytest.mark.parametrize("arguments", [("init",), ("task", "show", "T1")], ids=" ".join)
def test_a_file_that_is_no_database_is_left_alone(bare: Khcn, arguments: tuple[str, ...]) -> None:
    file = bare.file("khcn.db", b"this is a letter, not a database\n" * 100)
    ran = bare(*arguments)

    assert (ran.code, file.read_bytes()) == (7, b"this is a letter, not a database\n" * 100)
    assert "file is not a database" in ran.err


def test_a_folder_is_no_database(bare: Khcn) -> None:
    (bare.folder / "khcn.db").mkdir()
    ran = bare("init")

    assert (ran.code, ran.out) == (7, "")


def test_the_administrators_id_is_an_id(bare: Khcn) -> None:
    ran = bare("init", "--admin", "a b", "--name", "Quản trị")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err != ""


@pytest.mark.parametrize("name", ["", "  ", "x" * 10_001, "a\udce9"])
def test_the_administrators_name_is_a_name(bare: Khcn, name: str) -> None:
    ran = bare("init", "--admin", "a", "--name", name)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err != ""


def test_an_administrator_has_id_and_name(bare: Khcn) -> None:
    assert [bare("init", "--admin", "a").code, bare("init", "--name", "a").code] == [2, 2]


def test_making_a_store_again_changes_nothing(khcn: Khcn) -> None:
    with khcn.unchanged():
        ran = khcn("init", "--admin", "admin", "--name", "Khác")

    assert (ran.code, ran.err) == (0, "The store was there already; nothing changed.\n")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a lock for longer than a moment."""
    monkeypatch.setattr("engine.log.Log.open", classmethod(lambda cls, url: cls(_store(url))))


def _store(url: str) -> object:
    from engine.store import Store

    return Store(url, timeout=0.1)


@contextmanager
def locked(khcn: Khcn) -> Iterator[None]:
    connection = sqlite3.connect(khcn.url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.close()


LOCKED = "The store cannot be reached or is locked: the store {url} cannot be used: database is locked\n"


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("mode", [(), ("--all-or-nothing",)], ids=["plain", "whole"])
def test_recording_while_somebody_holds_the_store_ends_in_7(khcn: Khcn, mode: tuple[str, ...]) -> None:
    with locked(khcn):
        ran = khcn("record", khcn.lines([PERSON]), *mode)

    assert (7, "", LOCKED.format(url=khcn.url)) == (ran.code, ran.out, ran.err)


@pytest.mark.usefixtures("impatient")
def test_a_verb_while_somebody_holds_the_store_ends_in_7(khcn: Khcn) -> None:
    with locked(khcn):
        ran = khcn("task", "withdraw", "T1", "--reason", "x", "--actor", "off1")

    assert (7, "", LOCKED.format(url=khcn.url)) == (ran.code, ran.out, ran.err)


@pytest.mark.usefixtures("impatient")
def test_reading_and_trying_go_on_while_somebody_holds_the_store(khcn: Khcn) -> None:
    with locked(khcn):
        shown = khcn("task", "show", "T1", "--json")
        tried = khcn("record", khcn.lines([PERSON]), "--dry-run", "--json")

    assert (shown.code, tried.code, tried.outcomes) == (0, 0, ["recorded"])


@pytest.mark.usefixtures("impatient")
def test_reading_goes_on_though_the_index_is_stale_and_somebody_holds_the_store(khcn: Khcn) -> None:
    expected = [khcn(*arguments) for arguments in ASKED[:3]]
    stale(khcn)
    with locked(khcn):
        assert [khcn(*arguments) for arguments in ASKED[:3]] == expected


def from_later(khcn: Khcn, body: bytes, stream: str = "task:T1") -> None:
    """An event that this release cannot have written."""
    with Log.open(khcn.url) as log:
        version = int(log.rows("SELECT count(*) FROM events WHERE stream = ?", [stream])[0][0])
    connection = sqlite3.connect(khcn.url.removeprefix("sqlite:///"))
    row = (khcn.head() + 1, stream, version + 1, "task-dreamt", "2026-11-20T03:00:00.000000Z", body)
    connection.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", row)
    connection.commit()
    connection.close()


DREAMT = (
    b'{"kind":"task-dreamt","schema":1,"on":"2026-03-01","recorded_at":"2026-11-20T03:00:00.000000Z","actor":"x",'
    b'"command":"dream","data":{},"findings":[]}'
)
REPLAYED = (("audit", "history", "task:T1"), ("task", "show", "T1", "--as-of", "2026-12-01"))


@pytest.mark.parametrize("arguments", REPLAYED, ids=" ".join)
def test_an_event_of_a_later_release_is_named_by_kind_and_position(khcn: Khcn, arguments: tuple[str, ...]) -> None:
    from_later(khcn, DREAMT)
    ran = khcn(*arguments)

    assert (ran.code, ran.out) == (6, "")
    assert f"'task-dreamt' (schema 1) at position {khcn.head()}" in ran.err


NOW_READ = (
    ("task", "show", "T1"),
    ("task", "show", "T1", "--json"),
    ("task", "why", "T1"),
    ("task", "why", "T1", "--json"),
)


@pytest.mark.parametrize("arguments", NOW_READ, ids=" ".join)
@pytest.mark.parametrize(
    ("body", "why"),
    [(DREAMT, "this release does not know the kind task-dreamt"), (b"{", "what is there is no event")],
    ids=["of a later release", "none"],
)
def test_who_reads_a_task_as_it_stands_is_told_of_the_event_it_lacks(
    khcn: Khcn, arguments: tuple[str, ...], body: bytes, why: str
) -> None:
    before = khcn(*arguments)
    from_later(khcn, body)
    ran = khcn(*arguments)

    assert (before.code, before.err) == (0, "")
    assert (ran.code, ran.out) == (0, before.out)
    assert f"the events at {khcn.head()} are on record in task:T1, but could not be taken" in ran.err
    assert why in ran.err


def test_who_reads_another_task_is_not_told(khcn: Khcn) -> None:
    from_later(khcn, DREAMT, "task:T2")

    assert [khcn(*arguments).err for arguments in NOW_READ] == [""] * len(NOW_READ)


def test_what_is_in_quarantine_for_registers_is_told_with_the_task(khcn: Khcn, monkeypatch: pytest.MonkeyPatch) -> None:
    from projections.kernel import Rule
    from projections.tasks import tasks

    def failing(*_: object) -> None:
        raise AssertionError("too heavy")

    rule = tasks.rule
    with monkeypatch.context() as patched:
        patched.setattr(type(tasks), "rule", lambda own, fact: (found := rule(fact)) and Rule(failing, found.key, True))
        assert khcn("projections", "update", "tasks").code == 6
    told = khcn("task", "show", "T1")

    assert (told.code, "AssertionError: too heavy" in told.err) == (0, True)
    assert khcn("projections", "retry", "tasks").code == 0
    assert khcn("task", "show", "T1").err == ""


def test_rows_of_which_nobody_knows_any_are_told_so(khcn: Khcn) -> None:
    from_later(khcn, DREAMT, "dream:D1")
    told = khcn("due").err

    assert f"the events at {khcn.head()} could not be taken into these rows, and nobody knows which rows they" in told


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b"\xff", DREAMT.replace(b"2026-03-01", b"never")])
def test_an_event_that_is_none_fails_the_integrity_of_the_log(khcn: Khcn, body: bytes) -> None:
    from_later(khcn, body)
    ran = khcn("audit", "history", "task:T1")

    assert (ran.code, ran.out) == (6, "")


@pytest.mark.parametrize("arguments", ASKED, ids=" ".join)
def test_a_log_that_a_later_release_has_folded_is_not_touched(khcn: Khcn, arguments: tuple[str, ...]) -> None:
    from_later(khcn, DREAMT)
    connection = sqlite3.connect(khcn.url.removeprefix("sqlite:///"))
    connection.execute("UPDATE meta SET value = 'later' WHERE key = 'fold'")
    connection.commit()
    connection.close()
    with khcn.unchanged():
        ran = khcn(*arguments)

    assert (ran.code, ran.out) == (6, "")


def test_a_store_of_another_schema_is_told(khcn: Khcn) -> None:
    connection = sqlite3.connect(khcn.url.removeprefix("sqlite:///"))
    connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    connection.commit()
    connection.close()
    ran = khcn("task", "show", "T1")

    assert (ran.code, ran.out) == (7, "")
    assert "newer release (99, this program knows" in ran.err


def stale(khcn: Khcn) -> Path:
    """The store as another release left it; gives its file."""
    path = Path(khcn.url.removeprefix("sqlite:///"))
    connection = sqlite3.connect(path)
    connection.execute("UPDATE meta SET value = 'old' WHERE key = 'fold'")
    connection.execute("DELETE FROM states")
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


def kept(path: Path) -> list[tuple[str, bytes]]:
    """Every file of the store that holds data."""
    return [
        (each.name, each.read_bytes()) for each in sorted(path.parent.glob(f"{path.name}*")) if "-shm" not in each.name
    ]


def test_a_dry_run_leaves_a_stale_decision_index_as_it_is(khcn: Khcn, tmp_path: Path) -> None:
    lines = khcn.lines([changed(PERSON, command_id="c-1"), changed(PERSON, person="p8", unit="BV9"), PERSON])
    register = khcn.file("so.csv", "unit;name\nBV8;Bệnh viện Tám\nBV1;Bệnh viện Một\n")
    mapping = khcn.file(
        "so.yaml",
        "kind: units\nfields:\n  unit: unit\n  name: name\n  kind: {value: hospital}\n  ownership: {value: public}\n"
        "  subordinate: {value: true}\n  plans: {value: [HP36]}\n",
    )
    plan = builtin_plans()["HP36"]
    path = stale(khcn)
    before = kept(path)
    ran = khcn("record", lines, "--dry-run", "--json")
    verb = khcn("person", "add", "p7", "--name", "Người Bảy", "--actor", "admin", "--on", "2026-03-01", "--dry-run")
    imported = khcn("import", register, "--mapping", mapping, "--dry-run", "--json", "--actor", "admin")
    added = khcn("plan", "add", plan, "--dry-run", "--actor", "admin")

    assert (ran.code, ran.outcomes) == (3, ["recorded", "not_found", "refused"])
    assert (verb.code, imported.code, added.code) == (0, 3, 0)
    assert {"rows": 2, "imported": 1, "refused": 1}.items() <= json.loads(imported.out).items()
    assert kept(path) == before


def test_a_stale_decision_index_is_made_anew_from_the_log(khcn: Khcn) -> None:
    stale(khcn)

    assert khcn("task", "show", "T1", "--json").code == 0


def test_no_file_is_left_behind_by_a_store_that_cannot_be_made(bare: Khcn) -> None:
    bare("init", db=f"sqlite:///{bare.folder}/not/there/khcn.db")

    assert list(Path(bare.folder).iterdir()) == []
