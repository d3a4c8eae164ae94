"""What the readers hand on: lines, field errors, and the error of a whole file; refuses to hold half a sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from engine.catalogue import N_, Message

Command = dict[str, object]

Kind = Literal["text", "integer", "number", "boolean", "date", "nested", "object", "any"]
"""What a field holds. `nested` is a list, of objects or of texts, or either; `object` is a single object."""

KindOf = Callable[[str, str], Kind | None]
"""Command name and field -> kind; None where it is not known. A key inside a field is asked for as 'document.date', and
what a list of plain values holds as 'present[]'."""

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_DEPTH: Final = 32

ROW_OF_SHEET: Final = N_("{file}, sheet {sheet}, row {row}")
ROW: Final = N_("{file}, row {row}")
LINE: Final = N_("{file}, line {line}")
ITEM: Final = N_("{file}, item {item} (line {line})")
CELL_OF_SHEET: Final = N_("{file}, sheet {sheet}, cell {cell}")
CELL: Final = N_("{file}, cell {cell}")
IN_PLACE: Final = N_("{place}: {problem}")
NO_COMMAND: Final = N_("There is no command in it")


class FieldError(NamedTuple):
    """What is wrong with one field. The field is empty where the whole line is at fault."""

    field: str
    message: Message


@dataclass(frozen=True, slots=True)
class Line:
    """One command as it was written. With errors, `command` is what could be read of it, or None."""

    number: int
    where: Message
    command: Command | None
    errors: tuple[FieldError, ...] = ()

    @property
    def place(self) -> str:
        """The place in English, as a log or a test names it; `where.render(lang)` gives it in a language."""
        return self.where.render("en")


class IntakeError(Exception):
    """A file that cannot be read as a whole."""

    exit_code = 2

    def __init__(self, message: Message, where: Message) -> None:
        self.message, self.where = message, where
        super().__init__(self.render("en"))

    @property
    def place(self) -> str:
        """The place in English."""
        return self.where.render("en")

    def render(self, lang: str) -> str:
        """Take a language; give 'place: what is wrong and what to do'."""
        return in_place(self.where, self.message).render(lang)


class Unfit(Exception):
    """A value that cannot be taken, and why; each reader turns it into the error of its line or file.

    `field`: of a part of the value, which one."""

    field = ""

    def __init__(self, text: str, /, **params: object) -> None:
        self.message = Message.of(text, **params)
        super().__init__(text)


def in_place(where: Message, problem: Message) -> Message:
    """Take a place and a sentence; give 'place: sentence'."""
    return Message.of(IN_PLACE, place=where, problem=problem)


def unknown(_command: str, _field: str) -> Kind | None:
    """The kind of every field for a caller that knows none."""
    return None
