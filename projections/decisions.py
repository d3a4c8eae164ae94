"""The registry of decisions: each document on record and what it did. It opens no file and judges no paper."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from msgspec import Struct

from engine import events as e
from engine.envelope import Event, Fact
from engine.fields import Document
from engine.text import fold
from projections.kernel import Projection, iso, place_of

Json = dict[str, Any]


class Paper(Struct, frozen=True):
    """A document that an event names, and as what: its decision, or the contract or ethics clearance beside it."""

    role: str
    number: str
    date: str | None
    issuer: str | None
    signer_capacity: str | None = None
    file: str | None = None
    sha256: str | None = None


class PaperRow(Struct, frozen=True):
    """An event with the documents that it rests on, under its place in the log."""

    place: str
    position: int
    stream: str
    version: int
    kind: str
    on: str
    numbers: tuple[str, ...]
    papers: tuple[Paper, ...]
    search: str = ""


HIDDEN = ("search", "papers", "place")

papers = Projection("papers", 1, PaperRow, key="place", named="place")


def _place(event: Event) -> str | None:
    paper = event.document
    return place_of(event) if paper is not None and paper.number else None


# The plans themselves are documents too; `khcn plan list` has them.
@papers.on(Fact, key=_place, begins=True)
def _told(_: PaperRow | None, __: Fact, event: Event) -> PaperRow:
    paper: Any = event.document
    return _row(event, (_paper("document", paper),), _words(paper.number), _words(paper.issuer or ""))


def _started_at(event: Event) -> str | None:
    return place_of(event) if any(paper.number for _, paper in _of_start(event)) else None


@papers.on(e.TaskStarted, key=_started_at, begins=True)
def _started(_: PaperRow | None, __: e.TaskStarted, event: Event) -> PaperRow:
    found = tuple([_paper(role, paper) for role, paper in _of_start(event) if paper.number])
    return _row(event, found, *[_words(text or "") for paper in found for text in (paper.number, paper.issuer)])


def _of_start(event: Event) -> list[tuple[str, Document]]:
    """The contract, which a start rests on, and the ethics clearance."""
    fact: Any = event.fact
    named = [("contract", fact.contract)]
    return named if fact.ethics is None else [*named, ("ethics", fact.ethics)]


def _row(event: Event, named: tuple[Paper, ...], *words: str) -> PaperRow:
    search = " ".join([fold(event.stream), *words])
    return PaperRow(
        place_of(event),
        event.position,
        event.stream,
        event.version,
        event.fact.KIND,
        iso(event.on),
        (named[0].number,) if len(named) == 1 else tuple([paper.number for paper in named]),
        named,
        search if "" not in words else " ".join(search.split()),
    )


_words = lru_cache(4096)(fold)  # one document does many things, and few issue them


def _paper(role: str, paper: Document) -> Paper:
    return Paper(
        role,
        paper.number or "",
        iso(paper.date) if paper.date else None,
        paper.issuer,
        paper.signer_capacity,
        paper.file,
        paper.sha256,
    )


def by_document(rows: Iterable[PaperRow]) -> list[Json]:
    """A row a document (number, date and issuer together), with everything it did: by date, number, issuer."""
    found: dict[tuple[str, str, str], Json] = {}
    for row in sorted(rows, key=lambda row: row.position):
        for paper in row.papers:
            known = found.setdefault(
                (paper.date or "", paper.number, paper.issuer or ""),
                {name: getattr(paper, name) for name in _COLUMNS} | {"did": []},
            )
            # What one entry leaves out another may tell.
            known |= {name: known[name] or getattr(paper, name) for name in _COLUMNS}
            did = {name: getattr(row, name) for name in ("position", "stream", "version", "kind", "on")}
            known["did"].append(did | {"as": paper.role})
    return [found[key] for key in sorted(found)]


_COLUMNS = ("number", "date", "issuer", "signer_capacity", "file", "sha256")
