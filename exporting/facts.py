"""What an event says, for tools that mine processes: its activity, plain attributes, and the objects it speaks of."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from engine.envelope import Event, Fact
from engine.events import EntryCorrected, PersonAdded, PlainStepTaken
from engine.fields import MEASURED_IN
from engine.states import Session, Task
from engine.times import instant
from projections.names import Names

Value = str | int | bool
Relation = tuple[str, str]  # the other's id, as kind:id, and what it is to this one

# Where a fact names something: field -> kind of object, and what the object is to the event.
_NAMED = {
    "task": ("task", "task"),
    "initiative": ("initiative", "initiative"),
    "unit": ("unit", "unit"),
    "units": ("unit", "merged unit"),
    "into": ("unit", "unit merged into"),
    "lead_unit": ("unit", "lead unit"),
    "council": ("council", "council"),
    "session": ("session", "session"),
    "line": ("line", "budget line"),
    "plan": ("plan", "plan"),
    "person": ("person", "person"),
    "persons": ("person", "commended person"),
    "to": ("person", "person"),
    "investigator": ("person", "investigator"),
    "team": ("person", "team member"),
    "leader": ("person", "research leader"),
    "officer": ("person", "research officer"),
    "presenter": ("person", "presenter"),
    "present": ("person", "present"),
    "recused": ("person", "recused"),
    "reviewers": ("person", "reviewer"),
    "out": ("person", "left"),
}
_NESTED = ("members", "items", "ballots", "absent_opinions", "authors", "reports", "entered")
_PARTS = {  # what a person is within such a part
    "members": "member",
    "entered": "member",
    "ballots": "voter",
    "absent_opinions": "absent with opinion",
    "authors": "author",
}


def activity(event: Event) -> str:
    """What happened, in a word: the kind of fact, and for a step that the plan defines for itself the step's name."""
    return event.fact.step if isinstance(event.fact, PlainStepTaken) else event.fact.KIND


def attributes(event: Event, names: Names) -> dict[str, Value]:
    """The event in plain values: place, both times, who in which role, the rules; `data_*` is what the fact says.

    Lists and nested values are left out: the objects they name are in `relations`. So is what is empty."""
    document = event.document
    plan, version = event.plan or (None, None)
    found: dict[str, Value | None] = {
        "position": event.position,
        "stream": event.stream,
        "version": event.version,
        "decided_on": event.on.isoformat(),
        "recorded_at": instant(event.recorded_at),
        "actor": event.actor,
        "role": event.role,
        "acting_for": event.acting_for,
        "command": event.command,
        "command_id": event.command_id,
        "plan": plan,
        "plan_version": version,
        "document_number": document.number if document else None,
        "document_date": document.date.isoformat() if document and document.date else None,
        "document_issuer": document.issuer if document else None,
        "document_sha256": document.sha256 if document else None,
        "rules_met": " ".join(each.rule for each in event.findings if each.met),
        "rules_waived": " ".join(each.rule for each in event.findings if each.waived is not None),
    }
    told = found | _said(event.fact, names)
    return {name: value for name, value in told.items() if value is not None and value != ""}


def _said(fact: Fact, names: Names) -> dict[str, Value]:
    data = fact.model_dump(mode="json", by_alias=True, exclude_none=True)
    if isinstance(fact, PersonAdded):
        data["name"] = names.text(fact.name, fact.person)
    elif isinstance(fact, EntryCorrected) and (fact.kind, fact.field) == (PersonAdded.KIND, "name"):
        data["value"] = names.text(str(fact.value), fact.of.removeprefix("person:"))
    own = data.pop("fields", {}) if isinstance(fact, PlainStepTaken) else {}
    named = {f"data_{name}": value for name, value in data.items()} | {f"field_{k}": v for k, v in own.items()}
    return {name: value for name, value in named.items() if isinstance(value, str | int)}


def relations(event: Event, states: Mapping[str, Struct]) -> list[Relation]:
    """The objects an event speaks of, its own first; `states` are those after it. Each pair stands there once."""
    own = event.stream
    found = [(own, own.split(":", 1)[0].replace("_", " "))]
    if f"person:{event.actor}" in states:  # what founded the store was done by nobody
        found.append((f"person:{event.actor}", "actor"))
    if event.acting_for is not None:
        found.append((f"person:{event.acting_for}", "acting for"))
    if event.plan is not None:
        found.append((f"plan:{event.plan[0]}", "governing plan"))
    if isinstance(event.fact, EntryCorrected):
        found += [(event.fact.of, "corrected"), *((key, "affected") for key in event.fact.keys)]
    else:
        found += _named(event.fact.model_dump(mode="json", exclude_none=True), "")
    found += list(_around(found, states))
    return [each for each in dict.fromkeys(found) if not each[0].startswith("plans:")]


def _named(data: Mapping[str, Any], part: str) -> Iterator[Relation]:
    for name, value in data.items():
        if name in _NESTED:
            for each in value if isinstance(value, list) else [value]:
                yield from _named(each, name)
        elif name in _NAMED:
            kind, role = _NAMED[name]
            for ident in value if isinstance(value, list) else [value]:
                # Some facts say under the same name how many there were, or what something is measured in.
                if isinstance(ident, str) and not (kind == "unit" and ident in MEASURED_IN):
                    yield f"{kind}:{ident}", _PARTS.get(part, role) if name == "person" else role


def _around(found: list[Relation], states: Mapping[str, Struct]) -> Iterator[Relation]:
    """What the things named belong to: the lead unit and plan of a task, the council of a session."""
    for ident, _ in found:
        state = states.get(ident)
        if isinstance(state, Task) and state.lead_unit:
            yield f"unit:{state.lead_unit}", "lead unit"
        elif isinstance(state, Session):
            yield f"council:{state.council}", "council"
