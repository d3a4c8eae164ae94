"""Roles: who may record what, for which unit, on which day; and roles nobody holds together."""

from typing import Any

import pytest

from tests.spec import Spec, shown
from tests.world import (
    FIRST_DAY,
    HP_CITY,
    HP_GRASSROOTS,
    HP_SECTOR,
    UNIT_COUNCIL,
    VP_GRASSROOTS,
    VP_PROVINCIAL,
    Command,
    command,
    document,
    eve,
    line,
    office,
    person,
    seminar,
    step,
    story,
    unit,
    world,
)

DAY = FIRST_DAY["HP36"]
STAFF = {"sec", "lead", "fin", "aud", "off1", "off2", "admin", "pi1", "nobody"}
PAPER = document("70/QĐ-SYT", "2026-05-04")


def decided(name: str) -> Command:
    return command(name, "lead", "2026-05-04", task="T1", document=PAPER, reason="Lý do bịa")


def role(name: str, who: str, on: str, **fields: Any) -> Command:
    return command("grant_role", "admin", on, person=who, role=name, **fields)


def revoked(name: str, who: str, on: str, **fields: Any) -> Command:
    return command("revoke_role", "admin", on, person=who, role=name, **fields)


def of_bv1(name: str, who: str = "local") -> Command:
    return person(who, DAY, "BV1", [{"role": name, "unit": "BV1"}])


WHO_MAY: dict[str, tuple[list[Command], Command, set[str]]] = {
    "add_person": (world("HP36"), person("x1", DAY), {"admin"}),
    "grant_role": (world("HP36"), role("secretary", "m1", DAY), {"admin"}),
    "register_unit": (world("HP36"), unit("BV3", DAY, ["HP36"]), {"admin"}),
    "assign_research_office": (world("HP36"), office("BV1", DAY, "off1"), {"admin", "off1"}),
    "open_budget_line": (world("HP36"), line("L-X", "department", "HP36"), {"fin"}),
    "register_task": (world("HP36"), step(HP_SECTOR, "register_task"), {"off1"}),
    "return_task": (
        story(HP_SECTOR, until="registered"),
        command("return_task", "sec", "2026-02-24", task="T1", reason="Thiếu hồ sơ"),
        {"sec"},
    ),
    "hold_session": (eve(HP_SECTOR, "appraise.session"), step(HP_SECTOR, "appraise.session"), {"sec"}),
    "cast_ballots": (eve(HP_SECTOR, "appraise.ballots"), step(HP_SECTOR, "appraise.ballots"), {"sec"}),
    "appraise_task": (eve(HP_SECTOR, "appraise_task"), step(HP_SECTOR, "appraise_task"), {"sec"}),
    "approve_task": (eve(HP_SECTOR, "approve_task"), step(HP_SECTOR, "approve_task"), {"lead"}),
    "approve_task outside": (eve(HP_CITY, "approve_task"), step(HP_CITY, "approve_task"), {"lead", "sec"}),
    "reject_task": (story(HP_SECTOR, until="appraised"), decided("reject_task"), {"lead"}),
    "fund_task": (eve(HP_SECTOR, "fund_task"), step(HP_SECTOR, "fund_task"), {"fin"}),
    "start_task": (eve(HP_SECTOR, "start_task"), step(HP_SECTOR, "start_task"), {"sec", "off1"}),
    "report_progress": (eve(HP_SECTOR, "report_progress"), step(HP_SECTOR, "report_progress"), {"off1"}),
    "suspend_task": (story(HP_SECTOR, until="in_progress"), decided("suspend_task"), {"lead"}),
    "terminate_task": (story(HP_SECTOR, until="in_progress"), decided("terminate_task"), {"lead"}),
    "disburse": (eve(HP_SECTOR, "disburse"), step(HP_SECTOR, "disburse"), {"fin"}),
    "submit_for_acceptance": (
        eve(HP_SECTOR, "submit_for_acceptance"),
        step(HP_SECTOR, "submit_for_acceptance"),
        {"off1"},
    ),
    "publish_task": (eve(HP_SECTOR, "publish_task"), step(HP_SECTOR, "publish_task"), {"off1"}),
    "return_funds": (eve(HP_SECTOR, "return_funds"), step(HP_SECTOR, "return_funds"), {"fin"}),
    "close_task": (eve(HP_SECTOR, "close_task"), step(HP_SECTOR, "close_task"), {"fin"}),
    "hold_seminar": (eve(VP_GRASSROOTS, "hold_seminar"), seminar("2025-10-10"), {"off1"}),
    "recognise_task": (eve(VP_PROVINCIAL, "recognise_task"), step(VP_PROVINCIAL, "recognise_task"), {"sec"}),
}
FOUR_EYES = {  # these would fail the four-eyes rule as well
    "approve_task": {"off1"},
    "approve_task outside": {"off1"},
    "recognise_task": {"off1"},
    "close_task": {"off1", "lead"},
}
MAY_NOT = [
    (name, actor) for name, (_, _, may) in WHO_MAY.items() for actor in sorted(STAFF - may - FOUR_EYES.get(name, set()))
]
MAY = [(name, actor) for name, (_, _, may) in WHO_MAY.items() for actor in sorted(may)]


