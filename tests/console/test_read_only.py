"""Whoever may only read a store, or a backup on a disk that lets nothing be written, reads all there is to read."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from pwd import getpwnam
from typing import Any

import psycopg
import pytest

from engine.desk import Desk
from engine.log import Log, StoreReadOnly, StoreTorn, StoreUnavailable
from tests import stores
from tests.console.khcn import Khcn, Ran
from tests.spec import Spec
from tests.world import HP_SECTOR, person, story
from workflows.rules import RULES

READ = (
    ("task", "show", "T1", "--json"),
    ("task", "why", "T1", "--json"),
    ("task", "list", "--json"),
    ("registry", "tasks", "--json"),
    ("registry", "decisions", "--json"),
    ("registry", "funding", "--known-at", "2026-11-20", "--json"),
    ("registry", "tasks", "--trace", "T1", "--json"),
    ("due", "--json"),
    ("report", "year", "--plan", "HP36", "--period", "2026", "--json"),
    ("audit", "history", "task:T1", "--json"),
    ("audit", "verify", "--json"),
    ("audit", "conformance", "--json"),
    ("audit", "replay", "T1", "--json"),
    ("audit", "diff", "T1", "--from", "2026-01-01", "--to", "2026-12-31", "--json"),
    ("audit", "refusals", "--json"),
    ("audit", "export", "--format", "jsonl"),
    ("plan", "list", "--json"),
    ("projections", "verify", "--json"),
)
TELL = (("doctor",), ("projections", "status"))
PERSON = person("p9", "2026-03-01")
ADD = ("person", "add", "p7", "--name", "Người Bảy", "--actor", "admin", "--on", "2026-03-01")


@pytest.fixture(scope="module")
def lived(prepared_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store in which a task is closed (`store.db`), and a backup of it (`backup.db`)."""
    folder = tmp_path_factory.mktemp("lived")
    url = stores.fresh_sqlite(folder, prepared_sqlite)
    spec = Spec(url)
    spec.given(*story(HP_SECTOR, until="closed"))
    spec.close()
    assert Khcn(url, folder)("backup", folder / "backup.db").code == 0
    (folder / "khcn.db").rename(folder / "store.db")
    return folder


@contextmanager
def only_to_be_read(*files: Path) -> Iterator[Path]:
    """A folder with copies of files, which nobody may write to; open to every user of the machine."""
    with tempfile.TemporaryDirectory(dir="/tmp") as made:
        folder = Path(made) / "medium"
        folder.mkdir()
        for each in files:
            (folder / each.name).write_bytes(each.read_bytes())
            (folder / each.name).chmod(0o444)
        Path(made).chmod(0o755)
        folder.chmod(0o555)
        try:
            yield folder
        finally:
            folder.chmod(0o755)


