"""Counts working days in Vietnam: weekends, public holidays, Saturdays worked in exchange. It reads no clock."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

DAY = timedelta(days=1)
MOST_DAYS = 10_000  # further ahead nobody counts
_WRONG = "write `days:` with a list of {date: 2027-02-06, working: true, note: ...}"


class CalendarWrong(Exception):
    """A file of days cannot be read as such."""

    def __init__(self, file: Path, reason: str) -> None:
        self.file, self.reason = file, reason
        super().__init__(f"{file}: {reason}")


class Calendar:
    """Working days by the public calendar of Vietnam, and by `overrides` (day -> is it worked?) over it."""

    def __init__(self, overrides: Mapping[date, bool] | None = None) -> None:
        from holidays.countries.vietnam import Vietnam  # takes a quarter of a second

        self._public: Any = Vietnam()  # type: ignore[no-untyped-call]
        self._overrides = dict(overrides or {})

    def working(self, day: date) -> bool:
        """Whether the day is worked."""
        known = self._overrides.get(day)
        return bool(self._public.is_working_day(day)) if known is None else known

    def add_working_days(self, day: date, count: int) -> date:
        """The day so many working days after a day (before it, where `count` is negative), itself not counted."""
        step = DAY if count > 0 else -DAY
        for _ in range(min(abs(count), MOST_DAYS)):
            day += step
            while not self.working(day):
                day += step
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`; none where `end` is not later."""
        days = min((end - start).days, MOST_DAYS)
        return sum(self.working(start + place * DAY) for place in range(1, days + 1))


def read_overrides(file: Path) -> dict[date, bool]:
    """The days that a file puts right. Raises CalendarWrong."""
    try:
        raw = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
        raise CalendarWrong(file, str(error)) from None
    days = raw.get("days") if isinstance(raw, dict) else raw
    if days is not None and not isinstance(days, list):
        raise CalendarWrong(file, _WRONG)
    return dict(_override(file, each) for each in days or ())


def _override(file: Path, entry: Any) -> tuple[date, bool]:
    day, working = (entry.get("date"), entry.get("working")) if isinstance(entry, dict) else (None, None)
    if type(day) is not date or not isinstance(working, bool):
        raise CalendarWrong(file, f"{_WRONG}; found {entry!r}")
    return day, working
