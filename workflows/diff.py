"""Tells what differs between two plans, place by place. Judges nothing."""

from collections.abc import Iterator
from typing import Any

from engine.plan import Plan

Difference = dict[str, Any]


def plan_diff(old: Plan, new: Plan) -> list[Difference]:
    """Every place where the plans differ: {"place", "old", "new"}, None where one has nothing there."""
    before, after = (plan.model_dump(mode="json", by_alias=True) for plan in (old, new))
    return list(_differences("", _keyed(before), _keyed(after)))


def _differences(place: str, old: Any, new: Any) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys((*old, *new)):
            yield from _differences(f"{place}.{name}" if place else name, old.get(name), new.get(name))
    elif old != new:
        yield {"place": place, "old": old, "new": new}


def _keyed(value: Any) -> Any:
    """Lists of things with an id or a name as mappings, so that a moved entry is no difference."""
    if isinstance(value, dict):
        return {name: _keyed(each) for name, each in value.items()}
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        key = next((name for name in ("id", "name", "number", "what") if all(name in each for each in value)), None)
        names = [str(each[key]) for each in value] if key else []
        if names and len(set(names)) == len(names):
            return {name: _keyed(each) for name, each in zip(names, value, strict=True)}
    return value
