"""Chooses the reader by the file's name, or for standard input by its first character; refuses other kinds of file."""

import io
from collections.abc import Iterator
from pathlib import PurePath
from typing import IO, Final

from engine.catalogue import N_, Message
from intake import files
from intake.jsonl import lines as json_lines
from intake.lines import IntakeError, KindOf, Line, unknown

STANDARD_INPUT: Final = N_("standard input")
_WRONG_NAME: Final = N_("The name of a file of commands ends in .jsonl, .yaml, .yml, .csv or .xlsx")
_NO_INPUT: Final = N_("There is nothing on standard input")


def read(path: str, *, stdin: IO[bytes] | None = None, kind_of: KindOf = unknown) -> Iterator[Line]:
    """Take a path, or '-' for standard input; give the lines, one command each, in the order of the file.

    Raises IntakeError, here or on the way, for a file that cannot be read as a whole; a single line that is wrong
    comes with its errors. Only JSON lines are read as they come, everything else is read before the first line.
    """
    if path == "-":
        return _standard_input(stdin or io.BytesIO(), kind_of)
    where = files.named(path)
    suffix = PurePath(path).suffix.lower()
    if suffix not in (".jsonl", ".yaml", ".yml", ".csv", ".xlsx"):
        raise IntakeError(Message.of(_WRONG_NAME), where)
    file = files.open_file(path, where)
    if suffix == ".jsonl":
        return _json_file(file, where)
    with file:
        data = files.read_all(file, where)
    if suffix == ".xlsx":
        return _xlsx(data, where, kind_of)
    return _csv(data, where, kind_of) if suffix == ".csv" else _yaml(data, where, kind_of)


def _json_file(file: IO[bytes], where: Message) -> Iterator[Line]:
    try:
        files.check_text(file, where)
    except IntakeError:
        file.close()
        raise
    return _closing(file, where)


def _closing(file: IO[bytes], where: Message) -> Iterator[Line]:
    with file:
        yield from json_lines(file, where)


def _standard_input(stdin: IO[bytes], kind_of: KindOf) -> Iterator[Line]:
    where = Message.of("{file}", file=Message.of(STANDARD_INPUT))
    skipped, first = 0, files.read_line(stdin, where)
    while first and not first.removeprefix(b"\xef\xbb\xbf").strip():
        skipped, first = skipped + 1, files.read_line(stdin, where)
    if not first:
        raise IntakeError(Message.of(_NO_INPUT), where)
    if first.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return json_lines(stdin, where, first=first, skipped=skipped)
    rest = files.read_all(stdin, where, before=b"\n" * skipped + first)
    return _yaml(rest, where, kind_of)


# The readers of tables and YAML are imported where they are used: most commands are typed or come as JSON.


def _yaml(data: bytes, where: Message, kind_of: KindOf) -> Iterator[Line]:
    from intake.yamlfile import lines

    return lines(files.decode(data, where), where, kind_of)


def _csv(data: bytes, where: Message, kind_of: KindOf) -> Iterator[Line]:
    from intake.csvfile import lines

    return lines(files.decode(data, where), where, kind_of)


def _xlsx(data: bytes, where: Message, kind_of: KindOf) -> Iterator[Line]:
    from intake.xlsx import lines

    return lines(data, where, kind_of)
