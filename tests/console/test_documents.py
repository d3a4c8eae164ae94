"""Files of documents: kept by their SHA-256 before the event is, found again, named when they are gone or altered."""

from __future__ import annotations

import json
import os
import sqlite3
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from engine.documents import documents
from engine.files import Files, FilesUnavailable, Incoming, Limits
from engine.log import Log, StoreUnavailable
from tests.console.khcn import Khcn
from tests.spec import Spec
from tests.world import HP_SECTOR, changed, story

Json = dict[str, Any]
CONTENT = "Quyết định đổi tên\n".encode()
DIGEST = sha256(CONTENT).hexdigest()
UNIT = "BV1"
PAPER = {"number": "12/QĐ-SYT", "date": "2026-03-01", "issuer": "Sở Y tế"}


def renamed(name: str = "Tên mới", **document: Any) -> Json:
    return {
        "command": "rename_unit",
        "actor": "admin",
        "on": "2026-03-02",
        "unit": UNIT,
        "name": name,
        "document": PAPER | document,
    }


def kept(khcn: Khcn) -> list[str]:
    """The files under the store's folder, without those on the way in."""
    folder = khcn.folder / "khcn.db.files"
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


PLACE = f"{DIGEST[:2]}/{DIGEST}"


def recorded(khcn: Khcn) -> None:
    khcn.file("qd.txt", CONTENT)

    assert khcn.record(renamed(file="qd.txt")).outcomes == ["recorded"]


def test_a_file_is_kept_by_its_sha256_and_the_event_names_it(khcn: Khcn) -> None:
    recorded(khcn)
    ran = khcn("doc", "list", "--json")
    (found,) = json.loads(ran.out)

    assert kept(khcn) == [PLACE]
    assert (khcn.folder / "khcn.db.files" / PLACE).read_bytes() == CONTENT
    assert {
        "sha256": DIGEST,
        "name": "qd.txt",
        "size": len(CONTENT),
        "media_type": "text/plain",
        **PAPER,
        "stream": "unit:BV1",
        "present": True,
    } == {name: value for name, value in found.items() if name not in ("version", "position")}


def test_the_path_counts_from_the_file_of_commands(khcn: Khcn) -> None:
    (khcn.folder / "in").mkdir()
    khcn.file("in/qd.txt", CONTENT)
    lines = khcn.file("in/c.jsonl", json.dumps(renamed(file="qd.txt"), ensure_ascii=False))

    assert khcn("record", lines, "--json").outcomes == ["recorded"]
    assert kept(khcn) == [PLACE]


