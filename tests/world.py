"""The made-up world the black-box tests live in: commands only, every person, unit and number invented.

`life` gives the commands of one task from registration on, `story` puts the world it needs in front, `before` and
`eve` stop just short of one command, and `step` is that command, with whatever a test wants changed in it.
"""

import re
from collections.abc import Iterable
from typing import Any

Command = dict[str, Any]

VP_GRASSROOTS, VP_PROVINCIAL = "VP57/grassroots", "VP57/provincial"
HP_GRASSROOTS, HP_SECTOR = "HP36/grassroots", "HP36/sector"
HP_CITY, HP_MINISTRY, HP_STATE = "HP36/city", "HP36/ministry", "HP36/state"
WORKFLOWS = (VP_GRASSROOTS, VP_PROVINCIAL, HP_GRASSROOTS, HP_SECTOR, HP_CITY, HP_MINISTRY, HP_STATE)

FIRST_DAY = {"VP57": "2025-03-05", "HP36": "2026-02-05"}
YEAR = {"VP57": 2025, "HP36": 2026}
PAYERS = {
    "VP57": ("department", "unit", "province", "other"),
    "HP36": ("department", "unit", "city", "ministry", "state", "other"),
}
PAYER = {
    VP_GRASSROOTS: "department",
    VP_PROVINCIAL: "province",
    HP_GRASSROOTS: "unit",
    HP_SECTOR: "department",
    HP_CITY: "city",
    HP_MINISTRY: "ministry",
    HP_STATE: "state",
}
OUTSIDE_BODY = {
    VP_PROVINCIAL: "UBND tỉnh",
    HP_CITY: "UBND thành phố",
    HP_MINISTRY: "Bộ Y tế",
    HP_STATE: "Bộ Khoa học và Công nghệ",
}

DEPARTMENT_COUNCIL, UNIT_COUNCIL = "HD-NGANH", "HD-BV1"
DEPARTMENT_MEMBERS = ("m1", "m2", "m3", "m4", "m5", "m6", "m7")
UNIT_MEMBERS = ("b1", "b2", "b3", "b4", "b5")
MEMBERS = {DEPARTMENT_COUNCIL: DEPARTMENT_MEMBERS, UNIT_COUNCIL: UNIT_MEMBERS}
SEATS = ("chair", "vice_chair", "reviewer", "reviewer", "secretary")

SUPPLIES, LABOUR = "Vật tư", "Công lao động"
ESTIMATE = [{"content": SUPPLIES, "amount": 80_000_000}, {"content": LABOUR, "amount": 20_000_000}]
SUM = 100_000_000
LINE_SUM = 500_000_000
PUBLISHED_PARTS = ["title", "unit", "investigator", "period", "money", "summary", "results", "grade"]
SEMINAR_PARTS = ("overview", "methods", "results", "discussion", "conclusion")

DAYS = {
    "VP57": {
        "register": "2025-03-20",
        "select": "2025-04-05",
        "appraise": "2025-04-20",
        "approve": "2025-05-05",
        "fund": "2025-05-15",
        "start": "2025-06-01",
        "end": "2026-05-31",
        "progress": "2025-09-10",
        "seminar": "2025-10-10",
        "disburse": "2025-11-03",
        "submit": "2026-03-02",
        "accept": "2026-03-20",
        "recognise": "2026-04-10",
        "publish": "2026-05-05",
        "return": "2026-05-08",
        "close": "2026-05-20",
    },
    "HP36": {
        "register": "2026-02-20",
        "appraise": "2026-03-02",
        "approve": "2026-03-10",
        "fund": "2026-03-16",
        "start": "2026-04-01",
        "end": "2027-03-31",
        "progress": "2026-06-19",
        "disburse": "2026-06-25",
        "submit": "2026-09-01",
        "accept": "2026-09-21",
        "publish": "2026-10-05",
        "return": "2026-10-08",
        "close": "2026-10-20",
    },
}
REACHED_BY = {
    "registered": "register_task",
    "selected": "select_task",
    "appraised": "appraise_task",
    "approved": "approve_task",
    "funded": "fund_task",
    "in_progress": "start_task",
    "submitted": "submit_for_acceptance",
    "accepted": "accept_task",
    "recognised": "recognise_task",
    "published": "publish_task",
    "closed": "close_task",
}


def command(name: str, actor: str, on: str, /, **fields: Any) -> Command:
    return {"command": name, "actor": actor, "on": on, **fields}


def changed(original: Command, /, **fields: Any) -> Command:
    return {**original, **fields}


def without(original: Command, *fields: str) -> Command:
    return {name: value for name, value in original.items() if name not in fields}


def document(number: str, on: str, issuer: str = "Sở Y tế") -> dict[str, str]:
    return {"number": number, "date": on, "issuer": issuer}


