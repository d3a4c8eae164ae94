"""`khcn audit export`: the whole record, for an auditor's own programs and for tools that mine processes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import click

from console.frame import Failure, Leaf, Setting
from console.speech import say, tell
from engine.catalogue import N_

if TYPE_CHECKING:
    from engine.log import Reader

FORMATS = ("ocel", "xes", "jsonl", "ocel-sqlite")
SQLITE = "sqlite:///"


@click.command(cls=Leaf)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    required=True,
    help=say(N_("OCEL 2.0 in JSON, XES, JSON lines, or OCEL 2.0 in an SQLite file.")),
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help=say(N_("Write to this file (default: standard output; ocel-sqlite needs a file).")),
)
@click.pass_obj
def export(setting: Setting, form: str, output: Path | None) -> int:
    """Hand on every event of the log. JSON lines hold the sealed bytes themselves; docs/exports.md has the formats."""
    if output is None and form == "ocel-sqlite":
        raise Failure(2, N_("An SQLite file cannot go to standard output: name a file with -o FILE."))
    with setting.log() as log, log.reader() as reader:
        events = reader.head()[0]
        if output is None:
            _put(_chunks(form)(reader))
        elif form == "ocel-sqlite":
            from exporting.ocelsqlite import write

            with new_file(output, setting.db) as file:
                write(reader, file)
        else:
            with new_file(output, setting.db) as file, file.open("xb") as out:
                out.writelines(_chunks(form)(reader))
    if output is not None:
        tell(N_("{file}: {events} events."), file=str(output), events=events)
    return 0


def _chunks(form: str) -> Callable[[Reader], Iterator[bytes]]:
    if form == "jsonl":
        from exporting.jsonl import lines

        return lines
    if form == "xes":
        from exporting.xes import chunks as xes

        return xes
    from exporting.ocel import chunks

    return chunks


def _put(chunks: Iterable[bytes]) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.writelines(chunks)
    sys.stdout.buffer.flush()


@contextmanager
def new_file(output: Path, store: str) -> Iterator[Path]:
    """A file beside `output` to write to, put in its place once it is whole: a reader never sees half of one.

    The store itself is never written over."""
    if store.startswith(SQLITE) and output.exists():
        kept = Path(unquote(store.removeprefix(SQLITE).split("?")[0]))
        if kept.exists() and output.samefile(kept):
            raise Failure(2, N_("{file} is the store itself: name another file."), file=str(output))
    beside = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        yield beside
        beside.replace(output)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Failure(2, N_("{file} cannot be written: {reason}"), file=str(output), reason=reason) from None
    finally:
        beside.unlink(missing_ok=True)
