"""Rules of approving and funding: separation of duties, approved sum, budget lines."""

from collections.abc import Iterator

from engine.ask import Ask, Unmet, no, rule
from engine.catalogue import N_, Message
from engine.words import PAYERS


@rule("house.four_eyes", N_("{actor} took none of the earlier steps that exclude this one."))
def four_eyes(ask: Ask) -> Iterator[Unmet]:
    """Whoever took one of the named earlier steps, or had it taken, does not take this one."""
    actor = ask.command.actor
    acting = ask.acting()
    now = {actor, acting.by} - {None} if acting else {actor}
    ask.evidence["actor"] = actor
    for act, earlier, message in (
        ("registered", ask.task.registered_by, N_("{who} registered the task {task} and may not take this step.")),
        ("approved", ask.task.approved_by, N_("{who} approved the task {task} and may not take this step.")),
    ):
        both = sorted(now & set(earlier))
        if act in ask.params["acts"] and both:
            cure = N_("Somebody else who holds the role must take it.")
            yield no(message, cure=cure, who=both, task=ask.task.task)


@rule("house.estimate", N_("The approved sum is positive and broken down."))
def approved_estimate(ask: Ask) -> Iterator[Unmet]:
    """The approved sum is positive; a breakdown given, or needed where it is less, adds up to it."""
    amount = ask.command.amount
    if amount <= 0:
        yield no(N_("The approved sum is nothing."), cure=N_("Give the sum in whole đồng."))
    items = ask.command.estimate
    if items is not None:
        total = sum(item.amount for item in items)
        if total != amount:
            yield no(
                N_("The breakdown adds up to {total_vnd}, the approved sum is {amount_vnd}."),
                cure=N_("Correct the breakdown so that it adds up to the approved sum."),
                total_vnd=total,
                amount_vnd=amount,
            )
    elif ask.task.appraised is not None and amount < _total(ask.task.appraised):
        yield no(
            N_("{amount_vnd} is less than the appraised {appraised_vnd}; the new breakdown is missing."),
            cure=N_("Give the breakdown by content that adds up to the approved sum (estimate)."),
            amount_vnd=amount,
            appraised_vnd=_total(ask.task.appraised),
        )


@rule("house.estimate", N_("The amended estimate adds up to the approved sum."))
def estimate_amended(ask: Ask) -> Iterator[Unmet]:
    """An amended estimate adds up to the approved sum."""
    items = ask.command.estimate
    if items is None or ask.task.approved is None:
        return
    total = sum(item.amount for item in items)
    if total != ask.task.approved:
        yield no(
            N_("The breakdown adds up to {total_vnd}, the approved sum is {amount_vnd}."),
            cure=N_("Correct the breakdown so that it adds up to the approved sum."),
            total_vnd=total,
            amount_vnd=ask.task.approved,
        )


def _total(items: tuple[tuple[str, int], ...]) -> int:
    return sum(amount for _, amount in items)


@rule("house.approved_within_estimate", N_("The approved sum is within the appraised estimate."))
def approved_within_estimate(ask: Ask) -> Iterator[Unmet]:
    """The approved sum is not over the appraised estimate."""
    if ask.step_name == "amend_task":  # it approves no sum; versions of plans adopted before ask it there all the same
        return
    appraised, amount = ask.task.appraised, ask.command.amount
    if appraised is not None and amount > _total(appraised):
        yield no(
            N_("{amount_vnd} is over the appraised estimate of {appraised_vnd}."),
            cure=N_("Approve at most the appraised estimate, or have the task appraised again."),
            amount_vnd=amount,
            appraised_vnd=_total(appraised),
        )


@rule("house.in_force", N_("The budget line {line} is open on the date."))
def line_in_force(ask: Ask) -> Iterator[Unmet]:
    """The line was open on the decision date."""
    line = ask.facts.line(ask.command.line)
    ask.evidence["line"] = ask.command.line
    if line is not None and ask.command.on < line.since:
        yield no(
            N_("The budget line {line} is open only from {since_on}."),
            cure=N_("Check the date, or use a line that was open then."),
            line=line.line,
            since_on=line.since,
        )


