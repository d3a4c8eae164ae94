"""Collects commands by date and numbers their papers; knows no rule of any plan."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Json = dict[str, Any]

OFFICES_CLOSED = (
    "2025-04-07 2025-04-30 2025-05-01 2025-05-02 2025-09-01 2025-09-02 2026-01-01 2026-01-02 2026-02-16 2026-02-17 "
    "2026-02-18 2026-02-19 2026-02-20 2026-04-27 2026-04-30 2026-05-01 2026-08-31 2026-09-01 2026-09-02"
)


def working_day(day: date) -> date:
    """The day, or the first on which an office is open."""
    while day.weekday() > 4 or day.isoformat() in OFFICES_CLOSED:
        day += timedelta(days=1)
    return day


@dataclass
class Row:
    """One command, and the rules that must refuse it (none: it is recorded)."""

    on: date
    command: Json
    refused: tuple[str, ...]


class Script:
    """The commands of one bundled file."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.sessions: dict[tuple[str, date], Json] = {}

    def add(self, name: str, actor: str, on: date, /, *, refused: tuple[str, ...] = (), **fields: Any) -> Json:
        """Put a command behind those of its day."""
        command = {"command": name, "command_id": "", "actor": actor, "on": on.isoformat(), **fields}
        self.rows.append(Row(on, command, refused))
        return command

    def ordered(self, ids: Counter[str]) -> list[Row]:
        """The commands by date, each with an id that no other file has (`ids`: those given) and its papers' numbers."""
        rows = sorted(self.rows, key=lambda row: row.on)
        numbers: Counter[tuple[str, str, str]] = Counter()
        for row in rows:
            of = _subject(row.command)
            ids[of] += 1
            row.command["command_id"] = f"demo.{of}.{ids[of]:02}"
            for paper in papers(row.command):
                kind = (paper["issuer"], paper["number"], paper["date"][:4])
                numbers[kind] += 1
                paper["number"] = paper["number"].replace("#", f"{numbers[kind] + 10:02}")
        return rows


def paper(kind: str, on: date, issuer: str, **more: str) -> Json:
    """A document whose number is given when all are known: `#/QĐ-SYT`."""
    return {"number": f"#/{kind}", "date": on.isoformat(), "issuer": issuer, **more}


def papers(value: Any) -> Iterator[Json]:
    """Every document in a command that still waits for its number."""
    if isinstance(value, dict):
        if str(value.get("number", "")).startswith("#"):
            yield value
        for each in value.values():
            yield from papers(each)


def _subject(command: Json) -> str:
    for field in ("task", "stream", "session", "council", "line", "person", "unit", "into"):
        if field in command:
            return str(command[field]).rpartition(":")[2]
    return "other"
