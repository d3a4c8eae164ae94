"""Lets pm4py judge the exports: does it read them, does it count what the log holds, does its four-eyes filter agree?

pm4py is under the AGPL and no dependency of this project: install it in an environment of its own, outside of it.

    khcn audit export --format jsonl -o demo.jsonl        (and ocel -o demo.jsonocel, ocel-sqlite -o demo.sqlite,
                                                           xes -o demo.xes)
    python3.11 -m venv /elsewhere/judge && /elsewhere/judge/bin/pip install pm4py
    /elsewhere/judge/bin/python tools/judge_with_pm4py.py demo.jsonl demo.jsonocel demo.sqlite demo.xes

What is "ours" is counted from the JSON lines alone. Exit code 1: a count differs, or the filter found somebody."""

import json
import sys
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import pm4py  # type: ignore[import-not-found]

REGISTERED, APPROVED, SUBMITTED = "task_registered", "task_approved", "submitted_for_acceptance"


def main(jsonl: str, ocel_json: str, ocel_sqlite: str, xes: str) -> int:
    """Print what pm4py counts beside what the log holds; give the exit code."""
    ours = counted(Path(jsonl))
    judged = {
        "OCEL JSON": of_ocel(pm4py.read_ocel2_json(ocel_json)),
        "OCEL SQLite": of_ocel(pm4py.read_ocel2_sqlite(ocel_sqlite)),
        "XES": of_log(log := pm4py.read_xes(xes)),
    }
    wrong = 0
    print(f"pm4py {pm4py.__version__}")
    for name, counts in judged.items():
        for what, count in counts.items():
            same = count == ours[what]
            wrong += not same
            print(f"{name:12} {what:28} pm4py {count:6}  ours {ours[what]:6}  {'same' if same else 'DIFFERENT'}")
    broken = cases(pm4py.filter_four_eyes_principle(log, REGISTERED, APPROVED, keep_violations=True))
    print(f"four eyes    approved by who registered it: {sorted(broken) or 'nobody'}")
    seen = cases(pm4py.filter_four_eyes_principle(log, REGISTERED, SUBMITTED, keep_violations=True))
    print(f"four eyes    the filter does see: submitted by who registered it, which is allowed: {len(seen)} cases")
    return 1 if wrong or broken or not seen else 0


def counted(file: Path) -> dict[str, int]:
    """Events, objects and cases of the log, from its JSON lines."""
    events = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    streams = {event["stream"] for event in events}
    kinds = Counter(stream.split(":")[0] for stream in streams)
    tasks = [event for event in events if event["stream"].startswith("task:")]
    return {
        "events": len(events),
        "objects": len(streams),
        **{f"objects of type {kind}": count for kind, count in sorted(kinds.items())},
        "cases": kinds["task"],
        "events of cases": len(tasks),
        "tasks approved": len({event["stream"] for event in events if event["kind"] == APPROVED}),
    }


def of_ocel(ocel: Any) -> dict[str, int]:
    """What pm4py counts in an object-centric log."""
    kinds = Counter(ocel.objects["ocel:type"])
    approved = ocel.relations[(ocel.relations["ocel:activity"] == APPROVED) & (ocel.relations["ocel:type"] == "task")]
    return {
        "events": len(ocel.events),
        "objects": len(ocel.objects),
        **{f"objects of type {kind}": count for kind, count in sorted(kinds.items())},
        "tasks approved": approved["ocel:oid"].nunique(),
    }


def of_log(log: Any) -> dict[str, int]:
    """What pm4py counts in a log of cases."""
    approved = log[log["concept:name"] == APPROVED]
    return {
        "cases": log["case:concept:name"].nunique(),
        "events of cases": len(log),
        "tasks approved": approved["case:concept:name"].nunique(),
    }


def cases(log: Any) -> set[str]:
    """The cases of a log."""
    return set(log["case:concept:name"])


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
