"""What click itself says and shows, in the person's language. Click decides; nothing here parses."""

from collections.abc import Sequence
from typing import Any

import click

from console.speech import say
from engine.catalogue import N_, NP_
from engine.oserrors import said

# Click looks these up in the text domain of the process (console.speech).
SENTENCES = (
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("Error: {message}"),
    N_("Try '{command} {option}' for help."),
    N_("Show this message and exit."),
    N_("Show the version and exit."),
    N_("Missing argument"),
    N_("Missing option"),
    N_("Missing parameter"),
    N_("Missing command."),
    N_("No such command {name!r}."),
    N_("No such option {name!r}."),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("Choose from:\n\t{choices}"),
    N_("default: {default}"),
    N_("env var: {var}"),
    N_("required"),
    N_("Aborted!"),
    N_("{value} is not in the range {range}."),
    N_("{value!r} is not a valid {number_type}."),
    N_("Option {name!r} does not take a value."),
    N_("Could not open file {filename!r}: {message}"),
    N_("{name} {filename!r} does not exist."),
    N_("{name} {filename!r} is a file."),
    N_("{name} {filename!r} is a directory."),
    N_("{name} {filename!r} is not readable."),
    N_("{name} {filename!r} is not writable."),
    N_("file"),
    N_("path"),
    N_("directory"),
    N_("%(prog)s, version %(version)s"),
    NP_("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    NP_("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
    NP_("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    NP_("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
)
# What stands for the value of an option. Arguments keep their names, by which sentences and command files call them.
VALUES = (
    N_("CHECKPOINT"),
    N_("DATE"),
    N_("DAYS"),
    N_("EVENTS"),
    N_("FILE"),
    N_("FOLDER"),
    N_("ID"),
    N_("KEY"),
    N_("LEVEL"),
    N_("NAME"),
    N_("NUMBER"),
    N_("PATH"),
    N_("PERIOD"),
    N_("PLAN"),
    N_("SECONDS"),
    N_("STATE"),
    N_("STREAM"),
    N_("TASK"),
    N_("TEXT"),
    N_("TIME"),
    N_("UNIT"),
    N_("VALUE"),
    N_("VERSION"),
)
OPTIONS, COMMAND = N_("[OPTIONS]"), N_("COMMAND [ARGS]...")


def in_words(params: Sequence[click.Parameter]) -> None:
    """Have options name their values, and types themselves, in the person's language."""
    for param in params:
        if isinstance(param.type, type(click.INT)):
            param.type.name = say(N_("whole number"))
        if not isinstance(param, click.Option) or param.is_flag or isinstance(param.type, click.Choice):
            continue
        if isinstance(param.type, type(click.INT)):
            param.metavar = say(param.metavar or "NUMBER")
        elif param.metavar or param.type.name.upper() in VALUES:
            param.metavar = say(param.metavar or param.type.name.upper())


class Ident(click.ParamType[str]):
    """An id, or what is made of ids (a stream, STREAM/VERSION, PLAN/LEVEL): composed (NFC), as the log keeps them.

    A keyboard, a file's name or a copied text may have its letters decomposed."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The same text, composed."""
        if value.isascii():
            return str(value)
        from engine.text import nfc

        return nfc(value)


class TextFile(click.File):
    """A text to be read, in UTF-8; why it cannot be opened is told in the person's language."""

    def __init__(self) -> None:
        super().__init__("r", encoding="utf-8")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The open file; else click says what is wrong."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as wrong:
            if not isinstance(wrong.__context__, OSError):
                raise
            reason = said(wrong.__context__.strerror or "")
            return self.fail(say(N_("{file} cannot be read: {reason}"), file=str(value), reason=reason), param, ctx)
