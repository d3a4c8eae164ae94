"""The event log, which one writer at a time adds to. It never changes what it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

from engine.seal import Tree
from engine.store import Store
from engine.storeerrors import (
    Conflict,
    EventGone,
    NoDatabase,
    SealBroken,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreMissing,
    StoreOutdated,
    StoreReadOnly,
    StoreTorn,
    StoreUnavailable,
)
from engine.transactions import KnownCommand, Reader, RefusalRow, Row, Writer

__all__ = [
    "Conflict",
    "EventGone",
    "KnownCommand",
    "Log",
    "NoDatabase",
    "Reader",
    "RefusalRow",
    "Row",
    "SealBroken",
    "StoreDamaged",
    "StoreError",
    "StoreFull",
    "StoreMissing",
    "StoreOutdated",
    "StoreReadOnly",
    "StoreTorn",
    "StoreUnavailable",
    "Writer",
]


class Log:
    """The log of one store. Safe to share between threads; close it, or use it as a context manager."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.url = store.url
        self.shown = store.shown  # the URL without its password
        self.dialect = store.dialect
        self.file = store.file
        self._tree: Tree | None = None  # over the log as the last writer of this process left it

    @classmethod
    def open(cls, url: str, *, timeout: float = 10.0, relaxed: bool = False) -> Self:
        """The log at an SQLAlchemy URL, which need not be created yet; `timeout`: seconds to wait for a lock.

        `relaxed`: what is committed here need not outlast a power failure before somebody else commits.

        Nothing is opened before it is used, and what is used first raises StoreMissing where nobody created the store.
        Raises StoreUnavailable where the URL is of no store."""
        return cls(Store(url, timeout=timeout, relaxed=relaxed))

    def create(self) -> None:
        """Make the store where there is none, and bring one of an older release up to date. Raises StoreUnavailable."""
        self._store.create()

    def created(self) -> bool:
        """Whether there is a store. Raises StoreUnavailable."""
        return self._store.created()

    @property
    def read_only(self) -> bool:
        """Whether the store is a file that may be read, but not written."""
        return self._store.read_only

    def settle(self) -> None:
        """Close the connections, and leave a store in a file so that it can be read where nothing may be written.

        It is a store like any other when somebody records in it again. Nobody else may be using it now.
        Raises StoreUnavailable."""
        self._store.settle()

    def close(self) -> None:
        """Close the connections. The log may be used again."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """A view of the store that stays as it is for the block. Raises StoreMissing, StoreUnavailable."""
        session, head = self._store.begin(write=False)
        try:
            yield Reader(session, head)
        finally:
            self._store.end(session, write=False)

    @contextmanager
    def writer(self, command_id: str | None = None) -> Iterator[Writer]:
        """The one writer's transaction: commits at the end of the block if anything was written, else rolls back.

        `command_id`: one that the writer will ask for first.
        Raises StoreMissing, StoreUnavailable (also where others keep the lock for too long), and Conflict from what
        the writer was asked to do."""
        session, head = self._store.begin(write=True, command_id=command_id)
        try:
            tree, self._tree = self._tree, None
            writer = Writer(session, head, tree if tree and tree.size == head[0] else None)
            yield writer
            if session.failure is not None:
                raise session.failure
            if writer.dirty and not writer.committed:
                session.end(commit=True)
            self._tree = writer.grown
        finally:
            self._store.end(session, write=True)

    @contextmanager
    def listening(self) -> Iterator[Callable[[float], bool]]:
        """A function that waits up to so many seconds and tells whether somebody committed since it was last asked."""
        with self._store.session() as session:
            session.listen()
            yield session.heard

    def scrub(self, keys: Sequence[bytes]) -> bool:
        """Take what is left of destroyed keys out of the store's files; whether it is certain that it is gone."""
        from engine.scrub import scrub

        return scrub(self._store, keys)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """Every row of one reading statement with `?` for values, in a transaction of its own."""
        with self._store.session() as session:
            return session.rows(sql, values)
