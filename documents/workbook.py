"""Writes tables as an Excel workbook with native values and charts. What looks like a formula stays text.

The same tables give the same bytes: the day of creation is handed in, and the files in it bear no time of their own."""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from math import ceil
from typing import Any, Final

from xlsxwriter import Workbook  # type: ignore[import-untyped]

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_NOT_IN_A_NAME: Final = re.compile(r"[\[\]:*?/\\']")
LONGEST_NAME, LONGEST_TEXT = 31, 32_767  # what Excel takes
A4: Final = 9  # Excel's number for it
READABLE: Final = 190  # characters across it
LINE, MOST_LINES = 15, 27  # points; a row has no more than 409 of them
FIRST_DAY: Final = date(1980, 1, 1)  # of a workbook that tells no day of its own
# Of text no formula, link or number is made.
_PLAIN: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_date_format": "yyyy-mm-dd",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a sheet: what stands over it, and whether its values are amounts, dates or anything else."""

    heading: str
    form: str = "text"  # text, number, money, date
    width: int = 14


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart below the rows: the column that names the bars, and those that they show."""

    label: int
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its name, columns, rows of values, and below them totals and notes."""

    name: str
    fields: Sequence[Field]
    rows: Iterable[Sequence[Any]]
    totals: Sequence[Any] | None = None
    notes: Sequence[str] = ()
    bars: Bars | None = None


def workbook(sheets: Iterable[Sheet], *, lang: str, title: str, made_on: date = FIRST_DAY) -> bytes:
    """The workbook of the sheets, each with a frozen head and a filter. Raises nothing of its own."""
    out = io.BytesIO()
    book = Workbook(out, _PLAIN)
    book.set_properties({"title": title, "created": datetime.combine(made_on, time())})
    writer = _Writer(book, lang)
    for sheet in sheets:
        writer.add(sheet)
    book.close()
    return out.getvalue()


def _shortened(name: str, most: int) -> str:
    """The words of a name that fit; of a single longer word its beginning."""
    if len(name) <= most:
        return name
    whole = name[: most + 1].rpartition(" ")[0].rstrip(" -,;(")
    return whole or name[:most]


def _for_paper(page: Any, width: int) -> None:
    """Printed it is as wide as an A4 page across, or as few of them as can be read, with the head on every page."""
    page.set_landscape()
    page.set_paper(A4)
    page.set_margins(left=0.5, right=0.4, top=0.6, bottom=0.6)
    page.fit_to_pages(ceil(width / READABLE), 0)
    page.repeat_rows(0)
    page.set_footer("&C&P/&N")


def _lines(value: Any, field: Field) -> int:
    """How many lines a value takes in its column."""
    if not isinstance(value, str):
        return 1
    return min(sum(ceil(len(part) / field.width) or 1 for part in value.split("\n")), MOST_LINES)


class _Writer:
    def __init__(self, book: Workbook, lang: str) -> None:
        self._book, self._names = book, set[str]()
        day = "dd/mm/yyyy" if lang == "vi" else "yyyy-mm-dd"
        top = {"valign": "top"}
        self._formats: dict[str, Any] = {
            "head": book.add_format({"bold": True, "text_wrap": True, "bottom": 1, **top}),
            "text": book.add_format({"text_wrap": True, **top}),
            "number": book.add_format({"num_format": "General", **top}),
            "money": book.add_format({"num_format": "#,##0", **top}),
            "date": book.add_format({"num_format": day, "align": "left", **top}),
        }
        self._total = {
            form: book.add_format({"bold": True, "top": 1, "num_format": "#,##0" if form == "money" else "General"})
            for form in ("text", "number", "money", "date")
        }

    def add(self, sheet: Sheet) -> None:
        name = self._name(sheet.name)
        page = self._book.add_worksheet(name)
        for column, field in enumerate(sheet.fields):
            page.set_column(column, column, field.width)
            page.write_string(0, column, field.heading, self._formats["head"])
        page.set_row(0, LINE * max((_lines(field.heading, field) for field in sheet.fields), default=1))
        row = 0
        for row, values in enumerate(sheet.rows, 1):
            lines = max((_lines(value, field) for field, value in zip(sheet.fields, values, strict=True)), default=1)
            if lines > 1:  # not every program makes room for what runs over
                page.set_row(row, LINE * lines)
            for column, (field, value) in enumerate(zip(sheet.fields, values, strict=True)):
                self._write(page, (row, column), value, field.form)
        page.freeze_panes(1, 0)
        _for_paper(page, sum(field.width for field in sheet.fields))
        if sheet.fields:
            page.autofilter(0, 0, max(row, 1), len(sheet.fields) - 1)
        below = row + 1
        if sheet.totals is not None:
            for column, (field, value) in enumerate(zip(sheet.fields, sheet.totals, strict=True)):
                self._write(page, (below, column), value, field.form, self._total[field.form])
            below += 1
        for place, note in enumerate(sheet.notes, below + 1):
            page.write_string(place, 0, note)
        if sheet.bars is not None and row:
            self._chart(page, name, sheet, row, below + 2 + len(sheet.notes))

    def _name(self, wanted: str) -> str:
        """A name that Excel takes and that no sheet has yet, capitals apart."""
        plain = _NOT_IN_A_NAME.sub(" ", wanted).strip() or "-"
        name, number = _shortened(plain, LONGEST_NAME), 1
        while name.casefold() in self._names:
            number += 1
            name = f"{_shortened(plain, LONGEST_NAME - 4)} {number}"
        self._names.add(name.casefold())
        return name

    def _write(self, page: Any, place: tuple[int, int], value: Any, form: str, style: Any = None) -> None:
        style = style or self._formats[form]
        if value is None or value == "":
            page.write_blank(*place, None, style)
        elif isinstance(value, bool):
            page.write_boolean(*place, value, style)
        elif isinstance(value, int | float):
            page.write_number(*place, value, style)
        elif form == "date" and isinstance(value, str) and _DATE.match(value) and value >= "1900-03-01":
            page.write_datetime(*place, datetime.fromisoformat(value), style)
        else:
            text = str(value)
            page.write_string(*place, text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…", style)

    def _chart(self, page: Any, name: str, sheet: Sheet, last: int, below: int) -> None:
        assert sheet.bars is not None
        chart = self._book.add_chart({"type": "bar" if last > 6 else "column"})
        for column in sheet.bars.values:
            chart.add_series(
                {
                    "name": [name, 0, column],
                    "categories": [name, 1, sheet.bars.label, last, sheet.bars.label],
                    "values": [name, 1, column, last, column],
                }
            )
        chart.set_title({"name": sheet.name})
        chart.set_size({"width": 720, "height": max(288, 24 * last)})
        amounts = any(sheet.fields[column].form == "money" for column in sheet.bars.values)
        chart.set_y_axis({"num_format": "#,##0" if amounts else "General", "major_gridlines": {"visible": True}})
        page.set_h_pagebreaks([below])
        # Below the rows, on a page of its own: beside them it would make the printed table half as large.
        page.insert_chart(below + 1, 0, chart, {"object_position": 2})
