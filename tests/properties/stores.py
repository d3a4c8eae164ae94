"""A store for each example of a property, gone when the example is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import stores


@contextmanager
def copied(template: Path) -> Iterator[str]:
    """The URL of a copy of an SQLite store, for a `with` block."""
    with stores.folder() as folder:
        yield stores.fresh_sqlite(folder, template)


@contextmanager
def database(server: str, template: str) -> Iterator[str]:
    """The URL of a copy of a PostgreSQL store, for a `with` block."""
    url = stores.fresh_database(server, template)
    yield url
    stores.give_up(server, url)
