"""`khcn audit scan`: is a text anywhere in the store, or in files that were made of it?"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from console.attaching import folder_of
from console.clickwords import TextFile
from console.files import BESIDE_A_DATABASE
from console.frame import Failure, Leaf, Setting, form_options
from console.speech import put, put_rows, say
from engine.catalogue import N_, Message

if TYPE_CHECKING:
    from engine.log import Reader, Row
    from engine.scan import Sighting

COLUMNS = ("place", "spelt", "unread", "message", "cure")
TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename",
}
ROWS_AT_ONCE = 10_000


@click.command(cls=Leaf)
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--text",
    type=TextFile(),
    default="-",
    metavar="FILE",
    help=say(N_("The file that holds the text; by default it is read from standard input, so that no shell keeps it.")),
)
@form_options
@click.pass_obj
def scan(setting: Setting, files: tuple[Path, ...], text: TextIO, form: str) -> int:
    """Look for a text in every byte of the store and of FILES (or folders): plain, escaped, in base64, zipped.

    After an erasure this shows that the name is nowhere. Exit 6 if it is found; 2 if it is not, but something could not
    be looked into: what is encrypted, packed in an unknown way, damaged, or a PDF is told with what to do about it."""
    from engine.scan import FEWEST, Sighting, sightings, spellings

    try:
        wanted = text.read().strip()
    except UnicodeDecodeError:
        raise Failure(2, N_("{file} is not text in UTF-8."), file=text.name) from None
    if len(wanted) < FEWEST:
        raise Failure(2, N_("Give a text of at least {count} characters."), count=FEWEST)
    sought, looked = spellings(wanted), 0
    seen: list[Sighting] = []
    for name, data in chain(_store(setting), _files(files)):
        if isinstance(data, str):
            seen.append(Sighting(name, unread=data))
            continue
        looked += len(data)
        seen += sightings(name, data, sought)
    seen = list(dict.fromkeys(seen))
    found, unread = [each for each in seen if each.spelt], [each for each in seen if each.unread]
    if form == "table":
        _put_seen(found, unread, looked)
    else:
        put_rows([_row(each) for each in seen], form, head=COLUMNS)
    return 6 if found else 2 if unread else 0


def _put_seen(found: Sequence[Sighting], unread: Sequence[Sighting], looked: int) -> None:
    if found:
        put_rows([{"found_in": each.place, "spelt": each.spelt} for each in found], "table")
    for each in unread:
        row = _row(each)
        put(f"✗ {row['message']}")
        put(f"  → {row['cure']}")
    if unread:
        put(say(N_("Places that were not looked into, so that nobody knows: {count}."), count=len(unread)))
    if not found:
        text = N_("In the rest it is nowhere: {count} bytes.") if unread else N_("It is nowhere in {count} bytes.")
        put(say(text, count=looked))


def _row(seen: Sighting) -> dict[str, str | None]:
    """A sighting as a script reads it: `unread` names the reason, `message` and `cure` say it to a person."""
    from engine.scan import CURES, REASONS

    row = dict.fromkeys(COLUMNS) | {"place": seen.place, "spelt": seen.spelt, "unread": seen.unread}
    if seen.unread:
        text = N_("{place} was not looked into: {reason}.")
        row |= {
            "message": say(text, place=seen.place, reason=Message(REASONS[seen.unread])),
            "cure": say(CURES[seen.unread]),
        }
    return row


def _store(setting: Setting) -> Iterator[tuple[str, bytes | str]]:
    """All that the store consists of, with the reason where it cannot be read: every row of every table, on SQLite the
    files too, where deleted rows may linger, and the kept files, wherever they lie."""
    with setting.log() as log, log.reader() as reader:
        yield from _tables(reader, TABLES[log.dialect])
        store, kept = log.file, folder_of(log.file)
        nowhere = (kept is None or not kept.is_dir()) and _names_files(reader.events())
    if store is not None:
        yield from _beside(Path(store))
    if nowhere:
        yield str(kept or "KHCN_FILES"), "no_folder"
    elif kept is not None and kept.is_dir():
        yield from _files((kept,))


def _beside(store: Path) -> Iterator[tuple[str, bytes | str]]:
    """The file of a store and all that begin with its name: SQLite's own, and copies that somebody put there."""
    try:
        names = [name for name in sorted(os.listdir(store.parent)) if name.startswith(store.name)]
    except OSError:  # a folder whose files can be opened by name alone
        yield str(store.parent), "unreadable"
        names = [store.name, *(f"{store.name}{end}" for end in BESIDE_A_DATABASE)]
    for path in map(store.with_name, names):
        if not _holds_nothing(path):
            yield str(path), _content(path)


def _tables(reader: Reader, listed: str) -> Iterator[tuple[str, bytes | str]]:
    """The rows of every table: the database puts together what its pages hold in pieces."""
    from engine.log import StoreDamaged
    from engine.transactions import as_bytes

    for (table,) in reader.rows(listed):
        sql, done = f'SELECT * FROM "{table}" ORDER BY 1 LIMIT {ROWS_AT_ONCE} OFFSET ?', 0
        try:
            while rows := reader.rows(sql, [done]):
                yield str(table), b"\n".join(as_bytes(value) for row in rows for value in row if value is not None)
                done += len(rows)
        except StoreDamaged:
            yield str(table), "damaged"


def _names_files(rows: Iterable[Row]) -> bool:
    """Whether a document on record has a file; of a log that cannot be read nobody can say that none has."""
    from engine.documents import documents
    from engine.envelope import BadEvent, UnknownKind

    try:
        return next(documents(rows), None) is not None
    except (BadEvent, UnknownKind):
        return True


def _files(given: tuple[Path, ...]) -> Iterator[tuple[str, bytes | str]]:
    """Each file, also in folders, with what is in it; the reason where it, or a folder, may not be read."""
    for place in given:
        if not place.is_dir():
            yield str(place), _content(place)
            continue
        shut: list[OSError] = []
        been: set[str] = set()  # of links to folders, some lead back to where they are
        for folder, within, names in os.walk(place, onerror=shut.append, followlinks=True):
            within[:] = [name for name in sorted(within) if _first_time(os.path.join(folder, name), been)]
            for path in (Path(folder, name) for name in sorted(names)):
                if not _holds_nothing(path):
                    yield str(path), _content(path)
        yield from ((str(error.filename), "unreadable") for error in shut)


def _first_time(folder: str, been: set[str]) -> bool:
    real = os.path.realpath(folder)
    first = real not in been
    been.add(real)
    return first


def _holds_nothing(path: Path) -> bool:
    """Whether it is no file: a pipe, a device, a link to nothing."""
    try:
        return not path.is_file()
    except OSError:  # nobody can tell
        return False


def _content(path: Path) -> bytes | str:
    try:
        return path.read_bytes()
    except OSError:
        return "unreadable"
