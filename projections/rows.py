"""How rows of a projection lie in a table: a column for each field, what is nested as JSON. It runs no statement."""

import re
import sys
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from msgspec.json import Decoder, Encoder
from msgspec.structs import astuple

from projections.kernel import Projection, Wanted

Column = Literal["words", "number", "flag", "nested"]
_PLAIN: dict[Any, Column] = {str: "words", int: "number", bool: "flag"}
_ENCODER = Encoder()


class Layout:
    """The columns of a projection's tables, and how a row goes into them and comes out."""

    def __init__(self, projection: Projection[Any]) -> None:
        hints = get_type_hints(projection.row)
        self.projection = projection
        self.fields = projection.row.__struct_fields__
        self.columns: dict[str, Column] = {name: _PLAIN.get(_plain(hints[name]), "nested") for name in self.fields}
        self.place = self.fields.index(projection.key)
        self._nested = [place for place, name in enumerate(self.fields) if self.columns[name] == "nested"]
        self._convert: list[tuple[int, Callable[[Any], Any]]] = [
            (place, Decoder(hints[self.fields[place]]).decode) for place in self._nested
        ]
        self._convert += [(place, bool) for place, name in enumerate(self.fields) if self.columns[name] == "flag"]

    def values(self, row: Any) -> Sequence[Any]:
        """A row as the driver takes it."""
        if not self._nested:
            return astuple(row)
        values = list(astuple(row))
        for place in self._nested:
            values[place] = _ENCODER.encode(values[place]).decode()
        return values

    def row(self, found: Sequence[Any]) -> Any:
        """A row as it was before it went to the driver."""
        values = list(found)
        for place, convert in self._convert:
            values[place] = convert(values[place])
        return self.projection.row(*values)


class RowTable:
    """The statements for one table of a projection."""

    def __init__(self, layout: Layout, name: str) -> None:
        """Take the layout and the name of the table."""
        fields, key = layout.fields, layout.projection.key
        columns = ", ".join(f'"{each}"' for each in fields)
        updates = ", ".join(f'"{each}" = excluded."{each}"' for each in fields if each != key)
        self.name, self.layout, self.columns = name, layout, fields
        self.key = f'"{key}"'
        self.select = f"SELECT {columns} FROM {name}"
        self.upsert = (
            f"INSERT INTO {name} ({columns}) VALUES ({', '.join('?' * len(fields))}) "
            f"ON CONFLICT ({self.key}) DO UPDATE SET {updates}"
        )
        self.delete = f"DELETE FROM {name} WHERE {self.key} = ?"


@cache
def definition(projection: Projection[Any]) -> str:
    """What tells whether a table was folded by this code: the source of the module that declares the projection.

    Code that it leans on elsewhere is not told apart: who changes that raises the projection's version. The source is
    read once, since what a program runs does not change with its files."""
    source = Path(sys.modules[projection.row.__module__].__file__ or "").read_bytes()
    return sha256(b"%d\n" % projection.version + source).hexdigest()[:12]


def _plain(hint: Any) -> Any:
    """A type without its None."""
    if get_origin(hint) in (Union, UnionType):
        kept = [each for each in get_args(hint) if each is not NoneType]
        return kept[0] if len(kept) == 1 else hint
    return hint


@cache
def layout_of(projection: Projection[Any]) -> Layout:
    """The layout of a projection's tables."""
    return Layout(projection)


def condition(wanted: Wanted) -> tuple[str, list[Any]]:
    """A WHERE clause for the rows asked for, the limit apart, and what to bind to it."""
    parts = [f'"{column}" = ?' for column in wanted.equal]
    values: list[Any] = list(wanted.equal.values())
    if wanted.filled:
        parts.append("(" + " OR ".join(f'"{column}" IS NOT NULL' for column in wanted.filled) + ")")
    parts += ["search LIKE ? ESCAPE '!'"] * len(wanted.words)
    values += ["%" + re.sub("([!%_])", r"!\1", word) + "%" for word in wanted.words]
    return (f" WHERE {' AND '.join(parts)}" if parts else ""), values
