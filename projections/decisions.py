"""The registry of decisions: each document on record and what it did. It opens no file and judges no paper."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from engine import events as e
from engine.envelope import Event, Fact
from engine.fields import Document
from engine.text import fold
from projections.kernel import Projection

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

papers = Projection("papers", 1, PaperRow, key="place")


def _named(event: Event) -> list[tuple[str, Document]]:
    fact: Any = event.fact
    found = [("document", event.document)]
    if isinstance(fact, e.TaskStarted):  # the contract is what it rests on
        found = [("contract", fact.contract), ("ethics", fact.ethics)]
    return [(role, paper) for role, paper in found if paper is not None and paper.number]


def _place(event: Event) -> str | None:
    return f"{event.stream}/{event.version}" if _named(event) else None


# The plans themselves are documents too; `khcn plan list` has them.
@papers.on(Fact, key=_place, begins=True)
def _told(_: PaperRow | None, __: Fact, event: Event) -> PaperRow:
    named = tuple(_paper(role, paper) for role, paper in _named(event))
    texts = [event.stream, *(text for paper in named for text in (paper.number, paper.issuer) if text)]
    return PaperRow(
        place=f"{event.stream}/{event.version}",
        position=event.position,
        stream=event.stream,
        version=event.version,
        kind=event.fact.KIND,
        on=event.on.isoformat(),
        numbers=tuple(paper.number for paper in named),
        papers=named,
        search=fold(" ".join(texts)),
    )


def _paper(role: str, paper: Document) -> Paper:
    return Paper(
        role=role,
        number=paper.number or "",
        date=paper.date.isoformat() if paper.date else None,
        issuer=paper.issuer,
        signer_capacity=paper.signer_capacity,
        file=paper.file,
        sha256=paper.sha256,
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
