"""The made-up tasks that the benchmarks take through the desk: their world, and the ten decisions of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tests.world import HP_SECTOR, Command, changed, life, line, person, world

PLAN = "HP36"
A_LINE = 100  # tasks paid from one budget line
LINE_SUM = 20_000_000_000
DECISIONS = (
    "register_task",
    "appraise_task",
    "approve_task",
    "fund_task",
    "start_task",
    "report_progress",
    "disburse",
    "submit_for_acceptance",
    "accept_task",
    "publish_task",
)


class Step(NamedTuple):
    """A decision that is timed, and the sessions and ballots that must be on record before it."""

    before: list[Command]
    decision: Command


def setting() -> list[Command]:
    """Units, people, councils: what every task needs."""
    return world(PLAN)


def company(prefix: str, tasks: int) -> list[Command]:
    """The investigators of so many tasks, each leading two, and their budget lines."""
    on = "2026-02-05"
    people = [person(f"{prefix}-pi{number}", on, "BV1") for number in range((tasks + 1) // 2)]
    lines = [line(f"{prefix}-L{number}", "department", PLAN, LINE_SUM) for number in range(-(-tasks // A_LINE))]
    return people + lines


def task_life(prefix: str, number: int) -> list[Step]:
    """The ten decisions of one task of a company, from its registration to its publication."""
    task = f"{prefix}-T{number}"
    steps: list[Step] = []
    waiting: list[Command] = []
    taken: set[str] = set()
    for each in life(HP_SECTOR, task=task, until="published", investigator=f"{prefix}-pi{number // 2}"):
        name = each["command"]
        if name not in DECISIONS:
            waiting.append(each)
        elif name not in taken:  # one payment is enough
            taken.add(name)
            paid = {"line": f"{prefix}-L{number // A_LINE}"} if "line" in each else {}
            steps.append(Step(waiting, changed(each, command_id=f"{task}-{name}", **paid)))
            waiting = []
    return steps


def together(lives: Sequence[list[Step]]) -> Iterator[Step]:
    """Several tasks abreast: the first decision of all of them, then the second ..."""
    for number in range(len(DECISIONS)):
        for steps in lives:
            yield steps[number]


def whole(steps: Iterable[Step]) -> list[Command]:
    """Every command of a life in its order."""
    return [command for step in steps for command in (*step.before, step.decision)]
