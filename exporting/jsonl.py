"""The log as JSON lines, one event a line, out of which each leaf of the sealed tree can be made again.

A line is the event's own bytes with its place put before them: `{"position":3,"stream":"task:T1","version":1,` and then
what was sealed, from its second byte on. So nothing is lost, and nothing needs to be written anew to be checked."""

from collections.abc import Iterator
from json import dumps
from typing import Any

from engine.envelope import BadEvent
from engine.log import Reader, Row


def lines(reader: Reader) -> Iterator[bytes]:
    """The whole log, a line an event, in its order; a page of it is in memory. Raises BadEvent."""
    return map(line_of, reader.events())


def line_of(row: Row) -> bytes:
    """An event's line. Raises BadEvent where its bytes are none that this product wrote."""
    body: Any = row.body  # who went around the product may have put a text there
    if not isinstance(body, bytes) or not body.startswith(b'{"') or b"\n" in body:
        raise BadEvent(row.position, "its bytes are no JSON object in one line")
    stream = dumps(row.stream, ensure_ascii=False)
    return f'{{"position":{row.position},"stream":{stream},"version":{row.version},'.encode() + body[1:] + b"\n"
