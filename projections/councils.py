"""The registry of councils: members by date, their sessions, and what came of them. It counts ballots, judges none."""

from collections.abc import Callable, Iterable
from datetime import date
from operator import attrgetter
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from engine import events as e
from engine.envelope import Event, Fact
from engine.seating import Seated, changed
from projections.kernel import Projection, iso


class Member(Seated, frozen=True):
    """A seat as the registry shows it: nobody's begins before the council is in force."""


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

    def seated(self, on: str) -> int:
        """How many sit in the council on a day, YYYY-MM-DD."""
        day = date.fromisoformat(on)
        return sum(member.sits(day) for member in self.members)


class Item(Struct, frozen=True):
    """An item of a session: ballots by kind, and who was recused."""

    purpose: str
    task: str | None
    initiative: str | None
    ballots: int = 0
    counts: dict[str, int] = {}
    recused: tuple[str, ...] = ()


class SessionRow(Struct, frozen=True):
    """A meeting: who was there, and what they voted on."""

    session: str
    council: str
    on: str
    present: tuple[str, ...]
    items: tuple[Item, ...]


class Outcome(Struct, frozen=True):
    """What a step that took an item up came to: the step's version in its stream, whose item it was, and the result."""

    version: int
    session: str
    purpose: str
    result: str


class OutcomesRow(Struct, frozen=True):
    """What came of the items on one task, or one initiative, in sessions; of the steps that are not rescinded."""

    stream: str
    results: tuple[Outcome, ...] = ()


councils = Projection("councils", 1, CouncilRow, key="council")
sessions = Projection("sessions", 1, SessionRow, key="session")
# By task: a step that is rescinded says no more of the session it rested on, and the rescission does not name it.
outcomes = Projection("outcomes", 1, OutcomesRow, key="stream", named="stream")


@councils.on(e.CouncilSetUp, begins=True)
def _set_up(_: CouncilRow | None, fact: e.CouncilSetUp, __: Event) -> CouncilRow:
    since, until = fact.in_force_from, fact.in_force_until
    return CouncilRow(
        council=fact.council,
        name=fact.name,
        kind=fact.kind,
        unit=fact.unit,
        plan=fact.plan,
        in_force_from=since.isoformat(),
        in_force_until=until.isoformat() if until else None,
        members=tuple(Member(seat.person, seat.role, since) for seat in fact.members),
    )


@councils.on(e.CouncilMemberChanged)
def _changed(row: CouncilRow, fact: e.CouncilMemberChanged, event: Event) -> CouncilRow:
    seat, since = fact.entered, max(event.on, date.fromisoformat(row.in_force_from))
    entered = Member(seat.person, seat.role, since) if seat else None
    return replace(row, members=changed(row.members, fact.out, entered, event.on))


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


def _with_item(row: SessionRow, which: tuple[str, str | None, str | None], **changes: Any) -> SessionRow:
    items = [
        replace(item, **changes) if (item.purpose, item.task, item.initiative) == which else item for item in row.items
    ]
    return replace(row, items=tuple(items))


def _stream(event: Event) -> str | None:
    """The row of a step that rests on a session; an outside body's document takes up no item."""
    fact: Any = event.fact
    return event.stream if fact.session is not None else None


# A step that rests on a session -> the purpose of the item it took up, and what that came to.
_TOLD: dict[type[Fact], tuple[str, Callable[[Any], str]]] = {
    e.TaskSelected: ("select", attrgetter("target")),
    e.TaskAppraised: ("appraise", attrgetter("result")),
    e.TaskAccepted: ("accept", attrgetter("grade")),
    e.TaskRecognised: ("recognise", attrgetter("target")),
    e.InitiativeRecognised: ("recognise", lambda _: "recognised"),
}


@outcomes.on(*_TOLD, key=_stream, begins=True)
def _decided(row: OutcomesRow | None, fact: Any, event: Event) -> OutcomesRow:
    before, (purpose, result) = row or OutcomesRow(event.stream), _TOLD[fact.__class__]
    return replace(before, results=(*before.results, Outcome(event.version, fact.session, purpose, result(fact))))


@outcomes.on(e.StepRescinded, key=lambda event: event.stream)
def _rescinded(row: OutcomesRow, fact: e.StepRescinded, _: Event) -> OutcomesRow:
    return replace(row, results=tuple(each for each in row.results if each.version != fact.version))


def results_of(rows: Iterable[OutcomesRow]) -> dict[tuple[str, str, str], str]:
    """(session, purpose, stream of the task or initiative) -> what came of that item."""
    return {(each.session, each.purpose, row.stream): each.result for row in rows for each in row.results}


def stream_of(item: Item) -> str:
    """The stream of what an item is about."""
    return f"task:{item.task}" if item.task is not None else f"initiative:{item.initiative}"
