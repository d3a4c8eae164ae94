"""A store in which the world of HP36 is on record, made once for each test process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import stores
from tests.spec import NOW, Spec, prepare
from tests.world import HP_SECTOR, story

BEFORE = NOW.replace(month=10)


def prepare_hp36(url: str) -> None:
    prepare(url, BEFORE)
    spec = Spec(url)
    spec.now = BEFORE
    commands = story(HP_SECTOR)
    first = next(place for place, one in enumerate(commands) if one["command"] == "register_task")
    spec.given(*commands[:first])
    spec.close()


@pytest.fixture(scope="session")
def sqlite_of_hp36(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stores.sqlite_template(tmp_path_factory.mktemp("hp36"), prepare_hp36)
