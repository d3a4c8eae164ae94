"""A command line in this process, on a store in which a task of HP36/sector is registered."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import stores
from tests.console.khcn import Khcn
from tests.spec import Spec, prepare
from tests.world import HP_SECTOR, story


def prepare_registered(url: str) -> None:
    prepare(url)
    spec = Spec(url)
    spec.given(*story(HP_SECTOR, until="registered"))
    spec.close()


@pytest.fixture(scope="session")
def sqlite_registered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stores.sqlite_template(tmp_path_factory.mktemp("registered"), prepare_registered)


@pytest.fixture
def khcn(sqlite_registered: Path, tmp_path: Path) -> Khcn:
    return Khcn(stores.fresh_sqlite(tmp_path, sqlite_registered), tmp_path)


@pytest.fixture
def founded(prepared_sqlite: Path, tmp_path: Path) -> Khcn:
    """The same, where nothing but the plans and the administrator is on record."""
    return Khcn(stores.fresh_sqlite(tmp_path, prepared_sqlite), tmp_path)


@pytest.fixture
def bare(tmp_path: Path) -> Khcn:
    """The same, where nobody has made a store yet."""
    return Khcn(stores.fresh_sqlite(tmp_path), tmp_path)