def held(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def url_of(file: Path) -> str:
    return f"sqlite:///{file}"


def read(khcn: Khcn) -> list[tuple[int, Any]]:
    """What a person reads of a store; times of this run left out."""
    found: list[tuple[int, Any]] = []
    for command in READ:
        ran = khcn(*command)
        told: Any = json.loads(ran.out) if command[-1] == "--json" else ran.out
        if command[0] == "projections":
            told = [each["outcome"] for each in told["projections"]]
        found.append((ran.code, told))
    return found


@pytest.mark.parametrize("name", ["store.db", "backup.db"])
def test_everything_that_reads_reads_a_read_only_medium_and_leaves_it_as_it_is(
    lived: Path, name: str, tmp_path: Path
) -> None:
    """Root as well leaves alone what nobody is given a right to write."""
    (tmp_path / "mine.db").write_bytes((lived / name).read_bytes())
    expected = read(Khcn(url_of(tmp_path / "mine.db"), tmp_path))
    with only_to_be_read(lived / name) as medium:
        khcn, before = Khcn(url_of(medium / name), tmp_path), held(medium)
        found = read(khcn)
        told = [khcn(*command) for command in TELL]
        after = held(medium)

    for command, wanted, got in zip(READ, expected, found, strict=True):
        if command[0] != "projections":  # there are no tables to hold against the log
            assert got == wanted, command
        assert got[0] == 0, command
    assert [(ran.code, ran.err) for ran in told] == [(0, "")] * len(TELL)
    assert after == before


@pytest.mark.parametrize("name", ["store.db", "backup.db"])
def test_recording_there_ends_in_7_and_trying_does_not(lived: Path, name: str, tmp_path: Path) -> None:
    with only_to_be_read(lived / name) as medium:
        khcn, before = Khcn(url_of(medium / name), tmp_path), held(medium)
        ran = khcn("record", khcn.lines([PERSON]))
        verb, made = khcn(*ADD), khcn("init", "--admin", "a", "--name", "A")
        tried, follow = khcn(*ADD, "--dry-run"), khcn("projections", "follow")
        after = held(medium)

    assert follow.code == 7
    said = f"The store {url_of(medium / name)} can only be read: its file, its folder or its disk lets nothing be"
    assert (ran.code, verb.code, tried.code) == (7, 7, 0)
    assert ran.err.startswith(said)
    assert verb.err.startswith(said)
    assert (made.code, after) == (7, before)


def test_the_doctor_says_that_it_can_only_be_read(lived: Path, tmp_path: Path) -> None:
    with only_to_be_read(lived / "backup.db") as medium:
        told = json.loads(Khcn(url_of(medium / "backup.db"), tmp_path)("doctor", "--json").out)["checks"]

    assert {each["check"]: each["state"] for each in told if each["state"] != "ok"} == {"checkpoint": "warning"}
    assert "The store can only be read" in next(each["message"] for each in told if each["check"] == "settings")


def test_a_backup_is_restored_from_a_read_only_medium(lived: Path, tmp_path: Path) -> None:
    with only_to_be_read(lived / "backup.db") as medium:
        there = Khcn(url_of(tmp_path / "new.db"), tmp_path)
        ran = there("restore", medium / "backup.db")

    assert (ran.code, ran.err) == (0, "")
    assert there(*ADD).code == 0


def journal(file: Path) -> int:
    """How a database's file says it is written: 2 with a write-ahead log, 1 without."""
    return file.read_bytes()[18]


def test_a_backup_is_one_file_and_becomes_a_store_when_somebody_records_in_it(lived: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    file.write_bytes((lived / "backup.db").read_bytes())
    khcn = Khcn(url_of(file), tmp_path)
    before = journal(file)
    assert khcn("audit", "verify").code == 0

    assert (before, file.read_bytes()) == (1, (lived / "backup.db").read_bytes())
    assert khcn(*ADD).code == 0
    assert journal(file) == 2
    assert khcn("audit", "verify").code == 0


def test_what_is_changed_while_it_is_read_past_the_locks_is_not_believed(lived: Path) -> None:
    with only_to_be_read(lived / "store.db") as medium, Log.open(url_of(medium / "store.db")) as log:
        with log.reader() as reader:
            before = reader.head()
            os.utime(medium / "store.db", ns=(1, 1))
            with pytest.raises(StoreUnavailable, match="somebody has written to it"):
                reader.version("task:T1")

        assert before[0] > 0


def test_no_more_is_kept_of_a_disk_that_is_full_than_there_was(lived: Path, tmp_path: Path) -> None:
    """A backup's decision index is not folded yet: who asks on a full disk is answered from the log."""
    file = tmp_path / "backup.db"
    file.write_bytes((lived / "backup.db").read_bytes())
    khcn = Khcn(url_of(file), tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        shown, why, listed, added = khcn(*READ[0]), khcn(*READ[1]), khcn(*READ[2]), khcn(*ADD)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert (shown.code, why.code, listed.code, added.code) == (0, 0, 0, 7)
    assert json.loads(shown.out)["state"] == "closed"
    assert [row["state"] for row in json.loads(listed.out)] == ["closed"]


def test_who_may_only_select_is_answered_though_the_index_is_of_another_release(
    postgres_url: str, prepared_postgres: str, tmp_path: Path
) -> None:
    url = stores.fresh_database(postgres_url, prepared_postgres)
    spec = Spec(url)
    spec.given(*story(HP_SECTOR, until="registered"))
    spec.close()
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as there:
        there.execute("UPDATE meta SET value = 'old' WHERE key = 'fold'")
        there.execute("DELETE FROM states")
        there.execute("CREATE ROLE khcn_looks LOGIN")
        there.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO khcn_looks")
    khcn = Khcn(url.replace("postgres@", "khcn_looks@"), tmp_path)
    shown, why, refused = khcn(*READ[0]), khcn(*READ[1]), khcn(*ADD)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as there:
        there.execute("DROP OWNED BY khcn_looks")
        there.execute("DROP ROLE khcn_looks")

    assert (shown.code, why.code, refused.code) == (0, 0, 7)
    assert json.loads(shown.out)["state"] == "registered"


def as_nobody(work: Callable[[], Any], *, first: Callable[[], Any]) -> Any:
    """What `work` comes to in a process that only has the rights of `nobody`; `first` loads what it needs before.

    Root may read and write everything, so nothing else tells what SQLite does for others."""
    context = get_context("fork")
    receiving, sending = context.Pipe(duplex=False)

    def child() -> None:
        first()
        user = getpwnam("nobody")
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
        os.chdir("/")
        sending.send(work())

    process = context.Process(target=child)
    process.start()
    sending.close()
    try:
        return receiving.recv()
    finally:
        process.join(60)


HERE = Path(__file__).resolve()
needs_root = pytest.mark.skipif(
    os.geteuid() != 0 or not all(folder.stat().st_mode & 0o001 for folder in HERE.parents),
    reason="only root can hand work to another user, and he must be let into the folder of the program",
)


@needs_root
@pytest.mark.parametrize("name", ["store.db", "backup.db"])
def test_another_user_reads_what_he_may_not_write(lived: Path, name: str, tmp_path: Path) -> None:
    (tmp_path / "mine.db").write_bytes((lived / name).read_bytes())
    mine = Khcn(url_of(tmp_path / "mine.db"), tmp_path)
    expected: list[tuple[int, Any]] = []
    with only_to_be_read(lived / name) as medium:
        (medium / name).chmod(0o644)
        theirs = Khcn(url_of(medium / name), tmp_path)
        expected = read(mine)

        def work() -> tuple[list[tuple[int, Any]], Ran]:
            return read(theirs), theirs(*ADD)

        found, refused = as_nobody(work, first=lambda: (read(mine), theirs(*ADD, "--dry-run")))

    assert [each for each, command in zip(found, READ, strict=True) if command[0] != "projections"] == [
        each for each, command in zip(expected, READ, strict=True) if command[0] != "projections"
    ]
    assert refused.code == 7
    assert "can only be read" in refused.err


@pytest.fixture
def in_use(lived: Path, tmp_path: Path) -> Iterator[Path]:
    """A store that somebody has open, with its newest entry in the write-ahead log."""
    file = tmp_path / "store.db"
    file.write_bytes((lived / "store.db").read_bytes())
    held = sqlite3.connect(file)
    held.execute("PRAGMA journal_mode = WAL")
    held.execute("PRAGMA wal_autocheckpoint = 0")
    held.execute("INSERT INTO meta VALUES ('newest', 'entry')")
    held.commit()
    yield file
    held.close()


def newest(medium: Path) -> str:
    """What a user without rights reads of the newest entry."""

    def work() -> str:
        with Log.open(url_of(medium / "store.db")) as log:
            try:
                return str(log.rows("SELECT value FROM meta WHERE key = 'newest'"))
            except StoreTorn as torn:
                return f"it is in {torn.wal}"

    return str(as_nobody(work, first=lambda: None))


@needs_root
def test_another_user_is_told_where_the_newest_entries_are(in_use: Path) -> None:
    """To leave them out would be to lie."""
    with only_to_be_read(in_use, in_use.with_name("store.db-wal")) as medium:
        assert newest(medium) == "it is in store.db-wal"


@needs_root
def test_another_user_reads_the_newest_entries_of_a_store_in_use(in_use: Path) -> None:
    with only_to_be_read(*in_use.parent.glob("store.db*")) as medium:
        assert newest(medium) == "[('entry',)]"


@needs_root
def test_who_may_not_write_a_store_puts_nothing_beside_it(lived: Path) -> None:
    """A write-ahead log that belongs to somebody else would lock its owner out."""
    with only_to_be_read(lived / "store.db") as medium:
        medium.chmod(0o777)

        def work() -> list[str]:
            with Log.open(url_of(medium / "store.db")) as log:
                log.rows("SELECT * FROM meta")
                return [each.name for each in medium.iterdir()]

        assert as_nobody(work, first=lambda: None) == ["store.db"]


def test_a_desk_on_a_read_only_store_answers_again_and_again(lived: Path) -> None:
    with only_to_be_read(lived / "backup.db") as medium, Log.open(url_of(medium / "backup.db")) as log:
        desk = Desk(log, RULES)
        states = [desk.prospects("T1")[0].state for _ in range(2)]
        with pytest.raises(StoreReadOnly):
            desk.rebuild_index()

    assert states == ["closed", "closed"]
