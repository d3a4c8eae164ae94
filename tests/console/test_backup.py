"""A backup is the whole store at one moment, on either database, and comes back as it was or not at all."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from engine.log import Log
from engine.store import Store
from tests import stores
from tests.console.khcn import Khcn
from tests.spec import Spec
from tests.world import HP_SECTOR, life, story

Json = dict[str, Any]
PAPER = {"number": "12/QĐ-SYT", "date": "2026-03-01", "issuer": "Sở Y tế"}
RENAME = {"command": "rename_unit", "actor": "admin", "on": "2026-03-02", "unit": "BV1", "name": "Tên mới"}
ADD = {"command": "add_person", "actor": "admin", "on": "2026-02-05", "person": "p1", "name": "Người Bịa"}
ERASE = {"command": "erase_person", "actor": "admin", "on": "2026-03-02", "person": "p1", "document": PAPER}
READ = (
    ("registry", "tasks"),
    ("registry", "funding"),
    ("registry", "decisions"),
    ("audit", "verify"),
    ("audit", "conformance"),
    ("audit", "refusals"),
    ("task", "why", "T1"),
)


@pytest.fixture
def played(prepared_store_url: str, tmp_path: Path) -> Khcn:
    """A store in which a task went its whole way, something was refused, and a file is kept, on each database."""
    spec = Spec(prepared_store_url)
    spec.given(*story(HP_SECTOR, until="closed"))
    spec.when(life(HP_SECTOR)[0] | {"command_id": "again"})
    spec.close()
    return Khcn(prepared_store_url, tmp_path)


def told(khcn: Khcn) -> list[Json]:
    """What a person reads of a store."""
    return [json.loads(khcn(*command, "--json").out) for command in READ]


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
def test_a_store_comes_back_as_it_was(played: Khcn, to: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = _fresh(to, tmp_path, request)
    made = played("backup", tmp_path / "b.db", "--json")
    back = Khcn(url, tmp_path)
    restored = back("restore", tmp_path / "b.db", "--json")

    assert (made.code, restored.code) == (0, 0), made.err + restored.err
    assert json.loads(made.out)["root"] == json.loads(restored.out)["root"]
    assert told(back) == told(played)


def _fresh(kind: str, folder: Path, request: pytest.FixtureRequest) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder / 'elsewhere.db'}"
    url = stores.fresh_database(request.getfixturevalue("postgres_url"))
    request.addfinalizer(lambda: stores.drop_database(request.getfixturevalue("postgres_url"), url))
    return url


def test_recording_goes_on_where_the_backup_ended(khcn: Khcn, tmp_path: Path) -> None:
    again = RENAME | {"document": PAPER, "command_id": "r1"}
    khcn.record(again)
    khcn("backup", tmp_path / "b.db")
    there = Khcn(f"sqlite:///{tmp_path / 'new.db'}", tmp_path)
    there("restore", tmp_path / "b.db")

    assert there.record(again, RENAME | {"document": PAPER, "name": "Tên khác"}).outcomes == ["duplicate", "recorded"]
    assert there("audit", "verify").code == 0


def test_files_of_documents_come_back_too(khcn: Khcn, tmp_path: Path) -> None:
    khcn.file("qd.txt", "Quyết định đổi tên\n")
    khcn.record(RENAME | {"document": PAPER | {"file": "qd.txt"}})
    made = json.loads(khcn("backup", tmp_path / "b.db", "--json").out)
    there = Khcn(f"sqlite:///{tmp_path / 'new.db'}", tmp_path)
    there("restore", tmp_path / "b.db")

    assert (made["files"], made["files_missing"]) == (1, [])
    assert there("doc", "verify").code == 0


def test_backups_may_share_the_folder_of_files(khcn: Khcn, tmp_path: Path) -> None:
    khcn.file("qd.txt", "Quyết định đổi tên\n")
    khcn.record(RENAME | {"document": PAPER | {"file": "qd.txt"}})
    shared = tmp_path / "shared"
    for name in ("monday.db", "tuesday.db"):
        assert khcn("backup", tmp_path / name, "--files", shared).code == 0

    assert [path.name for path in tmp_path.glob("*.files")] == ["khcn.db.files"]
    assert len([path for path in shared.rglob("*") if path.is_file()]) == 1


def with_a_file(khcn: Khcn, tmp_path: Path) -> Khcn:
    """A backup b.db with its files in `shared`; gives a store that is not there yet."""
    khcn.file("qd.txt", "Quyết định đổi tên\n")
    khcn.record(RENAME | {"document": PAPER | {"file": "qd.txt"}})
    assert khcn("backup", tmp_path / "b.db", "--files", tmp_path / "shared").code == 0
    return Khcn(f"sqlite:///{tmp_path / 'new.db'}", tmp_path)


def test_where_the_files_are_not_to_be_had_no_store_is_made_and_the_next_attempt_works(
    khcn: Khcn, tmp_path: Path
) -> None:
    there = with_a_file(khcn, tmp_path)
    forgotten = there("restore", tmp_path / "b.db")
    left = sorted(path.name for path in tmp_path.glob("new.db*"))
    found = there("restore", tmp_path / "b.db", "--files", tmp_path / "shared")

    assert (forgotten.code, forgotten.out, left) == (6, "", [])
    assert str(tmp_path / "b.db.files") in forgotten.err
    assert (found.code, there("doc", "verify").code) == (0, 0)


def test_an_altered_file_is_not_taken_for_the_one_that_was_filed(khcn: Khcn, tmp_path: Path) -> None:
    there = with_a_file(khcn, tmp_path)
    [kept] = [path for path in (tmp_path / "shared").rglob("*") if path.is_file()]
    kept.chmod(0o644)
    kept.write_text("Quyết định khác\n")
    ran = there("restore", tmp_path / "b.db", "--files", tmp_path / "shared")

    assert (ran.code, (tmp_path / "new.db").exists()) == (6, False)
    assert kept.name in ran.err


def test_the_record_comes_back_without_its_files_where_that_is_asked_for(khcn: Khcn, tmp_path: Path) -> None:
    there = with_a_file(khcn, tmp_path)
    ran = there("restore", tmp_path / "b.db", "--allow-missing-files", "--json")

    assert ran.code == 6
    assert len(json.loads(ran.out)["files_missing"]) == 1
    assert there.head() == khcn.head()
    assert there("doc", "verify").code == 6


def test_a_folder_in_which_no_file_can_be_kept_leaves_no_store_behind(
    khcn: Khcn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = with_a_file(khcn, tmp_path)
    monkeypatch.setenv("KHCN_FILES", str(there.file("no-folder", "a file")))
    ran = there("restore", tmp_path / "b.db", "--files", tmp_path / "shared")

    assert (ran.code, (tmp_path / "new.db").exists()) == (7, False)


def test_on_postgresql_nobody_guesses_where_the_files_go(
    khcn: Khcn, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with_a_file(khcn, tmp_path)
    there = Khcn(_fresh("postgresql", tmp_path, request), tmp_path)
    ran = there("restore", tmp_path / "b.db", "--files", tmp_path / "shared")

    assert (ran.code, "KHCN_FILES" in ran.err) == (2, True)
    assert there("task", "show", "T1").code == 7


def test_a_backup_that_cannot_be_opened_is_not_called_none(
    khcn: Khcn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    khcn("backup", tmp_path / "b.db")
    monkeypatch.setattr("engine.log.Log.open", classmethod(lambda cls, url: cls(Store(url, timeout=0.1))))
    held = sqlite3.connect(tmp_path / "b.db", isolation_level=None)
    held.execute("BEGIN EXCLUSIVE")
    ran = Khcn(f"sqlite:///{tmp_path / 'new.db'}", tmp_path)("restore", tmp_path / "b.db")
    held.close()

    assert (ran.code, "database is locked" in ran.err) == (7, True)


@pytest.mark.parametrize("unreadable", [False, True], ids=["gone", "unreadable"])
def test_a_lost_file_is_told_and_the_rest_is_kept(khcn: Khcn, tmp_path: Path, unreadable: bool) -> None:
    khcn.file("qd.txt", "Quyết định đổi tên\n")
    khcn.record(RENAME | {"document": PAPER | {"file": "qd.txt"}})
    [kept] = [path for path in (tmp_path / "khcn.db.files").rglob("*") if path.is_file()]
    kept.unlink()
    if unreadable:
        kept.mkdir()  # nobody reads a folder as a file, not even who may read everything
    made = khcn("backup", tmp_path / "b.db", "--json")

    assert made.code == 6
    assert json.loads(made.out)["files_missing"] == [kept.name]
    assert json.loads(made.out)["first_bad"] is None
    assert (tmp_path / "b.db").exists()


def test_a_backup_is_never_written_over(khcn: Khcn, tmp_path: Path) -> None:
    there = khcn.file("b.db", b"something else")
    ran = khcn("backup", there)

    assert (ran.code, there.read_bytes()) == (2, b"something else")
    assert str(there) in ran.err


def test_a_store_with_a_record_is_never_restored_into(khcn: Khcn, tmp_path: Path) -> None:
    khcn("backup", tmp_path / "b.db")
    with khcn.unchanged():
        assert khcn("restore", tmp_path / "b.db").code == 2


def test_nothing_is_restored_of_a_backup_that_was_altered(khcn: Khcn, tmp_path: Path) -> None:
    khcn("backup", tmp_path / "b.db")
    with sqlite3.connect(tmp_path / "b.db") as there:
        there.execute("DROP TRIGGER events_no_update")
        there.execute("UPDATE events SET body = replace(body, 'HP36', 'HP37') WHERE position = 5")
    new = Khcn(f"sqlite:///{tmp_path / 'new.db'}", tmp_path)
    ran = new("restore", tmp_path / "b.db")

    assert ran.code == 6
    assert "First bad position: 5." in ran.err
    assert not (tmp_path / "new.db").exists()


def test_a_store_that_is_not_whole_is_copied_as_it_is_and_told(khcn: Khcn, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "khcn.db") as there:
        there.execute("DROP TRIGGER events_no_update")
        there.execute("UPDATE events SET recorded_at = '2020-01-01T00:00:00.000000Z' WHERE position = 5")
    ran = khcn("backup", tmp_path / "b.db", "--json")

    assert ran.code == 6
    assert json.loads(ran.out)["first_bad"]["position"] == 5
    assert (tmp_path / "b.db").exists()


@pytest.mark.parametrize("body", ["substr(body, 2)", "substr(CAST(body AS TEXT), 2)"], ids=["bytes", "text"])
def test_of_an_event_that_cannot_be_read_the_file_is_taken_along(khcn: Khcn, tmp_path: Path, body: str) -> None:
    khcn.file("qd.txt", "Quyết định đổi tên\n")
    khcn.record(RENAME | {"document": PAPER | {"file": "qd.txt"}})
    with sqlite3.connect(tmp_path / "khcn.db") as there:
        there.execute("DROP TRIGGER events_no_update")
        there.execute(f"UPDATE events SET body = {body} WHERE position = (SELECT max(position) FROM events)")
    ran = khcn("backup", tmp_path / "b.db", "--json")

    assert ran.code == 6
    assert json.loads(ran.out)["first_bad"]["position"] == khcn.head()
    assert json.loads(ran.out)["files"] == 1


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + bytes(200)])
def test_what_is_no_backup_is_told_so(bare: Khcn, content: bytes, tmp_path: Path) -> None:
    ran = bare("restore", bare.file("b.db", content))

    assert ran.code == 2
    assert "b.db" in ran.err
    assert not (tmp_path / "khcn.db").exists()


def test_a_folder_that_is_not_there_is_told(khcn: Khcn, tmp_path: Path) -> None:
    assert khcn("backup", tmp_path / "nowhere" / "b.db").code == 2


def test_a_backup_made_after_an_erasure_holds_nothing_of_the_name(khcn: Khcn, tmp_path: Path) -> None:
    khcn.record(ADD)
    with Log.open(khcn.url) as log:
        [[key]] = log.rows("SELECT key FROM keys WHERE person = 'p1'")
    assert khcn.record(ERASE).outcomes == ["recorded"]
    khcn("backup", tmp_path / "b.db")
    held = (tmp_path / "b.db").read_bytes()

    assert bytes(key) not in held
    assert "Người Bịa".encode() not in held


def test_what_is_recorded_meanwhile_is_in_the_next_backup(played: Khcn, tmp_path: Path) -> None:
    """The copy is of one moment: it is whole although somebody records while it is made."""
    from engine import copying

    pages = copying.Part.pages

    def busy(part: copying.Part, reader: Any) -> Any:
        for number, page in enumerate(pages(part, reader)):
            if part.table == "events" and number == 0:
                played.record(RENAME | {"document": PAPER})
            yield page

    before = played.head()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(copying.Part, "pages", busy)
        first = json.loads(played("backup", tmp_path / "b1.db", "--json").out)
    second = json.loads(played("backup", tmp_path / "b2.db", "--json").out)

    assert (first["events"], first["ok"]) == (before, True)
    assert (second["events"], second["ok"]) == (before + 1, True)
