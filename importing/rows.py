"""Rows of a register become raw commands, each with the cell that every field came from; a bad cell stops its row."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.catalogue import N_, Message
from engine.text import nfc
from importing.cells import NOTHING, as_text, empty, read_cell, read_text
from importing.grids import Book, Grid, Value
from importing.mapping import PLACE, FieldMap, ImportMap, required
from importing.problems import MappingError, Problem, Unread
from intake.table import cell_name


@dataclass(slots=True)
class Candidate:
    """A row on its way to be recorded: what it says, where each field stands, and what is wrong with it."""

    row: int
    place: str  # the cell that stands for the whole row
    values: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    number: int = 0

    def cell(self, name: str) -> str:
        """The cell a field came from, else the one that stands for the row."""
        return self.cells.get(name) or self.cells.get(name.split(".")[0]) or self.place


@dataclass(frozen=True, slots=True)
class Reading:
    """One sheet as its mapping reads it."""

    book: Book
    grid: Grid
    mapping: ImportMap
    headings: Sequence[str]
    columns: Mapping[str, int]

    @property
    def left_out(self) -> list[str]:
        """The headings that no field takes."""
        taken = set(self.columns.values())
        return [name for place, name in enumerate(self.headings) if name and place not in taken]

    def candidates(self) -> Iterator[Candidate]:
        """Every row below the headings in which something is written, in order."""
        first = 1 if self.grid.paths else self.mapping.header
        for row, cells in enumerate(self.grid.rows[: self.mapping.last_row], start=0):
            if row >= first and any(not isinstance(cell, str) or cell.strip() for cell in cells):
                yield self._candidate(row, cells)

    def _candidate(self, row: int, cells: Sequence[Value]) -> Candidate:
        made = Candidate(row, self.grid.cell(row, 0 if not self.grid.paths else len(self.grid.paths)))
        made.number = self.grid.number(row)
        for name, each in self.mapping.fields.items():
            if each.columns:
                made.cells[name] = self.grid.cell(row, self.columns[each.columns[0]])
            try:
                value = self._value(cells, name, each)
                if value is NOTHING and required(name):
                    raise empty(name, each)
                if value is not NOTHING:
                    made.values[name] = value
            except Unread as bad:
                made.problems.append(Problem(self.grid.name, made.cell(name), bad.message, bad.cure))
        return made

    def _value(self, cells: Sequence[Value], name: str, each: FieldMap) -> Any:
        if each.value is not None:
            return each.value
        if each.column is not None:
            return read_cell(self._cell(cells, each.column), name, each, self.mapping)
        parts = {column: as_text(self._cell(cells, column)).strip() for column in each.columns}
        if not all(parts.values()):
            return NOTHING
        return read_text(PLACE.sub(lambda found: parts[found[1]], each.template or ""), name, each)

    def _cell(self, cells: Sequence[Value], column: str) -> Value:
        place = self.columns[column]
        return cells[place] if place < len(cells) else ""


def reading(book: Book, mapping: ImportMap, where: Message) -> Reading:
    """Take a register and a mapping; give the sheet as it is read.

    Raises IntakeError where the sheet is not there, MappingError where a column is not, or is there twice."""
    grid = book.grid(mapping.sheet)
    at = 0 if grid.paths else mapping.header - 1
    headings = headings_of(grid.rows[at]) if at < len(grid.rows) else []
    asked = [(name, column) for name, each in mapping.fields.items() for column in each.columns]
    places = {column: _place(column, headings, grid) for _, column in asked}
    wrong = tuple(_column(name, column, headings, at) for name, column in asked if places[column] is None)
    if wrong:
        raise MappingError(where, wrong)
    return Reading(book, grid, mapping, headings, {name: at for name, at in places.items() if at is not None})


def _place(column: str, headings: Sequence[str], grid: Grid) -> int | None:
    """Where a column is, by its heading, or by its letter in brackets: [D]; None where it is not, or not only there."""
    if letter := re.fullmatch(r"\[([A-Z]{1,2})\]", column):
        wide = max((len(row) for row in grid.rows), default=0)
        return next((place for place in range(wide) if cell_name(0, place) == f"{letter[1]}1"), None)
    wanted = " ".join(nfc(column).split())
    return headings.index(wanted) if headings.count(wanted) == 1 else None


def headings_of(row: Sequence[Value]) -> list[str]:
    """The headings in a row, without blanks and line ends around and within them."""
    return ["" if not isinstance(cell, str | int | float) else " ".join(as_text(cell).split()) for cell in row]


def _column(name: str, column: str, headings: Sequence[str], at: int) -> Message:
    text = (
        N_("fields.{field}: there is no column {column} in row {row}; there are: {headings}")
        if " ".join(nfc(column).split()) not in headings
        else N_("fields.{field}: there are several columns {column} in row {row}: give each a heading of its own")
    )
    told = {"field": name, "column": column, "row": at + 1, "headings": [each for each in headings if each]}
    return Message(text, told)
