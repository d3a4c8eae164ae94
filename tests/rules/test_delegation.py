"""Delegation: somebody acts in another's role from one day to another, and never beyond what the other may do."""

from typing import Any

import pytest

from tests.rules.actors import all_refused, answers
from tests.spec import Spec
from tests.world import (
    HP_GRASSROOTS,
    HP_SECTOR,
    VP_GRASSROOTS,
    Command,
    before,
    changed,
    command,
    document,
    eve,
    officer_of,
    person,
    step,
    story,
    without,
    world,
)

FIRST, LAST = "2026-03-10", "2026-03-12"
HEAD = person("head", "2026-02-05", "BV1", [{"role": "leader", "unit": "BV1"}])


def delegation(role: str, who: str = "lead", to: str = "m7", **fields: Any) -> Command:
    """The delegation of a role from 10 to 12 March, decided on 10 February by the leader."""
    paper = document("41/QĐ-SYT", "2026-02-10")
    span = {"from": FIRST, "until": LAST, "document": paper}
    usual = {"person": who, "to": to, "role": role, "actor": "lead", "on": "2026-02-10", **span}
    return {"command": "delegate", **usual, **fields}


def approval(actor: str = "m7", on: str = FIRST, workflow: str = HP_SECTOR) -> Command:
    return step(workflow, "approve_task", actor=actor, on=on)


def role(name: str, who: str, to: str, on: str) -> Command:
    return command(name, "admin", on, person=who, role=to)


def both(*roles: str, plan: str = "HP36") -> Command:
    """Somebody who is the officer of BV1 and holds these roles of the Department too."""
    on = {"HP36": "2026-02-05", "VP57": "2025-03-05"}[plan]
    return person("both", on, "BV1", [officer_of("BV1"), *roles])


