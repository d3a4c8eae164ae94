"""What a decision costs at the desk, beside bare inserts, beside the bare eventsourcing library, and in a full store.

    python -m benchmarks.desk [--quick] [--only sqlite|postgresql] [--rounds N] [--tasks N]

Every store is on disk and durable; what is compared is measured in the same run, in turns of a few milliseconds."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from benchmarks.filling import BLOCK, desk_of, founded, recorded
from benchmarks.lives import DECISIONS, Step, company, task_life
from benchmarks.measuring import Line, Times, put
from benchmarks.yardsticks import (
    BareLibrary,
    Floor,
    PostgresFloor,
    Rows,
    SqliteFloor,
    postgres_settings,
    sqlite_settings,
)
from engine.desk import Result
from engine.log import Log
from engine.parse import ask_for
from tests.stores import fresh_database, start_postgres
from tests.world import Command

BATCH = 100
TASKS_A_ROUND = 10
FLOOR_AIM = {"sqlite": 2.0, "postgresql": 3.0}
BATCH_AIM, SIZE_AIM = 4.0, 1.2  # a quarter of the speed is four times the time
DURABLE = {"listen_addresses": "", "timezone": "UTC"}  # else as PostgreSQL comes: fsync and synchronous_commit are on
Fresh = Callable[[str], str]  # a name -> the URL of a new database
_serial = count(1)


class Bench:
    """A store, and desks for it: one that remembers, and two that take turns, so that each must load anew."""

    def __init__(self, url: str, times: Times) -> None:
        self.log = Log.open(url)
        self.times = times
        self.desk = desk_of(self.log)
        self.turns = desk_of(self.log), desk_of(self.log)

    def lives(self, tasks: int) -> list[list[Step]]:
        """So many tasks to come, with their investigators and money on record."""
        prefix = f"b{next(_serial)}"
        recorded(self.desk, company(prefix, tasks))
        return [task_life(prefix, number) for number in range(tasks)]

    def single(self, name: str, steps: Iterable[Step], *, by_turns: bool = False) -> None:
        """Take a task through its life with a commit for each decision."""
        for number, step in enumerate(steps):
            if step.before:
                recorded(self.turns[1 - number % 2] if by_turns else self.desk, step.before)
            desk = self.turns[number % 2] if by_turns else self.desk
            with self.times.of(name):
                result = desk.handle(step.decision)
            _check([result])

    def together(self, name: str, commands: list[Command]) -> None:
        """Record many decisions with one commit."""
        with self.times.of(name):
            results = list(self.desk.batch([ask_for(command) for command in commands], chunk=BATCH))
        _check(results)

    def rows(self, task: str) -> Rows:
        """What the log holds of a task."""
        with self.log.reader() as reader:
            return list(reader.stream(f"task:{task}"))

    def close(self) -> None:
        """Give the connections back."""
        self.log.close()


def _check(results: Iterable[Result]) -> None:
    for result in results:
        if result.outcome != "recorded":
            raise ValueError(str(result))


def singles(bench: Bench, floor: Floor, library: BareLibrary) -> None:
    """A round of tasks, each decision with a commit of its own."""
    for steps, others in zip(bench.lives(TASKS_A_ROUND), bench.lives(TASKS_A_ROUND), strict=True):
        bench.single("desk", steps)
        for row in bench.rows(steps[0].decision["task"]):
            with bench.times.of("floor"):
                floor.insert([row])
        for step in steps:
            with bench.times.of("library"):
                library.decide([step.decision])
        bench.single("turns", others, by_turns=True)


def batches(bench: Bench, floor: Floor, library: BareLibrary) -> None:
    """A round of a hundred tasks, with a commit for each hundred decisions."""
    lives = bench.lives(BATCH)
    for number in range(len(DECISIONS)):
        steps = [life[number] for life in lives]
        recorded(bench.desk, [command for step in steps for command in step.before])
        commands = [step.decision for step in steps]
        bench.together("desk batch", commands)
        rows = [bench.rows(command["task"])[number] for command in commands]
        with bench.times.of("floor batch"):
            floor.insert(rows)
        with bench.times.of("library batch"):
            library.decide(commands)


def against_yardsticks(kind: str, fresh: Fresh, rounds: int) -> None:
    """Compare the desk with the floor and with the library."""
    url, times = fresh("desk"), Times()
    founded(url, BLOCK)
    bench = Bench(url, times)
    floor, library = _yardsticks(kind, fresh)
    for _ in range(rounds + 1):  # the first warms up
        times.begin()
        singles(bench, floor, library)
        batches(bench, floor, library)
    times.rounds.pop(0)
    bench.close()
    library.close()
    put(f"{kind}, {rounds} rounds; a decision", _compared(kind, times))


def _compared(kind: str, times: Times) -> list[Line]:
    one, many = TASKS_A_ROUND * len(DECISIONS), BATCH * len(DECISIONS)
    return [
        times.line("a commit each: desk / floor", "desk", "floor", one, FLOOR_AIM[kind]),
        times.line("the same by two desks in turns / floor", "turns", "floor", one),
        times.line("a commit each: desk / library", "desk", "library", one),
        times.line("a commit a hundred: desk / floor", "desk batch", "floor batch", many),
        times.line("a commit a hundred: desk / library", "desk batch", "library batch", many, BATCH_AIM),
    ]


def against_size(kind: str, fresh: Fresh, rounds: int, tasks: int) -> None:
    """Compare a store with a hundred tasks and one with many."""
    times = Times()
    benches = []
    for size in (BLOCK, tasks):
        url = fresh(f"with{size}")
        founded(url, size)
        benches.append(Bench(url, times))
    for _ in range(rounds + 1):
        times.begin()
        lives = [bench.lives(TASKS_A_ROUND) for bench in benches]
        for number in range(TASKS_A_ROUND):
            for name, bench, own in zip(("few", "many"), benches, lives, strict=True):
                bench.single(name, own[number], by_turns=True)
    times.rounds.pop(0)
    for bench in benches:
        bench.close()
    line = times.line(f"{tasks:,} tasks / {BLOCK}", "many", "few", TASKS_A_ROUND * len(DECISIONS), SIZE_AIM)
    put(f"{kind}, {rounds} rounds; a decision with a commit of its own, two desks in turns", [line])


def _yardsticks(kind: str, fresh: Fresh) -> tuple[Floor, BareLibrary]:
    floor, library = fresh("floor"), fresh("library")
    if kind == "sqlite":
        return SqliteFloor(_file(floor)), BareLibrary(sqlite_settings(_file(library)))
    return PostgresFloor(floor), BareLibrary(postgres_settings(library))


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


@contextmanager
def databases(kind: str) -> Iterator[Fresh]:
    """New databases on disk, all of them gone at the end."""
    with tempfile.TemporaryDirectory(prefix="khcn-bench-") as folder:
        place = Path(folder)
        if kind == "sqlite":
            yield lambda name: f"sqlite:///{place / name}.db"
            return
        place.chmod(0o755)
        server = start_postgres(DURABLE, place)
        try:
            yield lambda _: fresh_database(server.url)
        finally:
            server.stop()


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three rounds, 2,000 tasks instead of 100,000")
    parser.add_argument("--only", choices=sorted(FLOOR_AIM), action="append")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--tasks", type=int, help="tasks in the full store; 0 leaves it out")
    given = parser.parse_args()
    rounds = given.rounds or (3 if given.quick else 7)
    tasks = given.tasks if given.tasks is not None else 2_000 if given.quick else 100_000
    for kind in given.only or FLOOR_AIM:
        with databases(kind) as fresh:
            against_yardsticks(kind, fresh, rounds)
            if tasks:
                against_size(kind, fresh, rounds, tasks)


if __name__ == "__main__":
    main()
