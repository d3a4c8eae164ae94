"""JSON lines: one command a line, read as they come; refuses a line that two readers could read differently."""

from collections.abc import Iterator
from typing import IO

from engine.catalogue import N_, Message
from intake.files import MAX_LINE, read_line
from intake.lines import LINE, NO_COMMAND, FieldError, IntakeError, Line, Unfit
from intake.values import clean_command, parse_json


def lines(file: IO[bytes], where: Message, *, first: bytes = b"", skipped: int = 0) -> Iterator[Line]:
    """Take an open file; give its lines. `first` was read already, after `skipped` blank lines."""
    number, physical = 0, skipped
    while raw := first or read_line(file, where, MAX_LINE + 1):
        first, physical = b"", physical + 1
        if physical == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        if not raw.strip():
            continue
        number += 1
        place = Message.of(LINE, file=where, line=physical)
        if len(raw) > MAX_LINE:
            _drop_rest(file, raw, where)
            yield _unread(number, place, Unfit(N_("The line is longer than {megabytes} MB"), megabytes=MAX_LINE >> 20))
        else:
            yield _line(number, place, raw)
    if not number:
        raise IntakeError(Message.of(NO_COMMAND), where)


def _line(number: int, place: Message, raw: bytes) -> Line:
    try:
        value, twice = parse_json(raw.decode("utf-8").strip())
    except UnicodeDecodeError as error:
        return _unread(number, place, Unfit(N_("The line is not in UTF-8 (byte {offset})"), offset=error.start + 1))
    except Unfit as unfit:
        return _unread(number, place, unfit)
    command, errors = clean_command(value)
    return Line(number, place, command, twice + errors)


def _unread(number: int, place: Message, unfit: Unfit) -> Line:
    return Line(number, place, None, (FieldError("", unfit.message),))


def _drop_rest(file: IO[bytes], raw: bytes, where: Message) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = read_line(file, where)
