"""The log as OCEL 2.0 in an SQLite file: a table for each type of event and of object, and their relations."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from engine.log import Reader
from exporting.facts import Value
from exporting.mining import BEGINNING, Mined, type_of

_SQL = {"boolean": "BOOLEAN", "integer": "INTEGER", "time": "TIMESTAMP", "string": "TEXT"}

_TABLES = """
CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES event_map_type (ocel_type));
CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES object_map_type (ocel_type));
CREATE TABLE event_object (
    ocel_event_id TEXT REFERENCES event (ocel_id), ocel_object_id TEXT REFERENCES object (ocel_id),
    ocel_qualifier TEXT, PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier)
);
CREATE TABLE object_object (
    ocel_source_id TEXT REFERENCES object (ocel_id), ocel_target_id TEXT REFERENCES object (ocel_id),
    ocel_qualifier TEXT, PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier)
);
"""


def write(reader: Reader, file: Path) -> None:
    """Write the log into a new file. Raises what Mined does, and OSError where it is there or cannot be written."""
    if file.exists():
        raise FileExistsError(str(file))
    connection = sqlite3.connect(file)
    try:
        connection.executescript("PRAGMA journal_mode = OFF;" + _TABLES)
        _Filling(connection).all(Mined(reader))
        connection.commit()
    except sqlite3.OperationalError as error:
        raise OSError(0, str(error)) from error
    finally:
        connection.close()


class _Filling:
    """Puts rows into tables that come into being, and grow columns, as rows ask for them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._put = connection.execute
        self._columns: dict[str, set[str]] = {}

    def all(self, mined: Mined) -> None:
        """Everything: the events, the things they speak of, and what these are bound to."""
        for event in mined.events():
            self._type("event", event.type)
            self._put("INSERT INTO event VALUES (?, ?)", (event.ident, event.type))
            self._row("event", event.type, {"ocel_id": event.ident, "ocel_time": event.time}, event.attributes)
            self._relate("event_object", event.ident, event.relations)
        for thing, bound in mined.things():
            self._type("object", thing.kind)
            self._put("INSERT INTO object VALUES (?, ?)", (thing.ident, thing.kind))
            start = {"ocel_id": thing.ident, "ocel_time": BEGINNING, "ocel_changed_field": None}
            self._row("object", thing.kind, start, {"on_record_since": thing.since, **thing.first})
            for when, name, value in thing.changes:
                head = {"ocel_id": thing.ident, "ocel_time": when, "ocel_changed_field": name}
                self._row("object", thing.kind, head, {name: value})
            self._relate("object_object", thing.ident, bound)

    def _type(self, what: str, name: str) -> None:
        table = f"{what}_{name}"
        if table not in self._columns:
            own = f"ocel_id TEXT{'' if what == 'object' else ' PRIMARY KEY'} REFERENCES {what} (ocel_id)"
            changed = ", ocel_changed_field TEXT" if what == "object" else ""
            self._put(f'CREATE TABLE "{table}" ({own}, ocel_time TIMESTAMP{changed})')
            self._put(f"INSERT INTO {what}_map_type VALUES (?, ?)", (name, name))
            self._columns[table] = set()

    def _row(self, what: str, name: str, head: Mapping[str, str | None], values: Mapping[str, Value]) -> None:
        table = f"{what}_{name}"
        for column, value in values.items():
            if column not in self._columns[table]:
                self._put(f'ALTER TABLE "{table}" ADD COLUMN "{column}" {_SQL[type_of(column, value)]}')
                self._columns[table].add(column)
        row = {**head, **values}
        names = ", ".join(f'"{each}"' for each in row)
        self._put(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(row))})', tuple(row.values()))

    def _relate(self, table: str, ident: str, found: list[tuple[str, str]]) -> None:
        for other, how in found:
            self._put(f"INSERT INTO {table} VALUES (?, ?, ?)", (ident, other, how))
