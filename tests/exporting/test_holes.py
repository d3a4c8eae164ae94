"""Of a store that somebody took an event out of, or wrote a text into, nothing is handed on or copied: it ends in 6."""

from __future__ import annotations

import sqlite3

import pytest

from engine.notes import Note
from tests.console.khcn import Khcn
from tests.exporting.bundles import KEY

GONE = "DELETE FROM events WHERE position = {}"
AS_TEXT = "UPDATE events SET body = replace(CAST(body AS TEXT), 'off1', 'off2') WHERE position = {}"
READING = {
    "backup": ("backup", "{}/out"),
    "export": ("audit", "export", "--format", "jsonl"),
    "conformance": ("audit", "conformance"),
    "bundle": ("audit", "bundle", "{}/out", "--public", str(KEY.public)),
    "bundle of a task": ("audit", "bundle", "{}/out", "--public", str(KEY.public), "--task", "T2"),
    "bundle of a time": ("audit", "bundle", "{}/out", "--public", str(KEY.public), "--period", "2026-H1"),
    "documents": ("doc", "list"),
}


def changed(khcn: Khcn, statement: str, stream: str, version: int) -> int:
    """Do something to an event past the product; its position."""
    connection = sqlite3.connect(khcn.url.removeprefix("sqlite:///"))
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    found = connection.execute("SELECT position FROM events WHERE stream = ? AND version = ?", (stream, version))
    position = int(found.fetchone()[0])
    connection.execute(statement.format(position))
    connection.commit()
    connection.close()
    return position


@pytest.mark.parametrize("what", READING)
def test_a_log_that_lacks_an_event_is_not_handed_on(khcn: Khcn, note: Note, what: str) -> None:
    gone = changed(khcn, GONE, "task:T1", 3)
    ran = khcn(*(each.format(khcn.folder) for each in READING[what]))

    assert (ran.code, f"The event {gone} is gone" in ran.err) == (6, True)
    assert not (khcn.folder / "out").exists()


def test_a_log_that_lacks_its_last_events_gives_no_bundle(khcn: Khcn, note: Note) -> None:
    gone = changed(khcn, GONE, "unit:BV1", 3)
    ran = khcn("audit", "bundle", khcn.folder / "out", "--public", str(KEY.public))

    assert (ran.code, f"The event {gone} is gone" in ran.err) == (6, True)


def test_a_stream_that_lacks_an_event_is_not_replayed(khcn: Khcn) -> None:
    changed(khcn, GONE, "task:T1", 3)
    ran = khcn("audit", "replay", "T1")

    assert (ran.code, "The event task:T1/3 is gone" in ran.err) == (6, True)


def test_an_event_whose_bytes_became_a_text_is_proved_to_nobody(khcn: Khcn, note: Note) -> None:
    changed(khcn, AS_TEXT, "task:T1", 1)

    assert khcn("audit", "prove", "task:T1/1").code == 6
    assert khcn("doc", "list").code == 0
    assert khcn("audit", "verify").code == 6
