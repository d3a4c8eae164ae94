"""The doctor says what is not well with a store, and what to do; what is well it leaves alone."""

from __future__ import annotations

import json
import sqlite3
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest

from engine.evidence import take_checkpoint
from engine.log import Log
from engine.notes import LOG_KEY, PrivateKey
from tests import stores
from tests.console.khcn import Khcn

Json = dict[str, Any]


def told(khcn: Khcn, code: int) -> dict[str, Json]:
    """What was looked at, by name."""
    ran = khcn("doctor", "--json")

    assert ran.code == code, ran.out
    return {each["check"]: each for each in json.loads(ran.out)["checks"]}


def not_well(khcn: Khcn, code: int) -> dict[str, str]:
    return {name: each["state"] for name, each in told(khcn, code).items() if each["state"] != "ok"}


def altered(khcn: Khcn, *statements: str) -> None:
    """Somebody goes around the program."""
    with sqlite3.connect(khcn.url.removeprefix("sqlite:///")) as there:
        for each in statements:
            there.execute(each)


def test_of_a_store_that_is_well_only_the_missing_checkpoint_is_told(khcn: Khcn) -> None:
    with khcn.unchanged():
        assert not_well(khcn, 0) == {"checkpoint": "warning"}


def test_a_checkpoint_that_was_taken_is_enough(khcn: Khcn) -> None:
    with Log.open(khcn.url) as log:
        take_checkpoint(log, PrivateKey("log.example", LOG_KEY, sha256(b"log").digest()))

    assert not_well(khcn, 0) == {}


def test_whoever_looks_is_told_what_to_do(khcn: Khcn) -> None:
    for each in told(khcn, 0).values():
        assert (each["cure"] is None) == (each["state"] == "ok")


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER events_no_update",
        "DROP TRIGGER commands_once",
        "DROP TRIGGER seals_in_order",
        "DROP TRIGGER checkpoints_no_delete",
    ],
)
def test_a_guard_that_is_gone_is_named(khcn: Khcn, statement: str) -> None:
    altered(khcn, statement)
    found = told(khcn, 6)["guards"]

    assert found["state"] == "bad"
    assert statement.split()[-1] in found["message"]


def test_a_guard_that_guards_nothing_any_more_is_named(khcn: Khcn) -> None:
    altered(
        khcn,
        "DROP TRIGGER events_no_delete",
        "CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT 1; END",
    )

    assert "events_no_delete" in told(khcn, 6)["guards"]["message"]


def test_an_event_that_was_put_past_the_program_is_told(khcn: Khcn) -> None:
    position = khcn.head() + 1
    altered(khcn, f"INSERT INTO events VALUES ({position}, 'task:X', 1, 'k', NULL, x'7b7d')")

    assert not_well(khcn, 6)["seal"] == "bad"


def test_a_clock_behind_the_record_is_told(khcn: Khcn) -> None:
    altered(
        khcn,
        "DROP TRIGGER events_no_update",
        "UPDATE events SET recorded_at = '2999-01-01T00:00:00.000000Z'",
    )

    assert not_well(khcn, 6)["clock"] == "warning"


def test_an_index_of_another_release_is_told(khcn: Khcn) -> None:
    altered(khcn, "UPDATE meta SET value = '0' WHERE key = 'fold'")

    assert not_well(khcn, 0) == {"checkpoint": "warning", "index": "warning"}


def test_on_postgresql_settings_that_may_lose_what_was_recorded_are_told(
    postgres_url: str, prepared_postgres: str, tmp_path: Path
) -> None:
    """The server of the tests writes to no disk: a doctor who calls that well would be none."""
    khcn = Khcn(stores.fresh_database(postgres_url, prepared_postgres), tmp_path)
    found = told(khcn, 6)

    assert found["settings"]["state"] == "bad"
    assert "fsync = off" in found["settings"]["message"]
    assert found["guards"]["state"] == "ok"


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("ALTER TABLE events DISABLE TRIGGER events_append_only", "events_append_only"),
        ("DROP TRIGGER seals_append_only ON seals", "seals_append_only"),
        (
            "CREATE OR REPLACE FUNCTION khcn_refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$",
            "khcn_refuse",
        ),
    ],
)
def test_on_postgresql_a_guard_that_is_gone_is_named(
    statement: str, named: str, postgres_url: str, prepared_postgres: str, tmp_path: Path
) -> None:
    url = stores.fresh_database(postgres_url, prepared_postgres)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as there:
        there.execute(statement.encode())

    assert named in told(Khcn(url, tmp_path), 6)["guards"]["message"]
