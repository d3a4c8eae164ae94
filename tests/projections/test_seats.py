"""Who sits in a council: decisions and the registry say the same on every day of it, whatever was changed when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine import events as e
from engine.envelope import Event, Fact
from engine.fields import Seat
from engine.fold import fold
from engine.states import Council
from projections.councils import councils
from tests.projections.shelves import listed
from tests.spec import Spec
from tests.world import DEPARTMENT_MEMBERS, crowd, document, seats, world
from tests.world import command as made
from tests.world import council as council_of

FROM = date(2026, 3, 1)
PEOPLE = ("a", "b", "c", "d")
ROLES = ("chair", "reviewer", "member")
days = st.integers(-5, 20).map(lambda count: FROM + timedelta(days=count))
seat = st.builds(Seat, person=st.sampled_from(PEOPLE), role=st.sampled_from(ROLES))
# As they are recorded: who leaves is a member that day, and who comes in is none.
moves = st.lists(st.tuples(days, st.none() | st.sampled_from(PEOPLE), st.none() | seat), max_size=6)


def event(number: int, on: date, fact: Fact) -> Event:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    return Event(number, "council:C", number, fact, on, now, "sec", "secretary", "any")


def lawful(events: list[Event], move: e.CouncilMemberChanged, on: date) -> bool:
    state = fold(events)["council:C"]
    assert isinstance(state, Council)
    sitting = state.members(on)
    entered = move.entered
    free = entered is None or entered.person == move.out or all(s.person != entered.person for s in state.seats)
    return (move.out is None or move.out in sitting) and free


@given(moves)
def test_both_say_the_same_from_the_day_on_which_it_is_in_force(
    moved: list[tuple[date, str | None, Seat | None]],
) -> None:
    members = tuple(Seat(person=who, role="member") for who in ("a", "b"))
    begun = e.CouncilSetUp(
        council="C", name="HĐ", kind="sector", unit=None, plan="HP36", in_force_from=FROM, members=members
    )
    events = [event(1, FROM - timedelta(days=9), begun)]
    for on, out, entered in moved:
        change = e.CouncilMemberChanged(council="C", out=out, entered=entered)
        if lawful(events, change, on):
            events.append(event(len(events) + 1, on, change))
    state, row = fold(events)["council:C"], councils.fold(events)["C"]
    assert isinstance(state, Council)
    every = [FROM + timedelta(days=count) for count in range(25)]

    for day in every:
        assert {seat.person: seat.role for seat in row.members if seat.sits(day)} == state.members(day)
    assert [
        seat for seat in row.members if seat.since < FROM or (seat.until is not None and seat.until < seat.since)
    ] == []


def test_who_leaves_on_the_first_day_of_a_council_never_sat_in_it(spec: Spec) -> None:
    spec.given(*world("HP36"), *crowd(1, "2026-02-05"))
    spec.given(
        council_of("HD-MỚI", "2026-02-10", "sector", "HP36", seats(DEPARTMENT_MEMBERS), in_force_from="2026-03-01")
    )
    change = {"out": "m7", "in": {"person": "x1", "role": "member"}, "document": document("73/QĐ", "2026-03-01")}
    spec.given(made("change_council_member", "sec", "2026-03-01", council="HD-MỚI", **change))
    [row] = [row for row in listed(spec.log, "councils") if row["council"] == "HD-MỚI"]

    assert row["members"] == [
        {**each, "from": "2026-03-01", "until": None}
        for each in [*seats(DEPARTMENT_MEMBERS)[:-1], {"person": "x1", "role": "member"}]
    ]
