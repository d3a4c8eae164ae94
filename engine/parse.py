"""Reads raw values into commands: NFC, types, unknown and missing fields. Refuses in sentences, field by field."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from engine.catalogue import N_, Message
from engine.commands import COMMANDS, Command, PlainStep
from engine.decider.answers import FieldError
from engine.fields import ASKED, CORRECTED
from engine.text import shortened

if TYPE_CHECKING:
    from engine.files import Incoming

LONGEST_ECHO = 100  # longer than any id may be
_TEXTS = {
    "missing": N_("This field is required."),
    "extra_forbidden": N_("There is no such field here."),
    "date_early": N_("A date is not before the year {first}: write the year with four digits."),
    "date_wrong": N_("This is not a date: write it as YYYY-MM-DD."),
    "id_wrong": N_("An id has 1 to 64 letters, digits or the signs . _ - /."),
    "text_blank": N_("This text may not be blank."),
    "nul": N_("The text has a NUL character in it."),
    "number_wrong": N_("This is not a number."),
    "portal_wrong": N_("This is not an https address."),
    "string_type": N_("This must be text."),
    "string_too_long": N_("The text is too long: at most {max_length} characters."),
    "int_type": N_("This must be a whole number, without quotes or separators."),
    "bool_type": N_("This must be true or false."),
    "tuple_type": N_("This must be a list."),
    "dict_type": N_("This must be an object with its fields."),
    "model_type": N_("This must be an object with its fields."),
    "greater_than_equal": N_("This must be at least {ge}."),
    "less_than_equal": N_("This must be at most {le}."),
    "decimal_max_places": N_("At most {decimal_places} decimals are allowed."),
    "literal_error": N_("This must be one of: {expected}."),
    "period_wrong": N_("Write a quarter as 2026-Q1, a half-year as 2025-H1, a year as 2025."),
    "one_of": N_("Give exactly one of: {first}, {second}."),
    "item_twice": N_("The same item stands twice on the agenda."),
    "ballot_wrong": N_("A ballot for this purpose is one of: {allowed}."),
    "result_wrong": N_("{field} belongs to an outside body's document; with a session it follows from the ballots."),
    "name_sealed": N_("A name does not begin with 'sealed:'; that is how the log marks what it keeps sealed."),
    "value_sealed": N_("A name does not begin with 'sealed:'; that is how the log marks what it keeps sealed."),
    "into_itself": N_("A unit is not merged into itself."),
    "too_short": N_("At least {min_length} must be given."),
    "missing_unit": N_("A line paid by a unit names the unit."),
}
# An error of a whole command belongs to the field that cures it.
_WHOLE = {
    "into_itself": "into",
    "item_twice": "items",
    "ballot_wrong": "ballots",
    "missing_unit": "unit",
    "value_sealed": "value",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked for: a command, or what is wrong with it by field. `files` are kept if it is recorded."""

    name: str | None
    command_id: str | None
    command: Command | None = None
    errors: tuple[FieldError, ...] = ()
    files: tuple["Incoming", ...] = ()


def ask_for(raw: Any, *, actor: str | None = None, recorded: bool = False) -> Asked:
    """What raw values ask for; `actor` is who acts where the command does not say.

    `recorded`: they were on record before, and may hold personal data as it is sealed there."""
    name, command_id = (raw.get("command"), raw.get("command_id")) if isinstance(raw, Mapping) else (None, None)
    shown = echoed(name), echoed(command_id)
    found = read(raw, actor=actor, recorded=recorded)
    return Asked(*shown, found) if isinstance(found, Command) else Asked(*shown, None, found)


def echoed(name: Any) -> str | None:
    """A command's name or id as results repeat it; None where it is no text."""
    return shortened(name, LONGEST_ECHO) if isinstance(name, str) else None


def read(raw: Any, *, actor: str | None = None, recorded: bool = False) -> Command | tuple[FieldError, ...]:
    """A command from raw values, or what is wrong with them by field."""
    if isinstance(raw, Command):
        return raw
    if not isinstance(raw, Mapping):
        return (FieldError("command", Message(N_("A command is an object with its fields."))),)
    values = {str(name): nfc(value) for name, value in raw.items()}
    if actor is not None and values.get("actor") is None:
        values["actor"] = nfc(actor)
    name = values.get("command")
    if not isinstance(name, str):
        return (FieldError("command", Message(_TEXTS["missing"])),)
    cls = COMMANDS.get(name)
    if cls is None and "task" not in values:
        return (FieldError("command", Message(N_("There is no such command: {name}."), {"name": name})),)
    try:
        return (cls or PlainStep).model_validate(values, context=CORRECTED if recorded else ASKED)
    except ValidationError as error:
        return tuple(found for details in error.errors(include_url=False) for found in field_errors(details))


def nfc(value: Any) -> Any:
    """The value with every text in it in NFC: the same word is the same bytes, however it was typed."""
    if isinstance(value, str):
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if isinstance(value, int):  # before what takes long to ask for: numbers are many
        return value
    if isinstance(value, list | tuple):
        return [nfc(each) for each in value]
    if isinstance(value, Mapping):
        return {nfc(str(name)): nfc(each) for name, each in value.items()}
    return value


def field_errors(details: ErrorDetails) -> Iterator[FieldError]:
    """What pydantic found wrong with a value, in sentences of ours by field."""
    kind = details["type"]
    context = {name: str(value) for name, value in details.get("ctx", {}).items()}
    if kind == "literal_error":  # pydantic lists the values in English
        context["expected"] = context["expected"].replace(" or ", ", ")
    text = _TEXTS.get(kind)
    if text is None:
        message = Message(N_("This value cannot be read ({reason})."), {"reason": details["msg"]})
    else:
        message = Message(text, context)
    for field in _fields(kind, ".".join(str(part) for part in details["loc"]), context):
        yield FieldError(shortened(field, LONGEST_ECHO), message)


def _fields(kind: str, place: str, context: Mapping[str, str]) -> list[str]:
    """The fields an error belongs to; that of a whole object belongs to those that cure it."""
    if kind == "one_of":
        names = [name for side in (context["first"], context["second"]) for name in side.split(" + ")]
    elif kind in _WHOLE or kind == "result_wrong":
        names = [_WHOLE.get(kind) or context["field"]]
    else:
        return [place or "command"]
    return [f"{place}.{name}" if place else name for name in names]
