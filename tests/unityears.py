"""Builders of what units do in a year, and of initiatives: made up like the rest of the world of the tests."""

from typing import Any

from tests.world import (
    DEPARTMENT_COUNCIL,
    MEMBERS,
    Command,
    command,
    document,
    sitting,
    votes,
    voting,
    without,
    world,
)

REGISTERED, RECOGNISED = "2026-03-02", "2026-04-10"
AUTHORS = [{"person": "pi1", "share": 60}, {"person": "tm1", "share": 40}]


def paper(name: str, on: str, year: int, plan: str = "HP36", /, **fields: Any) -> Command:
    """`submit_unit_plan`, `issue_regulation` or `issue_procedure` of BV1, with its document."""
    named = {"unit": "BV1", "plan": plan, "year": year, "document": document(f"{name}/{year}", on, "BV1")}
    return command(name, "off1", on, **{**named, **fields})


def report(period: str, on: str, plan: str = "HP36", /, **fields: Any) -> Command:
    return command("submit_report", "off1", on, **{"unit": "BV1", "plan": plan, "period": period, **fields})


def inspection(on: str, by: str = "self", plan: str = "HP36", /, **fields: Any) -> Command:
    told = {"unit": "BV1", "plan": plan, "by": by, "kind": "scheduled", "findings": "Không có vi phạm"}
    return command("record_inspection", "off1" if by == "self" else "sec", on, **{**told, **fields})


def gathering(name: str, on: str, plan: str = "HP36", /, **fields: Any) -> Command:
    return command(name, "sec", on, **{"plan": plan, "title": "Hội nghị sơ kết", **fields})


def measure(on: str, value: Any, plan: str = "HP36", /, **fields: Any) -> Command:
    told = {"plan": plan, "year": 2026, "measure": "smart_hospitals", "value": value, "document": document("9/BC", on)}
    return command("record_measure", "sec", on, **{**told, **fields})


def initiative(name: str = "S1", /, **fields: Any) -> Command:
    told = {"unit": "BV1", "plan": "HP36", "year": 2026, "title": "Cải tiến quy trình", "description": "Mô tả"}
    return command(
        "register_initiative", "off1", REGISTERED, **{"initiative": name, "authors": AUTHORS, **told, **fields}
    )


def meeting(council: str = DEPARTMENT_COUNCIL, on: str = RECOGNISED, name: str = "S1", **fields: Any) -> Command:
    """The session `P-<name>` on an initiative, with everybody present."""
    usual = {"session": f"P-{name}", "items": [{"initiative": name, "purpose": "recognise"}]}
    return sitting("recognise", on, council=council, **{**usual, **fields})


def ballots(yes: int = 7, council: str = DEPARTMENT_COUNCIL, name: str = "S1", /, **fields: Any) -> Command:
    """So many of the council's members vote for the initiative, the rest against it."""
    people = MEMBERS[council]
    told = {"session": f"P-{name}", "initiative": name}
    cast = votes("yes", people[:yes]) + votes("no", people[yes:])
    return without(voting("recognise", RECOGNISED, cast), "task") | told | fields


def recognition(name: str = "S1", /, **fields: Any) -> Command:
    """The initiative is recognised by the session's votes, or by what `fields` name instead."""
    by = {} if "document" in fields else {"session": f"P-{name}"}
    return command("recognise_initiative", "sec", RECOGNISED, **{"initiative": name, **by, **fields})


def by_paper(name: str = "S1", /, **fields: Any) -> Command:
    return recognition(name, **{"document": document("15/QĐ-SYT", RECOGNISED), **fields})


def honour(on: str = "2026-05-04", /, **fields: Any) -> Command:
    told = {"initiative": "S1", "persons": ["pi1"], "form": "Giấy khen", "document": document("20/QĐ-SYT", on)}
    return command("commend", "sec", on, **{**told, **fields})


def registered(**fields: Any) -> list[Command]:
    return [*world("HP36"), initiative(**fields)]


def voted(yes: int = 7) -> list[Command]:
    return [*registered(), meeting(), ballots(yes)]


def a_year() -> list[Command]:
    """What BV1 did under HP36 in 2026, and its initiative."""
    return [
        paper("submit_unit_plan", "2026-02-14", 2026),
        paper("issue_procedure", "2026-03-02", 2026),
        report("2026-Q1", "2026-03-25"),
        inspection("2026-05-05"),
        inspection("2026-05-06", "department"),
        gathering("record_conference", "2026-05-07"),
        gathering("record_training", "2026-05-08", unit="BV1", participants=20),
        measure("2026-05-11", 33.3, unit="BV1"),
        measure("2026-05-12", 12, unit="percent"),
        initiative(),
        meeting(),
        ballots(),
        recognition(),
        honour(),
    ]
