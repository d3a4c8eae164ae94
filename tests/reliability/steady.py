"""Decides on made-up tasks for so long, reads the registers now and then, and tells how much memory and disk it takes.

    python -m tests.reliability.steady URL TASKS SECONDS    a JSON line for each block of tasks

Of what a process remembers of a store (at most 20,000 states) it keeps less here, so that what is forgotten shows too.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from itertools import count
from pathlib import Path

from benchmarks.filling import desk_of, recorded
from benchmarks.lives import company, setting, task_life
from engine import work
from engine.log import Log
from projections.registries import every
from projections.store import Tables
from tests.spec import prepare

BLOCK = 10  # tasks
REMEMBERED = 400
PAGE = os.sysconf("SC_PAGE_SIZE")


def memory() -> int:
    """Bytes of this process that lie in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


def size(log: Log) -> int:
    """Bytes of the whole store."""
    if log.dialect == "sqlite":
        [[pages]], [[page]] = log.rows("PRAGMA page_count"), log.rows("PRAGMA page_size")
        return int(pages) * int(page)
    return int(log.rows("SELECT pg_database_size(current_database())")[0][0])


def main(url: str, tasks: int, seconds: float) -> None:
    """Decide on at least so many tasks, and for as many seconds."""
    work.MOST_KEPT = REMEMBERED
    prepare(url)
    end = time.monotonic() + seconds
    with Log.open(url) as log:
        desk = desk_of(log)
        recorded(desk, setting())
        for block in count():
            if block * BLOCK >= tasks and time.monotonic() >= end:
                return
            prefix = f"s{block}"
            recorded(desk, company(prefix, BLOCK))
            begun = time.monotonic()
            for number in range(BLOCK):
                for step in task_life(prefix, number):
                    for command in (*step.before, step.decision):
                        recorded(desk, [command])
            taken = time.monotonic() - begun
            Tables(log).catch_up(*every().values())
            gc.collect()
            with log.reader() as reader:
                events = reader.head()[0]
            told = {"events": events, "memory": memory(), "size": size(log), "seconds": taken}
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
