"""The periods that reports are made for: years, half-years, quarters. It knows no plan and no clock."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

_PERIOD: Final = re.compile(r"([0-9]{4})(?:-(?:H([12])|Q([1-4])))?\Z", re.ASCII)
EXAMPLES: Final = {"year": "2026", "half-year": "2026-H1", "quarter": "2026-Q1"}


class PeriodWrong(Exception):
    """No such period, or none for which the report is made; `fitting` are the kinds for which it is."""

    def __init__(self, text: str, fitting: Iterable[str]) -> None:
        self.text, self.fitting = text, tuple(fitting)
        super().__init__(f"{text} is no period of {', '.join(self.fitting)}")

    @property
    def examples(self) -> list[str]:
        """A period of each kind that fits."""
        return [EXAMPLES[kind] for kind in self.fitting]


class NotBegun(Exception):
    """A period that had not begun on the day as of which it is asked for: nothing can be told of it."""

    def __init__(self, period: str, since: date, day: date) -> None:
        self.period, self.since, self.day = period, since, day
        super().__init__(f"{period} begins on {since}, after {day}")


@dataclass(frozen=True, slots=True)
class Period:
    """A year, a half-year or a quarter, from its first day to its last, both included."""

    name: str
    kind: str
    year: int
    since: date
    until: date

    def has(self, day: str | None) -> bool:
        """Whether a day, as ISO text, lies in the period."""
        return day is not None and self.since.isoformat() <= day <= self.until.isoformat()


def period_of(text: str, fitting: Iterable[str]) -> Period:
    """The period that a text names: 2026, 2026-H1, 2026-Q1. Raises PeriodWrong where it is none of the kinds."""
    kinds = tuple(fitting)
    found = _PERIOD.match(text.strip())
    if found is None or not date.min.year < int(found[1]) < date.max.year:
        raise PeriodWrong(text, kinds)
    year, half, quarter = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    kind, months, place = ("half-year", 6, half) if half else ("quarter", 3, quarter) if quarter else ("year", 12, 1)
    if kind not in kinds:
        raise PeriodWrong(text, kinds)
    last = months * place
    return Period(
        text.strip(), kind, year, date(year, last - months + 1, 1), date(year, last, monthrange(year, last)[1])
    )
