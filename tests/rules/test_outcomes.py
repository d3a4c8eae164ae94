"""Outcomes: duplicate, invalid, not found, refused, in this order; and every rule that fails is named."""

from typing import Any

import pytest

from tests.spec import Spec
from tests.world import (
    HP_CITY,
    HP_SECTOR,
    VP_GRASSROOTS,
    Command,
    command,
    deciding,
    document,
    eve,
    new_unit,
    person,
    scores,
    sitting,
    step,
    story,
    voting,
    without,
    world,
)

REGISTRATION = step(HP_SECTOR, "register_task")


def registration(**changes: Any) -> Command:
    return REGISTRATION | changes


def test_the_same_command_under_the_same_id_is_a_duplicate(spec: Spec) -> None:
    spec.given(*world("HP36"), registration(command_id="c-1"))
    spec.when(registration(command_id="c-1"))

    spec.then_duplicate()


def test_a_duplicate_changes_nothing(spec: Spec) -> None:
    spec.given(*world("HP36"), registration(command_id="c-1"))
    spec.when(registration(command_id="c-1"))

    assert spec.task("T1")["version"] == 1


def test_other_content_under_the_same_id_is_invalid(spec: Spec) -> None:
    spec.given(*world("HP36"), registration(command_id="c-1"))
    spec.when(registration(command_id="c-1", task="T2"))

    spec.then_invalid("command_id")


def test_the_same_command_without_an_id_is_judged_again(spec: Spec) -> None:
    spec.given(*world("HP36"), registration())
    spec.when(registration())

    spec.then_refused("house.unique_id")


def test_a_duplicate_is_a_duplicate_though_it_would_now_be_refused(spec: Spec) -> None:
    approval = step(HP_SECTOR, "approve_task", command_id="c-1")
    spec.given(*eve(HP_SECTOR, "approve_task"), approval, step(HP_SECTOR, "fund_task"))
    spec.when(approval)

    spec.then_duplicate()


def test_a_refused_command_does_not_use_up_its_id(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(registration(command_id="c-1", actor="sec"))
    spec.then_refused("house.role")
    spec.when(registration(command_id="c-1"))

    spec.then_recorded()


def test_an_invalid_command_does_not_use_up_its_id(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(without(registration(command_id="c-1"), "title"))
    spec.then_invalid("title")
    spec.when(registration(command_id="c-1"))

    spec.then_recorded()


def test_invalid_comes_before_not_found(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="approved"))
    spec.when(step(HP_SECTOR, "fund_task", task="T9", amount=-1))

    spec.then_invalid("amount")


def test_not_found_comes_before_refused(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="registered"))
    spec.when(step(HP_SECTOR, "fund_task", line="L-none", actor="sec"))

    spec.then_not_found("line")