def person(name: str, on: str, unit: str | None = None, roles: Iterable[Any] = ()) -> Command:
    place: Command = {"unit": unit} if unit else {}
    held: Command = {"roles": list(roles)} if roles else {}
    return command("add_person", "admin", on, person=name, name=f"Người Bịa {name}", **place, **held)


def officer_of(unit: str) -> dict[str, str]:
    return {"role": "unit_officer", "unit": unit}


def unit(name: str, on: str, plans: Iterable[str], /, **fields: Any) -> Command:
    portal = f"https://{name.lower()}.example.vn"
    kind = {"kind": "hospital", "ownership": "public", "subordinate": True, "portal": portal}
    usual = {"name": f"Bệnh viện Thử Nghiệm {name}", **kind}
    return command("register_unit", "admin", on, unit=name, plans=list(plans), **{**usual, **fields})


def office(of: str, on: str, actor: str) -> Command:
    return command("assign_research_office", actor, on, unit=of, office="Phòng Nghiên cứu khoa học")


def new_unit(name: str, on: str, plans: Iterable[str]) -> list[Command]:
    """A further unit (say BV3) with its officer (off-BV3) and an investigator (pi-BV3), without a research office."""
    return [
        unit(name, on, plans),
        person(f"off-{name}", on, name, [officer_of(name)]),
        person(f"pi-{name}", on, name),
    ]


def seats(people: Iterable[str]) -> list[dict[str, str]]:
    """Chair, vice-chair, two reviewers, secretary, then plain members."""
    return [
        {"person": who, "role": SEATS[place] if place < len(SEATS) else "member"} for place, who in enumerate(people)
    ]


def council(name: str, on: str, kind: str, plan: str, members: list[dict[str, str]], /, **fields: Any) -> Command:
    issued = {"in_force_from": on, "document": document(f"QĐ-{name}", on), "members": members}
    usual = {"name": f"Hội đồng {name}", **issued}
    return command("set_up_council", "sec", on, council=name, kind=kind, plan=plan, **{**usual, **fields})


def crowd(size: int, on: str, local: Iterable[str] = ()) -> list[Command]:
    """People x1 ... x<size> of no unit, but for the `local` ones, who are of BV1."""
    return [person(who, on, "BV1" if who in local else None) for who in names(size)]


def names(size: int) -> list[str]:
    return [f"x{number}" for number in range(1, size + 1)]


def council_of(size: int, plan: str, local: Iterable[str] = (), kind: str = "sector", **fields: Any) -> list[Command]:
    """The Department's council HD-X of x1 ... x<size>, seated as `seats` says, and its people."""
    on = FIRST_DAY[plan]
    return [*crowd(size, on, local), council("HD-X", on, kind, plan, seats(names(size)), **fields)]


def line(name: str, payer: str, plan: str, amount: int = LINE_SUM, year: int = 0, **fields: Any) -> Command:
    on = FIRST_DAY[plan]
    owner: Command = {"unit": "BV1"} if payer == "unit" else {}
    rest = {**owner, "purpose": "research", "amount": amount, "document": document(f"DT-{name}", on), **fields}
    return command("open_budget_line", "fin", on, line=name, plan=plan, year=year or YEAR[plan], payer=payer) | rest


def world(plan: str) -> list[Command]:
    """Two hospitals, their people and councils, the Department's council, and a budget line for each payer."""
    on = FIRST_DAY[plan]
    unit_seats = [
        {"person": who, "role": role}
        for who, role in zip(UNIT_MEMBERS, ("chair", "reviewer", "reviewer", "secretary", "member"), strict=True)
    ]
    return [
        unit("BV1", on, [plan]),
        unit("BV2", on, [plan]),
        person("sec", on, roles=["secretary"]),
        person("lead", on, roles=["leader"]),
        person("fin", on, roles=["finance"]),
        person("aud", on, roles=["auditor"]),
        person("off1", on, "BV1", [officer_of("BV1")]),
        person("off2", on, "BV2", [officer_of("BV2")]),
        person("pi1", on, "BV1"),
        person("pi2", on, "BV2"),
        person("tm1", on, "BV1"),
        *(person(who, on) for who in DEPARTMENT_MEMBERS),
        *(person(who, on, "BV1") for who in UNIT_MEMBERS),
        office("BV1", on, "off1"),
        office("BV2", on, "off2"),
        council(DEPARTMENT_COUNCIL, on, "sector", plan, seats(DEPARTMENT_MEMBERS)),
        council(UNIT_COUNCIL, on, "science", plan, unit_seats, unit="BV1"),
        *(line(f"L-{payer}", payer, plan) for payer in PAYERS[plan]),
    ]


