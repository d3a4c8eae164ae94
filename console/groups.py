"""The groups of verbs, each with what can be read beside it."""

import click

from console.frame import Entry, Lazy
from console.speech import say
from console.verbs import group
from engine.catalogue import N_

task = group(
    "task",
    N_("Research tasks."),
    {
        "show": Entry("console.seeing:show", N_("A task as it stands, or as it stood.")),
        "why": Entry("console.seeing:why", N_("What can be done next, by whom, and what stands in the way.")),
        "list": Entry("console.registry:tasks", N_("Tasks by state, unit, plan, level, year, or words.")),
    },
)
session = group("session", N_("Sessions of councils and their ballots."))
council = group("council", N_("Councils and their members."))
line = group("line", N_("Budget lines."))
unit = group("unit", N_("Units and their research offices."))
person = group("person", N_("People."))
role = group("role", N_("Roles, granted and revoked by date."))
entry = group("entry", N_("Entries put right: corrected or rescinded."))
seminar = group("seminar", N_("Science seminars."))
unit_year = group("unit-year", N_("What units do in a year: plans, reports, inspections ..."))
initiative = group("initiative", N_("Initiatives: register, recognise."))


def audit() -> click.Group:
    """What an auditor reads."""
    entries = {
        "history": Entry("console.seeing:history", N_("Every event of a stream.")),
        "conformance": Entry("console.auditing:conformance", N_("Was every decision lawful when it was taken?")),
    }
    return Lazy("audit", entries=entries, help=say(N_("What an auditor reads.")), no_args_is_help=True)
