"""Stores in which the world of both plans is on record, made once for each test process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import stores
from tests.properties.lives import both_plans
from tests.spec import Spec, prepare


def prepare_both(url: str) -> None:
    prepare(url)
    spec = Spec(url)
    spec.given(*both_plans())
    spec.close()


@pytest.fixture(scope="session")
def sqlite_of_both_plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stores.sqlite_template(tmp_path_factory.mktemp("both"), prepare_both)


@pytest.fixture(scope="session")
def postgres_of_both_plans(postgres_url: str) -> str:
    return stores.postgres_template(postgres_url, prepare_both)
