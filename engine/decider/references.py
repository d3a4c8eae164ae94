"""What a command points at: the states to load beforehand, and whether each thing named is on record."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from engine.ask import Facts
from engine.catalogue import N_, Message
from engine.commands import Command
from engine.decider.answers import FieldError

KIND_NAMES = {
    "task": N_("task"),
    "unit": N_("unit"),
    "person": N_("person"),
    "council": N_("council"),
    "session": N_("session"),
    "line": N_("budget line"),
    "plan": N_("plan"),
    "initiative": N_("initiative"),
    "unit_year": N_("unit year"),
}


def references(command: Command) -> Iterator[tuple[str, str, str]]:
    """(field, kind, id) of everything the command names that must be on record."""
    for first, rest, shown, kind in _paths(type(command)):
        for ident in _values(getattr(command, first), rest):
            if kind == "stream":  # named by kind and id together
                named, _, inner = ident.partition(":")
                yield first, named, inner
            else:
                yield shown, kind, ident


@cache
def _paths(command: type[Command]) -> tuple[tuple[str, list[str], str, str], ...]:
    """Where a class of commands names something: field, way to the id within it, the field for a person, kind."""
    split = ((path.split("."), kind) for path, kind in command.REFS)
    return tuple((first, rest, first.rstrip("_"), kind) for (first, *rest), kind in split)


def _values(value: Any, rest: list[str]) -> Iterator[str]:
    if value is None:
        return
    if isinstance(value, tuple):
        for each in value:
            yield from _values(each, rest)
    elif rest:
        yield from _values(getattr(value, rest[0]), rest[1:])
    else:
        yield value


def missing(command: Command, facts: Facts) -> tuple[FieldError, ...]:
    """The fields that name something which is not on record; each field once."""
    found: dict[str, FieldError] = {}
    for field, kind, ident in references(command):
        if field not in found and facts.get(kind, ident) is None:
            found[field] = not_on_record(field, kind, ident)
            if field == "stream" and (kind not in KIND_NAMES or not ident):
                text = N_("{stream} names no stream: kind and id, as task:T1. Kinds are: {kinds}.")
                named = {"stream": getattr(command, "stream", ""), "kinds": list(KIND_NAMES)}
                found[field] = FieldError(field, Message(text, named))
    return tuple(found.values())


def not_on_record(field: str, kind: str, ident: str) -> FieldError:
    """The error of a field that names something unknown."""
    text = N_("There is no {kind} with the id {ident} on record.")
    return FieldError(field, Message(text, {"kind": Message(KIND_NAMES.get(kind, kind)), "ident": ident}))
