"""Stores for every test: an empty one, or one that is made once and copied, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import stores
from tests.spec import Spec

KINDS = os.environ.get("KHCN_TEST_STORES", "sqlite postgresql").split()

settings.register_profile("quick", deadline=None, print_blob=True, max_examples=50)
settings.register_profile("soak", deadline=None, print_blob=True, max_examples=2000)
settings.load_profile(os.environ.get("KHCN_TEST_PROFILE", "quick"))


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have a store, an actor or a language of his own; the tests do not see them."""
    for name in [name for name in os.environ if name.startswith("KHCN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A running PostgreSQL, one for each test process."""
    server = stores.start_postgres()
    yield server.url
    server.stop()


@pytest.fixture(params=KINDS)
def store_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a store that nobody has made yet."""
    if request.param == "sqlite":
        with stores.folder() as folder:
            yield stores.fresh_sqlite(folder)
        return
    server: str = request.getfixturevalue("postgres_url")
    url = stores.fresh_database(server)
    yield url
    stores.give_up(server, url)


@pytest.fixture(params=KINDS)
def prepared_store_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a copy of the store that tests.spec.prepare makes once for each test process."""
    if request.param == "sqlite":
        with stores.folder() as folder:
            yield stores.fresh_sqlite(folder, request.getfixturevalue("prepared_sqlite"))
        return
    server: str = request.getfixturevalue("postgres_url")
    url = stores.fresh_database(server, request.getfixturevalue("prepared_postgres"))
    yield url
    stores.give_up(server, url)


@pytest.fixture(scope="session")
def prepared_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.spec import prepare

    return stores.sqlite_template(tmp_path_factory.mktemp("template"), prepare)


@pytest.fixture(scope="session")
def prepared_postgres(postgres_url: str) -> str:
    from tests.spec import prepare

    return stores.postgres_template(postgres_url, prepare)


@pytest.fixture
def spec(prepared_store_url: str) -> Iterator[Spec]:
    """A founded store, and commands in given-when-then."""

    made = Spec(prepared_store_url)
    yield made
    made.close()
