"""`khcn audit conformance`: whether every recorded decision was lawful, by the rules of its time or by others."""

from typing import Any

import click

from console.frame import Failure, Leaf, Setting, form_options
from console.speech import put, put_json, put_rows, say
from engine.catalogue import N_

UNLAWFUL = ("position", "stream", "version", "command", "rules", "judgement", "documents")
# Where `conformance` lists entries -> how the judgement of each reads in the CSV of them all.
LISTED = {"unlawful": "unlawful", "waived_by": "waived", "imported_would_fail": "imported_would_fail"}


@click.command(cls=Leaf)
@click.option(
    "--workflow",
    "version",
    metavar="VERSION",
    help=say(N_("Judge by an adopted version of a plan (HP36@2, or VP57 for its newest) instead of that in force.")),
)
@click.option(
    "--plan",
    "file",
    metavar="FILE",
    help=say(N_("Judge by the plan in this file instead: what would have come out otherwise.")),
)
@form_options
@click.pass_obj
def conformance(setting: Setting, version: str | None, file: str | None, form: str) -> int:
    """Decide every recorded decision again, by the rules and facts of its time; exit 6 if one was unlawful."""
    if version and file:
        raise Failure(2, N_("Give either --workflow or --plan."))
    found = judged(setting, version, file)
    if form == "json":
        put_json(found)
    elif form == "csv":
        put_rows(as_rows(found), form, head=UNLAWFUL)
    else:
        put_judged(found, otherwise=bool(version or file))
    return 6 if (found["unlawful"] or found["index_differs"]) and not (version or file) else 0


def judged(setting: Setting, version: str | None = None, file: str | None = None) -> dict[str, Any]:
    """How many decisions were lawful, waived or imported, and which were not, in the contract's shape."""
    from console.plans import plan_at
    from engine.conformance import conformance as judge
    from engine.conformance import index_differs, readable
    from engine.replay import Past

    desk = setting.desk()
    other = plan_at(setting, version or file or "", adopted_only=bool(version)) if version or file else None
    counts = {"lawful": 0, "waived": 0, "imported": 0}
    unlawful, predated, waived = [], [], []
    with desk.reading() as work:
        past = Past(other)
        for each in judge(desk.decider, readable(work.reader.events()), past):
            place = {"position": each.event.position, "stream": each.event.stream, "version": each.event.version}
            told = place | {"command": each.event.command, "rules": list(each.rules)}
            if each.judgement == "unlawful":
                unlawful.append(told)
            else:
                counts[each.judgement] += 1
            if each.judgement == "imported" and each.rules:
                predated.append(told)
            if each.judgement == "waived":
                waived.append(told | {"documents": list(each.documents)})
        stale = index_differs(work.reader, past) if other is None else []
    events = sum(counts.values()) + len(unlawful)
    return {"events": events, **counts, "unlawful": unlawful} | {
        "waived_by": waived,
        "imported_would_fail": predated,
        "index_differs": stale,
    }


def as_rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Every entry that was found unlawful, waived, or imported though rules of today would refuse it."""
    rows = [
        row | {"judgement": judgement, "documents": row.get("documents", [])}
        for name, judgement in LISTED.items()
        for row in found[name]
    ]
    empty = dict.fromkeys(UNLAWFUL)
    return rows + [empty | {"stream": key, "judgement": "index_differs"} for key in found["index_differs"]]


def put_judged(found: dict[str, Any], *, otherwise: bool = False) -> None:
    """Put what was found on standard output."""
    text = N_("{events} events: {lawful} lawful, {waived} waived, {imported} imported, {unlawful} unlawful.")
    if otherwise:
        text = N_("{events} events: {lawful} as they are, {waived} waived, {imported} imported, {unlawful} otherwise.")
    put(say(text, **found | {"unlawful": len(found["unlawful"])}))
    if found["unlawful"]:
        put_rows(found["unlawful"], "table")
    if found["index_differs"]:
        text = N_("The decision index was changed past the program under {keys}: `khcn init --reindex` folds it anew.")
        put(say(text, keys=found["index_differs"]))
    if found["waived_by"]:
        put(say(N_("Waived, by these documents:")))
        put_rows(found["waived_by"], "table")
    if found["imported_would_fail"]:
        put(say(N_("Of the imported tasks, these would have failed rules:")))
        put_rows(found["imported_would_fail"], "table")
