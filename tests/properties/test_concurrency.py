"""Several people at once: a line is never overdrawn, a command id counts once, and the log has no gap."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from engine.desk import Desk, Result
from engine.log import Log
from projections.views import why
from tests.properties.checks import check_store
from tests.spec import Spec
from tests.world import HP_SECTOR, Command, before, changed, command, document, person, step, story, world
from workflows.rules import RULES

ROOT = Path(__file__).parents[2]
WRITERS = 8
PROCESSES = 4
FUNDED = 2
LINE = "L-department"


def ready_to_fund(number: int) -> list[Command]:
    task, leader = f"T{number}", f"pi-{number}"
    registered = before(HP_SECTOR, "fund_task", task, investigator=leader, team=[])
    return [person(leader, "2026-02-05", "BV1"), *registered]


def one_line_for_eight(spec: Spec) -> list[Command]:
    """Eight approved tasks that want 100 million each of a line that has 250; returns what they ask for."""
    spec.given(*world("HP36"))
    for number in range(WRITERS):
        spec.given(*ready_to_fund(number))
    paper = document("QĐ-9", "2026-03-10")
    line = {"line": LINE, "amount": 250_000_000, "reason": "Giảm", "document": paper}
    spec.given(command("adjust_budget_line", "fin", "2026-03-10", **line))
    return [step(HP_SECTOR, "fund_task", f"T{number}") for number in range(WRITERS)]


@contextmanager
def desks(spec: Spec, *, own: bool) -> Iterator[list[Desk]]:
    """A desk for each writer: each with connections of its own, or all of them the same."""
    logs = [Log.open(spec.url) for _ in range(WRITERS)] if own else []
    yield [Desk(log, RULES, lambda: spec.now) for log in logs] or [spec.desk] * WRITERS
    for log in logs:
        log.close()


def at_once(acts: list[Callable[[], Result]]) -> list[Result]:
    """Do all of it at the same moment."""
    start = Barrier(len(acts))

    def act(what: Callable[[], Result]) -> Result:
        start.wait()
        return what()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


@pytest.mark.parametrize("own", [False, True], ids=["one desk", "a desk each"])
def test_eight_at_once_never_overdraw_a_line(spec: Spec, own: bool) -> None:
    wanted = one_line_for_eight(spec)
    with desks(spec, own=own) as mine:
        results = at_once([lambda d=d, c=c: d.handle(c) for d, c in zip(mine, wanted, strict=True)])  # type: ignore[misc]
    refused = {verdict.id for result in results for verdict in result.refusals}

    assert Counter(result.outcome for result in results) == {"recorded": FUNDED, "refused": WRITERS - FUNDED}
    assert {"HP36-II.6.a"} == refused
    assert check_store(spec.desk)[f"line:{LINE}"].allocated == 200_000_000  # type: ignore[attr-defined]


@pytest.mark.parametrize("own", [False, True], ids=["one desk", "a desk each"])
def test_one_command_sent_by_eight_at_once_is_recorded_once(spec: Spec, own: bool) -> None:
    spec.given(*world("HP36"))
    command = changed(step(HP_SECTOR, "register_task"), command_id="once")
    with desks(spec, own=own) as mine:
        results = at_once([lambda d=d: d.handle(command) for d in mine])  # type: ignore[misc]

    assert Counter(result.outcome for result in results) == {"recorded": 1, "duplicate": WRITERS - 1}
    assert len({(result.stream, result.version, result.position) for result in results}) == 1
    check_store(spec.desk)


@pytest.mark.parametrize("own", [False, True], ids=["one desk", "a desk each"])
def test_one_id_used_by_eight_at_once_for_different_things_is_of_the_first(spec: Spec, own: bool) -> None:
    spec.given(*world("HP36"))
    wanted = [changed(person(f"new-{number}", "2026-02-05"), command_id="once") for number in range(WRITERS)]
    with desks(spec, own=own) as mine:
        results = at_once([lambda d=d, c=c: d.handle(c) for d, c in zip(mine, wanted, strict=True)])  # type: ignore[misc]

    assert Counter(result.outcome for result in results) == {"recorded": 1, "invalid": WRITERS - 1}
    check_store(spec.desk)


def test_processes_that_fund_at_once_never_overdraw_a_line(spec: Spec, tmp_path: Path) -> None:
    wanted = one_line_for_eight(spec)
    spec.log.close()
    running = []
    for number, one in enumerate(wanted[:PROCESSES]):
        file = tmp_path / f"{number}.jsonl"
        file.write_text(json.dumps(one), encoding="utf-8")
        arguments = ["record", str(file), "--json", "--db", spec.url]
        running.append(
            subprocess.Popen([sys.executable, "-m", "cli", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        )
    answers = [json.loads(process.communicate(timeout=60)[0]) for process in running]

    assert Counter(answer["outcome"] for answer in answers) == {"recorded": FUNDED, "refused": PROCESSES - FUNDED}
    assert Counter(process.returncode for process in running) == {0: FUNDED, 3: PROCESSES - FUNDED}
    assert check_store(spec.desk)[f"line:{LINE}"].allocated == 200_000_000  # type: ignore[attr-defined]


def test_what_is_recorded_while_why_is_asked_is_not_taken_for_lacking(
    spec: Spec, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"))
    asked = spec.desk.prospects_in
    heard: list[str] = []

    def recorded_meanwhile(*words: Any, **more: Any) -> Any:
        found = asked(*words, **more)
        other = Spec(spec.url)
        other.given(step(HP_SECTOR, "report_progress"))
        other.close()
        return found

    monkeypatch.setattr(spec.desk, "prospects_in", recorded_meanwhile)
    why(spec.desk, "T1", lang="en", warn=lambda stream, _: heard.append(stream))

    assert heard == []
