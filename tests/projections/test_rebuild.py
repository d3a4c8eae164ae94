"""A rebuild: beside the live table, compared with it, switched at once, gone on with, gone back from; one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from engine.envelope import UnknownKind
from engine.log import Log
from projections import building, rebuild
from projections.building import Overtaken
from projections.folding import Poisoned
from projections.kernel import Projection
from projections.rebuild import Busy, NothingBefore, Outcome, Rebuild, roll_back
from projections.store import Tables
from projections.tables import drop
from projections.tasks import tasks
from projections.units import units
from projections.versions import GONE, LIVE, NEW, OLD
from tests.engine.logs import execute
from tests.projections.releases import Release, never_heard
from tests.projections.shelves import (
    EVERY,
    append,
    book,
    check,
    everything,
    folded,
    founding,
    history,
    live,
    lives,
    shelved,
    stored,
)
from tests.projections.test_corrections import correct
from tests.spec import Spec, prepare
from tests.world import HP_SECTOR, story

ME, ANOTHER = "here:1:1", "there:2:2"
HALF = 90  # events, in the middle of a task's life


def rebuilding(log: Log, owner: str = ME, *, others_live: bool = False, **given: Any) -> Rebuild:
    return Rebuild(log, owner, lambda *_: others_live, **given)


def rebuilt(log: Log, projections: Sequence[Projection[Any]] = EVERY, **asked: Any) -> dict[str, Outcome]:
    return {each.name: each for each in rebuilding(log).run(projections, **asked)}


def spoil(log: Log, projection: Projection[Any], change: str) -> None:
    """Change what people see, past the product."""
    execute(log.url, f"UPDATE {live(log, projection).rows_in} SET {change}")


@pytest.fixture(autouse=True)
def _in_small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "INTERVAL", 37)


def test_what_was_never_built_is_built(log: Log) -> None:
    append(log, history())
    outcomes = rebuilt(log)

    assert {each.outcome for each in outcomes.values()} == {"switched"}
    assert {name: each.rows for name, each in outcomes.items()} == {p.name: len(folded(log, p)) for p in EVERY}
    check(log)


def test_an_empty_store_has_empty_tables(log: Log) -> None:
    assert {each.rows for each in rebuilt(log).values()} == {0}

    append(log, history())
    check(log)


def test_a_projection_that_no_event_concerns_is_empty_and_at_the_head(log: Log) -> None:
    append(log, [row for row in history() if row.kind.startswith(("plan", "person"))])
    [outcome] = rebuilt(log, [tasks]).values()

    assert (outcome.rows, live(log, tasks).position) == (0, len(everything(log)))


def test_a_rebuilt_table_takes_the_place_of_the_one_before(log: Log) -> None:
    append(log, history())
    check(log)
    before = {each.name: live(log, each).rows_in for each in EVERY}
    rebuilt(log)

    assert {each.name: book(log).role(each.name, OLD).rows_in for each in EVERY} == before  # type: ignore[union-attr]
    check(log)


def test_several_projections_one_after_another_twice_lose_no_row(log: Log) -> None:
    append(log, history())
    for _ in range(2):
        for each in EVERY:
            rebuilt(log, [each])
            check(log)

    assert {each.role for each in book(log).noted} == {LIVE, OLD}


@pytest.mark.parametrize(
    ("change", "columns"),
    [
        ("title = 'khác'", {"title"}),
        ("approved = approved + 1", {"approved"}),
        ("lead_unit = NULL", {"lead_unit"}),
        ("title_en = 'Something'", {"title_en"}),  # where there was nothing
    ],
)
def test_rows_that_differ_from_what_people_see_are_not_switched_to(log: Log, change: str, columns: set[str]) -> None:
    append(log, history())
    shelved(log)
    spoil(log, tasks, change)
    seen = stored(log, tasks)
    outcomes = rebuilt(log, [tasks, units])
    told = outcomes["tasks"].difference

    assert {name: each.outcome for name, each in outcomes.items()} == {"tasks": "refused", "units": "switched"}
    assert (told.added, told.removed, told.changed, set(told.columns)) == (0, 0, len(seen), columns)
    assert stored(log, tasks) == seen


def test_rows_that_are_gone_or_too_many_are_told_apart(log: Log) -> None:
    append(log, history())
    shelved(log)
    table = live(log, tasks).rows_in
    first, second = (row.task for row in stored(log, tasks)[:2])
    execute(log.url, f"DELETE FROM {table} WHERE task = '{first}'")
    execute(log.url, f"UPDATE {table} SET task = 'ZZ-{second}' WHERE task = '{second}'")
    told = rebuilt(log, [tasks])["tasks"].difference

    assert (told.added, told.removed, told.changed) == (2, 1, 0)
    assert [each["row"] for each in told.examples] == [first, second, f"ZZ-{second}"]


def test_an_operators_word_switches_to_what_was_refused_without_folding_again(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(log, history())
    shelved(log)
    spoil(log, tasks, "title = 'khác'")
    rebuilt(log, [tasks])
    monkeypatch.setattr(rebuild, "build", None)
    [outcome] = rebuilt(log, [tasks], accept=True).values()

    assert outcome.outcome == "switched"
    check(log)


def test_a_refused_version_keeps_up_till_it_is_accepted(log: Log) -> None:
    append(log, history()[:HALF])
    shelved(log)
    spoil(log, tasks, "title = 'khác'")
    rebuilt(log, [tasks])
    append(log, history()[HALF:])
    shelved(log)
    rebuilt(log, [tasks], accept=True)

    check(log)


def test_a_changed_definition_is_compared_where_the_old_one_stood(log: Log, release: Release) -> None:
    append(log, history()[:HALF])
    before = release("tally_before")
    check(log, [before])
    append(log, history()[HALF:])
    after = release("tally_after", a_step=2)
    [outcome] = rebuilt(log, [after]).values()

    assert outcome.outcome == "refused"
    assert outcome.difference.columns == {"steps": len(stored(log, before))}
    assert (outcome.events, live(log, before).position) == (HALF, HALF)
    rebuilt(log, [after], accept=True)
    check(log, [after])


def test_columns_that_came_or_went_are_told(log: Log, release: Release) -> None:
    append(log, history())
    check(log, [release("tally_before")])
    [outcome] = rebuilt(log, [release("tally_after", more="grade: str | None = None")]).values()

    assert (outcome.outcome, outcome.difference.columns, outcome.difference.changed) == ("refused", {"grade": 0}, 0)


def test_one_goes_back_to_the_version_before_and_it_catches_up(log: Log) -> None:
    append(log, history()[:HALF])
    check(log)
    before = live(log, tasks).rows_in
    rebuilt(log, [tasks])
    append(log, history()[HALF:])
    shelved(log)
    roll_back(log, ["tasks"])

    assert live(log, tasks).rows_in == before
    check(log)


def test_without_a_version_before_there_is_nothing_to_go_back_to(log: Log) -> None:
    append(log, history())
    shelved(log)
    with pytest.raises(NothingBefore):
        roll_back(log, ["tasks"])

    check(log)


def test_an_interrupted_build_is_gone_on_with(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    append(log, history())
    shelved(log)
    folded_at: list[int] = []

    def interrupt(done: int, _: int) -> None:
        folded_at.append(done)
        if len(folded_at) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuilding(log, progress=interrupt).run([tasks])
    assert [each.role for each in book(log).noted if each.name == "tasks"].count(NEW) == 1
    rebuilding(log, ANOTHER, others_live=True, progress=interrupt).run([tasks])

    assert folded_at[:4] == [37, 74, 111, 148]
    check(log)


def test_builds_that_stand_at_different_places_are_gone_on_with_each_from_its_own(log: Log) -> None:
    append(log, history())

    def interrupt(done: int, _: int) -> None:
        if done > 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuilding(log, progress=interrupt).run([tasks])
    rebuilt(log)

    check(log)


def test_a_fresh_build_begins_at_the_beginning(log: Log) -> None:
    append(log, history())
    seen: list[int] = []

    def interrupt(done: int, _: int) -> None:
        seen.append(done)
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuilding(log, progress=interrupt).run([tasks])
    rebuilding(log, progress=interrupt).run([tasks], fresh=True)

    assert seen[3] == 37
    assert {each.role for each in book(log).noted} - {GONE} == {LIVE}


def test_a_second_one_is_told_who_rebuilds_and_how_far_he_is(log: Log) -> None:
    append(log, history())
    told: list[Busy] = []

    def meanwhile(done: int, _: int) -> None:
        if done == 74:
            with pytest.raises(Busy) as busy:
                rebuilding(log, ANOTHER, others_live=True).run([units])
            told.append(busy.value)

    rebuilding(log, progress=meanwhile).run([tasks])

    assert [(each.owner, each.name, each.position, each.target) for each in told] == [(ME, "tasks", 74, len(history()))]
    check(log)


def test_who_was_given_up_for_dead_does_no_harm_when_he_comes_back(log: Log) -> None:
    append(log, history())

    def meanwhile(done: int, _: int) -> None:
        if done == 74:
            rebuilding(log, ANOTHER, others_live=False).run([tasks])

    with pytest.raises(Overtaken):
        rebuilding(log, progress=meanwhile).run([tasks])

    check(log)


def test_events_that_come_during_a_rebuild_are_neither_lost_nor_doubled(log: Log) -> None:
    rows = [row for life in lives() for row in life]
    append(log, founding())
    shelved(log)

    def meanwhile(*_: int) -> None:
        append(log, [rows.pop(0) for _ in range(min(5, len(rows)))])
        shelved(log)

    while rows:
        rebuilding(log, progress=meanwhile).run(EVERY)

    check(log)


def test_an_unknown_kind_of_event_stops_a_rebuild_with_its_position(log: Log) -> None:
    place = 120
    rows = [*history()[:place], never_heard(history()[place]), *history()[place + 1 :]]
    append(log, rows)
    with pytest.raises(UnknownKind, match=f"'never_heard'.* at position {place + 1}"):
        rebuilt(log)

    assert {each.owner for each in book(log).noted} == {""}


def test_an_event_that_a_handler_cannot_take_stops_a_rebuild_till_a_release_can(log: Log, release: Release) -> None:
    append(log, history())
    place = next(row.position for row in history() if row.kind == "task_approved")
    bad = release("tally_bad", first=f"assert event.position != {place}, 'no'")
    with pytest.raises(Poisoned) as stopped:
        rebuilt(log, [bad])
    good = release("tally_good")
    rebuilt(log, [good])

    assert (stopped.value.poison.position, stopped.value.poison.name) == (place, "tally")
    check(log, [good])


def test_a_correction_during_a_rebuild_is_in_it(log: Log) -> None:
    prepare(log.url)
    spec = Spec(log.url)
    spec.given(*story(HP_SECTOR))
    shelved(log)

    def meanwhile(done: int, total: int) -> None:
        if done == total:
            spec.given(correct())

    rebuilding(log, progress=meanwhile).run(EVERY)
    spec.close()

    check(log)
    assert [row.title for row in stored(log, tasks)] == ["Dịch tễ sốt xuất huyết"]


def test_a_dropped_table_is_no_longer_read_nor_kept_on_record(log: Log) -> None:
    append(log, history())
    for _ in range(4):
        rebuilt(log, [tasks])

    assert sorted(each.role for each in book(log).noted) == [LIVE, OLD]
    assert len([name for name in book(log).tables if name.startswith("registry_tasks")]) == 2


def test_a_table_behind_the_log_is_caught_up_before_it_is_compared(log: Log) -> None:
    append(log, history()[:100])
    Tables(log).catch_up(tasks)
    append(log, history()[100:])
    [outcome] = rebuilt(log, [tasks]).values()

    assert (outcome.outcome, outcome.events) == ("switched", len(history()))


def test_dropping_a_table_leaves_the_connection_as_careful_with_what_is_deleted_as_it_was(log: Log) -> None:
    if log.dialect != "sqlite":
        pytest.skip("a setting of SQLite's")
    with log.writer() as writer:
        writer.run("PRAGMA secure_delete = ON")
        writer.run("CREATE TABLE gone (key TEXT PRIMARY KEY)")
        drop(writer, log.dialect, ["gone"])
        assert writer.rows("PRAGMA secure_delete") == [(1,)]
        assert not writer.rows("SELECT 1 FROM sqlite_master WHERE name = 'gone'")
