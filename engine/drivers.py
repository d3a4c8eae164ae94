"""One connection to a store, and how it is to SQLite. It knows no event and lets no driver's exception out.

`engine.postgres` has the one to PostgreSQL, apart from this: psycopg takes a quarter of a second to import."""

from __future__ import annotations

import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

from engine.storeerrors import (
    Conflict,
    StoreDamaged,
    StoreError,
    StoreMissing,
    StoreReadOnly,
    StoreUnavailable,
    unavailable,
)

Values = Sequence[Any]
Head = tuple[int, str]

POLL = 0.05
HEAD = "SELECT position, coalesce(recorded_at, '') FROM events ORDER BY position DESC LIMIT 1"
COMMAND = "command_id, digest, position, stream, version"
SELECT_COMMAND = f"SELECT {COMMAND} FROM commands WHERE command_id = ?"
INSERT_EVENT = "INSERT INTO events VALUES (?, ?, ?, ?, nullif(?, ''), ?)"
INSERT_SEAL = "INSERT INTO seals VALUES (?, ?)"
INSERT_COMMAND = "INSERT INTO commands VALUES (?, ?, ?, ?, ?)"
UPSERT_STATE = (
    "INSERT INTO states VALUES (?, ?, ?) "
    "ON CONFLICT (key) DO UPDATE SET position = excluded.position, data = excluded.data"
)


