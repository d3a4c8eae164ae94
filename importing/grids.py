"""Opens a register: a sheet of .xlsx, .xls or .csv, or a list in .json or .jsonl, as rows below their headings."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path, PurePath
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from engine.catalogue import N_, Message
from intake import IntakeError, files
from intake.csvfile import rows_of
from intake.lines import LINE, MAX_BYTES, Unfit
from intake.table import cell_name
from intake.values import clean, parse_json
from intake.xlsxscan import BROKEN, faults_of

DELIMITERS: Final = ("\t", ";", ",")
ROWS_SEEN: Final = 1000
SUFFIXES: Final = (".xlsx", ".xls", ".csv", ".json", ".jsonl")
_WRONG_NAME: Final = N_("The name of a register ends in .xlsx, .xls, .csv, .json or .jsonl")
_NO_SHEET: Final = N_("There is no sheet {sheet}; there are: {sheets}")
_NO_LIST: Final = N_("There is no list of records in it; a mapping names one with `sheet`")
_MANY_LISTS: Final = N_("There are several lists of records; name one in the mapping (sheet): {sheets}")


@dataclass(frozen=True, slots=True)
class Spoiled:
    """A cell that holds nothing to be read: an error such as #N/A."""

    message: Message


Value = str | int | float | bool | date | datetime | Spoiled


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet, or one list of records. Of records the first row holds the paths of their values."""

    name: str
    rows: Sequence[Sequence[Value]]
    paths: Sequence[tuple[str, ...]] = ()
    root: tuple[str, ...] = ()

    def number(self, row: int) -> int:
        """Take a row counted from 0; give its number as a person counts: rows of the sheet, or records."""
        return row if self.paths else row + 1

    def cell(self, row: int, column: int) -> str:
        """Take a row and column counted from 0; give the cell's name: D7, or the pointer into the JSON (RFC 6901)."""
        if not self.paths:
            return cell_name(row, column)
        steps = (*self.root, str(row - 1), *(self.paths[column] if column < len(self.paths) else ()))
        return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)


@dataclass(frozen=True, slots=True)
class Book:
    """A register as it was opened, with the SHA-256 of its bytes."""

    file: str
    sha256: str
    grids: Sequence[Grid]
    where: Message = field(default=Message(""))

    def grid(self, name: str | None) -> Grid:
        """The sheet or list of that name; without one the first, or the only list. Raises IntakeError."""
        if name is None and len(self.grids) > 1 and self.grids[0].paths:
            known = next((grid for grid in self.grids if grid.name == "grants"), None)
            if known is None:
                raise IntakeError(Message.of(_MANY_LISTS, sheets=[grid.name for grid in self.grids]), self.where)
            return known
        found = self.grids[0] if name is None else next((grid for grid in self.grids if grid.name == name), None)
        if found is None:
            names = [grid.name for grid in self.grids]
            raise IntakeError(Message.of(_NO_SHEET, sheet=name, sheets=names), self.where)
        return found


def open_book(path: str) -> Book:
    """Take a path; give what is in the file. Raises IntakeError for a file that cannot be read as a whole."""
    where = files.named(path)
    suffix = PurePath(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise IntakeError(Message.of(_WRONG_NAME), where)
    with files.open_file(path, where) as file:
        data = files.read_all(file, where)
    stem = clean_text(Path(path).stem)
    if suffix in (".xlsx", ".xls"):
        grids = list(_sheets(data, where, faults=suffix == ".xlsx"))
    elif suffix == ".csv":
        grids = [Grid(stem, _csv(files.decode(data, where), where))]
    else:
        grids = _lists(files.decode(data, where), where, stem, by_line=suffix == ".jsonl")
    return Book(clean_text(Path(path).name), sha256(data).hexdigest(), grids, where)


def clean_text(text: str) -> str:
    """Take any text; give it composed, and without what cannot be kept."""
    return str(clean(text.encode("utf-8", "replace").decode().replace("\x00", "\N{REPLACEMENT CHARACTER}")))


def _sheets(data: bytes, where: Message, *, faults: bool) -> Iterator[Grid]:
    spoiled = faults_of(data, where) if faults else {}
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        for name in names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            bad = spoiled.get(name, {})
            yield Grid(
                clean_text(name),
                [[_value(cell, bad.get((r, c))) for c, cell in enumerate(row)] for r, row in enumerate(rows)],
            )
    except CalamineError:
        raise IntakeError(Message.of(BROKEN), where) from None
    if not names:
        raise IntakeError(Message.of(BROKEN), where)


def _value(cell: object, fault: Message | None) -> Value:
    if fault is not None:
        return Spoiled(fault)
    if isinstance(cell, str):
        return clean_text(cell)
    return cell if isinstance(cell, int | float | bool | date | datetime) else str(cell)


def _csv(text: str, where: Message) -> list[list[Value]]:
    return [[clean_text(cell) for cell in row] for row in rows_of(text, where, _delimiter(text))]


def _delimiter(text: str) -> str:
    """The sign that cuts most rows into the same number of cells, of several the one that is rarest in texts.

    How often a sign occurs tells nothing: texts have commas, and nobody knows yet in which row the headings are."""
    return max(DELIMITERS, key=lambda sign: _evenness(text, sign))


def _evenness(text: str, delimiter: str) -> float:
    """The part of the filled rows that have the most usual number of cells, above one."""
    csv.field_size_limit(MAX_BYTES)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    widths = Counter(len(row) for row in islice(rows, ROWS_SEEN) if any(map(str.strip, row)))
    return max((count for width, count in widths.items() if width > 1), default=0) / max(widths.total(), 1)


def _lists(text: str, where: Message, stem: str, *, by_line: bool) -> list[Grid]:
    if by_line:
        numbered = [(n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
        return [_records([_parsed(line, Message.of(LINE, file=where, line=n)) for n, line in numbered], stem, ())]
    value = _parsed(text, where)
    if isinstance(value, list):
        return [_records(value, stem, ())]
    found = value.items() if isinstance(value, dict) else ()
    grids = [_records(each, key, (key,)) for key, each in found if _is_list_of_objects(each)]
    if not grids:
        raise IntakeError(Message.of(_NO_LIST), where)
    return grids


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _parsed(text: str, where: Message) -> object:
    try:
        value, twice = parse_json(text)
        if twice:
            raise Unfit(N_("The key {name} is there twice"), name=twice[0].field)
        return clean(value)
    except Unfit as unfit:
        raise IntakeError(unfit.message, where) from None


def _records(values: list[object], name: str, root: tuple[str, ...]) -> Grid:
    """Records side by side: every path that occurs is a column."""
    flat = [dict(_flat(value, ())) for value in values]
    paths = list(dict.fromkeys(path for record in flat for path in record))
    headings: list[Value] = [".".join(path) for path in paths]
    return Grid(name, [headings, *([record.get(path, "") for path in paths] for record in flat)], paths or [()], root)


def _flat(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Value]]:
    inner: Sequence[tuple[object, object]]
    if isinstance(value, dict | list):
        inner = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
        for key, each in inner:
            yield from _flat(each, (*path, str(key)))
    elif isinstance(value, str | int | float | bool):
        yield path, value
