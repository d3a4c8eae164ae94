"""What a rebuild of all registries costs, beside the floor below it and the eventsourcing library's own runner.

    python -m benchmarks.rebuild [--quick] [--only sqlite|postgresql] [--rounds N] [--sizes N,N,N]

Whatever is compared is a process of its own that tells its seconds and its peak memory; they run in turns."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.desk import Fresh, databases
from benchmarks.longlogs import check, long_log
from benchmarks.measuring import Line, Times, put
from engine.log import Log
from projections.registries import every
from projections.store import Tables
from projections.tasks import tasks
from projections.units import units

ROOT = Path(__file__).parents[1]
SIZES = (10_000, 100_000, 1_000_000)
SMALL = 1_000
FLOOR_AIM, WORKERS_AIM, MEMORY_AIM, CATCH_UP_AIM = 3.0, 1 / 1.4, 1.3, 1.2
LIBRARY_AIM = 1 / 50
NEAR = 100_000  # events of the log whose rebuilds are held against the library's runner
LIBRARY_EVENTS = 10_000
BARE_TURNS = 10  # millions
NEW_EVENTS = 200
Told = dict[str, float]


def apart(act: str, url: str, number: int = 1) -> Told:
    """Do something in a process of its own; its seconds, and its peak memory in MB."""
    command = [sys.executable, "-m", "benchmarks.rebuilding", act, url, str(number)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    told: Told = json.loads(done.stdout.splitlines()[-1])
    return told


def catching_up(fresh: Fresh, sizes: list[int], urls: dict[int, str]) -> Line:
    """What a reader waits for after one new event, in a store with few events and in one with many."""
    small, large = SMALL, max(sizes)
    urls = urls | {small: fresh("few")}
    long_log(urls[small], small)
    apart("rebuild", urls[small])  # as in the other store, there is a version before the live one
    times = Times()
    logs = {size: Log.open(urls[size]) for size in (small, large)}
    for log in logs.values():
        Tables(log).catch_up(*every().values())
    for _ in range(NEW_EVENTS):
        times.begin()
        for size, log in logs.items():
            _one_more(log)
            with times.of(str(size)):
                Tables(log).catch_up(tasks, units)
    for log in logs.values():
        log.close()
    return times.line(
        f"catch-up after one new event: {large:,} events / {small:,}", str(large), str(small), aim=CATCH_UP_AIM
    )


def _one_more(log: Log) -> None:
    """A progress report of the first task, once more."""
    with log.writer() as writer:
        [found] = writer.rows("SELECT min(position) FROM events WHERE kind = 'progress_reported'")
        row = next(iter(writer.events(after=found[0] - 1, upto=found[0])))
        writer.append([row._replace(position=writer.head()[0] + 1, version=writer.version(row.stream) + 1)])


def measured(kind: str, fresh: Fresh, sizes: list[int], rounds: int) -> None:
    """Measure on one kind of database."""
    urls: dict[int, str] = {}
    memory: dict[int, float] = {}
    speed: dict[int, float] = {}
    lines: list[Line] = []
    near, largest = max((size for size in sizes if size <= NEAR), default=min(sizes)), max(sizes)
    beside: Times | None = None
    for size in sizes:
        urls[size] = fresh(f"log{size}")
        long_log(urls[size], size)
        if size == min(sizes):
            check(urls[size])
        apart("rebuild", urls[size])
        times, peaks = _turns(urls[size], rounds, two=size in (near, largest), alone=size == near)
        memory[size], speed[size] = median(peaks), size / times.median("rebuild")
        lines.append(times.line(f"{size:,} events: rebuild / floor", "rebuild", "floor", aim=FLOOR_AIM))
        if size in (near, largest):
            lines.append(times.line(f"{size:,} events: two workers / one", "two", "rebuild", aim=WORKERS_AIM))
            lines.append(times.line("a loop of bare Python: halves at once / the whole", "halves", "whole"))
        if size == near:
            beside = times
    lines.append(catching_up(fresh, sizes, urls))
    before = sorted(sizes)[-2] if len(sizes) > 1 else largest
    shown = f"{memory[largest]:,.0f} / {memory[before]:,.0f} MB"
    aim = MEMORY_AIM if before >= NEAR else None  # of less than that not all is in memory that ever is
    lines.append(Line(f"peak memory: {largest:,} events / {before:,}", shown, memory[largest] / memory[before], aim))
    if beside is not None:
        lines += _beside_library(urls[min(urls)], min(LIBRARY_EVENTS, *sizes), beside, near)
    put(f"{kind}, {rounds} rounds; all registries", lines)
    print("events a second: " + ", ".join(f"{size:,}: {each:,.0f}" for size, each in speed.items()), flush=True)


def _beside_library(url: str, upto: int, times: Times, size: int) -> list[Line]:
    """An event's time in rebuilds of so many events, beside its time in the library's runner of the task registry."""
    theirs = apart("library", url, upto)["seconds"] / upto * 1e6
    compared = {
        "an event: rebuild of all / library's task registry": ("rebuild", LIBRARY_AIM),
        "an event: rebuild of all by two workers / the same": ("two", None),
        "an event: rebuild of the task registry alone / the same": ("tasks", LIBRARY_AIM),
    }
    found = []
    for what, (name, aim) in compared.items():
        own = times.median(name) / size * 1e6
        found.append(Line(what, f"{own:,.1f} / {theirs:,.0f} us, {theirs / own:,.0f} times", own / theirs, aim))
    return found


def _halves() -> Told:
    """Two halves of the bare loop at once, each in a process of its own; the seconds of the slower."""
    with ThreadPoolExecutor(2) as pool:
        seconds = [told["seconds"] for told in pool.map(lambda _: apart("bare", "", BARE_TURNS // 2), range(2))]
    return {"seconds": max(seconds)}


def _turns(url: str, rounds: int, *, two: bool, alone: bool) -> tuple[Times, list[float]]:
    times, peaks = Times(), []
    turns: dict[str, Callable[[], Told]] = {
        "floor": partial(apart, "floor", url),
        "rebuild": partial(apart, "rebuild", url),
    }
    if two:
        turns["two"] = partial(apart, "rebuild", url, 2)
        turns["whole"] = partial(apart, "bare", url, BARE_TURNS)
        turns["halves"] = _halves
    if alone:
        turns["tasks"] = partial(apart, "tasks", url)
    for _ in range(rounds):
        times.begin()
        for name, act in turns.items():
            told = act()
            times.rounds[-1][name] = told["seconds"]
            if name == "rebuild":
                peaks.append(told["megabytes"])
    return times, peaks


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three rounds, logs of 10,000 and 100,000 events")
    parser.add_argument("--only", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--sizes", type=lambda text: [int(each) for each in text.split(",")])
    given = parser.parse_args()
    rounds = given.rounds or (3 if given.quick else 5)
    sizes = given.sizes or list(SIZES[:2] if given.quick else SIZES)
    for kind in given.only or ("sqlite", "postgresql"):
        with databases(kind) as fresh:
            measured(kind, fresh, sizes, rounds)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