@pytest.mark.rule("house.role", "passes")
@pytest.mark.parametrize("on", [FIRST, "2026-03-11", LAST])
def test_a_delegate_acts_from_the_first_day_to_the_last(spec: Spec, on: str) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"), delegation("leader"))
    spec.when(approval(on=on))

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
@pytest.mark.parametrize("on", ["2026-03-09", "2026-03-13"])
def test_a_delegate_acts_neither_the_day_before_nor_the_day_after(spec: Spec, on: str) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"), delegation("leader"))
    spec.when(approval(on=on))

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "passes")
def test_a_delegation_of_one_day_holds_on_that_day(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"), delegation("leader", until=FIRST))
    spec.when(approval())

    spec.then_recorded()


@pytest.mark.rule("house.role", "passes")
def test_the_delegator_still_acts(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"), delegation("leader"))
    spec.when(approval(actor="lead"))

    spec.then_recorded()


@pytest.mark.rule("house.role", "passes")
@pytest.mark.parametrize("actor", ["admin", "lead"])
def test_administrator_and_leader_record_a_delegation(spec: Spec, actor: str) -> None:
    spec.given(*world("HP36"))
    spec.when(delegation("secretary", "sec", actor=actor))

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
def test_nobody_else_records_a_delegation(spec: Spec) -> None:
    actors = ("sec", "fin", "aud", "off1", "pi1", "nobody")
    spec.given(*world("HP36"))

    assert answers(spec, delegation("secretary", "sec"), actors) == all_refused(actors)


@pytest.mark.rule("house.role", "refuses")
@pytest.mark.parametrize("fields", [{}, {"unit": "BV1"}])
def test_the_leader_of_a_unit_records_no_delegation(spec: Spec, fields: Command) -> None:
    spec.given(*world("HP36"), HEAD)
    spec.when(delegation("leader", "head", actor="head", **fields))

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "refuses")
@pytest.mark.parametrize(
    ("wanted", "who", "fields"),
    [
        ("leader", "sec", {}),
        ("unit_officer", "off1", {"unit": "BV2"}),
        ("leader", "head", {"unit": "BV2"}),
        ("auditor", "lead", {}),
    ],
)
def test_nobody_delegates_a_role_he_does_not_hold(spec: Spec, wanted: str, who: str, fields: Command) -> None:
    spec.given(*world("HP36"), HEAD)
    spec.when(delegation(wanted, who, **fields))

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "refuses")
def test_a_delegate_hands_the_role_to_nobody(spec: Spec) -> None:
    spec.given(*world("HP36"), delegation("leader"))
    spec.when(delegation("leader", "m7", "m6"))

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "refuses")
def test_a_delegate_loses_the_role_on_the_day_the_delegator_loses_it(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"), delegation("leader"), role("revoke_role", "lead", "leader", LAST))
    spec.when(approval(on=LAST))

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "passes")
def test_a_delegate_holds_the_role_the_day_before_the_delegator_loses_it(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"), delegation("leader"), role("revoke_role", "lead", "leader", LAST))
    spec.when(approval(on="2026-03-11"))

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
def test_the_departments_secretary_delegates_for_one_unit_and_for_no_other_body(spec: Spec) -> None:
    narrow = delegation("secretary", "sec", unit="BV1", **{"from": "2026-03-01"})
    spec.given(*eve(HP_SECTOR, "appraise.session"), narrow)
    spec.when(step(HP_SECTOR, "appraise.session", actor="m7"))

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "passes")
def test_the_departments_secretary_delegates_for_one_unit(spec: Spec) -> None:
    narrow = delegation("secretary", "sec", unit="BV1", **{"from": "2026-03-01"})
    spec.given(*eve(HP_GRASSROOTS, "appraise.session"), narrow)
    spec.when(step(HP_GRASSROOTS, "appraise.session", actor="m7"))

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
@pytest.mark.parametrize("workflow", [HP_SECTOR, "HP36/city"])
def test_the_delegate_of_a_units_leader_approves_no_other_task(spec: Spec, workflow: str) -> None:
    spec.given(*eve(workflow, "approve_task"), HEAD)
    spec.when(delegation("leader", "head"))
    spec.when(approval(workflow=workflow))

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "passes")
def test_the_delegate_of_a_units_leader_approves_its_grassroots_task(spec: Spec) -> None:
    spec.given(*eve(HP_GRASSROOTS, "approve_task"), HEAD, delegation("leader", "head", unit="BV1"))
    spec.when(approval(workflow=HP_GRASSROOTS))

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
def test_a_leaders_delegate_for_one_unit_waives_nothing_before_registration(spec: Spec) -> None:
    spec.given(*world("HP36"), delegation("leader", unit="BV1"))
    fields = {"task": "T1", "rule": "HP36-II.1.b", "step": "register_task", "reason": "Lý do bịa"}
    spec.when(command("waive_rule", "m7", FIRST, document=document("60/QĐ-SYT", FIRST), **fields))

    spec.then_refused("house.role")


