"""The tables of the store and the way to them, on SQLite and PostgreSQL. An ordinary open creates nothing."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    exc,
    inspect,
    make_url,
)
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.pool import NullPool, PoolProxiedConnection

from engine.drivers import (
    POLL,
    Head,
    PostgresSession,
    Session,
    SqliteSession,
    StoreError,
    StoreMissing,
    StoreUnavailable,
)

SCHEMA = "1"
IDLE_SECONDS = 1.0
PARKED_SECONDS = 300

Number = BigInteger().with_variant(Integer, "sqlite")
tables = MetaData()


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=False, **options)


events = Table(
    "events",
    tables,
    Column("position", Number, primary_key=True, autoincrement=False),
    _text("stream"),
    Column("version", Integer, nullable=False),
    _text("kind"),
    Column("recorded_at", Text),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("stream", "version"),
    CheckConstraint("position > 0"),
    CheckConstraint("version >= 0"),
)
commands = Table(
    "commands",
    tables,
    _text("command_id", primary_key=True),
    _text("digest"),
    Column("position", Number, nullable=False),
    _text("stream"),
    Column("version", Integer, nullable=False),
    sqlite_with_rowid=False,
)
states = Table(
    "states",
    tables,
    _text("key", primary_key=True),
    Column("position", Number, nullable=False),
    Column("data", LargeBinary, nullable=False),
)
refusals = Table(
    "refusals",
    tables,
    Column("id", Number, primary_key=True, autoincrement=True),
    _text("recorded_at"),
    _text("actor"),
    _text("command"),
    _text("stream"),
    Column("body", LargeBinary, nullable=False),
)
meta = Table("meta", tables, _text("key", primary_key=True), _text("value"), sqlite_with_rowid=False)
tracking = Table(
    "tracking",
    tables,
    _text("name", primary_key=True),
    Column("position", Number, nullable=False),
    sqlite_with_rowid=False,
)

REFUSED = "the log is append-only"
SQLITE_GUARDS = [
    f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
    f"BEGIN SELECT raise(ABORT, '{REFUSED}: {change} of {table} is refused'); END"
    for table in ("events", "commands")
    for change in ("UPDATE", "DELETE")
]
# INSERT OR REPLACE deletes without asking a DELETE trigger, so an insert that would replace a row is refused as well.
SQLITE_GUARDS += [
    """
    CREATE TRIGGER events_in_order BEFORE INSERT ON events
    WHEN NEW.position <> (SELECT coalesce(max(position), 0) + 1 FROM events)
        OR EXISTS (SELECT 1 FROM events WHERE stream = NEW.stream AND version = NEW.version)
    BEGIN SELECT raise(ABORT, 'the position or version is taken, or leaves a gap'); END
    """,
    """
    CREATE TRIGGER commands_once BEFORE INSERT ON commands
    WHEN EXISTS (SELECT 1 FROM commands WHERE command_id = NEW.command_id)
    BEGIN SELECT raise(ABORT, 'the command id is taken'); END
    """,
]
POSTGRES_GUARDS = [
    f"""
    CREATE FUNCTION khcn_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$BEGIN RAISE EXCEPTION '{REFUSED}: % of % is refused', TG_OP, TG_TABLE_NAME; END$$;

    CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events EXECUTE FUNCTION khcn_refuse();
    CREATE TRIGGER commands_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON commands EXECUTE FUNCTION khcn_refuse();

    -- ALWAYS: also in a session that says it is a replica.
    ALTER TABLE events ENABLE ALWAYS TRIGGER events_append_only;
    ALTER TABLE commands ENABLE ALWAYS TRIGGER commands_append_only
    """
]


class Store:
    """The connections of one process to one store. Safe to share between threads."""

    def __init__(self, url: str, *, timeout: float = 10.0) -> None:
        """Take the SQLAlchemy URL of a store and how long to wait for its lock; nothing is opened yet.

        Raises StoreUnavailable where the URL is none, or not of SQLite or PostgreSQL."""
        self._url = _parsed(url)
        self.url = url
        self.shown = self._url.render_as_string(hide_password=True)
        self.dialect = self._url.get_backend_name()
        self._timeout = timeout
        self._checked = False
        # A database lets waiting writers poll or queue for its lock; threads of one process take turns at less cost.
        self._turn = threading.Lock()
        # A checkout from a pool of SQLAlchemy's costs as much as a short transaction, so we keep connections ourselves.
        self._loans: dict[Session, PoolProxiedConnection] = {}
        self._idle: deque[Session] = deque()
        self._engine = self._sqlite_engine() if self.dialect == "sqlite" else self._postgres_engine()

    def create(self) -> None:
        """Make the tables and their guards where they are missing. Raises StoreUnavailable."""
        if self.created():
            return
        if self.dialect == "sqlite":
            self._make_file()
        try:
            with self._engine.connect() as connection:
                self._make_tables(connection)
                connection.commit()
        except (exc.SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error) as error:
            raise self._unavailable(error) from error

    def created(self) -> bool:
        """Whether somebody has created a store here. Raises StoreUnavailable."""
        try:
            with self.session():
                return True
        except StoreMissing:
            return False

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session for the block, in no transaction. Raises StoreMissing, StoreUnavailable."""
        session = self._borrow()
        try:
            yield session
        finally:
            self._give_back(session)

    def begin(self, *, write: bool) -> tuple[Session, Head]:
        """A session in a transaction, to be given to `end`, and the head of the log it sees; who writes is alone.

        Raises StoreMissing, StoreUnavailable."""
        if write and not self._turn.acquire(timeout=self._timeout):
            raise StoreUnavailable(self.shown, "database is locked")
        session = None
        try:
            session = self._borrow()
            return session, session.begin(write=write)
        except BaseException:
            if session:
                self._give_back(session)
            if write:
                self._turn.release()
            raise

    def end(self, session: Session, *, write: bool) -> None:
        """Take a session back, and roll back what is not committed."""
        try:
            self._give_back(session)
        finally:
            if write:
                self._turn.release()

    def close(self) -> None:
        """Close every connection that nobody holds."""
        while self._idle:
            self._loans.pop(self._idle.pop()).close()
        self._engine.dispose()

    def _check(self, session: Session) -> None:
        found = session.rows("SELECT value FROM meta WHERE key = ?", ["schema"])
        if not found:
            raise StoreMissing(self.shown)
        if found[0][0] != SCHEMA:
            raise StoreUnavailable(self.shown, f"it has schema {found[0][0]}, this program knows {SCHEMA}")
        self._checked = True

    def _borrow(self) -> Session:
        session = self._idle_session() or self._new_session()
        if not self._checked:
            try:
                self._check(session)
            except BaseException:
                self._give_back(session)
                raise
        return session

    def _idle_session(self) -> Session | None:
        with suppress(IndexError):
            while True:
                session = self._idle.pop()
                if time.monotonic() - session.idle_since < IDLE_SECONDS or self._lives(session):
                    return session
        return None

    def _give_back(self, session: Session) -> None:
        try:
            if not session.idle():
                session.end(commit=False)
        except StoreError:
            self._loans.pop(session).invalidate()
            return
        session.idle_since = time.monotonic()
        self._idle.append(session)

    def _lives(self, session: Session) -> bool:
        # A server that was restarted must not cost a person his command; a ping each time would cost a round trip.
        try:
            session.rows("SELECT 1")
        except StoreUnavailable:
            self._loans.pop(session).invalidate()
            return False
        return True

    def _new_session(self) -> Session:
        if not self._checked and self.dialect == "sqlite" and not Path(self._url.database or "").exists():
            raise StoreMissing(self.shown)
        try:
            loan = self._engine.raw_connection()
        except (exc.SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error) as error:
            raise self._unavailable(error) from error
        driver: Any = loan.driver_connection
        made = SqliteSession if self.dialect == "sqlite" else PostgresSession
        session = made(self.shown, driver)
        self._loans[session] = loan
        return session

    def _unavailable(self, error: Exception) -> StoreUnavailable:
        cause = getattr(error, "orig", None) or error
        return StoreUnavailable(self.shown, " ".join(str(cause).split()))

    def _make_tables(self, connection: Connection) -> None:
        if self.dialect == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("BEGIN")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({int.from_bytes(b'khcn', 'big')})")
        if inspect(connection).has_table("meta"):  # somebody was faster
            return
        tables.create_all(connection, checkfirst=False)
        for guard in SQLITE_GUARDS if self.dialect == "sqlite" else POSTGRES_GUARDS:
            connection.exec_driver_sql(guard, execution_options={"no_parameters": True})
        connection.execute(meta.insert().values(key="schema", value=SCHEMA))

    def _make_file(self) -> None:
        try:
            connection = self._sqlite_connection("rwc")
        except sqlite3.Error as error:
            raise self._unavailable(error) from error
        connection.close()

    def _sqlite_engine(self) -> Engine:
        return create_engine(
            "sqlite://",
            creator=lambda: self._sqlite_connection("rw"),
            poolclass=NullPool,
            pool_reset_on_return=None,
        )

    def _sqlite_connection(self, mode: str) -> sqlite3.Connection:
        # mode=rw: an ordinary open must not leave an empty file behind where no store was.
        connection = sqlite3.connect(
            f"file:{quote(self._url.database or '')}?mode={mode}",
            uri=True,
            timeout=self._timeout,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            self._use_wal(connection)
            for setting in ("synchronous = FULL", "foreign_keys = ON", "cache_size = -16000"):
                connection.execute(f"PRAGMA {setting}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _use_wal(self, connection: sqlite3.Connection) -> None:
        # While another process changes the mode, SQLite does not wait as it does for other locks.
        deadline = time.monotonic() + self._timeout
        while True:
            try:
                if connection.execute("PRAGMA journal_mode").fetchone() == ("wal",):
                    return
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                    raise
                time.sleep(POLL)

    def _postgres_engine(self) -> Engine:
        # A client that is gone without a word must not hold the writer's lock for ever.
        wanted = f"-c lock_timeout={self._timeout:.3f}s -c idle_in_transaction_session_timeout={PARKED_SECONDS}s"
        given = self._url.query.get("options", "")
        options = " ".join([*([given] if isinstance(given, str) else given), wanted]).strip()
        return create_engine(
            self._url.set(drivername="postgresql+psycopg").difference_update_query(["options"]),
            connect_args={"autocommit": True, "client_encoding": "utf8", "options": options, "connect_timeout": 10},
            use_native_hstore=False,
            poolclass=NullPool,
            pool_reset_on_return=None,
        )


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except exc.ArgumentError as error:
        raise StoreUnavailable("given", "its URL is not like sqlite:///FILE or postgresql://HOST/DATABASE") from error
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreUnavailable(parsed.render_as_string(), "only SQLite and PostgreSQL hold a store")
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise StoreUnavailable(url, "a store is a file: sqlite:///FILE")
    return parsed
