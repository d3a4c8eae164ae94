"""Every export and the bundle on each kind of store; what is read at a time; and the one place that shows names."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import cast
from zipfile import ZipFile

import pytest

from engine.evidence import take_checkpoint
from engine.log import Log, Reader, Row
from engine.notes import LOG_KEY, PrivateKey
from exporting import jsonl, ocel, ocelsqlite, xes
from projections.names import Names
from tests.console.khcn import Khcn
from tests.exporting.conftest import commands, record
from tests.exporting.test_jsonl import recounted

KEY = PrivateKey("log.example", LOG_KEY, sha256(b"log").digest())


def test_each_kind_of_store_is_exported_and_bundled(prepared_store_url: str, tmp_path: Path) -> None:
    record(prepared_store_url)
    with Log.open(prepared_store_url) as log:
        note = take_checkpoint(log, KEY)
        with log.reader() as reader:
            assert recounted(tmp_path, b"".join(jsonl.lines(reader))) == b64encode(reader.tree().root()).decode()
            mined = json.loads(b"".join(ocel.chunks(reader)))
            cases = ET.fromstring(b"".join(xes.chunks(reader))).findall("{http://www.xes-standard.org/}trace")
            ocelsqlite.write(reader, tmp_path / "out.sqlite")
            head = reader.head()[0]
    khcn = Khcn(prepared_store_url, tmp_path)

    assert (head, 3) == (len(mined["events"]), len(cases))
    assert khcn("audit", "bundle", tmp_path / "b.zip", "--period", "2026", "--public", str(KEY.public)).code == 0
    with ZipFile(tmp_path / "b.zip") as zipped:
        zipped.extractall(tmp_path / "unpacked")
    argv = [sys.executable, "-I", "check_bundle.py", "--public", str(KEY.public)]
    found = subprocess.run(argv, cwd=tmp_path / "unpacked", capture_output=True, check=False, text=True)

    assert (found.returncode, str(note).split("\n")[2] in found.stdout) == (0, True)


def test_xes_reads_one_case_at_a_time(log: Log) -> None:
    with log.reader() as reader:
        read: list[str] = []

        class Watched:
            rows = reader.rows
            head = reader.head

            def stream(self, stream: str) -> Iterator[Row]:
                read.append(stream)
                return reader.stream(stream)

        pieces = xes.chunks(cast(Reader, Watched()))
        next(pieces)
        first = next(pieces)

        assert b'value="T1"' in first
        assert read == ["task:T1"]


def test_one_place_turns_names_into_what_is_shown(
    khcn: Khcn, log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_checkpoint(log, KEY)
    with log.reader() as reader:
        people = {each["name"] for each in commands() if each["command"] == "add_person"}
        plain = b"".join(ocel.chunks(reader)).decode()
        monkeypatch.setattr(Names, "text", lambda _, __, person: f"[{person}]")
        ocelsqlite.write(reader, tmp_path / "out.sqlite")
        shown = [b"".join(ocel.chunks(reader)), b"".join(xes.chunks(reader)), (tmp_path / "out.sqlite").read_bytes()]
    khcn("audit", "bundle", tmp_path / "b.zip")
    with ZipFile(tmp_path / "b.zip") as zipped:
        shown.append(zipped.read("index.html"))

    assert len(people) > 10
    assert [name for name in people if f'"value":{json.dumps(name, ensure_ascii=False)}' not in plain] == []
    assert [name for name in people for each in shown if name.encode() in each] == []
    assert all(b"[m1]" in each for each in (shown[0], shown[2], shown[3]))
