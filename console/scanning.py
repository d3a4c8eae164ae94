"""`khcn audit scan`: is a text anywhere in the store, or in files that were made of it?"""

from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import click

from console.exporting import store_file
from console.frame import Failure, Leaf, Setting, form_options
from console.speech import put_rows, say
from engine.catalogue import N_

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"


@click.command(cls=Leaf)
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--text",
    type=click.File("r", encoding="utf-8"),
    default="-",
    metavar="FILE",
    help=say(N_("The file that holds the text; by default it is read from standard input, so that no shell keeps it.")),
)
@form_options
@click.pass_obj
def scan(setting: Setting, files: tuple[Path, ...], text: TextIO, form: str) -> int:
    """Look for a text in every byte of the store and of FILES (or folders): plain, escaped, in base64, zipped.

    After an erasure this shows that the name is nowhere. Exit 6 if it is found."""
    from engine.scan import FEWEST, occurrences, spellings

    try:
        wanted = text.read().strip()
    except UnicodeDecodeError:
        raise Failure(2, N_("{file} is not text in UTF-8."), file=text.name) from None
    if len(wanted) < FEWEST:
        raise Failure(2, N_("Give a text of at least {count} characters."), count=FEWEST)
    sought, looked, found = spellings(wanted), 0, []
    for name, data in (*_store(setting), *_files(files)):
        looked += len(data)
        found += [{"place": place, "spelt": how} for place, how in occurrences(name, data, sought)]
    if form != "table" or found:
        put_rows(found, form)
    else:
        click.echo(say(N_("It is nowhere in {count} bytes."), count=looked))
    return 6 if found else 0


def _store(setting: Setting) -> Iterator[tuple[str, bytes]]:
    """All that the store consists of: the files of SQLite; on PostgreSQL every row of every table as text."""
    with setting.log() as log, log.reader() as reader:
        if log.dialect == "postgresql":
            for (table,) in reader.rows(TABLES):
                rows = reader.rows(f'SELECT t::text FROM "{table}" AS t')
                yield str(table), "\n".join(str(row[0]) for row in rows).encode()
            return
    file = store_file(setting.db)
    assert file is not None
    beside = sorted(path for path in file.parent.glob(f"{file.name}*") if path.is_file())
    yield from ((str(path), path.read_bytes()) for path in beside)
    yield from _files((file.with_name(f"{file.name}.files"),))


def _files(given: tuple[Path, ...]) -> Iterator[tuple[str, bytes]]:
    for place in given:
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.is_file():
                yield str(path), path.read_bytes()
