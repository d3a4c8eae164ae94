"""The shape of every command as JSON Schema, and the kind of each field for files whose cells are text."""

from functools import cache
from typing import Any, Literal

from engine.commands import COMMANDS

Kind = Literal["text", "integer", "number", "boolean", "date", "nested", "object", "any"]
Json = dict[str, Any]


@cache
def json_schema(command: str) -> Json:
    """The JSON Schema (2020-12) of a command by name."""
    schema = COMMANDS[command].model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return schema


def schemas() -> Json:
    """Every command's JSON Schema by name."""
    return {name: json_schema(name) for name in COMMANDS}


def kind_of(command: str, path: str) -> Kind | None:
    """The kind of a command's field, or of a nested one by dotted path without indexes; None where it is unknown.

    `path[]` asks for what a list holds: the kind of `present[]` is text."""
    if command not in COMMANDS:
        return None
    whole = json_schema(command)
    node: Json | None = whole
    for part in path.removesuffix("[]").split("."):
        node = _field(whole, node, part)
    if path.endswith("[]"):
        node = _held(whole, node)
    return _kind(whole, node) if node is not None else None


def choices_of(command: str, field: str) -> tuple[str, ...]:
    """The values that a command's field may have, where they are counted."""
    whole = json_schema(command)
    return tuple(map(str, _plain(whole, whole["properties"][field]).get("enum", ())))


def items_of(command: str, field: str) -> Kind | None:
    """The kind of what a command's list holds; None where the field is no list."""
    return kind_of(command, f"{field}[]")


def _field(whole: Json, node: Json | None, name: str) -> Json | None:
    if node is None:
        return None
    node = _plain(whole, node)
    if node.get("type") == "array":
        node = _plain(whole, node.get("items", {}))
    found: Json | None = node.get("properties", {}).get(name)
    return found


def _held(whole: Json, node: Json | None) -> Json | None:
    if node is None or _kind(whole, node) == "any":  # where anything may stand, anything may stand in a list there
        return node
    return _plain(whole, node).get("items")


def _plain(whole: Json, node: Json) -> Json:
    """The node itself: through references and 'or null'."""
    while True:
        if "$ref" in node:
            node = whole["$defs"][node["$ref"].rsplit("/", 1)[1]]
        elif "anyOf" in node:
            node = next(option for option in node["anyOf"] if option.get("type") != "null")
        else:
            return node


def _kind(whole: Json, node: Json) -> Kind:
    node = _plain(whole, node)
    match node.get("type"):
        case None if not {"enum", "const", "anyOf"} & node.keys():
            return "any"
        case "array":
            return "nested"
        case "object":
            return "object"
        case "integer":
            return "integer"
        case "number":
            return "number"
        case "boolean":
            return "boolean"
    return "date" if node.get("format") == "date" else "text"
