"""A cell of a register becomes a field's value as the mapping says; whatever the mapping does not say is reported."""

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from pydantic_core import PydanticCustomError

from engine.catalogue import N_
from engine.fields import read_id
from engine.schema import kind_of
from engine.text import fold
from importing.dates import read_date
from importing.grids import Spoiled, Value
from importing.mapping import FieldMap, ImportMap
from importing.problems import Unread
from intake.cells import value_of
from intake.lines import Kind, Unfit

IDS: Final = ("task", "plan", "lead_unit", "investigator", "unit", "facts.team")
MONEY: Final = tuple(f"facts.{name}" for name in ("estimate", "approved", "allocated", "disbursed", "returned"))
_DONG: Final = re.compile(r"\s*(đồng|đ|VNĐ|VND)$", re.IGNORECASE)
_FOREIGN: Final = re.compile(r"[$€£¥]|\b(USD|EUR|GBP|JPY|AUD)\b", re.IGNORECASE)


class _Nothing:
    """No value: the field is not given."""


NOTHING: Final = _Nothing()


def as_text(value: Value) -> str:
    """Take a cell's value; give it as a person sees it. Raises Unread for a cell with an error."""
    if isinstance(value, Spoiled):
        raise Unread("{reason}", cure=N_("Correct the cell."), reason=value.message)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, date) else str(value)


def read_cell(value: Value, name: str, field: FieldMap, mapping: ImportMap) -> Any:
    """Take a cell, the field it is for, and the mapping; give the value, or NOTHING. Raises Unread."""
    text = as_text(value)
    if field.map is not None or field.starts is not None:
        return _mapped(text, name, field)
    if not text.strip():
        return NOTHING
    if field.split is not None:
        return [read_text(part, name, field) for part in text.split(field.split) if part.strip()]
    kind = kind_of(mapping.command, name) if name != "on" else "date"
    if field.part == "year":
        return _date(value, field, mapping).year
    if name in MONEY:
        return _amount(value, field, mapping)
    match kind:
        case "date":
            return _date(value, field, mapping).isoformat()
        case "integer":
            return _whole(value)
        case "boolean":
            return _flag(value)
    return read_text(text, name, field)


def read_text(text: str, name: str, field: FieldMap) -> str:
    """Take a text; give it without blanks around it, replaced as the mapping says; an id must be one. Raises Unread."""
    for old, new in field.replace.items():
        text = text.replace(old, new)
    text = text.strip()
    if name in IDS:
        try:
            read_id(text)
        except PydanticCustomError:
            raise Unread(
                N_("'{text}' is not an id: 1-64 letters, digits and . _ - /"),
                cure=N_("Let the mapping say what it stands for (map, or replace for single signs)."),
                text=_short(text),
            ) from None
    return text


def _mapped(text: str, name: str, field: FieldMap) -> Any:
    known, meant = _looked_up(text, field)
    if known:
        return meant
    if not text.strip() or field.unknown == "leave_out":
        return NOTHING
    raise _unknown(text, name, field)


def _looked_up(text: str, field: FieldMap) -> tuple[bool, Any]:
    if field.map is not None and text in field.map:
        return True, field.map[text]
    folded = fold(text)
    fitting = [begin for begin in field.starts or {} if _begins(folded, fold(begin))]
    if fitting and field.starts is not None:
        return True, field.starts[max(fitting, key=len)]
    return False, None


def _begins(text: str, begin: str) -> bool:
    """Whether a text begins with these words; within a word does not count."""
    return text == begin or text.startswith(begin + " ")


def _unknown(text: str, name: str, field: FieldMap) -> Unread:
    near = [each for each in field.map or {} if fold(each) == fold(text) and each != text]
    if near:
        return Unread(
            N_("«{text}» is not «{near}»: blanks, capitals or marks differ."),
            cure=N_("Correct the cell, or name it as it is written in the mapping (fields.{field}.map)."),
            text=text,
            near=near[0],
            field=name,
        )
    return Unread(
        N_("The mapping does not say what «{text}» stands for."),
        cure=N_("Correct the cell, or let the mapping say what it stands for (fields.{field}.{table})."),
        text=_short(text),
        field=name,
        table="map" if field.map is not None else "starts",
    )


def empty(name: str, field: FieldMap) -> Unread:
    """Why a row without this field is not taken."""
    cure = N_(
        "Fill in the cell, or let the mapping say what an empty one stands for (fields.{field}.map: {{'': ...}})."
    )
    return Unread(N_("The cell is empty, and {field} is needed."), cure=cure, field=name)


def _date(value: Value, field: FieldMap, mapping: ImportMap) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = as_text(value).strip()
    shapes = field.dates or mapping.dates
    if isinstance(value, int | float) and not ("yyyy" in shapes and re.fullmatch("[12][0-9]{3}", text)):
        raise Unread(
            N_("{text} is a number, not a date."),
            cure=N_("Format the cell as a date, or write the date as dd/mm/yyyy."),
            text=text,
        )
    return read_date(text, shapes, field.day or mapping.day)


def _whole(value: Value) -> int:
    text = as_text(value).strip()
    if re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    raise Unread(N_("'{text}' is not a whole number."), cure=N_("Write the digits alone."), text=_short(text))


def _flag(value: Value) -> object:
    try:
        return value_of(value if isinstance(value, bool) else as_text(value), "", "", _always_boolean)
    except Unfit as unfit:
        raise Unread("{reason}", cure=N_("Correct the cell."), reason=unfit.message) from None


def _always_boolean(_command: str, _field: str) -> Kind:
    return "boolean"


def _amount(value: Value, field: FieldMap, mapping: ImportMap) -> int:
    """Whole đồng. A number cell needs no convention; a text is read by the mapping's alone."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = Decimal(repr(value))
    else:
        number = _written(as_text(value), field.amounts or mapping.amounts)
    dong = number * field.times
    if dong != dong.to_integral_value() or dong < 0:
        raise Unread(
            N_("'{text}' is not a sum of whole đồng."),
            cure=N_("Write whole đồng, or let the mapping say in which unit the sums are (times: 1000000)."),
            text=_short(as_text(value)),
        )
    return int(dong)


def _written(text: str, convention: str) -> Decimal:
    bare = _DONG.sub("", text.strip().replace("\u00a0", " ").replace("\u202f", " "))
    if _FOREIGN.search(bare):
        raise Unread(
            N_("'{text}' is in another currency; sums here are whole đồng."),
            cure=N_("Give the sum in đồng, or keep it as a text under a name of its own (facts.NAME)."),
            text=_short(text),
        )
    group = convention[1] if not convention[1].isdigit() else ""
    mark = "." if group == "," else ","
    digits = rf"[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})+|[0-9]+" if group else "[0-9]+"
    found = re.fullmatch(rf"({digits})(?:{re.escape(mark)}([0-9]+))?", bare)
    if found is None:
        raise Unread(
            N_("'{text}' is not a sum written as {convention}."),
            cure=N_("Write it so, or let the mapping say how sums are written (amounts)."),
            text=_short(text),
            convention=convention,
        )
    return Decimal(found[1].replace(group, "") if group else found[1]) + Decimal(f"0.{found[2] or 0}")


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
