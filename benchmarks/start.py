"""What a person waits for: `khcn --help`, `khcn task show`, one decision; beside importing the libraries below it.

    python -m benchmarks.start [--quick] [--rounds N]

Each is a process of its own with its bytecode cached; they are started in turns."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks.filling import desk_of, recorded
from benchmarks.lives import company, setting, task_life, whole
from benchmarks.measuring import Times, put
from engine.log import Log
from tests.spec import prepare

KHCN = Path(sys.executable).with_name("khcn")
LIBRARIES = [sys.executable, "-c", "import sqlalchemy, pydantic"]
AIMS = {"khcn --help": 0.4, "khcn task show T --json": 1.5, "khcn task approve T ...": 2.0}
PREFIX = "s"


def store(url: str, tasks: int) -> None:
    """A store with so many tasks that wait for their approval."""
    prepare(url)
    with Log.open(url) as log:
        desk = desk_of(log)
        recorded(desk, setting())
        recorded(desk, company(PREFIX, tasks))
        for number in range(tasks):
            recorded(desk, whole(task_life(PREFIX, number)[:2]))


def approval(task: str) -> list[str]:
    """The command line that approves a task."""
    paper = f"88-{task}; 2026-03-10; Sở Y tế"
    given = {"actor": "lead", "on": "2026-03-10", "authority": "Sở Y tế", "amount": "100000000", "document": paper}
    options = [part for name, value in given.items() for part in (f"--{name}", value)]
    return ["task", "approve", task, *options, "--command-id", f"{task}-approved"]


def run(command: Sequence[str | Path], environment: dict[str, str]) -> None:
    """Run a process to its end. Raises CalledProcessError."""
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def environment_of(url: str) -> dict[str, str]:
    """An environment that caches bytecode and says where the store is."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KHCN_", "PYTHON"))}
    return kept | {"KHCN_DATABASE_URL": url}


def measured(rounds: int, url: str) -> Times:
    """Start everything in turns; the first round, which warms up, is not kept."""
    times = Times()
    environment = environment_of(url)
    for number in range(rounds + 1):
        task = f"{PREFIX}-T{number}"
        turns: dict[str, Callable[[], None]] = {
            "libraries": partial(run, LIBRARIES, environment),
            "khcn --help": partial(run, [KHCN, "--help"], environment),
            "khcn task show T --json": partial(run, [KHCN, "task", "show", task, "--json"], environment),
            "khcn task approve T ...": partial(run, [KHCN, *approval(task)], environment),
        }
        times.begin()
        for name, start in turns.items():
            with times.of(name):
                start()
    times.rounds.pop(0)
    return times


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="five rounds")
    parser.add_argument("--rounds", type=int)
    given = parser.parse_args()
    rounds = given.rounds or (5 if given.quick else 21)
    with tempfile.TemporaryDirectory(prefix="khcn-bench-") as folder:
        url = f"sqlite:///{folder}/khcn.db"
        store(url, rounds + 1)
        times = measured(rounds, url)
    lines = [times.line(f"{name} / libraries", name, "libraries", aim=aim) for name, aim in AIMS.items()]
    put(f"a start, {rounds} rounds; libraries: python -c 'import sqlalchemy, pydantic'", lines)


if __name__ == "__main__":
    main()
