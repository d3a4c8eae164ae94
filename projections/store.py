"""The tables that hold projections, and how they catch up with the log. Dropping them loses nothing."""

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from msgspec.json import Decoder, Encoder
from sqlalchemy import BigInteger, Boolean, Column, MetaData, Table, Text
from sqlalchemy.engine import make_url
from sqlalchemy.schema import CreateTable, DropTable, ExecutableDDLElement

from engine.log import Log, StoreUnavailable
from engine.transactions import Reader, Writer
from projections.history import corrections, events_now
from projections.kernel import EVERYTHING, Projection, R, Wanted, chosen

CHUNK = 5000  # events a transaction: whoever wants to record waits for one chunk, not for a whole rebuild
POSITIONS = "projections"
GET_POSITIONS = "SELECT rows_in, name, position FROM projections ORDER BY position DESC"
SET_POSITION = (
    "INSERT INTO projections VALUES (?, ?, ?, ?) ON CONFLICT (rows_in) DO UPDATE SET position = excluded.position"
)
FORGET = "DELETE FROM projections WHERE rows_in = ?"
KEPT = 2  # tables of one projection: of this release, and of the one before, which may be running beside it
TABLES_THERE = {
    "sqlite": ("SELECT name FROM sqlite_master WHERE type = 'table' AND", "name"),
    "postgresql": ("SELECT relname FROM pg_class WHERE relkind = 'r' AND pg_table_is_visible(oid) AND", "relname"),
}

