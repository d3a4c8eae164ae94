"""OCEL and XES: valid, complete, in the log's order; attributes change when it was recorded that they did."""

from __future__ import annotations

import json
import sqlite3
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from engine.log import Log
from exporting.mining import BEGINNING
from exporting.ocel import chunks
from exporting.ocelsqlite import write
from exporting.xes import chunks as xes_chunks
from tests.console.khcn import Khcn
from tests.exporting.conftest import ODD_TITLE, Lived
from tests.exporting.jsonschema7 import faults
from tests.importing.test_import_task import old
from tests.spec import Spec
from tests.world import world

PUBLISHED = Path(__file__).parents[3] / "shared/data/ocel"  # its licence is not told, so it is not copied here
XES = "{http://www.xes-standard.org/}"
Json = dict[str, Any]


@pytest.fixture
def ocel(log: Log) -> Json:
    with log.reader() as reader:
        found: Json = json.loads(b"".join(chunks(reader)))
    return found


def history(ocel: Json, ident: str, attribute: str) -> list[tuple[str, str]]:
    """When an attribute of an object got which value."""
    (thing,) = [each for each in ocel["objects"] if each["id"] == ident]
    return [(each["time"], each["value"]) for each in thing["attributes"] if each["name"] == attribute]


def told(pairs: list[Json]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in pairs}


def test_the_json_is_valid_against_the_published_schema(ocel: Json) -> None:
    if not PUBLISHED.is_dir():
        pytest.skip("the published schema is not at hand")
    schema = json.loads((PUBLISHED / "schema_ocel2.json").read_text())
    example = json.loads((PUBLISHED / "ocel20_example.jsonocel").read_text())
    broken = json.loads(json.dumps(ocel))
    broken["events"][3]["attributes"][0]["value"] = 3
    del broken["objects"][0]["attributes"][0]["time"]

    assert list(faults(example, schema)) == []
    assert list(faults(ocel, schema)) == []
    assert list(faults(broken, schema)) == [
        "$.events[3].attributes[0].value: no string",
        "$.objects[0].attributes[0]: no time",
    ]


def test_whatever_is_used_is_declared(ocel: Json) -> None:
    declared_all(ocel)


def test_whatever_an_imported_task_has_is_declared(spec: Spec) -> None:
    """Also where a state of the register leads back to none (`came_from`)."""
    spec.given(*world("HP36"), old("approved"))
    with spec.log.reader() as reader:
        ocel = json.loads(b"".join(chunks(reader)))
    (imported,) = [each for each in ocel["events"] if each["type"] == "task_imported"]

    declared_all(ocel)
    assert {"data_state", "data_title"} <= told(imported["attributes"]).keys()


def declared_all(ocel: Json) -> None:
    """Every attribute of every event and object is one of its type, every relation leads to an object."""
    objects = {each["id"]: each["type"] for each in ocel["objects"]}
    kinds = {what: {each["name"]: each for each in ocel[f"{what}Types"]} for what in ("event", "object")}
    related = [r["objectId"] for each in (*ocel["events"], *ocel["objects"]) for r in each["relationships"]]
    for what in ("event", "object"):
        for each in ocel[f"{what}s"]:
            declared = {a["name"] for a in kinds[what][each["type"]]["attributes"]}

            assert set() == {a["name"] for a in each["attributes"]} - declared, each["id"]

    assert set() == set(related) - objects.keys()
    assert len(ocel["objects"]) == len(objects)
    assert all(ident.split(":")[0] == kind for ident, kind in objects.items())


def test_events_stand_in_the_order_of_the_log_with_both_times(ocel: Json, log: Log) -> None:
    with log.reader() as reader:
        rows = [(f"{row.stream}/{row.version}", row.recorded_at) for row in reader.events()]
    attributes = [told(each["attributes"]) for each in ocel["events"]]

    assert rows == [(each["id"], each["time"]) for each in ocel["events"]]
    assert [str(position) for position in range(1, len(rows) + 1)] == [each["position"] for each in attributes]
    approved = next(each for each in ocel["events"] if each["id"] == "task:T1/3")
    attributes_of_it = told(approved["attributes"])

    assert (
        approved["type"],
        *(attributes_of_it[name] for name in ("decided_on", "actor", "role", "plan", "plan_version")),
    ) == ("task_approved", "2026-03-10", "lead", "leader", "HP36", "1")
    assert approved["time"] == attributes_of_it["recorded_at"] != attributes_of_it["decided_on"]


def test_an_event_is_related_to_all_it_speaks_of(ocel: Json) -> None:
    appraised = next(each for each in ocel["events"] if each["id"] == "task:T1/2")
    ballots = next(each for each in ocel["events"] if each["type"] == "ballots_cast")

    assert {
        ("task:T1", "task"),
        ("person:sec", "actor"),
        ("plan:HP36", "governing plan"),
        ("session:T1-appraise", "session"),
        ("council:HD-NGANH", "council"),
        ("unit:BV1", "lead unit"),
    } == {(each["objectId"], each["qualifier"]) for each in appraised["relationships"]}
    voters = {each["objectId"] for each in ballots["relationships"] if each["qualifier"] == "voter"}

    assert len(voters) >= 5
    assert voters <= {f"person:m{number}" for number in range(1, 8)}


