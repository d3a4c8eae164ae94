"""Folds facts into what units did in a year, and into initiatives: copies what happened, asks no rule, no clock."""

from datetime import date

from msgspec.structs import replace

from engine import events as e
from engine.envelope import Event, Fact
from engine.fold import folds
from engine.states import Deed, Initiative, PlanVersions, UnitYear

MONTH = "{on.year}-{on.month:02}"


def deed(fact: Fact, on: date) -> Deed | None:
    """What a unit's fact counts as where duties are told: what was done, for which period. None where it fulfils none.

    A regulation without an incentive mechanism is none that VP57-V.4.c asks for, a seminar without a report none of
    VP57-III.3.3; nor is the Department's inspection one by the unit itself."""
    match fact:
        case e.UnitPlanSubmitted():
            return Deed("unit_plan", str(fact.year), on)
        case e.RegulationIssued() if fact.incentive:
            return Deed("regulation", str(fact.year), on)
        case e.ProcedureIssued():
            return Deed("unit_procedure", str(fact.year), on)
        case e.SeminarHeld() if fact.reports:
            return Deed("seminar", MONTH.format(on=on), on)
        case e.UnitInspected(by="self"):
            return Deed("self_inspection", str(fact.year), on)
        case e.ReportSubmitted():
            return Deed(report(fact.period), fact.period, on)
    return None


def report(period: str) -> str:
    """Which report a period asks for."""
    if "Q" in period:
        return "quarter_report"
    return "half_year_report" if "H" in period else "year_report"


@folds(
    "unit_year",
    e.UnitPlanSubmitted,
    e.RegulationIssued,
    e.ProcedureIssued,
    e.SeminarHeld,
    e.UnitInspected,
    e.ReportSubmitted,
    e.ConferenceHeld,
    e.TrainingHeld,
    e.MeasureRecorded,
)
def _done(state: UnitYear | None, fact: Fact, event: Event) -> UnitYear:
    before = state or UnitYear(key=event.stream)
    done = deed(fact, event.on)
    return replace(before, deeds=(*before.deeds, done)) if done else before


@folds("plan", e.ConferenceHeld, e.TrainingHeld, e.MeasureRecorded)
def _of_the_department(state: PlanVersions, _: Fact, __: Event) -> PlanVersions:
    return state


@folds("initiative", e.InitiativeRegistered)
def _registered(_: None, fact: e.InitiativeRegistered, event: Event) -> Initiative:
    return Initiative(
        initiative=fact.initiative,
        unit=fact.unit,
        plan=fact.plan,
        year=fact.year,
        title=fact.title,
        authors=tuple((author.person, author.share) for author in fact.authors),
        registered_on=event.on,
    )


@folds("initiative", e.InitiativeRecognised)
def _recognised(state: Initiative, _: e.InitiativeRecognised, event: Event) -> Initiative:
    return replace(state, recognised_on=event.on)


@folds("initiative", e.InitiativeCommended)
def _commended(state: Initiative, _: e.InitiativeCommended, __: Event) -> Initiative:
    return state
