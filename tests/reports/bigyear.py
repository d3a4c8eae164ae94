"""A year of forty units and four hundred tasks under both plans, made up by a seed and recorded by the real desk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from tests.properties.lives import renamed
from tests.unityears import gathering, honour, initiative, inspection, measure, paper, report
from tests.world import (
    DAYS,
    DEPARTMENT_COUNCIL,
    DEPARTMENT_MEMBERS,
    FIRST_DAY,
    HP_CITY,
    HP_GRASSROOTS,
    HP_SECTOR,
    REACHED_BY,
    UNIT_COUNCIL,
    UNIT_MEMBERS,
    VP_GRASSROOTS,
    VP_PROVINCIAL,
    Command,
    changed,
    command,
    council,
    document,
    failed_acceptance,
    life,
    line,
    officer_of,
    person,
    seats,
    seminar,
    unit,
)

UNITS, TASKS, SEED = 40, 400, 57
WORKFLOWS = (VP_GRASSROOTS, VP_GRASSROOTS, VP_PROVINCIAL, HP_GRASSROOTS, HP_SECTOR, HP_SECTOR, HP_CITY)
LINES = {"VP57": ("department", "province"), "HP36": ("department", "city")}
ENOUGH = 10**12
_DATE = re.compile(r"20\d\d-\d\d-\d\d\Z")


def names() -> list[str]:
    """The ids of the units."""
    return [f"U{number:02}" for number in range(1, UNITS + 1)]


def founding() -> list[Command]:
    """The Department, the units with their people, councils and lines; each plan's from its first day."""
    people = [person(who, FIRST_DAY["VP57"], roles=[role]) for who, role in
              (("sec", "secretary"), ("lead", "leader"), ("fin", "finance"))]  # fmt: skip
    found = [*people, *(person(who, FIRST_DAY["VP57"]) for who in DEPARTMENT_MEMBERS)]
    for place, name in enumerate(names()):
        on = FIRST_DAY["VP57"]
        kind = {"kind": ("hospital", "health_centre")[place % 2], "subordinate": place % 8 != 7}
        found += [
            unit(name, on, ["VP57", "HP36"], **kind),
            person(f"off-{name}", on, name, [officer_of(name)]),
            *(person(f"{who}-{name}", on, name) for who in UNIT_MEMBERS),
            command("assign_research_office", f"off-{name}", on, unit=name, office="Phòng Kế hoạch tổng hợp"),
        ]
    found.append(line("VP57-rest", "other", "VP57"))  # nothing is ever paid from it
    for plan, payers in LINES.items():
        on = FIRST_DAY[plan]
        found.append(council(f"{DEPARTMENT_COUNCIL}-{plan}", on, "sector", plan, seats(DEPARTMENT_MEMBERS)))
        found += [line(f"{plan}-{payer}", payer, plan, ENOUGH) for payer in payers]
        for name in names():
            roles = zip(UNIT_MEMBERS, ("chair", "reviewer", "reviewer", "secretary", "member"), strict=True)
            members = [{"person": f"{who}-{name}", "role": role} for who, role in roles]
            found.append(council(f"HD-{name}-{plan}", on, "science", plan, members, unit=name))
            found += [line(f"{plan}-{name}", "unit", plan, ENOUGH, unit=name)] if plan == "HP36" else []
    return found


def tasks(random: Random) -> Iterator[list[Command]]:
    """The life of each task: as far as it came, with its own days, sums, and what went wrong."""
    for number in range(1, TASKS + 1):
        task, of = f"T{number:03}", random.choice(names())
        workflow = WORKFLOWS[number % len(WORKFLOWS)]
        moved = _moved(_adventures(random, workflow, task), random.randrange(25))
        share = random.randrange(5, 21)
        own = [_scaled(renamed(one, _names(workflow, task, of)), share) for one in moved]
        yield [person(f"pi-{task}", FIRST_DAY["VP57"], of), *(_of_unit(one, of) for one in own)]


def _names(workflow: str, task: str, of: str) -> dict[str, str]:
    plan = workflow[:4]
    own = {who: f"{who}-{of}" for who in UNIT_MEMBERS}
    lines = {f"L-{payer}": f"{plan}-{payer}" for payer in LINES[plan]} | {"L-unit": f"{plan}-{of}"}
    councils = {DEPARTMENT_COUNCIL: f"{DEPARTMENT_COUNCIL}-{plan}", UNIT_COUNCIL: f"HD-{of}-{plan}"}
    return own | lines | councils | {"BV1": of, "off1": f"off-{of}", "pi1": f"pi-{task}", "tm1": f"off-{of}"}


