"""Rules of registering a task: unit, topic, estimate, dates, the investigator's other tasks."""

from collections.abc import Iterator
from datetime import date

from engine.ask import Ask, Unmet, no, rule
from engine.catalogue import N_, Message
from engine.states import Unit


@rule("house.in_force", N_("{unit} is in force on the date and takes part in the plan."))
def unit_in_force(ask: Ask) -> Iterator[Unmet]:
    """The unit exists on the decision date and takes part in the plan."""
    command = ask.command
    ident = command.lead_unit if command.command == "register_task" else command.unit
    ask.evidence["unit"] = ident
    unit = ask.facts.unit(ident) if ident else None
    if unit is None:
        return
    if not unit.in_force(command.on):
        yield no(
            N_("The unit {unit} is not in force on {day_on}; it is from {since_on}{until}."),
            cure=N_("Check the date, or name the unit that was in force then."),
            unit=ident,
            day_on=command.on,
            since_on=unit.since,
            until=_merged(unit),
        )
    if ask.plan is None or not ask.params.get("plan", True) or ask.plan.id in unit.plans:
        return
    # What merged units owe goes on under their successor; no new task begins there of a plan it takes no part in.
    if command.command == "register_task" or not ask.facts.took_over(unit, ask.plan.id, command.on):
        yield no(
            N_("The unit {unit} does not take part in the plan {plan}."),
            cure=N_("Use a plan the unit takes part in: {plans}."),
            unit=ident,
            plan=ask.plan.id,
            plans=list(unit.plans),
        )


def _merged(unit: Unit) -> object:
    if unit.merged_on is None:
        return ""
    return Message(N_(", merged into {into} on {merged_on}"), {"into": unit.merged_into, "merged_on": unit.merged_on})


@rule("house.in_force", N_("All units are in force on the date."))
def units_in_force(ask: Ask) -> Iterator[Unmet]:
    """The units that are merged, and the one they become part of, exist on the decision date."""
    for ident in (*ask.command.units, ask.command.into):
        unit = ask.facts.unit(ident)
        gone = unit is not None and ident in ask.command.units and unit.merged_into is not None
        if unit is not None and (gone or not unit.in_force(ask.command.on)):
            yield no(
                N_("The unit {unit} is not in force on {day_on}; it is from {since_on}{until}."),
                cure=N_("Check the date, or name the unit that was in force then."),
                unit=ident,
                day_on=ask.command.on,
                since_on=unit.since,
                until=_merged(unit),
            )


@rule("house.in_force", N_("The unit they become part of is not part of one of them."))
def not_in_a_circle(ask: Ask) -> Iterator[Unmet]:
    """A unit is not merged into one that was, or is to be, merged into it."""
    for later in ask.facts.became(ask.command.into):
        if later in ask.command.units:
            yield no(
                N_("The unit {into} is itself merged into {unit}; they would be merged in a circle."),
                cure=N_("Check which unit goes on and which does not."),
                into=ask.command.into,
                unit=later,
            )
            return


@rule("house.topic_group", N_("The task falls in one of the plan's topic groups."))
def topic_group(ask: Ask) -> Iterator[Unmet]:
    """The task names one of the plan's topic groups."""
    groups = [group.id for group in ask.plan.topic_groups] if ask.plan else []
    given = ask.command.topic_group
    if given not in groups:
        yield no(
            N_("The topic group {given} is none of the plan's groups.")
            if given is not None
            else N_("The task names no topic group."),
            cure=N_("Give one of the groups {groups} (`khcn plan show {plan}` tells what they are)."),
            given=given,
            groups=groups,
            plan=ask.plan.id if ask.plan else "",
        )


@rule("house.research_office", N_("{unit} has a research office, or a responsible leader and a dedicated officer."))
def research_office(ask: Ask) -> Iterator[Unmet]:
    """The unit has a research office, or a responsible leader and a dedicated officer, on record."""
    unit = ask.facts.unit(ask.command.lead_unit)
    ask.evidence["unit"] = ask.command.lead_unit
    if unit is not None and unit.office(ask.command.on) is None:
        yield no(
            N_("The unit {unit} has neither a research office nor a leader and an officer for research on record."),
            cure=N_("Record the office or both persons first (`khcn unit assign-research-office`)."),
            unit=unit.unit,
        )


@rule("house.estimate", N_("The estimate has a positive sum."))
def estimate(ask: Ask) -> Iterator[Unmet]:
    """The itemised estimate adds up to more than nothing."""
    items = ask.command.estimate
    if items is not None and sum(item.amount for item in items) <= 0:
        yield no(
            N_("The estimate adds up to nothing."),
            cure=N_("Give each item's content and amount in whole đồng."),
        )


@rule("house.dates", N_("The planned end is after the planned start."))
def dates(ask: Ask) -> Iterator[Unmet]:
    """The planned end is after the planned start."""
    start, end = getattr(ask.command, "start", None), ask.command.end
    if ask.task.milestones and ask.step_name != "register_task":
        start, end = start or ask.task.start, end or ask.then.end
    if end <= start and end != date.min:  # an imported task's planned end may not be on record
        yield no(
            N_("The planned end {end_on} is not after the planned start {start_on}."),
            cure=N_("Check both dates."),
            start_on=start,
            end_on=end,
        )


@rule("customary.two_running_tasks", N_("{investigator} leads fewer than {most} running tasks."))
def two_running_tasks(ask: Ask) -> Iterator[Unmet]:
    """The investigator leads fewer running tasks than the most allowed."""
    who = _new_investigator(ask)
    person = ask.facts.person(who) if who else None
    running = []
    for ident in person.leads if person else ():
        task = ask.facts.task(ident)
        if task and task.task != ask.task.task and task.investigator == who:
            running += [ident] if task.state in ask.params["running"] else []
    ask.evidence |= {"investigator": who, "most": ask.params["most"], "running": running}
    if person is not None and len(running) >= ask.params["most"]:
        yield no(
            N_("{investigator} already leads {count} running tasks: {running}."),
            cure=N_("Name another investigator, finish one of these tasks, or have a leader waive the rule."),
            investigator=person.person,
            count=len(running),
            running=running,
        )


@rule("customary.barred_after_failure", N_("{investigator} is not barred after a result that was not accepted."))
def barred_after_failure(ask: Ask) -> Iterator[Unmet]:
    """No task of the investigator was not accepted within the years before, as its newest result."""
    who = _new_investigator(ask)
    person = ask.facts.person(who) if who else None
    ask.evidence["investigator"] = who
    for ident in person.leads if person else ():
        task = ask.facts.task(ident)
        if task is None or task.newest_result is None or task.investigator != who:
            continue
        failed_on, grade = task.newest_result
        free_on = _years_after(failed_on, ask.params["years"])
        if grade == "fail" and ask.command.on < free_on:
            yield no(
                N_("{investigator}'s task {task} was not accepted on {failed_on}; barred until {free_on}."),
                cure=N_("Name another investigator, or have a leader waive the rule."),
                investigator=who,
                task=ident,
                failed_on=failed_on,
                free_on=free_on,
            )


def _new_investigator(ask: Ask) -> str | None:
    """Who is to lead the task from now on; nobody where the command names who leads it already, or names nobody."""
    named: str | None = ask.command.investigator
    return None if named == ask.then.investigator else named


def _years_after(day: date, years: int) -> date:
    """The anniversary; of 29 February in a common year, 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