def test_a_verb_takes_file_beside_the_document(khcn: Khcn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(khcn.folder)
    khcn.file("qd.txt", CONTENT)
    document = "12/QĐ-SYT; 01/03/2026; Sở Y tế"
    verb = ("unit", "rename", UNIT, "--name", "Tên", "--on", "2026-03-02", "--actor", "admin")
    ran = khcn(*verb, "--document", document, "--file", "qd.txt", "--json")

    assert (ran.code, ran.outcomes) == (0, ["recorded"])
    assert khcn("doc", "get", f"unit:BV1/{ran.results[0]['version']}", "-o", "out.txt").code == 0
    assert (khcn.folder / "out.txt").read_bytes() == CONTENT


def test_each_document_of_a_command_has_its_own_file(khcn: Khcn) -> None:
    help_of_start = khcn("task", "start", "--help").out

    assert "--file PATH" in help_of_start
    assert "--ethics-file PATH" in help_of_start


def test_the_documents_inside_facts_are_found(prepared_sqlite: Path, tmp_path: Path) -> None:
    from tests import stores

    spec = Spec(stores.fresh_sqlite(tmp_path, prepared_sqlite))
    ethics = {
        "number": "3/ĐĐ",
        "date": "2026-03-20",
        "issuer": "Hội đồng Đạo đức",
        "file": "dd.pdf",
        "sha256": "ab" * 32,
    }
    *before, start = story(HP_SECTOR, until="in_progress")
    contract = start["contract"] | {"file": "hd.pdf", "sha256": "cd" * 32}
    spec.given(*before, changed(start, contract=contract, ethics=ethics))
    correction = {
        "command": "correct",
        "actor": start["actor"],
        "on": "2026-10-01",
        "stream": "task:T1",
        "version": 5,
        "field": "ethics",
        "value": ethics | {"sha256": "ef" * 32},
        "reason": "Nhầm bản quét",
        "document": PAPER,
    }
    version = next(iter(spec.log.rows("SELECT version, stream FROM events WHERE kind = 'task_started'")))
    spec.given(correction | {"stream": version[1], "version": version[0]})
    with spec.log.reader() as reader:
        found = [(each.document.file, each.sha256[:2]) for each in documents(reader.events())]
    spec.close()

    assert found == [("hd.pdf", "cd"), ("dd.pdf", "ab"), ("hd.pdf", "cd"), ("dd.pdf", "ef")]


def test_a_dry_run_writes_no_file(khcn: Khcn) -> None:
    khcn.file("qd.txt", CONTENT)

    with khcn.unchanged():
        assert khcn("record", khcn.lines([renamed(file="qd.txt")]), "--dry-run", "--json").outcomes == ["recorded"]
    assert not (khcn.folder / "khcn.db.files").exists()


def test_what_is_refused_leaves_no_file(khcn: Khcn) -> None:
    khcn.file("qd.txt", CONTENT)
    refused = changed(renamed(file="qd.txt"), actor="nobody")

    assert khcn.record(refused).outcomes == ["refused"]
    assert kept(khcn) == []


def test_all_or_nothing_keeps_no_file_of_nothing(khcn: Khcn) -> None:
    khcn.file("qd.txt", CONTENT)
    lines = khcn.lines([renamed(file="qd.txt"), changed(renamed(), actor="nobody")])

    assert khcn("record", lines, "--all-or-nothing", "--json").code == 3
    assert kept(khcn) == []


@pytest.mark.parametrize(
    ("document", "environment", "field", "told"),
    [
        ({"file": "none.txt"}, {}, "document.file", "cannot be read (No such file or directory)"),
        ({"file": "folder.txt"}, {}, "document.file", "is no file"),
        ({"file": "run.exe"}, {}, "document.file", "Save it as one of: pdf, doc,"),
        ({"file": "qd.txt"}, {"KHCN_FILE_TYPES": ".pdf, DOCX"}, "document.file", "one of: pdf, docx."),
        ({"file": "qd.txt"}, {"KHCN_FILE_LIMIT": "10"}, "document.file", "is too big: at most 10 B are kept"),
        ({"file": "qd.txt", "sha256": "0" * 64}, {}, "document.sha256", f"The file's SHA-256 is {DIGEST}"),
        ({"sha256": "0" * 64}, {}, "document.sha256", "No file is kept under this SHA-256"),
        ({"file": 5}, {}, "document.file", "This must be text."),
    ],
)
def test_a_file_that_is_not_taken_is_invalid(
    khcn: Khcn,
    monkeypatch: pytest.MonkeyPatch,
    document: Json,
    environment: dict[str, str],
    field: str,
    told: str,
) -> None:
    khcn.file("qd.txt", CONTENT)
    khcn.file("run.exe", b"MZ")
    (khcn.folder / "folder.txt").mkdir()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    with khcn.unchanged():
        ran = khcn.record(renamed(**document))
    (error,) = ran.results[0]["errors"]

    assert (2, ["invalid"], field) == (ran.code, ran.outcomes, error["field"])
    assert told in error["message"]
    assert kept(khcn) == []


def test_the_limit_lets_through_what_is_just_as_big(khcn: Khcn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHCN_FILE_LIMIT", str(len(CONTENT)))
    recorded(khcn)


def test_a_limit_that_is_no_size_is_told(khcn: Khcn, monkeypatch: pytest.MonkeyPatch) -> None:
    khcn.file("qd.txt", CONTENT)
    monkeypatch.setenv("KHCN_FILE_LIMIT", "many")
    ran = khcn.record(renamed(file="qd.txt"))

    assert (ran.code, ran.err) == (2, "KHCN_FILE_LIMIT is a size like 50MB, not many.\n")


def test_the_same_file_again_is_named_by_its_sha256_alone(khcn: Khcn) -> None:
    recorded(khcn)

    assert khcn.record(renamed("Tên khác", sha256=DIGEST, size=1)).outcomes == ["recorded"]
    assert [len(CONTENT)] * 2 == [each["size"] for each in json.loads(khcn("doc", "list", "--json").out)]
    assert kept(khcn) == [PLACE]


def test_the_same_command_counts_once_whatever_the_path_and_heals_a_file_that_is_gone(khcn: Khcn) -> None:
    recorded_once = changed(renamed(file="qd.txt"), command_id="c1")
    khcn.file("qd.txt", CONTENT)
    first = khcn.record(recorded_once)
    (khcn.folder / "khcn.db.files" / PLACE).unlink()
    again = khcn.record(changed(recorded_once, document=PAPER | {"file": f"{khcn.folder}/qd.txt"}))
    khcn.file("qd.txt", b"another")
    other = khcn.record(recorded_once)

    assert [first.outcomes, again.outcomes, other.outcomes] == [["recorded"], ["duplicate"], ["invalid"]]
    assert kept(khcn) == [PLACE]


def altered(place: Path) -> None:
    place.chmod(0o644)
    place.write_bytes(CONTENT + b" ")


def unreadable(place: Path) -> None:
    place.unlink()
    place.mkdir()  # nobody reads a folder as a file, not even who may read everything


@pytest.mark.parametrize(
    ("damage", "condition"), [(altered, "altered"), (Path.unlink, "missing"), (unreadable, "unreadable")]
)
def test_a_file_that_is_gone_or_altered_is_named(khcn: Khcn, damage: Any, condition: str) -> None:
    recorded(khcn)
    assert khcn("doc", "verify").code == 0
    assert khcn("audit", "verify", "--files").code == 0
    (version,) = [each["version"] for each in json.loads(khcn("doc", "list", "--json").out)]
    damage(khcn.folder / "khcn.db.files" / PLACE)

    ran, audit = khcn("doc", "verify", "--json"), khcn("audit", "verify", "--files", "--json")
    told = khcn("doc", "verify")
    got, shown = (khcn("doc", "get", DIGEST, "-o", place) for place in (khcn.folder / "out.txt", "-"))

    (bad,) = json.loads(ran.out)["bad"]
    assert (6, condition, "unit:BV1", version, "qd.txt") == (
        ran.code,
        *(bad[name] for name in ("condition", "stream", "version", "name")),
    )
    assert (6, False, [bad]) == (audit.code, json.loads(audit.out)["ok"], json.loads(audit.out)["documents"]["bad"])
    assert f"{condition}: qd.txt, SHA-256 {DIGEST}, of unit:BV1/{version}" in told.out
    assert {"altered": 6, "missing": 5, "unreadable": 7}[condition] == got.code == shown.code
    assert shown.out == ""
    assert not (khcn.folder / "out.txt").exists()
    assert khcn("audit", "verify").code == 0


def test_a_file_that_no_event_names_is_told_and_does_no_harm(khcn: Khcn) -> None:
    recorded(khcn)
    orphan = sha256(b"orphan").hexdigest()
    place = khcn.folder / "khcn.db.files" / orphan[:2]
    place.mkdir(exist_ok=True)
    (place / orphan).write_bytes(b"orphan")
    ran = khcn("doc", "verify", "--json")

    assert (0, [orphan]) == (ran.code, json.loads(ran.out)["orphans"])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("unit:BV1/99", "-o", "x"), 5),
        (("nothing", "-o", "x"), 2),
        ((f"unit:BV1/{'9' * 5000}", "-o", "x"), 2),
        (("0" * 64, "-o", "x"), 5),
        ((DIGEST,), 2),
    ],
    ids=["no such version", "no place", "more digits than Python reads", "no such file", "nowhere to write"],
)
def test_get_says_what_it_cannot_get(khcn: Khcn, words: tuple[str, ...], code: int) -> None:
    assert khcn("doc", "get", *words).code == code