def test_everything_that_is_not_found_is_named(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(step(HP_SECTOR, "fund_task", task="T9", line="L-none"))

    spec.then_not_found("task", "line")


MISSING = [
    (step(HP_SECTOR, "approve_task", task="T9"), "task"),
    (step(HP_SECTOR, "fund_task", line="L-none"), "line"),
    (registration(task="T2", lead_unit="BV9"), "lead_unit"),
    (registration(task="T2", investigator="p9"), "investigator"),
    (registration(task="T2", team=["tm1", "p9"]), "team"),
    (step(HP_SECTOR, "appraise.session", council="HD-9"), "council"),
    (step(HP_SECTOR, "appraise.ballots", session="P9"), "session"),
    (deciding("appraise", "2026-03-02", session="P9"), "session"),
    (command("grant_role", "admin", "2026-02-06", person="p9", role="secretary"), "person"),
    (command("grant_role", "admin", "2026-02-06", person="m1", role="secretary", unit="BV9"), "unit"),
    (person("x1", "2026-02-06", "BV9"), "unit"),
]


@pytest.mark.parametrize(("wanted", "field"), MISSING, ids=lambda value: str(value)[:30])
def test_something_that_does_not_exist_is_not_found(spec: Spec, wanted: Command, field: str) -> None:
    spec.given(*story(HP_SECTOR, until="registered"))
    spec.when(wanted)

    spec.then_not_found(field)


def test_an_unknown_actor_is_refused_and_not_missing(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(registration(actor="nobody"))

    spec.then_refused("house.role")


@pytest.mark.parametrize(
    "field", ["task", "plan", "year", "title", "lead_unit", "investigator", "start", "end", "estimate"]
)
def test_a_missing_field_is_invalid(spec: Spec, field: str) -> None:
    spec.given(*world("HP36"))
    spec.when(without(registration(), field))

    spec.then_invalid(field)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("colour", "đỏ"),
        ("task", "T 1"),
        ("task", ""),
        ("task", "T" * 65),
        ("task", "T#1"),
        ("task", 7),
        ("year", "hai nghìn"),
        ("title", 12),
        ("title", "x" * 10_001),
        ("summary", "x" * 10_001),
        ("start", "2026-02-30"),
        ("end", "31/03/2027"),
        ("on", "2026-13-01"),
        ("team", "tm1"),
        ("human_subjects", "có lẽ"),
        ("estimate", [{"content": "Vật tư", "amount": -1}]),
        ("estimate", [{"content": "Vật tư", "amount": 10.5}]),
        ("estimate", [{"content": "Vật tư"}]),
        ("estimate", [{"content": "Vật tư", "amount": 1, "colour": "đỏ"}]),
        ("estimate", "100"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_field_of_the_wrong_shape_is_invalid(spec: Spec, field: str, value: object) -> None:
    spec.given(*world("HP36"))
    spec.when(registration(**{field: value}))

    spec.then_invalid(field)


@pytest.mark.parametrize("task", ["T" * 64, "ĐT/2026-01.a_b", "đềtài", "7"])
def test_an_id_of_up_to_64_letters_digits_and_marks_passes(spec: Spec, task: str) -> None:
    spec.given(*world("HP36"))
    spec.when(registration(task=task))

    spec.then_recorded()


def test_a_text_of_10_000_characters_passes(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(registration(summary="x" * 10_000))

    spec.then_recorded()


@pytest.mark.parametrize(
    ("key", "field", "value"),
    [
        ("approve_task", "amount", -1),
        ("approve_task", "amount", "nhiều"),
        ("fund_task", "amount", -1),
        ("report_progress", "percent", 101),
        ("report_progress", "percent", -1),
        ("disburse", "amount", -1),
        ("disburse", "voucher", " "),
        ("publish_task", "parts", "title"),
    ],
)
def test_a_value_out_of_its_range_is_invalid(spec: Spec, key: str, field: str, value: object) -> None:
    spec.given(*eve(HP_SECTOR, key))
    spec.when(step(HP_SECTOR, key, **{field: value}))

    spec.then_invalid(field)


@pytest.mark.parametrize("percent", [0, 100])
def test_a_percentage_from_nothing_to_all_passes(spec: Spec, percent: int) -> None:
    spec.given(*eve(HP_SECTOR, "report_progress"))
    spec.when(step(HP_SECTOR, "report_progress", percent=percent))

    spec.then_recorded()


def test_every_invalid_field_is_named(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(without(registration(colour="đỏ", start="2026-02-30"), "title"))

    spec.then_invalid("colour", "start", "title")


def test_an_unknown_command_is_invalid(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(command("bless_task", "lead", "2026-03-02", task="T1"))

    spec.then_invalid("command")


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (command("grant_role", "admin", "2026-02-06", person="m1", role="emperor"), "role"),
        (person("x1", "2026-02-06", roles=["emperor"]), "roles"),
        (command("add_person", "admin", "2026-02-06", person="x1"), "name"),
    ],
)
def test_a_person_or_role_of_the_wrong_shape_is_invalid(spec: Spec, wanted: Command, field: str) -> None:
    spec.given(*world("HP36"))
    spec.when(wanted)

    spec.then_invalid(field)


def test_a_registration_names_every_rule_that_fails(spec: Spec) -> None:
    spec.given(*world("HP36"), *new_unit("BV3", "2026-02-05", ["HP36"]))
    wrong = {"level": "provincial", "end": "2026-04-01", "estimate": [{"content": "Vật tư", "amount": 0}]}
    spec.when(registration(lead_unit="BV3", **wrong))

    spec.then_refused("HP36-II.2.b", "HP36-II.1.b", "house.dates", "house.estimate", "house.role")


def test_the_day_before_the_unit_exists_neither_unit_nor_role_is_in_force(spec: Spec) -> None:
    people = {"actor": "off-BV3", "lead_unit": "BV3", "investigator": "pi-BV3", "team": []}
    spec.given(*world("VP57"), *new_unit("BV3", "2025-03-21", ["VP57"]))
    spec.when(step(VP_GRASSROOTS, "register_task", **people, on="2025-03-20"))

    spec.then_refused("house.in_force", "house.role")


def test_an_approval_names_every_rule_that_fails(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"))
    wrong = {"amount": 100_000_001, "estimate": [{"content": "Vật tư", "amount": 1}], "on": "2026-03-01"}
    spec.when(without(step(HP_SECTOR, "approve_task", actor="fin", **wrong), "document"))

    spec.then_refused(
        "house.approved_within_estimate", "house.chronology", "house.document", "house.estimate", "house.role"
    )


def test_an_allocation_names_every_rule_that_fails(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "fund_task"))
    spec.when(step(HP_SECTOR, "fund_task", line="L-unit", amount=600_000_000, actor="lead"))

    spec.then_refused("house.payer", "HP36-II.6.a", "house.within_approved_sum", "house.role")


def test_a_publication_names_the_order_beside_the_page(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="submitted"))
    spec.when(step(HP_SECTOR, "publish_task", url="https://bv2.example.vn/x", parts=["title"]))

    spec.then_refused("house.order_of_steps", "house.publication")


def test_an_early_submission_names_the_order_beside_the_missing_report(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="funded"))
    spec.when(step(HP_SECTOR, "submit_for_acceptance"))

    spec.then_refused("house.order_of_steps", "house.progress_report")


def test_a_session_names_every_rule_that_fails(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="registered"))
    spec.when(sitting("appraise", "2026-01-31", council="HD-BV1", present=["b1"], actor="fin"))

    spec.then_refused("HP36-III.1.1.c", "customary.quorum", "house.in_force", "house.role")


def test_a_step_on_the_session_of_another_task_that_no_council_decides_names_both_rules(spec: Spec) -> None:
    spec.given(*eve(HP_CITY, "appraise_task"), step(HP_SECTOR, "register_task", task="T2"))
    spec.given(sitting("appraise", "2026-03-02", task="T2"))
    spec.given(voting("appraise", "2026-03-02", scores(80, ["m1", "m2", "m3", "m4", "m5"]), task="T2"))
    spec.when(deciding("appraise", "2026-03-02", session="T2-appraise"))

    spec.then_refused("house.order_of_steps", "house.right_council")


def test_the_cure_of_a_refusal_is_recording_what_is_missing(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "approve_task"))
    spec.when(step(HP_SECTOR, "approve_task", document={"number": "88/QĐ", "date": "2026-03-10"}))
    spec.then_refused("house.document")
    spec.when(step(HP_SECTOR, "approve_task", document=document("88/QĐ", "2026-03-10")))

    spec.then_recorded()
