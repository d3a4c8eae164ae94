"""Writes a copy of a register as .xlsx, each problem as a comment in its cell. Values only: no formats, no formulas."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.exceptions import XlsxWriterException  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from engine.catalogue import N_, render
from importing.grids import Book, Grid, Spoiled, Value
from importing.problems import Problem

_LONGEST = 32_767  # signs that a cell of Excel holds
_NO_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))


def annotated(path: str, book: Book, problems: Sequence[Problem], lang: str) -> None:
    """Take where to write, the register and what is wrong with it; write the copy. Raises OSError."""
    notes: dict[tuple[str, str], list[str]] = {}
    for each in problems:
        note = f"{each.message.render(lang)}\n→ {each.cure.render(lang)}"
        notes.setdefault((each.sheet, each.cell), []).append(note)
    try:
        _copy(path, book, notes, lang)
    except XlsxWriterException as error:
        raise OSError(str(error)) from error


def _copy(path: str, book: Book, notes: Mapping[tuple[str, str], Sequence[str]], lang: str) -> None:
    options = {"strings_to_urls": False, "strings_to_formulas": False, "strings_to_numbers": False}
    with Workbook(path, options) as copy:
        looks = {
            "day": copy.add_format({"num_format": "dd/mm/yyyy"}),
            "time": copy.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
            "bad": copy.add_format({"bg_color": "#FFE699"}),
            "bad day": copy.add_format({"bg_color": "#FFE699", "num_format": "dd/mm/yyyy"}),
            "bad time": copy.add_format({"bg_color": "#FFE699", "num_format": "dd/mm/yyyy hh:mm"}),
        }
        names: set[str] = set()
        for grid in book.grids:
            _write(copy.add_worksheet(_sheet_name(grid.name, names)), grid, notes, looks, lang)


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel allows, and that no other sheet has."""
    short = name.translate(_NO_SHEET_NAME).strip("'")[:28] or "1"
    wanted, count = short, 1
    while wanted.casefold() in taken:
        count += 1
        wanted = f"{short}-{count}"
    taken.add(wanted.casefold())
    return wanted


def _write(
    sheet: Worksheet, grid: Grid, notes: Mapping[tuple[str, str], Sequence[str]], looks: Mapping[str, Any], lang: str
) -> None:
    sheet.set_comments_author(render(N_("khcn import"), lang))
    for row, cells in enumerate(grid.rows):
        wide = max(len(cells), len(grid.rows[0]))
        for column in range(wide + 1):
            value = cells[column] if column < len(cells) else ""
            found = notes.get((grid.name, grid.cell(row, column)))
            _put(sheet, row, column, value, looks, bad=found is not None)
            if found:
                sheet.write_comment(row, column, "\n".join(found)[:_LONGEST], {"x_scale": 2.5, "y_scale": 1.5})


def _put(sheet: Worksheet, row: int, column: int, value: Value, looks: Mapping[str, Any], *, bad: bool) -> None:
    mark = "bad" if bad else ""
    if isinstance(value, Spoiled):
        sheet.write_string(row, column, "#N/A", looks.get(mark))
    elif isinstance(value, datetime | date):
        kind = "time" if isinstance(value, datetime) and (value.hour or value.minute or value.second) else "day"
        plain = value.replace(tzinfo=None) if isinstance(value, datetime) else value
        sheet.write_datetime(row, column, plain, looks[f"{mark} {kind}".strip()])
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, looks.get(mark))
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, looks.get(mark))
    elif value:
        sheet.write_string(row, column, value[:_LONGEST], looks.get(mark))
    elif bad:
        sheet.write_blank(row, column, None, looks[mark])
