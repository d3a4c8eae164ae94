"""Gives the JSON shapes in which plans are read: list, plan, clauses, one workflow. Prints nothing; loads no file."""

from collections.abc import Iterable
from typing import Any

from engine.plan import Plan, Step
from workflows.carried import carries
from workflows.load import digest

Shape = dict[str, Any]


def plan_list(plans: Iterable[Plan]) -> list[Shape]:
    """One row a plan, sorted by id."""
    return [_head(plan) for plan in sorted(plans, key=lambda plan: plan.id)]


def plan_show(plan: Plan) -> Shape:
    """A plan without its clauses and steps: what it is, what it rests on, what it asks of units and councils."""
    data = plan.model_dump(mode="json", by_alias=True)
    more = ("basis", "offices", "topic_groups", "council", "obligations")
    kinds: dict[str, int] = {}
    for clause in plan.clauses:
        kinds[clause.kind] = kinds.get(clause.kind, 0) + 1
    levels = [{"level": level, "title": each.title.model_dump()} for level, each in plan.workflows.items()]
    return _head(plan) | {"levels": levels, "clauses": kinds} | {name: data[name] for name in more}


def plan_clauses(plan: Plan) -> list[Shape]:
    """Every clause in the plan's order, with what carries it and the reading where the plan leaves room."""
    rows: list[Shape] = []
    for clause in plan.clauses:
        row: Shape = {"id": clause.id, "kind": clause.kind, "text": clause.text.model_dump()}
        row |= {"carried_by": list(clause.carried), "reading": clause.reading, "reading_vi": clause.reading_vi}
        row |= {"system": clause.system, "lead": clause.lead, "coordinate": list(clause.coordinate)}
        row["time"] = clause.time
        row["sections"] = [
            {"report": report, "section": section}
            for report in plan.reports
            for section in carries(plan, report, clause)
        ]
        row["target"] = clause.target.model_dump() if clause.target else None
        rows.append(row)
    return rows


def plan_workflow(plan: Plan, level: str) -> Shape:
    """The workflow of one level: states, who decides, and each step with its moves, roles and rules.

    Raises KeyError where the plan has no such level.
    """
    workflow = plan.workflows[level]
    shape: Shape = {"plan": plan.id, "level": level, "title": workflow.title.model_dump()}
    shape["chain"] = list(workflow.chain)
    shape["states"] = [state.model_dump() for state in workflow.states]
    shape["decides"] = {purpose: decided.model_dump() for purpose, decided in workflow.decides.items()}
    shape["unit_roles"] = list(workflow.unit_roles)
    shape["steps"] = [_step(name, step) for name, step in workflow.steps.items()]
    return shape


def _head(plan: Plan) -> Shape:
    shape: Shape = {"plan": plan.id, "number": plan.number, "issued_on": plan.issued_on.isoformat()}
    shape |= {"issuer": plan.issuer, "province": plan.province, "title": plan.title.model_dump()}
    return shape | {"levels": list(plan.workflows), "digest": digest(plan)}


def _step(name: str, step: Step) -> Shape:
    shape: Shape = {"step": name, "title": step.title.model_dump() if step.title else None}
    shape |= {"roles": list(step.roles), "moves": dict(step.moves)}
    shape["rules"] = [
        {"name": rule, "id": use.id, "source": use.source, "waivable": use.waivable, "with": use.params}
        for rule, use in step.rules.items()
    ]
    shape["fields"] = [field.model_dump() for field in step.fields]
    shape["note"] = step.note.model_dump() if step.note else None
    return shape
