"""A report as a workbook: a sheet that says what it is, then one a section. It changes no figure."""

from datetime import date
from typing import Any

from documents.cells import Cells
from documents.letter import period_in_words, roman
from documents.workbook import Bars, Field, Sheet, workbook
from engine.catalogue import N_, Message
from engine.text import format_date
from projections.reports.shape import Column, Json, Report, Section

_NARROW = {"number": 10, "money": 16, "date": 12}
# What the first sheet is called.
_NAMES = {
    "half-year": N_("Half-year report"),
    "quarter": N_("Quarterly report"),
    "year": N_("Yearly report"),
    "proposals": N_("List of proposals"),
    "results": N_("List of results"),
    "targets": N_("Report on targets"),
    "stages": N_("Report on working days"),
    "council-activity": N_("Report on councils"),
}
_FORMS = ("number", "money", "date")


def report_workbook(report: Report, cells: Cells) -> bytes:
    """The report as an Excel workbook; the day of creation is the day as of which it stands."""
    sheets = [_cover(report, cells), *(_sheet(section, cells) for section in report.sections)]
    title = cells.say(report.title)
    return workbook(sheets, lang=cells.lang, title=title, made_on=date.fromisoformat(report.day))


def _cover(report: Report, cells: Cells) -> Sheet:
    """What the report is, and which section stands on which sheet."""

    def say(text: str) -> str:
        return cells.say(Message(text))

    told = [
        (say(N_("report")), cells.say(report.title)),
        (say(N_("plan")), f"{report.plan.number} - {cells.say(report.plan.title)}"),
        (say(N_("reporting period")), period_in_words(report.period, cells)),
        (say(N_("as of")), format_date(report.day, cells.lang)),
        (say(N_("as recorded by")), report.known_at),
        *((roman(place), cells.say(section.title)) for place, section in enumerate(report.sections, 1)),
    ]
    fields = (Field(say(N_("heading")), width=18), Field(say(N_("text")), width=90))
    return Sheet(say(_NAMES.get(report.name, report.name)), fields, told)


def _sheet(section: Section, cells: Cells) -> Sheet:
    names = [column.name for column in section.columns]
    totals = [section.totals.get(name) for name in names] if section.totals else None
    if totals and totals[0] is None:
        totals[0] = cells.say(Message(N_("total")))
    chart = section.chart
    bars = Bars(names.index(chart.label), tuple(names.index(name) for name in chart.values)) if chart else None
    return Sheet(
        name=cells.say(section.title),
        fields=[_field(column, cells) for column in section.columns],
        rows=[[native(column, row, cells) for column in section.columns] for row in section.rows],
        totals=totals,
        notes=[cells.say(note) for note in section.notes],
        bars=bars,
    )


def _field(column: Column, cells: Cells) -> Field:
    form = column.form if column.form in _FORMS else "text"
    return Field(cells.heading(column), form, _NARROW.get(form, max(12, 4 * column.width)))


def native(column: Column, row: Json, cells: Cells) -> Any:
    """A row's value as a cell has it: numbers and dates as such, what else as text."""
    value = row.get(column.name)
    kept = isinstance(value, int | float) and not isinstance(value, bool)
    return value if kept or (column.form == "date" and isinstance(value, str)) else cells.of(row, column)
