"""Files of commands for the tests: made where they are needed, read with the kinds a few commands declare."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

import intake
from intake import IntakeError, Kind, Line

KINDS: Mapping[str, Kind] = {
    "command": "text",
    "actor": "text",
    "on": "date",
    "task": "text",
    "title": "text",
    "period": "text",
    "year": "integer",
    "amount": "integer",
    "percent": "number",
    "human_subjects": "boolean",
    "start": "date",
    "document": "object",
    "document.number": "text",
    "document.date": "date",
    "estimate": "nested",
    "estimate.content": "text",
    "estimate.amount": "integer",
    "plans": "nested",
    "plans[]": "text",
    "members": "nested",
    "members.from": "date",
}


def kind_of(_command: str, field: str) -> Kind | None:
    return KINDS.get(field)


def read(path: Path) -> list[Line]:
    return list(intake.read(str(path), kind_of=kind_of))


def refusal(path: Path) -> tuple[str, str]:
    """The place and the sentence of a file that cannot be read, with the folder left out."""
    try:
        read(path)
    except IntakeError as error:
        return error.place.removeprefix(f"{path.parent}/"), error.message.render("en")
    raise AssertionError("the file was read")


def faults(line: Line) -> list[tuple[str, str]]:
    """Each error as field and sentence."""
    return [(error.field, re.sub(r"^/\S*/", "", error.message.render("en"))) for error in line.errors]


def commands(lines: Sequence[Line]) -> list[dict[str, object] | None]:
    """The commands of lines that must have no errors."""
    assert [faults(line) for line in lines if line.errors] == []
    return [line.command for line in lines]


def new_book(path: Path) -> Any:
    """A workbook to be written cell by cell, where `workbook` does not reach."""
    return xlsxwriter.Workbook(str(path))


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], merged: str = "") -> Path:
    """Write a workbook. Dates become real date cells; `merged` is a range of the first sheet."""
    book = new_book(path)
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(at, column, cell, day)
                elif isinstance(cell, str):
                    sheet.write_string(at, column, cell)
                elif cell is not None:
                    sheet.write(at, column, cell)
    if merged:
        book.get_worksheet_by_name(next(iter(sheets))).merge_range(merged, "T1")
    book.close()
    return path