def votes(choice: str, people: Iterable[str]) -> list[Command]:
    return [{"person": who, "vote": choice} for who in people]


def scores(score: float, people: Iterable[str]) -> list[Command]:
    return [{"person": who, "score": score} for who in people]


def sitting(purpose: str, on: str, council: str = DEPARTMENT_COUNCIL, task: str = "T1", **fields: Any) -> Command:
    """The session `<task>-<purpose>`, with everybody present; `reviewers` go to its item."""
    item = {"task": task, "purpose": purpose}
    if "reviewers" in fields:
        item["reviewers"] = fields.pop("reviewers")
    name = fields.get("session", f"{task}-{purpose}")
    held = {
        "session": name,
        "council": council,
        "minutes": document(f"{name}/BB", on, "Hội đồng"),
        "present": list(MEMBERS.get(council, ())),
        "items": [item],
    }
    return command("hold_session", "sec", on, **{**held, **fields})


def voting(purpose: str, on: str, ballots: list[Command], task: str = "T1", **fields: Any) -> Command:
    cast = {"session": f"{task}-{purpose}", "task": task, "purpose": purpose, "ballots": ballots}
    return command("cast_ballots", "sec", on, **{**cast, **fields})


def deciding(purpose: str, on: str, task: str = "T1", **fields: Any) -> Command:
    """The step that a session of that purpose carries."""
    return command(f"{purpose}_task", "sec", on, **{"task": task, "session": f"{task}-{purpose}", **fields})


def favourable(purpose: str, people: Iterable[str]) -> list[Command]:
    if purpose == "appraise":
        return scores(80, people)
    return votes("excellent" if purpose == "accept" else "yes", people)


def seminar(on: str, presenter: str = "pi1", task: str | None = "T1", **parts: str) -> Command:
    report: Command = {"presenter": presenter, "title": "Báo cáo sinh hoạt khoa học"}
    report |= {part: f"Phần {part}" for part in SEMINAR_PARTS} | parts
    if task:
        report["task"] = task
    return command("hold_seminar", "off1", on, unit="BV1", plan="VP57", reports=[report])


def years_before(commands: Iterable[Command], years: int) -> list[Command]:
    """The same commands so many years earlier: dates, plan years and periods alike."""
    return [_earlier(one, years) for one in commands]


def _earlier(value: Any, years: int) -> Any:
    if isinstance(value, dict):
        return {name: item - years if name == "year" else _earlier(item, years) for name, item in value.items()}
    if isinstance(value, list):
        return [_earlier(item, years) for item in value]
    if isinstance(value, str) and re.fullmatch(r"20\d\d-(\d\d-\d\d|Q\d)", value):
        return f"{int(value[:4]) - years}{value[4:]}"
    return value


def life(workflow: str, task: str = "T1", until: str = "closed", **registration: Any) -> list[Command]:
    """From registration to the step that reaches `until`; `registration` changes fields of the register_task."""
    steps = _steps(workflow, task, registration)
    keys = [key for key, _ in steps]
    return [each for _, each in steps[: keys.index(REACHED_BY[until]) + 1]]


def story(workflow: str, until: str = "closed", **registration: Any) -> list[Command]:
    return world(workflow[:4]) + life(workflow, until=until, **registration)


def before(workflow: str, key: str, task: str = "T1", **registration: Any) -> list[Command]:
    """The life up to, and without, the command of that key (`appraise.session`, `approve_task` ...)."""
    steps = _steps(workflow, task, registration)
    return [each for _, each in steps[: [name for name, _ in steps].index(key)]]


def eve(workflow: str, key: str, **registration: Any) -> list[Command]:
    return world(workflow[:4]) + before(workflow, key, **registration)


def between(workflow: str, first: str, last: str, task: str = "T1") -> list[Command]:
    """What stands in the life after `first` and before `last`."""
    steps = _steps(workflow, task, {})
    keys = [key for key, _ in steps]
    return [each for _, each in steps[keys.index(first) + 1 : keys.index(last)]]


def step(workflow: str, key: str, task: str = "T1", /, **changes: Any) -> Command:
    """One command of the life, with these fields changed."""
    return changed(dict(_steps(workflow, task, {}))[key], **changes)


def failed_acceptance(on: str, task: str = "T1", session: str = "P-fail") -> list[Command]:
    """The Department's council finds the submitted task not acceptable: three of seven say fail."""
    ballots = votes("fail", DEPARTMENT_MEMBERS[:3]) + votes("pass", DEPARTMENT_MEMBERS[3:])
    return [
        sitting("accept", on, task=task, session=session),
        voting("accept", on, ballots, task=task, session=session),
        deciding("accept", on, task=task, session=session),
    ]


