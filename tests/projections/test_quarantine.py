"""An event that a projection cannot take: readers go on and are warned, its rows are marked, and it is tried again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from engine.envelope import KINDS, BadEvent, UnknownKind
from engine.log import Log, Row
from projections import quarantine
from projections.folding import Poison, Poisoned
from projections.funding import funding
from projections.glance import Lacking, lacking, task_now
from projections.history import refolded
from projections.kernel import Projection
from projections.quarantine import retry, waiting
from projections.registries import REGISTRIES, registry
from projections.store import Tables
from projections.tasks import tasks
from tests.projections.releases import Release, cut, never_heard
from tests.projections.shelves import (
    DAY,
    append,
    book,
    check,
    events_of,
    everything,
    folded,
    founding,
    history,
    lives,
    past_of,
    shelved,
    stored,
)


def task_of(row: Row) -> str:
    return row.stream.removeprefix("task:")


def place_of(kind: str, after: int = 0) -> int:
    """Where the first event of a kind stands."""
    return next(row.position for row in history() if row.kind == kind and row.position > after)


def damaged(place: int, change: Any) -> list[Row]:
    return [change(row) if row.position == place else row for row in history()]


def read(log: Log, name: str) -> tuple[list[dict[str, Any]], list[Poison]]:
    """A registry, and what its reader is warned of."""
    told: list[Poison] = []

    def warn(poison: Sequence[Poison]) -> None:
        told.extend(poison)

    return registry(log, name, day=DAY, warn=warn), told


@pytest.mark.parametrize("damage", [never_heard, cut], ids=["unknown", "unreadable"])
def test_a_reader_goes_on_past_an_event_that_nobody_can_read_and_is_told_of_it(log: Log, damage: Any) -> None:
    place = place_of("task_approved")
    append(log, damaged(place, damage))
    found, told = read(log, "tasks")
    task = task_of(history()[place - 1])

    assert {(each.position, each.stream) for each in told} == {(place, f"task:{task}")}
    assert {row["task"] for row in found if row.get("doubtful")} == {task}
    assert [row["task"] for row in found] == [row.task for row in stored(log, tasks)]


def test_what_is_not_read_of_it_is_not_marked(log: Log) -> None:
    append(log, damaged(place_of("task_approved"), never_heard))
    rows, told = read(log, "publications")

    assert {row["task"] for row in rows if row.get("doubtful")} <= {key for each in told for key in each.keys}


def test_no_reader_is_warned_where_nothing_is_wrong(log: Log) -> None:
    append(log, history())

    for name in REGISTRIES:
        rows, told = read(log, name)
        assert (told, [row for row in rows if "doubtful" in row]) == ([], [])


def test_the_other_rows_are_none_the_worse(log: Log) -> None:
    place = place_of("task_approved")
    append(log, damaged(place, never_heard))
    expected = {row.task: row for row in folded_without(place)}
    found = {row.task: row for row in shelved(log, [tasks])["tasks"]}
    task = task_of(history()[place - 1])

    assert found.keys() == expected.keys()
    assert {name: row for name, row in found.items() if name != task} == {
        name: row for name, row in expected.items() if name != task
    }


def folded_without(place: int) -> list[Any]:
    rows = tasks.fold(events_of(row for row in history() if row.position != place))
    return list(rows.values())


def test_a_past_day_is_not_told_of_without_an_event_that_counts(log: Log) -> None:
    append(log, damaged(place_of("task_approved"), never_heard))
    with pytest.raises(UnknownKind):
        past_of(log, [tasks], as_of=date(2026, 11, 20))


def test_what_was_recorded_after_the_time_asked_for_need_not_be_known(log: Log) -> None:
    place = place_of("task_approved")
    then = events_of(history()[place - 2 : place - 1])[0].recorded_at
    append(log, damaged(place, cut))
    with pytest.raises(BadEvent):
        past_of(log, [tasks])

    assert past_of(log, [tasks], known_at=then).rows(tasks) == list(
        tasks.fold(events_of(history()[: place - 1])).values()
    )


def test_while_the_store_is_locked_the_reader_is_told_all_the_same(log: Log) -> None:
    place = place_of("task_approved")
    append(log, damaged(place, never_heard))
    with Log.open(log.url, timeout=0.1) as other, log.writer():
        _, told = read(other, "tasks")

    assert {each.position for each in told} == {place}


def poisoned(release: Release, name: str, place: int) -> Projection[Any]:
    return release(name, first=f"assert event.position != {place}, 'too heavy'")


def test_what_a_handler_cannot_take_is_told_with_its_row_and_reason(log: Log, release: Release) -> None:
    place = place_of("task_approved")
    tally = poisoned(release, "tally_bad", place)
    append(log, history()[: place + 5])
    [caught] = Tables(log).catch_up(tally)
    [held] = waiting(log, ["tally"])

    assert caught.poison == 1
    assert held.poison == Poison(
        place,
        history()[place - 1].stream,
        "task_approved",
        "tally",
        (task_of(history()[place - 1]),),
        "AssertionError: too heavy",
    )


def test_of_a_stream_it_is_told_what_its_state_lacks_and_what_is_in_quarantine(log: Log, release: Release) -> None:
    place = place_of("task_approved")
    stream = history()[place - 1].stream
    append(log, history()[: place + 5])
    with log.reader() as reader:
        newest = reader.version(stream)
        assert lacking(reader, log.dialect, stream, newest) == []  # and no register was ever built
    Tables(log).catch_up(poisoned(release, "tally_bad", place))
    with log.reader() as reader:
        last = [row.position for row in reader.stream(stream)][-1]
        held = lacking(reader, log.dialect, stream, newest)
        behind = lacking(reader, log.dialect, stream, newest - 1)
        elsewhere = lacking(reader, log.dialect, "unit:BV1", reader.version("unit:BV1"))

    assert (held, elsewhere) == ([Lacking(place, "AssertionError: too heavy")], [])
    assert {each.position for each in behind} == {place, last}


def test_for_a_past_day_a_handler_that_fails_stops_the_reading(log: Log, release: Release) -> None:
    append(log, history())
    with pytest.raises(Poisoned, match="too heavy"):
        past_of(log, [poisoned(release, "tally_bad", place_of("task_approved"))])


def test_tried_again_it_stays_out_as_long_as_it_cannot_be_taken(log: Log, release: Release) -> None:
    place = place_of("task_approved")
    tally = poisoned(release, "tally_bad", place)
    append(log, history())
    Tables(log).catch_up(tally)
    before = stored(log, tally)
    found = retry(log, tally)

    assert (found.taken, [each.position for each in found.left]) == (0, [place])
    assert (stored(log, tally), len(waiting(log, ["tally"]))) == (before, 1)


@pytest.mark.parametrize("damage", [never_heard, cut], ids=["unknown", "unreadable"])
def test_what_cannot_be_read_stays_out_too(log: Log, damage: Any) -> None:
    place = place_of("task_funded")
    append(log, damaged(place, damage))
    Tables(log).catch_up(tasks, funding)
    for each in (tasks, funding):
        assert [poison.position for poison in retry(log, each).left] == [place]

    assert [(held.poison.name, held.poison.position) for held in waiting(log, ["tasks", "funding"])] == [
        ("funding", place),
        ("tasks", place),
    ]


def test_tried_again_when_it_can_be_taken_its_row_is_what_it_should_be(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(log, history())
    place = place_of("funds_disbursed")
    known = KINDS.pop("funds_disbursed")  # a release that has never heard of it
    try:
        Tables(log).catch_up(tasks, funding)
    finally:
        KINDS["funds_disbursed"] = known
    assert place in {held.poison.position for held in waiting(log, ["tasks"])}
    assert {row["task"] for row in read(log, "tasks")[0] if row.get("doubtful")} != set()
    for each in (tasks, funding):
        found = retry(log, each)
        assert (found.ok, found.taken) == (True, [row.kind for row in history()].count("funds_disbursed"))

    assert waiting(log, ["tasks", "funding"]) == []
    check(log)


def test_trying_again_where_nothing_waits_changes_nothing(log: Log) -> None:
    append(log, history())
    assert retry(log, tasks).ok
    Tables(log).catch_up(tasks)
    before = live_state(log)
    assert retry(log, tasks).taken == 0

    assert live_state(log) == before


def live_state(log: Log) -> list[Any]:
    return [*book(log).noted, stored(log, tasks)]


def test_trying_again_gives_way_to_who_catches_up_meanwhile(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    append(log, founding() + lives()[0])
    known = KINDS.pop("task_approved")
    try:
        Tables(log).catch_up(tasks)
    finally:
        KINDS["task_approved"] = known
    others = iter([True])

    def meanwhile(*given: Any) -> Any:
        if next(others, False):
            append(log, lives()[1])
            Tables(log).catch_up(tasks)
        return refolded(*given)

    monkeypatch.setattr(quarantine, "refolded", meanwhile)

    assert retry(log, tasks).ok
    assert stored(log, tasks) == folded(log, tasks)
    assert len(everything(log)) == book(log).live(tasks).position  # type: ignore[union-attr]


def test_states_that_another_release_left_are_not_read(log: Log) -> None:
    append(log, history())
    with log.writer() as writer:
        writer.set_meta("fold", "0")
        writer.replace_states([("task:T1", 1, b'{"money": "of another shape"}')])

    assert task_now(log, "T1") is None
