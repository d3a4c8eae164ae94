"""Registers and mappings for the tests, and what an import of them came to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.console.khcn import Khcn

Json = dict[str, Any]
ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples/import"
EXCERPTS = ROOT / "tests/data/registers"
SHARED = Path(__file__).parents[3] / "shared/data"

HEAD = ["Mã số", "Tên đề tài", "Đơn vị", "Năm", "Tình trạng", "Ngày duyệt", "Kinh phí"]
MAPPING = """
kind: tasks
dates: [dd/mm/yyyy, yyyy-mm-dd]
amounts: "1.234.567"
fields:
  task: Mã số
  plan: {value: HP36}
  level: {value: sector}
  year: Năm
  title: Tên đề tài
  lead_unit: {column: Đơn vị, map: {Đại học Florida: UF}}
  state: {column: Tình trạng, map: {đã duyệt: approved, đang làm: in_progress, "": registered}}
  facts.approved_on: Ngày duyệt
  facts.approved: Kinh phí
"""


def row(task: str, /, **changes: Any) -> list[Any]:
    """A row of the register in which nothing is wrong, with these cells changed (by their heading's first word)."""
    cells = {
        "Mã": task,
        "Tên": f"Đề tài {task}",
        "Đơn": "Đại học Florida",
        "Năm": 2026,
        "Tình": "đã duyệt",
        "Ngày": "12/03/2026",
        "Kinh": "120.000.000",
    }
    return list((cells | changes).values())


def csv_of(*rows: Sequence[Any]) -> str:
    return "".join(";".join(map(str, each)) + "\n" for each in (HEAD, *rows))


def imported(khcn: Khcn, file: str | Path, mapping: str | Path, *more: str, actor: str = "sec") -> Json:
    """Import and ask for JSON; the counts add up, and the code says whether a row was refused."""
    ran = khcn("import", file, "--mapping", mapping, "--actor", actor, "--json", *more)
    assert ran.code in (0, 3), ran.err
    told: Json = json.loads(ran.out)
    assert told["rows"] == told["imported"] + told["unchanged"] + told["refused"]
    assert ran.code == (3 if told["refused"] else 0)
    return told


def counts(told: Json) -> tuple[int, int, int, int]:
    """Rows, imported, unchanged, refused."""
    return told["rows"], told["imported"], told["unchanged"], told["refused"]


def cells(told: Json) -> list[tuple[str, str]]:
    """Each reported cell with what is said of it."""
    return [(each["cell"], each["message"]) for each in told["reported"]]
