"""Builds projections anew beside the live ones, compares them row by row, and switches in one transaction.

One at a time; what was interrupted is gone on with; what differs from what people see waits for an operator's word."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from engine.log import Log, StoreError
from engine.times import instant
from engine.transactions import Writer
from projections.building import Overtaken, Progress, build, check_owner, disown
from projections.compare import Difference, compare
from projections.folding import stop
from projections.kernel import Projection
from projections.store import Clock, Tables, fold_between, keep, now
from projections.versions import GONE, INSERT_PART, LIVE, NEW, OLD, Book, Version, forget, make, note

Json = dict[str, Any]
TRIES = 100
Alive = Callable[[str, str], bool]  # owner, when he last gave a sign -> whether he may still be at work


class Busy(Exception):
    """Somebody else is rebuilding: who, and how far he is."""

    def __init__(self, owner: str, name: str, position: int, target: int) -> None:
        self.owner, self.name, self.position, self.target = owner, name, position, target
        super().__init__(f"{owner} is rebuilding {name}: {position} of {target} events")


class NothingBefore(Exception):
    """There is no version to go back to."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"there is no version of {name} before the live one")


@dataclass
class Outcome:
    """What became of one projection: switched, or refused for its difference, or rolled_back."""

    name: str
    outcome: str
    events: int = 0
    rows: int = 0
    seconds: float = 0.0
    difference: Difference = field(default_factory=Difference)

    @property
    def ok(self) -> bool:
        """Whether people see what was asked for."""
        return self.outcome != "refused"

    def json(self) -> Json:
        """In the contract's shape."""
        return {
            "name": self.name,
            "events": self.events,
            "rows": self.rows,
            "seconds": round(self.seconds, 3),
            "outcome": self.outcome,
            "difference": self.difference.json(),
        }


def _quiet(_: int, __: int) -> None:
    """Nobody watches."""


