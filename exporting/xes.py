"""The log as XES (IEEE 1849): a case for each task, with the events of its stream. One case at a time is in memory."""

import re
from collections.abc import Iterable, Iterator
from typing import cast

from msgspec import Struct

from engine.entries import event_of
from engine.envelope import Event
from engine.fold import corrected
from engine.log import Reader
from engine.times import instant
from exporting.facts import Value, activity, attributes
from exporting.objects import follow, values_of
from projections.names import Names

_TASKS = "SELECT stream FROM events WHERE stream LIKE ? AND version = 1 ORDER BY position"
# What is written otherwise in an attribute; what XML 1.0 cannot hold, not even escaped, becomes U+FFFD.
_SPECIAL = re.compile('[&<>"\x00-\x1f\ud800-\udfff\ufffe\uffff]')
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
  <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <global scope="trace">
    <string key="concept:name" value=""/>
  </global>
  <global scope="event">
    <string key="concept:name" value=""/>
    <string key="lifecycle:transition" value="complete"/>
    <string key="org:resource" value=""/>
    <date key="time:timestamp" value="1970-01-01T00:00:00.000000+00:00"/>
  </global>
  <classifier name="Activity" keys="concept:name"/>
  <classifier name="Activity by role" keys="concept:name org:role"/>
  <string key="lifecycle:model" value="standard"/>
"""


def chunks(reader: Reader) -> Iterator[bytes]:
    """The file, piece by piece. Raises UnknownKind, BadEvent."""
    names = Names(reader, "en")
    yield _HEAD.encode()
    for (stream,) in reader.rows(_TASKS, ["task:%"]):
        rows = reader.stream(stream)
        yield _trace(stream, list(map(event_of, rows)), names).encode()
    yield b"</log>\n"


def _trace(stream: str, events: list[Event], names: Names) -> str:
    state: Struct | None = None
    for event in corrected(events):
        state = follow(stream, state, event)
    told = values_of(stream, cast(Struct, state), names)
    own = {"concept:name": stream.removeprefix("task:"), **{f"khcn:{name}": value for name, value in told.items()}}
    return "".join(["  <trace>\n", *_attributes(own, 4), *(_event(event, names) for event in events), "  </trace>\n"])


def _event(event: Event, names: Names) -> str:
    own = {"concept:name": activity(event), "lifecycle:transition": "complete", "org:resource": event.actor}
    if event.role is not None:
        own["org:role"] = event.role
    when = instant(event.recorded_at).replace("Z", "+00:00")
    time = f'      <date key="time:timestamp" value="{when}"/>\n'
    more = {f"khcn:{name}": value for name, value in attributes(event, names).items() if name not in ("actor", "role")}
    return "".join(["    <event>\n", *_attributes(own, 6), time, *_attributes(more, 6), "    </event>\n"])


def _attributes(values: dict[str, Value] | dict[str, str], indent: int) -> Iterable[str]:
    for name, value in values.items():
        if isinstance(value, bool):
            kind, text = "boolean", str(value).lower()
        else:
            kind, text = "int" if isinstance(value, int) else "string", _escaped(str(value))
        yield f'{" " * indent}<{kind} key="{name}" value="{text}"/>\n'


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: _ESCAPED.get(found[0], "\ufffd"), text)
