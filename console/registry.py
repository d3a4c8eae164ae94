"""`khcn registry NAME` and `khcn task list`: the registries as tables, JSON or CSV. It records nothing."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from console.frame import Leaf, Setting, form_options, time_options
from console.speech import put_rows, say, tell
from engine.catalogue import N_

if TYPE_CHECKING:
    from projections.folding import Poison

# Told here and not taken from projections.registries, which --help need not wait for.
NAMES = ("tasks", "funding", "councils", "publications", "units", "seminars", "obligations", "initiatives")


@click.command(cls=Leaf)
@click.argument("name", type=click.Choice(NAMES))
@time_options
@form_options
@click.pass_obj
def registry(setting: Setting, name: str, as_of: date | None, known_at: datetime | None, form: str) -> None:
    """List the registry NAME as it stands, or as it stood on a day or was known at a time."""
    _put(setting, name, form, as_of=as_of, known_at=known_at)


@click.command(cls=Leaf)
@click.option("--state", metavar="STATE", help=say(N_("Only tasks in this state.")))
@click.option("--unit", metavar="UNIT", help=say(N_("Only tasks led by this unit.")))
@click.option("--plan", metavar="PLAN", help=say(N_("Only tasks of this plan.")))
@click.option("--level", metavar="LEVEL", help=say(N_("Only tasks of this level.")))
@click.option("--year", type=int, help=say(N_("Only tasks of this plan year.")))
@click.option(
    "--search",
    metavar="TEXT",
    help=say(N_("Only tasks with all these words in title, investigator or unit; marks and capitals do not matter.")),
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help=say(N_("At most so many tasks.")))
@form_options
@click.pass_obj
def tasks(
    setting: Setting, /, unit: str | None, search: str | None, limit: int | None, form: str, **asked: Any
) -> None:
    """List the tasks, all or those that fit every option given."""
    from engine.text import nfc
    from projections.kernel import Wanted
    from projections.registries import search_words

    given = {column: value for column, value in (asked | {"lead_unit": unit}).items() if value is not None}
    equal = {column: nfc(value) if isinstance(value, str) else value for column, value in given.items()}
    _put(setting, "tasks", form, wanted=Wanted(equal=equal, words=search_words(search or ""), limit=limit))


def _put(setting: Setting, name: str, form: str, *, as_of: date | None = None, **asked: Any) -> None:
    from projections.registries import REGISTRIES, registry

    known_at = asked.get("known_at")
    with setting.log() as log:
        rows = registry(log, name, day=as_of or _day(known_at), as_of=as_of, warn=warn, **asked)
    if form == "table":
        rows = [{column: _brief(column, value) for column, value in row.items()} for row in rows]
    put_rows(rows, form, columns=REGISTRIES[name].columns)


def warn(poison: Sequence["Poison"]) -> None:
    """Tell that rows lack events which could not be taken, and which."""
    rows = list(dict.fromkeys(key for each in poison for key in each.keys))
    tell(
        N_(
            "Take care: the events at {positions} could not be taken into these rows. They concern {rows}. "
            "`khcn projections status` tells why, `khcn projections retry` tries them again."
        ),
        positions=sorted({each.position for each in poison}),
        rows=rows or say(N_("nobody knows which rows")),
    )


def _day(moment: datetime | None) -> date:
    """The day of a moment, or the present one, in Vietnam."""
    from engine.times import VIETNAM

    return (moment or datetime.now(VIETNAM)).astimezone(VIETNAM).date()


def _brief(column: str, value: Any) -> Any:
    """What is nested, as it fits into a cell of a table on screen."""
    brief = BRIEFLY.get(column)
    return brief(value) if brief else value


def _reports(reports: list[Mapping[str, Any]]) -> list[str]:
    return [f"{report['presenter']}: {report['title']}" for report in reports]


def _sitting(members: list[Mapping[str, Any]]) -> list[str]:
    return [member["person"] for member in members if member["until"] is None]


def _shares(authors: list[Mapping[str, Any]]) -> list[str]:
    return [f"{author['person']} {author['share']} %" for author in authors]


BRIEFLY = {"members": _sitting, "sessions": len, "reports": _reports, "authors": _shares, "commendations": len}