class Session(ABC):
    """A connection, held by one thread at a time. Statements are written with `?`; all raise StoreError only.

    `failure` is the first error since the transaction began: a statement that fails may have done half of its rows,
    so what went wrong once must not be committed."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.failure: StoreError | None = None
        self.asked: dict[str, list[Any]] = {}  # command id -> what `SELECT_COMMAND` finds
        self.idle_since = 0.0

    def fail(self, failure: StoreError) -> StoreError:
        """Note a failure, and return it to be raised."""
        self.failure = self.failure or failure
        return failure

    @abstractmethod
    def begin(self, *, write: bool, command_id: str | None = None) -> Head:
        """Begin a transaction, and return the last position and recording time in what it sees.

        `command_id` will be asked for first: where that saves a round trip, `asked` has the answer."""

    @abstractmethod
    def rows(self, sql: str, values: Values = ()) -> list[Any]:
        """Every row that one statement returns."""

    @abstractmethod
    def many(self, sql: str, rows: Iterable[Values]) -> None:
        """Run one statement for each of `rows`."""

    @abstractmethod
    def put(self, table: str, columns: Sequence[str], key: str, known: Sequence[str], rows: Sequence[Values]) -> None:
        """Put many rows into a table by its key column; `known`: keys that may be there, of which the old row goes."""

    @abstractmethod
    def among(self, column: str, values: Sequence[str]) -> tuple[str, Values]:
        """A condition that holds where `column` is one of `values`, and what to bind to it."""

    def found(self, sql: str, values: Values) -> list[Any]:
        """What `rows` returns, for a statement of every decision that reads texts, whole numbers and bytes."""
        return self.rows(sql, values)

    @abstractmethod
    def append(self, parts: Sequence[tuple[str, Sequence[Values]]], *, commit: bool = False) -> None:
        """Run each INSERT of one row for the rows beside it, in as few statements as the driver allows.

        Whoever listens is told that there are events. `commit`: this ends the transaction."""

    @abstractmethod
    def end(self, *, commit: bool) -> None:
        """End the transaction."""

    @abstractmethod
    def close(self) -> None:
        """Close the connection, whatever its state."""

    @abstractmethod
    def idle(self) -> bool:
        """Whether the connection is open and in no transaction."""

    @abstractmethod
    def relax(self) -> None:
        """From here on do not wait for the disk at a commit: with the next commit that does, this is on it as well."""

    @abstractmethod
    def listen(self) -> None:
        """Begin to take notice of what others commit."""

    @abstractmethod
    def heard(self, seconds: float) -> bool:
        """Wait up to `seconds` until somebody has committed events; whether that happened."""


class SqliteSession(Session):
    """SQLite. The connection is in autocommit mode, so that BEGIN means what it says."""

    def __init__(
        self, url: str, connection: sqlite3.Connection, prepare: Callable[[sqlite3.Connection], None] | None = None
    ) -> None:
        """`prepare`: what is done once, before something is written for the first time."""
        super().__init__(url)
        self._connection = connection
        self._prepare = prepare
        self._seen = 0

    def begin(self, *, write: bool, command_id: str | None = None) -> Head:
        self.failure = None
        try:
            if write and self._prepare is not None:
                self._prepare(self._connection)
                self._prepare = None
            self._connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            # A plain BEGIN takes its snapshot with the first read: this one.
            return self._connection.execute(HEAD).fetchone() or (0, "")
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def rows(self, sql: str, values: Values = ()) -> list[Any]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def many(self, sql: str, rows: Iterable[Values]) -> None:
        try:
            self._connection.executemany(sql, rows)
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def put(self, table: str, columns: Sequence[str], key: str, known: Sequence[str], rows: Sequence[Values]) -> None:
        names = ", ".join(f'"{name}"' for name in columns)
        self.many(f"DELETE FROM {table} WHERE {key} = ?", [[one] for one in known])
        self.many(f"INSERT INTO {table} ({names}) VALUES ({marks(len(columns))})", rows)

    def among(self, column: str, values: Sequence[str]) -> tuple[str, Values]:
        return f"{column} IN ({marks(len(values))})", values

    def append(self, parts: Sequence[tuple[str, Sequence[Values]]], *, commit: bool = False) -> None:
        try:
            for sql, rows in parts:
                if len(rows) == 1:
                    self._connection.execute(sql, rows[0])
                else:
                    self._connection.executemany(sql, rows)
        except sqlite3.Error as error:
            raise self._explained(error) from error
        if commit:
            self.end(commit=True)

    def end(self, *, commit: bool) -> None:
        self.rows("COMMIT" if commit else "ROLLBACK")

    def relax(self) -> None:
        self.rows("PRAGMA synchronous = NORMAL")  # a write-ahead log is put on disk as a whole, by whoever does

    def close(self) -> None:
        with suppress(sqlite3.Error):
            self._connection.close()

    def idle(self) -> bool:
        return not self._connection.in_transaction

    def listen(self) -> None:
        self._seen = self._data_version()

    def heard(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while (now := self._data_version()) == self._seen:
            if time.monotonic() >= deadline:
                return False
            time.sleep(min(POLL, seconds))
        self._seen = now
        return True

    def _data_version(self) -> int:
        # Changes when another connection commits, and costs no read of the file.
        return int(self.rows("PRAGMA data_version")[0][0])

    def _explained(self, error: sqlite3.Error) -> StoreError:
        if isinstance(error, sqlite3.IntegrityError):
            return self.fail(Conflict(str(error)))
        if isinstance(error, sqlite3.OperationalError) and str(error).startswith("no such table"):
            there = str(error).rpartition(" ")[2] != "meta"
            return self.fail(StoreDamaged(self.url, str(error)) if there else StoreMissing(self.url))
        return self.fail(unavailable(self.url, error))


class ReadOnlySession(SqliteSession):
    """SQLite, where nothing may be written. `unchanged` tells whether the file still is what it was when it was opened:
    what is read past the locks of the database must not be believed when it is not."""

    def __init__(self, url: str, connection: sqlite3.Connection, unchanged: Callable[[], bool] = lambda: True) -> None:
        super().__init__(url, connection)
        self._unchanged = unchanged

    def begin(self, *, write: bool, command_id: str | None = None) -> Head:
        if write:
            raise StoreReadOnly(self.url)
        head = super().begin(write=False)
        self._check()
        return head

    def rows(self, sql: str, values: Values = ()) -> list[Any]:
        found = super().rows(sql, values)
        self._check()
        return found

    def _check(self) -> None:
        if not self._unchanged():
            raise self.fail(StoreUnavailable(self.url, "somebody has written to it while it was being read"))


@cache
def marks(count: int) -> str:
    """`count` places for values, parted by commas."""
    return ", ".join("?" * count)
