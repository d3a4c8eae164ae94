"""A registry as a workbook: one sheet, every column, numbers and dates as such, the rest as people read it."""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any

from documents.workbook import Field, Sheet, workbook
from engine.text import holds_day

Rows = Sequence[Mapping[str, Any]]
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
    name: str,
    rows: Rows,
    columns: Sequence[str],
    *,
    lang: str,
    heading: Callable[[str], str],
    told: Callable[[str, Any], Any],
) -> bytes:
    """The rows as an Excel workbook; `columns` are the head where there is no row.

    `heading` says a column to people, `told` a value of it: words in their language, what is nested as text."""
    names = list(dict.fromkeys(chain(*rows))) if rows else list(columns)  # some rows may be marked doubtful
    fields = [Field(heading(column), _form(column), 40 if column in _WIDE else 16) for column in names]
    pairs = tuple(zip(names, fields, strict=True))
    values = (
        [told(column, row.get(column)) if field.form == "text" else row.get(column) for column, field in pairs]
        for row in rows
    )
    return workbook([Sheet(heading(name), fields, values)], lang=lang, title=heading(name))


def _form(column: str) -> str:
    if column in _MONEY:
        return "money"
    return "date" if holds_day(column) else "text"
