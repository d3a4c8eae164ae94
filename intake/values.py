"""Text, JSON and dates made fit to be recorded: composed, finite, not too deep; refuses what a log could not keep."""

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Final

from engine.catalogue import N_, Message
from engine.text import nfc
from engine.times import ISO_DAY, iso_day
from intake.lines import MAX_DEPTH, Command, FieldError, KindOf, Unfit

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_LARGEST: Final = 2**63 - 1
_TOO_LARGE: Final = object()  # in place of a number

TOO_DEEP: Final = N_("Nested too deeply: at most {depth} levels")
NOT_AN_OBJECT: Final = N_("A command is an object: field names, each with its value")
TOO_LARGE: Final = N_("The number is too large")
TWICE: Final = N_("The field is there twice")

JSON_REASONS: Final = (  # as the json module words them
    N_("Expecting value"),
    N_("Expecting property name enclosed in double quotes"),
    N_("Expecting ':' delimiter"),
    N_("Expecting ',' delimiter"),
    N_("Extra data"),
    N_("Unterminated string starting at"),
    N_("Invalid control character at"),
    N_("Invalid \\escape"),
    N_("Invalid \\uXXXX escape"),
)


def parse_json(text: str) -> tuple[object, tuple[FieldError, ...]]:
    """Take JSON text; give its value, for `clean`, and an error for each key written twice. Raises Unfit where it is
    broken."""
    twice: list[FieldError] = []
    try:
        value = json.loads(
            text,
            object_pairs_hook=lambda pairs: object_of(pairs, twice),
            parse_int=lambda digits: _or_too_large(whole_number, digits),
            parse_float=lambda digits: _or_too_large(finite, digits),
            parse_constant=_no_number,
        )
    except json.JSONDecodeError as error:
        raise Unfit(
            N_("Broken JSON at character {column}: {reason}"), column=error.pos + 1, reason=Message(error.msg)
        ) from None
    except RecursionError:
        raise Unfit(TOO_DEEP, depth=MAX_DEPTH) from None
    return value, tuple(twice)


def object_of(pairs: list[tuple[str, object]], twice: list[FieldError]) -> Command:
    """Take keys and values; give the object, and note each key that was there before."""
    found: Command = {}
    for key, value in pairs:
        name = key if key.isascii() else nfc(key)
        if name in found:
            twice.append(FieldError(_printable(name), Unfit(TWICE).message))
        found[name] = value
    return found


def whole_number(text: str) -> int:
    """Take digits; give the number. Raises Unfit beyond 64 bits, which no database keeps."""
    if len(text) > 20 or abs(int(text)) > _LARGEST:
        raise Unfit(TOO_LARGE)
    return int(text)


def finite(text: str) -> float:
    """Take a decimal number; give it. Raises Unfit where it is too large for any reader of JSON."""
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise Unfit(TOO_LARGE)
    return number


def _or_too_large(number: Callable[[str], object], digits: str) -> object:
    """The number; what stands for one that is too large, which `clean` refuses with the field that it is in."""
    try:
        return number(digits)
    except Unfit:
        return _TOO_LARGE


def _no_number(text: str) -> object:
    raise Unfit(N_("{word} is not a number"), word=text)


def clean_command(raw: object) -> tuple[Command | None, tuple[FieldError, ...]]:
    """Take what was parsed; give the command with every text composed, and an error for each field left out."""
    if not isinstance(raw, dict):
        return None, (FieldError("", Unfit(NOT_AN_OBJECT).message),)
    command: Command = {}
    errors: list[FieldError] = []
    for key, value in raw.items():
        try:
            command[_text(key)] = clean(value)
        except Unfit as unfit:
            errors.append(FieldError(_printable(key), unfit.message))
    return command, tuple(errors)


def clean(value: object, depth: int = 1) -> object:
    """Take a parsed value; give it with every text composed. Raises Unfit for what cannot be stored."""
    if value is _TOO_LARGE:
        raise Unfit(TOO_LARGE)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict | list):
        if depth >= MAX_DEPTH:
            raise Unfit(TOO_DEEP, depth=MAX_DEPTH)
        if isinstance(value, dict):
            return {_text(key): clean(each, depth + 1) for key, each in value.items()}
        return [clean(each, depth + 1) for each in value]
    return value


def _text(s: str) -> str:
    if s.isascii():
        bad = "\x00" in s
    else:
        s = nfc(s)
        bad = _UNSTORABLE.search(s) is not None
    if bad:
        raise Unfit(N_("The text holds a character that is no character (a damaged copy?): type it again"))
    return s


def _printable(name: str) -> str:
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", nfc(name))


def iso_date(text: str) -> str:
    """Take dd/mm/yyyy or YYYY-MM-DD; give YYYY-MM-DD. Raises Unfit for another shape or a day that never was."""
    day = iso_day(text)
    if not ISO_DAY.fullmatch(day):
        raise Unfit(N_("'{text}' is not a date: write dd/mm/yyyy or YYYY-MM-DD"), text=_short(text))
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        raise Unfit(N_("There is no such day: {text}"), text=text) from None


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def quoted(text: str) -> str:
    """Take a cell's text; give as much of it as a message should repeat."""
    return _short(text)


def kind_in(command: str, path: str, kind_of: KindOf) -> str | None:
    """Take a command and a field; give its kind. `on` and `*.date` are dates even where the caller does not say."""
    return kind_of(command, path) or ("date" if path == "on" or path.endswith(".date") else None)


def each_scalar(value: object, path: str, change: Callable[[object, str], object]) -> object:
    """Take a value and its path; give it with every scalar changed by `change(scalar, path)`, in a list as `path[]`."""
    if isinstance(value, dict):
        return {key: each_scalar(each, f"{path}.{key}", change) for key, each in value.items()}
    if isinstance(value, list):
        return [
            each_scalar(each, path, change) if isinstance(each, dict | list) else change(each, f"{path}[]")
            for each in value
        ]
    return change(value, path)
