"""Which duties a plan brings: their periods and last days. It knows no unit, no event and no day asked."""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import NamedTuple

from engine.plan import Obligation

MOST_YEARS = 30  # so long a plan governs; whoever asks for the year 9999 gets an answer, and soon


class Duty(NamedTuple):
    """What is owed for a period, under which clause, and the last day on which it is on time."""

    what: str
    clause: str
    period: str
    due: date


def duties(obligations: Iterable[Obligation], *, since: date, until: date) -> Iterator[Duty]:
    """The duties of units whose last day lies from `since` to `until`, both included.

    What a Department owes itself is none of theirs."""
    for owed in obligations:
        if owed.who == "every_unit":
            for year in range(since.year, min(until.year, since.year + MOST_YEARS) + 1):
                for duty in _of_year(owed, year):
                    if since <= duty.due <= until:
                        yield duty


def _of_year(owed: Obligation, year: int) -> Iterator[Duty]:
    if year not in owed.years if owed.years else not _recurs_in(owed, year):
        return
    words = owed.periods or tuple(PERIODS[owed.recurs])
    for place, word in enumerate(words):
        period = f"{year}-{word}" if word else str(year)
        if owed.first is None or period >= owed.first:
            due = _day(year, owed.last_days[place]) if owed.last_days else PERIODS[owed.recurs][word](year)
            yield Duty(owed.what, owed.clause, period, due)


def _recurs_in(owed: Obligation, year: int) -> bool:
    since = owed.since
    return since is not None and (year == since if owed.recurs == "once" else year >= since)


def _day(year: int, month_day: str) -> date:
    """A day of a year; of 29 February in a common year, the 28th."""
    month, day = int(month_day[:2]), int(month_day[3:])
    return date(year, month, min(day, monthrange(year, month)[1]))


def _end_of(month: int) -> Callable[[int], date]:
    return lambda year: date(year, month, monthrange(year, month)[1])


# How often a duty comes back -> each period of a year and its last day.
PERIODS: dict[str, dict[str, Callable[[int], date]]] = {
    "once": {"": _end_of(12)},
    "yearly": {"": _end_of(12)},
    "half_yearly": {"H1": _end_of(6), "H2": _end_of(12)},
    "quarterly": {f"Q{quarter}": _end_of(3 * quarter) for quarter in range(1, 5)},
    "monthly": {f"{month:02}": _end_of(month) for month in range(1, 13)},
}
