"""`khcn audit replay`, `diff` and `refusals`: how a record came to be, what changed, and what was refused."""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import click

from console.clickwords import Ident
from console.frame import Day, Failure, Leaf, Moment, Setting, form_options
from console.nested import heading, in_words
from console.registry import NAMES, OF_TASKS
from console.seeing import headline
from console.showing import paper
from console.speech import WORDS, put, put_json, put_rows, put_table, say, shown
from engine.catalogue import N_
from engine.titles import Called, Titles
from projections.titles import TaskTitles, state_of

Json = Mapping[str, Any]
Calls = Callable[[str], Called]  # what a state is called
CHANGE = ("field", "before", "after")
REGISTRY_CHANGE = ("change", "key", *CHANGE)
KINDS = {"added": N_("added"), "removed": N_("removed"), "changed": N_("changed")}


@click.command(cls=Leaf)
@click.argument("task", type=Ident())
@click.option(
    "--step", "by_step", is_flag=True, help=say(N_("Go through the states one by one, forwards and backwards."))
)
@form_options
@click.pass_obj
def replay(setting: Setting, task: str, by_step: bool, form: str) -> None:
    """Tell how TASK came to stand as it does: each event, what it changed, and the state it led to."""
    from projections.replay import replay as replayed
    from projections.replay import replayed_json

    with setting.log() as log:
        steps = [replayed_json(each) for each in replayed(log, task.removeprefix("task:"))]
        with log.reader() as reader:
            _tell_steps(steps, form, Titles(reader), by_step=by_step)


def _tell_steps(steps: Sequence[Json], form: str, titles: Titles, *, by_step: bool) -> None:
    if form == "json":
        put_json(steps)
    elif form == "csv":
        put_rows([{k: v for k, v in each.items() if k not in ("findings", "data", "task")} for each in steps], form)
    elif by_step:
        walk(steps, titles)
    else:
        for each in steps:
            put_step(each, titles)


def walk(steps: Sequence[Json], titles: Titles) -> None:
    """Show one state at a time; a key goes forwards, backwards, or out."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Failure(2, N_("--step needs a terminal; without it all steps are listed, with --json as data."))
    place = 0
    while True:
        click.clear()
        put(say(N_("Event {number} of {count}"), number=place + 1, count=len(steps)))
        put_step(steps[place], titles)
        put("")
        put_state(steps[place]["task"], titles)
        put("\n" + say(N_("[space] forwards · [b] backwards · [q] out")))
        key = click.getchar()
        if key in ("q", "Q", "\x1b", "\x03", "\x04"):
            return
        back = key in ("b", "B", "\x7f", "\x1b[D", "\x1b[A")
        place = max(0, place - 1) if back else min(len(steps) - 1, place + 1)


def put_step(step: Json, titles: Titles) -> None:
    """Put an event and what it changed on standard output."""
    called = _of(titles, step["task"])
    put(headline(step))
    if step["document"]:
        put(f"    {paper(step['document'])}")
    for name, change in step["changes"].items():
        if change["before"] is None and not change["after"]:
            continue  # of a task that is new, only what it has
        before, after = (told(name, change[side], called) for side in ("before", "after"))
        put(f"    {field(name)}: {before} → {after}")


def put_state(task: Json | None, titles: Titles) -> None:
    """Put a task's state on standard output, a field a line."""
    for name, value in (task or {}).items():
        if name not in ("milestones", "money") and value not in (None, "", [], False):
            put(f"  {field(name)}: {told(name, value, _of(titles, task))}")
    for name, amount in (task or {}).get("money", {}).items():
        put(f"  {field(name)}: {shown(name, amount)}")


def _of(titles: Titles, task: Json | None) -> Calls:
    """How the states of a task are called that is told as `task show` tells it."""
    return (lambda name: state_of(titles, task, name)) if task else str


def field(name: str, called: Calls = str) -> str:
    """A field of a state, or a column, as a person reads it; `suspended_on` is the day of that state."""
    name = name.removeprefix("money.")
    state = name.removesuffix("_on")
    if state != name and heading(name) == name and ((title := called(state)) != state or state in WORDS):
        return say(N_("{state} on"), state=shown("state", title))
    return heading(name)


def told(name: str, value: Any, called: Calls = str) -> str:
    """A value of a state or a row as a person reads it; `called`: what a state is called."""
    if name == "state" and isinstance(value, str):
        return shown(name, called(value))
    if name == "workflow" and isinstance(value, dict):
        return f"{value['name']} v{value['version']}"
    return in_words(name.removeprefix("money."), value)


