"""`khcn import`: a register of the time before becomes facts, or a mapping for it is proposed."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.files import whole_file
from console.frame import Day, Failure, Leaf, Setting
from console.speech import language, put, put_json, say, tell
from engine.catalogue import N_
from importing.problems import MappingError, Problem
from intake import IntakeError

if TYPE_CHECKING:
    from importing.run import Report


@click.command("import", cls=Leaf)
@click.argument("file", metavar="FILE")
@click.option("--mapping", metavar="MAP.yaml", help=say(N_("Which column is which field, and how cells are read.")))
@click.option("--propose", is_flag=True, help=say(N_("Print a mapping to start from, and record nothing.")))
@click.option("--sheet", metavar="NAME", help=say(N_("With --propose: the sheet to look at.")))
@click.option(
    "--kind", type=click.Choice(["tasks", "units"]), help=say(N_("With --propose: what the rows are (else guessed)."))
)
@click.option("--dry-run", is_flag=True, help=say(N_("Check everything, record nothing.")))
@click.option(
    "--annotate", metavar="OUT.xlsx", help=say(N_("Write a copy with each problem as a comment in its cell."))
)
@click.option("--on", type=Day(), help=say(N_("Date of the import (default: today).")))
@click.option("--json", "as_json", is_flag=True, help=say(N_("The result as JSON.")))
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help=say(N_("Output format.")))
@click.pass_obj
def import_(
    setting: Setting, /, file: str, mapping: str | None, propose: bool, as_json: bool, form: str, **asked: Any
) -> int:
    """Take over the register FILE (.xlsx, .xls, .csv, .json, .jsonl) as a mapping reads it."""
    if (mapping is None) != propose:
        raise Failure(2, N_("Give either --mapping MAP.yaml or --propose."))
    try:
        if mapping is None:
            return _propose(file, asked["sheet"], asked["kind"])
        return _import(setting, file, mapping, as_json=as_json or form == "json", **asked)
    except IntakeError as error:
        raise Failure(2, N_("{place}: {reason}"), place=error.where, reason=error.message) from None
    except MappingError as error:
        for message in error.messages:
            tell(N_("{place}: {reason}"), place=error.where, reason=message)
        return 2


def _propose(file: str, sheet: str | None, kind: Any) -> int:
    from importing.grids import open_book
    from importing.propose import propose

    put(propose(open_book(file), sheet=sheet, kind=kind, lang=language()), nl=False)
    return 0


def _import(
    setting: Setting, file: str, mapping: str, *, as_json: bool, annotate: str | None, on: date | None, **asked: Any
) -> int:
    from importing.grids import open_book
    from importing.mapping import load_mapping
    from importing.rows import reading
    from importing.run import Importer
    from intake.files import named

    if setting.actor is None:
        raise Failure(2, N_("Who imports? Give --actor ID or KHCN_ACTOR."))
    _check_copy(file, annotate)
    plan, book = load_mapping(mapping), open_book(file)
    sheet = reading(book, plan, named(mapping))
    desk, dry_run = setting.desk(), asked["dry_run"]
    report = Importer(desk, sheet, setting.actor, on or desk.today(), dry_run).run()
    if as_json:
        more = {"dry_run": dry_run, "file": book.file, "sha256": book.sha256, "left_out": sheet.left_out}
        put_json(_json(report) | more)
    else:
        _put(report, sheet.left_out, dry_run=dry_run)
    if annotate is not None:
        _annotate(annotate, book, report.problems)
    return 3 if report.refused else 0


def _json(report: "Report") -> dict[str, Any]:
    """The contract's shape."""
    return {
        "rows": report.rows,
        "imported": report.imported,
        "unchanged": report.unchanged,
        "reported": [_reported(each) for each in report.problems],
        "refused": report.refused,
    }


def _reported(problem: Problem) -> dict[str, str]:
    told = {"message": problem.message.render(language()), "cure": problem.cure.render(language())}
    return {"sheet": problem.sheet, "cell": problem.cell} | told


def put_report(report: "Report") -> None:
    """Put on standard output what became of the rows: each problem with its cell and cure, then the counts."""
    for problem in map(_reported, report.problems):
        put(f"{problem['sheet']}!{problem['cell']}: {problem['message']}")
        put(f"  → {problem['cure']}")
    text = N_("{rows} rows - imported: {imported}, on record already: {unchanged}, refused: {refused}")
    counts = {name: getattr(report, name) for name in ("rows", "imported", "unchanged", "refused")}
    put(say(text, **counts))


def _put(report: "Report", left_out: Sequence[str], *, dry_run: bool) -> None:
    put_report(report)
    if left_out:
        tell(N_("Columns that the mapping does not take: {names}"), names=list(left_out))
    if dry_run:
        tell(N_("This was a dry run: nothing was recorded."))


def _check_copy(file: str, annotate: str | None) -> None:
    """The copy never goes over the register itself."""
    if annotate is None:
        return
    if Path(annotate).suffix.lower() != ".xlsx":
        raise Failure(2, N_("The annotated copy is an Excel workbook: its name ends in .xlsx."))
    if not Path(annotate).resolve().parent.is_dir():
        raise Failure(2, N_("There is no folder for {file}."), file=annotate)
    if Path(annotate).resolve() == Path(file).resolve():
        raise Failure(2, N_("The annotated copy needs a name of its own: {file} is the register."), file=file)


def _annotate(path: str, book: Any, problems: Sequence[Problem]) -> None:
    from importing.annotate import annotated

    with whole_file(Path(path)) as beside:
        annotated(str(beside), book, problems, language())
    tell(
        N_("{file}: a copy of the cells with the problems as comments; its formats and formulas are left out."),
        file=path,
    )
