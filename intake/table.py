"""Rows of a sheet become commands, a column a field; refuses headers that could be read two ways."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.catalogue import N_, Message
from engine.text import nfc
from intake.cells import Cell, is_empty, value_of
from intake.lines import (
    CELL,
    CELL_OF_SHEET,
    ROW,
    ROW_OF_SHEET,
    Command,
    FieldError,
    IntakeError,
    KindOf,
    Line,
    Unfit,
    in_place,
)

_NO_FIELD_NAME: Final = N_("'{text}' is no field name: the first row holds field names, such as command, on, task")
_NO_COMMAND_COLUMN: Final = N_("There is no column named command: the first row holds the names of the fields")
NO_NAME: Final = N_("Something is written under a column without a name")
_TWO_PLACES: Final = N_("{name} is filled in twice, as a whole and by its parts")
_HEADER: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)?")


Nested = Mapping[int, Mapping[str, tuple[str, object]]]
"""Values from sheets of their own: row of the command -> field -> (sheet, value)."""

Faults = Mapping[int, Sequence[FieldError]]
"""What is wrong on those sheets: row of the command -> what is wrong with its fields."""


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet (or a CSV file, which has no sheet name): its rows, and the cells that a merge or a fault spoils."""

    where: Message
    sheet: str
    rows: Sequence[Sequence[Cell]]
    spoiled: Mapping[int, Mapping[int, Message]] = field(default_factory=dict)

    def row_place(self, row: int) -> Message:
        """Take a row counted from 0; give its place as a person counts."""
        if self.sheet:
            return Message.of(ROW_OF_SHEET, file=self.where, sheet=self.sheet, row=row + 1)
        return Message.of(ROW, file=self.where, row=row + 1)

    def cell_place(self, row: int, column: int) -> Message:
        """Take a row and column counted from 0; give the place of the cell, like D7."""
        cell = cell_name(row, column)
        if self.sheet:
            return Message.of(CELL_OF_SHEET, file=self.where, sheet=self.sheet, cell=cell)
        return Message.of(CELL, file=self.where, cell=cell)

    def header(self) -> list[str]:
        """Give the field name of each column, '' for none. Raises IntakeError for a spoiled, odd or repeated one."""
        for column, message in self.spoiled.get(0, {}).items():
            raise IntakeError(message, self.cell_place(0, column))
        names: list[str] = []
        for column, cell in enumerate(self.rows[0] if self.rows else ()):
            name = nfc(str(cell)).strip().lower()
            if name and not _HEADER.fullmatch(name):
                raise IntakeError(Message.of(_NO_FIELD_NAME, text=name[:40]), self.cell_place(0, column))
            if name and name in names:
                raise IntakeError(
                    Message.of(N_("The column {name} is there twice"), name=name), self.cell_place(0, column)
                )
            names.append(name)
        return names

    def filled_rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Give each row below the header in which something is written, or which is spoiled."""
        for row, cells in enumerate(self.rows):
            if row and (row in self.spoiled or not all(map(is_empty, cells))):
                yield row, cells


def cell_name(row: int, column: int) -> str:
    """Take a row and column counted from 0; give the name a spreadsheet shows: (6, 3) -> D7."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def lines(table: Table, kind_of: KindOf, nested: Nested | None = None, faults: Faults | None = None) -> Iterator[Line]:
    """Take a sheet of commands, and what stands of them on other sheets; give its lines.

    Raises IntakeError where the header is not one."""
    header = table.header()
    if "command" not in header:
        raise IntakeError(Message.of(_NO_COMMAND_COLUMN), table.row_place(0))
    rows = enumerate(table.filled_rows(), start=1)
    nested, faults = nested or {}, faults or {}
    return (
        _Row(table, header, row, kind_of).line(number, cells, nested.get(row, {}), faults.get(row, ()))
        for number, (row, cells) in rows
    )


class _Row:
    """One row on its way to a command."""

    def __init__(self, table: Table, header: Sequence[str], row: int, kind_of: KindOf) -> None:
        self._table, self._header, self._row, self._kind_of = table, header, row, kind_of
        self._command: Command = {}
        self._parts: dict[str, Command] = {}
        self._errors: list[FieldError] = []

    def line(
        self, number: int, cells: Sequence[Cell], nested: Mapping[str, tuple[str, object]], faults: Iterable[FieldError]
    ) -> Line:
        """Take the row's running number and cells, and what other sheets have of it; give the line."""
        name = self._name(cells)
        for column, message in self._table.spoiled.get(self._row, {}).items():
            self._fail(column, message)
        for column, cell in enumerate(cells):
            if not is_empty(cell):
                self._take(column, cell, name)
        for field_name, (sheet, value) in nested.items():
            self._add_nested(field_name, sheet, value)
        return Line(number, self._table.row_place(self._row), self._command, (*self._errors, *faults))

    def _name(self, cells: Sequence[Cell]) -> str:
        column = self._header.index("command")
        return nfc(str(cells[column])).strip() if column < len(cells) else ""

    def _take(self, column: int, cell: Cell, command: str) -> None:
        path = self._header[column] if column < len(self._header) else ""
        if not path:
            return self._fail(column, Message.of(NO_NAME))
        try:
            value = value_of(cell, command, path, self._kind_of)
            outer, _, inner = path.partition(".")
            if inner:
                self._put_inside(outer, inner, value)
            elif outer in self._command:
                raise Unfit(_TWO_PLACES, name=outer)
            else:
                self._command[outer] = value
        except Unfit as unfit:
            self._fail(column, unfit.message, unfit.field)

    def _put_inside(self, outer: str, inner: str, value: object) -> None:
        if outer in self._command and outer not in self._parts:
            raise Unfit(_TWO_PLACES, name=outer)
        self._parts.setdefault(outer, {})[inner] = value
        self._command[outer] = self._parts[outer]

    def _add_nested(self, name: str, sheet: str, value: object) -> None:
        if name in self._command:
            where = self._table.row_place(self._row)
            message = Message.of(N_("{name} is filled in here and on the sheet {sheet}"), name=name, sheet=sheet)
            self._errors.append(FieldError(name, in_place(where, message)))
        else:
            self._command[name] = value

    def _fail(self, column: int, message: Message, part: str = "") -> None:
        name = part or (self._header[column] if column < len(self._header) else "")
        self._errors.append(FieldError(name, in_place(self._table.cell_place(self._row, column), message)))
