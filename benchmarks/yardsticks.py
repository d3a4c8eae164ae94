"""What the desk is held against: bare inserts of the same rows, and the eventsourcing library with its own recorder."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from sqlalchemy import Engine, create_engine, make_url

from engine.drivers import INSERT_COMMAND, INSERT_EVENT, INSERT_SEAL, UPSERT_STATE, Values
from engine.postgres import percent, repeated
from engine.tables import commands, events, seals, states
from engine.transactions import Row

Rows = Sequence[Row]


class Left(NamedTuple):
    """What some decisions left in a store: their events, seals and command ids, and the states that changed."""

    events: Rows
    seals: Sequence[Values]
    commands: Sequence[Values]
    states: Sequence[Values]

    def moved(self, later: int) -> Left:
        """The same rows, to be put at positions so much later."""
        return Left(
            [row._replace(position=row.position + later) for row in self.events],
            [(position + later, nodes) for position, nodes in self.seals],
            [(*row[:2], row[2] + later, *row[3:]) for row in self.commands],
            [(key, position + later, data) for key, position, data in self.states],
        )

    def parts(self, *, whole: bool) -> list[tuple[str, Sequence[Values]]]:
        """The statements that put these rows into a store, or the events alone."""
        events: tuple[str, Sequence[Values]] = (INSERT_EVENT, self.events)
        if not whole:
            return [events]
        return [events, (INSERT_SEAL, self.seals), (INSERT_COMMAND, self.commands), (UPSERT_STATE, self.states)]


class Floor(ABC):
    """Nothing but rows: tables of the same shapes in a database of its own, without their guards, by the driver.

    `whole`: all rows that a decision leaves, or its event alone."""

    def __init__(self, *, whole: bool) -> None:
        self.whole = whole
        self.position = 0

    def insert(self, left: Left) -> None:
        """Insert rows in one durable commit."""
        self.put(left.parts(whole=self.whole))

    def next(self, left: Left) -> Left:
        """The rows as they come next here, where nothing but them was put."""
        placed = left.moved(self.position + 1 - left.events[0].position)
        self.position += len(left.events)
        return placed

    @abstractmethod
    def put(self, parts: Sequence[tuple[str, Sequence[Values]]]) -> None:
        """Run each statement for its rows, in one durable commit."""


class SqliteFloor(Floor):
    """Bare inserts into an SQLite file, with the settings of a store."""

    def __init__(self, file: Path, *, whole: bool) -> None:
        super().__init__(whole=whole)
        _make(create_engine(f"sqlite:///{file}"))
        self.connection = sqlite3.connect(file, isolation_level=None)
        for setting in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -16000"):
            self.connection.execute(f"PRAGMA {setting}")

    def put(self, parts: Sequence[tuple[str, Sequence[Values]]]) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        for sql, rows in parts:
            if len(rows) == 1:
                self.connection.execute(sql, rows[0])
            else:
                self.connection.executemany(sql, rows)
        self.connection.execute("COMMIT")


class PostgresFloor(Floor):
    """Bare inserts into a PostgreSQL database. One decision is one prepared statement, and its own commit."""

    def __init__(self, url: str, *, whole: bool) -> None:
        super().__init__(whole=whole)
        _make(create_engine(url))
        self.connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)

    def put(self, parts: Sequence[tuple[str, Sequence[Values]]]) -> None:
        if len(parts[0][1]) == 1:
            together = _one_statement(tuple((sql, len(rows)) for sql, rows in parts))
            self.connection.execute(together, [value for _, rows in parts for row in rows for value in row])
        else:
            with self.connection.transaction(), self.connection.cursor() as cursor:
                for sql, rows in parts:
                    cursor.executemany(percent(sql), rows)


def _make(engine: Engine) -> None:
    with engine.connect() as connection:
        for table in (events, seals, commands, states):
            table.create(connection)
        connection.commit()


@cache
def _one_statement(parts: tuple[tuple[str, int], ...]) -> Any:
    *before, last = [repeated(sql, count) for sql, count in parts if count]
    named = ", ".join(f"w{number} AS ({sql})" for number, sql in enumerate(before))
    return percent(f"WITH {named} {last}" if before else last)


class BareTask(Aggregate):
    """A task as the library's tutorial would have it: the same decisions with the same fields, and not one rule."""

    @event("Registered")
    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields
        self.state = "register_task"

    @event("StepTaken")
    def take(self, step: str, fields: dict[str, Any]) -> None:
        """Take a step."""
        self.state = step
        self.fields = {**self.fields, **fields}


class BareLibrary:
    """The library's application with its own recorder: load, take a step, save."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.application: Application[Any] = Application(env=settings)
        self._ids: dict[str, Any] = {}

    def decide(self, commands: Sequence[dict[str, Any]]) -> None:
        """Take the step of each command on its task, all in one durable commit."""
        self.application.save(*[self._taken(command) for command in commands])

    def close(self) -> None:
        """Give the connections back."""
        self.application.close()

    def _taken(self, command: dict[str, Any]) -> BareTask:
        name = command["command"]
        if name == "register_task":
            task = BareTask(command)
            self._ids[command["task"]] = task.id
            return task
        found: BareTask = self.application.repository.get(self._ids[command["task"]])
        found.take(name, command)
        return found


def sqlite_settings(file: Path) -> dict[str, str]:
    """The library's settings for an SQLite file."""
    return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(file)}


def postgres_settings(url: str) -> dict[str, str]:
    """The library's settings for a PostgreSQL database."""
    parsed = make_url(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parsed.database or "",
        "POSTGRES_HOST": str(parsed.query["host"]),
        "POSTGRES_PORT": "5432",
        "POSTGRES_USER": parsed.username or "",
        "POSTGRES_PASSWORD": "",
    }
