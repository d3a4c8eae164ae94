"""Times as the log has them: Vietnamese days, and moments in UTC as text. It reads no clock."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

VIETNAM: Final = timezone(timedelta(hours=7))  # decision dates are days in Vietnam
FIRST_YEAR, LAST_YEAR = 1900, 2200  # of plans and measures; no date is before the first
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_MONTH_YEAR = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


def iso_day(text: str) -> str:
    """Take a text that may begin with dd/mm/yyyy; give it with YYYY-MM-DD there. Any other comes back as it is."""
    found = _DAY_MONTH_YEAR.match(text)
    if found is None:
        return text
    day, month, year = found.groups()
    return f"{year}-{month:0>2}-{day:0>2}{text[found.end() :]}"


def read_day(text: str) -> date | None:
    """Take YYYY-MM-DD; give the day. None for a text of another shape, and for a day that never was."""
    if not ISO_DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def day_of(moment: datetime) -> date:
    """Take a moment with its zone; give the day it was in Vietnam."""
    return moment.astimezone(VIETNAM).date()


def instant(moment: datetime) -> str:
    """A UTC time as the log writes it: microseconds always there, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
