"""Decides on what units owe and did in a year, and on initiatives: who may, under which rules, what fact follows."""

from collections.abc import Callable, Mapping
from typing import Any

from engine import commands as c
from engine import events as e
from engine import tally
from engine.ask import Ask
from engine.catalogue import N_, Message
from engine.decider.answers import FieldError, Invalid
from engine.envelope import Fact
from engine.fields import as_text

HOUSE: Mapping[str, tuple[str, ...]] = {
    "submit_unit_plan": ("unit_in_force",),
    "issue_regulation": ("unit_in_force",),
    "issue_procedure": ("unit_in_force",),
    "submit_report": ("unit_in_force",),
    "record_inspection": ("unit_in_force",),
    "record_conference": ("unit_in_force",),
    "record_training": ("unit_in_force",),
    "record_measure": ("unit_in_force",),
    "register_initiative": ("unique_id", "unit_in_force", "shares"),
    "recognise_initiative": ("initiative_order", "initiative_dates", "initiative_majority"),
    "commend_initiative": ("initiative_recognised", "initiative_dates"),
}


def is_commendation(command: Any) -> bool:
    """Whether an initiative is commended, which is no step of a task."""
    return isinstance(command, c.Commend) and command.initiative is not None


def about(command: Any, ask: Ask) -> tuple[str | None, str | None]:
    """The unit that the command concerns (None: the Department) and the plan that governs it."""
    match command:
        case c.RecogniseInitiative() | c.Commend():
            found = ask.facts.initiative(command.initiative or "")
            return (found.unit, found.plan) if found else (None, None)
        case c.RecordMeasure():
            return command.unit_, command.plan
        case c.RegisterInitiative() | c.RecordConference() | c.RecordTraining() | c.UnitYearCommand():
            return command.unit, command.plan
    return None, None


def narrow(ask: Ask) -> None:
    """Who may take the command, where that hangs on what it says or a role held for a unit does not do for it.

    A unit inspects itself, and the Department inspects it; a target's value is the Department's to say."""
    match ask.command:
        case c.RecordInspection():
            ask.roles = ("unit_officer",) if ask.command.by == "self" else ("secretary",)
            ask.unit_roles = ("unit_officer",)
        case c.RecordMeasure():
            ask.unit_roles = ()


def _named(ask: Ask) -> dict[str, Any]:
    return {"unit": ask.command.unit, "plan": ask.command.plan}


def _paper(kind: type[e.UnitYearFact]) -> Callable[[Ask], Fact]:
    return lambda ask: kind(**_named(ask), year=ask.command.year)


def _regulation(ask: Ask) -> Fact:
    return e.RegulationIssued(**_named(ask), year=ask.command.year, incentive=ask.command.incentive)


def _report(ask: Ask) -> Fact:
    cmd: c.SubmitReport = ask.command
    return e.ReportSubmitted(**_named(ask), year=int(cmd.period[:4]), period=cmd.period)


def _inspection(ask: Ask) -> Fact:
    cmd: c.RecordInspection = ask.command
    return e.UnitInspected(**_named(ask), year=cmd.on.year, by=cmd.by, kind=cmd.kind, findings=cmd.findings)


def _gathering(kind: type[e.GatheringHeld]) -> Callable[[Ask], Fact]:
    def held(ask: Ask) -> Fact:
        cmd: c.RecordConference | c.RecordTraining = ask.command
        told: dict[str, Any] = {"title": cmd.title, "kind": cmd.kind, "participants": cmd.participants}
        return kind(**_named(ask), year=cmd.on.year, **told)

    return held


def of_no_target(ask: Ask) -> Invalid | None:
    """A measure that would stand in no report; a plan without targets has none to miss."""
    cmd: c.RecordMeasure = ask.command
    known = _measures(ask)
    if not known or cmd.measure in known:
        return None
    text = N_("The plan {plan} has no target that is measured by {measure}; its targets are measured by: {names}.")
    told = {"plan": cmd.plan, "measure": cmd.measure, "names": known}
    return Invalid((FieldError("measure", Message(text, told)),))


def _measure(ask: Ask) -> Fact:
    cmd: c.RecordMeasure = ask.command
    return e.MeasureRecorded(**_named(ask), year=cmd.year, measure=cmd.measure, value=as_text(cmd.value))


def _measures(ask: Ask) -> list[str]:
    """What the targets of a plan are measured by: of each version, since a value may be entered late."""
    assert ask.plan_at is not None
    versions = (ask.plan_at(number) for number in range(1, ask.plan_version + 1))
    return list(dict.fromkeys(each.target.measure for one in versions for each in one.clauses if each.target))


def _registered(ask: Ask) -> Fact:
    cmd: c.RegisterInitiative = ask.command
    return e.InitiativeRegistered(
        **_named(ask),
        initiative=cmd.initiative,
        year=cmd.year,
        title=cmd.title,
        authors=tuple(e.AuthorShare(person=author.person, share=as_text(author.share)) for author in cmd.authors),
        description=cmd.description,
    )


def _recognised(ask: Ask) -> Fact:
    cmd: c.RecogniseInitiative = ask.command
    session = ask.facts.session(cmd.session) if cmd.session else None
    item = session.item("recognise", None, cmd.initiative) if session else None
    if session is None or item is None:
        return e.InitiativeRecognised(initiative=cmd.initiative)
    return e.InitiativeRecognised(
        initiative=cmd.initiative,
        session=session.session,
        present=len(tally.sitting(session, item)),
        counts=tally.counts(item),
    )


def _commended(ask: Ask) -> Fact:
    cmd: c.Commend = ask.command
    return e.InitiativeCommended(initiative=cmd.initiative or "", form=cmd.form, persons=cmd.persons, unit=cmd.unit)


FACTS: Mapping[str, Callable[[Ask], Fact | Invalid]] = {
    "submit_unit_plan": _paper(e.UnitPlanSubmitted),
    "issue_regulation": _regulation,
    "issue_procedure": _paper(e.ProcedureIssued),
    "submit_report": _report,
    "record_inspection": _inspection,
    "record_conference": _gathering(e.ConferenceHeld),
    "record_training": _gathering(e.TrainingHeld),
    "record_measure": _measure,
    "register_initiative": _registered,
    "recognise_initiative": _recognised,
    "commend_initiative": _commended,
}
