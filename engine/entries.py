"""Rows of the log as events. It reads nothing else and judges none."""

from collections.abc import Iterator

from engine import events  # noqa: F401 - makes every kind of event known
from engine.envelope import Event, decode
from engine.transactions import Reader, Row


def event_of(row: Row) -> Event:
    """The whole event of a row of the log. Raises UnknownKind; BadEvent where its bytes are no event."""
    return decode(row.position, row.stream, row.version, row.body)


def events_of(reader: Reader, stream: str) -> Iterator[Event]:
    """The events of one stream, by version. Raises EventGone, UnknownKind, BadEvent."""
    return map(event_of, reader.stream(stream))