def _steps(workflow: str, task: str, registration: Command) -> list[tuple[str, Command]]:
    plan, level = workflow.split("/")
    day = DAYS[plan]
    return [
        ("register_task", changed(_registration(plan, level, task), **registration)),
        *(_decision(workflow, "select", task) if workflow == VP_PROVINCIAL else []),
        *_decision(workflow, "appraise", task),
        ("approve_task", _approval(workflow, task)),
        ("fund_task", _money("fund_task", workflow, day["fund"], task, amount=SUM)),
        ("start_task", command("start_task", "sec", day["start"], task=task, contract=document("01/HĐ", day["start"]))),
        ("report_progress", _progress(day["progress"], task)),
        *([("hold_seminar", seminar(day["seminar"], task=task))] if plan == "VP57" else []),
        ("disburse", _spent(workflow, task, 60_000_000, "BV1", SUPPLIES, "UNC-01")),
        ("disburse.2", _spent(workflow, task, 15_000_000, "pi1", LABOUR, "UNC-02")),
        (
            "submit_for_acceptance",
            command("submit_for_acceptance", "off1", day["submit"], task=task, dossier=["báo cáo tổng hợp"]),
        ),
        *_decision(workflow, "accept", task),
        *(_decision(workflow, "recognise", task) if plan == "VP57" else []),
        ("publish_task", _publication(plan, task)),
        ("return_funds", _money("return_funds", workflow, day["return"], task, amount=25_000_000, voucher="PT-01")),
        ("close_task", command("close_task", "fin", day["close"], task=task, document=document("99/QT", day["close"]))),
    ]


def _registration(plan: str, level: str, task: str) -> Command:
    day = DAYS[plan]
    fields = {"plan": plan, "level": level, "year": YEAR[plan], "title": f"Đánh giá kết quả điều trị {task}"}
    people = {"lead_unit": "BV1", "investigator": "pi1", "team": ["tm1"]}
    span = {"start": day["start"], "end": day["end"], "estimate": ESTIMATE, "summary": "Tóm tắt"}
    group = {"topic_group": 1} if plan == "VP57" else {}
    return command("register_task", "off1", day["register"], task=task, **fields, **people, **span, **group)


def _decision(workflow: str, purpose: str, task: str) -> list[tuple[str, Command]]:
    on = DAYS[workflow[:4]][purpose]
    outside = workflow in OUTSIDE_BODY and (workflow != VP_PROVINCIAL or purpose == "accept")
    if outside:
        outcome = {"result": "passed"} if purpose == "appraise" else {"grade": "pass"}
        paper = document(f"{purpose}-{task}", on, OUTSIDE_BODY[workflow])
        return [(f"{purpose}_task", command(f"{purpose}_task", "sec", on, task=task, document=paper, **outcome))]
    unit_sits = workflow in (VP_GRASSROOTS, HP_GRASSROOTS) and purpose != "recognise"
    body = UNIT_COUNCIL if unit_sits else DEPARTMENT_COUNCIL
    return [
        (f"{purpose}.session", sitting(purpose, on, council=body, task=task)),
        (f"{purpose}.ballots", voting(purpose, on, favourable(purpose, MEMBERS[body]), task=task)),
        (f"{purpose}_task", deciding(purpose, on, task=task)),
    ]


def _approval(workflow: str, task: str) -> Command:
    on = DAYS[workflow[:4]]["approve"]
    actor = "sec" if workflow in OUTSIDE_BODY else "lead"
    authority = OUTSIDE_BODY.get(workflow, "Bệnh viện BV1" if workflow == HP_GRASSROOTS else "Sở Y tế")
    paper = document(f"88-{task}", on, authority)
    return command("approve_task", actor, on, task=task, document=paper, authority=authority, amount=SUM)


def _money(name: str, workflow: str, on: str, task: str, **fields: Any) -> Command:
    return command(name, "fin", on, task=task, line=f"L-{PAYER[workflow]}", **fields)


def _spent(workflow: str, task: str, amount: int, beneficiary: str, content: str, voucher: str) -> Command:
    purpose = {"beneficiary": beneficiary, "content": content, "voucher": voucher}
    return _money("disburse", workflow, DAYS[workflow[:4]]["disburse"], task, amount=amount, **purpose)


def _progress(on: str, task: str) -> Command:
    return command("report_progress", "off1", on, task=task, period="2026-Q2", percent=40, summary="Đã thu số liệu")


def _publication(plan: str, task: str) -> Command:
    parts = PUBLISHED_PARTS + (["recognition_document"] if plan == "VP57" else [])
    url = f"https://bv1.example.vn/khcn/{task}"
    return command("publish_task", "off1", DAYS[plan]["publish"], task=task, url=url, parts=parts)
