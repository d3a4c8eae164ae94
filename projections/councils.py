"""The registry of councils: members by date, and what they did at each session. It counts ballots, judges none."""

from datetime import timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from engine import events as e
from engine.envelope import Event
from projections.kernel import Projection, iso


class Member(Struct, frozen=True, rename={"since": "from"}):
    """A seat from a day to another, both included."""

    person: str
    role: str
    since: str
    until: str | None = None

    def sits(self, on: str) -> bool:
        """Whether the seat is taken on that day."""
        return self.since <= on and (self.until is None or on <= self.until)


class CouncilRow(Struct, frozen=True):
    """A council; without a unit it is the Department's."""

    council: str
    name: str
    kind: str
    unit: str | None
    plan: str
    in_force_from: str
    in_force_until: str | None
    members: tuple[Member, ...]


class Item(Struct, frozen=True):
    """An item of a session: ballots by kind, who was recused, and the result once a step has taken it up."""

    purpose: str
    task: str | None
    initiative: str | None
    ballots: int = 0
    counts: dict[str, int] = {}
    recused: tuple[str, ...] = ()
    result: str | None = None


class SessionRow(Struct, frozen=True):
    """A meeting: who was there, and what came of each item."""

    session: str
    council: str
    on: str
    present: tuple[str, ...]
    items: tuple[Item, ...]


councils = Projection("councils", 1, CouncilRow, key="council")
sessions = Projection("sessions", 1, SessionRow, key="session")


@councils.on(e.CouncilSetUp, begins=True)
def _set_up(_: CouncilRow | None, fact: e.CouncilSetUp, __: Event) -> CouncilRow:
    since, until = fact.in_force_from.isoformat(), fact.in_force_until
    return CouncilRow(
        council=fact.council,
        name=fact.name,
        kind=fact.kind,
        unit=fact.unit,
        plan=fact.plan,
        in_force_from=since,
        in_force_until=until.isoformat() if until else None,
        members=tuple(Member(seat.person, seat.role, since) for seat in fact.members),
    )


@councils.on(e.CouncilMemberChanged)
def _changed(row: CouncilRow, fact: e.CouncilMemberChanged, event: Event) -> CouncilRow:
    on, last = event.on.isoformat(), (event.on - timedelta(days=1)).isoformat()
    seats = tuple(
        replace(seat, until=last) if seat.person == fact.out and (seat.until is None or seat.until >= on) else seat
        for seat in row.members
    )
    entered = (Member(fact.entered.person, fact.entered.role, on),) if fact.entered else ()
    return replace(row, members=seats + entered)


@sessions.on(e.SessionHeld, begins=True)
def _held(_: SessionRow | None, fact: e.SessionHeld, event: Event) -> SessionRow:
    items = tuple([Item(item.purpose, item.task, item.initiative) for item in fact.items])
    return SessionRow(fact.session, fact.council, iso(event.on), fact.present, items)


@sessions.on(e.BallotsCast)
def _cast(row: SessionRow, fact: e.BallotsCast, _: Event) -> SessionRow:
    counts: dict[str, int] = {}
    for ballot in fact.ballots:
        vote = ballot.vote
        if vote is not None:
            counts[vote] = counts.get(vote, 0) + 1
    which = fact.purpose, fact.task, fact.initiative
    return _with_item(row, which, ballots=len(fact.ballots), counts=counts, recused=fact.recused)


@sessions.on(e.TaskSelected)
def _selected(row: SessionRow, fact: e.TaskSelected, _: Event) -> SessionRow:
    return _with_item(row, ("select", fact.task, None), result=fact.target)


@sessions.on(e.TaskAppraised)
def _appraised(row: SessionRow, fact: e.TaskAppraised, _: Event) -> SessionRow:
    return _with_item(row, ("appraise", fact.task, None), result=fact.result)


@sessions.on(e.TaskAccepted)
def _accepted(row: SessionRow, fact: e.TaskAccepted, _: Event) -> SessionRow:
    return _with_item(row, ("accept", fact.task, None), result=fact.grade)


@sessions.on(e.TaskRecognised)
def _recognised(row: SessionRow, fact: e.TaskRecognised, _: Event) -> SessionRow:
    return _with_item(row, ("recognise", fact.task, None), result=fact.target)


def _with_item(row: SessionRow, which: tuple[str, str | None, str | None], **changes: Any) -> SessionRow:
    items = [
        replace(item, **changes) if (item.purpose, item.task, item.initiative) == which else item for item in row.items
    ]
    return replace(row, items=tuple(items))
