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


class Line(NamedTuple):
    """A line of the table: what is compared, the times, their ratio, and the aim if there is one."""

    what: str
    times: str
    ratio: float
    aim: float | None = None
    at_least: bool = False

    def cells(self) -> tuple[str, ...]:
        """The line as text."""
        if self.aim is None:
            return self.what, self.times, f"{self.ratio:.2f}", "", ""
        met = self.ratio >= self.aim if self.at_least else self.ratio <= self.aim
        bound = f"{'at least' if self.at_least else 'at most'} {self.aim:g}"
        return self.what, self.times, f"{self.ratio:.2f}", bound, "yes" if met else "NO"


def put(title: str, lines: Sequence[Line]) -> None:
    """Print a table."""
    heads = ("", "median times", "ratio", "aim", "met")
    rows = [heads, *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    print(f"\n{title}")
    for row in rows:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
