"""Stores with many tasks, quickly: a hundred tasks recorded through the desk, then copied under other ids in bulk."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from benchmarks.lives import company, setting, task_life, whole
from engine.desk import Desk
from engine.log import KnownCommand, Log, Row
from engine.parse import ask_for
from engine.states import Task, decode_state, encode_state
from tests.spec import NOW, prepare
from tests.world import Command
from workflows.rules import RULES

BLOCK = 100  # tasks recorded by hand, and in each copy
COPIES_A_COMMIT = 10


class Block(NamedTuple):
    """What the tasks of one block left in the store."""

    rows: list[Row]
    states: dict[str, tuple[int, bytes]]
    commands: list[KnownCommand]


def desk_of(log: Log) -> Desk:
    """A desk that stands at the date of the made-up tasks."""
    return Desk(log, RULES, lambda: NOW)


def recorded(desk: Desk, commands: list[Command]) -> None:
    """Record what is not timed. Raises ValueError where something is not recorded."""
    for result in desk.batch([ask_for(command) for command in commands]):
        if result.outcome != "recorded":
            raise ValueError(str(result))


def founded(url: str, tasks: int) -> None:
    """Found a store and put so many tasks (a multiple of 100) into it, each at one of the ten stages of its life."""
    prepare(url)
    with Log.open(url) as log:
        desk = desk_of(log)
        recorded(desk, setting())
        before = _head(log)
        recorded(desk, company(_name(0), BLOCK))
        for number in range(BLOCK):
            recorded(desk, whole(task_life(_name(0), number)[: number % 10 + 1]))
        _copy(log, _block(log, before), tasks // BLOCK)


def _name(number: int) -> str:
    return f"k{number:05}"


def _head(log: Log) -> int:
    with log.reader() as reader:
        return reader.head()[0]


def _block(log: Log, before: int) -> Block:
    with log.reader() as reader:
        rows = list(reader.events(after=before))
        keys = log.rows("SELECT key, position, data FROM states WHERE position > ?", [before])
        known = log.rows("SELECT command_id, digest, position, stream, version FROM commands")
    states = {key: (position, bytes(data)) for key, position, data in keys if _name(0) in key}
    return Block(rows, states, [KnownCommand(*each) for each in known])


def _copy(log: Log, block: Block, blocks: int) -> None:
    for start in range(1, blocks, COPIES_A_COMMIT):
        with log.writer() as writer:
            for number in range(start, min(start + COPIES_A_COMMIT, blocks)):
                rows, states, commands = _renamed(block, number)
                writer.append(rows, states, commands)


def _renamed(block: Block, number: int) -> Block:
    old, new, later = _name(0), _name(number), number * len(block.rows)

    def text(value: str) -> str:
        return value.replace(old, new)

    def data(value: bytes) -> bytes:
        return value.replace(old.encode(), new.encode())

    return Block(
        [
            row._replace(position=row.position + later, stream=text(row.stream), body=data(row.body))
            for row in block.rows
        ],
        {
            text(key): (position + later, encode_state(_moved(decode_state(key, data(value)), later)))
            for key, (position, value) in block.states.items()
        },
        [
            each._replace(command_id=text(each.command_id), position=each.position + later, stream=text(each.stream))
            for each in block.commands
        ],
    )


def _moved(state: Struct, later: int) -> Struct:
    if not isinstance(state, Task):
        return state
    milestones = tuple(replace(reached, position=reached.position + later) for reached in state.milestones)
    return replace(state, milestones=milestones)
