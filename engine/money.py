"""Money by decision date, in whole đồng: budget lines, and what a task has of each.

Papers are recorded late and in any order. So a sum is asked for a day, and holds for that day and every later one that
is known: what is taken now must not be what was given only afterwards, nor what is on record as taken later."""

from collections.abc import Iterable
from datetime import date
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

Moves = tuple[tuple[date, int], ...]  # what came (or, less than nothing, went) on each day, by day


class Line(Struct, frozen=True):
    """A budget line. `amount` is the newest by date; `amounts` is empty until it is adjusted for the first time."""

    line: str
    plan: str
    year: int
    payer: str
    unit: str | None
    amount: int
    since: date
    allocated: int = 0
    disbursed: int = 0
    returned: int = 0
    amounts: Moves = ()  # the amount from each day on
    moves: Moves = ()  # allocations less returns
    began: dict[str, date] = {}  # task -> the day of the allocation that led it on, which may be rescinded
    version: int = 0

    def adjusted(self, on: date, amount: int) -> "Line":
        """The line with a new amount from a day on."""
        amounts = dict(self.amounts or ((date.min, self.amount),)) | {on: amount}
        known = tuple(sorted(amounts.items()))
        return replace(self, amounts=known, amount=known[-1][1])

    def taken(self, on: date, *, allocated: int = 0, returned: int = 0) -> "Line":
        """The line after an allocation or a return of a day."""
        return replace(
            self,
            allocated=self.allocated + allocated,
            returned=self.returned + returned,
            moves=moved(self.moves, on, allocated - returned),
        )

    def without(self, task: str, amount: int) -> "Line":
        """The line as if the allocation that led a task on had never been; as of a day before it, it was not yet."""
        began = dict(self.began)
        on = began.pop(task, None)
        return replace(self.taken(on, allocated=-amount), began=began) if on else self

    @property
    def left(self) -> int:
        """What is left when all is taken together."""
        return self.amount - self.allocated + self.returned

    def room(self, on: date) -> int:
        """What may still be allocated on a day."""
        known = self.amounts or ((date.min, self.amount),)
        came = zip((day for day, _ in known), _steps(amount for _, amount in known), strict=True)
        return lowest(chain(came, ((day, -amount) for day, amount in self.moves)), on)

    def bound(self, on: date) -> int:
        """What a new amount from a day on must cover, until the next one is in force."""
        until = next((day for day, _ in self.amounts if day > on), date.max)
        return highest((move for move in self.moves if move[0] < until), on)


class Share(Struct, frozen=True, array_like=True):
    """A task's money from one line."""

    allocated: int = 0
    disbursed: int = 0
    returned: int = 0
    granted: Moves = ()  # allocations less returns
    spent: Moves = ()

    def moved(self, on: date, *, allocated: int = 0, disbursed: int = 0, returned: int = 0) -> "Share":
        """The share after what moved on a day."""
        return Share(
            self.allocated + allocated,
            self.disbursed + disbursed,
            self.returned + returned,
            moved(self.granted, on, allocated - returned),
            moved(self.spent, on, disbursed),
        )

    @property
    def unsettled(self) -> int:
        """What is neither spent nor returned."""
        return self.allocated - self.disbursed - self.returned

    def room(self, on: date) -> int:
        """What may be spent or returned on a day."""
        return lowest(chain(self.granted, ((day, -amount) for day, amount in self.spent)), on)


def moved(moves: Moves, on: date, amount: int) -> Moves:
    """Moves with one more."""
    if not amount:
        return moves
    if not moves or on > moves[-1][0]:
        return (*moves, (on, amount))
    sums = dict(moves)
    sums[on] = sums.get(on, 0) + amount
    return tuple(sorted(sums.items()))


def lowest(moves: Iterable[tuple[date, int]], on: date) -> int:
    """The lowest sum of moves on a day or after it."""
    return min(_sums(moves, on))


def highest(moves: Iterable[tuple[date, int]], on: date) -> int:
    """The highest sum of moves on a day or after it."""
    return max(_sums(moves, on))


def _sums(moves: Iterable[tuple[date, int]], on: date) -> list[int]:
    """The sum of moves on a day, and on each later day on which something moved."""
    by_day: dict[date, int] = {}
    for day, amount in moves:
        day = max(day, on)
        by_day[day] = by_day.get(day, 0) + amount
    found, total = [], by_day.pop(on, 0)
    found.append(total)
    for _, amount in sorted(by_day.items()):
        total += amount
        found.append(total)
    return found


def _steps(amounts: Iterable[int]) -> Iterable[int]:
    before = 0
    for amount in amounts:
        yield amount - before
        before = amount
