"""Times in rounds: what is compared is measured in turns, so that noise falls on all alike. Prints medians."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from time import perf_counter
from typing import NamedTuple


class Times:
    """Seconds by name, summed up within each round."""

    def __init__(self) -> None:
        self.rounds: list[dict[str, float]] = []

    def begin(self) -> None:
        """Begin a round."""
        self.rounds.append(defaultdict(float))

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Add the time of the block to a name."""
        start = perf_counter()
        yield
        self.rounds[-1][name] += perf_counter() - start

    def median(self, name: str) -> float:
        """The median of the rounds, in seconds."""
        return median(each[name] for each in self.rounds)

    def ratio(self, name: str, other: str) -> float:
        """The median of the rounds' ratios."""
        return median(each[name] / each[other] for each in self.rounds)

    def line(self, what: str, name: str, other: str, count: int = 1, aim: float | None = None) -> Line:
        """A line of the table on what takes `name` and `other` for each of `count` things."""
        one, two = (self.median(each) / count * 1e6 for each in (name, other))
        shown = f"{one:,.0f} / {two:,.0f} us" if two < 10_000 else f"{one / 1e3:,.0f} / {two / 1e3:,.0f} ms"
        return Line(what, shown, self.ratio(name, other), aim)


class Line(NamedTuple):
    """A line of the table: what is compared, the median times, their ratio, and the most it is to be, if anything."""

    what: str
    times: str
    ratio: float
    aim: float | None = None

    def cells(self) -> tuple[str, ...]:
        """The line as text."""
        shown = self.what, self.times, f"{self.ratio:.2f}"
        return (*shown, "", "") if self.aim is None else (*shown, f"{self.aim:g}", "yes" if self.met else "NO")

    @property
    def met(self) -> bool:
        """Whether the ratio is within its aim."""
        return self.aim is None or self.ratio <= self.aim


def put(title: str, lines: Sequence[Line]) -> None:
    """Print a table."""
    rows = [(title, "medians", "ratio", "at most", "met"), *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    print()
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip(), flush=True)
