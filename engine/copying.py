"""Copies a whole store, on SQLite or PostgreSQL, into an empty one: the log and what belongs to it. It derives nothing.

What the log can be folded into again, the decision index and the tables of registers, is left where it is: a copy of it
could only be wrong."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from engine.documents import documents
from engine.envelope import BadEvent, UnknownKind
from engine.files import Files, NotKept
from engine.storeerrors import EventGone
from engine.transactions import Reader, Writer, as_bytes, first_gone

PAGE = 2000
DIGEST = re.compile(rb'"sha256":"([0-9a-f]{64})"')
LEFT = ("schema", "fold")  # what a store says of itself: its shape, and whose fold its index is
Progress = Callable[[int, int], None]  # events copied, events there are


class Part(NamedTuple):
    """A table that is copied, by its first column, the key; `numbered`: the store it comes to numbers its rows anew."""

    table: str
    columns: tuple[str, ...]
    numbered: bool = False

    def pages(self, reader: Reader) -> Iterator[list[Any]]:
        """The rows, in pages."""
        listed, key = ", ".join(f'"{name}"' for name in self.columns), f'"{self.columns[0]}"'
        page = reader.rows(f"SELECT {listed} FROM {self.table} ORDER BY {key} LIMIT ?", [PAGE])
        while page:
            yield page
            sql = f"SELECT {listed} FROM {self.table} WHERE {key} > ? ORDER BY {key} LIMIT ?"
            page = reader.rows(sql, [page[-1][0], PAGE])


PARTS = (
    Part("events", ("position", "stream", "version", "kind", "recorded_at", "body")),
    Part("seals", ("position", "nodes")),
    Part("commands", ("command_id", "digest", "position", "stream", "version")),
    Part("checkpoints", ("id", "size", "note"), numbered=True),
    Part("refusals", ("id", "recorded_at", "actor", "command", "stream", "body"), numbered=True),
    Part("keys", ("person", "key")),
    Part("tracking", ("name", "position")),
    Part("meta", ("key", "value")),
)


def copy_store(reader: Reader, writer: Writer, progress: Progress = lambda *_: None) -> None:
    """Put everything that `reader` sees into the empty store of `writer`.

    Raises EventGone where the log lacks an event, and what the stores raise."""
    total, done = reader.head()[0], 0
    for part in PARTS:
        columns = part.columns[1:] if part.numbered else part.columns
        for page in part.pages(reader):
            if part.table == "events" and (gone := first_gone(done, page)) is not None:
                raise EventGone(gone)  # the copy's own guards would refuse what follows
            rows = [row[1:] for row in page] if part.numbered else page
            if part.table == "meta":
                rows = [row for row in rows if row[0] not in LEFT]
            writer.put(part.table, columns, columns[0], [], rows)
            if part.table == "events":
                done += len(page)
                progress(done, total)


def named_files(reader: Reader) -> list[str]:
    """The SHA-256 of every file of a document that the log names; of an event that cannot be read, of every file."""
    named: dict[str, None] = {}
    for row in reader.events():
        row = row._replace(body=as_bytes(row.body))
        try:
            named |= dict.fromkeys(found.sha256 for found in documents([row]))
        except (BadEvent, UnknownKind):
            named |= dict.fromkeys(digest.decode() for digest in DIGEST.findall(row.body))
    return list(named)


def copy_files(named: Sequence[str], source: Files, target: Files) -> tuple[int, list[str]]:
    """Keep in `target` what `source` keeps of the files with these SHA-256: how many are there, and which are not.

    A file that is there already is not copied again. Raises FilesUnavailable where `target` cannot be written."""
    gone = []
    for digest in named:
        try:
            target.take_over(digest, source)
        except NotKept:
            gone.append(digest)
    return len(named) - len(gone), gone
