"""What evidence rests on: the plan versions of its time, units that were merged, and only what was asked for."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from hashlib import sha256
from html import unescape
from pathlib import Path
from zipfile import ZipFile

from engine.envelope import decode
from engine.evidence import take_checkpoint
from engine.log import Log
from engine.notes import LOG_KEY, PrivateKey
from exporting.selecting import Period, select
from tests.console.khcn import Khcn
from tests.rules.correcting import correction
from tests.spec import Spec, adopt, builtin_contents
from tests.world import HP_SECTOR, command, document, life, unit, world

KEY = PrivateKey("log.example", LOG_KEY, sha256(b"log").digest())
CLAUSE = "HP36-II.1.b"


def test_a_clause_is_told_as_each_plan_version_has_it(prepared_store_url: str, tmp_path: Path) -> None:
    spec = Spec(prepared_store_url)
    spec.given(*world("HP36"), *life(HP_SECTOR, until="approved"))
    content = next(content for ident, content, _ in builtin_contents() if ident == "HP36")
    clauses = json.loads(json.dumps(content["clauses"]))
    changed = next(clause for clause in clauses if clause["id"] == CLAUSE)
    before, changed["text"] = changed["text"]["en"], {"vi": "Nội dung khác", "en": "Another text"}
    adopt(spec, clauses=clauses)
    spec.given(*life(HP_SECTOR, task="T2", until="registered"))
    spec.close()
    with Log.open(prepared_store_url) as log:
        take_checkpoint(log, KEY)
    khcn = Khcn(prepared_store_url, tmp_path)
    pages = {}
    for name, arguments in {"T1": ("--task", "T1"), "both": ("--period", "2026")}.items():
        file = tmp_path / f"{name}.zip"
        assert khcn("audit", "bundle", file, "--public", str(KEY.public), *arguments).code == 0
        with ZipFile(file) as zipped:
            zipped.extractall(tmp_path / name)
        pages[name] = unescape(re.sub(r"<[^>]+>", "\n", (tmp_path / name / "index.html").read_text("utf-8")))
        argv = [sys.executable, "-I", "check_bundle.py"]

        assert subprocess.run(argv, cwd=tmp_path / name, capture_output=True, check=False).returncode == 0

    assert f"HP36 v1: {before} · HP36 v2: Another text" in pages["both"]
    assert before in pages["T1"]
    assert "Another text" not in pages["T1"]
    assert [path.name for path in sorted((tmp_path / "both/plans").iterdir())] == [
        "HP36-v1.json",
        "HP36-v2.json",
        "VP57-v1.json",  # adopted in that year as well
    ]
    assert [path.name for path in sorted((tmp_path / "T1/plans").iterdir())] == ["HP36-v1.json"]


def test_a_merger_of_the_lead_unit_comes_along_where_it_was_known(prepared_store_url: str) -> None:
    paper = document("1/QĐ", "2026-03-05")
    spec = Spec(prepared_store_url)
    spec.given(*world("HP36"), *life(HP_SECTOR, until="registered"), unit("BV9", "2026-02-05", ["HP36"]))
    spec.given(command("merge_units", "admin", "2026-03-05", units=["BV1"], into="BV9", document=paper))
    spec.given(*[each for each in life(HP_SECTOR, until="appraised") if each["command"] == "hold_session"])
    spec.given(command("rename_unit", "admin", "2026-03-06", unit="BV9", name="Sau cùng"))
    spec.close()
    with Log.open(prepared_store_url) as log, log.reader() as reader:
        found = select(reader, "T1")
        events = [decode(row.position, row.stream, row.version, row.body) for row in reader.events()]
    beside = {(event.stream, event.fact.KIND) for event in events if event.position in found.beside}
    asked = {event.fact.KIND for event in events if event.position in found.asked}

    assert asked == {"task_registered", "session_held"}
    assert ("unit:BV9", "units_merged") in beside
    assert ("unit:BV9", "unit_renamed") not in beside
    assert ("person:pi1", "person_added") in beside
    assert ("person:pi2", "person_added") not in beside


def test_the_first_and_the_last_day_are_in_a_period(prepared_store_url: str) -> None:
    spec = Spec(prepared_store_url)
    days = ["2026-03-31", "2026-04-01", "2026-06-30", "2026-07-01"]
    spec.given(unit("BV1", "2026-02-05", ["HP36"]))
    spec.given(*[command("rename_unit", "admin", day, unit="BV1", name=f"Tên {day}") for day in days])
    spec.close()
    with Log.open(prepared_store_url) as log, log.reader() as reader:
        found = select(reader, period=Period.read("2026-Q2"))
        on = {row.position: json.loads(row.body)["on"] for row in reader.events()}

    assert [on[position] for position in sorted(found.asked)] == ["2026-04-01", "2026-06-30"]


def test_a_period_has_what_was_decided_in_it_as_recorded_and_as_corrected(prepared_store_url: str) -> None:
    spec = Spec(prepared_store_url)
    spec.given(*world("HP36"), *life(HP_SECTOR, until="approved"))
    spec.given(correction("task:T1", 3, "on", "2026-04-02"))
    spec.close()
    taken = {}
    with Log.open(prepared_store_url) as log, log.reader() as reader:
        events = {row.position: row for row in reader.events()}
        for month in ("2026-03", "2026-04", "2026-05"):
            asked = [events[place] for place in select(reader, "T1", Period.read(month)).asked]
            taken[month] = {row.kind for row in asked if row.stream == "task:T1"}

    moved = {"task_approved", "entry_corrected"}
    assert taken["2026-03"] == moved | {"task_appraised"}
    assert taken["2026-04"] == moved
    assert taken["2026-05"] == set()
