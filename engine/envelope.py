"""How a fact stands in the log: place, two times, legal basis; written and read back. It decides nothing."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, ClassVar, TypeVar

from msgspec import Struct
from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json, to_json

from engine.fields import Document
from engine.times import instant

Json = dict[str, Any]


class Fact(BaseModel):
    """Something that happened. `KIND` is its name in the log for ever, `SCHEMA` the version of its shape.

    `PERSONAL` names the fields that are personal data of the person whose stream it is on: they are sealed."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    KIND: ClassVar[str] = ""
    SCHEMA: ClassVar[int] = 1
    PERSONAL: ClassVar[tuple[str, ...]] = ()

    def stream(self) -> str:
        """The stream the fact belongs to, `kind:id`."""
        raise NotImplementedError  # abstract

    def touches(self) -> tuple[str, ...]:
        """The keys of every state that this fact changes; the stream's own comes first."""
        return (self.stream(),)


class Finding(Struct, frozen=True):
    """What a rule said of an accepted step: met, or waived by a document, and on what evidence."""

    rule: str
    source: str
    clause: str | None
    met: bool
    waived: str | None = None
    evidence: Mapping[str, Any] = {}


class Event(Struct, frozen=True):
    """A fact with its place in the log, its two times, and the legal basis of the decision.

    `on` is the decision date (what the paper says), `recorded_at` the recording time (UTC, what the clock said)."""

    position: int
    stream: str
    version: int
    fact: Fact
    on: date
    recorded_at: datetime
    actor: str
    role: str | None
    command: str
    command_id: str | None = None
    document: Document | None = None
    plan: tuple[str, int] | None = None
    findings: tuple[Finding, ...] = ()
    acting_for: str | None = None


KINDS: dict[str, type[Fact]] = {}
UPCASTERS: dict[tuple[str, int], Callable[[Json], Json]] = {}  # (kind, schema) -> data of the next schema
F = TypeVar("F", bound=type[Fact])


class UnknownKind(Exception):
    """The log holds a kind of event, or a version of it, that this release does not know."""

    def __init__(self, kind: str, schema: int, position: int) -> None:
        self.kind, self.schema, self.position = kind, schema, position
        super().__init__(f"unknown kind of event {kind!r} (schema {schema}) at position {position}")


class BadEvent(Exception):
    """What the log holds at a position cannot be read as an event: it was damaged, or written past the desk."""

    def __init__(self, position: int, reason: str) -> None:
        self.position, self.reason = position, reason
        super().__init__(f"position {position} holds no event ({reason})")


def kind(fact: F) -> F:
    """Enter a class of facts into the registry of kinds."""
    if fact.KIND in KINDS:
        raise ValueError(f"kind {fact.KIND!r} is registered twice")
    KINDS[fact.KIND] = fact
    return fact


def upcaster(name: str, schema: int) -> Callable[[Callable[[Json], Json]], Callable[[Json], Json]]:
    """Declare how data of `schema` of kind `name` becomes data of the next schema."""

    def enter(cast: Callable[[Json], Json]) -> Callable[[Json], Json]:
        UPCASTERS[name, schema] = cast
        return cast

    return enter


def encode(event: Event) -> bytes:
    """The canonical bytes of an event, without its place: what the log keeps and what gets sealed."""
    body: Json = {
        "kind": event.fact.KIND,
        "schema": event.fact.SCHEMA,
        "on": event.on.isoformat(),
        "recorded_at": instant(event.recorded_at),
        "actor": event.actor,
        "role": event.role,
        "acting_for": event.acting_for,
        "command": event.command,
        "command_id": event.command_id,
        "document": event.document,
        "plan": event.plan,
        "data": event.fact,
        "findings": [_finding(f) for f in event.findings],
    }
    return to_json({name: value for name, value in body.items() if value is not None}, exclude_none=True)


def _finding(found: Finding) -> Json:
    kept: Json = {"rule": found.rule, "source": found.source, "met": found.met}
    if found.clause is not None:
        kept["clause"] = found.clause
    if found.waived is not None:
        kept["waived"] = found.waived
    if found.evidence:
        kept["evidence"] = found.evidence
    return kept


def upcast(name: str, schema: int, data: Json, position: int) -> Fact:
    """Bring data of an old schema to the present one.

    Raises UnknownKind for a kind or a schema that this release does not know."""
    cls = KINDS.get(name)
    if cls is None:
        raise UnknownKind(name, schema, position)
    while schema != cls.SCHEMA:
        cast = UPCASTERS.get((name, schema))
        if cast is None:
            raise UnknownKind(name, schema, position)
        data, schema = cast(data), schema + 1
    return cls.model_validate(data)


def decode(position: int, stream: str, version: int, body: bytes) -> Event:
    """An event from its place and its bytes. Raises UnknownKind; BadEvent where the bytes are no event."""
    try:
        return _decode(position, stream, version, body)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as fault:
        raise BadEvent(position, f"{type(fault).__name__}: {str(fault)[:200]}") from fault


def _decode(position: int, stream: str, version: int, body: bytes) -> Event:
    raw = from_json(body)
    document = raw.get("document")
    plan = raw.get("plan")
    return Event(
        position=position,
        stream=stream,
        version=version,
        fact=upcast(raw["kind"], raw["schema"], raw["data"], position),
        on=date.fromisoformat(raw["on"]),
        recorded_at=datetime.fromisoformat(raw["recorded_at"]),
        actor=raw["actor"],
        role=raw.get("role"),
        acting_for=raw.get("acting_for"),
        command=raw["command"],
        command_id=raw.get("command_id"),
        document=Document.model_validate(document) if document else None,
        plan=(plan[0], plan[1]) if plan else None,
        findings=tuple(Finding(**{"clause": None, **f}) for f in raw["findings"]),
    )
