"""Counts again what reports tell, straight from the events as JSON: plain loops, no projection and no fold."""

from __future__ import annotations

import json
import statistics
from collections import Counter, defaultdict
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from holidays.countries.vietnam import Vietnam

from engine.log import Log

Json = dict[str, Any]
VIETNAM = Vietnam()  # type: ignore[no-untyped-call]
STATES_OF_IMPORT = ("registered", "selected", "appraised", "approved", "funded", "accepted", "recognised", "published")
# What is owed by the last day, and in which plan: month and day.
OWED = {
    "VP57": [("unit_plan", "2025", "2025-03-30"), ("regulation", "2025", "2025-12-31")]
    + [("half_year_report", f"{year}-H1", f"{year}-07-04") for year in (2025, 2026)]
    + [("year_report", str(year), f"{year}-12-04") for year in (2025, 2026)],
    "HP36": [("unit_plan", "2026", "2026-02-14"), ("unit_procedure", "2026", "2026-12-31")]
    + [("self_inspection", "2026", "2026-12-31")]
    + [("quarter_report", f"2026-Q{quarter}", f"2026-{3 * quarter:02}-24") for quarter in (1, 2, 3, 4)],
}
for _year in (2025, 2026):
    for _month in range(3 if _year == 2025 else 1, 13):
        _end = date(_year + _month // 12, _month % 12 + 1, 1) - timedelta(days=1)
        OWED["VP57"].append(("seminar", f"{_year}-{_month:02}", _end.isoformat()))


def raw(log: Log) -> list[Json]:
    """Every event as it lies in the table, with what corrections made of it."""
    events = []
    for position, stream, version, kind, body in log.rows(
        "SELECT position, stream, version, kind, body FROM events ORDER BY position"
    ):
        told = json.loads(bytes(body))
        place = {"position": position, "stream": stream, "version": version, "kind": kind}
        events.append(place | {"on": told["on"], "data": told["data"], "document": told.get("document") or {}})
    for event in events:
        if event["kind"] == "entry_corrected":
            fix = event["data"]
            for other in events:
                if (other["stream"], other["version"]) == (fix["of"], fix["version"]):
                    other |= {"data": fix["data"], "on": fix["on"], "document": fix.get("document") or {}}
    return events


class Recount:
    """The events of one plan decided by a day, and a period in which things are counted."""

    def __init__(self, events: list[Json], plan: str, since: str, until: str, day: str) -> None:
        self.plan, self.since, self.until, self.day = plan, since, until, day
        known = [event for event in events if event["on"] <= day]
        self.gone = {
            (event["stream"], event["data"]["version"]) for event in known if event["kind"] == "step_rescinded"
        }
        self.events = [event for event in known if (event["stream"], event["version"]) not in self.gone]
        self.streams: dict[str, list[Json]] = defaultdict(list)
        self.done_by: dict[str, list[Json]] = defaultdict(list)  # unit -> what it did, or was done with it
        for event in self.events:
            self.streams[event["stream"]].append(event)
            self.done_by[event["data"].get("unit")].append(event)
        self.into = {
            unit: event["data"]["into"]
            for event in self.events
            if event["kind"] == "units_merged"
            for unit in event["data"]["units"]
        }
        begun = [e for e in self.events if e["kind"] in ("task_registered", "task_imported")]
        self.registered = {e["data"]["task"]: e for e in begun if e["data"]["plan"] == plan}
        self.levels = {task: event["data"]["level"] for task, event in self.registered.items()}

    def within(self, on: str) -> bool:
        return self.since <= on <= self.until

    def of(self, *kinds: str) -> list[Json]:
        """The events of these kinds in the period that are this plan's."""
        return [e for e in self.events if e["kind"] in kinds and self.within(e["on"]) and self.ours(e)]

    def ours(self, event: Json) -> bool:
        data = event["data"]
        return data.get("plan") == self.plan or data.get("task") in self.registered

    def unit(self, unit: str | None) -> str | None:
        return self.into.get(unit, unit) if unit else None

    def history(self, task: str) -> list[tuple[str, str, str, str]]:
        """Day, kind, state before and after of each change of state of a task."""
        found = []
        for event in self.streams[f"task:{task}"]:
            if event["kind"] == "task_imported":
                facts, state = event["data"]["facts"], event["data"]["state"]
                dated = [(facts[f"{each}_on"], each) for each in STATES_OF_IMPORT if facts.get(f"{each}_on")]
                found += [(on, "task_imported", "", each) for on, each in dated if each != state]
                found.append((facts.get(f"{state}_on", ""), "task_imported", "", state))
            elif _moves(event):
                found.append((event["on"], event["kind"], event["data"]["source"], event["data"]["target"]))
        return found

    def state(self, task: str) -> str:
        return self.history(task)[-1][3]

    def reached(self) -> Counter[tuple[str, str]]:
        """(state, level) -> how many tasks came there in the period."""
        found: set[tuple[str, str]] = set()
        for task in self.registered:
            for on, kind, _, state in self.history(task):
                if kind not in ("task_resumed", "task_resubmitted") and self.within(on):
                    found.add((task, state))
        return Counter((state, self.levels[task]) for task, state in found)

    def first(self, task: str, state: str) -> str | None:
        """The day on which a task first came to a state."""
        return next((on for on, kind, _, to in self.history(task) if to == state and kind != "task_resumed"), None)

    def money(self) -> dict[str, dict[str, int]]:
        """Line -> its sums: the amount on the day, what moved in the period, what is left on the day."""
        found: dict[str, dict[str, int]] = {}
        always: Counter[str] = Counter()
        years = {}
        for event in self.events:
            data = event["data"]
            if event["kind"] == "budget_line_opened" and data["plan"] == self.plan:
                found[data["line"]] = {"amount": data["amount"], "allocated": 0, "disbursed": 0, "returned": 0}
                years[data["line"]] = data["year"]
        for event in self.events:
            data = event["data"]
            line = data.get("line")
            if line in found and event["kind"] == "budget_line_adjusted":
                found[line]["amount"] = data["amount"]
            names = {"task_funded": "allocated", "funds_disbursed": "disbursed", "funds_returned": "returned"}
            if line in found and event["kind"] in names:
                sign = {"task_funded": 1, "funds_returned": -1, "funds_disbursed": 0}[event["kind"]]
                always[line] += sign * data["amount"]
                if self.within(event["on"]):
                    found[line][names[event["kind"]]] += data["amount"]
        for line, sums in found.items():
            sums["left"] = sums["amount"] - always[line]
        return {
            line: sums
            for line, sums in found.items()
            if years[line] == int(self.since[:4]) or sums["allocated"] or sums["disbursed"] or sums["returned"]
        }

    def payers(self) -> dict[str, dict[str, int]]:
        payer = {e["data"]["line"]: e["data"]["payer"] for e in self.events if e["kind"] == "budget_line_opened"}
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for line, sums in self.money().items():
            found[payer[line]].update(sums | {"lines": 1})
        return {name: dict(sums) for name, sums in found.items()}

    def duties(self) -> dict[str, Counter[str]]:
        """Unit -> how many duties due in the period stand how."""
        merged = {u: e["on"] for e in self.events if e["kind"] == "units_merged" for u in e["data"]["units"]}
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for event in (e for e in self.events if e["kind"] == "unit_registered"):
            unit = event["data"]["unit"]
            for what, period, due in OWED[self.plan]:
                in_force = event["on"] <= due < merged.get(unit, "9999")
                if self.within(due) and in_force:
                    found[unit][self._status(unit, what, period, due)] += 1
        return dict(found)

    def _status(self, unit: str, what: str, period: str, due: str) -> str:
        days = [e["on"] for e in self.done_by[unit] if self._fulfils(e, what, period)]
        if days:
            return "on_time" if min(days) <= due else "late"
        return "open" if self.day <= due else "overdue"

    def _fulfils(self, event: Json, what: str, period: str) -> bool:
        data = event["data"]
        if data.get("plan") != self.plan:
            return False
        match event["kind"]:
            case "unit_plan_submitted":
                return (what, period) == ("unit_plan", str(data["year"]))
            case "regulation_issued":
                return (what, period, data["incentive"]) == ("regulation", str(data["year"]), True)
            case "procedure_issued":
                return (what, period) == ("unit_procedure", str(data["year"]))
            case "seminar_held":
                return (what, period) == ("seminar", event["on"][:7])
            case "unit_inspected":
                return (what, period, data["by"]) == ("self_inspection", str(data["year"]), "self")
            case "report_submitted":
                return what.endswith("_report") and period == data["period"]
        return False

    def stages(self) -> dict[tuple[str, str], tuple[int, float, int, int]]:
        """(level, state) -> stays, median, 90th percentile and longest in working days."""
        spent: dict[tuple[str, str], list[int]] = defaultdict(list)
        for task in self.registered:
            if self.registered[task]["kind"] == "task_registered":
                for (since, *_), (until, _, state, _) in pairwise(self.history(task)):
                    if self.within(until):
                        spent[self.levels[task], state].append(working_days(since, until))
        return {key: (len(days), statistics.median(days), ninetieth(days), max(days)) for key, days in spent.items()}

    def late(self, task: str) -> bool:
        end = None
        handed_in_late = False
        for event in self.streams[f"task:{task}"]:
            end = event["data"].get("end") or event["data"].get("facts", {}).get("end") or end
            handed_in_late = handed_in_late or bool(event["data"].get("late"))
        running = self.state(task) in ("funded", "in_progress", "suspended")
        return handed_in_late or (running and end is not None and end < self.day)

    def councils(self) -> dict[str, tuple[int, int, int, dict[str, int]]]:
        """Council -> sessions, people present at them together, items, and what came of those that a step took up."""
        own = [e["data"]["council"] for e in self.events if e["kind"] == "council_set_up" and self.ours(e)]
        found = {}
        for council in own:
            held = [e for e in self.events if e["kind"] == "session_held" and e["data"]["council"] == council]
            held = [e for e in held if self.within(e["on"])]
            sessions = {e["data"]["session"] for e in held}
            decided = [e for e in self.events if e["data"].get("session") in sessions and _decides(e["kind"])]
            present = sum(len(e["data"]["present"]) for e in held)
            results = Counter(e["data"].get("grade") or e["data"].get("target") or "recognised" for e in decided)
            found[council] = (len(held), present, sum(len(e["data"]["items"]) for e in held), dict(results))
        return found

    def units_with(self, year: int, *kinds: str) -> Fraction:
        """Percent of the subordinate units that take part which have each of these papers."""
        subordinate = {
            e["data"]["unit"]
            for e in self.events
            if e["kind"] == "unit_registered" and e["data"]["subordinate"] and e["data"]["unit"] not in self.into
        }
        have: list[set[str | None]] = []
        for kind in kinds:
            papers = [e["data"] for e in self.events if e["kind"] == kind]
            have.append({self.unit(p["unit"]) for p in papers if (p["plan"], p["year"]) == (self.plan, year)})
        return Fraction(100 * len(subordinate.intersection(*have)), len(subordinate))

    def measured(self, measure: str, year: int) -> tuple[str, Any]:
        """How a measure is told for a year, and its value."""
        if measure == "units_with_plan_and_regulation":
            return "events", self.units_with(year, "unit_plan_submitted", "regulation_issued")
        if measure == "department_conferences":
            held = [e for e in self.events if e["kind"] == "conference_held" and self.ours(e)]
            return "events", len([e for e in held if e["data"].get("unit") is None and e["data"]["year"] == year])
        if measure == "units_with_provincial_task":
            tasks = [t for t in self.registered if self.levels[t] == "provincial" and self.first(t, "approved")]
            return "events", len({self.unit(self.registered[task]["data"]["lead_unit"]) for task in tasks})
        told = [e for e in self.events if e["kind"] == "measure_recorded" and e["data"]["measure"] == measure]
        told = [e for e in told if e["data"]["year"] <= year]
        return ("entered", Fraction(told[-1]["data"]["value"])) if told else ("not_measured", None)


def _moves(event: Json) -> bool:
    """Whether it is a step of a task that changed its state, which a rescission is not."""
    data = event["data"]
    return event["kind"] != "step_rescinded" and "target" in data and data["source"] != data["target"]


def _decides(kind: str) -> bool:
    return kind in ("task_selected", "task_appraised", "task_accepted", "task_recognised", "initiative_recognised")


def working_days(since: str, until: str) -> int:
    """The worked days after one day up to and including another."""
    day, count = date.fromisoformat(since), 0
    while day < date.fromisoformat(until):
        day += timedelta(days=1)
        count += VIETNAM.is_working_day(day)
    return count


def ninetieth(days: list[int]) -> int:
    """The smallest of the numbers that at least 90 of 100 do not exceed."""
    return min(limit for limit in days if 10 * sum(each <= limit for each in days) >= 9 * len(days))
