"""`khcn report NAME`: what a plan's reports tell of a period, on screen or as a file. It records nothing."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from console.clickwords import Ident
from console.files import deliver, file_options, text_only
from console.frame import Day, Failure, Leaf, Setting, time_options
from console.speech import WORDS, as_csv, indented_json, language, put, say
from console.workdays import calendar_option, workdays
from engine.catalogue import N_
from engine.oserrors import said

if TYPE_CHECKING:
    from documents.cells import Cells
    from projections.reports.shape import Report, Section

# Told here and not taken from the reports there are, which --help need not wait for.
NAMES = ("half-year", "year", "quarter", "proposals", "results", "targets", "stages", "council-activity")
LETTERS = ("docx", "pdf")
FORMS = ("table", "json", "csv", "xlsx", "docx", "pdf")


@click.command(cls=Leaf)
@click.argument("name", type=click.Choice(NAMES))
@click.option("--plan", type=Ident(), required=True, metavar="PLAN", help=say(N_("The plan that is reported on.")))
@click.option(
    "--period",
    required=True,
    metavar="PERIOD",
    help=say(N_("The period: 2026, 2026-H1 or 2026-Q1, as the plan has it.")),
)
@time_options
@file_options(*FORMS)
@click.option(
    "--template",
    type=click.Path(dir_okay=False, path_type=Path),
    help=say(N_("Your own Word template, in place of the one that comes with the program.")),
)
@click.option("--number", metavar="NUMBER", help=say(N_("The number of the letter (docx, pdf).")))
@calendar_option
@click.option("--dated", type=Day(), help=say(N_("The date of the letter (docx, pdf).")))
@click.pass_obj
def report(
    setting: Setting, /, name: str, plan: str, period: str, as_of: date | None, known_at: datetime | None, form: str,
    as_json: bool, output: str | None, template: Path | None, number: str | None, dated: date | None,
    calendar: Path | None,
) -> None:  # fmt: skip
    """Report on PLAN for a period, as things stood on its last day: half-year, year, quarter, yearly lists of proposals
    and results, targets, working days at each stage, activity of councils."""
    form = "json" if as_json else form
    text_only(form, output)
    if template is not None and form != "docx":
        raise Failure(2, N_("A template is for Word: add --format docx."))
    if (number is not None or dated is not None) and form not in LETTERS:
        raise Failure(2, N_("Number and date are those of a letter: add --format docx or pdf."))
    _put(
        _made(setting, name, plan, period, as_of=as_of, known_at=known_at, calendar=workdays(calendar)),
        form,
        output,
        Letterhead(template, number, dated),
    )


def _made(setting: Setting, name: str, plan: str, period: str, **asked: Any) -> "Report":
    from projections.reports.periods import NotBegun, PeriodWrong
    from projections.reports.reporting import NoReport
    from projections.reports.reporting import report as make
    from projections.views import NotOnRecord

    desk = setting.desk()
    try:
        return make(desk.log, name, plan, period, today=desk.today(), lang=language(), **asked)
    except NoReport as error:
        if error.kind == "plan" and not error.there:
            raise NotOnRecord("plan", plan) from None
        if error.kind == "plan":
            raise Failure(
                5, N_("There is no plan {plan}; there are: {plans}."), plan=error.name, plans=error.there
            ) from None
        if not error.there:
            text = N_("The plan {plan} as adopted describes no reports: adopt it anew with `khcn plan add FILE`.")
            raise Failure(2, text, plan=plan) from None
        raise Failure(
            2,
            N_("The plan {plan} has no report {name}; it has: {names}."),
            plan=plan,
            name=error.name,
            names=error.there,
        ) from None
    except NotBegun as error:
        text = N_("{period} begins on {since_date}, after {day_date}: there is nothing to report on yet.")
        raise Failure(2, text, period=error.period, since_date=error.since, day_date=error.day) from None
    except PeriodWrong as error:
        raise Failure(
            2,
            N_("{period} is no period of the report {name} under {plan}; write it as {examples}."),
            period=error.text,
            name=name,
            plan=plan,
            examples=error.examples,
        ) from None


def cells_of(made: "Report") -> "Cells":
    """How the report's values are said in the person's language."""
    from documents.cells import Cells

    return Cells(made.plan, language(), WORDS, made.versions)


class Letterhead(NamedTuple):
    """What a letter bears that no event tells, and the template for it."""

    template: Path | None = None
    number: str | None = None
    dated: date | None = None


def _put(made: "Report", form: str, output: str | None, head: Letterhead) -> None:
    cells = cells_of(made)
    if form == "table":
        _put_tables(made, cells)
    else:
        deliver(_written(made, form, cells, head), output, form)


def _written(made: "Report", form: str, cells: "Cells", letterhead: Letterhead) -> bytes:
    from documents.cells import as_json, as_rows, head

    if form == "json":
        return indented_json(as_json(made, cells))
    if form == "csv":
        return as_csv(as_rows(made, cells), head(made)).encode()
    if form == "xlsx":
        from documents.reports import report_workbook

        return report_workbook(made, cells)
    from documents.letter import letter

    made_on, told = date.fromisoformat(made.day), letter(made, cells, number=letterhead.number, dated=letterhead.dated)
    if form == "pdf":
        from documents.pdf import pdf_document

        return pdf_document(told, made_on=made_on)
    from documents.word import TemplateWrong, word_document

    try:
        return word_document(told, letterhead.template, made_on=made_on)
    except TemplateWrong as wrong:
        text = N_("The template {file} cannot be used: {reason}. docs/reports.md names the fields there are.")
        raise Failure(2, text, file=str(wrong.file), reason=said(wrong.reason)) from None


def _put_tables(made: "Report", cells: "Cells") -> None:
    from documents.letter import nothing
    from engine.text import format_date

    told = {"plan": made.plan.id, "period": made.period.name, "day": format_date(made.day, language())}
    put(say(N_("{title} - {plan}, {period}, as of {day}"), title=cells.say(made.title), **told))
    for place, section in enumerate(made.sections, 1):
        clauses = f" ({', '.join(section.clauses)})" if section.clauses else ""
        put(f"\n{place}. {cells.say(section.title)}{clauses}")
        if section.rows:
            _put_table(section, cells)
        else:
            put(cells.say(nothing(section)))
        for note in section.notes:
            put(cells.say(note))


def _put_table(section: "Section", cells: "Cells") -> None:
    from console.drawing import Column, draw

    columns = [Column(cells.say(each.heading), right=each.form in ("number", "money")) for each in section.columns]
    rows = [[cells.of(row, each) or "-" for each in section.columns] for row in section.rows]
    totals = None
    if section.totals:
        first, *rest = section.columns
        under_first = say(N_("total")) if first.name not in section.totals else ""
        totals = [under_first, *(cells.text(each, section.totals.get(each.name)) for each in rest)]
    draw(columns, rows, totals)
