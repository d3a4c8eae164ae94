"""Reads dates by the shapes a mapping allows; a date that can be read two ways, or says no day, is not guessed."""

import re
from datetime import date
from functools import cache
from typing import Final

from engine.catalogue import N_
from importing.problems import Unread

SHAPES: Final = ("dd/mm/yyyy", "dd/mm/yyyy hh:mm", "yyyy-mm-dd", "yyyy-mm-ddThh:mm")
_TOKEN: Final = re.compile(r"yyyy|mm|dd|hh:mm|hh")
_PARTS: Final = {
    "yyyy": r"(?P<year>[0-9]{4})",
    "mm": r"(?P<month>[0-9]{1,2})",
    "dd": r"(?P<day>[0-9]{1,2})",
    "hh:mm": r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?",
}


def is_shape(shape: str) -> bool:
    """Whether a text says how dates are written: a year, and each other part at most once."""
    tokens = _TOKEN.findall(shape.replace("hh:mm", "hh"))
    return tokens.count("yyyy") == 1 and len(set(tokens)) == len(tokens) and ("dd" not in tokens or "mm" in tokens)


@cache
def _pattern(shape: str) -> re.Pattern[str]:
    parts = re.split(r"(yyyy|hh:mm|mm|dd)", shape)
    return re.compile("".join(_PARTS.get(part, re.escape(part)) for part in parts))


def read_date(text: str, shapes: tuple[str, ...], day: str | None) -> date:
    """Take a text, the shapes it may have, and the month-day that a shape without one stands for; give the date.

    Raises Unread."""
    matches = [found for shape in shapes if (found := _pattern(shape).fullmatch(text))]
    days = {made for found in matches if (made := _made(found.groupdict(), day)) is not None}
    if len(days) == 1:
        return days.pop()
    if days:
        raise Unread(
            N_("'{text}' can be read as {days}."), cure=N_("Write it as YYYY-MM-DD."), text=text, days=sorted(days)
        )
    if matches:
        raise Unread(
            N_("There is no such day: '{text}'."), cure=N_("Look the date up and correct the cell."), text=text
        )
    raise _shapeless(text, shapes)


def _shapeless(text: str, shapes: tuple[str, ...]) -> Unread:
    if re.fullmatch(r"[0-9]{4}", text):
        return Unread(
            N_("'{text}' is only a year."),
            cure=N_("Write the day, or let the mapping say which day a year stands for (dates: [yyyy], day: '12-31')."),
            text=text,
        )
    return Unread(
        N_("'{text}' is not a date as the mapping has them: {shapes}."),
        cure=N_("Write the date in one of these shapes, or add its shape to the mapping (dates)."),
        text=text,
        shapes=list(shapes),
    )


def _made(parts: dict[str, str], day: str | None) -> date | None:
    month, _, last = (day or "01-01").partition("-")
    try:
        return date(int(parts["year"]), int(parts.get("month") or month), int(parts.get("day") or last))
    except ValueError:
        return None