def test_a_folder_that_cannot_be_written_records_nothing(khcn: Khcn) -> None:
    khcn.file("qd.txt", CONTENT)
    khcn.file("khcn.db.files", b"a file where the folder should be")

    with khcn.unchanged():
        ran = khcn.record(renamed(file="qd.txt"))
    assert ran.code == 7
    assert ran.err.startswith(f"Files cannot be kept in {khcn.folder}/khcn.db.files (Not a directory)")


def test_the_file_is_kept_before_the_event_is_committed(khcn: Khcn, monkeypatch: pytest.MonkeyPatch) -> None:
    khcn.file("qd.txt", CONTENT)
    kept_then: list[list[str]] = []

    def commit_fails(*_: Any, **__: Any) -> None:
        kept_then.append(kept(khcn))
        raise StoreUnavailable(khcn.url, "the disk is full")

    monkeypatch.setattr("engine.transactions.Writer.append", commit_fails)
    with khcn.unchanged():
        assert khcn.record(renamed(file="qd.txt")).code == 7

    assert kept_then == [[PLACE]]
    monkeypatch.undo()
    assert khcn("doc", "verify", "--json").code == 0


def test_a_file_that_cannot_be_moved_in_records_nothing(khcn: Khcn, monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(incoming: Incoming) -> None:
        raise FilesUnavailable(Path("f"), OSError(28, "No space left on device"))

    khcn.file("qd.txt", CONTENT)
    monkeypatch.setattr(Incoming, "keep", cannot)

    with khcn.unchanged():
        assert khcn.record(renamed(file="qd.txt")).code == 7
    assert kept(khcn) == []


def test_the_store_on_postgresql_needs_a_folder(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests import stores

    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    url = stores.fresh_database(postgres_url)
    khcn = Khcn(url, tmp_path)
    try:
        assert khcn("init", "--admin", "admin", "--name", "Quản trị").code == 0
        khcn.file("qd.txt", CONTENT)
        unit = {
            "command": "register_unit", "actor": "admin", "on": "2026-02-05", "unit": UNIT, "name": "Bệnh viện",
            "kind": "hospital", "ownership": "public", "subordinate": True, "plans": ["HP36"],
        }  # fmt: skip
        without_folder = khcn.record(unit, renamed(file="qd.txt"))
        monkeypatch.setenv("KHCN_FILES", str(tmp_path / "files"))
        with_folder = khcn.record(unit, renamed(file="qd.txt"))

        assert without_folder.code == 2
        assert "set KHCN_FILES" in without_folder.err
        assert with_folder.outcomes[-1] == "recorded"
        assert (tmp_path / "files" / PLACE).read_bytes() == CONTENT
    finally:
        stores.drop_database(postgres_url, url)


def test_a_file_is_on_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "qd.txt").write_bytes(CONTENT)
    done: list[str] = []
    fsync, replace = os.fsync, os.replace

    def synced(handle: int) -> None:
        done.append(f"sync {Path(os.readlink(f'/proc/self/fd/{handle}')).relative_to(tmp_path).parts[:2]}")
        fsync(handle)

    def replaced(source: Path, target: Path) -> None:
        done.append("rename")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    incoming = Files(tmp_path / "kept").read(tmp_path / "qd.txt", Limits(), copied=True)
    incoming.keep()

    assert ["sync ('kept', 'incoming')", "rename", f"sync ('kept', '{DIGEST[:2]}')", "sync ('kept',)"] == done


def test_a_file_that_grows_while_it_is_read_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine import files

    path = tmp_path / "a.txt"
    path.write_bytes(b"12345")
    monkeypatch.setattr(Path, "stat", lambda self: _Small())

    with pytest.raises(files.Unfit, match="too big"):
        Files(tmp_path / "kept").read(path, Limits(size=4), copied=True)
    assert [each for each in (tmp_path / "kept").rglob("*") if each.is_file()] == []


class _Small:
    st_mode = 0o100644
    st_size = 1


def test_the_event_holds_name_size_and_type_of_the_file(khcn: Khcn) -> None:
    recorded(khcn)
    with sqlite3.connect(khcn.folder / "khcn.db") as connection:
        (body,) = connection.execute("SELECT body FROM events ORDER BY position DESC LIMIT 1").fetchone()
    document = json.loads(body)["document"]

    assert PAPER | {"file": "qd.txt", "sha256": DIGEST, "size": len(CONTENT), "media_type": "text/plain"} == document
    with Log.open(khcn.url) as log, log.reader() as reader:
        assert [each.sha256 for each in documents(reader.events())] == [DIGEST]
