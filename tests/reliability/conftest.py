"""A process that runs `khcn`, and stores on SQLite in a folder of their own with a life on record."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability.places import Place
from tests.reliability.runner import Runner
from tests.spec import Spec
from tests.world import HP_SECTOR, story


@pytest.fixture(scope="package")
def khcn() -> Iterator[Runner]:
    with Runner() as runner:
        yield runner


@pytest.fixture(scope="package")
def lived(tmp_path_factory: pytest.TempPathFactory, prepared_sqlite: Path) -> Path:
    """A store's file: a task from registration to its end, and a file of a document is kept beside it."""
    path = tmp_path_factory.mktemp("lived") / "khcn.db"
    shutil.copyfile(prepared_sqlite, path)
    spec = Spec(f"sqlite:///{path}")
    spec.given(*story(HP_SECTOR))
    spec.close()
    return path


@pytest.fixture
def place(tmp_path: Path, lived: Path) -> Place:
    """A copy of it in a folder where nothing else is, and a folder for what is brought."""
    for name in ("store", "brought"):
        (tmp_path / name).mkdir()
    made = Place(tmp_path / "store", tmp_path / "brought", lived)
    made.anew()
    return made
