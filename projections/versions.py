"""Which tables hold a projection: the live one, one being built, the one before; how far each has come, what it lacks.

A version of a projection is a table under a name of its own, which it keeps for life. What readers go by is a row that
says which table is live: it changes within one transaction, so a reader sees one version or the other, whole."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from engine.log import Log, Reader, Writer
from projections.folding import Changed, Poison
from projections.kernel import Projection
from projections.rows import RowTable, definition, layout_of

VERSIONS, PARTS, QUARANTINE = "projection_versions", "projection_parts", "projection_quarantine"
LIVE, OLD, NEW, GONE = "live", "old", "new", "gone"
THERE = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND (name LIKE ? OR name LIKE ?)",
    "postgresql": (
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND pg_table_is_visible(oid) "
        "AND has_table_privilege(oid, 'SELECT') AND (relname LIKE ? OR relname LIKE ?)"
    ),
}
COLUMNS = (
    'rows_in, name, version, definition, "columns", "key", "role", "position", target, parts, built_at, owner, beat_at'
)
SELECT = f"SELECT {COLUMNS} FROM {VERSIONS} ORDER BY name, rows_in"
INSERT = f"INSERT INTO {VERSIONS} ({COLUMNS}) VALUES ({', '.join('?' * 13)})"
INSERT_PART = f'INSERT INTO {PARTS} (rows_in, part, "position") VALUES (?, ?, ?)'
PUT_POISON = (
    f'INSERT INTO {QUARANTINE} (rows_in, "position", name, stream, kind, "keys", reason, quarantined_at) '
    'VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (rows_in, "position") DO UPDATE SET reason = excluded.reason'
)
GET_POISON = f'SELECT rows_in, "position", stream, kind, name, "keys", reason, quarantined_at FROM {QUARANTINE}'
FEW = 100  # rows that are put one by one; more go by the driver's way for many


class Version(NamedTuple):
    """A table of a projection. `role`: live, old (the one before), new (being built), gone (to be dropped).

    Of a version being built `position` is how far every part has come, `target` what it is built up to first, and
    `owner` who builds it, empty where nobody does."""

    rows_in: str
    name: str
    version: int
    definition: str
    columns: str
    key: str
    role: str
    position: int
    target: int
    parts: int
    built_at: str
    owner: str
    beat_at: str

    def is_of(self, projection: Projection[Any]) -> bool:
        """Whether it was folded by the definition that this program has."""
        return self.name == projection.name and self.definition == definition(projection)


class Held(NamedTuple):
    """An event in quarantine: which table lacks it, and since when."""

    rows_in: str
    poison: Poison
    since: str


class Book:
    """The versions that are on record and whose tables are there, as one view of the store has them."""

    def __init__(self, reader: Reader, dialect: str) -> None:
        self.tables = {row[0] for row in reader.rows(THERE[dialect], ["registry%", "projection%"])}
        self.noted: list[Version] = []
        self._reader = reader
        if VERSIONS in self.tables:
            self.noted = [Version._make(row) for row in reader.rows(SELECT)]
        head = reader.head()[0]
        self.versions = [each for each in self.noted if each.rows_in in self.tables and each.position <= head]

    def live(self, projection: Projection[Any]) -> Version | None:
        """The table that this program reads: the live one, or the one before where that is of another release."""
        own = [each for each in self.versions if each.is_of(projection) and each.role in (LIVE, OLD)]
        return next((each for each in own if each.role == LIVE), own[0] if own else None)

    def role(self, name: str, role: str) -> Version | None:
        """The version of a projection in a role, whatever release it is of."""
        return next((each for each in self.versions if each.name == name and each.role == role), None)

    def stale(self, projection: Projection[Any]) -> bool:
        """Whether there is a live table, but none that this program's definition has folded."""
        return self.live(projection) is None and self.role(projection.name, LIVE) is not None

    def held(self, *tables: str) -> list[Held]:
        """What is in quarantine, of all tables or of these."""
        if QUARANTINE not in self.tables:
            return []
        found = self._reader.rows(f'{GET_POISON} ORDER BY "position", name')
        return [
            Held(row[0], Poison(row[1], row[2], row[3], row[4], tuple(json.loads(row[5])), row[6]), row[7])
            for row in found
            if not tables or row[0] in tables
        ]

    def part_positions(self, table: str) -> list[int]:
        """How far each part of a version being built has come."""
        sql = f'SELECT "position" FROM {PARTS} WHERE rows_in = ? ORDER BY part'
        return [int(row[0]) for row in self._reader.rows(sql, [table])]


