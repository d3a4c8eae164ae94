"""`khcn audit replay`, `diff` and `refusals`: how a record came to be, what changed, and what was refused."""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from console.clickwords import Ident
from console.frame import Day, Failure, Leaf, Moment, Setting, form_options
from console.nested import heading, in_words
from console.registry import NAMES, OF_TASKS
from console.seeing import headline
from console.showing import paper
from console.speech import WORDS, put, put_json, put_rows, put_table, say, shown
from engine.catalogue import N_
from engine.titles import Called
from projections.titles import TaskTitles, state_of

if TYPE_CHECKING:
    from engine.log import Log

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
        people = _for_people(log, steps) if form == "table" else []
    if form == "json":
        put_json(steps)
    elif form == "csv":
        put_rows([{k: v for k, v in each.items() if k not in ("findings", "data", "task")} for each in steps], form)
    elif by_step:
        walk(people)
    else:
        for step in people:
            put("\n".join(step.event))


class Told(NamedTuple):
    """A step as people read it: the event with what it changed, and the state it led to."""

    event: list[str]
    state: list[str]


def _for_people(log: "Log", steps: Sequence[Json]) -> list[Told]:
    """Steps as people read them; whoever reads on a screen keeps no view of the store open."""
    with log.reader() as reader:
        titles = TaskTitles(reader)
        return [Told(step_lines(each, titles), state_lines(each["task"], titles)) for each in steps]


def walk(steps: Sequence[Told]) -> None:
    """Show one state at a time; a key goes forwards, backwards, or out."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Failure(2, N_("--step needs a terminal; without it all steps are listed, with --json as data."))
    place = 0
    while True:
        click.clear()
        put(say(N_("Event {number} of {count}"), number=place + 1, count=len(steps)))
        put("\n".join([*steps[place].event, "", *steps[place].state]))
        put("\n" + say(N_("[space] forwards · [b] backwards · [q] out")))
        key = click.getchar()
        if key in ("q", "Q", "\x1b", "\x03", "\x04"):
            return
        back = key in ("b", "B", "\x7f", "\x1b[D", "\x1b[A")
        place = max(0, place - 1) if back else min(len(steps) - 1, place + 1)


def step_lines(step: Json, titles: TaskTitles) -> list[str]:
    """An event and what it changed, a line each."""
    called = _of(titles, step["task"])
    lines = [headline(step, titles), *([f"    {paper(step['document'])}"] if step["document"] else [])]
    for name, change in step["changes"].items():
        if change["before"] is None and not change["after"]:
            continue  # of a task that is new, only what it has
        before, after = (told(name, change[side], called) for side in ("before", "after"))
        lines.append(f"    {field(name)}: {before} → {after}")
    return lines


def state_lines(task: Json | None, titles: TaskTitles) -> list[str]:
    """A task's state, a field a line."""
    lines = [
        f"  {field(name)}: {told(name, value, _of(titles, task))}"
        for name, value in (task or {}).items()
        if name not in ("milestones", "money") and value not in (None, "", [], False)
    ]
    return lines + [f"  {field(name)}: {shown(name, amount)}" for name, amount in (task or {}).get("money", {}).items()]


def _of(titles: TaskTitles, task: Json | None) -> Calls:
    """How the states of a task are called that is told as `task show` tells it."""
    return (lambda name: state_of(titles.titles, task, name)) if task else str


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
        both: dict[str, Any] = {"from": _iso(times[0]), "to": _iso(times[1]), "axis": axis} | found
        rows = rows_of(found)
        if form == "table":
            with log.reader() as reader:
                before, after = (TaskTitles(reader, **past.at(axis, time)).state for time in times)
                of_tasks = found.get("registry", "tasks") in OF_TASKS
                sides = Sides(before, after, found.get("task", "")) if of_tasks else Sides()
                rows = [sides.told(each) for each in rows]
    if form == "json":
        put_json(both)
    elif form == "table" and not rows:
        put(say(N_("Nothing differs.")))
    else:
        put_rows(rows, form, head=REGISTRY_CHANGE if "registry" in found else CHANGE)


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


def rows_of(found: Json) -> list[Json]:
    """What differs, a row for each field that changed; of a row of a registry that came or went one row."""
    if "registry" not in found:
        return list(found["changes"])
    nothing = {"field": None, "before": None, "after": None}
    rows = [{"change": kind, "key": _key(row), **nothing} for kind in ("added", "removed") for row in found[kind]]
    return rows + [
        {"change": "changed", "key": row["key"], **each} for row in found["changed"] for each in row["changes"]
    ]


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
