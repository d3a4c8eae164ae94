"""One connection to SQLite or PostgreSQL, by its driver. It knows no event and lets no driver's exception out."""

from __future__ import annotations

import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from engine.storeerrors import Conflict, StoreDamaged, StoreError, StoreMissing, StoreUnavailable

if TYPE_CHECKING:  # psycopg takes a quarter of a second to import: only a PostgreSQL store pays for it
    import psycopg
    from psycopg import pq

Values = Sequence[Any]
Head = tuple[int, str]

CHANNEL = "khcn_events"
POLL = 0.05
HEAD = "SELECT position, coalesce(recorded_at, '') FROM events ORDER BY position DESC LIMIT 1"
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
        self.idle_since = 0.0

    def fail(self, failure: StoreError) -> StoreError:
        """Note a failure, and return it to be raised."""
        self.failure = self.failure or failure
        return failure

    @abstractmethod
    def begin(self, *, write: bool) -> Head:
        """Begin a transaction, and return the last position and recording time in what it sees."""

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

    @abstractmethod
    def append(self, parts: Sequence[tuple[str, Sequence[Values]]]) -> None:
        """Run each INSERT of one row for the rows beside it, in as few statements as the driver allows.

        Whoever listens is told that there are events."""

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
    def listen(self) -> None:
        """Begin to take notice of what others commit."""

    @abstractmethod
    def heard(self, seconds: float) -> bool:
        """Wait up to `seconds` until somebody has committed events; whether that happened."""


class SqliteSession(Session):
    """SQLite. The connection is in autocommit mode, so that BEGIN means what it says."""

    def __init__(self, url: str, connection: sqlite3.Connection) -> None:
        super().__init__(url)
        self._connection = connection
        self._seen = 0

    def begin(self, *, write: bool) -> Head:
        self.failure = None
        try:
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

    def append(self, parts: Sequence[tuple[str, Sequence[Values]]]) -> None:
        for sql, rows in parts:
            self.many(sql, rows)

    def end(self, *, commit: bool) -> None:
        self.rows("COMMIT" if commit else "ROLLBACK")

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
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_CORRUPT:
            return self.fail(StoreDamaged(self.url, str(error)))
        return self.fail(StoreUnavailable(self.url, str(error)))


# The statement that takes the lock has a snapshot older than the lock, so the head is read by a statement of its own;
# sent as one message they cost one round trip. The table's oid is the key: whoever writes to this table has the same.
PREPARE = (
    "PREPARE khcn_lock AS SELECT pg_advisory_xact_lock("
    f"{int.from_bytes(b'khcn', 'big')}, 'events'::regclass::oid::int); PREPARE khcn_head AS {HEAD}"
).encode()
BEGIN_WRITE = b"BEGIN ISOLATION LEVEL READ COMMITTED; EXECUTE khcn_lock; EXECUTE khcn_head"
BEGIN_READ = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; EXECUTE khcn_head"
ROWS_A_STATEMENT = 100
FEW = 12
FEW_VALUES = 60