def table_of(projection: Projection[Any], version: Version) -> RowTable:
    """The statements for a version of a projection."""
    return RowTable(layout_of(projection), version.rows_in)


def fetching(reader: Reader, tables: dict[str, RowTable]) -> Any:
    """What fetches rows by key from the tables of projections."""

    def fetch(projection: Projection[Any], keys: Sequence[str]) -> dict[str, Any]:
        table = tables[projection.name]
        layout = table.layout
        found = reader.among(f"{table.select} WHERE", table.key, keys)
        return {values[layout.place]: layout.row(values) for values in found}

    return fetch


def make(
    writer: Writer, log: Log, book: Book, projection: Projection[Any], *, role: str, at: str, **build: Any
) -> Version:
    """Make an empty table for a projection, and put it on record."""
    from projections.tables import drop, make_about, make_rows

    if VERSIONS not in book.tables or QUARANTINE not in book.tables or PARTS not in book.tables:
        make_about(writer, log.dialect)
    layout, code = layout_of(projection), definition(projection)
    stem = f"registry_{projection.name}_{projection.version}_{code}_"
    serial = 1 + max((int(name.removeprefix(stem)) for name in book.tables if name.startswith(stem)), default=0)
    name = f"{stem}{serial}"
    lost = [each.rows_in for each in book.noted if each.name == projection.name and each not in book.versions]
    forget(writer, lost)
    drop(writer, log.dialect, [each for each in lost if each in book.tables])
    make_rows(writer, log.dialect, layout, name)
    columns = json.dumps(list(layout.fields))
    made = Version(
        name, projection.name, projection.version, code, columns, projection.key, role, 0, 0, 1, at, "", at
    )._replace(**build)
    writer.run(INSERT, made)
    book.tables.add(name)
    return made


def forget(writer: Writer, tables: Iterable[str]) -> None:
    """Take tables off the record."""
    for name in tables:
        for about in (VERSIONS, PARTS, QUARANTINE):
            writer.run(f"DELETE FROM {about} WHERE rows_in = ?", [name])


def note(writer: Writer, version: Version, **changes: Any) -> Version:
    """Change what is on record of a version."""
    sets = ", ".join(f'"{name}" = ?' for name in changes)
    writer.run(f"UPDATE {VERSIONS} SET {sets} WHERE rows_in = ?", [*changes.values(), version.rows_in])
    return version._replace(**changes)


def put_rows(writer: Writer, table: RowTable, changed: Changed) -> None:
    """Bring rows of a table up to what became of them."""
    putting(table, changed)(writer)


def putting(table: RowTable, changed: Changed) -> Callable[[Writer], None]:
    """What brings rows of a table up to what became of them. All that needs no store is done, while nobody waits."""
    rows, values, key = changed.rows, table.layout.values, table.key
    kept = [values(row) for row in rows.values() if row is not None]
    gone = [[name] for name, row in rows.items() if row is None] if len(kept) < len(rows) else []

    def put(writer: Writer) -> None:
        if len(kept) <= FEW:
            writer.many(table.upsert, kept)
            writer.many(table.delete, gone)
        else:
            writer.put(table.name, table.columns, key, list(changed.known), kept)

    return put


def put_poison(writer: Writer, version: Version, poison: Iterable[Poison], at: str) -> None:
    """Put events into the quarantine of a version."""
    writer.many(
        PUT_POISON,
        [
            [
                version.rows_in,
                each.position,
                version.name,
                each.stream,
                each.kind,
                json.dumps(each.keys),
                each.reason,
                at,
            ]
            for each in poison
        ],
    )
