"""Reads times of recording as people write them, and as this program's own tables print them."""

import re
from datetime import UTC, datetime, timedelta

_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_PRINTED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\Z", re.ASCII)
_END_OF_DAY = "T23:59:59.999999"


def moment(text: str) -> datetime | None:
    """Take a time, ISO 8601 or dd/mm/yyyy with or without an hour; give it with its zone, None where it is no time.

    Without a zone it is Vietnamese time; a bare date is the end of that day. Tables print times to the second, so one
    written as they have it (a blank before the hour) is the end of that second: what was recorded then is known."""
    from engine.times import VIETNAM, iso_day

    text = iso_day(text.strip())
    if _DAY.match(text):
        text += _END_OF_DAY
    try:
        time = datetime.fromisoformat(text)
        if _PRINTED.match(text):
            time += timedelta(microseconds=999_999)
        time = time if time.tzinfo else time.replace(tzinfo=VIETNAM)
        time.astimezone(UTC)  # of the last hours of all it can be said in no other zone
    except (ValueError, OverflowError):
        return None
    return time
