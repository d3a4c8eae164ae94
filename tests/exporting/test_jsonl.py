"""JSON lines are the log: nothing is lost, and whoever has them recomputes the root with a program of his own."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from engine.envelope import BadEvent
from engine.log import Log, Reader, Row
from exporting.jsonl import line_of, lines
from tests.console.khcn import Khcn
from tests.exporting.conftest import Lived

PAGE = Path(__file__).parents[2] / "docs/exports.md"
RECOUNT = re.compile(r"```python file=recount.py\n(.*?)```", re.DOTALL)


def recounted(folder: Path, exported: bytes) -> str:
    """What the program in the docs says of an export."""
    found = RECOUNT.search(PAGE.read_text("utf-8"))
    assert found
    (folder / "recount.py").write_text(found[1], "utf-8")
    (folder / "record.jsonl").write_bytes(exported)
    done = [sys.executable, "-I", str(folder / "recount.py"), str(folder / "record.jsonl")]
    return subprocess.run(done, capture_output=True, check=True, text=True).stdout.strip()


def test_the_program_in_the_docs_recomputes_the_root(log: Log, tmp_path: Path) -> None:
    with log.reader() as reader:
        exported, root = b"".join(lines(reader)), b64encode(reader.tree().root()).decode()

    assert root == recounted(tmp_path, exported)
    assert root != recounted(tmp_path, exported.replace(b'"actor":"lead"', b'"actor":"sec"', 1))


def test_every_event_is_there_as_the_history_tells_it(khcn: Khcn) -> None:
    exported = khcn("audit", "export", "--format", "jsonl").results
    history = json.loads(khcn("audit", "history", "task:T1", "--json").out)
    mine = [each for each in exported if each["stream"] == "task:T1"]
    common = ("position", "version", "kind", "on", "recorded_at", "actor", "role", "data")

    assert khcn.head() == len(exported)
    assert list(range(1, len(exported) + 1)) == [each["position"] for each in exported]
    assert [[each[name] for name in common] for each in history] == [[each[name] for name in common] for each in mine]
    assert [[f["rule"] for f in each["findings"]] for each in history] == [
        [f["rule"] for f in each["findings"]] for each in mine
    ]


def test_a_line_is_handed_out_before_the_next_event_is_read() -> None:
    read: list[int] = []

    class Long:
        def events(self) -> Iterator[Row]:
            for position in range(1, 1_000_000):
                read.append(position)
                yield Row(position, "task:T1", position, "x", "", b'{"kind":"x"}')

    first = next(lines(cast(Reader, Long())))

    assert first == b'{"position":1,"stream":"task:T1","version":1,"kind":"x"}\n'
    assert read == [1]


@pytest.mark.parametrize("body", [b'{"kind":\n"x"}', b"[]", b"", "text"])
def test_bytes_that_would_break_a_line_are_told(body: Any) -> None:
    with pytest.raises(BadEvent) as told:
        line_of(Row(7, "task:T1", 1, "x", "", body))

    assert told.value.position == 7


def test_a_damaged_log_is_no_export(lived: Lived, khcn: Khcn) -> None:
    connection = sqlite3.connect(lived.url.removeprefix("sqlite:///"))
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("UPDATE events SET body = 'text' WHERE position = 12")
    connection.commit()
    connection.close()
    out = khcn.folder / "record.jsonl"

    for form in ("jsonl", "ocel", "ocel-sqlite"):
        ran = khcn("audit", "export", "--format", form, "-o", out)

        assert ran.code == 6
        assert "12" in ran.err
    assert [each.name for each in khcn.folder.iterdir() if "record" in each.name] == []
