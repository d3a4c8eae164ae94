"""Processes that begin with the slow imports done and no connection open; what they run else, they import themselves.

The modules of commands are not among them: their help is worded when they are imported, in the language of that run."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

PRELOADED = [
    "cli",
    "engine.desk",
    "engine.log",
    "engine.postgres",
    "projections.rebuild",
    "projections.registries",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite",
    "tests.projections.killed",
    "workflows.load",
    "workflows.rules",
]
FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(PRELOADED)
PATIENCE = 120  # seconds


@dataclass(frozen=True)
class Done:
    """How a process ended, and what it put out."""

    code: int
    out: bytes
    err: bytes


def khcn(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    *,
    given: bytes = b"",
    together: bool = False,
) -> Done:
    """Run `khcn` in a process of its own, in a folder and an environment, with what it is given to read.

    `together`: what it says goes where it puts out what was asked for, in its place there."""
    with TemporaryDirectory() as place:
        ends = [Path(place) / name for name in ("in", "out", "err")]
        ends[0].write_bytes(given)
        process = FORKS.Process(target=_run, args=(list(arguments), folder, dict(environment), ends, together))
        process.start()
        process.join(PATIENCE)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"khcn {' '.join(arguments)} did not end")
        return Done(process.exitcode, ends[1].read_bytes(), ends[2].read_bytes())


def _run(arguments: list[str], folder: Path, environment: dict[str, str], ends: list[Path], together: bool) -> None:
    import cli

    for number, end in enumerate(ends):
        opened = os.open(end, os.O_RDWR | os.O_CREAT)
        os.dup2(opened, number)
        os.close(opened)
    if together:
        os.dup2(1, 2)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, "w" if number else "r", encoding="utf-8", closefd=False)  # noqa: SIM115
        for number in range(3)
    )
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["khcn", *arguments]
    cli.main()
