"""`khcn due`: what units owe and have not done, also as a calendar. Ends well whether or not something is overdue."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.clickwords import Ident
from console.files import write_file
from console.frame import Day, Leaf, Setting, form_options
from console.registry import warn
from console.speech import WORDS, put_rows, say, shown, tell
from console.workdays import calendar_option, workdays
from engine.catalogue import N_

if TYPE_CHECKING:
    from engine.calendar import Calendar

Json = dict[str, Any]
COLUMNS = ("due", "status", "what", "period", "unit", "plan", "clause", "working_days_left")


@click.command(cls=Leaf)
@click.option("--on", type=Day(), help=say(N_("As it stands on that day (default: today).")))
@click.option(
    "--within",
    type=click.IntRange(min=0, max=3660),
    metavar="DAYS",
    help=say(N_("Only what is overdue, or due within so many days.")),
)
@click.option("--unit", type=Ident(), metavar="UNIT", help=say(N_("Only duties of this unit.")))
@click.option(
    "--ics",
    type=click.Path(dir_okay=False, allow_dash=True),
    help=say(N_("Write the duties to this calendar file too.")),
)
@calendar_option
@form_options
@click.pass_obj
def due(
    setting: Setting,
    /,
    on: date | None,
    within: int | None,
    unit: str | None,
    ics: str | None,
    calendar: Path | None,
    form: str,
) -> int:
    """List what units owe by the end of the year and have not done; as JSON, CSV and calendar also what they have."""
    from engine.ask import Facts
    from projections.obligations import FIELDS, NOT_DONE, owing
    from projections.views import NotOnRecord

    desk, counted = setting.desk(), workdays(calendar)
    today = desk.today()
    day = on or today
    if unit is not None:
        with desk.reading() as work:
            if Facts(work).unit(unit) is None:
                raise NotOnRecord(N_("unit"), unit)
    found = owing(desk.log, day=day, today=today, within=within, unit=unit, warn=warn)
    rows = [row | {"working_days_left": _left(row, day, counted)} for row in found]
    if ics is not None:
        _write(ics, rows, day)
    if ics != "-":
        put_rows(
            [row for row in rows if form != "table" or row["status"] in NOT_DONE],
            form,
            columns=COLUMNS,
            head=(*FIELDS, "working_days_left"),
        )
    return 0


def _left(row: Json, day: date, workdays: "Calendar") -> int | None:
    """The working days that are left after the day, up to the last day on time; none where nothing is left to do."""
    return workdays.working_days_between(day, date.fromisoformat(row["due"])) if row["status"] == "open" else None


def _write(name: str, rows: list[Json], day: date) -> None:
    from projections.ics import calendar

    written = calendar(rows, day=day, name=say(N_("Duties of research management")), title=_title, about=_about)
    if name == "-":
        click.echo(written, nl=False)
        return
    write_file(name, written)
    tell(N_("{count} duties are in {file}."), count=len(rows), file=name)


def _title(row: Mapping[str, Any]) -> str:
    mark = "✓ " if row["done_on"] else "! " if row["status"] == "overdue" else ""
    return f"{mark}{say(WORDS[row['what']])} {shown('period', row['period'])} - {row['unit']}"


def _about(row: Mapping[str, Any]) -> str:
    said = [f"{row['plan']}, {row['clause']}", say(WORDS[row["status"]])]
    if row["done_on"]:
        said.append(f"{say(N_('done on'))}: {shown('done_on', row['done_on'])}")
    return "\n".join(said)
