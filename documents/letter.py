"""A report as a letter by Decree 30/2020/NĐ-CP: what stands in which place, as text. It knows neither Word nor PDF."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from documents.cells import Cells
from documents.columns import shared_out
from engine.catalogue import N_, Message
from engine.plan import Letterhead
from engine.text import capitalised, day_in_words, format_date
from projections.reports.periods import Period
from projections.reports.shape import Json, Report, Section

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
# What the rows of a section are; those of any other are called entries.
_COUNTED: Final = {
    "tasks": N_("{count} tasks"),
    "proposals": N_("{count} tasks"),
    "results": N_("{count} tasks"),
    "targets": N_("{count} targets"),
    "lines": N_("{count} budget lines"),
}
# What takes place in a period; any other section lists what is on record.
_TAKES_PLACE: Final = (
    *("tasks", "stages", "conferences", "trainings", "inspections", "initiatives", "commendations", "published"),
    *("journal", "difficulties", "proposals", "results", "sessions"),
)


def letter(report: Report, cells: Cells, *, number: str | None = None, dated: date | None = None) -> Letter:
    """Every field that a template may name; docs/reports.md says what each is.

    The letter's number and date are left open where they are not given, as they are before it is signed. Whose letter
    it is goes by its date, or while that is open by the day on which the report stands."""
    day = dated or date.fromisoformat(report.day)
    head = report.plan.letterhead_on(day)
    if number is not None and head and head.symbol:
        number = number.removesuffix(f"/{head.symbol}")  # which stands behind it in any case
    issuer = report.plan.department_on(day)
    reference = _reference(cells, head.symbol if head else "", issuer, number, dated)
    sections = [_section(section, place, cells, issuer) for place, section in enumerate(report.sections, 1)]
    annexes = [section for section in sections if section["wide"]]
    for place, section in enumerate(annexes, 1):
        _as_annex(section, place, cells)
    period = period_in_words(report.period, cells)
    form = report.plan.reports[report.name]
    recipients = form.recipients or (head.recipients if head else ())
    return {
        "lang": cells.lang,
        **_letterhead(report, head),
        "number": number or "",
        **_dated(dated),
        "kind": cells.say(Message(N_("REPORT"))),
        "title": clean(cells.say(report.title)),
        "period": period,
        "opening": clean(_opening(report, cells, period, issuer)),
        "sections": sections,
        "annexes": annexes,
        "reference": clean(reference),
        "closing": cells.say(Message(N_("This is the report of {issuer}"), {"issuer": issuer})),
        "recipients_title": cells.say(Message(N_("Recipients:"))),
        "recipients": [clean(each) for each in recipients],
        "as_of": format_date(report.day, cells.lang),
        "plan": {
            "id": report.plan.id,
            "number": report.plan.number,
            "issued_on": format_date(report.plan.issued_on.isoformat(), cells.lang),
            "issuer": report.plan.issuer,
            "title": cells.say(report.plan.title),
        },
    }


def _letterhead(report: Report, head: Letterhead | None) -> dict[str, str]:
    """What the letterhead says, in Vietnamese whatever the letter speaks: the decree has its words.

    A plan without one names its issuer and province."""
    if head is None:
        place = {"superior": "", "issuer": report.plan.issuer, "symbol": "", "place": report.plan.province}
        return place | {"capacity": "", "signer": ""}
    return {name: getattr(head, name) for name in ("superior", "issuer", "symbol", "place", "capacity", "signer")}


def _dated(day: date | None) -> dict[str, str]:
    """Day and month as the decree writes them: two digits for days below 10 and for January and February."""
    if day is None:
        return {"day": "", "month": "", "year": ""}
    return {
        "day": f"{day.day:02}",
        "month": f"{day.month:02}" if day.month < 3 else str(day.month),
        "year": str(day.year),
    }


def _opening(report: Report, cells: Cells, period: str, issuer: str) -> str:
    form = report.plan.reports[report.name]
    if form.opening is not None:
        return cells.say(form.opening)
    text = N_("Carrying out plan No. {number} of {issued}, {issuer} reports on the {period} as follows (as of {day}):")
    if issuer != report.plan.issuer:
        text = N_(
            "Carrying out plan No. {number} of {issued} of {planner}, {issuer} reports on the {period} as follows "
            "(as of {day}):"
        )
    told = {
        "number": report.plan.number,
        "issued": day_in_words(report.plan.issued_on.isoformat(), cells.lang),
        "planner": report.plan.issuer,
        "issuer": issuer,
        "period": period,
        "day": day_in_words(report.day, cells.lang),
    }
    return cells.say(Message(text, told))


def _reference(cells: Cells, symbol: str, issuer: str, number: str | None, dated: date | None) -> str:
    """To which letter an annex belongs; dots where number and date are open."""
    open_day = "ngày ... tháng ... năm ..." if cells.lang == "vi" else "..."
    told = {
        "number": f"{number or '...'}/{symbol}" if symbol else number or "...",
        "dated": day_in_words(dated.isoformat(), cells.lang) if dated else open_day,
        "issuer": issuer,
    }
    return cells.say(Message(N_("(With report No. {number} of {dated} of {issuer})"), told))


def _section(section: Section, place: int, cells: Cells, issuer: str) -> dict[str, Any]:
    """Headings, rows and totals as text; totals of columns that have none are empty."""
    columns, rows = section.columns, [_in_its_name(row, issuer) for row in section.rows]
    totals = [cells.text(column, section.totals.get(column.name)) for column in columns] if section.totals else []
    if totals and not totals[0]:
        totals[0] = capitalised(cells.say(Message(N_("total"))))
    headings = [cells.heading(column) for column in columns]
    said = [[clean(cells.of(row, column)) for column in columns] for row in rows]
    wide = len(columns) > MOST_COLUMNS and bool(rows)
    texts = list(zip(*[each for each in (headings, *said, totals) if each], strict=True))
    money = any(column.form == "money" for column in columns)
    title = clean(cells.say(section.title))
    return {
        "name": section.name,
        "number": roman(place),
        "title": title,
        "capitals": title.upper(),
        "clauses": ", ".join(section.clauses),
        "headings": headings,
        "rows": said,
        "totals": totals,
        "numeric": [column.form in ("number", "money") for column in columns],
        "widths": shared_out([column.width or 3 for column in columns], texts, wide=wide),
        "unit": cells.say(Message(N_("Unit: đồng"))) if money and section.rows else "",
        "notes": [clean(cells.say(note)) for note in section.notes],
        "empty": "" if section.rows else cells.say(nothing(section)),
        "wide": wide,
        "annex": "",
        "annex_title": "",
        "details": "",
    }


def _in_its_name(row: Json, issuer: str) -> Json:
    """A row; where it is the Department's it has the name of the letter's day, not that of the report's."""
    return row | {"unit_name": issuer} if row.get("unit_name") and row.get("unit", "") is None else row


def _as_annex(section: dict[str, Any], place: int, cells: Cells) -> None:
    """The annex in which a section stands, and the sentence that sends the reader there."""
    annex = cells.say(Message(N_("Annex {number}"), {"number": roman(place)}))
    rows = Message(_COUNTED.get(section["name"], N_("{count} entries")), {"count": len(section["rows"])})
    text = N_("The details are in {annex} ({rows}).")
    section["annex"], section["annex_title"] = roman(place), annex
    section["details"] = cells.say(Message(text, {"annex": annex, "rows": rows}))


def nothing(section: Section) -> Message:
    """What to say of a section without a row."""
    if section.name in _TAKES_PLACE:
        return Message(N_("Nothing took place in the period."))
    return Message(N_("Nothing is on record for this."))


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
