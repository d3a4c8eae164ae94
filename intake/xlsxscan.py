"""Looks into a workbook before it is loaded: how far its sheets reach, which cells cannot be taken; refuses bombs."""

import io
import posixpath
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Final
from xml.etree import ElementTree as ET

from engine.catalogue import N_, Message
from intake.lines import CELL_OF_SHEET, IntakeError

MAX_UNPACKED: Final = 512 * 1024 * 1024
MAX_CELLS: Final = 5_000_000

_CHUNK: Final = 1024 * 1024
_ROOM: Final = 1024 * 1024  # a cell cut by the end of a chunk is read again with the next, and so is a tag
_TAG_ROOM: Final = 4096
_CELL: Final = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*>')
_TYPE: Final = re.compile(rb'\bt="(\w+)"')
_STYLE: Final = re.compile(rb'\bs="([0-9]{1,9})"')
_VALUE: Final = re.compile(rb"<(?:\w+:)?v\b")
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f\b")
_PERCENT: Final = frozenset({9, 10})  # built-in formats: 0% and 0.00%
_NO_SIGN: Final = re.compile(r'"[^"]*"|\\.|\[[^]]*\]')  # of a format: what is written as it is, colours and conditions
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OFFICE: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

BROKEN: Final = N_("The file is not a workbook that can be read: save it as Excel workbook (.xlsx), without a password")
_TOO_LARGE: Final = N_("The workbook is too large when unpacked: divide it")
_TOO_FAR: Final = N_("Something is written as far away as this: delete the empty rows and columns, or divide the sheet")
_ERROR_CELL: Final = N_("The cell holds an error, such as #N/A: put it right")
_NOT_CALCULATED: Final = N_(
    "The cell holds a formula without its result: open the workbook in Excel, save it, and give it again"
)
_PERCENTAGE: Final = N_(
    "The cell is shown as a percentage, which is another number than the one in it: write the number alone "
    "(85 for 85%), formatted as a number"
)

Faults = Mapping[str, Mapping[tuple[int, int], Message]]
"""By sheet, the cells (row and column from 0) that cannot be taken, and why."""


def faults_of(data: bytes, where: Message) -> Faults:
    """Take the bytes of a workbook; give its cells at fault. Raises IntakeError for what must not be loaded."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED:
                raise IntakeError(Message.of(_TOO_LARGE), where)
            percent = _percent_styles(archive)
            return {name: _scan(archive, part, name, where, percent) for name, part in _sheets(archive)}
    except IntakeError:
        raise
    except Exception as error:  # a damaged archive fails in a dozen ways: zlib, struct, a part missing, a password
        raise IntakeError(Message.of(BROKEN), where) from error


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The name of each sheet and the part of the archive it is in."""
    with archive.open("xl/_rels/workbook.xml.rels") as file:
        targets = {r.get("Id"): r.get("Target", "") for r in ET.parse(file).getroot()}
    with archive.open("xl/workbook.xml") as file:
        book = ET.parse(file).getroot()
    for sheet in book.iter(f"{_MAIN}sheet"):
        part = posixpath.normpath(posixpath.join("/xl", targets[sheet.get(_OFFICE)])).lstrip("/")
        yield sheet.get("name", ""), part


def _percent_styles(archive: zipfile.ZipFile) -> frozenset[int]:
    """The styles of cells whose numbers are shown a hundred times as large."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    with archive.open("xl/styles.xml") as file:
        styles = ET.parse(file).getroot()
    formats = {int(each.get("numFmtId", "0")): each.get("formatCode", "") for each in styles.iter(f"{_MAIN}numFmt")}
    percent = _PERCENT | {ident for ident, code in formats.items() if "%" in _NO_SIGN.sub("", code)}
    cells = styles.find(f"{_MAIN}cellXfs")
    return frozenset(
        place
        for place, each in enumerate(cells if cells is not None else ())
        if int(each.get("numFmtId", "0")) in percent
    )


def _scan(
    archive: zipfile.ZipFile, part: str, name: str, where: Message, percent: Collection[int]
) -> dict[tuple[int, int], Message]:
    found: dict[tuple[int, int], Message] = {}
    rows = columns = 0
    with archive.open(part) as file:
        for letters, digits, tag, content in _cells(file):
            row, column = int(digits), _column(letters)
            rows, columns = max(rows, row), max(columns, column)
            if rows * columns > MAX_CELLS:
                cell = (letters + digits).decode()
                raise IntakeError(Message.of(_TOO_FAR), Message.of(CELL_OF_SHEET, file=where, sheet=name, cell=cell))
            fault = _fault(tag, content, percent)
            if fault is not None:
                found[row - 1, column - 1] = fault
    return found


def _fault(tag: bytes, content: bytes, percent: Collection[int]) -> Message | None:
    """Why what a cell holds would be read as something else than a person sees."""
    form, style = _TYPE.search(tag), _STYLE.search(tag)
    if form is not None and form[1] == b"e":
        return Message.of(_ERROR_CELL)
    if _VALUE.search(content) is None:
        return Message.of(_NOT_CALCULATED) if _FORMULA.search(content) else None
    if style is not None and int(style[1]) in percent and (form is None or form[1] == b"n"):
        return Message.of(_PERCENTAGE)
    return None


def _cells(file: IO[bytes]) -> Iterator[tuple[bytes, bytes, bytes, bytes]]:
    """Each cell: its column letters, its row digits, its tag, and what comes between that and the next cell.

    No sheet is held in memory as a whole, and no byte is looked at more than a few times, whatever a file has in it."""
    kept, unpacked, chunk = b"", 0, b"begun"
    while chunk:
        chunk = file.read(_CHUNK)
        unpacked += len(chunk)
        if unpacked > MAX_UNPACKED:
            raise ValueError("the archive lies about its sizes")
        text = kept + chunk
        found = list(_CELL.finditer(text))
        # What the last cell holds may be in the next chunk, so it waits for that, if it is not endless.
        waits = bool(chunk and found and len(text) - found[-1].start() < _ROOM)
        ends = [each.start() for each in found[1:]] + [len(text)]
        for each, end in zip(found[: len(found) - waits], ends, strict=False):
            yield each[1], each[2], each[0], b"" if each[0].endswith(b"/>") else text[each.end() : end]
        done = found[-1].end() if found else 0
        kept = text[found[-1].start() if waits else max(done, len(text) - _TAG_ROOM) :]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
