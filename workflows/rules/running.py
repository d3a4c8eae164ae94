"""Rules of starting and submitting: contract, ethics clearance, progress report, seminar report and its parts."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from engine.ask import Ask, Unmet, no, rule
from engine.catalogue import N_, Message


@rule("house.contract", N_("The contract is on record."))
def contract(ask: Ask) -> Iterator[Unmet]:
    """A contract is given with the start."""
    if ask.command.contract is None:
        yield no(
            N_("The contract is missing."),
            cure=N_("Give the contract's number, date and issuer (contract)."),
        )


ETHICS_SINCE = date(2025, 2, 1)


@rule("law.ethics", N_("Ethics clearance is on record where people are studied."))
def ethics(ask: Ask) -> Iterator[Unmet]:
    """Research on people starts only with ethics clearance (Circular 43/2024/TT-BYT, in force since 2025-02-01)."""
    if ask.command.on >= ETHICS_SINCE and ask.task.human_subjects and ask.command.ethics is None:
        yield no(
            N_("The task studies people and has no ethics clearance (Circular 43/2024/TT-BYT)."),
            cure=N_("Give the ethics council's document: number, date and issuer (ethics)."),
        )


@rule("customary.extension", N_("The extension is not one too many, decided in time, and not too long."))
def extension(ask: Ask) -> Iterator[Unmet]:
    """An extension is decided before the planned end, as often as the plan allows, and by at most so many months."""
    end, old = ask.command.end, ask.then.end
    if end is None or end <= old or old == date.min:  # an imported task's planned end may not be on record
        return
    if ask.task.extended >= ask.params["times"]:
        yield no(
            N_("Extensions of {task} so far: {count}; the plan allows {times}."),
            cure=N_("Have a leader waive the rule by a document."),
            task=ask.task.task,
            count=ask.task.extended,
            times=ask.params["times"],
        )
    if ask.command.on >= old:
        yield no(
            N_("The extension of {day_on} is not decided before the planned end, {end_on}."),
            cure=N_("Have a leader waive the rule by a document."),
            day_on=ask.command.on,
            end_on=old,
        )
    long = old >= months_after(ask.task.start, ask.params["long_from_months"]) - timedelta(days=1)
    months = ask.params["months_long" if long else "months_short"]
    if end > months_after(old, months):
        yield no(
            N_("The new end {end_on} is more than {months} months after {old_on}."),
            cure=N_("Extend by at most {months} months, or have a leader waive the rule by a document."),
            end_on=end,
            old_on=old,
            months=months,
        )


def months_after(day: date, months: int) -> date:
    """The same day so many calendar months later; the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


@rule("house.progress_report", N_("There is a progress report."))
def progress_report(ask: Ask) -> Iterator[Unmet]:
    """At least one progress report was handed in by that day."""
    # Of a task from an old register that was taken over past the state for them, its reports are not on record.
    report = ask.workflow.steps.get("report_progress") if ask.workflow else None
    if ask.task.imported and report is not None and not report.targets(ask.task.state):
        return
    if ask.task.reported is None or ask.task.reported > ask.command.on:
        yield no(
            N_("No progress report is on record for {task} by {day_on}."),
            cure=N_("Record one first (`khcn task report-progress`)."),
            task=ask.task.task,
            day_on=ask.command.on,
        )


@rule("house.seminar_report", N_("{investigator} gave a seminar report."))
def seminar_report(ask: Ask) -> Iterator[Unmet]:
    """The present investigator gave a seminar report by that day that names this task or none."""
    investigator = ask.then.investigator
    person = ask.facts.person(investigator)
    ask.evidence["investigator"] = investigator
    if not investigator:  # of an imported task who leads it may not be on record
        return
    for talk in person.talks if person else ():
        if talk.plan == ask.task.plan and talk.on <= ask.command.on and talk.task in (None, ask.task.task):
            return
    yield no(
        N_("The investigator {investigator} has given no seminar report for {task} by {day_on}."),
        cure=N_("Hold the seminar and record it (`khcn seminar hold`), or have a leader waive the rule."),
        investigator=investigator,
        task=ask.task.task,
        day_on=ask.command.on,
    )


PARTS = {
    "overview": N_("overview"),
    "methods": N_("methods"),
    "results": N_("results"),
    "discussion": N_("discussion"),
    "conclusion": N_("conclusion"),
}


@rule("house.seminar_parts", N_("Each seminar report has the parts that the plan asks for."))
def seminar_parts(ask: Ask) -> Iterator[Unmet]:
    """Each report has the parts that the plan asks for: of overview, methods, results, discussion and conclusion."""
    asked = [(name, text) for name, text in PARTS.items() if name in ask.params["parts"]]
    for report in ask.command.reports:
        missing = [Message(text) for name, text in asked if not getattr(report, name).strip()]
        if missing:
            yield no(
                N_("The report «{title}» of {presenter} lacks: {missing}."),
                cure=N_("Complete these parts."),
                title=report.title,
                presenter=report.presenter,
                missing=missing,
            )
