"""A registry as a workbook: one sheet, every column, numbers and dates as such. It changes no value."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.json import encode

from documents.workbook import Field, Sheet, workbook

Rows = Sequence[Mapping[str, Any]]
_DATES = ("on", "date", "_from", "_until", "due", "plan_submitted", "regulation", "procedure")
_MONEY = ("estimate", "approved", "allocated", "disbursed", "returned", "amount", "left")
_WIDE = (
    "title",
    "name",
    "members",
    "sessions",
    "reports",
    "authors",
    "names",
    "url",
    "published_url",
    "did",
    "changed",
    "corrections",
)


def registry_workbook(
    name: str, rows: Rows, columns: Sequence[str], *, lang: str, heading: Callable[[str], str]
) -> bytes:
    """The rows as an Excel workbook; `columns` are the head where there is no row, `heading` says them to people."""
    names = list(rows[0]) if rows else list(columns)
    fields = [Field(heading(column), _form(column), 40 if column in _WIDE else 16) for column in names]
    values = ([_native(row[column]) for column in names] for row in rows)
    return workbook([Sheet(heading(name), fields, values)], lang=lang, title=heading(name))


def _form(column: str) -> str:
    if column in _MONEY:
        return "money"
    return "date" if column.endswith(_DATES) else "text"


def _native(value: Any) -> Any:
    """What is nested as JSON, anything else as it is."""
    return encode(value).decode() if isinstance(value, list | tuple | dict) else value