@click.command(cls=Leaf)
@click.argument("what", type=Ident())
@click.argument("name", required=False)
@click.option(
    "--from", "since", required=True, metavar="TIME", help=say(N_("The earlier time (or day, with --decided)."))
)
@click.option("--to", "until", required=True, metavar="TIME", help=say(N_("The later time (or day, with --decided).")))
@click.option(
    "--decided",
    is_flag=True,
    help=say(N_("Compare days of decision, as the record stands now; else times of recording.")),
)
@form_options
@click.pass_context
def diff(ctx: click.Context, what: str, name: str | None, since: str, until: str, decided: bool, form: str) -> None:
    """Tell what differs between two times: in a task (diff T1) or in a registry (diff registry tasks)."""
    from projections import replay as past

    setting: Setting = ctx.ensure_object(Setting)
    kind = Day() if decided else Moment()
    times = [kind.convert(each, None, ctx) for each in (since, until)]
    axis: past.Axis = "decided" if decided else "recorded"
    if times[0] > times[1]:
        raise Failure(2, N_("--from is after --to."))
    with setting.log() as log:
        if what == "registry":
            if name is not None and name not in NAMES:
                raise Failure(5, N_("There is no registry {name}; there are {names}."), name=name, names=list(NAMES))
            found = past.registry_diff(log, name or "tasks", since=times[0], until=times[1], axis=axis)
        elif name is None:
            found = past.task_diff(log, what.removeprefix("task:"), since=times[0], until=times[1], axis=axis)
        else:
            raise Failure(2, N_("Two registries or tasks cannot be compared: only two times of one."))
        with log.reader() as reader:
            before, after = (TaskTitles(reader, **past.at(axis, time)).state for time in times)
            both: dict[str, Any] = {"from": _iso(times[0]), "to": _iso(times[1]), "axis": axis} | found
            if form == "json":
                put_json(both)
            elif "registry" in found:
                put_registry_diff(found, form, Sides(before, after) if found["registry"] in OF_TASKS else Sides())
            else:
                _put_changes(found["changes"], form, CHANGE, Sides(before, after, found["task"]))


class Sides(NamedTuple):
    """How states are called at the earlier and the later time: of one task, or of each that a row is named by."""

    before: Callable[[str, str], Called] = lambda _, state: state
    after: Callable[[str, str], Called] = lambda _, state: state
    task: str = ""

    def told(self, change: Json) -> Json:
        """A change of a field, or of a whole row, as a person reads it."""
        name, task = change["field"] or "", self.task or change["key"]
        kind = {"change": say(KINDS[change["change"]])} if "change" in change else {}
        sides = {"before": partial(self.before, task), "after": partial(self.after, task)}
        return {
            **change,
            **kind,
            "field": field(name, sides["after"]) if name else None,
            **{side: told(name, change[side], called) for side, called in sides.items()},
        }


def put_registry_diff(found: Json, form: str, sides: Sides) -> None:
    """Put what differs in a registry on standard output, a row for each field that changed."""
    rows = [
        {"change": "added", "key": _key(row), "field": None, "before": None, "after": None} for row in found["added"]
    ]
    rows += [
        {"change": "removed", "key": _key(row), "field": None, "before": None, "after": None}
        for row in found["removed"]
    ]
    rows += [{"change": "changed", "key": row["key"], **each} for row in found["changed"] for each in row["changes"]]
    _put_changes(rows, form, REGISTRY_CHANGE, sides)


def _put_changes(changes: Sequence[Json], form: str, head: Sequence[str], sides: Sides) -> None:
    if form == "table" and not changes:
        put(say(N_("Nothing differs.")))
    else:
        put_rows([sides.told(each) if form == "table" else each for each in changes], form, head=head)


@click.command(cls=Leaf)
@click.option(
    "--limit",
    type=click.IntRange(min=1, max=1_000_000),
    default=100,
    show_default=True,
    help=say(N_("At most so many.")),
)
@click.option("--who", type=Ident(), metavar="ID", help=say(N_("Only attempts of this person.")))
@form_options
@click.pass_obj
def refusals(setting: Setting, limit: int, who: str | None, form: str) -> None:
    """List the newest refused attempts: who tried what, when, and which rules refused it. They are not in the log."""
    from projections.refused import FIELDS, refused

    with setting.log() as log:
        rows = refused(log, limit=limit, actor=who)
    if form == "table":
        put_table(rows, ["recorded_at", "actor", "command", "stream", "on", "rules"])
    else:
        put_rows(rows, form, head=FIELDS)


def _key(row: Json) -> str:
    return str(row[next(iter(row))])


def _iso(time: Any) -> str:
    from engine.times import instant

    return instant(time) if isinstance(time, datetime) else str(time.isoformat())
