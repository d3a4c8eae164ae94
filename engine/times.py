"""Times as the log has them: Vietnamese days, and moments in UTC as text. It reads no clock."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

VIETNAM: Final = timezone(timedelta(hours=7))  # decision dates are days in Vietnam


def instant(moment: datetime) -> str:
    """A UTC time as the log writes it: microseconds always there, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
