"""Sees to it that destroyed keys leave no bytes behind in a store. What the tables say is not touched."""

from collections.abc import Sequence
from pathlib import Path

from engine.drivers import Session
from engine.store import Store
from engine.storeerrors import StoreError

CHUNK = 1024 * 1024
KEYS_FILE = "SELECT pg_relation_filenode('keys')"


def scrub(store: Store, keys: Sequence[bytes]) -> bool:
    """Take the bytes of destroyed keys out of the store's files; whether it is certain that they are gone.

    Without `keys`, as when somebody makes sure once more, everything is written anew. It is not certain where others
    read or write for longer than the store waits for its lock."""
    try:
        with store.session() as session:
            if store.file is None:
                return _scrub_table(session)
            return _scrub_file(session, Path(store.file), keys)
    except StoreError:
        return False


def _scrub_table(session: Session) -> bool:
    """Write the table of keys anew; whether that was done: whom the table does not belong to the server only warns."""
    before = session.rows(KEYS_FILE)
    session.rows("VACUUM FULL keys")
    return session.rows(KEYS_FILE) != before


def _scrub_file(session: Session, file: Path, keys: Sequence[bytes]) -> bool:
    # What was deleted lies in the write-ahead log until that is emptied, and in pages that were split before.
    emptied = _empty_log(session)
    if emptied and keys and not any(_within(file, key) for key in keys):
        return True
    session.rows("VACUUM")
    return _empty_log(session) and not any(_within(file, key) for key in keys)


def _empty_log(session: Session) -> bool:
    """Write the write-ahead log into the database and cut it to nothing; whether nobody stood in the way."""
    return bool(session.rows("PRAGMA wal_checkpoint(TRUNCATE)")[0][0] == 0)


def _within(file: Path, sought: bytes) -> bool:
    """Whether some bytes are in a file, or in the write-ahead log beside it."""
    for path in (file, file.with_name(f"{file.name}-wal")):
        if path.exists():
            with path.open("rb") as source:
                kept = b""
                while block := source.read(CHUNK):
                    if sought in kept + block:
                        return True
                    kept = block[-len(sought) :]
    return False
