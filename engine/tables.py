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
    select,
)
from sqlalchemy.engine import URL, Connection
from sqlalchemy.pool import NullPool

from engine.drivers import Session
from engine.seal import Tree, event_hash
from engine.store import SCHEMA, Database, SqliteFile
from engine.storeerrors import StoreUnavailable, unavailable

PARKED_SECONDS = 300
EVENTS_A_PAGE = 2000

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
# Apart from `events`, so that what reads events does not read hashes, and a store from before gets them by an upgrade.
seals = Table(
    "seals",
    tables,
    Column("position", Number, primary_key=True, autoincrement=False),
    Column("nodes", LargeBinary, nullable=False),
)
checkpoints = Table(
    "checkpoints",
    tables,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("size", Number, nullable=False),
    _text("note"),
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
# The keys of people's personal data: outside the log, so that one can be destroyed.
keys = Table(
    "keys",
    tables,
    _text("person", primary_key=True),
    Column("key", LargeBinary, nullable=False),
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
GUARDED = ("events", "commands", "seals", "checkpoints")
SQLITE_GUARDS = [
    f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
    f"BEGIN SELECT raise(ABORT, '{REFUSED}: {change} of {table} is refused'); END"
    for table in GUARDED
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
    CREATE TRIGGER seals_in_order BEFORE INSERT ON seals
    WHEN NEW.position <> (SELECT coalesce(max(position), 0) + 1 FROM seals)
    BEGIN SELECT raise(ABORT, 'the seal of this position is taken, or leaves a gap'); END
    """,
    """
    CREATE TRIGGER checkpoints_once BEFORE INSERT ON checkpoints
    WHEN EXISTS (SELECT 1 FROM checkpoints WHERE id = NEW.id)
    BEGIN SELECT raise(ABORT, 'the checkpoint is taken'); END
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
    $$BEGIN RAISE EXCEPTION '{REFUSED}: % of % is refused', TG_OP, TG_TABLE_NAME; END$$
    """
]
# ALWAYS: also in a session that says it is a replica.
POSTGRES_GUARDS += [
    f"""
    CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} EXECUTE FUNCTION khcn_refuse();
    ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only
    """
    for table in GUARDED
]
GUARDS = {"sqlite": SQLITE_GUARDS, "postgresql": POSTGRES_GUARDS}


class PostgresDatabase:
    """The way to a store on PostgreSQL."""

    dialect = "postgresql"
    file: str | None = None

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
        from engine.postgres import PostgresSession

        try:
            loan = self._engine.raw_connection()
        except self._errors as error:
            raise unavailable(self.shown, error) from error
        driver: Any = loan.driver_connection
        loan.detach()
        return PostgresSession(self.shown, driver)

    def create(self) -> None:
        """Make the tables, or add what an older release did not make. Raises StoreUnavailable."""
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql("BEGIN")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({int.from_bytes(b'khcn', 'big')})")
                _make_tables(connection, POSTGRES_GUARDS)
                connection.commit()
        except self._errors as error:
            raise unavailable(self.shown, error) from error

    def settle(self) -> None:
        """Nothing is to be done: who may only read reads it as it is."""


def create_sqlite(connect: Callable[[], sqlite3.Connection], shown: str) -> None:
    """Make the tables of a store in an SQLite file, or add what an older release did not make.

    Raises StoreUnavailable."""
    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, pool_reset_on_return=None)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            _make_tables(connection, SQLITE_GUARDS)
            connection.commit()
    except (exc.SQLAlchemyError, sqlite3.Error) as error:
        raise unavailable(shown, error) from error


def _make_tables(connection: Connection, guards: list[str]) -> None:
    if not inspect(connection).has_table("meta"):
        tables.create_all(connection, checkfirst=False)
        _guard(connection, guards)
        connection.execute(meta.insert().values(key="schema", value=SCHEMA))
        return
    made = connection.scalar(select(meta.c.value).where(meta.c.key == "schema"))
    if made == "1":
        _add_seals(connection, guards)
    if made in ("1", "2"):
        tables.create_all(connection, tables=[keys], checkfirst=False)
        connection.execute(meta.update().where(meta.c.key == "schema").values(value=SCHEMA))


def _add_seals(connection: Connection, guards: list[str]) -> None:
    """Seal what a release recorded that knew no seal. The log itself stays as it is."""
    added = [seals, checkpoints]
    tables.create_all(connection, tables=added, checkfirst=False)
    tree, position = Tree(), 0
    while page := connection.execute(
        select(events.c.position, events.c.stream, events.c.version, events.c.body)
        .where(events.c.position > position)
        .order_by(events.c.position)
        .limit(EVENTS_A_PAGE)
    ).all():
        made = [{"position": row.position, "nodes": tree.add(event_hash(*row))} for row in page]
        connection.execute(seals.insert(), made)
        position = page[-1].position
    _guard(connection, [each for each in guards if any(f" ON {table.name}" in each for table in added)])


def _guard(connection: Connection, guards: list[str]) -> None:
    for guard in guards:
        connection.exec_driver_sql(guard, execution_options={"no_parameters": True})


def database_at(url: str, timeout: float) -> Database:
    """The way to the store at any URL that SQLAlchemy reads.

    Raises StoreUnavailable where the URL is none, or not of SQLite or PostgreSQL."""
    try:
        parsed = make_url(url)
    except (exc.ArgumentError, ValueError) as error:  # the latter of a port that is no number
        raise StoreUnavailable("given", "its URL is not like sqlite:///FILE or postgresql://HOST/DATABASE") from error
    if parsed.get_backend_name() == "postgresql":
        return PostgresDatabase(parsed, timeout)
    if parsed.get_backend_name() != "sqlite":
        raise StoreUnavailable(parsed.render_as_string(), "only SQLite and PostgreSQL hold a store")
    if parsed.database in (None, "", ":memory:"):
        raise StoreUnavailable(url, "a store is a file: sqlite:///FILE")
    return SqliteFile(parsed.database or "", parsed.render_as_string(), timeout)
