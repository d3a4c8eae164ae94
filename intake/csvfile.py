"""CSV: a command a row below a row of field names, commas or semicolons; refuses to guess an encoding."""

import csv
import io
from collections.abc import Iterator
from typing import Final

from engine.catalogue import N_, Message
from intake.cells import is_empty
from intake.lines import LINE, MAX_BYTES, NO_COMMAND, IntakeError, KindOf, Line
from intake.table import Table
from intake.table import lines as lines_of

_BROKEN: Final = N_("Broken CSV: from here on a quote is not closed, or text follows a closing quote")


def lines(text: str, where: Message, kind_of: KindOf) -> Iterator[Line]:
    """Take the text of a file; give its lines. Raises IntakeError where it is broken as CSV or has no commands."""
    # Field names hold neither sign, so the first row decides.
    header = text.partition("\n")[0]
    rows = rows_of(text, where, ";" if header.count(";") > header.count(",") else ",")
    if not any(not is_empty(cell) for row in rows[1:] for cell in row):
        raise IntakeError(Message.of(NO_COMMAND), where)
    return lines_of(Table(where, "", rows), kind_of)


def rows_of(text: str, where: Message, delimiter: str) -> list[list[str]]:
    """Take the text of a file and the sign between its cells; give the cells of each row.

    Blank rows stay in, so that rows are counted as a spreadsheet counts them. Raises IntakeError where it is broken."""
    csv.field_size_limit(MAX_BYTES)  # the module's own limit of 128 kB is less than a long summary
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    start = 1
    try:
        for row in reader:
            rows.append(row)
            start = reader.line_num + 1
    except csv.Error:
        raise IntakeError(Message.of(_BROKEN), Message.of(LINE, file=where, line=start)) from None
    return rows
