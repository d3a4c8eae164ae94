"""Every rule that a built-in plan or the house can cite has a test that it refuses and a test that it passes."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

from engine.decider import ALWAYS, registers
from engine.plan import Plan
from tests import rules as package
from workflows.load import builtin_plans, load_plan
from workflows.rules import RULES

SIDES = ("passes", "refuses")
WORDS = {"met": "passes", "unmet": "refuses"}  # as some say it
# (rule, side) whose tests belong to later work.
NOT_YET: set[tuple[str, str]] = set()
# Rules that the plan names by itself: their own id is for plans that name none.
BY_PLAN = {"seminar_parts", "line_covers", "council_composition", "level_of_plan"}
BY_PLAN |= {"session_quorum", "ballots_quorum", "conflict_of_interest"}


def cited_by(plan: Plan) -> set[str]:
    """The ids that decisions under a plan can cite."""
    council = plan.council
    found = {use.id for _, _, _, use in plan.uses()} | set(plan.line_rules.values()) | {plan.level_rule}
    found |= {plan.line_rule, council.composition_rule, council.quorum_rule, council.conflict_rule}
    found |= {plan.seminar_parts.id} if plan.seminar_parts else set()
    for workflow in plan.workflows.values():
        found |= {workflow.purpose_id(purpose) for purpose in workflow.decides} | {workflow.right_council}
    return found


def cited_by_the_house() -> set[str]:
    """The ids that decisions under no plan can cite, or under any."""
    names = {*ALWAYS, "order_of_steps", *(name for used in registers.HOUSE.values() for name in used)}
    return {RULES[name].id for name in names if name not in BY_PLAN}


def every_id() -> set[str]:
    plans = [load_plan(path) for path in builtin_plans().values()]
    return cited_by_the_house().union(*map(cited_by, plans))


def marks_of(test: Any) -> Iterator[Any]:
    """The marks of a test function and of its parameters."""
    for mark in getattr(test, "pytestmark", ()):
        yield mark
        if mark.name == "parametrize":
            for parameter in mark.args[1]:
                yield from getattr(parameter, "marks", ())


def marked() -> set[tuple[str, str]]:
    """(rule id, side) of every mark in this folder."""
    modules = [
        importlib.import_module(f"{package.__name__}.{each.name}") for each in pkgutil.iter_modules(package.__path__)
    ]
    tests = [each for module in modules for name, each in vars(module).items() if name.startswith("test_")]
    found = [mark.args for test in tests for mark in marks_of(test) if mark.name == "rule"]
    return {(rule, WORDS.get(side, side)) for rule, side in found}


def test_every_rule_is_tested_on_both_sides() -> None:
    wanted = {(rule, side) for rule in every_id() for side in SIDES}

    assert sorted(NOT_YET) == sorted(wanted - marked())


def test_every_mark_names_a_rule_and_a_side() -> None:
    known = every_id()

    assert sorted(mark for mark in marked() if mark[0] not in known or mark[1] not in SIDES) == []
