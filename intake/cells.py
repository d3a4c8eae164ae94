"""A cell becomes the value its field is declared to hold; refuses what it would have to guess, and says the cure."""

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from engine.catalogue import N_
from engine.words import NO, YES
from intake.lines import KindOf, Unfit
from intake.values import clean, each_scalar, finite, iso_date, kind_in, parse_json, quoted, whole_number

Cell = str | int | float | bool | date | datetime | time | timedelta

_WHOLE: Final = re.compile(r"-?[0-9]+")
_GROUPED: Final = re.compile(r"-?[0-9]{1,3}([., \u00a0\u202f][0-9]{3})+")
_DECIMAL: Final = re.compile(r"-?[0-9]+[.,](?:[0-9]{1,2}|[0-9]{4,})|-?0[.,][0-9]+")
_EXACT: Final = 2**53  # beyond it a spreadsheet's numbers have lost digits
_WHOLE_NEEDED: Final = N_("'{text}' is not a whole number: write the digits alone, without separators or decimals")
_SEPARATORS: Final = N_("'{text}' has separators: write whole đồng with digits alone, as in 1234567")


def is_empty(cell: Cell) -> bool:
    """Take a cell; tell whether nothing is written in it."""
    return isinstance(cell, str) and not cell.strip()


def value_of(cell: Cell, command: str, path: str, kind_of: KindOf) -> object:
    """Take a cell, its command and field; give the value. Raises Unfit where the cell does not hold one."""
    if isinstance(cell, str):
        cell = str(clean(cell.strip()))
    match kind_in(command, path, kind_of):
        case "integer":
            return _integer(cell)
        case "number":
            return _number(cell)
        case "boolean":
            return _boolean(cell)
        case "date":
            return _date(cell)
        case "any":  # what it is to be, whoever decides on it knows
            return _date(cell) if isinstance(cell, date) else cell if isinstance(cell, bool) else _text(cell)
        case "text":
            return _text(cell)
        case "nested" | "object":
            return _nested(cell, command, path, kind_of)
        case _:
            return _as_it_is(cell)


def _integer(cell: Cell) -> int:
    if isinstance(cell, str):
        if _GROUPED.fullmatch(cell):
            raise Unfit(_SEPARATORS, text=quoted(cell))
        if not _WHOLE.fullmatch(cell):
            raise Unfit(_WHOLE_NEEDED, text=quoted(cell))
        return whole_number(cell)
    number = _counted(cell)
    if not isinstance(number, int):
        raise Unfit(_WHOLE_NEEDED, text=str(number))
    return number


def _number(cell: Cell) -> int | float:
    if not isinstance(cell, str):
        return _counted(cell)
    if _WHOLE.fullmatch(cell):
        return whole_number(cell)
    if _DECIMAL.fullmatch(cell):
        number = finite(cell.replace(",", "."))
        return int(number) if number.is_integer() else number
    if _GROUPED.fullmatch(cell):  # 1.234 is one and a bit to some, a thousand and more to others
        raise Unfit(N_("'{text}' can be read two ways: write 1234, or 1.23 with two decimals"), text=quoted(cell))
    raise Unfit(N_("'{text}' is not a number"), text=quoted(cell))


def _counted(cell: Cell) -> int | float:
    """The number of a cell that a spreadsheet holds as a number."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise Unfit(N_("The cell holds '{text}', not a number: check the format of the cell"), text=_shown(cell))
    if abs(cell) >= _EXACT or cell != cell:
        raise Unfit(N_("The number is too large for a spreadsheet to keep all its digits: format the cell as Text"))
    return int(cell) if float(cell).is_integer() else cell


def _boolean(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    word = cell.casefold() if isinstance(cell, str) else _shown(cell)
    if word in YES or word in NO:
        return word in YES
    raise Unfit(N_("'{text}' is not yes or no: write true or false, có or không, x, 1 or 0"), text=quoted(word))


def _date(cell: Cell) -> str:
    if isinstance(cell, datetime) and cell.time() != time():
        raise Unfit(N_("{text} has a time of day: write the date alone"), text=cell.isoformat(" "))
    if isinstance(cell, date):
        return _day(cell)
    return iso_date(_shown(cell))


def _day(cell: date) -> str:
    return (cell.date() if isinstance(cell, datetime) else cell).isoformat()


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise Unfit(
            N_("The cell holds '{text}', not a text (did the spreadsheet turn it into a date?): format it as Text"),
            text=_shown(cell),
        )
    return str(_counted(cell))


def _nested(cell: Cell, command: str, path: str, kind_of: KindOf) -> object:
    if not isinstance(cell, str) or cell[:1] not in ("[", "{"):
        raise Unfit(
            N_("Write it as JSON, as [...] or {{...}}, or in Excel on a sheet of its own named {sheet}"), sheet=path
        )
    value, twice = parse_json(cell)
    if twice:
        raise Unfit(N_("The key {name} is there twice"), name=twice[0].field)

    def change(scalar: object, inner: str) -> object:
        if not isinstance(scalar, str) or not scalar or kind_in(command, inner, kind_of) != "date":
            return scalar
        try:
            return iso_date(scalar)
        except Unfit as unfit:
            unfit.field = inner if isinstance(value, dict) else path
            raise

    return each_scalar(clean(value), path, change)


def _as_it_is(cell: Cell) -> object:
    if isinstance(cell, date):
        return _date(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _counted(cell)
    return cell if isinstance(cell, str | bool) else _shown(cell)


def _shown(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return _day(cell) if isinstance(cell, date) else str(cell)
