"""XLSX: commands on one sheet, nested fields on sheets of their own; refuses merged cells and cells with errors."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from engine.catalogue import N_, Message
from engine.text import nfc
from intake.cells import Cell, is_empty, value_of
from intake.lines import NO_COMMAND, FieldError, IntakeError, Kind, KindOf, Line, Unfit, in_place
from intake.table import NO_NAME, Table, cell_name
from intake.table import lines as lines_of
from intake.xlsxscan import BROKEN, faults_of

COMMANDS: Final = "commands"
_REFERENCES: Final = ("row", "line")
_MERGED: Final = N_("The cells {cells} are merged: unmerge them, and fill in each cell")
_NO_ROW: Final = N_("There is no command in {reference} {number} of the sheet {sheet}")
_ONE_REFERENCE: Final = N_("The sheet needs one column that says whose each row is, named row or line")
_TWO_SHEETS: Final = N_("{name} of this command is on the sheet {sheet} too: put it on one of them")
_WHOSE: Final = N_("{problem} (whose part this is cannot be told: each command that may have {name} waits for it)")
_MOST_TOLD: Final = 10  # faults of a sheet that concern all commands are told with each of them


def lines(data: bytes, where: Message, kind_of: KindOf) -> Iterator[Line]:
    """Take the bytes of a workbook; give its lines. Raises IntakeError where it cannot be read as a whole."""
    tables = _tables(data, where)
    commands = next((t for t in tables if t.sheet.lower() == COMMANDS), tables[0])
    found = _Commands.of(commands)
    if not found.names:
        raise IntakeError(Message.of(NO_COMMAND), where)
    nested = _Found()
    for table in tables:
        if table is not commands:
            _collect(table, found, kind_of, nested)
    return lines_of(commands, kind_of, nested.values, nested.faults)


def _tables(data: bytes, where: Message) -> list[Table]:
    faults = faults_of(data, where)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = [s.name for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
        tables = [_table(book.get_sheet_by_name(name), faults.get(name, {}), where) for name in names]
    except CalamineError:
        raise IntakeError(Message.of(BROKEN), where) from None
    if not tables:
        raise IntakeError(Message.of(NO_COMMAND), where)
    return tables


def _table(sheet: CalamineSheet, faults: Mapping[tuple[int, int], Message], where: Message) -> Table:
    rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False)
    spoiled: dict[int, dict[int, Message]] = {}
    for (row, column), message in faults.items():
        spoiled.setdefault(row, {})[column] = message
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        message = Message.of(_MERGED, cells=f"{cell_name(top, left)}:{cell_name(bottom, right)}")
        for row in range(top, min(bottom + 1, len(rows))):
            spoiled.setdefault(row, {})[left] = message
    return Table(where, nfc(sheet.name), rows, spoiled)


@dataclass(frozen=True, slots=True)
class _Commands:
    """Which command stands in which row, by the row of the sheet and by the running number."""

    sheet: str
    names: Mapping[int, str]
    by_number: Sequence[int]

    @classmethod
    def of(cls, table: Table) -> "_Commands":
        """Take the sheet of commands; give where they stand."""
        header = table.header()
        column = header.index("command") if "command" in header else len(header)
        rows = {row: str(cells[column]).strip() if column < len(cells) else "" for row, cells in table.filled_rows()}
        return cls(table.sheet, rows, list(rows))

    def row(self, reference: str, number: int) -> int | None:
        """Take 'row' or 'line' and its number; give the row counted from 0, None where no command stands."""
        if reference == "line":
            return self.by_number[number - 1] if 0 < number <= len(self.by_number) else None
        return number - 1 if number - 1 in self.names else None


@dataclass(frozen=True, slots=True)
class _Found:
    """What the sheets of nested values hold for each row of the sheet of commands, and what is wrong with it."""

    values: dict[int, dict[str, tuple[str, object]]] = field(default_factory=dict)
    faults: dict[int, list[FieldError]] = field(default_factory=dict)

    def fail(self, row: int, name: str, error: IntakeError) -> None:
        """Take a row of the sheet of commands and a field: its command has the error."""
        self.faults.setdefault(row, []).append(FieldError(name, in_place(error.where, error.message)))


def _collect(table: Table, commands: _Commands, kind_of: KindOf, nested: _Found) -> None:
    """Add what a sheet of nested values holds; a sheet of anything else is left alone."""
    command, _, name = table.sheet.strip().lower().rpartition(".")
    takers = [
        row
        for row, each in commands.names.items()
        if (each == command if command else kind_of(each, name) in ("nested", "object"))
    ]
    if not table.rows or not takers:
        return
    # A part that may be anybody's may be missing from any of them: none is recorded without it.
    for error in _parts(table, name, command, commands, kind_of, nested)[:_MOST_TOLD]:
        message = Message.of(_WHOSE, problem=error.message, name=name)
        for row in takers:
            nested.fail(row, name, IntakeError(message, error.where))


def _parts(
    table: Table, name: str, command: str, commands: _Commands, kind_of: KindOf, nested: _Found
) -> list[IntakeError]:
    """Add each row of a sheet to its command, or its fault; give the faults that are no command's own."""
    anybodys: list[IntakeError] = []
    try:
        sheet = _NestedSheet(table, name, kind_of)
    except IntakeError as error:
        return [error]
    for row, cells in table.filled_rows():
        try:
            at = sheet.refers_to(row, cells, commands, command)
        except IntakeError as error:
            anybodys.append(error)
            continue
        try:
            value = sheet.value(row, cells, commands.names[at])
            other, whole = nested.values.get(at, {}).get(name, (table.sheet, None))
            if other != table.sheet:
                raise IntakeError(Message.of(_TWO_SHEETS, name=name, sheet=other), table.row_place(row))
            whole = sheet.joined(row, whole, value, commands.names[at])
        except IntakeError as error:
            nested.fail(at, name, error)
            continue
        nested.values.setdefault(at, {})[name] = (table.sheet, whole)
    return anybodys