def _of_unit(one: Command, of: str) -> Command:
    return changed(one, url=one["url"].replace("bv1", of.lower())) if "url" in one else one


def _moved(value: Any, days: int) -> Any:
    if isinstance(value, dict):
        return {name: _moved(each, days) for name, each in value.items()}
    if isinstance(value, list):
        return [_moved(each, days) for each in value]
    if isinstance(value, str) and _DATE.match(value):
        return (date.fromisoformat(value) + timedelta(days=days)).isoformat()
    return value


def _scaled(value: Any, tenths: int) -> Any:
    if isinstance(value, dict):
        return {name: _scaled(each, tenths) for name, each in value.items()}
    if isinstance(value, list):
        return [_scaled(each, tenths) for each in value]
    big = isinstance(value, int) and not isinstance(value, bool) and value >= 1_000_000
    return value * tenths // 10 if big else value


def _adventures(random: Random, workflow: str, task: str) -> list[Command]:
    days = DAYS[workflow[:4]]
    order = [state for state in REACHED_BY if _has(workflow, state)]
    until = random.choice([*order, "closed", "closed", "closed"])
    whole = life(workflow, task, until, **_registration(random, days))
    what = random.random()
    if until == "registered" and what < 0.5:
        return [*whole, _decision("reject_task" if what < 0.25 else "return_task", task, days["appraise"])]
    if until in ("approved", "funded") and what < 0.3:
        return [*whole, command("withdraw_task", "off1", days["start"], task=task, reason="Rút đăng ký")]
    if until == "in_progress" and what < 0.6:
        return [*whole, *_trouble(random, task, days["progress"])]
    if until == "submitted" and what < 0.6 and workflow in (VP_PROVINCIAL, HP_SECTOR):
        return [*whole, *(failed_acceptance(days["accept"], task, f"{task}-fail") if workflow == HP_SECTOR else [])]
    if until in ("accepted", "recognised", "published") and what < 0.5:
        return [*whole, *_records(random, workflow, task, whole[-1]["on"])]
    return whole


def _has(workflow: str, state: str) -> bool:
    steps = {one["command"] for one in life(workflow)}
    return REACHED_BY[state] in steps


def _registration(random: Random, days: dict[str, str]) -> dict[str, Any]:
    """Some are handed in after their planned end by more than thirty days."""
    early = (date.fromisoformat(days["submit"]) - timedelta(days=60)).isoformat()
    return {"end": early} if random.random() < 0.15 else {}


def _decision(name: str, task: str, on: str) -> Command:
    if name == "return_task":
        return command(name, "sec", on, task=task, reason="Thiếu hồ sơ")
    return command(name, "lead", on, task=task, reason="Lý do bịa", document=document(f"70/{task}", on))


def _trouble(random: Random, task: str, on: str) -> list[Command]:
    later = (date.fromisoformat(on) + timedelta(days=20)).isoformat()
    found = [_decision("suspend_task", task, on)]
    return found + (
        [_decision(random.choice(["resume_task", "terminate_task"]), task, later)] if random.random() < 0.7 else []
    )


def _records(random: Random, workflow: str, task: str, on: str) -> list[Command]:
    inspected = command("inspect_task", "sec", on, task=task, findings="Đạt", of_use=random.random() < 0.5)
    printed = command("record_publication", "off1", on, task=task, citation=f"Tạp chí Bịa {task}", doi=f"10.1/{task}")
    praised = {"persons": ["pi1"], "form": "Giấy khen", "document": document(f"73/{task}", on)}
    praise = command("commend", "lead", on, task=task, **praised)
    return [inspected, printed, *([praise] if workflow.startswith("HP36") else [])]


def unit_years(random: Random) -> Iterator[Command]:
    """What the units and the Department did in both years, on time, late, or not."""
    for name in names():
        for one in _of_a_unit(random, name):
            yield renamed(one, {"BV1": name, "off1": f"off-{name}", "pi1": f"off-{name}", "tm1": f"pi-T{1 + UNITS:03}"})
    for plan, year in (("VP57", 2025), ("HP36", 2026)):
        for month in (4, 6, 10):
            yield gathering("record_conference", f"{year}-{month:02}-11", plan, participants=random.randrange(50, 200))
            yield gathering("record_training", f"{year}-{month:02}-18", plan, title="Tập huấn", kind="cơ bản")
    for year, value in ((2025, 61.5), (2026, 75)):
        yield measure(f"{year}-10-01", value, "VP57", year=year, measure="units_with_communication")
    yield measure("2026-10-02", 2, "VP57", measure="smart_hospitals")


