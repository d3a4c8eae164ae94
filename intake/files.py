"""Opens a file of commands and makes sure it is what its name says; refuses to guess an encoding."""

import codecs
import os
import stat
from collections.abc import Callable
from typing import IO, Final

from engine.catalogue import N_, Message
from engine.oserrors import reason_of
from intake.lines import MAX_BYTES, IntakeError

MAX_STREAMED_BYTES: Final = 4 * 1024 * 1024 * 1024
MAX_LINE: Final = 16 * 1024 * 1024
_CHUNK: Final = 1024 * 1024

_EMPTY: Final = N_("The file is empty")
_BINARY: Final = N_("The file is not text: write the commands in a text file, or in Excel as .xlsx")
_TOO_LARGE: Final = N_("The file is larger than {megabytes} MB: divide it")
_NOT_UTF8: Final = N_(
    "The file is not in UTF-8 (byte {offset}, line {line}). If it is Windows-1258, TCVN3 or UTF-16: open it and "
    "save it as CSV UTF-8 (in Excel: Save As, CSV UTF-8)"
)


def named(path: str) -> Message:
    """Take a path; give the place that stands for the whole file."""
    return Message.of("{file}", file=os.fsencode(path).decode("utf-8", "replace"))


def open_file(path: str, where: Message) -> IO[bytes]:
    """Take a path; give the open file. Raises IntakeError where there is none, or it cannot be opened."""
    try:
        if os.path.isdir(path):
            raise IntakeError(Message.of(N_("This is a folder, not a file")), where)
        return open(path, "rb")
    except FileNotFoundError:
        raise IntakeError(Message.of(N_("There is no such file")), where) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise IntakeError(
            Message.of(N_("The file cannot be opened: {reason}"), reason=reason_of(error)), where
        ) from None


def read_all(file: IO[bytes], where: Message, *, before: bytes = b"") -> bytes:
    """Take an open file, and what was read of it before; give all its bytes. Raises IntakeError: empty, too large."""
    data = before + read_some(file, where, MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise IntakeError(Message.of(_TOO_LARGE, megabytes=MAX_BYTES >> 20), where)
    if not data:
        raise IntakeError(Message.of(_EMPTY), where)
    return data


def read_some(file: IO[bytes], where: Message, size: int) -> bytes:
    """Take an open file; give up to `size` bytes. Raises IntakeError where the disk or the pipe fails."""
    return _guarded(lambda: file.read(size), where)


def read_line(file: IO[bytes], where: Message, size: int = MAX_LINE + 1) -> bytes:
    """Take an open file; give the next line, or `size` bytes of it. Raises IntakeError as `read_some` does."""
    return _guarded(lambda: file.readline(size), where)


def _guarded(action: Callable[[], bytes], where: Message) -> bytes:
    try:
        return action()
    except OSError as error:
        raise IntakeError(Message.of(N_("The file cannot be read: {reason}"), reason=reason_of(error)), where) from None


def decode(data: bytes, where: Message) -> str:
    """Take all bytes of a text file; give its text. Raises IntakeError where it is not UTF-8 text."""
    if not looks_utf16(data) and b"\0" in data:
        raise IntakeError(Message.of(_BINARY), where)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(data[:16], error.start, data.count(b"\n", 0, error.start) + 1, where) from None
    if not text.strip():
        raise IntakeError(Message.of(_EMPTY), where)
    return text


def check_text(file: IO[bytes], where: Message) -> None:
    """Take an open file; read it through and go back to its start. Raises IntakeError where it is not UTF-8 text.

    A pipe is left alone, since it can be read but once: there a damaged line is an error of that line.
    """
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        return
    if status.st_size == 0:
        raise IntakeError(Message.of(_EMPTY), where)
    if status.st_size > MAX_STREAMED_BYTES:
        raise IntakeError(Message.of(_TOO_LARGE, megabytes=MAX_STREAMED_BYTES >> 20), where)
    _check_chunks(file, where)
    file.seek(0)


def _check_chunks(file: IO[bytes], where: Message) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    head, offset, lines, last = b"", 0, 1, False
    while not last:
        chunk = read_some(file, where, _CHUNK)
        head, last = head or chunk[:16], not chunk
        kept = len(decoder.getstate()[0])
        if b"\0" in chunk and not looks_utf16(head):
            raise IntakeError(Message.of(_BINARY), where)
        try:
            decoder.decode(chunk, final=last)
        except UnicodeDecodeError as error:
            in_chunk = max(error.start - kept, 0)
            raise _not_utf8(head, offset - kept + error.start, lines + chunk.count(b"\n", 0, in_chunk), where) from None
        offset += len(chunk)
        lines += chunk.count(b"\n")


def looks_utf16(data: bytes) -> bool:
    """Take the first bytes of a file; tell whether they are the mark of UTF-16."""
    return data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def _not_utf8(head: bytes, offset: int, line: int, where: Message) -> IntakeError:
    office = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b")
    if head.startswith(office):
        return IntakeError(Message.of(_BINARY), where)
    return IntakeError(Message.of(_NOT_UTF8, offset=offset + 1, line=line), where)
