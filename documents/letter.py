"""A report as a letter by Decree 30/2020/NĐ-CP: what stands in which place, as text. It knows neither Word nor PDF."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from documents.cells import Cells
from engine.catalogue import N_, Message
from engine.text import format_date
from projections.reports.periods import Period
from projections.reports.shape import Report, Section

Letter = Mapping[str, Any]
MOST_COLUMNS: Final = 7  # of a table on an upright page; what has more goes into an annex across the page
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")  # what no XML may hold
_ROMAN: Final = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_PERIODS: Final = {
    "year": N_("year {year}"),
    "H1": N_("first half of {year}"),
    "H2": N_("second half of {year}"),
    "Q": N_("quarter {quarter} of {year}"),
}


def letter(report: Report, cells: Cells, *, number: str | None = None, dated: date | None = None) -> Letter:
    """Every field that a template may name; docs/reports.md says what each is.

    The letter's number and date are left open where they are not given, as they are before it is signed."""
    head = report.plan.letterhead
    sections = [_section(section, place, cells) for place, section in enumerate(report.sections, 1)]
    annexes = [section for section in sections if section["wide"]]
    for place, section in enumerate(annexes, 1):
        section["annex"] = place
    period = period_in_words(report.period, cells)
    form = report.plan.reports[report.name]
    recipients = form.recipients or (head.recipients if head else ())
    return {
        "superior": head.superior if head else "",
        "issuer": head.issuer if head else report.plan.issuer,
        "number": number or "",
        "symbol": head.symbol if head else "",
        "place": head.place if head else report.plan.province,
        **_dated(dated),
        "kind": "BÁO CÁO",
        "title": clean(cells.say(report.title)),
        "period": period,
        "opening": clean(_opening(report, cells, period)),
        "sections": sections,
        "annexes": annexes,
        "closing": cells.say(Message(N_("This is the report of {issuer}"), {"issuer": report.plan.issuer})),
        "recipients": [clean(each) for each in recipients],
        "capacity": head.capacity if head else "",
        "signer": head.signer if head else "",
        "as_of": format_date(report.day, cells.lang),
        "plan": {
            "id": report.plan.id,
            "number": report.plan.number,
            "issued_on": format_date(report.plan.issued_on.isoformat(), cells.lang),
            "issuer": report.plan.issuer,
            "title": cells.say(report.plan.title),
        },
    }


def _dated(day: date | None) -> dict[str, str]:
    """Day and month as the decree writes them: two digits for days below 10 and for January and February."""
    if day is None:
        return {"day": "", "month": "", "year": ""}
    return {
        "day": f"{day.day:02}",
        "month": f"{day.month:02}" if day.month < 3 else str(day.month),
        "year": str(day.year),
    }


def _opening(report: Report, cells: Cells, period: str) -> str:
    form = report.plan.reports[report.name]
    if form.opening is not None:
        return cells.say(form.opening)
    text = N_(
        "Carrying out plan No. {number} of {issued_on} of {issuer}, {issuer} reports on the {period} as follows "
        "(as of {day_on}):"
    )
    told = {"number": report.plan.number, "issued_on": report.plan.issued_on, "issuer": report.plan.issuer}
    return cells.say(Message(text, told | {"period": period, "day_on": report.day}))


def _section(section: Section, place: int, cells: Cells) -> dict[str, Any]:
    """Headings, rows and totals as text; totals of columns that have none are empty."""
    columns = section.columns
    totals = [cells.text(column, section.totals.get(column.name)) for column in columns] if section.totals else []
    if totals and not totals[0]:
        totals[0] = cells.say(Message(N_("total")))
    return {
        "name": section.name,
        "number": roman(place),
        "title": clean(cells.say(section.title)),
        "clauses": ", ".join(section.clauses),
        "headings": [cells.heading(column) for column in columns],
        "rows": [[clean(cells.text(column, row.get(column.name))) for column in columns] for row in section.rows],
        "totals": totals,
        "numeric": [column.form in ("number", "money") for column in columns],
        "widths": [column.width or 3 for column in columns],
        "notes": [clean(cells.say(note)) for note in section.notes],
        "empty": "" if section.rows else cells.say(Message(N_("Nothing is on record for this."))),
        "wide": len(columns) > MOST_COLUMNS and bool(section.rows),
        "annex": 0,
    }


def period_in_words(period: Period, cells: Cells) -> str:
    """A period as a title has it."""
    part = period.name.partition("-")[2]
    told = {"year": str(period.year), "quarter": roman(int(part[1:])) if part.startswith("Q") else ""}
    return cells.say(Message(_PERIODS[part if part.startswith("H") else part[:1] or "year"], told))


def roman(number: int) -> str:
    """A number below 40 in Roman figures."""
    said = ""
    for value, figure in _ROMAN:
        said += figure * (number // value)
        number %= value
    return said


def clean(text: str) -> str:
    """A text without what a document cannot hold."""
    return _CONTROL.sub("", text)
