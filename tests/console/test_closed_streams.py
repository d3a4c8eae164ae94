"""Whoever starts `khcn` with a standard stream closed, as `>&-` and some timers do, has what he asked for done."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.console.khcn import Khcn
from tests.world import person

ROOT = Path(__file__).resolve().parents[2]
CLOSED = ("<&-", ">&-", "2>&-", "<&- >&- 2>&-")
PERSON = person("p9", "2026-03-01")


def run(khcn: Khcn, closed: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `khcn` as a shell does that closes some of its standard streams first."""
    program = [sys.executable, str(ROOT / "cli.py"), *map(str, words), "--db", khcn.url]
    return subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", *program],
        check=False,
        capture_output=True,
        text=True,
        cwd=khcn.folder,
        timeout=120,
    )


@pytest.mark.parametrize("closed", CLOSED)
def test_what_was_to_be_recorded_is_recorded(khcn: Khcn, closed: str) -> None:
    before = khcn.head()
    ran = run(khcn, closed, "record", khcn.lines([PERSON]))

    assert (ran.returncode, "Traceback" in ran.stderr + ran.stdout) == (0, False)
    assert khcn.head() == before + 1
    assert khcn("audit", "verify").code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("task", "show", "T1", "--json"),
        ("registry", "tasks", "--format", "xlsx"),
        ("report", "year", "--plan", "HP36", "--period", "2026"),
        ("audit", "export", "--format", "jsonl"),
        ("projections", "rebuild", "units"),
    ],
    ids=" ".join,
)
def test_what_is_read_ends_well_though_nobody_hears_it(khcn: Khcn, words: tuple[str, ...]) -> None:
    ran = run(khcn, ">&-", *words)

    assert (ran.returncode, ran.stdout) == (0, "")
    assert "Traceback" not in ran.stderr
    assert "should not have happened" not in ran.stderr


def test_what_fails_ends_with_its_code_though_nobody_hears_why(khcn: Khcn) -> None:
    codes = [
        run(khcn, "2>&-", "task", "show", "T9").returncode,
        run(khcn, ">&- 2>&-", "task", "fly").returncode,
        run(khcn, "2>&-", "record", khcn.lines([{**PERSON, "actor": "nobody"}])).returncode,
    ]

    assert codes == [5, 2, 3]


def test_what_is_asked_for_is_put_out_though_messages_are_not(khcn: Khcn) -> None:
    ran = run(khcn, "2>&- <&-", "task", "show", "T1", "--json")

    assert (ran.returncode, json.loads(ran.stdout)["task"]) == (0, "T1")


def test_a_closed_input_holds_no_commands(khcn: Khcn) -> None:
    with khcn.unchanged():
        closed = run(khcn, "<&-", "record", "-", "--json")
        empty = khcn("record", "-", "--json")

    assert (closed.returncode, closed.stdout) == (empty.code, empty.out)
