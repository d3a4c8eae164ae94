"""A command line on a store with what the example mappings name: units, an administrator, a secretary."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import stores
from tests.console.khcn import Khcn
from tests.importing.registers import EXAMPLES
from tests.spec import Spec, prepare


def prepare_units(url: str) -> None:
    import json

    prepare(url)
    spec = Spec(url)
    spec.given(*map(json.loads, (EXAMPLES / "setup.jsonl").read_text("utf-8").splitlines()))
    spec.close()


@pytest.fixture(scope="session")
def sqlite_units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stores.sqlite_template(tmp_path_factory.mktemp("units"), prepare_units)


@pytest.fixture
def khcn(sqlite_units: Path, tmp_path: Path) -> Khcn:
    return Khcn(stores.fresh_sqlite(tmp_path, sqlite_units), tmp_path)
