"""What a command writes into a file is there whole or not at all, and what killed runs leave behind is swept away."""

from __future__ import annotations

import os
import resource
import signal
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from zipfile import ZipFile

import pytest

from console.files import PART, whole_file
from console.process import this_process
from tests.console.khcn import Khcn
from tests.world import command

WRITERS = {
    "registry": ("registry", "tasks", "--format", "xlsx", "-o"),
    "report": ("report", "year", "--plan", "HP36", "--period", "2026", "--format", "xlsx", "-o"),
    "due": ("due", "--ics"),
    "export": ("audit", "export", "--format", "jsonl", "-o"),
}


@contextmanager
def disk_full_after(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("what", WRITERS)
def test_on_a_full_disk_the_file_that_was_there_stays(khcn: Khcn, what: str, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    file, kept = tmp_path / "out" / "list.xlsx", tmp_path / "b.db"
    assert khcn("backup", kept).code == 0  # which is read without a write
    assert khcn(*WRITERS[what], file).code == 0
    before = file.read_bytes()
    with disk_full_after(200):
        ran = khcn(*WRITERS[what], file, db=f"sqlite:///{kept}")

    assert len(before) > 200
    assert (ran.code, str(file) in ran.err) == (2, True)
    assert [(path.name, path.read_bytes()) for path in file.parent.iterdir()] == [("list.xlsx", before)]


def test_a_link_and_the_rights_of_a_file_stay_as_they_are(khcn: Khcn, tmp_path: Path) -> None:
    file, link = tmp_path / "list.csv", tmp_path / "newest.csv"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file.name)
    assert khcn("registry", "tasks", "--format", "csv", "-o", link).code == 0

    assert (link.is_symlink(), "T1" in file.read_text()) == (True, True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


@pytest.mark.parametrize(
    "words",
    [("registry", "tasks", "--format", "csv", "-o"), ("projections", "update", "--results")],
    ids=["registry", "results"],
)
def test_a_pipe_takes_what_it_is_given(khcn: Khcn, words: tuple[str, ...], tmp_path: Path) -> None:
    """And is not replaced by a file, nor is a device: /dev/stdout is one."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    assert khcn(*words, pipe).code == 0
    told = os.read(reading, 65536)
    os.close(reading)

    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert b"tasks" in told or b"T1" in told


def killed(folder: Path) -> None:
    """Somebody kills a run while it writes a backup."""

    def child() -> None:
        with whole_file(folder / "thursday.db") as beside:
            beside.write_bytes(b"half")
            beside.with_name(f"{beside.name}-wal").write_bytes(b"of it")
            os.kill(os.getpid(), signal.SIGKILL)

    process = get_context("fork").Process(target=child)
    process.start()
    process.join()

    assert process.exitcode == -signal.SIGKILL
    assert len(list(folder.glob(f"{PART}*"))) == 2


def test_the_next_backup_sweeps_away_what_a_killed_one_left(khcn: Khcn, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    killed(tmp_path / "backups")
    assert khcn("backup", tmp_path / "backups" / "friday.db").code == 0

    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["friday.db"]


@pytest.mark.parametrize("old", [False, True], ids=["now", "long ago"])
def test_what_somebody_is_writing_now_is_left_alone(khcn: Khcn, tmp_path: Path, old: bool) -> None:
    """Of a run on another machine nobody knows more than when it wrote last."""
    here = tmp_path / f"{PART}{this_process().replace(':', '~')}~mine.db"
    there = tmp_path / f"{PART}not-{socket.gethostname()}~1~1~theirs.db"
    other = tmp_path / ".something.part"
    for path in (here, there, other):
        path.write_bytes(b"half")
        if old:
            os.utime(path, (time.time() - 86400 * 365,) * 2)
    khcn("backup", tmp_path / "friday.db")

    assert [path.exists() for path in (here, there, other)] == [True, not old, True]


@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+pysqlite"])
@pytest.mark.parametrize("what", WRITERS)
def test_the_store_is_never_written_over(khcn: Khcn, what: str, scheme: str, tmp_path: Path) -> None:
    """Nor what SQLite keeps beside it, be it there or not, whatever name leads there and however the URL is written."""
    store = tmp_path / "khcn.db"
    names = [store, *(store.with_name(f"khcn.db{end}") for end in ("-wal", "-shm", "-journal"))]
    names += [tmp_path / "linked.db", tmp_path / "hard.db"]
    names[-2].symlink_to(store.name)
    names[-1].hardlink_to(store)
    url = khcn.url.replace("sqlite:", f"{scheme}:")
    with khcn.unchanged():
        for name in names:
            ran = khcn(*WRITERS[what], name, db=url)
            assert (ran.code, ran.err) == (2, f"{name} is the store itself: name another file.\n")


def test_files_of_documents_are_found_however_the_url_is_written(khcn: Khcn, tmp_path: Path) -> None:
    khcn.file("qd.txt", "the decision itself")
    paper = {"number": "1/QĐ", "date": "2026-03-01", "issuer": "UBND", "file": "qd.txt"}
    named = command("rename_unit", "admin", "2026-03-02", unit="BV1", name="Bệnh viện Mới", document=paper)
    assert khcn.record(named).outcomes == ["recorded"]
    url = khcn.url.replace("sqlite:", "sqlite+pysqlite:")
    assert khcn("audit", "keygen", "-o", tmp_path / "a.key").code == 0
    assert khcn("audit", "checkpoint", "--key", tmp_path / "a.key", "-o", tmp_path / "a.txt").code == 0
    made = khcn("audit", "bundle", tmp_path / "b.zip", "--period", "2026", db=url)

    assert (made.code, "not kept here" in made.err) == (0, False)
    with ZipFile(tmp_path / "b.zip") as zipped:
        assert b"the decision itself" in [zipped.read(name) for name in zipped.namelist()]
