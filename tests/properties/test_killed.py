"""A recording process is killed: what it acknowledged is there, nothing is half there, sending again completes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.properties.checks import check_store, rows_of
from tests.spec import Spec
from tests.world import changed, person

ROOT = Path(__file__).parents[2]
COMMANDS = 1200
CHUNK = 100
DEATHS = (1, 130, 700)  # so many acknowledged lines are read before the process is killed


@pytest.fixture
def long_file(tmp_path: Path) -> Path:
    people = [changed(person(f"k{number}", "2026-01-05"), command_id=f"k-{number}") for number in range(COMMANDS)]
    path = tmp_path / "long.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in people), encoding="utf-8")
    return path


def recording(spec: Spec, file: Path) -> subprocess.Popen[str]:
    arguments = ["record", str(file), "--json", "--db", spec.url]
    return subprocess.Popen(
        [sys.executable, "-m", "cli", *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def killed_after(process: subprocess.Popen[str], lines: int) -> list[str]:
    """The command ids acknowledged up to the death of the process."""
    assert process.stdout is not None
    with process:
        seen = [process.stdout.readline() for _ in range(lines)]
        process.kill()
        rest = process.stdout.read()
    whole = "".join([*seen, rest]).split("\n")[:-1]  # a line that was cut off is no acknowledgement
    return [told["command_id"] for told in map(json.loads, whole) if told["outcome"] == "recorded"]


def on_record(spec: Spec) -> set[str]:
    return {str(row[0]) for row in spec.log.rows("SELECT command_id FROM commands")}


def test_what_a_killed_process_acknowledged_is_there_and_nothing_is_half_there(spec: Spec, long_file: Path) -> None:
    founded = len(rows_of(spec.log))
    acknowledged: set[str] = set()
    for lines in DEATHS:
        acknowledged |= set(killed_after(recording(spec, long_file), lines))
        check_store(spec.desk)
        kept = on_record(spec)

        assert acknowledged <= kept
        assert len(kept) % CHUNK == 0
        assert founded + len(kept) == len(rows_of(spec.log))


def test_a_file_sent_again_after_a_death_is_completed(spec: Spec, long_file: Path) -> None:
    founded = len(rows_of(spec.log))
    killed_after(recording(spec, long_file), 130)
    before = len(on_record(spec))
    out, err = recording(spec, long_file).communicate(timeout=60)
    outcomes = Counter(json.loads(line)["outcome"] for line in out.splitlines())

    assert Counter({"duplicate": before, "recorded": COMMANDS - before}) == +outcomes
    assert "Traceback" not in err
    assert founded + COMMANDS == len(rows_of(spec.log))
    check_store(spec.desk)
