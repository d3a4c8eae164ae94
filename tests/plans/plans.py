"""What the tests of plans share: the built-in plans, the example plans, the names of the rules."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from engine.plan import Plan, Workflow
from workflows.load import builtin_plans, load_plan
from workflows.rules import RULES

ROOT = Path(__file__).parents[2]
NEXT_YEAR = ROOT / "docs" / "examples" / "next-year-plan" / "plan.yaml"
PANEL = ROOT / "examples" / "panel" / "plan.yaml"
RULE_NAMES = frozenset(RULES)
LEVELS = (
    "VP57/grassroots",
    "VP57/provincial",
    "HP36/grassroots",
    "HP36/sector",
    "HP36/city",
    "HP36/ministry",
    "HP36/state",
)


@cache
def plan(name: str) -> Plan:
    """A built-in plan, or one of the two examples."""
    files = {**builtin_plans(), "SYT27": NEXT_YEAR, "PANEL": PANEL}
    return load_plan(files[name], rules=RULE_NAMES)


def workflow(name: str) -> Workflow:
    """A workflow by plan and level, as `HP36/sector`."""
    of, level = name.split("/")
    return plan(of).workflows[level]
