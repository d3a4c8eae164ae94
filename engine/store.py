"""The way to a store, on SQLite and PostgreSQL, and the connections to it. An ordinary open creates nothing."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, unquote

from engine.drivers import POLL, Head, ReadOnlySession, Session, SqliteSession
from engine.storeerrors import (
    StoreError,
    StoreMissing,
    StoreOutdated,
    StoreReadOnly,
    StoreTorn,
    StoreUnavailable,
    unavailable,
)

SCHEMA = "3"
IDLE_SECONDS = 1.0
SQLITE = "sqlite:///"
NO_INDEX = (sqlite3.SQLITE_IOERR_SHMOPEN, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_SHMMAP)
ANYBODY_WRITES = 0o222


class Database(Protocol):
    """Where a store is: how it is shown, connected to and created."""

    dialect: str
    shown: str
    file: str | None  # None where the store is no file

    def connect(self) -> Session:
        """A new connection. Raises StoreMissing, StoreUnavailable."""

    def create(self) -> None:
        """Make the tables and their guards. Raises StoreUnavailable."""

    def settle(self) -> None:
        """Leave the store so that it can be read where nothing may be written. Raises StoreUnavailable."""


class SqliteFile:
    """The way to a store in an SQLite file. SQLAlchemy is needed only to create one.

    A store that is written to keeps a write-ahead log; whoever only reads leaves the file as it is, and one that he may
    not write to, or whose folder he may not, he can still read."""

    dialect = "sqlite"

    def __init__(self, file: str, shown: str, timeout: float) -> None:
        """Take the file, its URL for messages, and how long to wait for a lock."""
        self.shown = shown
        self.file: str | None = file
        self._path = file
        self._timeout = timeout

    def connect(self) -> Session:
        """A new connection to a file that is there. Raises StoreMissing, StoreUnavailable."""
        file = Path(self._path)
        if not file.exists():
            raise StoreMissing(self.shown)
        try:
            if not _writable(file):
                return self._read_only(file)
            return SqliteSession(self.shown, self._opened("mode=rw"), self._use_wal)
        except sqlite3.Error as error:
            raise unavailable(self.shown, error) from error

    def create(self) -> None:
        """Make the file and its tables. Raises StoreUnavailable."""
        from engine.tables import create_sqlite

        if Path(self._path).exists() and not _writable(Path(self._path)):
            raise StoreReadOnly(self.shown)
        try:
            self._logged("mode=rwc").close()
        except sqlite3.Error as error:
            raise unavailable(self.shown, error) from error
        create_sqlite(lambda: self._logged("mode=rw"), self.shown)

    def settle(self) -> None:
        """Do away with the write-ahead log, so that the file is all there is. Nobody else may have it open.

        Raises StoreUnavailable."""
        try:
            connection = self._opened("mode=rw")
            try:
                connection.execute("PRAGMA journal_mode = DELETE")
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise unavailable(self.shown, error) from error

    def _read_only(self, file: Path) -> Session:
        """A connection for reading alone, which leaves nothing beside the file.

        Raises StoreTorn."""
        beside = _unmerged(file)
        if beside:
            try:
                return ReadOnlySession(self.shown, self._opened("mode=ro"))
            except sqlite3.OperationalError as error:
                raise StoreTorn(self.shown, beside[0].name) from error
        # With a write-ahead log SQLite wants to write beside the file even to read it, unless it is told that nobody
        # changes it. Then it takes no lock and looks at no log: so there must be none, and what is read is watched.
        seen = _stamp(file)
        connection = self._opened("mode=ro&immutable=1")
        return ReadOnlySession(self.shown, connection, lambda: _stamp(file) == seen)

    def _logged(self, how: str) -> sqlite3.Connection:
        """A connection for writing."""
        connection = self._opened(how)
        try:
            self._use_wal(connection)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _opened(self, how: str) -> sqlite3.Connection:
        try:
            return self._opened_as(how, ())
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in NO_INDEX:
                raise
            # A full disk has no room for the index that processes share; whoever is alone can read without it.
            return self._opened_as(how, ("locking_mode = EXCLUSIVE",))

    def _opened_as(self, how: str, first: tuple[str, ...]) -> sqlite3.Connection:
        # mode=rw: an ordinary open must not leave an empty file behind where no store was.
        connection = sqlite3.connect(
            f"file:{quote(self._path)}?{how}",
            uri=True,
            timeout=self._timeout,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            for setting in (*first, "synchronous = FULL", "foreign_keys = ON", "cache_size = -16000"):
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
                for setting in ("journal_mode", "journal_mode = WAL"):
                    if connection.execute(f"PRAGMA {setting}").fetchone() == ("wal",):
                        return
                failure = sqlite3.OperationalError("SQLite keeps no write-ahead log for it")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                failure = error
            if time.monotonic() >= deadline:
                raise failure
            time.sleep(POLL)


def _writable(file: Path) -> bool:
    """Whether we may write a file, and beside it. What nobody is given a right to write root leaves alone as well."""
    return not _frozen(file) and os.access(file, os.W_OK) and os.access(file.absolute().parent, os.W_OK)


def _frozen(file: Path) -> bool:
    """Whether nobody is given a right to write a file, or to put one beside it."""
    return any(not path.stat().st_mode & ANYBODY_WRITES for path in (file, file.absolute().parent))


def _unmerged(file: Path) -> list[Path]:
    """The files beside a database that hold what is not in it yet, or has to be taken back."""
    beside = [file.with_name(f"{file.name}{ending}") for ending in ("-wal", "-journal")]
    return [path for path in beside if path.exists() and path.stat().st_size]


def _stamp(file: Path) -> tuple[object, ...]:
    """What is otherwise once somebody has written to a database."""
    found = file.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns, _unmerged(file)


class Store:
    """The connections of one process to one store. Safe to share between threads."""

    def __init__(self, url: str, *, timeout: float = 10.0, relaxed: bool = False) -> None:
        """Take the SQLAlchemy URL of a store and how long to wait for its lock; nothing is opened yet.

        `relaxed`: what is committed here need not outlast a power failure before somebody else commits.

        Raises StoreUnavailable where the URL is none, or not of SQLite or PostgreSQL."""
        self._database = _database(url, timeout)
        self.url = url
        self.shown = self._database.shown
        self.dialect = self._database.dialect
        self.file = self._database.file
        self._timeout = timeout
        self._relaxed = relaxed
        self._checked = False
        # A database lets waiting writers poll or queue for its lock; threads of one process take turns at less cost.
        self._turn = threading.Lock()
        # A checkout from a pool of SQLAlchemy's costs as much as a short transaction, so we keep connections ourselves.
        self._idle: deque[Session] = deque()

    def create(self) -> None:
        """Make the tables and their guards where they are missing, also in a store of an older release.

        Raises StoreUnavailable, StoreOutdated where the store is of a newer release."""
        try:
            if not self.created():
                self._database.create()
        except StoreOutdated as outdated:
            if not outdated.older:
                raise
            self._database.create()

    @property
    def read_only(self) -> bool:
        """Whether the store is a file that may be read, but not written."""
        return self.file is not None and Path(self.file).exists() and not _writable(Path(self.file))

    def settle(self) -> None:
        """Close every connection, and leave the store so that it can be read where nothing may be written.

        Nobody else may be using it. Raises StoreUnavailable."""
        self.close()
        self._database.settle()

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

    def begin(self, *, write: bool, command_id: str | None = None) -> tuple[Session, Head]:
        """A session in a transaction, to be given to `end`, and the head of the log it sees; who writes is alone.

        `command_id`: one that will be asked for first.
        Raises StoreMissing, StoreUnavailable."""
        if write and not self._turn.acquire(timeout=self._timeout):
            raise StoreUnavailable(self.shown, "database is locked")
        session = None
        try:
            session = self._borrow()
            return session, session.begin(write=write, command_id=command_id)
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
            self._idle.pop().close()

    def _check(self, session: Session) -> None:
        found = session.rows("SELECT value FROM meta WHERE key = ?", ["schema"])
        if not found:
            raise StoreMissing(self.shown)
        if found[0][0] != SCHEMA:
            raise StoreOutdated(self.shown, found[0][0], SCHEMA)
        self._checked = True

    def _borrow(self) -> Session:
        session = self._idle_session() or self._connected()
        if not self._checked:
            try:
                self._check(session)
            except BaseException:
                self._give_back(session)
                raise
        return session

    def _connected(self) -> Session:
        session = self._database.connect()
        if self._relaxed:
            session.relax()
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
            session.close()
            return
        session.idle_since = time.monotonic()
        self._idle.append(session)

    def _lives(self, session: Session) -> bool:
        # A server that was restarted must not cost a person his command; a ping each time would cost a round trip.
        try:
            session.rows("SELECT 1")
        except StoreUnavailable:
            session.close()
            return False
        return True


def _database(url: str, timeout: float) -> Database:
    file = unquote(url.removeprefix(SQLITE))
    if url.startswith(SQLITE) and "?" not in url and file not in ("", ":memory:"):
        return SqliteFile(file, url, timeout)
    from engine.tables import database_at

    return database_at(url, timeout)
