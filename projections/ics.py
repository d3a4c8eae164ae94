"""Writes deadlines as an iCalendar file (RFC 5545): one all-day event a duty. It knows no clock and no language."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

PRODUCT = "-//khcn-ledger//khcn due//VI"
LONGEST = 75  # octets of a line, its end apart
# A calendar must hold something; this also says where the days are.
TIMEZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:Asia/Ho_Chi_Minh",
    "BEGIN:STANDARD",
    "DTSTART:19750613T000000",
    "TZOFFSETFROM:+0700",
    "TZOFFSETTO:+0700",
    "TZNAME:+07",
    "END:STANDARD",
    "END:VTIMEZONE",
)

Duty = Mapping[str, Any]


def calendar(
    rows: Iterable[Duty], *, day: date, name: str, title: Callable[[Duty], str], about: Callable[[Duty], str]
) -> bytes:
    """The duties as they stand on a day; `title` and `about` say in words what each is."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        "X-WR-TIMEZONE:Asia/Ho_Chi_Minh",
        "REFRESH-INTERVAL;VALUE=DURATION:P1D",
        "X-PUBLISHED-TTL:P1D",
        *TIMEZONE,
    ]
    for row in rows:
        lines += _event(row, day, title(row), about(row))
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def uid(row: Duty) -> str:
    """What a calendar knows a duty by: the same for ever, whatever becomes of the duty. No id holds a colon."""
    return f"{row['unit']}:{row['plan']}:{row['what']}:{row['period']}@khcn-ledger"


def _event(row: Duty, day: date, title: str, about: str) -> Iterator[str]:
    due = date.fromisoformat(row["due"])
    finished = row["done_on"] is not None
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(uid(row))}"
    yield f"DTSTAMP:{day:%Y%m%d}T000000Z"
    yield f"SEQUENCE:{int(finished)}"
    yield f"DTSTART;VALUE=DATE:{due:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{due + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(title)}"
    yield f"DESCRIPTION:{escaped(about)}"
    yield f"CATEGORIES:{escaped(row['plan'])},{escaped(row['what'])}"
    yield "STATUS:CONFIRMED"
    yield "TRANSP:TRANSPARENT"
    yield f"X-KHCN-STATUS:{row['status']}"
    if finished:
        yield f"X-KHCN-DONE-ON;VALUE=DATE:{date.fromisoformat(row['done_on']):%Y%m%d}"
    yield "END:VEVENT"


def escaped(text: str) -> str:
    """A text as a property holds it."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def folded(line: str) -> bytes:
    """A line in UTF-8 with its end, in parts of at most 75 octets, no letter broken."""
    parts, part = [], b""
    for letter in line:
        octets = letter.encode()
        if len(part) + len(octets) > LONGEST:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"
