"""Which documents with a file the log names, and whether the files are still what they were. It changes nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from engine.entries import event_of
from engine.envelope import Event, upcast
from engine.events import EntryCorrected
from engine.fields import Document
from engine.files import Condition, Files, is_digest
from engine.transactions import Row, as_bytes

HINT = b'"sha256":"'


@dataclass(frozen=True, slots=True)
class OnRecord:
    """A document whose file an event names by its SHA-256."""

    position: int
    stream: str
    version: int
    document: Document
    sha256: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of the files: how many are named, those in a bad condition, and those that nobody names."""

    named: int
    bad: tuple[tuple[OnRecord, Condition], ...]
    orphans: tuple[str, ...]


def documents(rows: Iterable[Row]) -> Iterator[OnRecord]:
    """Every document with a file, in the order of the log; each file once an event. Raises BadEvent, UnknownKind."""
    for row in rows:
        if HINT not in as_bytes(row.body):  # most events have none: they are not taken apart
            continue
        seen: set[str] = set()
        for document in _of(event_of(row)):
            digest = document.sha256
            if digest is not None and is_digest(digest) and digest not in seen:
                seen.add(digest)
                yield OnRecord(row.position, row.stream, row.version, document, digest)


def check(rows: Iterable[Row], files: Files) -> Checked:
    """Hold every file that the log names against its SHA-256; each is read once."""
    known: dict[str, Condition] = {}
    bad = []
    for found in documents(rows):
        if found.sha256 not in known:
            known[found.sha256] = files.condition(found.sha256)
        if known[found.sha256] != "whole":
            bad.append((found, known[found.sha256]))
    return Checked(len(known), tuple(bad), tuple(each for each in files.all() if each not in known))


def _of(event: Event) -> Iterator[Document]:
    if event.document is not None:
        yield event.document
    fact: Any = event.fact
    if isinstance(fact, EntryCorrected):
        if fact.document is not None:
            yield fact.document
        fact = upcast(fact.kind, fact.schema_, fact.data, event.position)
    for name in type(fact).model_fields:
        value = getattr(fact, name)
        if isinstance(value, Document):
            yield value
