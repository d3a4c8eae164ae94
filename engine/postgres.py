"""A connection to PostgreSQL by psycopg. It knows no event and lets no driver's exception out.

What every decision sends goes to libpq directly: a psycopg statement costs twice that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

import psycopg
from psycopg import pq

from engine.drivers import HEAD, SELECT_COMMAND, Head, Session, Values, marks
from engine.storeerrors import Conflict, StoreError, StoreFull, StoreMissing, StoreUnavailable

CHANNEL = "khcn_events"

# The statement that takes the lock has a snapshot older than the lock, so the head is read by a statement of its own;
# sent as one message they cost one round trip. The table's oid is the key: whoever writes to this table has the same.
PREPARE = (
    "PREPARE khcn_lock AS SELECT pg_advisory_xact_lock("
    f"{int.from_bytes(b'khcn', 'big')}, 'events'::regclass::oid::int); PREPARE khcn_head AS {HEAD}; "
    f"PREPARE khcn_head_with AS SELECT known.*, head.* FROM (SELECT 1) AS one "
    f"LEFT JOIN ({HEAD}) AS head ON true LEFT JOIN ({SELECT_COMMAND.replace('?', '$1')}) AS known ON true"
).encode()
BEGIN_WRITE = b"BEGIN ISOLATION LEVEL READ COMMITTED; EXECUTE khcn_lock; EXECUTE khcn_head"
BEGIN_WRITE_WITH = b"BEGIN ISOLATION LEVEL READ COMMITTED; EXECUTE khcn_lock; EXECUTE khcn_head_with(%s)"
BEGIN_READ = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; EXECUTE khcn_head"
ROWS_A_STATEMENT = 100
FEW = 12
FEW_VALUES = 60
BINARY = 1  # the format in which results come


def _plain(value: Any) -> bool:
    return type(value) in (str, int, bytes)


def _number(sent: bytes | None) -> int | None:
    return None if sent is None else int.from_bytes(sent, "big", signed=True)


def _text(sent: bytes | None) -> str | None:
    return None if sent is None else sent.decode()


# How a value is read from that format, by the oid of its type: bytea, bigint, integer, text.
READ: dict[int, Callable[[bytes | None], Any]] = {17: lambda sent: sent, 20: _number, 23: _number, 25: _text}


class PostgresSession(Session):
    """PostgreSQL. The connection is in autocommit mode, so that BEGIN means what it says."""

    def __init__(self, url: str, connection: psycopg.Connection[Any]) -> None:
        super().__init__(url)
        # psycopg forgets what it prepared with DEALLOCATE ALL after a DROP, and would take ours along.
        connection.prepare_threshold = None
        self._connection = connection
        self._cursor = connection.cursor(binary=True)
        self._prepared: dict[str, bytes] = {}  # statement -> its name on the server
        self._ready = False
        self._escaping = pq.Escaping(connection.pgconn)

    def begin(self, *, write: bool, command_id: str | None = None) -> Head:
        self.failure = None
        if not self._ready:
            self._at_once(PREPARE)
            self._ready = True
        if not write or command_id is None:
            self.asked = {}
            result = self._at_once(BEGIN_WRITE if write else BEGIN_READ)
            if not result.ntuples:
                return 0, ""
            return int(result.get_value(0, 0) or 0), (result.get_value(0, 1) or b"").decode()
        result = self._at_once(BEGIN_WRITE_WITH % self._literal(command_id))
        told = [(result.get_value(0, column) or b"").decode() for column in range(result.nfields)]
        ident, digest, position, stream, version, *head = told
        self.asked = {command_id: [[ident, digest, int(position), stream, int(version)]] if ident else []}
        return int(head[0] or 0), head[1]

    def rows(self, sql: str, values: Values = ()) -> list[Any]:
        try:
            found = self._cursor.execute(percent(sql), values)
            return found.fetchall() if found.description else []
        except psycopg.Error as error:
            raise self._explained(error) from error

    def many(self, sql: str, rows: Iterable[Values]) -> None:
        try:
            with self._connection.cursor() as cursor:
                cursor.executemany(percent(sql), rows)
        except psycopg.Error as error:
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
        except psycopg.Error as error:
            raise self._explained(error) from error

    def among(self, column: str, values: Sequence[str]) -> tuple[str, Values]:
        # An array costs psycopg as much as the round trip, but a statement for each length would never be prepared.
        if len(values) <= FEW:
            return f"{column} IN ({marks(len(values))})", values
        return f"{column} = ANY(?)", [list(values)]

    def found(self, sql: str, values: Values) -> list[Any]:
        if not all(map(_plain, values)):
            return self.rows(sql, values)
        result = self._run(sql, values)
        read = [READ[result.ftype(column)] for column in range(result.nfields)]
        value = result.get_value
        return [[as_read(value(row, n)) for n, as_read in enumerate(read)] for row in range(result.ntuples)]

    def append(self, parts: Sequence[tuple[str, Sequence[Values]]], *, commit: bool = False) -> None:
        most = max(len(rows) for _, rows in parts)
        for start in range(0, most, ROWS_A_STATEMENT):
            now = [(sql, rows[start : start + ROWS_A_STATEMENT]) for sql, rows in parts]
            values = [value for _, rows in now for row in rows for value in row]
            statement = append_statement(tuple((sql, len(rows)) for sql, rows in now if rows))
            # Each number of rows makes a statement of its own; and what is neither text nor number psycopg may refuse.
            if len(values) > FEW_VALUES or not all(map(_plain, values)):
                self.rows(statement, values)
            elif commit and most <= ROWS_A_STATEMENT:
                self._run_and_commit(statement, values)
                return
            else:
                self._run(statement, values)
        if commit:
            self.end(commit=True)

    def end(self, *, commit: bool) -> None:
        result = self._at_once(b"COMMIT" if commit else b"ROLLBACK")
        if commit:
            self._committed(result)

    def close(self) -> None:
        with suppress(psycopg.Error):
            self._connection.close()

    def idle(self) -> bool:
        return self._connection.pgconn.transaction_status == pq.TransactionStatus.IDLE

    def relax(self) -> None:
        self.rows("SET synchronous_commit = off")

    def listen(self) -> None:
        self._at_once(f"LISTEN {CHANNEL}".encode())

    def heard(self, seconds: float) -> bool:
        try:
            return any(True for _ in self._connection.notifies(timeout=seconds, stop_after=1))
        except psycopg.Error as error:
            raise self._explained(error) from error

    def _committed(self, result: pq.abc.PGresult) -> None:
        # After an error the server answers COMMIT with ROLLBACK, and does not call that an error.
        if result.command_status != b"COMMIT":
            raise StoreUnavailable(self.url, "the transaction was rolled back")

    def _at_once(self, statements: bytes) -> pq.abc.PGresult:
        return self._done(lambda pgconn: pgconn.exec_(statements))

    def _run(self, sql: str, values: Values) -> pq.abc.PGresult:
        """Run a statement prepared at its first use; of values it takes texts, whole numbers and bytes."""
        name = self._name(sql)
        # As text libpq would cut a value at a NUL; so only numbers go as text.
        sent = [value if isinstance(value, bytes) else str(value).encode() for value in values]
        formats = [int(not isinstance(value, int)) for value in values]
        return self._done(lambda pgconn: pgconn.exec_prepared(name, sent, formats, BINARY))

    def _run_and_commit(self, sql: str, values: Values) -> None:
        """Run such a statement and commit, in one round trip: where it fails, the server leaves the COMMIT out."""
        statement = b"EXECUTE %s(%s); COMMIT" % (self._name(sql), b",".join(map(self._literal, values)))
        self._committed(self._at_once(statement))

    def _literal(self, value: str | int | bytes) -> bytes:
        if isinstance(value, int):
            return b"%d" % value
        if isinstance(value, bytes):
            return b"'\\x%s'" % value.hex().encode()
        if "\0" in value:  # the statement would end there
            raise self.fail(StoreUnavailable(self.url, "a text with a NUL character in it"))
        return self._escaping.escape_literal(value.encode())

    def _name(self, sql: str) -> bytes:
        """The name of a statement on the server, where it is prepared at its first use."""
        name = self._prepared.get(sql)
        if name is None:
            name = b"khcn_%d" % len(self._prepared)
            self._done(lambda pgconn: pgconn.prepare(name, dollars(sql)))
            self._prepared[sql] = name
        return name

    def _done(self, ask: Callable[[pq.abc.PGconn], pq.abc.PGresult]) -> pq.abc.PGresult:
        try:
            result = ask(self._connection.pgconn)
        except psycopg.Error as error:
            raise self._explained(error) from error
        if result.status in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
            return result
        refused = psycopg.errors.error_from_result(result)
        raise self._explained(refused) from refused

    def _explained(self, error: psycopg.Error) -> StoreError:
        text = " ".join(str(error).split("\n")[0].split())
        if isinstance(error, psycopg.errors.IntegrityError):
            return self.fail(Conflict(text))
        if isinstance(error, psycopg.errors.UndefinedTable):
            return self.fail(StoreMissing(self.url))
        if isinstance(error, psycopg.errors.DiskFull):
            return self.fail(StoreFull(self.url, text))
        return self.fail(StoreUnavailable(self.url, text))


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
