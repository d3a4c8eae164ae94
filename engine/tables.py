"""What SQLAlchemy does for the store: its tables and their guards, and connections to PostgreSQL. It reads no event.

Apart from `engine.store`, because an SQLite store that is there needs none of it, and importing SQLAlchemy takes longer
than most commands do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

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
from sqlalchemy.engine import URL, Connection
from sqlalchemy.pool import NullPool

from engine.drivers import PostgresSession, Session, StoreUnavailable, unavailable
from engine.store import SCHEMA, Database, SqliteFile

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


class PostgresDatabase:
    """The way to a store on PostgreSQL."""

    dialect = "postgresql"

    def __init__(self, url: URL, timeout: float) -> None:
        """Take a URL and how long to wait for a lock."""
        self.shown = url.render_as_string(hide_password=True)
        # A client that is gone without a word must not hold the writer's lock for ever.
        wanted = f"-c lock_timeout={timeout:.3f}s -c idle_in_transaction_session_timeout={PARKED_SECONDS}s"
        given = url.query.get("options", "")
        options = " ".join([*([given] if isinstance(given, str) else given), wanted]).strip()
        self._engine = create_engine(
            url.set(drivername="postgresql+psycopg").difference_update_query(["options"]),
            connect_args={"autocommit": True, "client_encoding": "utf8", "options": options, "connect_timeout": 10},
            use_native_hstore=False,
            poolclass=NullPool,
            pool_reset_on_return=None,
        )
        self._errors = (exc.SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error)

    def connect(self) -> Session:
        """A new connection. Raises StoreUnavailable."""
        try:
            loan = self._engine.raw_connection()
        except self._errors as error:
            raise unavailable(self.shown, error) from error
        driver: Any = loan.driver_connection
        loan.detach()
        return PostgresSession(self.shown, driver)

    def create(self) -> None:
        """Make the tables. Raises StoreUnavailable."""
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql("BEGIN")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({int.from_bytes(b'khcn', 'big')})")
                _make_tables(connection, POSTGRES_GUARDS)
                connection.commit()
        except self._errors as error:
            raise unavailable(self.shown, error) from error


def create_sqlite(connect: Callable[[], sqlite3.Connection], shown: str) -> None:
    """Make the tables of a store in an SQLite file. Raises StoreUnavailable."""
    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, pool_reset_on_return=None)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            _make_tables(connection, SQLITE_GUARDS)
            connection.commit()
    except (exc.SQLAlchemyError, sqlite3.Error) as error:
        raise unavailable(shown, error) from error


def _make_tables(connection: Connection, guards: list[str]) -> None:
    if inspect(connection).has_table("meta"):  # somebody was faster
        return
    tables.create_all(connection, checkfirst=False)
    for guard in guards:
        connection.exec_driver_sql(guard, execution_options={"no_parameters": True})
    connection.execute(meta.insert().values(key="schema", value=SCHEMA))


def database_at(url: str, timeout: float) -> Database:
    """The way to the store at any URL that SQLAlchemy reads.

    Raises StoreUnavailable where the URL is none, or not of SQLite or PostgreSQL."""
    try:
        parsed = make_url(url)
    except exc.ArgumentError as error:
        raise StoreUnavailable("given", "its URL is not like sqlite:///FILE or postgresql://HOST/DATABASE") from error
    if parsed.get_backend_name() == "postgresql":
        return PostgresDatabase(parsed, timeout)
    if parsed.get_backend_name() != "sqlite":
        raise StoreUnavailable(parsed.render_as_string(), "only SQLite and PostgreSQL hold a store")
    if parsed.database in (None, "", ":memory:"):
        raise StoreUnavailable(url, "a store is a file: sqlite:///FILE")
    return SqliteFile(parsed.database or "", parsed.render_as_string(), timeout)
