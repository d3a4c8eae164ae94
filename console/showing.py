"""`khcn task show`: a task as it stands, or as it stood. Imports as little as it can: it is asked for most."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import click

from console.clickwords import Ident
from console.frame import Leaf, Setting, form_options, time_options
from console.speech import language, one_line, put, put_json, put_rows, put_table, say, shown, tell
from engine.catalogue import N_, Message
from engine.titles import Called, Titles
from projections.glance import Lacking, task_now
from projections.titles import state_of


@click.command(cls=Leaf)
@click.argument("task", type=Ident())
@time_options
@form_options
@click.pass_obj
def show(setting: Setting, task: str, as_of: date | None, known_at: datetime | None, form: str) -> None:
    """Show TASK as it stands, or as it stood on a day or was known at a time."""
    found = _found(setting, task, as_of, known_at)
    if form == "json":
        put_json(found)
    elif form == "csv":
        put_rows([{k: v for k, v in found.items() if k != "milestones"}], "csv")
    else:
        with setting.log() as log, log.reader() as reader:
            titles = Titles(reader)
            names = {found["state"], *(each["state"] for each in found["milestones"])}
            called = {name: state_of(titles, found, name) for name in names}
        _put_task(found, called)


def _found(setting: Setting, task: str, as_of: date | None, known_at: datetime | None) -> Mapping[str, Any]:
    if as_of is None and known_at is None:
        with setting.log() as log:
            found = task_now(log, task, warn_of)
        if found is not None:
            return found
    from projections.views import show_task

    return show_task(setting.desk(), task, as_of=as_of, known_at=known_at, warn=warn_of)


def warn_of(stream: str, lacks: Sequence[Lacking]) -> None:
    """Tell that what is told of a stream lacks events which could not be taken, and why."""
    reasons = [each.reason.render(language()) if isinstance(each.reason, Message) else each.reason for each in lacks]
    tell(
        N_(
            "Take care: the events at {positions} are on record in {stream}, but could not be taken, and what is told"
            " here may lack them ({reasons}). A newer release may know them; `khcn audit verify` tells whether the log"
            " is damaged."
        ),
        positions=[each.position for each in lacks],
        stream=stream,
        reasons=list(dict.fromkeys(reasons)),
    )


def _put_task(found: Mapping[str, Any], called: Mapping[str, Called]) -> None:
    put(f"{found['task']}  {one_line(found['title'])}")
    workflow = found["workflow"]
    lines = {
        N_("state"): shown("state", called[found["state"]]),
        N_("workflow"): f"{workflow['name']} v{workflow['version']}",
        N_("lead unit"): found["lead_unit"],
        N_("investigator"): found["investigator"] or "-",
        N_("period"): f"{shown('on', found['start'])} - {shown('on', found['end'])}",
        N_("grade"): shown("grade", found["grade"]),
        N_("page"): found["published_url"] or "-",
    }
    for name, value in lines.items():
        put(f"  {say(name)}: {value}")
    money = [f"{say(name)} {shown(name, amount)}" for name, amount in found["money"].items()]
    put("  " + say(N_("money (đồng)")) + ": " + ", ".join(money))
    if found["late"]:
        put("  " + say(N_("handed in late")))
    if found["imported"]:
        put(
            "  "
            + say(
                N_("taken over from a register: `khcn audit history task:{task}` tells from where"), task=found["task"]
            )
        )
    put("")
    rows = [
        each | {"state": called[each["state"]], "document": paper(each["document"])} for each in found["milestones"]
    ]
    put_table(rows, ["state", "on", "recorded_at", "position", "document"])


def paper(document: Mapping[str, str] | None) -> str:
    """A document in one line: number, date, issuer."""
    if not document:
        return "-"
    return ", ".join(
        shown("on" if k == "date" else k, document[k]) for k in ("number", "date", "issuer") if k in document
    )
