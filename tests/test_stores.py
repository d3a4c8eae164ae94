"""The stores that tests are given are new, apart from each other, and copies of what was prepared."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg
import pytest

from tests import stores


def execute(url: str, *statements: str) -> None:
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as file:
            file.execute("PRAGMA journal_mode = WAL")
            for statement in statements:
                file.execute(statement)
        file.close()
        return
    with psycopg.connect(url.replace("+psycopg", "")) as database:
        for statement in statements:
            database.execute(statement.encode())


def make_one_note(url: str) -> None:
    execute(url, "CREATE TABLE note (text VARCHAR)", "INSERT INTO note VALUES ('đề tài')")


def notes(url: str) -> int:
    query = "SELECT count(*) FROM note"
    if url.startswith("sqlite"):
        file = sqlite3.connect(url.removeprefix("sqlite:///"))
        found = file.execute(query).fetchone()[0]
        file.close()
    else:
        with psycopg.connect(url.replace("+psycopg", "")) as database:
            row = database.execute(query).fetchone()
            assert row is not None
            found = row[0]
    assert isinstance(found, int)
    return found


@pytest.mark.parametrize("_time", ["first", "second"])
def test_a_fresh_store_is_empty_each_time(store_url: str, _time: str) -> None:
    make_one_note(store_url)

    assert notes(store_url) == 1


def test_copies_of_an_sqlite_template_are_apart(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    template = stores.sqlite_template(tmp_path, make_one_note)
    first, second = (stores.fresh_sqlite(tmp_path / name, template) for name in "ab")
    execute(first, "DELETE FROM note")

    assert (notes(first), notes(second)) == (0, 1)


def test_copies_of_a_postgresql_template_are_apart(postgres_url: str) -> None:
    template = stores.postgres_template(postgres_url, make_one_note)
    first, second = (stores.fresh_database(postgres_url, template) for _ in range(2))
    execute(first, "DELETE FROM note")
    found = (notes(first), notes(second))
    for url in (first, second):
        stores.drop_database(postgres_url, url)

    assert found == (0, 1)


def test_a_database_that_is_still_in_use_can_be_dropped(postgres_url: str) -> None:
    url = stores.fresh_database(postgres_url)
    forgotten = psycopg.connect(url.replace("+psycopg", ""))
    stores.drop_database(postgres_url, url)

    with pytest.raises(psycopg.OperationalError):
        forgotten.execute("SELECT 1")
    forgotten.close()


def test_the_test_server_is_of_the_package_and_unprivileged(postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as database:
        row = database.execute("SHOW server_version_num").fetchone()

    assert row is not None
    assert int(row[0]) // 10_000 == 18
