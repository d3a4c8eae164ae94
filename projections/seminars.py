"""The registry of science seminars: one row a seminar, with its reports. It counts none towards an obligation."""

from msgspec import Struct

from engine import events as e
from engine.envelope import Event
from projections.kernel import Projection, place_of


class Report(Struct, frozen=True):
    """A report given at a seminar."""

    presenter: str
    title: str
    task: str | None


class SeminarRow(Struct, frozen=True):
    """A seminar, under its place in the log: a unit may hold several in a day."""

    seminar: str
    unit: str
    plan: str
    on: str
    reports: tuple[Report, ...]


seminars = Projection("seminars", 1, SeminarRow, key="seminar", named="place")


@seminars.on(e.SeminarHeld, key=place_of, begins=True)
def _held(_: SeminarRow | None, fact: e.SeminarHeld, event: Event) -> SeminarRow:
    reports = tuple(Report(report.presenter, report.title, report.task) for report in fact.reports)
    return SeminarRow(place_of(event), fact.unit, fact.plan, event.on.isoformat(), reports)
