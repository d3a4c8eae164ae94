"""Checks what a plan says: that its words exist and that its rules and clauses have a source. Changes nothing."""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final, NamedTuple

from engine.catalogue import N_
from engine.plan import Obligation, Plan
from workflows import vocabulary as words
from workflows.carried import cited_rules
from workflows.check_council import check_council
from workflows.check_reports import check_reports
from workflows.check_workflow import check_workflow
from workflows.problems import Findings
from workflows.yamlfile import Node

_FREE_ID: Final = re.compile(r"(law|customary|house)\.[a-z][a-z0-9_]*\Z")
_MONTH_DAY: Final = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z")
_NO_DAYS: Final = ("02-29", "02-30", "02-31", "04-31", "06-31", "09-31", "11-31")  # not there every year
_FIRST: Final = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]|H[12]))?\Z")
_PERIODS: Final[dict[str, tuple[str, ...]]] = {
    "once": (),
    "yearly": (),
    "half_yearly": ("H1", "H2"),
    "quarterly": ("Q1", "Q2", "Q3", "Q4"),
    "monthly": tuple(f"{month:02}" for month in range(1, 13)),
}


class Case(NamedTuple):
    """A plan under check, with the files it came from."""

    plan: Plan
    tree: Node
    findings: Findings

    def tell(self, path: tuple[str | int, ...], message: str, cure: str, **params: Any) -> None:
        """Note a problem at `path` in the plan."""
        self.findings.add(self.tree.at(*path), message, cure, **params)


def check(plan: Plan, tree: Node, findings: Findings, rules: Collection[str] | None) -> None:
    """Take a plan and the nodes it was made of; add everything that is wrong to `findings`."""
    case = Case(plan, tree, findings)
    _check_rule_ids(case)
    if rules is not None:
        _check_rule_names(case, rules)
    _check_parameters(case)
    _check_twice(case)
    _check_clauses(case)
    _check_offices(case)
    _check_obligations(case)
    check_council(plan, tree, findings)
    _check_line_rules(case)
    check_reports(plan, tree, findings)
    if not plan.workflows:
        case.tell((), N_("The plan has no workflow."), N_("Add `workflows:` with at least one level."))
    for level in plan.workflows:
        check_workflow(plan, level, tree, findings)


def _check_rule_ids(case: Case) -> None:
    text = N_("'{rule_id}' is neither a clause of this plan nor the name of a law, a custom or a house rule.")
    cure = N_("Cite a clause of the plan, or write law., customary. or house. before a name.")
    for path, _, rule_id in cited_rules(case.plan):
        if rule_id not in case.plan.clause_ids and not _FREE_ID.match(rule_id):
            case.tell(path, text, cure, rule_id=rule_id)


def _check_rule_names(case: Case, rules: Collection[str]) -> None:
    text, cure = N_("There is no rule '{name}'."), N_("Use one of: {names}.")
    for level, step, name, _ in case.plan.uses():
        if name not in rules:
            path = ("workflows", level, "steps", step, "rules", name)
            case.tell(path, text, cure, name=name, names=sorted(rules))


def _check_parameters(case: Case) -> None:
    for level, step, name, use in case.plan.uses():
        path = ("workflows", level, "steps", step, "rules", name)
        _check_params(case, path, name, use.params)
    if case.plan.seminar_parts:
        _check_params(case, ("seminar_parts",), "seminar_parts", case.plan.seminar_parts.params)


def _check_params(case: Case, path: tuple[str | int, ...], name: str, params: dict[str, Any]) -> None:
    taken = words.PARAMETERS.get(name, {})
    for parameter, kind in taken.items():
        if params.get(parameter) is None:
            if not isinstance(kind, words.Word):
                text, cure = N_("Rule {name} needs '{parameter}'."), N_("Add it under `with:`.")
                case.tell(path, text, cure, name=name, parameter=parameter)
        elif isinstance(kind, words.Number):
            _check_number(case, path, (name, parameter), params[parameter], kind)
        else:
            _check_words(case, path, (name, parameter), params[parameter], kind)
    for parameter in params.keys() - taken.keys():
        text, cure = N_("Rule {name} does not know '{parameter}'."), N_("Take it out or correct the spelling.")
        case.tell((*path, "with", parameter), text, cure, name=name, parameter=parameter)


Parameter = tuple[str, str]  # of which rule, which


