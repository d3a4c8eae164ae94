"""Conflict of interest: who must keep out of an item, and who of the lead unit may vote on it."""

from typing import Any

import pytest

from tests.spec import Spec
from tests.world import (
    DEPARTMENT_COUNCIL,
    DEPARTMENT_MEMBERS,
    HP_GRASSROOTS,
    HP_SECTOR,
    UNIT_MEMBERS,
    Command,
    command,
    council_of,
    document,
    eve,
    names,
    scores,
    sitting,
    step,
    voting,
)

DAY = "2026-03-02"
WITHOUT_M6 = ["m1", "m2", "m3", "m4", "m5", "m7"]
SEVEN = names(7)


def involved(**who: Any) -> list[Command]:
    """Up to the appraisal session of a task on which a member of the council works."""
    return eve(HP_SECTOR, "appraise.ballots", **who)


def local_council(*local: str, **item: Any) -> list[Command]:
    """The appraisal session of T1 in a council of seven, of whom these are of the lead unit."""
    met = sitting("appraise", DAY, council="HD-X", present=SEVEN, **item)
    return [*eve(HP_SECTOR, "appraise.session"), *council_of(7, "HP36", local), met]


def all_but(*away: str) -> list[str]:
    return [who for who in SEVEN if who not in away]


@pytest.mark.rule("customary.conflict_of_interest", "refuses")
@pytest.mark.parametrize("who", [{"investigator": "m6"}, {"team": ["tm1", "m6"]}])
def test_investigator_and_team_do_not_vote_on_their_task(spec: Spec, who: dict[str, Any]) -> None:
    spec.given(*involved(**who))
    spec.when(voting("appraise", DAY, scores(80, DEPARTMENT_MEMBERS)))

    spec.then_refused("customary.conflict_of_interest")


@pytest.mark.rule("customary.conflict_of_interest", "refuses")
@pytest.mark.parametrize("who", [{"investigator": "m6"}, {"team": ["tm1", "m6"]}])
def test_investigator_and_team_who_are_present_must_recuse_even_without_a_ballot(
    spec: Spec, who: dict[str, Any]
) -> None:
    spec.given(*involved(**who))
    spec.when(voting("appraise", DAY, scores(80, WITHOUT_M6)))

    spec.then_refused("customary.conflict_of_interest")


@pytest.mark.rule("customary.conflict_of_interest", "passes")
@pytest.mark.parametrize("who", [{"investigator": "m6"}, {"team": ["tm1", "m6"]}])
def test_investigator_and_team_who_recuse_pass(spec: Spec, who: dict[str, Any]) -> None:
    spec.given(*involved(**who))
    spec.when(voting("appraise", DAY, scores(80, WITHOUT_M6), recused=["m6"]))

    spec.then_recorded()


@pytest.mark.rule("customary.conflict_of_interest", "passes")
def test_a_team_member_who_is_absent_need_not_recuse(spec: Spec) -> None:
    absent = step(HP_SECTOR, "appraise.session", present=WITHOUT_M6)
    spec.given(*eve(HP_SECTOR, "appraise.session", team=["m6"]), absent)
    spec.when(voting("appraise", DAY, scores(80, WITHOUT_M6)))

    spec.then_recorded()


@pytest.mark.rule("customary.conflict_of_interest", "refuses")
def test_a_recused_member_casts_no_ballot(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.ballots"))
    spec.when(voting("appraise", DAY, scores(80, DEPARTMENT_MEMBERS), recused=["m6"]))

    spec.then_refused("customary.conflict_of_interest")


@pytest.mark.rule("customary.conflict_of_interest", "refuses")
def test_two_members_of_the_lead_unit_do_not_both_vote(spec: Spec) -> None:
    spec.given(*local_council("x6", "x7"))
    spec.when(voting("appraise", DAY, scores(80, SEVEN)))

    spec.then_refused("customary.conflict_of_interest")


@pytest.mark.rule("customary.conflict_of_interest", "passes")
def test_one_member_of_the_lead_unit_votes_where_the_other_recuses(spec: Spec) -> None:
    spec.given(*local_council("x6", "x7"))
    spec.when(voting("appraise", DAY, scores(80, all_but("x7")), recused=["x7"]))

    spec.then_recorded()


@pytest.mark.rule("customary.conflict_of_interest", "refuses")
@pytest.mark.parametrize("who", ["x1", "x2", "x3", "x5"])
def test_chair_vice_chair_reviewer_or_secretary_of_the_lead_unit_does_not_vote(spec: Spec, who: str) -> None:
    spec.given(*local_council(who))
    spec.when(voting("appraise", DAY, scores(80, SEVEN)))

    spec.then_refused("customary.conflict_of_interest")


@pytest.mark.rule("customary.conflict_of_interest", "passes")
def test_a_plain_member_of_the_lead_unit_votes(spec: Spec) -> None:
    spec.given(*local_council("x6"))
    spec.when(voting("appraise", DAY, scores(80, SEVEN)))

    spec.then_recorded()


@pytest.mark.rule("customary.conflict_of_interest", "passes")
@pytest.mark.parametrize("who", ["x1", "x2", "x5"])
def test_chair_vice_chair_or_secretary_of_the_lead_unit_may_recuse(spec: Spec, who: str) -> None:
    spec.given(*local_council(who))
    spec.when(voting("appraise", DAY, scores(80, all_but(who)), recused=[who]))

    spec.then_recorded()


@pytest.mark.rule("customary.conflict_of_interest", "refuses")
def test_a_member_of_the_lead_unit_does_not_vote_as_the_items_reviewer(spec: Spec) -> None:
    spec.given(*local_council("x6", reviewers=["x6", "x7"]))
    spec.when(voting("appraise", DAY, scores(80, SEVEN)))

    spec.then_refused("customary.conflict_of_interest")


@pytest.mark.rule("customary.conflict_of_interest", "passes")
def test_a_reviewer_of_the_council_votes_as_plain_member_where_the_item_names_others(spec: Spec) -> None:
    spec.given(*local_council("x3", reviewers=["x6", "x7"]))
    spec.when(voting("appraise", DAY, scores(80, SEVEN)))

    spec.then_recorded()


@pytest.mark.rule("customary.conflict_of_interest", "passes")
def test_in_the_units_own_council_all_its_members_vote(spec: Spec) -> None:
    spec.given(*eve(HP_GRASSROOTS, "appraise.ballots"))
    spec.when(voting("appraise", DAY, scores(80, UNIT_MEMBERS)))

    spec.then_recorded()


@pytest.mark.rule("customary.conflict_of_interest", "refuses")
def test_in_the_units_own_council_the_team_still_recuses(spec: Spec) -> None:
    spec.given(*eve(HP_GRASSROOTS, "appraise.ballots", team=["b5"]))
    spec.when(voting("appraise", DAY, scores(80, UNIT_MEMBERS)))

    spec.then_refused("customary.conflict_of_interest")


@pytest.mark.rule("customary.quorum", "refuses")
def test_who_left_the_council_before_the_session_casts_no_ballot_whenever_that_is_recorded(spec: Spec) -> None:
    left = {"council": DEPARTMENT_COUNCIL, "out": "m7", "in": {"person": "tm1", "role": "member"}}
    paper = document("31/QĐ-SYT", "2026-02-20")
    change = command("change_council_member", "sec", "2026-02-20", **left, document=paper)
    spec.given(*eve(HP_SECTOR, "appraise.ballots"), change)
    spec.when(voting("appraise", DAY, scores(80, DEPARTMENT_MEMBERS)))

    spec.then_refused("customary.quorum")
