"""Counts working days in Vietnam: weekends, public holidays, Saturdays worked in exchange. It reads no clock."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from engine.catalogue import N_, Message
from engine.oserrors import reason_of
from engine.text import shortened

DAY = timedelta(days=1)
LONGEST_ECHO = 100
MOST_DAYS = 10_000  # further ahead nobody counts
_WRONG = N_("write `days:` with a list of {entry}")
_FOUND = N_("write `days:` with a list of {entry}; found {found}")
_NO_YAML = N_("it is not in order as YAML (line {line})")
_NO_TEXT = N_("it is not text in UTF-8")
_ENTRY = "{date: 2027-02-06, working: true, note: ...}"


class CalendarWrong(Exception):
    """A file of days cannot be read as such."""

    def __init__(self, file: Path, reason: Message | str) -> None:
        self.file, self.reason = file, reason
        super().__init__(f"{file}: {reason.render('en') if isinstance(reason, Message) else reason}")


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
    except OSError as error:
        raise CalendarWrong(file, reason_of(error)) from None
    except UnicodeDecodeError:
        raise CalendarWrong(file, Message(_NO_TEXT)) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise CalendarWrong(file, Message(_NO_YAML, {"line": mark.line + 1 if mark else 1})) from None
    except ValueError:  # 2027-02-30
        raise CalendarWrong(file, Message(_WRONG, {"entry": _ENTRY})) from None
    days = raw.get("days") if isinstance(raw, dict) else raw
    if days is not None and not isinstance(days, list):
        raise CalendarWrong(file, Message(_WRONG, {"entry": _ENTRY}))
    return dict(_override(file, each) for each in days or ())


def _override(file: Path, entry: Any) -> tuple[date, bool]:
    day, working = (entry.get("date"), entry.get("working")) if isinstance(entry, dict) else (None, None)
    if type(day) is not date or not isinstance(working, bool):
        raise CalendarWrong(file, Message(_FOUND, {"entry": _ENTRY, "found": shortened(_as_yaml(entry), LONGEST_ECHO)}))
    return day, working


def _as_yaml(entry: Any) -> str:
    """An entry in one line, as it may have been written."""
    text: str = yaml.safe_dump(entry, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000)
    return text.removesuffix("...\n").strip()
