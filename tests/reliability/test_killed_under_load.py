"""Writers are killed at random while others read, follow, rebuild and take backups: what was answered is there, once.

Each round: two writers record a file each, and are killed at some moment; meanwhile somebody follows the log, somebody
rebuilds and may be killed too, and a backup is taken. Then both files are sent again."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Event, Thread

from engine.log import Log, Row
from tests.properties.checks import rows_of
from tests.reliability.length import rounds, told
from tests.reliability.places import checked, ids_on_record, people
from tests.reliability.runner import Runner, Started

SEED = 20261122
A_FILE = 300
BRIEFLY = 1


@dataclass
class Watcher:
    """Reads on in the log without a pause; what it read is in `rows`, what went wrong in `wrong`."""

    url: str
    rows: list[Row] = field(default_factory=list)
    wrong: list[object] = field(default_factory=list)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        done = Event()
        thread = Thread(target=self._read, args=(done,))
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _read(self, done: Event) -> None:
        with Log.open(self.url) as log:
            while not done.wait(0.01):
                try:
                    with log.reader() as reader:
                        self.rows += reader.events(after=len(self.rows))
                        if reader.head()[0] != len(self.rows) or self.rows[-1].position != len(self.rows):
                            self.wrong.append((reader.head(), len(self.rows), self.rows[-1].position))
                except Exception as error:
                    self.wrong.append(error)
                    return


@dataclass
class Load:
    """One store, and what is done to it."""

    khcn: Runner
    url: str
    folder: Path
    chance: Random
    deaths: int = 0
    answered: int = 0
    slowest: float = 0.0
    backups: list[int] = field(default_factory=list)

    def start(self, name: str, *arguments: str | Path) -> Started:
        return self.khcn.start(*arguments, db=self.url, file=self.folder / name)

    def a_round(self, number: int) -> None:
        files = [self._file(f"r{number}w{writer}") for writer in range(2)]
        follower = self.start("follower", "projections", "follow", "--interval", "0.05")
        rebuilder = self.start("rebuilder", "projections", "rebuild", "--json")
        writers = [self.start(f"writer{each}", "record", file, "--json") for each, file in enumerate(files)]
        copy = self.folder / f"backup{number}.db"
        taker = self.start("taker", "backup", copy, "--json")
        for writer in writers:
            self._killed_somewhere(writer)
        if self.chance.random() < 0.5:
            rebuilder.kill()
        follower.kill()
        for each in (*writers, rebuilder, follower):
            assert self.khcn.wait(each) in (0, 4, 7, -9), each.complaints
        assert self.khcn.wait(taker) == 0, taker.complaints
        self._verdict(files, writers)
        self._restored(copy, json.loads(taker.file.read_text()))

    def _file(self, prefix: str) -> Path:
        path = self.folder / f"{prefix}.jsonl"
        path.write_text("".join(json.dumps(one) + "\n" for one in people(A_FILE, prefix)), encoding="utf-8")
        return path

    def _killed_somewhere(self, writer: Started) -> None:
        """Wait for some answers, or none, and a little longer; then kill."""
        answers, deadline = self.chance.choice((0, 1, 100, 200)), time.monotonic() + 20
        while len(writer.results) < answers and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(self.chance.random() * 0.15)
        writer.kill()
        self.deaths += 1

    def _verdict(self, files: list[Path], writers: list[Started]) -> None:
        there = set(ids_on_record(self.url))
        for file, writer in zip(files, writers, strict=True):
            answers = {told["command_id"] for told in writer.results if told["outcome"] == "recorded"}
            assert answers <= there, sorted(answers - there)
            self.answered += len(answers)
            again = self.khcn("record", file, "--json", db=self.url)
            assert again.code == 0, again.err
            wanted = ["duplicate" if told["command_id"] in there else "recorded" for told in again.results]
            assert [told["outcome"] for told in again.results] == wanted
            assert len(wanted) == A_FILE

    def _restored(self, copy: Path, made: dict[str, object]) -> None:
        """A backup taken meanwhile is the beginning of the log, up to some position, and comes back as that."""
        new = copy.with_name("restored.db")
        begun = time.monotonic()
        restored = self.khcn("restore", copy, "--json", db=f"sqlite:///{new}")
        self.slowest = max(self.slowest, time.monotonic() - begun)
        assert restored.code == 0, restored.err
        events = checked(f"sqlite:///{new}")
        assert events == made["events"]
        with Log.open(f"sqlite:///{new}") as there, Log.open(self.url) as here:
            assert rows_of(there) == rows_of(here)[:events]
        self.backups.append(events)
        for path in (new, copy):
            path.unlink()


def test_what_was_answered_is_there_once_whoever_was_killed(
    khcn: Runner, prepared_store_url: str, tmp_path: Path
) -> None:
    load = Load(khcn, prepared_store_url, tmp_path, Random(SEED))
    watcher = Watcher(prepared_store_url)
    done = 0
    with watcher.at_work():
        for number in rounds(BRIEFLY):
            load.a_round(number)
            done = number + 1
    ids = ids_on_record(prepared_store_url)

    assert watcher.wrong == []
    assert Counter(ids) == Counter(one["command_id"] for number in range(done) for one in _sent(number))
    checked(prepared_store_url)
    with Log.open(prepared_store_url) as log:
        rows = rows_of(log)
    assert rows[: len(watcher.rows)] == watcher.rows
    rebuilt = khcn("projections", "rebuild", "--json", db=prepared_store_url)
    assert (rebuilt.code, khcn("projections", "verify", db=prepared_store_url).code) == (0, 0), rebuilt.err
    told(
        f"{load.deaths} writers killed, {load.answered} answers held against {len(rows)} events; {len(load.backups)} "
        f"backups restored, the slowest in {load.slowest:.1f} s; seed {SEED}"
    )


def _sent(number: int) -> list[dict[str, str]]:
    return [one for writer in range(2) for one in people(A_FILE, f"r{number}w{writer}")]
