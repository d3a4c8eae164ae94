"""How a projection folds: the nearest handler, rows that begin, change and go, several rows for one fact."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from engine import events as e
from engine.envelope import Event, Fact
from projections.kernel import Projection, Wanted, chosen


class Count(Struct, frozen=True):
    person: str
    told: tuple[str, ...] = ()


def event(fact: Fact) -> Event:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    return Event(1, fact.stream(), 1, fact, date(2026, 3, 2), now, "admin", "admin", "add_person")


def added(person: str) -> Event:
    return event(e.PersonAdded(person=person, name="Người Bịa"))


def granted(person: str) -> Event:
    return event(e.RoleGranted(person=person, role="leader"))


def revoked(person: str) -> Event:
    return event(e.RoleRevoked(person=person, role="leader"))


def told(what: str) -> Any:
    return lambda row, fact, _: replace(row or Count(fact.person), told=(*(row.told if row else ()), what))


@pytest.fixture
def counts() -> Projection[Count]:
    made = Projection("counts", 1, Count, key="person")
    made.on(e.PersonAdded, begins=True)(told("added"))
    return made


def test_the_handler_of_the_nearest_class_is_asked(counts: Projection[Count]) -> None:
    counts.on(Fact)(told("something"))
    counts.on(e.RoleGranted)(told("granted"))
    rows = counts.fold([added("p1"), granted("p1"), revoked("p1")])

    assert rows == {"p1": Count("p1", ("added", "granted", "something"))}


def test_a_fact_without_a_handler_changes_nothing(counts: Projection[Count]) -> None:
    rows = counts.fold([added("p1"), granted("p1")])

    assert rows == {"p1": Count("p1", ("added",))}


def test_only_a_handler_that_may_begin_a_row_hears_of_one_that_is_not_there(counts: Projection[Count]) -> None:
    counts.on(e.RoleGranted)(told("granted"))

    assert counts.fold([granted("p1")]) == {}


def test_a_handler_may_take_a_row_out_and_another_begin_it_again(counts: Projection[Count]) -> None:
    counts.on(e.RoleRevoked)(lambda *_: None)

    assert counts.fold([added("p1"), revoked("p1")]) == {}
    assert counts.fold([added("p1"), revoked("p1"), added("p1")]) == {"p1": Count("p1", ("added",))}


def test_one_fact_may_change_several_rows_or_none(counts: Projection[Count]) -> None:
    counts.on(e.RoleGranted, key=lambda each: each.stream.removeprefix("person:").split("+"))(told("granted"))
    counts.on(e.RoleRevoked, key=lambda _: None)(told("revoked"))
    rows = counts.fold([added("p1"), added("p2"), granted("p1+p2"), revoked("p1")])

    assert rows == {"p1": Count("p1", ("added", "granted")), "p2": Count("p2", ("added", "granted"))}


def test_two_handlers_for_one_class_are_an_error(counts: Projection[Count]) -> None:
    with pytest.raises(ValueError, match="two handlers for PersonAdded"):
        counts.on(e.PersonAdded)(told("again"))


def test_rows_chosen_in_memory_come_by_key_and_no_more_than_asked_for() -> None:
    rows = {name: Count(name) for name in ("p10", "p2", "Đ1", "p1")}

    assert [row.person for row in chosen(rows, Wanted())] == ["p1", "p10", "p2", "Đ1"]
    assert [row.person for row in chosen(rows, Wanted(limit=2))] == ["p1", "p10"]