def _check_number(case: Case, path: tuple[str | int, ...], which: Parameter, value: Any, kind: words.Number) -> None:
    if type(value) is not int or not kind.least <= value <= kind.most:
        (name, parameter), (least, most) = which, kind
        text = N_("Rule {name} needs '{parameter}' as a whole number from {least} to {most}.")
        cure = N_("Write the number alone: `{parameter}: 2`.")
        case.tell((*path, "with", parameter), text, cure, name=name, parameter=parameter, least=least, most=most)


def _check_words(
    case: Case, path: tuple[str | int, ...], which: Parameter, value: Any, kind: words.Words | words.Word
) -> None:
    (name, parameter), listed = which, isinstance(kind, words.Words)
    given = value if listed and isinstance(value, list) else [value]
    whole = listed == isinstance(value, list) and all(isinstance(word, str) for word in given)
    if not whole or (isinstance(kind, words.Words) and kind.some and not given):
        text, cure = N_("Rule {name} needs '{parameter}' as a list of words."), N_("Write it as `{parameter}: [a, b]`.")
        if not listed:
            text, cure = N_("Rule {name} needs '{parameter}' as one word."), N_("Write it as `{parameter}: a`.")
        case.tell((*path, "with", parameter), text, cure, name=name, parameter=parameter)
        return
    allowed = _states(case.plan) if parameter == "running" else kind.of
    for word in given:
        if allowed is not None and word not in allowed:
            text, cure = N_("'{word}' is no word for '{parameter}'."), N_("Use one of: {words}.")
            case.tell((*path, "with", parameter), text, cure, word=word, parameter=parameter, words=allowed)


def _states(plan: Plan) -> tuple[str, ...]:
    return tuple(
        sorted({state for workflow in plan.workflows.values() for state in workflow.state_names} | {*words.STATES})
    )


def _check_twice(case: Case) -> None:
    """Ids that stand in lists; what stands in mappings is met twice when the file is read."""
    plan = case.plan
    _refuse_twice(case, "clauses", "id", [clause.id for clause in plan.clauses])
    _refuse_twice(case, "topic_groups", "id", [group.id for group in plan.topic_groups])
    _refuse_twice(case, "obligations", "what", [obligation.what for obligation in plan.obligations])
    for level, workflow in plan.workflows.items():
        if level != workflow.level:
            text, cure = N_("Level '{level}' calls itself '{other}'."), N_("Write the same name in both places.")
            case.tell(("workflows", level, "level"), text, cure, level=level, other=workflow.level)
    for rule_id in (clause.id for clause in plan.clauses if _FREE_ID.match(clause.id)):
        text = N_("Clause '{rule_id}' has the form of a rule that is not the plan's.")
        case.tell(("clauses",), text, N_("Number clauses as the plan does."), rule_id=rule_id)


def _refuse_twice(case: Case, listed: str, key: str, ids: Iterable[str | int]) -> None:
    text = N_("'{key}' stands twice here; the first is in line {first}.")
    cure = N_("Remove one of the two or name it otherwise.")
    seen: dict[str | int, int] = {}
    for index, each in enumerate(ids):
        if each in seen:
            first = case.tree.at(listed, seen[each], key)[1]
            case.tell((listed, index, key), text, cure, key=each, first=first)
        seen.setdefault(each, index)


def _check_clauses(case: Case) -> None:
    nothing = N_("Nothing carries clause {clause}, and it is not context.")
    for index, clause in enumerate(case.plan.clauses):
        path = ("clauses", index)
        if not clause.carried and clause.kind != "context":
            cure = N_("Cite it in a rule or an obligation, name what carries it under `carried:`, or call it context.")
            case.tell((*path, "id"), nothing, cure, clause=clause.id)
        for carrier in clause.carried:
            kind, _, name = carrier.partition(" ")
            known = _carriers(case.plan, kind)
            if known is not None and name not in known:
                text, cure = N_("There is no {kind} '{name}' to carry a clause."), N_("Use one of: {names}.")
                case.tell((*path, "carried"), text, cure, kind=kind, name=name, names=sorted(known))
            if known is None:
                text = N_("'{carrier}' does not say what carries the clause.")
                cure = N_("Write step, command, registry or report and a name.")
                case.tell((*path, "carried"), text, cure, carrier=carrier)


