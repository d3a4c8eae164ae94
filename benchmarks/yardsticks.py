"""What the desk is held against: bare inserts of the same rows, and the eventsourcing library with its own recorder."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from sqlalchemy import create_engine, make_url

from engine.tables import events
from engine.transactions import Row

Rows = Sequence[Row]


class Floor(ABC):
    """Nothing but the rows: a table of the shape of `events` in a database of its own, by the driver."""

    position = 0

    def insert(self, rows: Rows) -> None:
        """Insert rows at the next positions, in one durable commit."""
        placed = [(self.position + number, *row[1:]) for number, row in enumerate(rows, 1)]
        self.position += len(rows)
        self.put(placed)

    @abstractmethod
    def put(self, rows: Sequence[Any]) -> None:
        """Insert rows as they are, in one durable commit."""


class SqliteFloor(Floor):
    """Bare inserts into an SQLite file, with the settings of a store."""

    INSERT = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)"

    def __init__(self, file: Path) -> None:
        with create_engine(f"sqlite:///{file}").connect() as connection:
            events.create(connection)
            connection.commit()
        self.connection = sqlite3.connect(file, isolation_level=None)
        for setting in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -16000"):
            self.connection.execute(f"PRAGMA {setting}")

    def put(self, rows: Sequence[Any]) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        if len(rows) == 1:
            self.connection.execute(self.INSERT, rows[0])
        else:
            self.connection.executemany(self.INSERT, rows)
        self.connection.execute("COMMIT")


class PostgresFloor(Floor):
    """Bare inserts into a PostgreSQL database; a single one is its own transaction."""

    INSERT = b"INSERT INTO events VALUES (%s, %s, %s, %s, %s, %s)"

    def __init__(self, url: str) -> None:
        with create_engine(url).connect() as connection:
            events.create(connection)
            connection.commit()
        self.connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)

    def put(self, rows: Sequence[Any]) -> None:
        if len(rows) == 1:
            self.connection.execute(self.INSERT, rows[0])
        else:
            with self.connection.transaction(), self.connection.cursor() as cursor:
                cursor.executemany(self.INSERT, rows)


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
