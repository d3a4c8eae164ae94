"""Rows, writers and races for the tests of the log."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import sqlalchemy

from engine.log import Log, Row, StoreError

AT = "2026-03-02T08:00:00.000000Z"


def fact(position: int, stream: str = "task:T1", version: int | None = None, body: bytes = b"{}") -> Row:
    return Row(position, stream, position if version is None else version, "task_registered", AT, body)


def append(log: Log, *rows: Row) -> None:
    with log.writer() as writer:
        writer.append(rows)


def positions(log: Log) -> list[int]:
    with log.reader() as reader:
        return [row.position for row in reader.events()]


def execute(url: str, statement: str) -> None:
    """As somebody would who goes around the product."""
    engine = sqlalchemy.create_engine(url)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)
    finally:
        engine.dispose()


def race(count: int, work: Callable[[], Any]) -> list[Any]:
    """The result or the StoreError of `work`, from `count` threads that start together."""
    start = threading.Barrier(count)

    def run() -> Any:
        start.wait()
        try:
            return work()
        except StoreError as error:
            return type(error)

    with ThreadPoolExecutor(count) as pool:
        return [future.result() for future in [pool.submit(run) for _ in range(count)]]
