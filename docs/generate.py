"""Writes the pages that are made from the product itself; with --check compares them and changes nothing."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
EXIT_CODES = """Every command ends with one of these codes; a batch with the first that applies of 7, 4, 2, 3, 5.

| code | |
| --- | --- |
| 0 | done |
| 2 | wrong usage, unreadable input, or stopped |
| 3 | refused by a rule or by a missing role |
| 4 | somebody else changed it meanwhile |
| 5 | no such thing |
| 6 | an integrity check failed |
| 7 | the store cannot be reached or is locked |
| 141 | nobody read the output to its end (`khcn ... \\| head`), as with git |

A batch commits every hundred lines. One that is stopped says after which line; what was recorded stays. Load the same
file again: a line with a `command_id` counts once.
"""
NOTE = "<!-- Written by `make docs`. Change the source, not this page. -->\n\n"
WIDTH = 100


def plan_page(plan: str) -> str:
    """The page of a plan: a chart for each workflow and the table of its clauses."""
    from workflows import pages

    return pages.plan_page(plan)


def commands_page() -> str:
    """The page of everything that can be recorded, one section a command, as `khcn record` reads it."""
    from engine.commands import COMMANDS

    parts = [
        "# Commands\n",
        "Each is one line of a file for `khcn record`, and one command of `khcn` with its fields as options.",
        "All take `command`, `actor`, `on` (the decision date) and, if you like, `command_id`. `?` = optional.\n",
    ]
    for name, kind in sorted(COMMANDS.items()):
        schema = kind.model_json_schema()
        groups = [group for group in (kind.GROUP, kind.ALSO) if group and kind.VERB]
        words = "".join(f" · `khcn {group} {kind.VERB}`" for group in groups)
        parts.append(f"## {name}\n\n{(kind.__doc__ or '').strip()}{words}\n")
        parts.append("| field | form |\n|---|---|")
        required = schema.get("required", [])
        for field, shape in schema["properties"].items():
            if field not in ("command", "command_id", "actor", "on"):
                mark = "" if field in required else "?"
                parts.append(f"| {field}{mark} | {_form(shape, schema.get('$defs', {}))} |")
        parts.append("")
    return "\n".join(parts)


def command_line_page() -> str:
    """The page of the command line: what `--help` says, for each command."""
    parts = ["# The command line\n", EXIT_CODES]
    for words, help_text in walk_commands():
        parts.append(f"## {' '.join(words)}\n\n```text\n{help_text}\n```\n")
    return "\n".join(parts)


def walk_commands() -> list[tuple[list[str], str]]:
    """Every command of `khcn`, groups before what they hold, each with its help."""
    import click

    import cli

    found: list[tuple[list[str], str]] = []

    def walk(command: click.Command, words: list[str], parent: click.Context | None) -> None:
        if command.hidden:
            return
        context = click.Context(command, parent, words[-1], terminal_width=WIDTH, max_content_width=WIDTH, color=False)
        found.append((words, "\n".join(line.rstrip() for line in command.get_help(context).splitlines())))
        if isinstance(command, click.Group):
            for name in sorted(command.list_commands(context)):
                inner = command.get_command(context, name)
                if inner is not None:
                    walk(inner, [*words, name], context)

    walk(cli.program(), ["khcn"], None)
    return found


def _form(shape: dict[str, Any], definitions: dict[str, Any]) -> str:
    """A JSON Schema in a few words: `one of a, b`, `list of {person, role}`, `date` ..."""
    if "$ref" in shape:
        shape = definitions[shape["$ref"].rsplit("/", 1)[1]]
    if "anyOf" in shape:
        forms = [_form(each, definitions) for each in shape["anyOf"] if each.get("type") != "null"]
        return " or ".join(dict.fromkeys(forms))
    if "enum" in shape:
        return "one of " + ", ".join(str(each) for each in shape["enum"])
    if "const" in shape:
        return str(shape["const"])
    match shape.get("type"):
        case "array":
            return "list of " + _form(shape.get("items", {}), definitions)
        case "object" if "properties" in shape:
            required = shape.get("required", [])
            return "{" + ", ".join(name if name in required else f"{name}?" for name in shape["properties"]) + "}"
        case "string":
            return str(shape.get("format", "text"))
        case None:
            return "any"
        case kind:
            return str(kind)


PAGES: list[tuple[str, Callable[[], str]]] = [
    ("docs/plans/VP57.md", lambda: plan_page("VP57")),
    ("docs/plans/HP36.md", lambda: plan_page("HP36")),
    ("docs/commands.md", commands_page),
    ("docs/command-line.md", command_line_page),
]
# What is in the package, since `khcn` hands it on, and in the docs, since people look for it there.
COPIES = {"docs/check_proof.py": "exporting/offline/check_proof.py"}


def fresh(write: Callable[[], str]) -> str:
    """What the page should say now."""
    return NOTE + write().rstrip() + "\n"


def copied(path: str) -> str:
    """What the copy should say now."""
    return (ROOT / COPIES[path]).read_text(encoding="utf-8")


def difference(path: str, text: str) -> str:
    """What is not as it should be in the page on disk, as a diff; empty when nothing is."""
    page = ROOT / path
    there = page.read_text(encoding="utf-8") if page.exists() else ""
    old, new = there.splitlines(keepends=True), text.splitlines(keepends=True)
    return "".join(difflib.unified_diff(old, new, fromfile=path, tofile=f"{path} (fresh)"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="say what differs, and write nothing")
    check = parser.parse_args().check
    # As a script its own folder comes first on the path, and `docs` holds nothing to import.
    sys.path[0] = str(ROOT)
    differences = 0
    pages = [(path, fresh(write)) for path, write in PAGES]
    for path, text in [*pages, *((path, copied(path)) for path in COPIES)]:
        found = difference(path, text)
        differences += bool(found)
        if found and check:
            print(found)
        elif found:
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(text, encoding="utf-8")
            print(f"written: {path}")
    if differences and check:
        print(f"{differences} pages differ from what `make docs` writes", file=sys.stderr)
    return int(check and differences > 0)


if __name__ == "__main__":
    sys.exit(main())