@pytest.mark.rule("house.role", "refuses")
def test_a_delegate_does_not_act_in_the_delegators_other_roles(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"), role("grant_role", "lead", "finance", "2026-02-05"))
    spec.given(delegation("leader", until="2026-03-20"))
    spec.when(step(HP_SECTOR, "fund_task", actor="m7"))

    spec.then_refused("house.role")


@pytest.mark.rule("house.separation_of_roles", "refuses")
@pytest.mark.parametrize("to", ["aud", "admin"])
@pytest.mark.parametrize(("wanted", "who"), [("leader", "lead"), ("finance", "fin")])
def test_auditor_and_administrator_act_for_nobody(spec: Spec, wanted: str, who: str, to: str) -> None:
    spec.given(*world("HP36"))
    spec.when(delegation(wanted, who, to))

    spec.then_refused("house.separation_of_roles")


@pytest.mark.rule("house.separation_of_roles", "refuses")
@pytest.mark.parametrize(("wanted", "who"), [("auditor", "aud"), ("admin", "admin")])
def test_nobody_with_a_role_acts_for_auditor_or_administrator(spec: Spec, wanted: str, who: str) -> None:
    spec.given(*world("HP36"))
    spec.when(delegation(wanted, who, "sec"))

    spec.then_refused("house.separation_of_roles")


@pytest.mark.rule("house.separation_of_roles", "passes")
def test_somebody_without_a_role_acts_for_the_auditor(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(delegation("auditor", "aud"))

    spec.then_recorded()


@pytest.mark.rule("house.separation_of_roles", "passes")
def test_who_is_auditor_no_more_on_the_first_day_may_be_a_delegate(spec: Spec) -> None:
    spec.given(*world("HP36"), role("grant_role", "m7", "auditor", "2026-02-05"))
    spec.given(role("revoke_role", "m7", "auditor", FIRST))
    spec.when(delegation("leader"))

    spec.then_recorded()


@pytest.mark.rule("house.separation_of_roles", "refuses")
def test_who_is_auditor_on_the_first_day_may_not_be_a_delegate(spec: Spec) -> None:
    spec.given(*world("HP36"), role("grant_role", "m7", "auditor", "2026-02-05"))
    spec.given(role("revoke_role", "m7", "auditor", "2026-03-11"))
    spec.when(delegation("leader"))

    spec.then_refused("house.separation_of_roles")


@pytest.mark.rule("house.separation_of_roles", "passes")
def test_who_becomes_auditor_the_day_after_the_last_may_be_a_delegate_before(spec: Spec) -> None:
    spec.given(*world("HP36"), role("grant_role", "m7", "auditor", "2026-03-13"))
    spec.when(delegation("leader"))

    spec.then_recorded()


@pytest.mark.rule("house.separation_of_roles", "refuses")
@pytest.mark.parametrize("wanted", ["auditor", "admin"])
@pytest.mark.parametrize("on", ["2026-03-09", LAST])
def test_a_delegate_becomes_neither_auditor_nor_administrator(spec: Spec, wanted: str, on: str) -> None:
    spec.given(*world("HP36"), delegation("leader"))
    spec.when(role("grant_role", "m7", wanted, on))

    spec.then_refused("house.separation_of_roles")


@pytest.mark.rule("house.separation_of_roles", "passes")
def test_a_delegate_may_become_auditor_the_day_after_the_last(spec: Spec) -> None:
    spec.given(*world("HP36"), delegation("leader"))
    spec.when(role("grant_role", "m7", "auditor", "2026-03-13"))

    spec.then_recorded()


@pytest.mark.rule("house.separation_of_roles", "refuses")
def test_the_auditors_delegate_gets_no_role_while_it_lasts(spec: Spec) -> None:
    spec.given(*world("HP36"), delegation("auditor", "aud"))
    spec.when(role("grant_role", "m7", "leader", LAST))

    spec.then_refused("house.separation_of_roles")


@pytest.mark.rule("house.separation_of_roles", "refuses")
def test_the_auditors_delegate_acts_for_nobody_else_on_a_day_of_both(spec: Spec) -> None:
    spec.given(*world("HP36"), delegation("auditor", "aud"))
    spec.when(delegation("leader", until="2026-03-20", **{"from": LAST}))

    spec.then_refused("house.separation_of_roles")


@pytest.mark.rule("house.separation_of_roles", "passes")
def test_the_auditors_delegate_may_act_for_another_the_day_after(spec: Spec) -> None:
    spec.given(*world("HP36"), delegation("auditor", "aud"))
    spec.when(delegation("leader", until="2026-03-20", **{"from": "2026-03-13"}))

    spec.then_recorded()


@pytest.mark.rule("house.four_eyes", "refuses")
def test_who_registered_a_task_does_not_approve_it_for_the_leader(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"), delegation("leader", to="off1"))
    spec.when(approval(actor="off1"))

    spec.then_refused("house.four_eyes")


@pytest.mark.rule("house.four_eyes", "refuses")
def test_who_registered_a_task_does_not_approve_it_by_another(spec: Spec) -> None:
    spec.given(*world("HP36"), both("leader"), *before(HP_SECTOR, "approve_task", actor="both"))
    spec.given(delegation("leader", "both"))
    spec.when(approval())

    spec.then_refused("house.four_eyes")


@pytest.mark.rule("VP57-V.4.b", "refuses")
def test_who_registered_a_vp57_task_does_not_approve_it_by_another(spec: Spec) -> None:
    spec.given(*world("VP57"), both("leader", plan="VP57"), *before(VP_GRASSROOTS, "approve_task", actor="both"))
    spec.given(delegation("leader", "both", **{"from": "2025-05-01", "until": "2025-05-31"}))
    spec.when(step(VP_GRASSROOTS, "approve_task", actor="m7"))

    spec.then_refused("VP57-V.4.b")


@pytest.mark.rule("house.four_eyes", "refuses")
def test_who_had_a_task_registered_by_another_does_not_approve_it(spec: Spec) -> None:
    registering = delegation("unit_officer", "both", unit="BV1", **{"from": "2026-02-10", "until": "2026-02-28"})
    spec.given(*world("HP36"), both("leader"), registering, *before(HP_SECTOR, "approve_task", actor="m7"))
    spec.when(approval(actor="both"))

    spec.then_refused("house.four_eyes")


@pytest.mark.rule("house.four_eyes", "passes")
def test_who_registered_nothing_approves_for_the_leader(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"), delegation("leader", to="off2"))
    spec.when(approval(actor="off2"))

    spec.then_recorded()


@pytest.mark.rule("house.four_eyes", "refuses")
@pytest.mark.parametrize(("who", "to", "actor"), [("fin", "lead", "lead"), ("fin", "off1", "off1")])
def test_who_approved_or_registered_a_task_does_not_close_it_for_another(
    spec: Spec, who: str, to: str, actor: str
) -> None:
    closing = delegation("finance", who, to, **{"from": "2026-10-01", "until": "2026-10-31"})
    spec.given(*eve(HP_SECTOR, "close_task"), closing)
    spec.when(step(HP_SECTOR, "close_task", actor=actor))

    spec.then_refused("house.four_eyes")


@pytest.mark.rule("house.four_eyes", "refuses")
def test_who_approved_a_task_does_not_close_it_by_another(spec: Spec) -> None:
    past = before(HP_SECTOR, "close_task")
    approved = [changed(one, actor="both") if one["command"] == "approve_task" else one for one in past]
    spec.given(*world("HP36"), both("leader", "finance"), *approved)
    spec.given(delegation("finance", "both", **{"from": "2026-10-01", "until": "2026-10-31"}))
    spec.when(step(HP_SECTOR, "close_task", actor="m7"))

    spec.then_refused("house.four_eyes")


@pytest.mark.rule("house.document", "refuses")
def test_a_delegation_without_a_document_is_refused(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(without(delegation("leader"), "document"))

    spec.then_refused("house.document")


@pytest.mark.rule("house.chronology", "refuses")
def test_a_delegation_decided_tomorrow_is_refused(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(delegation("leader", on="2026-11-21"))

    spec.then_refused("house.chronology")


@pytest.mark.parametrize(
    ("field", "value"), [("person", "p9"), ("to", "p9"), ("unit", "BV9")], ids=["person", "to", "unit"]
)
def test_a_delegation_of_or_to_nobody_is_not_found(spec: Spec, field: str, value: str) -> None:
    spec.given(*world("HP36"))
    spec.when(delegation("leader", **{field: value}))

    spec.then_not_found(field)


@pytest.mark.parametrize("field", ["person", "to", "role", "from", "until"])
def test_a_delegation_that_leaves_something_open_is_invalid(spec: Spec, field: str) -> None:
    spec.given(*story(HP_SECTOR, until="registered"))
    spec.when(without(delegation("leader"), field))

    spec.then_invalid(field)
