"""Rebuilds while people read, and rebuilds that are killed: nobody ever sees a wrong row, and the next run mends it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any

import pytest

from console.process import alive, this_process
from console.projections import executor
from engine.envelope import BadEvent, UnknownKind
from engine.log import Conflict, Log, Row, StoreMissing, StoreUnavailable
from projections import building
from projections.building import Overtaken
from projections.councils import sessions
from projections.folding import Part, Poison, Poisoned
from projections.funding import funding
from projections.rebuild import Rebuild
from projections.tasks import tasks
from projections.versions import LIVE, NEW, OLD
from tests.processes import FORKS
from tests.projections.killed import rebuild_for_ever
from tests.projections.releases import cut, never_heard
from tests.projections.shelves import EVERY, append, book, check, folds, founding, history, lives, shelved

SOME = (tasks, funding, sessions)
REBUILDS, KILLS = 50, 20


@contextmanager
def polling(log: Log, wrong: list[object], polls: list[int]) -> Iterator[None]:
    """Somebody reads the same registries again and again meanwhile."""
    expected = folds(log, SOME)
    done = Event()

    def poll() -> None:
        with Log.open(log.url) as own:
            while not done.is_set():
                try:
                    found = shelved(own, SOME)
                except Exception as error:
                    wrong.append(error)
                    return
                polls.append(1)
                if found != expected:
                    wrong.append(found)

    readers = [Thread(target=poll) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        yield
    finally:
        done.set()
        for reader in readers:
            reader.join()


@pytest.mark.slow
def test_a_reader_during_fifty_rebuilds_sees_every_row_once_and_whole(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "INTERVAL", 60)
    append(log, history())
    shelved(log, SOME)
    wrong: list[object] = []
    polls: list[int] = []
    with polling(log, wrong, polls):
        for _ in range(REBUILDS):
            outcomes = Rebuild(log, this_process(), alive).run(SOME)
            assert [each.outcome for each in outcomes] == ["switched"] * len(SOME)

    assert wrong == []
    assert len(polls) > REBUILDS
    check(log, SOME)


def killed_somewhere(url: str, number: int) -> None:
    """Begin to rebuild in a process of its own, and kill it at some point."""
    chance = Random(number)
    told, steps = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=rebuild_for_ever, args=(url, steps))
    process.start()
    steps.close()
    for _ in range(chance.randrange(1, 14)):  # a rebuild has five to ten steps
        told.recv()
    time.sleep(chance.random() * 0.05)
    process.kill()
    process.join()
    told.close()


@pytest.mark.slow
def test_killed_at_twenty_points_the_next_run_gives_the_right_tables(log: Log) -> None:
    append(log, founding())
    rows = iter([row for life in lives() for row in life])
    for number in range(KILLS):
        append(log, [row for _, row in zip(range(6), rows, strict=False)])
        killed_somewhere(log.url, number)
        assert shelved(log) == folds(log, EVERY)
        outcomes = Rebuild(log, this_process(), alive).run(EVERY)

        assert {each.outcome for each in outcomes} == {"switched"}
        check(log)
    assert {each.role for each in book(log).noted} == {LIVE, OLD}


def test_who_was_killed_is_not_waited_for_but_who_lives_is() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        stat = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        owner = this_process().rsplit(":", 2)[0] + f":{process.pid}:{stat[19]}"
        assert alive(owner, "2026-11-20T03:00:00.000000Z")
        assert not alive(owner.rsplit(":", 1)[0] + ":1", "2026-11-20T03:00:00.000000Z"), "the number was given again"
        process.kill()

    assert not alive(owner, "2026-11-20T03:00:00.000000Z")


@pytest.mark.parametrize(
    ("beat_at", "lives_on"), [("2026-11-20T03:00:00.000000Z", False), ("2999-01-01T00:00:00Z", True)]
)
def test_of_another_machine_the_last_sign_tells(beat_at: str, lives_on: bool) -> None:
    assert alive("another-machine:1:1", beat_at) is lives_on


def test_two_processes_fold_what_one_would(log: Log) -> None:
    append(log, history())
    with ProcessPoolExecutor(2, FORKS) as pool:
        outcomes = Rebuild(log, this_process(), alive, executor=pool, workers=2).run(EVERY)

    assert {each.outcome for each in outcomes} == {"switched"}
    check(log)


def test_the_processes_of_the_command_have_begun_before_the_store_is_used(log: Log) -> None:
    append(log, history())
    shelved(log)
    with executor(2) as pool, Log.open(log.url) as own:
        assert isinstance(pool, ProcessPoolExecutor)
        begun = {process.pid for process in pool._processes.values()}
        outcomes = Rebuild(own, this_process(), alive, executor=pool, workers=2).run(EVERY)

        assert {process.pid for process in pool._processes.values()} == begun
    assert len(begun) == 2
    assert {each.outcome for each in outcomes} == {"switched"}
    check(log)


WORKING = """
import os, time
from console.projections import executor
with executor(2) as pool:
    print(*pool._processes, flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_workers_end_with_the_process_they_work_for(end: signal.Signals) -> None:
    """Else they would hold its output open for ever, and whoever reads that would wait."""
    with subprocess.Popen([sys.executable, "-c", WORKING], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        workers = [int(pid) for pid in parent.stdout.readline().split()]
        parent.send_signal(end)
        rest, _ = parent.communicate(timeout=60)

    assert (len(workers), rest, parent.returncode) == (2, "", -end)


@pytest.mark.parametrize(
    ("damage", "error"), [(never_heard, UnknownKind), (cut, BadEvent)], ids=["unknown", "unreadable"]
)
def test_what_stops_a_worker_stops_the_rebuild_and_is_told(log: Log, damage: Callable[[Row], Row], error: Any) -> None:
    place = 120
    append(log, [damage(row) if row.position == place else row for row in history()])
    with (
        ProcessPoolExecutor(2, FORKS) as pool,
        pytest.raises(error, match=f"position {place}"),
    ):
        Rebuild(log, this_process(), alive, executor=pool, workers=2).run(EVERY)

    assert {each.owner for each in book(log).noted} == {""}


def test_whatever_stops_a_worker_can_be_told_by_another_process() -> None:
    poison = Poison(7, "task:T1", "task_closed", "tasks", ("T1",), "no")
    errors = (
        UnknownKind("x", 1, 7), BadEvent(7, "bad"), Poisoned(poison), Overtaken(),
        StoreMissing("sqlite:///x"), StoreUnavailable("sqlite:///x", "locked"), Conflict("taken"),
    )  # fmt: skip
    for error in errors:
        told = building.failure_of(error)
        again = told.error(*told.told)

        assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


@pytest.mark.parametrize("workers", [2, 3, 7])
def test_parts_of_any_number_come_to_the_same(log: Log, monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    monkeypatch.setattr(building, "INTERVAL", 50)
    append(log, history())
    with ThreadPoolExecutor(2) as pool:
        Rebuild(log, this_process(), alive, executor=pool, workers=workers).run(EVERY)

    check(log)


def test_a_build_in_parts_is_gone_on_with_by_one(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "INTERVAL", 30)
    append(log, history())

    def interrupt(done: int, _: int) -> None:
        if done > 60:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Rebuild(log, this_process(), alive, workers=3, progress=interrupt).run(EVERY)
    assert {each.parts for each in book(log).noted if each.role == NEW} == {3}
    Rebuild(log, this_process(), alive).run(EVERY)

    check(log)


def test_every_row_is_of_exactly_one_part() -> None:
    for key in ("T1", "task:T1", "Đề tài/1", ""):
        assert [Part(number, 5).has(key) for number in range(5)].count(True) == 1