# By code point on both databases, whatever language the server sorts by.
Words = Text().with_variant(Text(collation="C"), "postgresql")
_ENCODER = Encoder()
positions = Table(
    POSITIONS,
    MetaData(),
    Column("rows_in", Words, primary_key=True),
    Column("name", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
)


class RowTable:
    """How the rows of a projection lie in a table: a column for each field, what is nested as JSON."""

    def __init__(self, projection: Projection[Any]) -> None:
        self.projection = projection
        self.name = f"registry_{projection.name}_{projection.version}_{definition(projection)[:12]}"
        hints = get_type_hints(projection.row)
        fields = projection.row.__struct_fields__
        plain = {name: _plain(hints[name]) for name in fields}
        self.table = Table(
            self.name, MetaData(), *[_column(name, plain[name], name == projection.key) for name in fields]
        )
        self._nested = [place for place, name in enumerate(fields) if plain[name] not in _TYPES]
        self._convert: list[tuple[int, Callable[[Any], Any]]] = [
            (place, Decoder(hints[fields[place]]).decode) for place in self._nested
        ]
        self._convert += [(place, bool) for place, name in enumerate(fields) if plain[name] is bool]
        columns = ", ".join(f'"{name}"' for name in fields)
        updates = ", ".join(f'"{name}" = excluded."{name}"' for name in fields if name != projection.key)
        self.key = f'"{projection.key}"'
        self.select = f"SELECT {columns} FROM {self.name}"
        self.upsert = (
            f"INSERT INTO {self.name} ({columns}) VALUES ({', '.join('?' * len(fields))}) "
            f"ON CONFLICT ({self.key}) DO UPDATE SET {updates}"
        )
        self.delete = f"DELETE FROM {self.name} WHERE {self.key} = ?"

    def values(self, row: Any) -> list[Any]:
        """A row as the driver takes it."""
        values = [getattr(row, name) for name in self.projection.row.__struct_fields__]
        for place in self._nested:
            values[place] = _ENCODER.encode(values[place]).decode()
        return values

    def row(self, found: Sequence[Any]) -> Any:
        """A row as it was before it went to the driver."""
        values = list(found)
        for place, convert in self._convert:
            values[place] = convert(values[place])
        return self.projection.row(*values)


def definition(projection: Projection[Any]) -> str:
    """What tells whether a table was folded by this code: the source of the module that declares the projection.

    Code that it leans on elsewhere is not told apart: who changes that raises the projection's version."""
    return sha256(Path(sys.modules[projection.row.__module__].__file__ or "").read_bytes()).hexdigest()


_TYPES: dict[Any, Any] = {str: Words, int: BigInteger(), bool: Boolean()}


def _plain(hint: Any) -> Any:
    """A type without its None."""
    if get_origin(hint) in (Union, UnionType):
        kept = [each for each in get_args(hint) if each is not NoneType]
        return kept[0] if len(kept) == 1 else hint
    return hint


def _column(name: str, hint: Any, primary: bool) -> Column[Any]:
    return Column(name, _TYPES.get(hint, Text()), primary_key=primary, autoincrement=False)


@cache
def table_of(projection: Projection[Any]) -> RowTable:
    """The table of a projection."""
    return RowTable(projection)


def condition(wanted: Wanted) -> tuple[str, list[Any]]:
    """A WHERE clause for the rows asked for, the limit apart, and what to bind to it."""
    parts = [f'"{column}" = ?' for column in wanted.equal]
    values: list[Any] = list(wanted.equal.values())
    if wanted.filled:
        parts.append("(" + " OR ".join(f'"{column}" IS NOT NULL' for column in wanted.filled) + ")")
    parts += ["search LIKE ? ESCAPE '!'"] * len(wanted.words)
    values += ["%" + re.sub("([!%_])", r"!\1", word) + "%" for word in wanted.words]
    return (f" WHERE {' AND '.join(parts)}" if parts else ""), values


class Tables:
    """The projections' tables of one store: caught up when they are read, built anew when their definition changed."""

    def __init__(self, log: Log) -> None:
        self._log = log

    @contextmanager
    def reading(self, *projections: Projection[Any]) -> Iterator["TableShelf"]:
        """A shelf on which the rows are those of the log as it is now.

        Where the tables cannot be written, since others keep the store locked or it is not ours to write to, what they
        lack is folded in memory. Raises UnknownKind, StoreMissing, StoreUnavailable."""
        behind = self._behind(projections)
        with suppress(StoreUnavailable):
            self._fold(behind)
        with self._log.reader() as reader:
            yield TableShelf(reader, self._positions(reader, projections))

    def catch_up(self, *projections: Projection[Any]) -> None:
        """Fold what is new into the tables. Nothing is written where nothing is new.

        Raises UnknownKind, StoreMissing, StoreUnavailable."""
        self._fold(self._behind(projections))

    def _behind(self, projections: Sequence[Projection[Any]]) -> list[Projection[Any]]:
        with self._log.reader() as reader:
            positions = self._positions(reader, projections)
            return [each for each in projections if (positions[each.name] or 0) < reader.head()[0]]

    def _fold(self, projections: Sequence[Projection[Any]]) -> None:
        for projection in projections:
            while self._chunk(projection):
                pass

    def _chunk(self, projection: Projection[Any]) -> bool:
        """Fold a chunk, and tell whether there is more."""
        table = table_of(projection)
        # Where the table stands is read under the one writer's lock, so no event is folded twice.
        with self._log.writer() as writer:
            position, head = self._positions(writer, [projection])[projection.name], writer.head()[0]
            if position is None:
                self._make(writer, table)
            after = position or 0
            reached = min(after + CHUNK, head)
            if after == reached:
                return False
            changed = _folded(writer, projection, after, reached)
            if changed is None:
                writer.run(f"DELETE FROM {table.name}")
                changed, reached = dict(projection.fold(events_now(writer, [projection]))), head
            writer.many(table.upsert, [table.values(row) for row in changed.values() if row is not None])
            writer.many(table.delete, [[key] for key, row in changed.items() if row is None])
            writer.run(SET_POSITION, [table.name, projection.name, projection.version, reached])
            return reached < head

    def _positions(self, reader: Reader, projections: Sequence[Projection[Any]]) -> dict[str, int | None]:
        """How far each table has come; None where there is none, or none that this code has folded from this log."""
        tables = {projection.name: table_of(projection).name for projection in projections}
        there = {row[0] for row in reader.among(*TABLES_THERE[self._log.dialect], [POSITIONS, *tables.values()])}
        noted = {row[0]: row[2] for row in reader.rows(GET_POSITIONS)} if POSITIONS in there else {}
        sound = {table: at for table, at in noted.items() if table in there and at <= reader.head()[0]}
        return {name: sound.get(table) for name, table in tables.items()}

    def _make(self, writer: Writer, table: RowTable) -> None:
        self._change(writer, CreateTable(positions, if_not_exists=True))
        own = [found[0] for found in writer.rows(GET_POSITIONS) if found[1] == table.projection.name]
        others = [name for name in own if name != table.name]
        for name in (table.name, *others[KEPT - 1 :]):
            self._change(writer, DropTable(Table(name, MetaData()), if_exists=True))
            writer.run(FORGET, [name])
        self._change(writer, CreateTable(table.table))

    def _change(self, writer: Writer, change: ExecutableDDLElement) -> None:
        """Change tables. Both databases take that back with the transaction."""
        writer.run(str(change.compile(dialect=make_url(f"{self._log.dialect}://").get_dialect()())))


class TableShelf:
    """The rows of projections in their tables, with what the tables have not come to yet folded in memory."""

    def __init__(self, reader: Reader, positions: Mapping[str, int | None]) -> None:
        self._reader = reader
        self._positions = positions

    def rows(self, projection: Projection[R], wanted: Wanted = EVERYTHING) -> list[R]:
        """The rows asked for, by key."""
        position, head = self._positions[projection.name], self._reader.head()[0]
        if position == head:
            return self._select(projection, wanted)
        newer = _folded(self._reader, projection, position, head) if position is not None else None
        if newer is None:
            return chosen(projection.fold(events_now(self._reader, [projection])), wanted)
        found = self._select(projection, replace(wanted, limit=None))
        rows = {getattr(row, projection.key): row for row in found} | newer
        return chosen({key: row for key, row in rows.items() if row is not None}, wanted)

    def _select(self, projection: Projection[R], wanted: Wanted) -> list[R]:
        table = table_of(projection)
        where, values = condition(wanted)
        sql = f"{table.select}{where} ORDER BY {table.key}"
        if wanted.limit is not None:
            sql, values = f"{sql} LIMIT ?", [*values, wanted.limit]
        return [table.row(found) for found in self._reader.rows(sql, values)]


def _folded(reader: Reader, projection: Projection[R], after: int, upto: int) -> dict[str, R | None] | None:
    """The rows that the events between two positions change, folded from how they stand in the table; None: gone.

    None in place of them all where an entry that the table has was corrected: only a fold from zero tells what follows
    from that."""
    table = table_of(projection)
    if after and any(
        _place(reader, *entry) <= after for entry in corrections(reader, [projection], after=after, upto=upto)
    ):
        return None
    events = list(events_now(reader, [projection], after=after, upto=upto))
    keys = list(dict.fromkeys(key for event in events for key in projection.keys(event)))
    held: dict[str, R | None] = {}
    if after:
        for found in reader.among(f"{table.select} WHERE", table.key, keys):
            row = table.row(found)
            held[getattr(row, projection.key)] = row
    projection.fold(events, held)
    return held


def _place(reader: Reader, stream: str, version: int) -> int:
    return int(reader.rows("SELECT position FROM events WHERE stream = ? AND version = ?", [stream, version])[0][0])
