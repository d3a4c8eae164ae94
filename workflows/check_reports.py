"""Checks the reports that a plan describes: their words, their clauses, and that each promise of a clause is kept."""

from datetime import date
from typing import Final

from engine.catalogue import N_
from engine.plan import Plan
from workflows import vocabulary as words
from workflows.carried import carries
from workflows.problems import Findings
from workflows.yamlfile import Node

_USE: Final = N_("Use one of: {names}.")


def check_reports(plan: Plan, tree: Node, findings: Findings) -> None:
    """Take a plan and the nodes it was made of; add what is wrong with its reports to `findings`."""
    for name, report in plan.reports.items():
        path = ("reports", name)
        if name not in words.REPORTS:
            findings.add(tree.at(*path), N_("There is no report '{name}'."), _USE, name=name, names=words.REPORTS)
        for section, form in report.sections.items():
            here = (*path, "sections", section)
            if section not in words.SECTIONS:
                text = N_("There is no section '{name}' in a report.")
                findings.add(tree.at(*here), text, _USE, name=section, names=words.SECTIONS)
            for clause in sorted(set(form.clauses) - plan.clause_ids):
                text, cure = N_("The plan has no clause '{clause}'."), N_("Cite a clause that stands under `clauses:`.")
                findings.add(tree.at(*here, "clauses"), text, cure, clause=clause)
        if not report.sections or not report.periods:
            text = N_("The report {name} has no section, or no period for which it is made.")
            findings.add(tree.at(*path), text, N_("Give it `sections` and `periods`, or take it out."), name=name)
    _check_letterheads(plan, tree, findings)
    _check_promises(plan, tree, findings)


def _check_letterheads(plan: Plan, tree: Node, findings: Findings) -> None:
    """Of several letterheads each after the first tells the day from which it is borne, a later one each time."""
    before: date | None = None
    for index, head in enumerate(plan.letterhead):
        if index and (head.since is None or (before is not None and head.since <= before)):
            text = N_("Letterhead {place} does not tell the day from which it is borne, later than the one before it.")
            cure = N_("Give it `from`, and write the letterheads in the order of these days.")
            findings.add(tree.at("letterhead", index, "from"), text, cure, place=index + 1)
        before = head.since or before


def _check_promises(plan: Plan, tree: Node, findings: Findings) -> None:
    """A clause that says that a report carries it has a section there."""
    text = N_("Clause {clause} says that the report {name} carries it, but no section there does.")
    cure = N_("Name the clause under `clauses` of a section of that report, or take the report out of `carried`.")
    for index, clause in enumerate(plan.clauses):
        for carrier in clause.carried:
            kind, _, name = carrier.partition(" ")
            if kind == "report" and name in words.REPORTS and not list(carries(plan, name, clause)):
                findings.add(tree.at("clauses", index, "carried"), text, cure, clause=clause.id, name=name)
