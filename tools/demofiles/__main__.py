"""Writes demo/*.jsonl: the commands, and in expected.jsonl what must become of them."""

import json
import sys
from collections import Counter
from pathlib import Path

from tools.demofiles.changes import changes
from tools.demofiles.hp36 import hp36
from tools.demofiles.script import Json, Script
from tools.demofiles.unityears import unit_years
from tools.demofiles.vp57 import vp57
from tools.demofiles.world import World

FOLDER = Path(__file__).resolve().parents[2] / "demo"


def files() -> dict[str, str]:
    """Every bundled file by name."""
    world = World()
    tasks = {"3-vp57.jsonl": vp57(world), "4-hp36.jsonl": hp36(world)}
    later = {"5-changes.jsonl": changes(world), "6-unit-years.jsonl": unit_years()}
    scripts: dict[str, Script] = {"1-units.jsonl": world.units, "2-councils.jsonl": world.bodies, **tasks, **later}
    ids: Counter[str] = Counter()
    rows = {name: script.ordered(ids) for name, script in scripts.items()}
    made = {name: _lines([row.command for row in each]) for name, each in rows.items()}
    refused = [
        {"command_id": row.command["command_id"], "outcome": "refused", "rules": sorted(row.refused)}
        for each in rows.values()
        for row in each
        if row.refused
    ]
    return {**made, "expected.jsonl": _lines(refused)}


def _lines(values: list[Json]) -> str:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


if __name__ == "__main__":
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"{name}: {text.count(chr(10))}\n")
