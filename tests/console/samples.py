"""A well-formed command of each kind, made from its JSON Schema: ids are `x` or `y`, and nothing it names exists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.commands import COMMANDS
from engine.schema import Json, json_schema
from tests.world import Command

DAY = "2026-03-01"
SCORED = {"person": "x", "score": 80}
# What the schema cannot say: one of two, or a value that suits another.
ALSO: dict[str, Command] = {
    "assign_research_office": {"office": "x"},
    "change_council_member": {"out": "x"},
    "select_task": {"session": "x"},
    "appraise_task": {"session": "x"},
    "accept_task": {"session": "x"},
    "recognise_task": {"session": "x"},
    "hold_session": {"items": [{"task": "x", "purpose": "appraise"}]},
    "cast_ballots": {"task": "x", "purpose": "appraise", "ballots": [SCORED]},
    "commend": {"task": "x", "unit": "x"},
    "amend_task": {"end": DAY},
    "open_budget_line": {"payer": "department"},
    "set_portal": {"portal": "https://x.example.vn"},
    "merge_units": {"into": "y"},
    "submit_report": {"period": "2026-Q1"},
    "recognise_initiative": {"session": "x"},
    "import_task": {"facts": {}, "source": {"file": "x", "sheet": "x", "row": 1, "sha256": "0" * 64}},
}


def plain(whole: Json, node: Json) -> Json:
    """The node itself: through references and 'or null'."""
    while "$ref" in node or "anyOf" in node:
        options = [each for each in node.get("anyOf", [node]) if each.get("type") != "null"]
        node = whole["$defs"][options[0]["$ref"].rsplit("/", 1)[1]] if "$ref" in options[0] else options[0]
    return node


def value(whole: Json, node: Json) -> Any:
    """A value that the node takes."""
    node = plain(whole, node)
    if "const" in node or "enum" in node:
        return node.get("const", node.get("enum", [None])[0])
    match node.get("type"):
        case "array":
            return [value(whole, node.get("items", {}))]
        case "object":
            return {name: value(whole, node["properties"][name]) for name in node.get("required", ())}
        case "integer" | "number":
            return int(max(node.get("minimum", 0), 1))
        case "boolean":
            return True
    return DAY if node.get("format") == "date" else "x"


def sample(name: str) -> Command:
    """The command with all its required fields and no others but those it cannot do without."""
    schema = json_schema(name)
    found: Command = {
        field: value(schema, node) for field, node in schema["properties"].items() if field in schema["required"]
    }
    return {"command": name, **found, **ALSO.get(name, {})}


def fields_of(name: str) -> Iterator[tuple[str, Json]]:
    """Each field of the command with what the schema says of it."""
    schema = json_schema(name)
    for field, node in schema["properties"].items():
        yield field, plain(schema, node)


NAMES = sorted(COMMANDS)
DOCUMENTS = ("document", "minutes", "contract", "ethics")
