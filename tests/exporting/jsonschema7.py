"""As much of JSON Schema (draft 7) as the schema of OCEL 2.0 uses; a keyword that it does not know is an error."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

TYPES: dict[str, type | tuple[type, ...]] = {"object": dict, "array": list, "string": str}
KNOWN = {"$schema", "type", "properties", "items", "required", "format"}


def faults(value: Any, schema: dict[str, Any], path: str = "$") -> Iterator[str]:
    """Where the value is not as the schema has it."""
    if unknown := schema.keys() - KNOWN:
        raise ValueError(f"the schema uses {sorted(unknown)}")
    if not isinstance(value, TYPES[schema["type"]]):
        yield f"{path}: no {schema['type']}"
        return
    if schema.get("format") == "date-time" and not _moment(str(value)):
        yield f"{path}: no time with a zone"
    whole: Any = value  # of that type
    for name in schema.get("required", ()):
        if name not in whole:
            yield f"{path}: no {name}"
    for name, inner in schema.get("properties", {}).items():
        if name in whole:
            yield from faults(whole[name], inner, f"{path}.{name}")
    if "items" in schema:
        for index, each in enumerate(whole):
            yield from faults(each, schema["items"], f"{path}[{index}]")


def _moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
