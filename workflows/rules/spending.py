"""Rules of spending: beneficiary, content and sums; returns; settlement."""

from collections.abc import Iterator

from engine.ask import Ask, Unmet, no, rule
from engine.catalogue import N_
from engine.money import Share
from engine.states import Task


@rule("house.within_allocation", N_("The sum is within the task's money from the line {line}."))
def within_allocation(ask: Ask) -> Iterator[Unmet]:
    """Spending from each line stays within the task's allocation from that line less returns, on every day."""
    share = ask.task.money.get(ask.command.line, Share())
    left = share.room(ask.command.on)
    ask.evidence |= {"line": ask.command.line, "left_vnd": left}
    if ask.command.amount > left:
        yield no(
            N_("{amount_vnd} is over what the task has left from the line {line}, {left_vnd}."),
            cure=N_("Use at most {left_vnd} of this line."),
            amount_vnd=ask.command.amount,
            line=ask.command.line,
            left_vnd=left,
        )


@rule("house.within_allocation", N_("The return is within what is left of the line {line}."))
def return_within_allocation(ask: Ask) -> Iterator[Unmet]:
    """A return is at most what is left there."""
    yield from within_allocation(ask)


@rule("house.right_use_of_money", N_("Beneficiary, content and sum are as approved."))
def right_use_of_money(ask: Ask) -> Iterator[Unmet]:
    """The beneficiary is on the task, the content in its approved estimate and within it, the sum within the line."""
    task, command = ask.then, ask.command
    units = {task.lead_unit, ask.facts.successor(task.lead_unit, command.on)}
    known = {task.investigator, *task.team, *units, *task.partners, *task.suppliers}
    if command.beneficiary not in known:
        yield no(
            N_("{beneficiary} is neither on the task {task} nor its unit, partner or supplier."),
            cure=N_("Pay one of: {known}; a supplier is named at the approval."),
            beneficiary=command.beneficiary,
            task=task.task,
            known=sorted(known - {""}),
        )
    yield from _content(ask, task)
    yield from within_allocation(ask)


def _content(ask: Ask, task: Task) -> Iterator[Unmet]:
    if task.approved is None or not task.approved_estimate:  # an imported task's may not be on record
        return
    content, amount = ask.command.content, ask.command.amount
    approved = sum(sum_ for name, sum_ in task.approved_estimate if name == content)
    names = [name for name, _ in task.approved_estimate]
    if content not in names:
        yield no(
            N_("«{content}» is not in the approved estimate."),
            cure=N_("Use one of its contents: {names}."),
            content=content,
            names=names,
        )
        return
    after = task.spent.get(content, 0) + amount
    if after > approved:
        yield no(
            N_("With this {after_vnd} would be spent on «{content}»; approved are {approved_vnd}."),
            cure=N_("Spend at most what is left of it, or have the estimate amended."),
            content=content,
            after_vnd=after,
            approved_vnd=approved,
        )


@rule("house.settled", N_("All money is settled."))
def settled(ask: Ask) -> Iterator[Unmet]:
    """Every disbursement has its voucher (no command records one without), and all that was allocated is
    disbursed or returned."""
    if ask.task.unsettled:
        yield no(
            N_("Of the money of the time before, {left_vnd} is neither spent nor returned."),
            cure=N_(
                "Have the imported entry corrected by a document that says what became of it (`khcn entry correct`)."
            ),
            left_vnd=ask.task.unsettled,
        )
    for line, share in ask.task.money.items():
        if share.unsettled:
            yield no(
                N_("From the line {line}, {left_vnd} is neither spent nor returned."),
                cure=N_("Record the missing vouchers, or return {left_vnd} to {line} (`khcn task return-funds`)."),
                line=line,
                left_vnd=share.unsettled,
            )
