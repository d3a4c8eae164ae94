"""The log as OCEL 2.0 in JSON, written while it is read: events first, then what they were found to speak of."""

from collections.abc import Iterable, Iterator

from msgspec.json import Encoder

from engine.log import Reader
from exporting.facts import Relation, Value
from exporting.mining import BEGINNING, Happened, Mined, Types
from exporting.objects import Thing

_ENCODER = Encoder()


def chunks(reader: Reader) -> Iterator[bytes]:
    """The file, piece by piece. The events are not held; the things and their histories are. Raises what Mined does."""
    mined = Mined(reader)
    yield b'{"events": ['
    yield from _list(map(_event, mined.events()))
    yield b'],\n"objects": ['
    yield from _list(_object(thing, bound) for thing, bound in mined.things())
    yield b'],\n"objectTypes": ['
    yield from _list(_types(mined.object_types))
    yield b'],\n"eventTypes": ['
    yield from _list(_types(dict(sorted(mined.event_types.items()))))
    yield b"]}\n"


def _list(values: Iterable[object]) -> Iterator[bytes]:
    start = b"\n"
    for value in values:
        yield start + _ENCODER.encode(value)
        start = b",\n"
    yield b"\n"


def _event(event: Happened) -> object:
    return {
        "id": event.ident,
        "type": event.type,
        "time": event.time,
        "attributes": [{"name": name, "value": _text(value)} for name, value in event.attributes.items()],
        "relationships": _relations(event.relations),
    }


def _object(thing: Thing, bound: list[Relation]) -> object:
    first: dict[str, Value] = {"on_record_since": thing.since, **thing.first}
    told = [{"name": name, "time": BEGINNING, "value": _text(value)} for name, value in first.items()]
    told += [{"name": name, "time": when, "value": _text(value)} for when, name, value in thing.changes]
    return {"id": thing.ident, "type": thing.kind, "attributes": told, "relationships": _relations(bound)}


def _relations(found: list[Relation]) -> list[dict[str, str]]:
    return [{"objectId": ident, "qualifier": how} for ident, how in found]


def _types(types: Types) -> Iterator[object]:
    for name, declared in types.items():
        yield {"name": name, "attributes": [{"name": each, "type": kind} for each, kind in declared.items()]}


def _text(value: Value) -> str:
    """A value as the published schema wants it: text, whatever its type."""
    return str(value).lower() if isinstance(value, bool) else str(value)
