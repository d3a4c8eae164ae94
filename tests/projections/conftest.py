"""Logs with nothing in them, as many as a test wants, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import pytest

from engine.log import Log
from tests import stores
from tests.conftest import KINDS
from tests.projections import releases


def create(url: str) -> None:
    with Log.open(url) as log:
        log.create()


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stores.sqlite_template(tmp_path_factory.mktemp("empty"), create)


@pytest.fixture(scope="session")
def empty_postgres(postgres_url: str) -> str:
    return stores.postgres_template(postgres_url, create)


@pytest.fixture
def log(store_url: str) -> Iterator[Log]:
    """An empty log."""
    create(store_url)
    with Log.open(store_url) as opened:
        yield opened


@pytest.fixture(scope="session", params=KINDS)
def empty_logs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], AbstractContextManager[Log]]:
    """A new empty log for each `with`, for tests that want many."""

    @contextmanager
    def new_sqlite() -> Iterator[Log]:
        template: Path = request.getfixturevalue("empty_sqlite")
        with Log.open(stores.fresh_sqlite(tmp_path_factory.mktemp("log"), template)) as opened:
            yield opened

    @contextmanager
    def new_postgres() -> Iterator[Log]:
        server, template = request.getfixturevalue("postgres_url"), request.getfixturevalue("empty_postgres")
        url = stores.fresh_database(server, template)
        try:
            with Log.open(url) as opened:
                yield opened
        finally:
            stores.give_up(server, url)

    return new_sqlite if request.param == "sqlite" else new_postgres


@pytest.fixture
def release(tmp_path: Path) -> releases.Release:
    """A release of the program that declares a projection of its own."""
    return partial(releases.release, tmp_path)
