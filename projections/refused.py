"""Refused attempts, which are kept beside the log: who tried what, when, and which rules refused it."""

from typing import Any

from pydantic_core import from_json

from engine.log import Log, RefusalRow

Json = dict[str, Any]
FIELDS = ("recorded_at", "actor", "command", "stream", "on", "rules", "data")


def refused(log: Log, *, limit: int, actor: str | None = None) -> list[Json]:
    """The newest refused attempts, newest first, all or those of one person. Raises StoreMissing, StoreUnavailable."""
    with log.reader() as reader:
        return [_told(row) for row in reader.refusals(limit, actor=actor)]


def _told(row: RefusalRow) -> Json:
    said = _said(row.body)
    return {
        "recorded_at": row.recorded_at,
        "actor": row.actor,
        "command": row.command,
        "stream": row.stream or None,
        "on": said["command"].get("on"),
        "rules": said["rules"],
        "data": said["command"],
    }


def _said(body: bytes) -> Json:
    """What was kept of an attempt; nothing where somebody spoilt it."""
    try:
        found = from_json(body)
    except ValueError:
        found = None
    return found if isinstance(found, dict) and "command" in found else {"rules": [], "command": {}}
