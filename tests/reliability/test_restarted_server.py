"""PostgreSQL goes down at once, again and again, while several record decisions: each is on record once, as answered.

Each recorder sends its whole file again until all of it is answered; the server is up for a moment, and down for one.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Thread

import pytest

from benchmarks.lives import company, setting, task_life, whole
from tests import stores
from tests.reliability.length import LONG, rounds, told
from tests.reliability.places import checked, ids_on_record
from tests.reliability.runner import Runner
from tests.spec import Spec, prepare
from tests.world import Command

SEED = 20261123
RECORDERS = 3
TASKS = 12 if LONG else 5  # of each recorder and round
SETTINGS = {"listen_addresses": "", "timezone": "UTC", "max_connections": "40", "shared_buffers": "48MB"}
UP, DOWN = ((5.0, 40.0), (0.0, 2.0)) if LONG else ((0.1, 0.5), (0.0, 0.2))
CRASHES = 3  # at least
MOST_FAILURES = 60  # of one file


@pytest.fixture
def server() -> Iterator[stores.PostgresServer]:
    """A server of this test's own, which keeps what it committed: fsync and synchronous_commit are on."""
    made = stores.start_postgres(SETTINGS)
    yield made
    made.stop()


@dataclass
class Recorder:
    """Sends a file of decisions until all of it is answered."""

    khcn: Runner
    url: str
    file: Path
    recorded: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: int = 0
    wrong: list[object] = field(default_factory=list)

    def run(self) -> None:
        try:
            while not self._sent():
                self.failures += 1
                if self.failures > MOST_FAILURES:
                    raise TimeoutError(f"{self.file.name} is never answered")
                time.sleep(0.05)
        except Exception as error:
            self.wrong.append(error)

    def _sent(self) -> bool:
        run = self.khcn.start("record", self.file, "--json", db=self.url, file=self.file.with_suffix(".out"))
        code = self._ended(run.pid)
        self.recorded.update(told["command_id"] for told in run.results if told["outcome"] == "recorded")
        self.outcomes.update(told["outcome"] for told in run.results)
        if code not in (0, 7):
            self.wrong.append((code, run.results[-1:], run.complaints))
        return code != 7

    def _ended(self, pid: int) -> int:
        while (code := self.khcn.ended(pid)) is None:
            time.sleep(0.02)
        return code


def decisions(prefix: str) -> list[Command]:
    """Whole lives of tasks, each command with an id of its own."""
    commands = company(prefix, TASKS) + [each for number in range(TASKS) for each in whole(task_life(prefix, number))]
    return [{**each, "command_id": f"{prefix}-{number}"} for number, each in enumerate(commands)]


@dataclass
class Weather:
    """Lets the server go down and come up again at random moments."""

    server: stores.PostgresServer
    chance: Random
    crashes: int = 0
    next: float = field(init=False)

    def __post_init__(self) -> None:
        self._choose()

    def while_they_work(self, threads: list[Thread]) -> None:
        """Until all of them are done."""
        while any(thread.is_alive() for thread in threads):
            time.sleep(0.02)
            if time.monotonic() >= self.next:
                self.server.crash()
                time.sleep(self.chance.uniform(*DOWN))
                self.server.start_again()
                self.crashes += 1
                self._choose()

    def _choose(self) -> None:
        self.next = time.monotonic() + self.chance.uniform(*UP)


def test_each_decision_is_on_record_once_as_answered(
    khcn: Runner, server: stores.PostgresServer, tmp_path: Path
) -> None:
    url = stores.fresh_database(server.url)
    prepare(url)
    spec = Spec(url).given(*setting())
    spec.close()
    weather = Weather(server, Random(SEED))
    recorders: list[Recorder] = []
    sent: list[str] = []
    for number in rounds(1, lambda: weather.crashes >= CRASHES):
        now = []
        for which in range(RECORDERS):
            commands = decisions(f"r{number}p{which}")
            sent += [str(each["command_id"]) for each in commands]
            file = tmp_path / f"r{number}p{which}.jsonl"
            file.write_text("".join(json.dumps(each) + "\n" for each in commands), encoding="utf-8")
            now.append(Recorder(khcn, url, file))
        threads = [Thread(target=each.run) for each in now]
        for thread in threads:
            thread.start()
        weather.while_they_work(threads)
        recorders += now
    answered = Counter(ident for each in recorders for ident in each.recorded.elements())
    outcomes = Counter(outcome for each in recorders for outcome in each.outcomes.elements())

    assert [each.wrong for each in recorders if each.wrong] == []
    assert set(outcomes) <= {"recorded", "duplicate"}
    assert max(answered.values()) == 1  # nothing was answered as recorded twice
    assert Counter(ids_on_record(url)) == Counter(sent)
    checked(url)
    rebuilt = khcn("projections", "rebuild", "--json", db=url)
    assert (rebuilt.code, khcn("projections", "verify", db=url).code) == (0, 0), rebuilt.err
    told(
        f"{weather.crashes} crashes of the server, {sum(each.failures for each in recorders)} files sent again; "
        f"{len(sent)} decisions, answers {dict(outcomes)}; seed {SEED}"
    )


def test_a_registry_that_was_read_through_crashes_is_the_rebuilt_one(
    khcn: Runner, server: stores.PostgresServer, tmp_path: Path
) -> None:
    """Whoever reads while the server goes down is told so, with 7; whatever was folded by then is right."""
    url = stores.fresh_database(server.url)
    prepare(url)
    spec = Spec(url).given(*setting(), *company("a", 2))
    codes: Counter[int] = Counter()
    for number in range(2):
        spec.given(*whole(task_life("a", number)))
        reading = khcn.start("registry", "tasks", "--json", db=url, file=tmp_path / "read")
        time.sleep(0.03 * number)
        spec.close()
        server.crash()
        server.start_again()
        codes[khcn.wait(reading)] += 1
    shown = khcn("registry", "tasks", "--json", db=url)
    rebuilt = khcn("projections", "rebuild", "--json", db=url)

    assert set(codes) <= {0, 7}
    assert len(json.loads(shown.out)) == 2
    assert {each["difference"]["changed"] for each in json.loads(rebuilt.out)["projections"]} == {0}
