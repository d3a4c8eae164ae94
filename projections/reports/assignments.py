"""The plan's own assignments, each with its office and what the record holds for it. It invents no result."""

from engine.catalogue import N_, Message
from engine.commands import COMMANDS
from engine.plan import Clause, Plan
from projections.reports import outcomes, unitwork
from projections.reports.ground import Ground
from projections.reports.shape import Column, Json, Section

# What a clause says it is carried by -> the section that counts what was recorded of it in the period.
COUNTED = {
    "command record_training": unitwork.trainings,
    "command record_conference": unitwork.conferences,
    "step inspect_task": unitwork.inspections,
    "command record_inspection": unitwork.inspections,
    "command register_initiative": outcomes.initiatives,
    "registry obligations": unitwork.obligations,
    "registry tasks": None,
}
_TELL = N_("{section}: {count}")
_NOTHING = N_("Told by the lead office: no event measures it.")
_REGISTRIES = N_("The registries are kept from every decision recorded.")


def assignments(ground: Ground) -> Section:
    """Every assignment of the plan: lead office, who helps, when, and the records of the period that carry it."""
    rows = [_row(ground, clause) for clause in ground.plan.clauses if clause.kind == "assignment"]
    columns = (
        Column("clause", Message(N_("clause")), width=3),
        Column("text", Message(N_("assignment")), width=7),
        Column("lead", Message(N_("lead office")), width=5),
        Column("coordinate", Message(N_("with")), width=4),
        Column("time", Message(N_("time")), "word", 3),
        Column("records", Message(N_("on record in the period")), width=6),
    )
    return Section("assignments", Message(N_("Assignments of the plan")), columns, rows)


def _row(ground: Ground, clause: Clause) -> Json:
    return {
        "clause": clause.id,
        "text": clause.text,
        "lead": _office(ground.plan, clause.lead) if clause.lead else None,
        "coordinate": [_helper(ground.plan, name) for name in clause.coordinate],
        "time": clause.time,
        "records": _records(ground, clause) or [Message(_NOTHING)],
    }


def _helper(plan: Plan, name: str) -> str | Message:
    known = {"units": Message(N_("the units")), "private_hospitals": Message(N_("private hospitals"))}
    return known[name] if name in known and name not in plan.offices else _office(plan, name)


def _office(plan: Plan, name: str) -> str | Message:
    """An office by its name in the language that is spoken; what is no office of the plan as it is."""
    office = plan.office(name)
    return Message("{office}", {"office": office}) if office else name


def _records(ground: Ground, clause: Clause) -> list[Message]:
    found = []
    for carrier in clause.carried:
        if carrier not in COUNTED:
            found += _of_its_own(ground, carrier)
            continue
        count = COUNTED[carrier]
        if count is None:
            found.append(Message(_REGISTRIES))
        else:
            section = count(ground)
            found.append(Message(_TELL, {"section": section.title, "count": len(section.rows)}))
    return found


def _of_its_own(ground: Ground, carrier: str) -> list[Message]:
    """How often a step that the plan defines for itself was taken in the period; nothing of any other carrier."""
    name = carrier.removeprefix("step ")
    steps = [flow.steps[name] for flow in ground.plan.workflows.values() if name in flow.steps and name not in COMMANDS]
    if not steps:
        return []
    count = sum(entry.step == name for _, entry in ground.entries("plain_step_taken"))
    return [Message(_TELL, {"section": steps[0].title or name, "count": count})]
