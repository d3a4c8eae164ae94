"""Makes a report of a plan for a period: its sections by name. It prints nothing and knows no clock."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

from msgspec import Struct
from msgspec.json import Decoder

from engine.calendar import Calendar
from engine.log import Log
from engine.times import day_of, instant
from engine.titles import Titles
from engine.transactions import Reader
from projections.history import corrections_of_all, past
from projections.names import Names
from projections.reports import (
    assignments,
    council_activity,
    money,
    outcomes,
    progress,
    proposals,
    results,
    stages,
    unitwork,
)
from projections.reports import targets as target_rows
from projections.reports.dossiers import adopted
from projections.reports.ground import DATED, PLANS, Ground, plan_among
from projections.reports.periods import NotBegun, period_of
from projections.reports.shape import Report, Section

SECTIONS: dict[str, Callable[[Ground], Section]] = {
    "progress": progress.progress,
    "standing": progress.standing,
    "tasks": progress.tasks,
    "payers": money.payers,
    "lines": money.lines,
    "obligations": unitwork.obligations,
    "seminars": unitwork.seminars,
    "conferences": unitwork.conferences,
    "trainings": unitwork.trainings,
    "inspections": unitwork.inspections,
    "initiatives": outcomes.initiatives,
    "commendations": outcomes.commendations,
    "published": outcomes.published,
    "journal": outcomes.journal,
    "difficulties": progress.difficulties,
    "assignments": assignments.assignments,
    "proposals": proposals.proposals,
    "results": results.results,
    "targets": target_rows.targets,
    "stages": stages.stages,
    "councils": council_activity.councils,
    "sessions": council_activity.sessions,
}


class NoReport(Exception):
    """The plan, or the report under the plan, is not there; `there` are those that are."""

    def __init__(self, kind: str, name: str, there: list[str]) -> None:
        self.kind, self.name, self.there = kind, name, there
        super().__init__(f"no {kind} {name}; there are {', '.join(there)}")


def report(
    log: Log,
    name: str,
    plan: str,
    period: str,
    *,
    today: date,
    calendar: Calendar,
    as_of: date | None = None,
    known_at: datetime | None = None,
    lang: str = "en",
) -> Report:
    """A report as of the period's last day: what was decided by then, recorded by now or by `known_at`.

    While the period runs it is as of today. A report that stands on the record tells everything decided, and its day is
    that of the newest decision. `as_of` takes another day. The plan is the version that governed the day, or the newest
    where that had no such report. `lang` says where a name was erased.
    Raises NoReport, PeriodWrong, NotBegun, and what the log raises."""
    with log.reader() as reader:  # one view for all of it: what is recorded meanwhile is in no section
        newest = past(reader, PLANS, known_at=known_at)
        versions = newest.rows(adopted)
        found = plan_among(versions, plan)
        if found is None:
            raise NoReport("plan", plan, [row.plan for row in versions])
        form = found.reports.get(name)
        if form is None:
            raise NoReport("report", name, list(found.reports))
        asked = period_of(period, form.periods)
        now = day_of(known_at) if known_at else today
        if form.stands == "record":
            day, until = as_of or _newest(reader, known_at), as_of
        else:
            if (as_of or now) < asked.since:
                raise NotBegun(asked.name, asked.since, as_of or now)
            day = until = as_of or min(asked.until, now)
        plans = past(reader, PLANS, as_of=until, known_at=known_at, governing=True) if until is not None else newest
        then = plan_among(plans.rows(adopted), plan)
        governed = then if then is not None and name in then.reports else found
        shelf = past(reader, DATED, as_of=until, known_at=known_at) | plans
        ground = Ground(shelf, governed, asked, day, calendar, _names(reader, lang))
        return Report(
            name=name,
            plan=governed,
            period=asked,
            day=day.isoformat(),
            known_at=instant(known_at) if known_at else None,
            title=governed.reports[name].title,
            sections=[_section(ground, name, section) for section in governed.reports[name].sections],
            versions=Titles(reader).versions(plan),
        )


def _names(reader: Reader, lang: str) -> Callable[[Mapping[str, str]], dict[str, str]]:
    opener = Names(reader, lang)
    return lambda sealed: {person: opener.text(value, person) for person, value in sealed.items()}


class _Times(Struct):
    """Of an event's body the two times alone."""

    on: str
    recorded_at: str


def _newest(reader: Reader, known_at: datetime | None) -> date:
    """The day of the newest decision on record, of entries that were corrected as they read now."""
    read, until = Decoder(_Times).decode, instant(known_at) if known_at else None
    fixed = {(fix.of, fix.version): fix.on.isoformat() for fix in corrections_of_all(reader, known_at)}
    times = (((row.stream, row.version), read(row.body)) for row in reader.events())
    days = (fixed.get(place) or told.on for place, told in times if until is None or told.recorded_at <= until)
    return date.fromisoformat(max(days))


def _section(ground: Ground, report: str, name: str) -> Section:
    form = ground.plan.reports[report].sections[name]
    made = SECTIONS[name](ground)
    return replace(made, title=form.title or made.title, clauses=form.clauses)
