"""Commands for random walks: six tasks of both plans in one world, detours, and changes that make some illegal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st

from tests.world import (
    DEPARTMENT_MEMBERS,
    HP_CITY,
    HP_GRASSROOTS,
    HP_SECTOR,
    LABOUR,
    SUPPLIES,
    VP_GRASSROOTS,
    VP_PROVINCIAL,
    Command,
    changed,
    command,
    document,
    failed_acceptance,
    life,
    person,
    votes,
    without,
    world,
)

Change = Callable[[Command], Command]

TASKS = {
    "T1": (VP_GRASSROOTS, "pi1"),
    "T2": (VP_PROVINCIAL, "pi2"),
    "T3": (HP_SECTOR, "pi1"),
    "T4": (HP_GRASSROOTS, "tm1"),
    "T5": (HP_CITY, "pi1"),
    "T6": (HP_SECTOR, "tm1"),
}
# Both plans share people and units; HP36 has councils and lines of its own.
OF_HP36 = {"HD-NGANH": "HD-NGANH-H", "HD-BV1": "HD-BV1-H"} | {
    f"L-{payer}": f"H-{payer}" for payer in ("department", "unit", "city", "ministry", "state", "other")
}


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """The value with every text that is a key of `names` replaced."""
    if isinstance(value, dict):
        return {name: renamed(each, names) for name, each in value.items()}
    if isinstance(value, list):
        return [renamed(each, names) for each in value]
    return names.get(value, value) if isinstance(value, str) else value


@cache
def both_plans() -> tuple[Command, ...]:
    """One world in which tasks of both plans live; no line has enough for two of them."""
    own = ("set_up_council", "open_budget_line")
    first = [
        changed(one, plans=["VP57", "HP36"]) if one["command"] == "register_unit" else one for one in world("VP57")
    ]
    second = [renamed(one, OF_HP36) for one in world("HP36") if one["command"] in own]
    finance = person("fin1", "2025-03-05", "BV1", [{"role": "finance", "unit": "BV1"}])
    return tuple(_scarce(one) for one in (*first, finance, *second))


def _scarce(one: Command) -> Command:
    return changed(one, amount=150_000_000) if one["command"] == "open_budget_line" else one


@cache
def life_of(task: str) -> tuple[Command, ...]:
    """What a task goes through where nothing stands in its way."""
    workflow, investigator = TASKS[task]
    names = {"pi1": investigator, "tm1": "tm1" if investigator != "tm1" else "pi2"}
    names |= OF_HP36 if workflow.startswith("HP36") else {}
    return tuple(renamed(one, names) for one in life(workflow, task))


def _decision(name: str, task: str, on: str) -> Command:
    return command(name, "lead", on, task=task, document=document("70/QĐ", on), reason="Lý do bịa")


def detours(task: str, on: str) -> list[Command]:
    """What may also happen to a task, or around it, on a day."""
    return [
        command("return_task", "sec", on, task=task, reason="Thiếu hồ sơ"),
        command("resubmit_task", "off1", on, task=task, changes="Đã bổ sung"),
        *(_decision(name, task, on) for name in ("reject_task", "terminate_task", "suspend_task", "resume_task")),
        command("withdraw_task", "off1", on, task=task, reason="Rút"),
        command("report_progress", "off1", on, task=task, period="2026-Q3", percent=80, summary="Tiếp tục"),
        *failed_acceptance(on, task, f"{task}-again-{on}"),
        *_of_money(task, on),
        *_waivers(task, on),
        *_records(task, on),
        *_around(on),
    ]


def _of_money(task: str, on: str) -> list[Command]:
    lines = ("L-department", "H-department", "H-unit", "L-province")
    less = {"amount": 90_000_000, "reason": "Giảm", "document": document("71/QĐ", on)}
    back = {"amount": 30_000_000, "voucher": "PT-9"}
    return [
        *(command("fund_task", "fin", on, task=task, line=line, amount=40_000_000) for line in lines),
        *(command("return_funds", "fin", on, task=task, line=line, **back) for line in lines),
        *(command("adjust_budget_line", "fin", on, line=line, **less) for line in lines[:2]),
    ]


def _waivers(task: str, on: str) -> list[Command]:
    waived = {"step": "register_task", "document": document("72/QĐ", on), "reason": "Lý do bịa"}
    rules = ("customary.two_running_tasks", "HP36-II.1.b", "house.role")
    return [command("waive_rule", "lead", on, task=task, rule=rule, **waived) for rule in rules]


def _records(task: str, on: str) -> list[Command]:
    amendments: list[Command] = [
        {"end": "2027-06-30"},
        {"investigator": "pi2"},
        {"team": ["m3"]},
        {"suppliers": ["Công ty Bịa"]},
        {"estimate": [{"content": "Vật tư", "amount": 100_000_000}]},
    ]
    return [
        *(changed(_decision("amend_task", task, on), **fields) for fields in amendments),
        command("inspect_task", "sec", on, task=task, findings="Đạt"),
        command("record_publication", "off1", on, task=task, citation="Tạp chí Bịa 1"),
        command("commend", "lead", on, task=task, persons=["pi1"], form="Giấy khen", document=document("73/QĐ", on)),
    ]


def _around(on: str) -> list[Command]:
    """What happens to units, people and councils, on which rules of the task look."""
    paper = {"document": document("74/QĐ", on)}
    delegated = {"person": "lead", "to": "sec", "role": "leader", "from": on, "until": on}
    return [
        command("merge_units", "admin", on, units=["BV2"], into="BV1", **paper),
        command("rename_unit", "admin", on, unit="BV1", name="Bệnh viện Mới", **paper),
        command("set_portal", "admin", on, unit="BV1", portal="https://moi.example.vn"),
        command("delegate", "lead", on, **delegated, **paper),
        command("grant_role", "admin", on, person="pi2", role="secretary"),
        command("revoke_role", "admin", on, person="off1", role="unit_officer", unit="BV1"),
        command("change_council_member", "sec", on, council="HD-NGANH", out="m6", **paper),
    ]


def taken_back(task: str, version: int, on: str) -> Command:
    """The rescission of an event of a task."""
    paper = {"document": document("75/QĐ", on), "reason": "Nhầm"}
    return command("rescind", "lead", on, stream=f"task:{task}", version=version, **paper)


def put_right(task: str, version: int, on: str) -> list[Command]:
    """Corrections of an event of a task."""
    paper = {"document": document("76/QĐ", on), "reason": "Nhầm"}
    fields = {
        "title": "Tên khác",
        "amount": 50_000_000,
        "on": on,
        "team": ["m3"],
        "reason": "Khác",
        "end": "2027-05-31",
    }
    place = {"stream": f"task:{task}", "version": version}
    return [command("correct", "lead", on, **place, field=name, value=value, **paper) for name, value in fields.items()]


def _fields(**fields: Any) -> Change:
    return lambda one: changed(one, **{name: value for name, value in fields.items() if name in one})


def _later(days: int) -> Change:
    return lambda one: changed(one, on=(date.fromisoformat(one["on"]) + timedelta(days=days)).isoformat())


def _dropping(name: str) -> Change:
    return lambda one: without(one, name)


def _scoring(score: float) -> Change:
    return _each_ballot(lambda ballot: ballot | {"score": score} if "score" in ballot else ballot)


def _each_ballot(change: Callable[[Command], Command]) -> Change:
    return lambda one: changed(one, ballots=list(map(change, one["ballots"]))) if "ballots" in one else one


def _first_left_out(name: str) -> Change:
    return lambda one: changed(one, **{name: one[name][1:]}) if one.get(name) else one


def _two_against(one: Command) -> Command:
    if one.get("purpose") not in ("select", "recognise"):
        return one
    return changed(one, ballots=votes("no", DEPARTMENT_MEMBERS[:2]) + one["ballots"][2:])


def _no_number(one: Command) -> Command:
    return changed(one, document=without(one["document"], "number")) if "document" in one else one


PEOPLE = ("admin", "sec", "lead", "fin", "fin1", "aud", "off1", "off2", "pi1", "nobody")
SUMS = (0, 1, 30_000_000, 60_000_000, 99_999_999, 100_000_001, 500_000_001)
LINES = ("L-department", "L-province", "L-unit", "H-department", "H-unit", "H-city", "L-none")
BROKEN_OFF = ("document", "session", "contract", "estimate", "title", "present", "voucher", "reason")

CHANGES: tuple[Change, ...] = (
    *(_fields(actor=who) for who in PEOPLE),
    *map(_later, (-400, -30, -1, 1, 10, 40, 300)),
    *(_fields(amount=amount) for amount in SUMS),
    *(_fields(line=line) for line in LINES),
    *(_fields(task=task) for task in (*TASKS, "T9")),
    *(_fields(session=f"{task}-appraise") for task in TASKS),
    *map(_dropping, BROKEN_OFF),
    *(_first_left_out(name) for name in ("present", "ballots", "items", "members", "parts", "reports", "estimate")),
    *map(_scoring, (40, 60, 69.99, 70.5)),
    *(lambda one, who=who: changed(one, recused=[who]) if "ballots" in one else one for who in ("m1", "m6", "b5")),
    _two_against,
    _no_number,
    _fields(document=document("90/QĐ", "2026-03-01", "UBND thành phố")),
    _fields(level="sector"),
    _fields(level="province"),
    _fields(end="2025-01-01"),
    _fields(year=2025),
    _fields(investigator="m3"),
    _fields(investigator="pi1"),
    _fields(human_subjects=True),
    lambda one: changed(one, human_subjects=True) if one["command"] == "register_task" else one,
    _fields(beneficiary="người lạ"),
    _fields(content=LABOUR),
    _fields(content=SUPPLIES),
    _fields(url="http://bv1.example.vn/x"),
    _fields(council="HD-NGANH"),
    _fields(council="HD-BV1-H"),
    lambda one: changed(one, unheard="of"),
)

CHANGED = st.lists(st.sampled_from(CHANGES), max_size=2).map(tuple)
PLACES = st.fixed_dictionaries({task: st.integers(0, len(life_of(task))) for task in TASKS})


def altered(one: Command, changes: tuple[Change, ...]) -> Command:
    """The command with all changes, one after the other."""
    for change in changes:
        one = change(one)
    return one


@st.composite
def scripts(draw: st.DrawFn, most: int = 15) -> list[Command]:
    """A list of commands as an office might send it: parts of lives, with slips, repetitions and detours."""
    places = draw(PLACES)
    found = [one for task, place in places.items() for one in life_of(task)[:place]]
    for at, task, pick, changes in draw(
        st.lists(
            st.tuples(st.integers(0, 99), st.sampled_from(sorted(TASKS)), st.integers(0, 99), CHANGED), max_size=most
        )
    ):
        last = life_of(task)[max(places[task] - 1, 0)]["on"]
        pool = [*detours(task, last), *life_of(task)]
        found.insert(at % (len(found) + 1), altered(pool[pick % len(pool)], changes))
    return found
