"""What a fold reads, asks for and leaves to others: no more than its rows need, and the same rows come of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from engine import events as e
from engine.envelope import Event
from engine.fields import Document
from engine.log import Log
from engine.text import fold as searched
from projections import folding
from projections.decisions import papers
from projections.decoding import reader_of
from projections.folding import Fold, Part, Poisoned, is_local, streams_of
from projections.kernel import Projection
from tests.projections.shelves import EVERY, append, events_of, history
from tests.projections.test_decoding import SAMPLES

# Of the history, and the samples where they belong.
EVENTS = [
    *events_of(history()),
    *(replace(event, stream=event.fact.stream()) for event in events_of(SAMPLES)),
]
OWNERS = {each.name: streams_of(each) for each in EVERY}


def rows_of(part: Part | None = None) -> dict[str, dict[str, Any]]:
    fold = Fold(EVERY, part=part)
    fold.take(history())
    return fold.rows()


@pytest.mark.parametrize("projection", EVERY, ids=lambda each: each.name)
def test_what_is_said_to_change_rows_of_its_own_stream_changes_no_others(projection: Projection[Any]) -> None:
    local = [event for event in EVENTS if projection.rule(type(event.fact)) and is_local(projection, type(event.fact))]
    others = [
        event for event in local for key in projection.keys(event) if OWNERS[projection.name](key) != event.stream
    ]

    assert local, "nothing is said of it"
    assert others == []


@pytest.mark.parametrize("of", [2, 3, 7])
def test_each_row_is_folded_by_one_part_and_is_what_the_whole_fold_makes_of_it(of: int) -> None:
    parts = [rows_of(Part(number, of)) for number in range(of)]
    counted = Counter((name, key) for part in parts for name, rows in part.items() for key in rows)
    together: dict[str, dict[str, Any]] = {each.name: {} for each in EVERY}
    for part in parts:
        for name, rows in part.items():
            together[name] |= rows

    assert set(counted.values()) == {1}
    assert together == rows_of()


def test_a_part_reads_only_the_events_that_change_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    part, read = Part(0, 3), []

    def counting(fact: Any) -> Any:
        take = reader_of(fact)

        def one(row: Any) -> Event:
            read.append(row[0])
            return take(row)

        return one

    monkeypatch.setattr(folding, "reader_of", counting)
    rows_of(part)
    own = [each.position for each in events_of(history()) if part.has(each.stream)]
    changing = [
        event.position
        for event in events_of(history())
        for projection in EVERY
        for key in projection.keys(event)
        if part.has(OWNERS[projection.name](key))
    ]
    # A merger of units tells whose rows it changes only when it is read.
    mergers = [event.position for event in events_of(history()) if isinstance(event.fact, e.UnitsMerged)]

    assert sorted(read) == sorted({*own, *changing, *mergers})
    assert len(read) < len(history()) * 2 / 3


def test_each_row_is_asked_for_once_and_one_of_a_single_event_never(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    append(log, history())
    asked: list[tuple[str, str]] = []

    def fetch(projection: Projection[Any], keys: Sequence[str]) -> dict[str, Any]:
        asked.extend((projection.name, key) for key in keys)
        return {}

    monkeypatch.setattr(folding, "AT_ONCE", 11)
    fold = Fold(EVERY, fetch=fetch)
    with log.reader() as reader:
        fold.run(reader, 0, len(history()))

    assert set(Counter(asked).values()) == {1}
    assert {name for name, _ in asked} >= {"tasks", "funding", "sessions"}
    assert {name for name, _ in asked}.isdisjoint({"papers", "seminars"})
    assert fold.rows() == rows_of()


class Count(Struct, frozen=True):
    person: str
    told: int = 0


def failing(name: str, kind: Any) -> Projection[Count]:
    made = Projection(name, 1, Count, key="person")
    made.on(e.PersonAdded, begins=True)(lambda _, fact, __: Count(fact.person))
    made.on(kind)(lambda row, _, __: replace(row, told=1 // 0))
    return made


def test_of_several_events_that_cannot_be_taken_the_first_stops_a_fold() -> None:
    placed = []
    for position, kind in enumerate(("person_added", "role_granted", "role_revoked"), 1):
        row = next(row for row in SAMPLES if row.kind == kind)
        body = row.body.replace(b'"person":"admin"', b'"person":"p1"')
        placed.append(row._replace(position=position, body=body))
    assert len({event.fact.stream() for event in events_of(placed)}) == 1

    with pytest.raises(Poisoned, match="position 2"):
        Fold([failing("late", e.RoleRevoked), failing("early", e.RoleGranted)]).take(placed)


def test_what_is_searched_for_of_a_document_is_its_stream_numbers_and_issuers() -> None:
    started = next(event for event in EVENTS if isinstance(event.fact, e.TaskStarted))
    ethics = Document(number="5/GCN-HĐĐĐ", issuer="Hội đồng  Đạo đức")
    both = replace(started, stream="task:Đ1", fact=started.fact.model_copy(update={"ethics": ethics}))
    rows = papers.fold([*EVENTS, both])
    texts = {
        key: [row.stream, *(text for paper in row.papers for text in (paper.number, paper.issuer) if text)]
        for key, row in rows.items()
    }

    assert {key: row.search for key, row in rows.items()} == {
        key: searched(" ".join(each)) for key, each in texts.items()
    }
    assert [row.search for row in rows.values() if len(row.papers) > 1] == [
        "task:d1 01/hd so y te 5/gcn-hddd hoi dong dao duc"
    ]
