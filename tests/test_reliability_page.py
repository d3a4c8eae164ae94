"""docs/reliability.md names tests that are there, and passes over none of the points, nor any test of reliability."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)
POINTS = 49


def functions(path: Path) -> set[str]:
    return {node.name for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)}


def test_every_test_named_is_there() -> None:
    lost = [
        f"{file}::{name}"
        for file, name in NAMED
        if not (ROOT / file).is_file() or (name and name not in functions(ROOT / file))
    ]

    assert len(NAMED) > 50
    assert lost == []


def test_every_point_has_a_row() -> None:
    rows = re.findall(r"^\| ([\d, ]+) \|", PAGE, re.MULTILINE)
    told = {int(number) for row in rows for number in row.split(",")}

    assert told == set(range(1, POINTS + 1))


def test_every_test_of_reliability_is_named() -> None:
    there = {str(path.relative_to(ROOT)) for path in (ROOT / "tests" / "reliability").glob("test_*.py")}

    assert there - {file for file, _ in NAMED} == set()