@pytest.mark.rule("house.role", "refuses")
@pytest.mark.parametrize(("name", "actor"), MAY_NOT)
def test_an_actor_without_the_role_is_refused(spec: Spec, name: str, actor: str) -> None:
    past, wanted, _ = WHO_MAY[name]
    spec.given(*past)
    spec.when(wanted | {"actor": actor})

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "passes")
@pytest.mark.parametrize(("name", "actor"), MAY)
def test_an_actor_with_the_role_passes(spec: Spec, name: str, actor: str) -> None:
    past, wanted, _ = WHO_MAY[name]
    spec.given(*past)
    spec.when(wanted | {"actor": actor})

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
def test_a_role_does_not_count_before_the_day_it_is_granted(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"), role("leader", "m7", "2026-03-11"))
    spec.when(step(HP_SECTOR, "approve_task", actor="m7", on="2026-03-10"))

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "passes")
def test_a_role_counts_from_the_day_it_is_granted(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"), role("leader", "m7", "2026-03-10"))
    spec.when(step(HP_SECTOR, "approve_task", actor="m7", on="2026-03-10"))

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
def test_a_role_does_not_count_on_the_day_it_is_revoked(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"), revoked("leader", "lead", "2026-03-10"))
    spec.when(step(HP_SECTOR, "approve_task", on="2026-03-10"))

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "passes")
def test_a_role_counts_on_the_day_before_it_is_revoked(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"), revoked("leader", "lead", "2026-03-11"))
    spec.when(step(HP_SECTOR, "approve_task", on="2026-03-10"))

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
def test_only_an_administrator_revokes_a_role(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(revoked("leader", "lead", "2026-03-10") | {"actor": "sec"})

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "passes")
def test_an_administrator_revokes_a_role_held_for_a_unit(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(revoked("unit_officer", "off1", "2026-03-10", unit="BV1"))

    spec.then_recorded()


@pytest.mark.rule("house.role", "passes")
def test_the_secretary_of_the_unit_keeps_the_units_own_council(spec: Spec) -> None:
    spec.given(*eve(HP_GRASSROOTS, "appraise.session"), of_bv1("secretary"))
    spec.when(step(HP_GRASSROOTS, "appraise.session", actor="local"))

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
def test_the_secretary_of_another_unit_does_not_keep_it(spec: Spec) -> None:
    other = person("other", DAY, "BV2", [{"role": "secretary", "unit": "BV2"}])
    spec.given(*eve(HP_GRASSROOTS, "appraise.session"), other)
    spec.when(step(HP_GRASSROOTS, "appraise.session", actor="other", council=UNIT_COUNCIL))

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "refuses")
def test_the_secretary_of_the_unit_does_not_keep_the_departments_council(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"), of_bv1("secretary"))
    spec.when(step(HP_SECTOR, "appraise.session", actor="local"))

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "passes")
def test_the_leader_of_the_unit_approves_its_hp36_grassroots_task(spec: Spec) -> None:
    spec.given(*eve(HP_GRASSROOTS, "approve_task"), of_bv1("leader"))
    spec.when(step(HP_GRASSROOTS, "approve_task", actor="local"))

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
@pytest.mark.parametrize("workflow", [VP_GRASSROOTS, HP_SECTOR, HP_CITY])
def test_the_leader_of_the_unit_approves_no_other_task(spec: Spec, workflow: str) -> None:
    local = of_bv1("leader") | {"on": FIRST_DAY[workflow[:4]]}
    spec.given(*eve(workflow, "approve_task"), local)
    spec.when(step(workflow, "approve_task", actor="local"))

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "refuses")
def test_the_leader_of_another_unit_does_not_approve(spec: Spec) -> None:
    other = person("other", DAY, "BV2", [{"role": "leader", "unit": "BV2"}])
    spec.given(*eve(HP_GRASSROOTS, "approve_task"), other)
    spec.when(step(HP_GRASSROOTS, "approve_task", actor="other"))

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "passes")
def test_the_finance_officer_of_the_unit_allocates_from_the_units_line(spec: Spec) -> None:
    spec.given(*eve(HP_GRASSROOTS, "fund_task"), of_bv1("finance"))
    spec.when(step(HP_GRASSROOTS, "fund_task", actor="local"))

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
def test_the_finance_officer_of_the_unit_does_not_allocate_from_the_departments_line(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"), of_bv1("finance"))
    spec.when(step(HP_SECTOR, "fund_task", actor="local"))

    spec.then_refused("house.role")


def opened(payer: str, **fields: Any) -> Command:
    """A line named for BV1, opened by its own finance officer."""
    return line("LX", payer, "HP36", unit="BV1") | {"actor": "local"} | fields


@pytest.mark.rule("house.role", "passes")
@pytest.mark.parametrize("payer", ["unit", "other"])
def test_the_finance_officer_of_the_unit_opens_its_own_lines(spec: Spec, payer: str) -> None:
    spec.given(*world("HP36"), of_bv1("finance"))
    spec.when(opened(payer)).then_recorded()


@pytest.mark.rule("house.role", "refuses")
@pytest.mark.parametrize("payer", ["department", "province", "city", "ministry", "state"])
def test_the_finance_officer_of_the_unit_opens_no_line_of_anothers_money(spec: Spec, payer: str) -> None:
    spec.given(*world("HP36"), of_bv1("finance"))
    spec.when(opened(payer)).then_refused("house.role")


@pytest.mark.rule("house.role", "refuses")
def test_the_departments_money_stays_the_departments_in_a_line_for_a_unit(spec: Spec) -> None:
    paper = {"amount": 1_000_000_000, "reason": "Bổ sung", "document": document("7/QĐ", "2026-04-01")}
    spec.given(*eve(HP_SECTOR, "fund_task"), of_bv1("finance"), opened("department", actor="fin"))
    spec.when(command("adjust_budget_line", "local", "2026-04-01", line="LX", **paper)).then_refused("house.role")
    spec.when(step(HP_SECTOR, "fund_task", line="LX", actor="local")).then_refused("house.role")

    assert spec.result is not None
    assert "finance (of the Department, not of a unit)" in shown(spec.result)
    spec.when(step(HP_SECTOR, "fund_task", line="LX")).then_recorded()


@pytest.mark.rule("house.role", "passes")
def test_a_bare_unit_officer_role_is_for_the_persons_unit(spec: Spec) -> None:
    spec.given(*world("HP36"), person("local", DAY, "BV1", ["unit_officer"]))
    spec.when(step(HP_SECTOR, "register_task", actor="local"))

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
def test_a_bare_unit_officer_role_is_for_no_other_unit(spec: Spec) -> None:
    spec.given(*world("HP36"), person("local", DAY, "BV2", ["unit_officer"]))
    spec.when(step(HP_SECTOR, "register_task", actor="local"))

    spec.then_refused("house.role")


@pytest.mark.rule("house.separation_of_roles", "refuses")
@pytest.mark.parametrize("held", ["auditor", "admin"])
@pytest.mark.parametrize("other", ["leader", "secretary", "finance"])
def test_an_auditor_or_administrator_gets_no_other_role(spec: Spec, held: str, other: str) -> None:
    spec.given(*world("HP36"), person("x1", DAY, roles=[held]))
    spec.when(role(other, "x1", "2026-02-06"))

    spec.then_refused("house.separation_of_roles")


@pytest.mark.rule("house.separation_of_roles", "refuses")
@pytest.mark.parametrize("wanted", ["auditor", "admin"])
@pytest.mark.parametrize("holder", ["lead", "sec", "fin", "off1"])
def test_who_holds_another_role_becomes_neither_auditor_nor_administrator(spec: Spec, holder: str, wanted: str) -> None:
    spec.given(*world("HP36"))
    spec.when(role(wanted, holder, "2026-02-06"))

    spec.then_refused("house.separation_of_roles")


@pytest.mark.rule("house.separation_of_roles", "refuses")
@pytest.mark.parametrize("roles", [["auditor", "leader"], ["admin", "secretary"], ["auditor", "admin"]])
def test_nobody_enters_with_roles_that_may_not_be_held_together(spec: Spec, roles: list[str]) -> None:
    spec.given(*world("HP36"))
    spec.when(person("x1", DAY, roles=roles))

    spec.then_refused("house.separation_of_roles")


@pytest.mark.rule("house.separation_of_roles", "passes")
def test_other_roles_may_be_held_together(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(person("x1", DAY, roles=["leader", "secretary", "finance"]))

    spec.then_recorded()


@pytest.mark.rule("house.separation_of_roles", "passes")
def test_who_gave_up_every_other_role_may_become_auditor(spec: Spec) -> None:
    spec.given(*world("HP36"), revoked("secretary", "sec", "2026-03-02"))
    spec.when(role("auditor", "sec", "2026-03-02"))

    spec.then_recorded()


@pytest.mark.rule("house.separation_of_roles", "refuses")
def test_a_role_given_up_later_still_stands_in_the_way(spec: Spec) -> None:
    spec.given(*world("HP36"), revoked("secretary", "sec", "2026-03-02"))
    spec.when(role("auditor", "sec", "2026-03-01"))

    spec.then_refused("house.separation_of_roles")


@pytest.mark.rule("house.unique_id", "refuses")
def test_a_person_id_used_before_is_refused(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(person("pi1", DAY, "BV1") | {"name": "Người Bịa khác"})

    spec.then_refused("house.unique_id")


@pytest.mark.parametrize("actor", ["admin", "pi1", "nobody"])
def test_a_role_that_is_not_held_cannot_be_revoked_whoever_asks(spec: Spec, actor: str) -> None:
    spec.given(*world("HP36"))
    spec.when(command("revoke_role", actor, "2026-03-01", person="sec", role="leader"))

    spec.then_not_found("role")


@pytest.mark.parametrize("actor", ["admin", "pi1", "nobody"])
def test_a_unit_officer_of_no_unit_is_invalid_whoever_asks(spec: Spec, actor: str) -> None:
    spec.given(*world("HP36"))
    spec.when({**role("unit_officer", "lead", "2026-03-01"), "actor": actor})

    spec.then_invalid("unit")