@rule("house.payer", N_("The line's payer may pay for a task of this level."))
def payer(ask: Ask) -> Iterator[Unmet]:
    """The line is of a payer of the workflow; a unit's line is the lead unit's own."""
    line = ask.facts.line(ask.command.line)
    if line is None:
        return
    if line.payer not in ask.params["payers"]:
        yield no(
            N_("The line {line} is paid by {payer}; this task may be paid by: {payers}."),
            cure=N_("Use a line of one of these payers."),
            line=line.line,
            payer=Message(PAYERS[line.payer]),
            payers=[Message(PAYERS[name]) for name in ask.params["payers"]],
        )
    elif line.payer == "unit" and not ask.same_unit(line.unit, ask.task.lead_unit):
        yield no(
            N_("The line {line} belongs to the unit {unit}, not to the lead unit {lead_unit}."),
            cure=N_("Use a line of the lead unit."),
            line=line.line,
            unit=line.unit,
            lead_unit=ask.task.lead_unit,
        )


@rule("house.line_year", N_("The line is of the task's plan and of a year in which it runs."))
def line_year(ask: Ask) -> Iterator[Unmet]:
    """The line is of the task's plan; its year lies between the plan year and the year of the planned end."""
    line = ask.facts.line(ask.command.line)
    if line is None:
        return
    if line.plan != ask.task.plan:
        yield no(
            N_("The line {line} is of the plan {other}, the task of {plan}."),
            cure=N_("Use a line of the task's plan."),
            line=line.line,
            other=line.plan,
            plan=ask.task.plan,
        )
    end = ask.then.end
    first, last = ask.task.year, end.year
    if end == end.min:  # an imported task's planned end may not be on record
        last = max(first, line.year)
    if not first <= line.year <= last:
        yield no(
            N_("The line {line} is of {year}; the task runs from {first} to {last}."),
            cure=N_("Use a line of one of these years."),
            line=line.line,
            year=str(line.year),
            first=str(first),
            last=str(last),
        )


@rule("house.within_line", N_("The allocation is within what the line has left."))
def within_line(ask: Ask) -> Iterator[Unmet]:
    """Allocations less returns never go over the line: on that day, and on no later one."""
    line = ask.facts.line(ask.command.line)
    if line is None:
        return
    left = line.room(ask.command.on)
    ask.evidence |= {"line": line.line, "left_vnd": left}
    if ask.command.amount > left:
        yield no(
            N_("{amount_vnd} is over what the line {line} has left, {left_vnd}."),
            cure=N_("Allocate at most {left_vnd}, or have the line adjusted by a document."),
            amount_vnd=ask.command.amount,
            line=line.line,
            left_vnd=left,
        )


@rule("house.within_line", N_("The new amount covers what was allocated."))
def line_covers(ask: Ask) -> Iterator[Unmet]:
    """A line's new amount is not below its allocations less returns, on any day on which it is in force."""
    line = ask.facts.line(ask.command.line)
    if line is None:
        return
    bound = line.bound(ask.command.on)
    if ask.command.amount < bound:
        yield no(
            N_("{amount_vnd} is below what is allocated from the line {line}, {bound_vnd}."),
            cure=N_("Give at least {bound_vnd}, or have money returned first."),
            amount_vnd=ask.command.amount,
            line=line.line,
            bound_vnd=bound,
        )


@rule("house.within_approved_sum", N_("The approved sum covers what is allocated."))
def approved_covers_allocated(ask: Ask) -> Iterator[Unmet]:
    """An approval taken again is not below what is still allocated to the task."""
    kept = ask.task.granted(ask.command.on)
    if kept and ask.command.amount < kept:
        yield no(
            N_("{amount_vnd} is below what is still allocated to the task, {kept_vnd}."),
            cure=N_("Approve at least {kept_vnd}, or have money returned first."),
            amount_vnd=ask.command.amount,
            kept_vnd=kept,
        )


@rule("house.within_approved_sum", N_("The allocations are within the approved sum."))
def within_approved_sum(ask: Ask) -> Iterator[Unmet]:
    """Allocations less returns never go over the approved sum, and nothing is allocated before the approval."""
    task = ask.task
    if task.approved is None:
        return
    # The first allocation is held to the approval's day by house.chronology, later ones are not.
    before = any(each.step == "approve_task" and each.on > ask.command.on for each in task.milestones[:-1])
    approved = 0 if before else task.approved
    granted = task.granted(ask.command.on)
    after = granted + ask.command.amount
    if after > approved:
        yield no(
            N_("With this the task would have {after_vnd}; approved on {day_on} are {approved_vnd}."),
            cure=N_("Allocate at most {left_vnd}."),
            after_vnd=after,
            day_on=ask.command.on,
            approved_vnd=approved,
            left_vnd=max(0, approved - granted),
        )
