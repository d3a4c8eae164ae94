"""Council: who must sit in it when it is set up, and after each change."""

from typing import Any

import pytest

from tests.spec import Spec
from tests.world import (
    DEPARTMENT_COUNCIL,
    FIRST_DAY,
    UNIT_COUNCIL,
    Command,
    command,
    council,
    council_of,
    crowd,
    document,
    names,
    seats,
    without,
    world,
)

DAY = FIRST_DAY["HP36"]


def set_up(members: list[dict[str, str]], **fields: Any) -> Command:
    return council("HD-X", DAY, "sector", "HP36", members, **fields)


def seated(*roles: str) -> list[dict[str, str]]:
    return [{"person": f"x{place}", "role": role} for place, role in enumerate(roles, start=1)]


def change(of: str, **fields: Any) -> Command:
    paper = document("30/QĐ-SYT", "2026-02-10")
    return command("change_council_member", "sec", "2026-02-10", **{"council": of, "document": paper, **fields})


@pytest.mark.rule("customary.council_composition", "refuses")
@pytest.mark.parametrize("size", [4, 6, 12, 13])
def test_a_council_too_small_too_large_or_even_is_refused(spec: Spec, size: int) -> None:
    spec.given(*world("HP36"), *crowd(size, DAY))
    spec.when(set_up(seats(names(size))))

    spec.then_refused("customary.council_composition")


@pytest.mark.rule("customary.council_composition", "refuses")
def test_a_council_of_three_is_refused(spec: Spec) -> None:
    spec.given(*world("HP36"), *crowd(3, DAY))
    spec.when(set_up(seated("chair", "secretary", "reviewer")))

    spec.then_refused("customary.council_composition")


@pytest.mark.rule("customary.council_composition", "passes")
@pytest.mark.parametrize("size", [5, 7, 11])
def test_an_odd_council_of_five_to_eleven_passes(spec: Spec, size: int) -> None:
    spec.given(*world("HP36"), *crowd(size, DAY))
    spec.when(set_up(seats(names(size))))

    spec.then_recorded()


@pytest.mark.rule("customary.council_composition", "refuses")
def test_a_council_without_a_chair_is_refused(spec: Spec) -> None:
    spec.given(*world("HP36"), *crowd(5, DAY))
    spec.when(set_up(seated("vice_chair", "reviewer", "reviewer", "secretary", "member")))

    spec.then_refused("customary.council_composition")


@pytest.mark.rule("customary.council_composition", "refuses")
def test_a_council_without_a_secretary_is_refused(spec: Spec) -> None:
    spec.given(*world("HP36"), *crowd(5, DAY))
    spec.when(set_up(seated("chair", "reviewer", "reviewer", "member", "member")))

    spec.then_refused("customary.council_composition")


@pytest.mark.rule("customary.council_composition", "refuses")
def test_a_council_with_one_reviewer_is_refused(spec: Spec) -> None:
    spec.given(*world("HP36"), *crowd(5, DAY))
    spec.when(set_up(seated("chair", "reviewer", "secretary", "member", "member")))

    spec.then_refused("customary.council_composition")


@pytest.mark.rule("customary.council_composition", "passes")
def test_chair_secretary_two_reviewers_and_no_vice_chair_pass(spec: Spec) -> None:
    spec.given(*world("HP36"), *crowd(5, DAY))
    spec.when(set_up(seated("chair", "reviewer", "reviewer", "secretary", "member")))

    spec.then_recorded()


@pytest.mark.rule("customary.council_composition", "refuses")
def test_nobody_sits_in_a_council_twice(spec: Spec) -> None:
    twice = [*seats(names(6)), {"person": "x6", "role": "member"}]
    spec.given(*world("HP36"), *crowd(6, DAY))
    spec.when(set_up(twice))

    spec.then_refused("customary.council_composition")


@pytest.mark.rule("house.document", "refuses")
def test_a_council_without_a_document_is_refused(spec: Spec) -> None:
    spec.given(*world("HP36"), *crowd(5, DAY))
    spec.when(without(set_up(seats(names(5))), "document"))

    spec.then_refused("house.document")


@pytest.mark.rule("house.unique_id", "refuses")
def test_a_council_id_used_before_is_refused(spec: Spec) -> None:
    spec.given(*world("HP36"), *council_of(5, "HP36"))
    spec.when(set_up(seats(names(5)), name="Hội đồng khác"))

    spec.then_refused("house.unique_id")


@pytest.mark.rule("customary.council_composition", "refuses")
@pytest.mark.parametrize("leaver", ["m1", "m3", "m5"])
def test_chair_reviewer_or_secretary_may_not_leave_without_a_successor(spec: Spec, leaver: str) -> None:
    spec.given(*world("HP36"))
    spec.when(change(DEPARTMENT_COUNCIL, out=leaver))

    spec.then_refused("customary.council_composition")


@pytest.mark.rule("customary.council_composition", "passes")
def test_a_chair_may_leave_for_a_new_chair(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(change(DEPARTMENT_COUNCIL, out="m1", **{"in": {"person": "pi2", "role": "chair"}}))

    spec.then_recorded()


@pytest.mark.rule("customary.council_composition", "passes")
def test_a_plain_member_may_leave_an_even_number_behind(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(change(DEPARTMENT_COUNCIL, out="m7"))

    spec.then_recorded()


@pytest.mark.rule("customary.council_composition", "refuses")
def test_a_change_that_leaves_four_members_is_refused(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(change(UNIT_COUNCIL, out="b5"))

    spec.then_refused("customary.council_composition")


@pytest.mark.rule("customary.council_composition", "passes")
def test_a_change_that_leaves_five_members_passes(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(change(UNIT_COUNCIL, out="b5", **{"in": {"person": "tm1", "role": "member"}}))

    spec.then_recorded()


@pytest.mark.rule("customary.council_composition", "refuses")
def test_a_twelfth_member_is_refused(spec: Spec) -> None:
    spec.given(*world("HP36"), *council_of(11, "HP36"))
    spec.when(change("HD-X", **{"in": {"person": "pi2", "role": "member"}}))

    spec.then_refused("customary.council_composition")


@pytest.mark.rule("customary.council_composition", "refuses")
def test_a_member_may_not_be_added_once_more(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(change(DEPARTMENT_COUNCIL, **{"in": {"person": "m6", "role": "reviewer"}}))

    spec.then_refused("customary.council_composition")


@pytest.mark.rule("house.document", "refuses")
def test_a_change_of_members_without_a_document_is_refused(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(without(change(DEPARTMENT_COUNCIL, out="m7"), "document"))

    spec.then_refused("house.document")
