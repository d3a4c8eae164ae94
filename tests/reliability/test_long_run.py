"""A process that decides and reads on and on keeps its memory, and the store grows by as much for each event."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.reliability.length import LONG, SOAK, told

ROOT = Path(__file__).parents[2]
TASKS = 40  # in the short form: some seven hundred events
MEGABYTE = 1024**2
CACHES = 32 * MEGABYTE  # SQLite's pages (16 MB), folded words, some states
FULL = 20_000  # events after which they are full
FLAT = 8 * MEGABYTE  # what memory may differ by from there on, however long
GROWTH = 1.2  # the second half of the events takes at most so much more disk than the first


class Sample(NamedTuple):
    """What a process told after a block of tasks."""

    events: int
    memory: int
    size: int
    seconds: float


def samples(url: str) -> list[Sample]:
    """Let a process work, and take down what it tells."""
    asked = [sys.executable, "-m", "tests.reliability.steady", url, str(TASKS), str(SOAK)]
    plain = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    ran = subprocess.run(asked, cwd=ROOT, env=plain, stdout=subprocess.PIPE, check=True)
    return [Sample(**json.loads(line)) for line in ran.stdout.splitlines()]


def test_memory_stays_and_the_store_grows_by_as_much_for_each_event(store_url: str) -> None:
    found = samples(store_url)
    first, middle, last = found[0], found[len(found) // 2], found[-1]
    growth = [(b.size - a.size) / (b.events - a.events) for a, b in ((first, middle), (middle, last))]
    half = len(found) // 2
    pace = [median(each.seconds for each in part) for part in (found[:half], found[half:])]
    told(
        f"{last.events} events; memory {first.memory // MEGABYTE}, {middle.memory // MEGABYTE}, "
        f"{last.memory // MEGABYTE} MB at the beginning, in the middle, at the end; an event takes "
        f"{growth[0]:.0f}, then {growth[1]:.0f} bytes; a block {pace[0]:.2f} s, then {pace[1]:.2f} s"
    )

    assert last.memory - first.memory < CACHES
    assert growth[1] < GROWTH * growth[0]
    if middle.events > FULL:
        assert last.memory - middle.memory < FLAT
    if LONG:
        assert pace[1] < 2 * pace[0]
