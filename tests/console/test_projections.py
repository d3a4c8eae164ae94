"""`khcn projections` as an operator and his timers meet it: tables, JSON, files of results, exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from console import process
from engine.log import Log
from projections.rebuild import Rebuild
from projections.registries import every
from projections.tasks import tasks
from projections.versions import Book
from tests.console.khcn import Khcn
from tests.engine.logs import execute
from tests.projections.releases import never_heard
from tests.projections.shelves import append, everything

NAMES = list(every())
ROOT = Path(__file__).parents[2]


def told(khcn: Khcn, *arguments: str) -> Any:
    ran = khcn("projections", *arguments, "--json")
    return json.loads(ran.out)


def spoil(khcn: Khcn) -> None:
    """Change a row that people see, past the product."""
    with Log.open(khcn.url) as log, log.reader() as reader:
        version = Book(reader, log.dialect).live(tasks)
    assert version is not None
    execute(khcn.url, f"UPDATE {version.rows_in} SET title = 'khác'")


def fail(khcn: Khcn) -> None:
    """Let an event follow that no release knows."""
    with Log.open(khcn.url) as log:
        last = everything(log)[-1]
        append(log, [never_heard(last)._replace(version=last.version + 1)])


def test_status_has_the_contracts_shape(khcn: Khcn) -> None:
    rows = told(khcn, "status")

    assert [row["name"] for row in rows] == NAMES
    assert all({"name", "version", "position", "lag", "rows", "built_at", "state"} <= row.keys() for row in rows)
    assert {row["state"] for row in rows} == {"behind"}


def test_update_brings_everything_up_to_the_log(khcn: Khcn) -> None:
    ran = khcn("projections", "update")

    assert (ran.code, len(ran.out.splitlines())) == (0, len(NAMES) + 1)
    assert {(row["state"], row["lag"], row["position"]) for row in told(khcn, "status")} == {("live", 0, khcn.head())}
    assert [row["rows"] for row in told(khcn, "status", "tasks")] == [1]


def test_rebuild_has_the_contracts_shape(khcn: Khcn) -> None:
    found = told(khcn, "rebuild")

    assert found["ok"] is True
    assert [each["name"] for each in found["projections"]] == NAMES
    assert found["projections"][0] == {
        "name": "tasks",
        "events": khcn.head(),
        "rows": 1,
        "seconds": found["projections"][0]["seconds"],
        "outcome": "switched",
        "difference": {"added": 0, "removed": 0, "changed": 0, "columns": {}, "examples": []},
    }


def test_a_difference_stops_the_switch_and_is_told_and_may_be_accepted(khcn: Khcn) -> None:
    khcn("projections", "update")
    spoil(khcn)
    refused = khcn("projections", "rebuild")
    shown = [row["title"] for row in json.loads(khcn("registry", "tasks", "--json").out)]

    assert (refused.code, shown) == (6, ["khác"])
    assert "columns: title (1)" in refused.out
    assert "~ T1: title: khác → Đánh giá" in refused.out
    assert khcn("projections", "verify").code == 6
    assert khcn("projections", "rebuild", "--accept").code == 0
    assert khcn("projections", "verify").code == 0


def test_one_goes_back_with_rollback_and_nowhere_without_a_version_before(khcn: Khcn) -> None:
    khcn("projections", "rebuild")
    none = khcn("projections", "rebuild", "tasks", "--rollback")
    khcn("projections", "rebuild", "tasks")
    back = khcn("projections", "rebuild", "tasks", "--rollback")

    assert (none.code, back.code) == (5, 0)
    assert khcn("projections", "rebuild", "--rollback", "--accept").code == 2


def test_verify_names_what_differs(khcn: Khcn) -> None:
    khcn("projections", "update")
    good = told(khcn, "verify", "tasks")
    spoil(khcn)
    bad = told(khcn, "verify", "tasks")
    [right], [wrong] = good["projections"], bad["projections"]

    assert (right["outcome"], right["digest"] == right["expected"]) == ("equal", True)
    assert (wrong["outcome"], wrong["digest"] == wrong["expected"]) == ("different", False)
    assert wrong["expected"] == right["digest"]
    assert wrong["difference"]["examples"] == [
        {
            "row": "T1",
            "change": "changed",
            "columns": {"title": {"before": "khác", "after": "Đánh giá kết quả điều trị T1"}},
        }
    ]


def test_thresholds_have_an_exit_code_for_timers(khcn: Khcn) -> None:
    events = khcn.head()

    assert khcn("projections", "status").code == 0
    assert khcn("projections", "status", "--max-lag", str(events)).code == 0
    assert khcn("projections", "status", "--max-lag", str(events - 1)).code == 6
    assert khcn("projections", "status", "--max-age", "0").code in (0, 6)
    khcn("projections", "update")
    assert khcn("projections", "status", "--max-lag", "0", "--max-age", "0").code == 0


def test_an_event_in_quarantine_is_told_everywhere_and_stops_a_rebuild(khcn: Khcn) -> None:
    khcn("projections", "update")
    fail(khcn)
    updated = khcn("projections", "update", "tasks")
    standing = khcn("projections", "status", "tasks", "--max-lag", "0")
    read = khcn("registry", "tasks")
    tried = khcn("projections", "retry", "tasks")
    stopped = khcn("projections", "rebuild", "tasks", "--json")
    place = str(khcn.head())

    assert [ran.code for ran in (updated, standing, read, tried, stopped)] == [6, 6, 0, 6, 6]
    for ran in (standing, read, tried, stopped):
        assert place in ran.err
    assert json.loads(stopped.out)["projections"][0]["outcome"] == "stopped"
    assert json.loads(khcn("registry", "tasks", "--json").out)[0]["doubtful"] is True


def test_a_file_of_results_is_written_where_it_is_asked_for(khcn: Khcn) -> None:
    file = khcn.folder / "run_results.json"
    before = set(khcn.folder.iterdir())
    khcn("projections", "rebuild", "tasks", "--results", str(file))
    found = json.loads(file.read_text())

    assert found["metadata"]["command"] == "rebuild"
    assert [(each["unique_id"], each["status"]) for each in found["results"]] == [("projection.tasks", "switched")]
    assert set(khcn.folder.iterdir()) - before == {file}


def test_an_unknown_name_is_told_with_those_there_are(khcn: Khcn) -> None:
    ran = khcn("projections", "update", "task")

    assert ran.code == 5
    assert ", ".join(NAMES) in ran.err


def test_who_rebuilds_is_told_to_the_second_one(khcn: Khcn, monkeypatch: pytest.MonkeyPatch) -> None:
    parent = f"{process.this_process().rsplit(':', 2)[0]}:{os.getppid()}:{process._started(os.getppid())}"
    codes: list[Any] = []

    def meanwhile(*_: int) -> None:
        codes.append(khcn("projections", "rebuild", "units"))

    with Log.open(khcn.url) as log:
        Rebuild(log, parent, process.alive, progress=meanwhile).run([tasks])

    assert [ran.code for ran in codes] == [7] * len(codes)
    assert f"pid {os.getppid()}; tasks is at {khcn.head()} of {khcn.head()} events" in codes[0].err


def test_where_there_is_no_store_every_command_says_so(bare: Khcn) -> None:
    codes = {
        name: bare("projections", name).code for name in ("status", "update", "rebuild", "verify", "retry", "follow")
    }

    assert set(codes.values()) == {7}


def test_follow_keeps_the_tables_warm_till_it_is_told_to_end(khcn: Khcn) -> None:
    command = [sys.executable, "-m", "cli", "--db", khcn.url, "projections", "follow", "--interval", "0.05"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as following:
        deadline = time.monotonic() + 30
        while {row["lag"] for row in told(khcn, "status")} != {0}:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        following.send_signal(signal.SIGTERM)
        _, err = following.communicate(timeout=30)

    assert following.returncode == 0
    assert f"tasks: {khcn.head()} events" in err


def test_an_operator_who_reads_vietnamese_reads_it(khcn: Khcn) -> None:
    khcn("projections", "update")
    spoil(khcn)
    ran = khcn("--lang", "vi", "projections", "rebuild")

    assert "KHÔNG CHUYỂN, các dòng khác nhau" in ran.out
    assert "số dòng thêm: 0, bỏ: 0, thay đổi: 1" in ran.out
