"""What SQLAlchemy does for projections: the statements that make and drop their tables. It knows no row.

Apart from the reading of tables, which needs none of it: importing SQLAlchemy takes longer than most commands do."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, MetaData, Table, Text
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.schema import CreateTable, DropTable, ExecutableDDLElement

from engine.transactions import Writer
from projections.rows import Layout
from projections.versions import PARTS, QUARANTINE, VERSIONS

# By code point on both databases, whatever language the server sorts by.
Words = Text().with_variant(Text(collation="C"), "postgresql")
TYPES: dict[str, Any] = {"words": Words, "number": BigInteger(), "flag": Boolean(), "nested": Text()}


def _words(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Words, primary_key=key, nullable=False)


def _number(name: str, *, key: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=key, autoincrement=False, nullable=False)


_ABOUT = MetaData()
ABOUT = (
    Table(
        VERSIONS,
        _ABOUT,
        _words("rows_in", key=True),
        _words("name"),
        _number("version"),
        _words("definition"),
        _words("columns"),
        _words("key"),
        _words("role"),
        _number("position"),
        _number("target"),
        _number("parts"),
        _words("built_at"),
        _words("owner"),
        _words("beat_at"),
    ),
    Table(PARTS, _ABOUT, _words("rows_in", key=True), _number("part", key=True), _number("position")),
    Table(
        QUARANTINE,
        _ABOUT,
        _words("rows_in", key=True),
        _number("position", key=True),
        _words("name"),
        _words("stream"),
        _words("kind"),
        _words("keys"),
        _words("reason"),
        _words("quarantined_at"),
    ),
)


def make_about(writer: Writer, dialect: str) -> None:
    """Make the tables that tell about projections, where they are missing."""
    for table in ABOUT:
        _run(writer, dialect, CreateTable(table, if_not_exists=True))


def make_rows(writer: Writer, dialect: str, layout: Layout, name: str) -> None:
    """Make a table for rows."""
    key = layout.projection.key
    columns: list[Column[Any]] = [
        Column(each, TYPES[kind], primary_key=each == key, autoincrement=False) for each, kind in layout.columns.items()
    ]
    _run(writer, dialect, CreateTable(Table(name, MetaData(), *columns)))


def drop(writer: Writer, dialect: str, names: Iterable[str]) -> None:
    """Drop tables that are there."""
    with _pages_left_as_they_are(writer) if dialect == "sqlite" else nullcontext():
        for name in names:
            _run(writer, dialect, DropTable(Table(name, MetaData()), if_exists=True))


@contextmanager
def _pages_left_as_they_are(writer: Writer) -> Iterator[None]:
    """Without reading and zeroing each page that gets free, as some builds of SQLite do: no row here holds a secret."""
    before = writer.rows("PRAGMA secure_delete")[0][0]
    writer.run("PRAGMA secure_delete = OFF")
    try:
        yield
    finally:
        writer.run(f"PRAGMA secure_delete = {before}")


def _run(writer: Writer, dialect: str, change: ExecutableDDLElement) -> None:
    """Change tables. Both databases take that back with the transaction."""
    writer.run(str(change.compile(dialect=spoken(dialect))))


@cache
def spoken(name: str) -> Dialect:
    """A database's dialect of SQL by its name, imported when it is first asked for."""
    return make_url(f"{name}://").get_dialect()()
