"""Councils and initiatives: which council recognises one, who must keep out of it, how many votes it takes."""

import pytest

from tests.spec import Spec
from tests.unityears import ballots, meeting, recognition, registered, voted
from tests.world import (
    DEPARTMENT_COUNCIL,
    FIRST_DAY,
    MEMBERS,
    UNIT_COUNCIL,
    council,
    council_of,
    crowd,
    names,
    seats,
    votes,
    world,
)

SEVEN = names(7)


@pytest.mark.rule("house.right_council", "passes")
@pytest.mark.parametrize("body", [DEPARTMENT_COUNCIL, UNIT_COUNCIL])
def test_a_council_of_the_unit_or_of_the_department_recognises(spec: Spec, body: str) -> None:
    spec.given(*registered(), meeting(body), ballots(len(MEMBERS[body]), body))
    spec.when(recognition())

    spec.then_recorded()


@pytest.mark.rule("house.right_council", "refuses")
def test_a_council_of_another_unit_does_not(spec: Spec) -> None:
    on = FIRST_DAY["HP36"]
    other = council("HD-X", on, "science", "HP36", seats(names(5)), unit="BV2")
    spec.given(*registered(), *crowd(5, on), other)
    spec.when(meeting("HD-X", present=names(5)))

    spec.then_refused("house.right_council")


@pytest.mark.rule("house.right_council", "refuses")
def test_a_council_of_another_plan_does_not(spec: Spec) -> None:
    on = FIRST_DAY["HP36"]
    spec.given(*registered(), *crowd(5, on), council("HD-X", on, "sector", "VP57", seats(names(5))))
    spec.when(meeting("HD-X", present=names(5)))

    spec.then_refused("house.right_council")


@pytest.mark.rule("house.right_council", "refuses")
@pytest.mark.parametrize("purpose", ["select", "appraise", "accept"])
def test_an_initiative_is_there_to_be_recognised(spec: Spec, purpose: str) -> None:
    spec.given(*registered())
    spec.when(meeting(items=[{"initiative": "S1", "purpose": purpose}]))

    spec.then_refused("house.right_council")


def test_an_item_is_a_task_or_an_initiative(spec: Spec) -> None:
    spec.given(*registered())
    spec.when(meeting(items=[{"initiative": "S1", "task": "T1", "purpose": "recognise"}]))

    spec.then_invalid("items")


def test_an_item_names_an_initiative_on_record(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(meeting())

    spec.then_not_found("items")


@pytest.mark.rule("customary.conflict_of_interest", "refuses")
def test_authors_who_are_present_recuse(spec: Spec) -> None:
    spec.given(*registered(authors=[{"person": "m6", "share": 100}]), meeting())
    spec.when(ballots(ballots=votes("yes", ["m1", "m2", "m3", "m4", "m5", "m7"])))

    spec.then_refused("customary.conflict_of_interest")


@pytest.mark.rule("customary.conflict_of_interest", "passes")
def test_authors_who_recuse_are_out_of_it(spec: Spec) -> None:
    spec.given(*registered(authors=[{"person": "m6", "share": 100}]), meeting())
    spec.when(ballots(ballots=votes("yes", ["m1", "m2", "m3", "m4", "m5", "m7"]), recused=["m6"]))

    spec.then_recorded()


@pytest.mark.rule("customary.conflict_of_interest", "refuses")
def test_in_the_units_own_council_authors_recuse_too(spec: Spec) -> None:
    spec.given(*registered(authors=[{"person": "b5", "share": 100}]), meeting(UNIT_COUNCIL))
    spec.when(ballots(5, UNIT_COUNCIL))

    spec.then_refused("customary.conflict_of_interest")


@pytest.mark.rule("customary.conflict_of_interest", "refuses")
@pytest.mark.parametrize("local", [("x6", "x7"), ("x1",), ("x2",), ("x3",), ("x5",)], ids=str)
def test_in_the_departments_council_few_of_the_unit_vote_in_no_leading_seat(spec: Spec, local: tuple[str, ...]) -> None:
    spec.given(*registered(), *council_of(7, "HP36", local), meeting("HD-X", present=SEVEN))
    spec.when(ballots(ballots=votes("yes", SEVEN)))

    spec.then_refused("customary.conflict_of_interest")


@pytest.mark.rule("customary.conflict_of_interest", "passes")
def test_one_plain_member_of_the_unit_votes(spec: Spec) -> None:
    spec.given(*registered(), *council_of(7, "HP36", ("x6",)), meeting("HD-X", present=SEVEN))
    spec.when(ballots(ballots=votes("yes", SEVEN)))

    spec.then_recorded()


@pytest.mark.rule("customary.majority", "refuses")
@pytest.mark.parametrize("yes", [0, 5])
def test_without_more_than_three_quarters_it_is_not_recognised(spec: Spec, yes: int) -> None:
    spec.given(*voted(yes))
    spec.when(recognition())

    spec.then_refused("customary.majority")


@pytest.mark.rule("customary.majority", "passes")
def test_with_more_than_three_quarters_it_is(spec: Spec) -> None:
    spec.given(*voted(6))
    spec.when(recognition())

    spec.then_recorded()
