"""Says what carries each clause: the rules, obligations, targets and reports that cite it, beside what it names."""

from collections.abc import Iterator

from engine.plan import Clause, Plan


def with_carriers(plan: Plan) -> Plan:
    """The plan with each clause's carriers complete, those found here before those the plan names."""
    found: dict[str, dict[str, None]] = {}
    for clause, carrier in _citations(plan):
        found.setdefault(clause, {})[carrier] = None
    clauses = tuple(_carried(clause, list(found.get(clause.id, {}))) for clause in plan.clauses)
    return plan.model_copy(update={"clauses": clauses})


def _carried(clause: Clause, found: list[str]) -> Clause:
    own = [f"target {clause.target.measure}"] if clause.target else []
    whole = tuple(dict.fromkeys([*found, *own, *clause.carried]))
    return clause.model_copy(update={"carried": whole})


def _citations(plan: Plan) -> Iterator[tuple[str, str]]:
    """Every clause or other source that a part of the plan cites, with the part's name."""
    yield from ((rule_id, f"rule {name}") for _, name, rule_id in cited_rules(plan))
    for obligation in plan.obligations:
        for clause in (obligation.clause, *obligation.also):
            yield clause, f"obligation {obligation.what}"
    for report in plan.reports:
        yield from ((clause.id, f"report {report}") for clause in plan.clauses if any(_cited(plan, report, clause)))


def carries(plan: Plan, report: str, clause: Clause) -> Iterator[str]:
    """The sections of a report that carry a clause: those that cite it or list it, or else the only one there is."""
    sections = list(_cited(plan, report, clause))
    if not sections and f"report {report}" in clause.carried and report in plan.reports:
        only = tuple(plan.reports[report].sections)
        sections = list(only) if len(only) == 1 else []
    yield from sections


def _cited(plan: Plan, report: str, clause: Clause) -> Iterator[str]:
    form = plan.reports.get(report)
    for name, section in form.sections.items() if form else ():
        # What these two list is told by the clauses themselves, whether or not a section cites them.
        listed = (
            clause.target is not None if name == "targets" else (name, clause.kind) == ("assignments", "assignment")
        )
        if listed or clause.id in section.clauses:
            yield name


def cited_rules(plan: Plan) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Every rule id in the plan: where it stands (a path in the plan), the rule's name, the id."""
    yield ("level_rule",), "level_of_plan", plan.level_rule
    yield ("line_rule",), "line_covers", plan.line_rule
    for payer, rule_id in plan.line_rules.items():
        yield ("line_rules", payer), "line_covers", rule_id
    if plan.seminar_parts:
        yield ("seminar_parts", "id"), "seminar_parts", plan.seminar_parts.id
    council = plan.council
    yield ("council", "composition_rule"), "council_composition", council.composition_rule
    yield ("council", "quorum_rule"), "session_quorum", council.quorum_rule
    yield ("council", "conflict_rule"), "conflict_of_interest", council.conflict_rule
    for level, workflow in plan.workflows.items():
        here: tuple[str | int, ...] = ("workflows", level)
        yield (*here, "right_council"), "right_council", workflow.right_council
        for purpose, decided in workflow.decides.items():
            name = "right_council" if decided.by == "council" else "right_body"
            yield (*here, "decides", purpose, "id"), name, decided.id
    for level, step, name, use in plan.uses():
        yield ("workflows", level, "steps", step, "rules", name, "id"), name, use.id
