"""Steps that a plan defines for itself, from CSV and Excel: their fields are read as those of every other command."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.console.khcn import Khcn
from tests.intake.files import workbook
from tests.rules.test_plain_steps import CERTIFICATE, adopted
from tests.spec import Spec

NAMES = ["command", "actor", "on", "task", "committee", "certificate", "valid_until", "participants", "minors"]


def as_csv(folder: Path, rows: Sequence[Sequence[Any]]) -> Path:
    path = folder / "own.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def as_xlsx(folder: Path, rows: Sequence[Sequence[Any]]) -> Path:
    """With the documents on a sheet of their own, a real date and numbers."""
    places = [place for place, name in enumerate(NAMES) if name != "certificate"]
    told = [[row[place] for place in places] for row in rows]
    for row in told[1:]:
        row[5:7] = [date(2027, 3, 19), int(row[6])]
    papers = [[number, *CERTIFICATE.values()] for number in range(2, len(rows) + 1)]
    return workbook(folder / "own.xlsx", {"commands": told, "certificate": [["row", *CERTIFICATE], *papers]})


@pytest.fixture
def khcn(spec: Spec, tmp_path: Path) -> Khcn:
    adopted(spec)
    return Khcn(spec.url, tmp_path)


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_a_step_of_the_plans_own_is_recorded_from_a_sheet(khcn: Khcn, tmp_path: Path, write: Any) -> None:
    row = ["review_ethics", "sec", "20/03/2026", "T1", "Hội đồng", json.dumps(CERTIFICATE), "19/03/2027", "12", "có"]
    ran = khcn("record", write(tmp_path, [NAMES, row]), "--json")
    told = json.loads(khcn("audit", "history", "task:T1", "--json").out)[-1]["data"]["fields"]

    assert ran.outcomes == ["recorded"]
    assert (told["valid_until"], told["participants"], told["minors"]) == ("2027-03-19", 12, True)
    assert told["certificate"] == CERTIFICATE


def test_what_cannot_be_read_in_a_cell_of_such_a_step_is_told_by_its_cell(khcn: Khcn, tmp_path: Path) -> None:
    row = ["review_ethics", "sec", "20/03/2026", "T1", "Hội đồng", "", "30/02/2027", "nhiều", "có lẽ"]
    ran = khcn("record", as_csv(tmp_path, [NAMES, row]), "--json")

    assert (ran.code, ran.fields) == (2, [["minors", "participants", "valid_until"]])