class PostgresSession(Session):
    """PostgreSQL by psycopg. What every decision sends goes to libpq directly: a psycopg statement costs twice that."""

    def __init__(self, url: str, connection: psycopg.Connection[Any]) -> None:
        import psycopg

        super().__init__(url)
        # psycopg forgets what it prepared with DEALLOCATE ALL after a DROP, and would take ours along.
        connection.prepare_threshold = None
        self._connection = connection
        self._cursor = connection.cursor(binary=True)
        self._prepared: dict[str, bytes] = {}  # statement -> its name on the server
        self._ready = False
        self._error = psycopg.Error
        self._errors = psycopg.errors
        self._pq = psycopg.pq

    def begin(self, *, write: bool) -> Head:
        self.failure = None
        if not self._ready:
            self._at_once(PREPARE)
            self._ready = True
        result = self._at_once(BEGIN_WRITE if write else BEGIN_READ)
        if not result.ntuples:
            return 0, ""
        return int(result.get_value(0, 0) or 0), (result.get_value(0, 1) or b"").decode()

    def rows(self, sql: str, values: Values = ()) -> list[Any]:
        try:
            found = self._cursor.execute(percent(sql), values)
            return found.fetchall() if found.description else []
        except self._error as error:
            raise self._explained(error) from error

    def many(self, sql: str, rows: Iterable[Values]) -> None:
        try:
            with self._connection.cursor() as cursor:
                cursor.executemany(percent(sql), rows)
        except self._error as error:
            raise self._explained(error) from error

    def put(self, table: str, columns: Sequence[str], key: str, known: Sequence[str], rows: Sequence[Values]) -> None:
        names = ", ".join(f'"{name}"' for name in columns)
        if known:
            self.rows(f"DELETE FROM {table} WHERE {key} = ANY(?)", [list(known)])
        try:
            with (
                self._connection.cursor() as cursor,
                cursor.copy(f"COPY {table} ({names}) FROM STDIN".encode()) as copy,
            ):
                for row in rows:
                    copy.write_row(row)
        except self._error as error:
            raise self._explained(error) from error

    def among(self, column: str, values: Sequence[str]) -> tuple[str, Values]:
        # An array costs psycopg as much as the round trip, but a statement for each length would never be prepared.
        if len(values) <= FEW:
            return f"{column} IN ({marks(len(values))})", values
        return f"{column} = ANY(?)", [list(values)]

    def append(self, parts: Sequence[tuple[str, Sequence[Values]]]) -> None:
        for start in range(0, max(len(rows) for _, rows in parts), ROWS_A_STATEMENT):
            now = [(sql, rows[start : start + ROWS_A_STATEMENT]) for sql, rows in parts]
            counts = tuple((sql, len(rows)) for sql, rows in now if rows)
            values = [value for _, rows in now for row in rows for value in row]
            # Each number of rows makes a statement of its own; and what is neither text nor number psycopg may refuse.
            hot = len(values) <= FEW_VALUES and all(type(value) in (str, int, bytes) for value in values)
            (self._put if hot else self.rows)(append_statement(counts), values)

    def end(self, *, commit: bool) -> None:
        result = self._at_once(b"COMMIT" if commit else b"ROLLBACK")
        # After an error the server answers COMMIT with ROLLBACK, and does not call that an error.
        if commit and result.command_status != b"COMMIT":
            raise StoreUnavailable(self.url, "the transaction was rolled back")

    def close(self) -> None:
        with suppress(self._error):
            self._connection.close()

    def idle(self) -> bool:
        return self._connection.pgconn.transaction_status == self._pq.TransactionStatus.IDLE

    def listen(self) -> None:
        self._at_once(f"LISTEN {CHANNEL}".encode())

    def heard(self, seconds: float) -> bool:
        try:
            return any(True for _ in self._connection.notifies(timeout=seconds, stop_after=1))
        except self._error as error:
            raise self._explained(error) from error

    def _at_once(self, statements: bytes) -> pq.abc.PGresult:
        return self._done(lambda pgconn: pgconn.exec_(statements))

    def _put(self, sql: str, values: Values) -> None:
        """Run a statement prepared at its first use; of values it takes texts, whole numbers and bytes."""
        name = self._prepared.get(sql)
        if name is None:
            name = f"khcn_{len(self._prepared)}".encode()
            self._done(lambda pgconn: pgconn.prepare(name, dollars(sql)))
            self._prepared[sql] = name
        # As text libpq would cut a value at a NUL; so only numbers go as text.
        sent = [value if isinstance(value, bytes) else str(value).encode() for value in values]
        formats = [int(not isinstance(value, int)) for value in values]
        self._done(lambda pgconn: pgconn.exec_prepared(name, sent, formats))

    def _done(self, ask: Callable[[pq.abc.PGconn], pq.abc.PGresult]) -> pq.abc.PGresult:
        try:
            result = ask(self._connection.pgconn)
        except self._error as error:
            raise self._explained(error) from error
        if result.status in (self._pq.ExecStatus.TUPLES_OK, self._pq.ExecStatus.COMMAND_OK):
            return result
        refused = self._errors.error_from_result(result)
        raise self._explained(refused) from refused

    def _explained(self, error: psycopg.Error) -> StoreError:
        text = " ".join(str(error).split("\n")[0].split())
        if isinstance(error, self._errors.IntegrityError):
            return self.fail(Conflict(text))
        if isinstance(error, self._errors.UndefinedTable):
            return self.fail(StoreMissing(self.url))
        return self.fail(StoreUnavailable(self.url, text))


@cache
def marks(count: int) -> str:
    """`count` places for values, parted by commas."""
    return ", ".join("?" * count)


@cache
def percent(sql: str) -> Any:
    """The statement as psycopg wants it."""
    return sql.replace("?", "%s").encode()


@cache
def dollars(sql: str) -> bytes:
    """The statement as libpq wants it."""
    first, *rest = sql.split("?")
    return "".join([first, *(f"${number}{part}" for number, part in enumerate(rest, 1))]).encode()


@cache
def append_statement(parts: Sequence[tuple[str, int]]) -> str:
    """One statement that runs each INSERT of one row for so many rows, and tells whoever listens."""
    with_rows = [repeated(sql, count) for sql, count in parts]
    named = ", ".join(f"w{number} AS ({sql})" for number, sql in enumerate(with_rows))
    return f"WITH {named} SELECT pg_notify('{CHANNEL}', '')"


def repeated(insert: str, count: int) -> str:
    """An INSERT of one row, as an INSERT of `count` rows."""
    head, values = insert.split(" VALUES ")
    row, conflict, rest = values.partition(" ON CONFLICT")
    return f"{head} VALUES {', '.join([row] * count)}{conflict}{rest}"