def _of_a_unit(random: Random, name: str) -> Iterator[Command]:
    def sometimes(share: float, *commands: Command) -> Iterable[Command]:
        return commands if random.random() < share else ()

    yield from sometimes(0.8, paper("submit_unit_plan", f"2025-03-{random.randrange(10, 31)}", 2025, "VP57"))
    yield from sometimes(0.2, paper("submit_unit_plan", "2025-05-05", 2025, "VP57"))
    yield from sometimes(0.7, paper("issue_regulation", "2025-06-10", 2025, "VP57", incentive=random.random() < 0.8))
    yield from sometimes(0.8, report("2025-H1", f"2025-07-{random.randrange(1, 9):02}", "VP57"))
    yield from sometimes(0.7, report("2025", f"2025-12-{random.randrange(1, 9):02}", "VP57"))
    for month in range(3, 13):
        yield from sometimes(0.5, seminar(f"2025-{month:02}-{random.randrange(10, 28)}", task=None))
    yield from sometimes(0.7, paper("submit_unit_plan", f"2026-02-{random.randrange(10, 19)}", 2026))
    yield from sometimes(0.6, paper("issue_procedure", "2026-04-06", 2026))
    yield from sometimes(0.5, inspection("2026-05-05"), inspection("2026-05-06", "department", kind="random"))
    for quarter, month in enumerate((3, 6, 9), 1):
        yield from sometimes(0.8, report(f"2026-Q{quarter}", f"2026-{month:02}-{random.randrange(20, 28)}"))
    yield from sometimes(0.3, initiative(f"S-{name}", authors=[{"person": "off1", "share": 100}]))


def imported(number: int, state: str, **facts: Any) -> Command:
    """A task of the time before."""
    source = {"file": "so-cu.xlsx", "sheet": "2025", "row": number, "sha256": "0" * 64}
    told = {"plan": "VP57", "level": "grassroots", "year": 2025, "title": f"Đề tài cũ {number}", "lead_unit": "U03"}
    return command(
        "import_task", "sec", "2025-06-30", task=f"CU-{number}", state=state, facts=facts, source=source, **told
    )


def afterwards(closed: str, approved: str) -> list[Command]:
    """A merger, an initiative's recognition, a rescission, and corrections of a title and of a day."""
    on = "2026-11-02"
    recognised = {"initiative": "S-SỞ", "document": document("15/QĐ", on)}
    last = {"reason": "Nhầm", "document": document("76/QĐ", on)}
    return [
        command(
            "merge_units", "admin", "2026-07-01", units=["U40"], into="U01", document=document("74/QĐ", "2026-07-01")
        ),
        renamed(initiative("S-SỞ", authors=[{"person": "off1", "share": 100}]), {"BV1": "U02", "off1": "off-U02"}),
        command("recognise_initiative", "sec", on, **recognised),
        honour(on, initiative="S-SỞ", persons=["off-U02"]),
        command("rescind", "lead", on, stream=f"task:{approved}", version=3, **last),
        command("correct", "lead", on, stream=f"task:{closed}", version=1, field="title", value="Tên đúng", **last),
        command("adjust_budget_line", "fin", "2026-06-01", line="HP36-department", amount=ENOUGH // 2, **last),
    ]


@cache
def commands() -> tuple[Command, ...]:
    """Everything, in an order that the desk takes: founding, then by decision date as offices record it."""
    random = Random(SEED)
    lives = list(tasks(random))
    years = list(unit_years(random))
    together = [one for each in lives for one in each] + years
    together.append(imported(1, "registered", registered_on="2025-03-11", estimate=5_000_000))
    dates = {"registered_on": "2024-02-01", "approved_on": "2024-05-02", "accepted_on": "2025-04-15"}
    together.append(imported(2, "accepted", approved=70_000_000, grade="pass", **dates))
    # By day; of a day in the order given, so that a life's steps stay in theirs.
    return (*founding(), *sorted(together, key=lambda one: one["on"]))
