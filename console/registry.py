"""`khcn registry NAME` and `khcn task list`: the registries as tables, JSON or CSV. It records nothing."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from console.clickwords import Ident
from console.files import deliver, file_options, text_only
from console.frame import Failure, Leaf, Setting, form_options, time_options
from console.nested import brief, in_full
from console.nested import heading as full_heading
from console.speech import as_csv, heading, indented_json, language, put_rows, say, tell
from engine.catalogue import N_
from projections.titles import TaskTitles

if TYPE_CHECKING:
    from projections.folding import Poison

# Told here and not taken from projections.registries, which --help need not wait for.
NAMES = ("tasks", "funding", "councils", "publications", "units", "seminars", "obligations", "initiatives", "decisions")
SEARCHED = ("tasks", "decisions")
OF_TASKS = ("tasks", "publications")  # in these a state is that of a task
CODED = ("json", "csv")  # for programs: states by their ids


@click.command(cls=Leaf)
@click.argument("name", type=click.Choice(NAMES))
@time_options
@click.option(
    "--search",
    metavar="TEXT",
    help=say(
        N_(
            "Only rows with all these words: tasks by title and the ids of investigator and unit, decisions by number "
            "and issuer; marks and capitals do not matter."
        )
    ),
)
@click.option(
    "--trace",
    type=Ident(),
    metavar="KEY",
    help=say(N_("Derive the row of this task, line, unit ... back to its events.")),
)
@file_options("table", "json", "csv", "xlsx")
@click.pass_obj
def registry(
    setting: Setting, /, name: str, as_of: date | None, known_at: datetime | None, search: str | None,
    trace: str | None, form: str, as_json: bool, output: str | None,
) -> None:  # fmt: skip
    """List the registry NAME as it stands, or as it stood on a day or was known at a time."""
    form = "json" if as_json else form
    text_only(form, output)
    if trace is not None:
        _trace(setting, name, trace, form, output, as_of=as_of, known_at=known_at)
        return
    wanted: dict[str, Any] = {}
    if search is not None:
        if name not in SEARCHED:
            raise Failure(
                2, N_("The registry {name} is not searched by words; these are: {names}."), name=name, names=SEARCHED
            )
        from projections.kernel import Wanted
        from projections.registries import search_words

        wanted["wanted"] = Wanted(words=search_words(search))
    _put(setting, name, form, output, as_of=as_of, known_at=known_at, **wanted)


TRACED = ("position", "stream", "version", "on", "recorded_at", "kind", "changed", "corrections")


def _trace(setting: Setting, name: str, key: str, form: str, output: str | None, **asked: Any) -> None:
    """Put the derivation of a row."""
    from projections.trace import KEYS, trace
    from projections.views import NotOnRecord

    with setting.log() as log:
        rows = trace(log, name, key, **asked)
        if name in OF_TASKS and form not in CODED:
            with log.reader() as reader:
                rows = _traced(TaskTitles(reader), rows)
    if not rows:
        raise NotOnRecord(heading("document" if name == "decisions" else KEYS[name]), key)
    if form == "table":
        put_rows(
            [row | {name: in_full(name, row[name]) for name in ("changed", "corrections")} for row in rows],
            form,
            columns=TRACED,
        )
    else:
        deliver(_file(name, rows, form, TRACED), output, form)


def _traced(titles: TaskTitles, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Steps of a derivation, with the states that they tell of as they are called."""

    def told(row: dict[str, Any], column: str, name: str, *sides: str) -> list[dict[str, Any]]:
        return [
            each | {side: titles.state(row["row"], each[side]) for side in sides if each[side]}
            if each[column] == "state" else each
            for each in row[name]
        ]  # fmt: skip

    return [
        row | {
            "changed": told(row, "column", "changed", "from", "to"),
            "corrections": told(row, "field", "corrections", "value"),
        }
        for row in rows
    ]  # fmt: skip


@click.command(cls=Leaf)
@click.option("--state", type=Ident(), metavar="STATE", help=say(N_("Only tasks in this state.")))
@click.option("--unit", type=Ident(), metavar="UNIT", help=say(N_("Only tasks led by this unit.")))
@click.option("--plan", type=Ident(), metavar="PLAN", help=say(N_("Only tasks of this plan.")))
@click.option("--level", type=Ident(), metavar="LEVEL", help=say(N_("Only tasks of this level.")))
@click.option("--year", type=int, help=say(N_("Only tasks of this plan year.")))
@click.option(
    "--search",
    metavar="TEXT",
    help=say(
        N_(
            "Only tasks with all these words in their title or in the ids of investigator and unit; marks and capitals "
            "do not matter."
        )
    ),
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help=say(N_("At most so many tasks.")))
@form_options
@click.pass_obj
def tasks(
    setting: Setting, /, unit: str | None, search: str | None, limit: int | None, form: str, **asked: Any
) -> None:
    """List the tasks, all or those that fit every option given."""
    from projections.kernel import Wanted
    from projections.registries import search_words

    equal = {column: value for column, value in (asked | {"lead_unit": unit}).items() if value is not None}
    _put(setting, "tasks", form, None, wanted=Wanted(equal=equal, words=search_words(search or ""), limit=limit))


def _put(
    setting: Setting, name: str, form: str, output: str | None, *, as_of: date | None = None, **asked: Any
) -> None:
    from projections.registries import REGISTRIES, registry

    known_at = asked.get("known_at")
    with setting.log() as log:
        rows = registry(log, name, day=as_of or _day(known_at), as_of=as_of, warn=warn, **asked)
        if name in OF_TASKS and form not in CODED:
            with log.reader() as reader:
                rows = TaskTitles(reader, as_of=as_of, known_at=known_at).rows(rows)
    if form == "table":
        rows = [{column: brief(column, value) for column, value in row.items()} for row in rows]
        put_rows(rows, form, columns=REGISTRIES[name].columns)
    else:
        deliver(_file(name, rows, form, REGISTRIES[name].columns, REGISTRIES[name].fields), output, form)


def _file(name: str, rows: list[dict[str, Any]], form: str, columns: Sequence[str], head: Sequence[str] = ()) -> bytes:
    if form == "json":
        return indented_json(rows)
    if form == "csv":
        return as_csv(rows, head).encode()
    from documents.registries import registry_workbook

    return registry_workbook(name, rows, columns, lang=language(), heading=full_heading, told=in_full)


def warn(poison: Sequence["Poison"]) -> None:
    """Tell that rows lack events which could not be taken, and which."""
    rows = list(dict.fromkeys(key for each in poison for key in each.keys))
    text = N_(
        "Take care: the events at {positions} could not be taken into these rows. They concern {rows}. "
        "`khcn projections status` tells why, `khcn projections retry` tries them again."
    )
    if not rows:
        text = N_(
            "Take care: the events at {positions} could not be taken into these rows, and nobody knows which rows they"
            " concern. `khcn projections status` tells why, `khcn projections retry` tries them again."
        )
    tell(text, positions=sorted({each.position for each in poison}), rows=rows)


def _day(moment: datetime | None) -> date:
    """The day of a moment, or the present one, in Vietnam."""
    from engine.times import VIETNAM

    return (moment or datetime.now(VIETNAM)).astimezone(VIETNAM).date()