def _carriers(plan: Plan, kind: str) -> Collection[str] | None:
    """The names that a carrier of this kind may have; None where there is no such kind."""
    match kind:
        case "step":
            return {step for workflow in plan.workflows.values() for step in workflow.steps}
        case "command":
            return words.COMMANDS
        case "registry":
            return words.REGISTRIES
        case "report":
            return words.REPORTS
        case "rule":
            return {name for _, name, rule_id in cited_rules(plan) if rule_id in plan.clause_ids}
        case "obligation":
            return {obligation.what for obligation in plan.obligations}
        case "target":
            return {clause.target.measure for clause in plan.clauses if clause.target}
    return None


def _check_offices(case: Case) -> None:
    offices = set(case.plan.offices)
    text, cure = N_("The plan names no office '{office}'."), N_("Add it under `offices:` or use one of: {offices}.")

    def named() -> Iterator[tuple[tuple[str | int, ...], str, set[str]]]:
        for index, clause in enumerate(case.plan.clauses):
            if clause.lead:
                yield ("clauses", index, "lead"), clause.lead, offices
            for office in clause.coordinate:
                yield ("clauses", index, "coordinate"), office, offices | set(words.COORDINATE)
        for index, obligation in enumerate(case.plan.obligations):
            if obligation.to:
                yield ("obligations", index, "to"), obligation.to, offices

        for office in case.plan.offices_en:
            yield ("offices_en", office), office, offices

    for path, office, known in named():
        if office not in known:
            case.tell(path, text, cure, office=office, offices=sorted(known))


def _check_obligations(case: Case) -> None:
    for index, owed in enumerate(case.plan.obligations):
        path = ("obligations", index)
        if owed.what not in words.OBLIGATIONS:
            text, cure = N_("There is no duty '{what}'."), N_("Use one of: {names}.")
            case.tell((*path, "what"), text, cure, what=owed.what, names=tuple(words.OBLIGATIONS))
        elif owed.recurs not in (rhythms := words.OBLIGATIONS[owed.what]):
            text = N_("The duty {what} cannot recur {recurs}: what fulfils it counts for other periods.")
            cure = N_("Use one of: {names}.")
            case.tell((*path, "recurs"), text, cure, what=owed.what, recurs=owed.recurs, names=rhythms)
        for clause in sorted({owed.clause, *owed.also} - case.plan.clause_ids):
            text, cure = N_("The plan has no clause '{clause}'."), N_("Cite a clause that stands under `clauses:`.")
            case.tell((*path, "clause" if clause == owed.clause else "also"), text, cure, clause=clause)
        if not owed.years and owed.since is None:
            text, cure = N_("The duty {what} names no year."), N_("Add `years: [...]` or `since: YEAR`.")
            case.tell((*path, "what"), text, cure, what=owed.what)
        _check_periods(case, path, owed)


def _check_periods(case: Case, path: tuple[str | int, ...], owed: Obligation) -> None:
    known = _PERIODS[owed.recurs]
    for word in sorted(set(owed.periods) - set(known)):
        text, cure = N_("'{word}' is no period of a duty that recurs {recurs}."), N_("Use one of: {names}.")
        case.tell((*path, "periods"), text, cure, word=word, recurs=owed.recurs, names=known)
    count, days = len(owed.periods or known) or 1, len(owed.last_days)
    if days not in (0, count):
        text = N_("The duty {what} has {count} periods a year and {days} last days.")
        cure = N_("Name one last day for each period, or none.")
        case.tell((*path, "last_days"), text, cure, what=owed.what, count=count, days=days)
    for day in owed.last_days:
        if not _MONTH_DAY.match(day) or day in _NO_DAYS:
            text, cure = N_("'{day}' is no day of a year."), N_("Write month and day, as 03-24.")
            case.tell((*path, "last_days"), text, cure, day=day)
    if owed.first is not None and not _FIRST.match(owed.first):
        text, cure = N_("'{period}' is no period."), N_("Write 2025, 2025-H1, 2025-Q1 or 2025-03.")
        case.tell((*path, "first"), text, cure, period=owed.first)


def _check_line_rules(case: Case) -> None:
    for payer in set(case.plan.line_rules) - set(words.PAYERS):
        text, cure = N_("'{word}' is no word for '{parameter}'."), N_("Use one of: {words}.")
        case.tell(("line_rules", payer), text, cure, word=payer, parameter="line_rules", words=words.PAYERS)
