"""What a store may answer instead of doing what was asked; each with the exit code of the contract."""

from sqlite3 import SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_READONLY
from typing import ClassVar

FULL = ("SQLITE_FULL", "53100")  # as SQLite names it, and PostgreSQL numbers it


class StoreError(Exception):
    """The store did not do what was asked. `exit_code` is what the command line ends with."""

    exit_code: ClassVar[int] = 7


class StoreMissing(StoreError):
    """There is a way to the database, but nobody has created a store in it."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(f"there is no store at {url} yet")


class StoreUnavailable(StoreError):
    """The store cannot be reached, is locked by somebody else, or cannot be read."""

    def __init__(self, url: str, reason: str) -> None:
        self.url, self.reason = url, reason
        super().__init__(f"the store {url} cannot be used: {reason}")


class StoreFull(StoreUnavailable):
    """There is no room left on the store's disk: nothing of the transaction was kept, and what there is can be read."""


class StoreReadOnly(StoreUnavailable):
    """The store can be read, but nothing can be recorded in it."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "it can only be read")


class StoreTorn(StoreUnavailable):
    """What was recorded last lies in a write-ahead log that cannot be read where nothing may be written beside it."""

    def __init__(self, url: str, wal: str) -> None:
        self.wal = wal
        super().__init__(url, f"its write-ahead log {wal} cannot be read where nothing may be written beside it")


class NoDatabase(StoreUnavailable):
    """What is there is no database."""


class StoreOutdated(StoreError):
    """The store was made by another release: `made` and `known` are the versions of its tables."""

    def __init__(self, url: str, made: str, known: str) -> None:
        self.url, self.made, self.known = url, made, known
        super().__init__(f"the store {url} has schema {made}, this program knows {known}")

    @property
    def older(self) -> bool:
        """Whether `create` brings it up to date."""
        return self.made.isdigit() and int(self.made) < int(self.known)


class StoreDamaged(StoreError):
    """The database itself is damaged: pages were lost, or changed past the database."""

    exit_code: ClassVar[int] = 6

    def __init__(self, url: str, reason: str) -> None:
        self.url, self.reason = url, reason
        super().__init__(f"the store {url} is damaged: {reason}")


class SealBroken(StoreError):
    """The tree over the log lacks what it takes to go on: somebody changed the store past the program."""

    exit_code: ClassVar[int] = 6

    def __init__(self, position: int) -> None:
        self.position = position
        super().__init__(f"the seal of position {position} is gone")


class EventGone(StoreError):
    """The log lacks an event that others follow: somebody changed the store past the program.

    `place`: its position, or its stream and version."""

    exit_code: ClassVar[int] = 6

    def __init__(self, place: int | str) -> None:
        self.place = place
        super().__init__(f"the event {place} is gone")


class Conflict(StoreError):
    """A position, a version or a command id was taken meanwhile: load and decide again."""

    exit_code: ClassVar[int] = 4

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"somebody else changed it meanwhile: {reason}")


def unavailable(shown: str, error: Exception) -> StoreError:
    """What a driver or SQLAlchemy said, as an error of the store at the URL `shown`."""
    cause = getattr(error, "orig", None) or error
    reason = " ".join(str(cause).split())
    name = str(getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or "")
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code == SQLITE_READONLY:
        return StoreReadOnly(shown)
    if code == SQLITE_CORRUPT:
        return StoreDamaged(shown, reason)
    if name in FULL:
        return StoreFull(shown, reason)
    return (NoDatabase if code == SQLITE_NOTADB else StoreUnavailable)(shown, reason)
