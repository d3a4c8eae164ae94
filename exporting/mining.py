"""The log as objects and events for OCEL 2.0: one pass, in which types, attributes and relations come up as they come.

Of an event the time is when it was recorded, since that order is the log's; `decided_on` says the decision date. What a
thing is when it comes on record holds from the format's beginning of time; each change has its recording time."""

from collections.abc import Iterator
from typing import NamedTuple

from engine.entries import event_of
from engine.log import Reader
from engine.times import instant
from exporting.facts import Relation, Value, activity, attributes, relations
from exporting.objects import KINDS, Objects, Thing, belongs_to
from projections.history import corrections_of_all
from projections.names import Names

BEGINNING = "1970-01-01T00:00:00Z"  # where the format's readers look for the values a thing begins with
Types = dict[str, dict[str, str]]  # type -> attribute -> string, integer, boolean or time


class Happened(NamedTuple):
    """An event as OCEL has it."""

    ident: str
    type: str
    time: str
    attributes: dict[str, Value]
    relations: list[Relation]


class Mined:
    """What a pass over the log has found; complete once `events` has come to its end."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._names = Names(reader, "en")
        self._objects = Objects(self._names, corrections_of_all(reader))
        self.event_types: Types = {}
        self.object_types: Types = {kind: {"on_record_since": "time"} for kind in KINDS}

    def events(self) -> Iterator[Happened]:
        """Each event, in the order of the log. Raises UnknownKind, BadEvent."""
        for event in map(event_of, self._reader.events()):
            self._objects.take(event)
            when = instant(event.recorded_at)
            found = Happened(
                f"{event.stream}/{event.version}",
                activity(event),
                when,
                attributes(event, self._names),
                relations(event, self._objects.states),
            )
            for ident, _ in found.relations:
                self._objects.name(ident, when)
            _declare(self.event_types.setdefault(found.type, {}), found.attributes)
            yield found

    def things(self) -> Iterator[tuple[Thing, list[Relation]]]:
        """Each thing with what it is bound to now, in the order in which they came up."""
        for ident, thing in list(self._objects.things.items()):
            state = self._objects.states.get(ident)
            bound = dict.fromkeys(belongs_to(ident, state)) if state is not None else {}
            declared = self.object_types[thing.kind]
            _declare(declared, thing.first)
            for _, name, value in thing.changes:
                _declare(declared, {name: value})
            yield thing, [each for each in bound if each[0] in self._objects.things]


def _declare(known: dict[str, str], values: dict[str, Value]) -> None:
    for name, value in values.items():
        kind = type_of(name, value)
        if value != "" and known.setdefault(name, kind) != kind:
            known[name] = "string"


def type_of(name: str, value: Value) -> str:
    """The type of an attribute's value, as OCEL names it."""
    if name in ("recorded_at", "on_record_since"):
        return "time"
    if isinstance(value, bool):
        return "boolean"
    return "integer" if isinstance(value, int) else "string"