def test_attributes_change_when_it_was_recorded(ocel: Json, lived: Lived, khcn: Khcn) -> None:
    shown = json.loads(khcn("task", "show", "T1", "--json").out)
    states = history(ocel, "task:T1", "state")
    reached = [(each["recorded_at"], each["state"]) for each in shown["milestones"]]

    assert [(BEGINNING, reached[0][1]), *reached[1:]] == states
    assert str(shown["money"]["returned"]) == history(ocel, "task:T1", "returned")[-1][1]
    assert [value for _, value in history(ocel, "task:T2", "state")] == [
        "registered",
        "appraised",
        "approved",
        "appraised",
    ]
    assert (lived.times["rescind"], "appraised") == history(ocel, "task:T2", "state")[-1]
    assert [(lived.times["correct"], "Tên đúng")] == history(ocel, "task:T1", "title")[1:]
    assert [(lived.times["rename_unit"], "Bệnh viện Mới")] == history(ocel, "unit:BV1", "name")[1:]


def test_the_sqlite_file_says_the_same(ocel: Json, log: Log, tmp_path: Path) -> None:
    with log.reader() as reader:
        write(reader, tmp_path / "out.sqlite")
    made = sqlite3.connect(tmp_path / "out.sqlite")
    made.row_factory = sqlite3.Row
    events = [(each["id"], each["type"]) for each in ocel["events"]]
    objects = [(each["id"], each["type"]) for each in ocel["objects"]]

    assert events == [tuple(row) for row in made.execute("SELECT * FROM event ORDER BY rowid")]
    assert objects == [tuple(row) for row in made.execute("SELECT * FROM object ORDER BY rowid")]
    assert relations(ocel["events"]) == Counter(tuple(row) for row in made.execute("SELECT * FROM event_object"))
    assert relations(ocel["objects"]) == Counter(tuple(row) for row in made.execute("SELECT * FROM object_object"))
    for each in ocel["events"]:
        (row,) = made.execute(f'SELECT * FROM "event_{each["type"]}" WHERE ocel_id = ?', (each["id"],))

        assert told(each["attributes"]) == values(row)
        assert each["time"] == row["ocel_time"]
    for each in ocel["objects"]:
        rows = list(
            made.execute(f'SELECT * FROM "object_{each["type"]}" WHERE ocel_id = ? ORDER BY rowid', [each["id"]])
        )
        first = {a["name"]: a["value"] for a in each["attributes"] if a["time"] == BEGINNING}
        later = [(a["time"], a["name"], a["value"]) for a in each["attributes"] if a["time"] != BEGINNING]

        assert first == values(rows[0])
        assert later == [
            (row["ocel_time"], row["ocel_changed_field"], text(row["ocel_changed_field"], row)) for row in rows[1:]
        ]
    made.close()


def relations(having: list[Json]) -> Counter[tuple[str, str, str]]:
    return Counter((each["id"], r["objectId"], r["qualifier"]) for each in having for r in each["relationships"])


def values(row: sqlite3.Row) -> dict[str, str]:
    own = [name for name in row.keys() if not name.startswith("ocel_") and row[name] is not None]  # noqa: SIM118
    return {name: text(name, row) for name in own}


BOOLEANS = ("late", "imported", "subordinate", "data_late", "data_subordinate", "data_human_subjects", "data_always")


def text(name: str, row: sqlite3.Row) -> str:
    return str(bool(row[name])).lower() if name in BOOLEANS else str(row[name])


def test_xes_has_a_case_for_each_task(log: Log, ocel: Json) -> None:
    with log.reader() as reader:
        root = ET.fromstring(b"".join(xes_chunks(reader)))
    cases = {child(case, "concept:name"): case for case in root.iter(f"{XES}trace")}
    mine = [each for each in ocel["events"] if each["id"].startswith("task:T2/")]
    events = list(cases["T2"].iter(f"{XES}event"))

    assert list(cases) == ["T1", "T2", "T3"]
    assert {"concept", "lifecycle", "org", "time"} == {each.attrib["prefix"] for each in root.iter(f"{XES}extension")}
    assert [each["type"] for each in mine] == [child(each, "concept:name") for each in events]
    assert [each["time"] for each in mine] == [child(each, "time:timestamp").replace("+00:00", "Z") for each in events]
    assert [told(each["attributes"])["actor"] for each in mine] == [child(each, "org:resource") for each in events]
    assert [told(each["attributes"])["role"] for each in mine] == [child(each, "org:role") for each in events]
    assert [told(each["attributes"])["decided_on"] for each in mine] == [
        child(each, "khcn:decided_on") for each in events
    ]
    assert child(cases["T1"], "khcn:title") == "Tên đúng"
    assert ODD_TITLE.replace("\x01", "\ufffd") == child(cases["T2"], "khcn:title")


def child(having: ET.Element, key: str) -> str:
    (found,) = [each.attrib["value"] for each in having if each.attrib.get("key") == key]
    return found


def test_files_are_written_whole_and_never_over_the_store(khcn: Khcn, lived: Lived) -> None:
    out = khcn.file("out.xes", "old")

    assert khcn("audit", "export", "--format", "xes", "-o", out).code == 0
    assert khcn("audit", "export", "--format", "xes").out.encode() == out.read_bytes()
    assert khcn("audit", "export", "--format", "ocel-sqlite", "-o", out).code == 0
    assert out.read_bytes().startswith(b"SQLite format 3")
    store = Path(lived.url.removeprefix("sqlite:///"))
    before = store.read_bytes()

    assert khcn("audit", "export", "--format", "jsonl", "-o", store).code == 2
    assert before == store.read_bytes()
    assert khcn("audit", "export", "--format", "ocel-sqlite").code == 2
    assert khcn("audit", "export", "--format", "jsonl", "-o", khcn.folder / "nowhere" / "x").code == 2
    assert khcn("audit", "export").code == 2
