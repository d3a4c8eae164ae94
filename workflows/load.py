"""Loads a plan from its files, checks it and gives its canonical content. Refuses a plan with any fault."""

import hashlib
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from engine.catalogue import N_
from engine.plan import Plan
from workflows.carried import with_carriers
from workflows.check import check
from workflows.merge import HERE, assemble
from workflows.problems import Findings, PlanProblem, PlanRefused
from workflows.yamlfile import Node

_BUILT_IN: Final = {"VP57": "vp57", "HP36": "hp36"}

_WRONG: Final = {
    "missing": N_("'{name}' is missing."),
    "extra_forbidden": N_("'{name}' is not known here."),
    "literal_error": N_("'{name}' must be {expected}."),
    "enum": N_("'{name}' must be {expected}."),
}
_CURES: Final = {
    "missing": N_("Add '{name}'."),
    "extra_forbidden": N_("Take it out or correct the spelling."),
}


def builtin_plans() -> dict[str, Path]:
    """The plans that come with the product: id -> file."""
    return {plan: HERE / folder / "plan.yaml" for plan, folder in _BUILT_IN.items()}


def load_plan(path: Path | str, *, rules: Collection[str] | None = None) -> Plan:
    """Take a plan's file; give the plan, or raise PlanRefused with every problem.

    `rules` are the names of the rules there are; without them the names that a plan uses are not checked.
    """
    plan, findings = _read(Path(path), rules)
    if plan is None or findings.found:
        raise PlanRefused(tuple(findings.found))
    return plan


def check_plan(path: Path | str, *, rules: Collection[str] | None = None) -> list[PlanProblem]:
    """Take a plan's file; give everything that is wrong with it, each with file, line and cure."""
    return _read(Path(path), rules)[1].found


def content(plan: Plan) -> bytes:
    """The plan as JSON in its own order, no spaces, UTF-8. `Plan.model_validate_json` gives the plan back."""
    data = plan.model_dump(mode="json", by_alias=True)
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode()


def digest(plan: Plan) -> str:
    """The SHA-256 of the plan's content, in hexadecimal."""
    return hashlib.sha256(content(plan)).hexdigest()


def _read(path: Path, rules: Collection[str] | None) -> tuple[Plan | None, Findings]:
    findings = Findings()
    tree = assemble(path, findings)
    plan = _model(tree, findings) if tree is not None else None
    if plan is None or tree is None:
        return None, findings
    plan = with_carriers(plan)
    check(plan, tree, findings, rules)
    return plan, findings


def _model(tree: Node, findings: Findings) -> Plan | None:
    try:
        return Plan.model_validate(tree.plain())
    except ValidationError as error:
        seen: set[tuple[Any, ...]] = set()
        for wrong in error.errors(include_url=False):
            path, where = _path(tree, wrong["loc"])
            if path not in seen:  # a value that fits none of two forms is told once
                seen.add(path)
                _tell(wrong, path, where, findings)
        return None


def _path(tree: Node, loc: tuple[str | int, ...]) -> tuple[tuple[str | int, ...], tuple[str, int]]:
    """The part of pydantic's location that the files know, and where it is; names of types drop out."""
    path: list[str | int] = []
    node = tree
    for step in loc:
        inner = node.inner(step)
        if inner is not None:
            node = inner
            path.append(step)
    if loc and loc[-1] not in path and not str(loc[-1]).startswith(("dict[", "str")):
        path.append(loc[-1])
    return tuple(path), node.where


def _tell(wrong: Any, path: tuple[str | int, ...], where: tuple[str, int], findings: Findings) -> None:
    kind = str(wrong["type"])
    text = _WRONG.get(kind, N_("'{name}' does not have the right form."))
    cure = _CURES.get(kind, N_("Write it as docs/plan-format.md shows."))
    name = ".".join(str(step) for step in path[-2:]) if isinstance(path[-1], int) else str(path[-1])
    findings.add(where, text, cure, name=name, expected=wrong.get("ctx", {}).get("expected", ""))
