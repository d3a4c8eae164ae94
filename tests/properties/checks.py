"""What holds of every store, whatever was tried on it: states are the folded log, sealed, no gap, no sum overdrawn."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from msgspec import Struct

from engine.desk import Desk
from engine.envelope import Event, decode
from engine.fold import fold
from engine.log import Log, Row
from engine.money import Line
from engine.states import Task, decode_state
from engine.verify import verify


def rows_of(log: Log) -> list[Row]:
    """The whole log."""
    with log.reader() as reader:
        return list(reader.events())


def index_of(log: Log) -> dict[str, Struct]:
    """Every state of the decision index."""
    found = log.rows("SELECT key, data FROM states")
    return {key: decode_state(key, bytes(data)) for key, data in found}


def events_of(rows: list[Row]) -> list[Event]:
    """The rows as events."""
    return [decode(row.position, row.stream, row.version, row.body) for row in rows]


def check_log(rows: list[Row]) -> None:
    """Positions and versions count from 1 without a gap, and time never runs backwards."""
    seen: Counter[str] = Counter()
    for position, row in enumerate(rows, start=1):
        seen[row.stream] += 1
        assert (row.position, row.version) == (position, seen[row.stream])
    times = [row.recorded_at for row in rows]
    assert times == sorted(times)


def check_money(states: dict[str, Struct]) -> None:
    """No line, no approval and no allocation is overdrawn."""
    for state in states.values():
        if isinstance(state, Line):
            assert 0 <= state.allocated - state.returned <= state.amount
            assert state.disbursed + state.returned <= state.allocated
        if isinstance(state, Task):
            if state.approved is not None:
                assert 0 <= state.allocated - state.returned <= state.approved
            for share in state.money.values():
                assert share.disbursed + share.returned <= share.allocated


def check_store(desk: Desk) -> dict[str, Struct]:
    """Everything, from zero. Returns the states."""
    rows = rows_of(desk.log)
    states = fold(events_of(rows))
    check_log(rows)

    assert index_of(desk.log) == states
    check_money(states)
    with desk.log.reader() as reader:
        found = verify(reader)
        assert found.first_bad is None
        assert found.root == reader.tree().root()
    return states


@dataclass
class Watch:
    """The same after each step of a walk: every event is read back once, then folded from zero each time."""

    desk: Desk
    rows: list[Row] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def look(self) -> list[Event]:
        """Check everything and return the events that are new."""
        with self.desk.log.reader() as reader:
            new = list(reader.events(after=len(self.rows)))
            head = reader.head()
        self.rows += new
        found = events_of(new)
        self.events += found
        check_log(self.rows)

        assert head == (len(self.rows), self.rows[-1].recorded_at)
        states = fold(self.events)
        assert index_of(self.desk.log) == states
        check_money(states)
        versions = Counter(row.stream for row in self.rows)
        assert {key: getattr(state, "version", 0) for key, state in states.items() if key in versions} == versions
        return found
