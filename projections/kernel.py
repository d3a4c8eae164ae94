"""What a projection is: rows folded from facts by declared handlers. It knows no SQL, no clock, no environment."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib import import_module
from typing import Any, Generic, Literal, Protocol, TypeVar, cast

from msgspec import Struct

from engine.envelope import KINDS, Event, Fact

R = TypeVar("R", bound=Struct)
Keys = str | Iterable[str] | None
KeyOf = Callable[[Event], Keys]
Handler = Callable[[Any, Any, Event], Struct | None]
Named = Literal["id", "stream", "place"]


@dataclass(frozen=True, slots=True)
class Rule:
    """How one class of facts changes a projection: whose rows, how, and whether it may begin a row."""

    handler: Handler
    key: KeyOf | None
    begins: bool


class Projection(Generic[R]):
    """Rows of one type, each under a key, as far as some facts tell.

    A handler takes (row, fact, event) and gives the row as it is from then on, or None to take it out. It copies what
    happened, so the same fold serves the live table, a rebuild, and any day or time of the past."""

    def __init__(self, name: str, version: int, row: type[R], *, key: str, named: Named = "id") -> None:
        """Take a name, the version of rows and handlers, the row type, and which field of row and facts is the key.

        `named`: what a key is. The id of a thing, or else of the event's own stream: its name, or a place in it, which
        is one event's alone (`place_of`).
        A change of what rows come to needs a new version where two releases may read one store at a time."""
        self.name, self.version, self.row, self.key, self.named = name, version, row, key, named
        self._rules: dict[type[Fact], Rule] = {}
        self._nearest: dict[type[Fact], Rule | None] = {}
        self._homes: dict[int, frozenset[str | None]] = {}  # by how many kinds of events there are

    def on(self, *facts: type[Fact], key: KeyOf | None = None, begins: bool = False) -> Callable[[Handler], Handler]:
        """Declare the handler of these classes of facts and of those under them that have none of their own.

        `key`: the rows a fact changes, where they are not named by the key field. With `begins` the handler also gets
        None for a row that is not there yet; else it is asked only about rows that are."""

        def enter(handler: Handler) -> Handler:
            for fact in facts:
                if fact in self._rules:
                    raise ValueError(f"{self.name} has two handlers for {fact.__name__}")
                self._rules[fact] = Rule(handler, key, begins)
            self._nearest.clear()
            self._homes.clear()
            return handler

        return enter

    def rule(self, fact: type[Fact]) -> Rule | None:
        """The nearest rule for a class of facts; None where it changes nothing here."""
        if fact not in self._nearest:
            bases = fact.__mro__
            self._nearest[fact] = next((self._rules[base] for base in bases if base in self._rules), None)
        return self._nearest[fact]

    def home(self, fact: type[Fact]) -> str | None:
        """The kind of the streams that carry the facts of a class, where each changes the row of its stream's own id.

        None where it may change others: only the fact itself tells."""
        rule = self.rule(fact)
        if rule is None or rule.key is not None:
            return None
        kind, _, ident = fact.stream(cast("Fact", _Names())).partition(":")
        return kind if ident == f"<{self.key}>" else None

    def homes(self) -> frozenset[str | None]:
        """The kinds of streams whose id is the key of what their events change; None: some tell it otherwise."""
        if len(KINDS) not in self._homes:
            ruled = [fact for fact in KINDS.values() if self.rule(fact) is not None]
            self._homes[len(KINDS)] = frozenset(map(self.home, ruled))
        return self._homes[len(KINDS)]

    def keys(self, event: Event) -> Sequence[str]:
        """The keys of the rows that an event may change."""
        rule = self.rule(event.fact.__class__)
        if rule is None:
            return ()
        found: Keys = rule.key(event) if rule.key else getattr(event.fact, self.key)
        if found is None:
            return ()
        return (found,) if isinstance(found, str) else tuple(found)

    def apply(self, event: Event, rows: MutableMapping[str, R | None]) -> None:
        """Bring the rows that an event changes up to it. A row that is gone stands as None."""
        rule = self.rule(event.fact.__class__)
        if rule is None:
            return
        for key in self.keys(event):
            before = rows.get(key)
            if before is not None or rule.begins:
                after: Any = rule.handler(before, event.fact, event)
                rows[key] = after

    def fold(self, events: Iterable[Event], rows: MutableMapping[str, R | None] | None = None) -> dict[str, R]:
        """The rows after the events, from zero or from `rows`, by key."""
        held = rows if rows is not None else {}
        for event in events:
            self.apply(event, held)
        return {key: row for key, row in held.items() if row is not None}

    def __reduce__(self) -> tuple[Any, ...]:
        """To another process a projection goes by its name in the module that declares it."""
        module = self.row.__module__
        return _declared, (module, next(name for name, one in vars(sys.modules[module]).items() if one is self))


def _declared(module: str, name: str) -> Any:
    return getattr(import_module(module), name)


iso = lru_cache(4096)(date.isoformat)  # a log has many events a day, and each day's text is made once


def place_of(event: Event) -> str:
    """An event's place in its stream, as the key of a row."""
    return f"{event.stream}/{event.version}"


class _Names:
    """Stands for a fact of which only the names of its fields are known."""

    def __getattr__(self, name: str) -> str:
        return f"<{name}>"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows somebody asks for; the default is all of them.

    `equal`: column -> its value. `filled`: at least one of these columns is not empty. `words`: folded, each of them
    occurs somewhere in the column `search`. `limit`: the first so many, by key."""

    equal: Mapping[str, str | int] = field(default_factory=dict)
    filled: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    limit: int | None = None

    def fits(self, row: Any) -> bool:
        """Whether a row is among those asked for, the limit apart."""
        return (
            all(getattr(row, column) == value for column, value in self.equal.items())
            and (not self.filled or any(getattr(row, column) is not None for column in self.filled))
            and all(word in row.search for word in self.words)
        )


EVERYTHING = Wanted()


class Shelf(Protocol):
    """Where the rows of projections are taken from: their tables, or a fold of a day in the past."""

    def rows(self, projection: Projection[R], wanted: Wanted = EVERYTHING) -> list[R]:
        """The rows asked for, by key."""


def chosen(rows: Mapping[str, R], wanted: Wanted) -> list[R]:
    """Of rows in memory those asked for, by key."""
    return list(_first(wanted.limit, (rows[key] for key in sorted(rows) if wanted.fits(rows[key]))))


def _first(limit: int | None, rows: Iterator[R]) -> Iterator[R]:
    return rows if limit is None else (row for _, row in zip(range(limit), rows, strict=False))
