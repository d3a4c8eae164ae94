"""A store of an older release is brought up to date: ended before any statement, it is as it was; the next one does it.

So it is with two at once, and with a whole `khcn init`; the log's bytes and its root stay what they were."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.health import checks
from engine.log import Log, StoreOutdated
from tests import stores
from tests.engine.logs import execute, race
from tests.properties.checks import rows_of
from tests.reliability.length import some, told
from tests.reliability.places import checked
from tests.reliability.runner import Runner
from tests.spec import Spec
from tests.world import world

Fresh = Callable[[], str]
WITHOUT = {"1": ("seals", "checkpoints", "keys"), "2": ("keys",)}  # what the schemas of older releases had not
BRIEFLY = 4


def older(url: str, schema: str) -> None:
    """The store as a release with that schema would have made it."""
    spec = Spec(url).given(*world("HP36"))
    spec.close()
    for table in WITHOUT[schema]:
        execute(url, f"DROP TABLE {table}")
    execute(url, f"UPDATE meta SET value = '{schema}' WHERE key = 'schema'")


@pytest.fixture(params=["1", "2"])
def fresh(request: pytest.FixtureRequest, prepared_store_url: str, tmp_path: Path) -> Iterator[Fresh]:
    """Makes copies of a store of an older schema, one at a time."""
    older(prepared_store_url, request.param)
    if prepared_store_url.startswith("sqlite"):
        path = Path(prepared_store_url.removeprefix("sqlite:///"))
        with sqlite3.connect(path) as there:
            there.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        yield lambda: _copied(path, tmp_path / "new.db")
        return
    server: str = request.getfixturevalue("postgres_url")
    made: list[str] = []

    def copy() -> str:
        if made:
            stores.drop_database(server, made.pop())
        made.append(stores.fresh_database(server, prepared_store_url))
        return made[0]

    yield copy
    stores.drop_database(server, made.pop())


def _copied(path: Path, new: Path) -> str:
    for left in new.parent.glob(f"{new.name}*"):
        left.unlink()
    shutil.copyfile(path, new)
    return f"sqlite:///{new}"


def is_old(url: str) -> bool:
    with Log.open(url) as log:
        try:
            return not log.created()
        except StoreOutdated as outdated:
            return outdated.older


def guarded(url: str) -> bool:
    """Whether every guard of the log stands."""
    with Log.open(url) as log:
        return next(each for each in checks(log, datetime.now(UTC)) if each.name == "guards").state == "ok"


def test_ended_before_any_statement_it_is_as_it_was_and_is_brought_up_by_the_next(khcn: Runner, fresh: Fresh) -> None:
    whole = fresh()
    last = int(khcn.create(whole, 0).out)
    events = checked(whole)
    with Log.open(whole) as log:
        rows = rows_of(log)
    tried = some(last, BRIEFLY)
    for number in tried:
        url = fresh()
        assert khcn.create(url, number).code == -9
        assert is_old(url), number
        assert khcn.create(url, 0).code == 0

        assert (checked(url), guarded(url), is_old(url)) == (events, True, False)
        with Log.open(url) as log:
            assert rows_of(log) == rows
    told(f"ended before {len(tried)} of {last} statements")
    assert last > 4


def test_many_at_once_bring_it_up_once(fresh: Fresh) -> None:
    url = fresh()

    def create() -> bool:
        with Log.open(url) as log:
            log.create()
            return log.created()

    assert race(4, create) == [True] * 4
    assert (checked(url) > 0, guarded(url)) == (True, True)


@pytest.mark.parametrize("fresh", ["1"], indirect=True)
def test_two_of_khcn_init_at_once_are_as_one(khcn: Runner, fresh: Fresh, tmp_path: Path) -> None:
    url = fresh()
    runs = [khcn.start("init", db=url, file=tmp_path / f"init{number}") for number in range(2)]
    codes = [khcn.wait(run) for run in runs]

    assert codes == [0, 0], [run.complaints for run in runs]
    assert (checked(url) > 0, guarded(url)) == (True, True)
    assert {run.complaints for run in runs} == {"The store was there already; nothing changed.\n"}
