"""Corrections from sheets: the cell of `value` holds what the corrected field holds - a sum, a date, a text."""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.parse import ask_for
from engine.work import digest
from tests.console.khcn import Khcn
from tests.intake.files import workbook
from tests.world import document

PAPER = json.dumps(document("9/BB", "2026-06-20"))
HEAD = ["command", "actor", "on", "stream", "version", "field", "value", "reason", "document"]
# field -> what is written for it as a text, in an Excel cell, and what is then on record
FIELDS: dict[str, tuple[str, Any, Any]] = {
    "end": ("30/04/2027", date(2027, 4, 30), "2027-04-30"),
    "year": ("2026", 2026, 2026),
    "title": ("108", 108, "108"),
    "human_subjects": ("true", "true", True),
}


def rows(cells: list[Any]) -> list[list[Any]]:
    common = ["correct", "off1", "20/06/2026", "task:T1", 1]
    return [HEAD, *([*common, field, cell, "Ghi nhầm", PAPER] for field, cell in zip(FIELDS, cells, strict=True))]


def csv_file(folder: Path) -> Path:
    quoted = [
        ['"' + str(cell).replace('"', '""') + '"' for cell in row] for row in rows([f[0] for f in FIELDS.values()])
    ]
    path = folder / "in.csv"
    path.write_text("\n".join(map(",".join, quoted)) + "\n", "utf-8")
    return path


def xlsx_file(folder: Path) -> Path:
    return workbook(folder / "in.xlsx", {"commands": rows([f[1] for f in FIELDS.values()])})


def yaml_file(folder: Path) -> Path:
    items = [dict(zip(HEAD, row, strict=True)) for row in rows([f[1] for f in FIELDS.values()])[1:]]
    lines = []
    for item in items:
        shown = {name: value if name in ("document", "value") else json.dumps(value) for name, value in item.items()}
        lines.append(
            "- {" + ", ".join(f"{name}: {value}" for name, value in (shown | {"on": "2026-06-20"}).items()) + "}"
        )
    path = folder / "in.yaml"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("make", [csv_file, xlsx_file, yaml_file])
def test_a_value_is_what_its_field_holds(khcn: Khcn, make: Any) -> None:
    ran = khcn("record", make(khcn.folder), "--json")
    history = json.loads(khcn("audit", "history", "task:T1", "--json").out)
    kept = {event["data"]["field"]: event["data"]["value"] for event in history if event["kind"] == "entry_corrected"}

    assert (ran.code, ran.outcomes) == (0, ["recorded"] * len(FIELDS))
    assert kept == {field: value for field, (_, _, value) in FIELDS.items()}


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("end", "2027-04-30", "30/04/2027"),
        ("year", 2026, "2026"),
        ("human_subjects", True, "true"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_same_correction_by_another_entrance_counts_once(
    khcn: Khcn, field: str, one: Any, other: Any, turned: bool
) -> None:
    """A sheet and a verb have as text what JSON has as a number, a flag or a day."""
    first, second = (other, one) if turned else (one, other)
    common = {"command": "correct", "command_id": "k1", "actor": "off1", "on": "2026-06-20", "stream": "task:T1"}
    told = {**common, "version": 1, "field": field, "reason": "Ghi nhầm", "document": document("9/BB", "2026-06-20")}

    assert khcn.record({**told, "value": first}).outcomes == ["recorded"]
    assert khcn.record({**told, "value": second}, {**told, "value": first}).outcomes == ["duplicate", "duplicate"]
    assert khcn.record({**told, "value": "2028-01-01"}).outcomes == ["invalid"]


def test_a_correction_of_an_older_release_counts_once_too(khcn: Khcn) -> None:
    common = {"command": "correct", "command_id": "k1", "actor": "off1", "on": "2026-06-20", "stream": "task:T1"}
    paper = document("9/BB", "2026-06-20")
    told = {**common, "version": 1, "field": "year", "value": 2026, "reason": "Ghi nhầm", "document": paper}
    assert khcn.record(told).outcomes == ["recorded"]
    connection = sqlite3.connect(khcn.url.removeprefix("sqlite:///"))
    connection.execute("DROP TRIGGER commands_no_update")
    command = ask_for(told).command
    assert command is not None
    connection.execute("UPDATE commands SET digest = ? WHERE command_id = 'k1'", (digest(command),))
    connection.commit()
    connection.close()

    assert khcn.record(told).outcomes == ["duplicate"]


@pytest.mark.parametrize("cell", ["có", "Có", "x", "X", "1", "TRUE", True])
def test_yes_in_a_cell_is_yes_for_a_field_that_is_yes_or_no(khcn: Khcn, cell: Any) -> None:
    row = ["correct", "off1", "20/06/2026", "task:T1", 1, "human_subjects", cell, "Ghi nhầm", PAPER]
    ran = khcn("record", workbook(khcn.folder / "in.xlsx", {"commands": [HEAD, row]}), "--json")
    (entry,) = [
        event for event in json.loads(khcn("audit", "history", "task:T1", "--json").out)
        if event["kind"] == "entry_corrected"
    ]  # fmt: skip

    assert (ran.outcomes, entry["data"]["value"]) == (["recorded"], True)
