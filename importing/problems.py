"""What is wrong with a cell, a mapping or a row: where it stands, the cause and the cure."""

from dataclasses import dataclass

from engine.catalogue import Message


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a row is not taken. `cell` is as the program that opens the file shows it: D7, /grants/3/id."""

    sheet: str
    cell: str
    message: Message
    cure: Message


class Unread(Exception):
    """A cell that does not hold what the mapping says, and what would cure it."""

    def __init__(self, message: str, /, *, cure: str, **params: object) -> None:
        self.message, self.cure = Message(message, params), Message(cure, params)
        super().__init__(message)


class MappingError(Exception):
    """A mapping that cannot be used as a whole."""

    exit_code = 2

    def __init__(self, where: Message, messages: tuple[Message, ...]) -> None:
        self.where, self.messages = where, messages
        super().__init__("; ".join(message.render("en") for message in messages))
