"""`khcn task why` and `khcn audit history`: what a person reads of one stream."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import click

from console.clickwords import Ident
from console.frame import Day, Leaf, Setting, form_options
from console.showing import paper, warn_of
from console.speech import heading, language, put, put_json, put_rows, put_table, say, shown
from engine.catalogue import N_
from engine.titles import Called
from engine.words import ROLES, SOURCES
from projections import views
from projections.titles import TaskTitles


def basis(event: Mapping[str, Any]) -> str:
    """What an event rests on in one line: its document, or where in an old register it stood."""
    row = event["data"].get("source")
    if event["document"] or not isinstance(row, dict):
        return paper(event["document"])
    told = {"file": row["file"], "sheet": row.get("sheet") or "-", "row": row["row"], "sha256": row["sha256"]}
    return say(N_("{file}, sheet {sheet}, row {row}, SHA-256 {sha256}"), **told)


@click.command(cls=Leaf)
@click.argument("task", type=Ident())
@click.argument("step", type=Ident(), required=False)
@click.option("--on", type=Day(), help=say(N_("Decision date (default: today).")))
@form_options
@click.pass_obj
def why(setting: Setting, task: str, step: str | None, on: date | None, form: str) -> None:
    """Tell what can be done next with TASK, by whom, and everything that stands in the way (of STEP).

    STEP is the name of the command or its verb: approve_task, or approve."""
    told = views.why(setting.desk(), task, step=_step(step), actor=setting.actor, on=on, lang=language(), warn=warn_of)
    if form == "json":
        put_json(told)
    elif form == "csv":
        put_rows(told["steps"], "csv")
    else:
        with setting.desk().log.reader() as reader:
            state = TaskTitles(reader).state(told["task"], told["state"])
        put_why(told, everything=step is not None, state=state)


def _step(word: str | None) -> str | None:
    """A step by its command's name; the verb of `khcn task` does as well."""
    from engine.commands import COMMANDS

    verbs = {cls.VERB: name for name, cls in COMMANDS.items() if cls.GROUP == "task"}
    return verbs.get(word, word) if word is not None else None


def put_why(told: Mapping[str, Any], *, everything: bool, state: Called | None = None) -> None:
    """Put what `task why` says on standard output; steps not from this state in one line, unless `everything`.

    `state`: as the task's plan calls it, where it is not called as usual."""
    put(f"{told['task']}: {shown('state', state or told['state'])}")
    other: list[str] = []
    open_duties: list[Mapping[str, Any]] = []
    for step in told["steps"]:
        if not everything and any(r["rule"] == "house.order_of_steps" for r in step["refusals"]):
            other.append(step["title"])
            open_duties += [refusal for refusal in step["refusals"] if refusal["rule"] in _rules(step["duties"])]
            continue
        mark = "✓" if step["allowed"] else "✗"
        roles = ", ".join(say(ROLES.get(name, name)) for name in step["roles"])
        put(f"\n{mark} {step['title']} ({step['step']}) - {say(N_('by'))}: {roles}")
        if step["note"]:
            put(f"    {step['note']}")
        for refusal in step["refusals"]:
            put(f"    ✗ {refusal['rule']} ({say(SOURCES[refusal['source']])}): {refusal['message']}")
            put(f"      → {refusal['cure']}")
        for duty in step["duties"]:
            put(f"    · {duty['rule']}: {duty['message']}")
    for duty in open_duties:
        put("\n" + say(N_("Open duty {rule}: {message}"), rule=duty["rule"], message=duty["message"]))
    if other:
        put("\n" + say(N_("Not from this state: {steps}."), steps="; ".join(other)))


def _what(event: Mapping[str, Any], titles: TaskTitles) -> str:
    """The kind of an event, with the entry and field that it puts right or takes back, or the plan's own step."""
    data, kind = event["data"], shown("kind", event["kind"])
    match event["kind"]:
        case "entry_corrected":
            return f"{kind}: {data['version']} ({heading(data['field'])})"
        case "step_rescinded":
            return f"{kind}: {data['version']}"
    return _kind(event, titles)


def _kind(event: Mapping[str, Any], titles: TaskTitles) -> str:
    """The kind of an event; of a step of the plan's own also which."""
    kind = shown("kind", event["kind"])
    if event["kind"] != "plain_step_taken":
        return kind
    return f"{kind}: {shown('step', titles.step_of(event))}"


@click.command(cls=Leaf)
@click.argument("stream", type=Ident())
@click.option("--findings", is_flag=True, help=say(N_("Also the rules that were weighed, one a line.")))
@form_options
@click.pass_obj
def history(setting: Setting, stream: str, findings: bool, form: str) -> None:
    """List every event of STREAM (task:T1, council:C, ...): who decided what, when, by which rule."""
    found = views.history(setting.desk(), stream, lang=language())
    if form != "table":
        put_rows(found, form)
        return
    with setting.desk().log.reader() as reader:  # whoever reads on a screen keeps no view of the store open
        titles = TaskTitles(reader)
        lines = finding_lines(found, titles) if findings else []
        rows = [each | {"kind": _what(each, titles), "document": basis(each), "role": in_role(each)} for each in found]
    if findings:
        put("\n".join(lines))
    else:
        put_table(rows, ["position", "version", "kind", "on", "recorded_at", "actor", "role", "document"])


def in_role(event: Mapping[str, Any]) -> str:
    """In which role somebody acted, and for whom where it was delegated."""
    role = shown("role", event["role"])
    return f"{role} ({say(N_('for'))} {event['acting_for']})" if event["acting_for"] else role


def headline(event: Mapping[str, Any], titles: TaskTitles) -> str:
    """An event in one line: place, kind, both times, who in which role."""
    return (
        f"#{event['position']} v{event['version']} {_kind(event, titles)}  {shown('on', event['on'])}  "
        f"[{shown('recorded_at', event['recorded_at'])}]  {event['actor']}, {in_role(event)}"
    )


def finding_lines(events: list[dict[str, Any]], titles: TaskTitles) -> list[str]:
    """Events, each with its plan version and the rules that were weighed, a line each."""
    lines = []
    for event in events:
        plan = f", {event['plan']['id']} v{event['plan']['version']}" if event["plan"] else ""
        lines += [headline(event, titles) + plan, f"    {basis(event)}"]
        for finding in event["findings"]:
            waived = say(N_("waived by {document}"), document=finding["waived"]) if finding["waived"] else ""
            mark = "✓" if finding["met"] else "~"
            lines.append(f"    {mark} {finding['rule']} ({say(SOURCES[finding['source']])}) {waived}".rstrip())
    return lines


def _rules(duties: list[Mapping[str, Any]]) -> set[str]:
    return {duty["rule"] for duty in duties}
