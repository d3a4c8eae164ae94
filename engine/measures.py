"""Which values of targets are counted from events, and what a person should know of a value entered besides.

The report on targets counts them; here is only said what it counts. It refuses no value."""

from collections.abc import Sequence
from typing import Final

from engine.catalogue import N_, Message
from engine.events import MeasureRecorded
from engine.fields import MEASURED_IN
from engine.plan import Plan

COUNTED: Final = {
    "units_with_plan": N_("the share of subordinate units whose plan of the year is on record"),
    "units_with_regulation": N_("the share of subordinate units whose regulation of the year is on record"),
    "units_with_plan_and_regulation": N_(
        "the share of subordinate units whose plan and regulation of the year are on record"
    ),
    "department_conferences": N_("how many conferences of the Department itself are on record for the year"),
}
OF_A_LEVEL: Final = N_("how many units lead a task of the {level} that was approved")


def counted(measure: str, plan: Plan) -> Message | None:
    """What the report on targets counts for a measure, in words; None where the value has to be entered."""
    if measure in COUNTED:
        return Message(COUNTED[measure])
    titles = {f"units_with_{level}_task": flow.title for level, flow in plan.workflows.items()}
    return Message(OF_A_LEVEL, {"level": titles[measure]}) if measure in titles else None


def unused(fact: MeasureRecorded, versions: Sequence[Plan]) -> tuple[Message, ...]:
    """Tells where the report on targets does not use a value that is put on record, and what it shows instead.

    `versions`: those of the plan, the newest last."""
    told = {"value": fact.value, "measure": fact.measure, "plan": fact.plan, "unit": fact.unit}
    targets = [clause.target.measure for one in versions for clause in one.clauses if clause.target]
    if fact.measure not in targets:
        text = N_(
            "{value} is on record, but the plan {plan} has no target of {measure}: the report on targets lacks it."
        )
        return (Message(text, told),)
    by_events = next((found for one in reversed(versions) if (found := counted(fact.measure, one))), None)
    if by_events is not None:
        text = N_(
            "{value} is on record, but the report on targets does not use it: {measure} is counted from events. The"
            " report shows {counted}."
        )
        return (Message(text, {**told, "counted": by_events}),)
    if fact.unit is not None and fact.unit not in MEASURED_IN:
        text = N_(
            "{value} is on record for the unit {unit}, but the report on targets shows {measure} for the whole alone:"
            " the newest value that is entered without a unit."
        )
        return (Message(text, told),)
    return ()