class _NestedSheet:
    """A sheet named after a field: a row an object of its list, a column a key, and one that says whose it is."""

    def __init__(self, table: Table, field: str, kind_of: KindOf) -> None:
        self._table, self._field, self._kind_of = table, field, kind_of
        self._header = table.header()
        present = [name for name in _REFERENCES if name in self._header]
        if len(present) != 1:
            raise IntakeError(Message.of(_ONE_REFERENCE), table.row_place(0))
        self._reference = present[0]
        self._column = self._header.index(self._reference)
        self._lists_texts = set(filter(None, self._header)) == {self._reference, "value"}

    def refers_to(self, row: int, cells: Sequence[Cell], commands: _Commands, command: str) -> int:
        """Take a row; give the row of its command. Raises IntakeError where there is none, or another command."""
        self._check(row, [self._column])
        number = self._read(row, self._column, cells, "", self._reference, _always_integer)
        at = commands.row(self._reference, number if isinstance(number, int) else 0)
        if at is None or (command and commands.names[at] != command):
            message = Message.of(_NO_ROW, reference=self._reference, number=number, sheet=commands.sheet)
            raise IntakeError(message, self._table.cell_place(row, self._column))
        return at

    def value(self, row: int, cells: Sequence[Cell], command: str) -> object:
        """Take a row and the command it belongs to; give its object, or its text where the sheet lists texts.

        Raises IntakeError for the first cell that is at fault."""
        self._check(row, self._table.spoiled.get(row, {}))
        kind_of = _always_text if self._lists_texts else self._kind_of
        found: dict[str, object] = {}
        for column, cell in enumerate(cells):
            if column != self._column and not is_empty(cell):
                name = self._header[column]
                if not name:
                    raise IntakeError(Message.of(NO_NAME), self._table.cell_place(row, column))
                found[name] = self._read(row, column, cells, command, f"{self._field}.{name}", kind_of)
        return found.get("value") if self._lists_texts else found

    def joined(self, row: int, whole: object, value: object, command: str) -> object:
        """Take what rows before gave and this row's value; give the field's value so far.

        Raises IntakeError for a second row of what is a single object."""
        if self._kind_of(command, self._field) != "object":
            return [*whole, value] if isinstance(whole, list) else [value]
        if whole is not None:
            message = Message.of(N_("{name} takes one row for each command"), name=self._field)
            raise IntakeError(message, self._table.row_place(row))
        return value

    def _check(self, row: int, columns: Iterable[int]) -> None:
        spoiled = self._table.spoiled.get(row, {})
        for column in columns:
            if column in spoiled:
                raise IntakeError(spoiled[column], self._table.cell_place(row, column))

    def _read(self, row: int, column: int, cells: Sequence[Cell], command: str, path: str, kind_of: KindOf) -> object:
        try:
            return value_of(cells[column], command, path, kind_of)
        except Unfit as unfit:
            raise IntakeError(unfit.message, self._table.cell_place(row, column)) from None


def _always_integer(_command: str, _field: str) -> Kind:
    return "integer"


def _always_text(_command: str, _field: str) -> Kind:
    return "text"