@dataclass
class Rebuild:
    """A rebuild of projections of one store. `owner` names who does it, and `alive` tells whether another still may."""

    log: Log
    owner: str
    alive: Alive
    clock: Clock = now
    progress: Progress = _quiet
    executor: Executor | None = None
    workers: int = 1

    def run(
        self, projections: Sequence[Projection[Any]], *, accept: bool = False, fresh: bool = False
    ) -> list[Outcome]:
        """Build, compare and switch. `accept`: switch whatever differs. `fresh`: begin anew where a build waits.

        Raises Busy; UnknownKind, BadEvent, Poisoned at an event that cannot be taken; Overtaken; StoreError. Whatever
        it raises, people see what they saw, and the next run goes on where this one was."""
        begun = time.monotonic()
        self._refresh(projections)
        group = self._claim(projections, fresh)
        try:
            outcomes = self._through(projections, group, accept)
        except BaseException:
            with suppress(StoreError):
                disown(self.log, self.owner)
            raise
        self._sweep()
        for outcome in outcomes:
            outcome.seconds = time.monotonic() - begun
        return outcomes

    def _refresh(self, projections: Sequence[Projection[Any]]) -> None:
        """Bring the live tables that there are up to the log: what is built is held against them."""
        with self.log.reader() as reader:
            book = Book(reader, self.log.dialect)
        Tables(self.log, self.clock).catch_up(*[each for each in projections if book.live(each) is not None])

    def _through(self, projections: Sequence[Projection[Any]], group: list[Version], accept: bool) -> list[Outcome]:
        for alike in self._alike(zip(projections, group, strict=True)):
            build(self.log, alike, executor=self.executor, clock=self.clock, progress=self.progress)
        with ThreadPoolExecutor(self.workers) as threads:  # it is the database that compares
            outcomes = {each.name: each for each in threads.map(self._compared, projections)}
        good = [each for each in projections if accept or not outcomes[each.name].difference]
        for each in projections:
            outcomes[each.name].outcome = "switched" if each in good else "refused"
        self._switch(good)
        return list(outcomes.values())

    def _claim(self, projections: Sequence[Projection[Any]], fresh: bool) -> list[Version]:
        """Take the builds of these projections over, or begin them, unless somebody else is at work."""
        with self.log.writer() as writer:
            book = Book(writer, self.log.dialect)
            at, head = instant(self.clock()), writer.head()[0]
            for each in book.versions:
                if each.role == NEW and each.owner not in ("", self.owner) and self.alive(each.owner, each.beat_at):
                    reached = book.part_positions(each.rows_in)
                    position = max(each.position, sum(reached) // max(len(reached), 1))
                    raise Busy(each.owner, each.name, position, each.target)
            return [self._claimed(writer, book, each, at, head, fresh) for each in projections]

    def _claimed(
        self, writer: Writer, book: Book, projection: Projection[Any], at: str, head: int, fresh: bool
    ) -> Version:
        waiting, live = book.role(projection.name, NEW), book.role(projection.name, LIVE)
        if waiting is not None:
            # A table of another release stays where it is: what has gone past it cannot be compared with it.
            past = live is not None and not live.is_of(projection) and live.position < waiting.target
            if waiting.is_of(projection) and not fresh and not past:
                return note(writer, waiting, owner=self.owner, beat_at=at)
            note(writer, waiting, role=GONE, owner="")
        target = live.position if live is not None else head
        made = make(
            writer, self.log, book, projection, role=NEW, at=at, target=target, parts=self.workers, owner=self.owner
        )
        writer.many(INSERT_PART, [[made.rows_in, part, 0] for part in range(self.workers)])
        return made

    def _alike(self, pairs: Iterable[tuple[Projection[Any], Version]]) -> list[list[tuple[Projection[Any], Version]]]:
        """The builds that can go through the log together, since they stand at the same place."""
        found: dict[tuple[Any, ...], list[tuple[Projection[Any], Version]]] = {}
        with self.log.reader() as reader:
            book = Book(reader, self.log.dialect)
            for projection, version in pairs:
                if version.position < version.target:
                    place = (version.target, *book.part_positions(version.rows_in))
                    found.setdefault(place, []).append((projection, version))
        return list(found.values())

    def _compared(self, projection: Projection[Any]) -> Outcome:
        """Bring the new version to where the live one stands, and compare them there."""
        for _ in range(TRIES):
            with self.log.reader() as reader:
                book = Book(reader, self.log.dialect)
                live, new = book.role(projection.name, LIVE), book.role(projection.name, NEW)
                if new is None or new.owner != self.owner:
                    raise Overtaken
                goal = live.position if live is not None else reader.head()[0]
                if new.position == goal:
                    difference = compare(reader, live, new) if live is not None else Difference()
                    rows = int(reader.rows(f"SELECT count(*) FROM {new.rows_in}")[0][0])
                    return Outcome(projection.name, "", goal, rows, difference=difference)
            if new.position < goal:
                self._forward(projection, new, goal)
            else:
                Tables(self.log, self.clock).catch_up(projection)
        raise Overtaken

    def _forward(self, projection: Projection[Any], new: Version, goal: int, step: int = 20_000) -> Version:
        """Fold what came meanwhile into a new version. What cannot be taken stops it."""
        while new.position < goal:
            with self.log.reader() as reader:
                upto = min(new.position + step, goal)
                [stretch] = fold_between(reader, [(projection, new)], new.position, upto, stop)
            with self.log.writer() as writer:
                check_owner(writer, self.log, [new])
                new = keep(writer, stretch, instant(self.clock()))
        return new

    def _switch(self, projections: Sequence[Projection[Any]]) -> None:
        """From here on people see the new versions: all of these, or none. The others wait for an operator's word."""
        with self.log.writer() as writer:
            book, at = Book(writer, self.log.dialect), instant(self.clock())
            mine = {each.name: each for each in book.versions if each.role == NEW and each.owner == self.owner}
            for projection in projections:
                new = mine.pop(projection.name, None)
                if new is None:
                    raise Overtaken
                switch(writer, book, new, at)
            for waiting in mine.values():
                note(writer, waiting, owner="")

    def _sweep(self) -> None:
        with suppress(StoreError):
            sweep(self.log)


def switch(writer: Writer, book: Book, new: Version, at: str) -> None:
    """Make a version the live one, and the live one that before it."""
    before, live = book.role(new.name, OLD), book.role(new.name, LIVE)
    if live is not None:
        if before is not None and before.rows_in != new.rows_in:
            note(writer, before, role=GONE)
        note(writer, live, role=OLD)
    note(writer, new, role=LIVE, owner="", built_at=at if new.role == NEW else new.built_at)


def roll_back(log: Log, names: Iterable[str]) -> list[Outcome]:
    """Make the versions before the live ones live again. Raises NothingBefore, StoreError."""
    found = []
    with log.writer() as writer:
        book = Book(writer, log.dialect)
        for name in names:
            before = book.role(name, OLD)
            if before is None:
                raise NothingBefore(name)
            switch(writer, book, before, "")
            rows = int(writer.rows(f"SELECT count(*) FROM {before.rows_in}")[0][0])
            found.append(Outcome(name, "rolled_back", before.position, rows))
    return found


def sweep(log: Log) -> None:
    """Drop the tables that nobody is to read any more; what somebody still reads stays for the next time."""
    from projections.tables import drop

    with log.reader() as reader:
        gone = [each.rows_in for each in Book(reader, log.dialect).noted if each.role == GONE]
    # PostgreSQL drops a table when the last reader has let go of it: each is waited for by itself, and not for long.
    for names in [[name] for name in gone] if log.dialect == "postgresql" else [gone] if gone else []:
        with log.writer() as writer:
            if log.dialect == "postgresql":
                writer.run("SET LOCAL lock_timeout = '200ms'")
            forget(writer, names)
            drop(writer, log.dialect, names)
