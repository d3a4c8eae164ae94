"""What a decision costs at the desk, beside bare inserts, beside the bare eventsourcing library, and in a full store.

    python -m benchmarks.desk [--quick] [--only sqlite|postgresql] [--rounds N] [--tasks N]

Every store is on disk and durable; what is compared is measured in the same run, in turns of a few milliseconds."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from unittest.mock import patch

from benchmarks.filling import BLOCK, desk_of, founded, recorded
from benchmarks.lives import DECISIONS, Step, company, task_life
from benchmarks.measuring import Line, Times, put
from benchmarks.yardsticks import (
    BareLibrary,
    Floor,
    Left,
    PostgresFloor,
    Rows,
    SqliteFloor,
    postgres_settings,
    sqlite_settings,
)
from engine.desk import Result
from engine.log import KnownCommand, Log, Reader, Writer
from engine.parse import ask_for
from tests.stores import fresh_database, start_postgres
from tests.world import Command

BATCH = 100
TASKS_A_ROUND = 10
FLOOR_AIM = {"sqlite": 2.0, "postgresql": 3.0}
BATCH_AIM, SIZE_AIM = 4.0, 1.2  # a quarter of the speed is four times the time
DURABLE = {"listen_addresses": "", "timezone": "UTC"}  # else as PostgreSQL comes: fsync and synchronous_commit are on
Floors = Mapping[str, Floor]
States = Mapping[str, tuple[int, bytes]]
Fresh = Callable[[str], str]  # a name -> the URL of a new database
_serial = count(1)


class Bench:
    """A store, and desks for it: one that remembers, and two that take turns, so that each must load anew."""

    def __init__(self, url: str, times: Times) -> None:
        self.log = Log.open(url)
        self.times = times
        self.desk = desk_of(self.log)
        self.turns = desk_of(self.log), desk_of(self.log)
        self.noted: list[tuple[Rows, States, Sequence[KnownCommand]]] = []

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
            with noting(self.noted), self.times.of(name):
                result = desk.handle(step.decision)
            _check([result])

    def together(self, name: str, commands: list[Command]) -> None:
        """Record many decisions with one commit."""
        with noting(self.noted), self.times.of(name):
            results = list(self.desk.batch([ask_for(command) for command in commands], chunk=BATCH))
        _check(results)

    def left(self) -> list[Left]:
        """What each commit left in the store since this was last asked."""
        noted, self.noted[:] = list(self.noted), []
        with self.log.reader() as reader:
            return [self._left(reader, *each) for each in noted]

    def _left(self, reader: Reader, rows: Rows, states: States, known: Sequence[KnownCommand]) -> Left:
        seals = reader.sealed([row.position for row in rows])
        return Left(rows, list(seals.items()), known, [(key, *state) for key, state in states.items()])

    def close(self) -> None:
        """Give the connections back."""
        self.log.close()


@contextmanager
def noting(found: list[tuple[Rows, States, Sequence[KnownCommand]]]) -> Iterator[None]:
    """Put down what is handed over to be appended during the block."""
    append = Writer.append

    def noted(self: Writer, rows: Rows, states: States, known: Sequence[KnownCommand], *, commit: bool) -> None:
        found.append((rows, states, known))
        append(self, rows, states, known, commit=commit)

    with patch.object(Writer, "append", noted):
        yield


def _check(results: Iterable[Result]) -> None:
    for result in results:
        if result.outcome != "recorded":
            raise ValueError(str(result))


def singles(bench: Bench, floors: Floors, library: BareLibrary) -> None:
    """A round of tasks, each decision with a commit of its own."""
    for steps, others in zip(bench.lives(TASKS_A_ROUND), bench.lives(TASKS_A_ROUND), strict=True):
        bench.single("desk", steps)
        left = bench.left()
        for name, floor in floors.items():
            for each in left:
                placed = floor.next(each)
                with bench.times.of(name):
                    floor.insert(placed)
        for step in steps:
            with bench.times.of("library"):
                library.decide([step.decision])
        bench.single("turns", others, by_turns=True)
        bench.left()


def batches(bench: Bench, floors: Floors, library: BareLibrary) -> None:
    """A round of a hundred tasks, with a commit for each hundred decisions."""
    lives = bench.lives(BATCH)
    for number in range(len(DECISIONS)):
        steps = [life[number] for life in lives]
        recorded(bench.desk, [command for step in steps for command in step.before])
        commands = [step.decision for step in steps]
        bench.together("desk batch", commands)
        [left] = bench.left()
        for name, floor in floors.items():
            placed = floor.next(left)
            with bench.times.of(f"{name} batch"):
                floor.insert(placed)
        with bench.times.of("library batch"):
            library.decide(commands)


def against_yardsticks(kind: str, fresh: Fresh, rounds: int) -> None:
    """Compare the desk with the floor and with the library."""
    url, times = fresh("desk"), Times()
    founded(url, BLOCK)
    bench = Bench(url, times)
    floors, library = _yardsticks(kind, fresh)
    for _ in range(rounds + 1):  # the first warms up
        times.begin()
        singles(bench, floors, library)
        batches(bench, floors, library)
    times.rounds.pop(0)
    bench.close()
    library.close()
    put(f"{kind}, {rounds} rounds; a decision", _compared(kind, times))


def _compared(kind: str, times: Times) -> list[Line]:
    one, many = TASKS_A_ROUND * len(DECISIONS), BATCH * len(DECISIONS)
    return [
        times.line("a commit each: desk / floor", "desk", "floor", one, FLOOR_AIM[kind]),
        times.line("a commit each: desk / its event alone", "desk", "event", one),
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


def _yardsticks(kind: str, fresh: Fresh) -> tuple[Floors, BareLibrary]:
    library = fresh("library")
    places = {name: fresh(name) for name in ("floor", "event")}
    if kind == "sqlite":
        files = {name: SqliteFloor(_file(url), whole=name == "floor") for name, url in places.items()}
        return files, BareLibrary(sqlite_settings(_file(library)))
    servers = {name: PostgresFloor(url, whole=name == "floor") for name, url in places.items()}
    return servers, BareLibrary(postgres_settings(library))


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
