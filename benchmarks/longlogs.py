"""Logs of any length, quickly: a hundred lives recorded through the desk, copied under other ids at later positions.

Only events are copied, no states: the desk's fold accepts them (`check`), and makes states of them."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.filling import COPIES_A_COMMIT, desk_of, recorded
from benchmarks.lives import company, setting, task_life, whole
from engine.log import Log, Row
from tests.spec import prepare

LIVES = 100


def long_log(url: str, events: int) -> None:
    """Found a store and fill its log up to exactly so many events; each life goes as far as there is room for it."""
    prepare(url)
    with Log.open(url) as log:
        desk = desk_of(log)
        recorded(desk, setting())
        before = _head(log)
        recorded(desk, company(_name(0), LIVES))
        for number in range(LIVES):
            recorded(desk, whole(task_life(_name(0), number)))
        with log.reader() as reader:
            block = list(reader.events(after=before))
        copies = _copies(block, events - before)
        while part := [row for _, row in zip(range(COPIES_A_COMMIT * len(block)), copies, strict=False)]:
            with log.writer() as writer:
                first = writer.head()[0] + 1
                writer.append([row._replace(position=position) for position, row in enumerate(part, first)])


def check(url: str) -> None:
    """Let the desk fold the whole log, as it does when it builds its index anew."""
    with Log.open(url) as log:
        desk_of(log).rebuild_index()


def _copies(block: list[Row], events: int) -> Iterator[Row]:
    """Copies of a block, without the block itself, till there are so many events with it."""
    left, number = events - len(block), 0
    while left > 0:
        number += 1
        old, new = _name(0), _name(number)
        for row in block[:left]:
            body = row.body.replace(old.encode(), new.encode())
            yield row._replace(stream=row.stream.replace(old, new), body=body)
        left -= len(block)


def _name(number: int) -> str:
    return f"k{number:05}"


def _head(log: Log) -> int:
    with log.reader() as reader:
        return reader.head()[0]
