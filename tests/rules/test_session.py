"""Session: who must be present, counted again for each item, and a council in force on the day."""

from typing import Any

import pytest

from tests.spec import Spec
from tests.world import (
    DEPARTMENT_MEMBERS,
    HP_SECTOR,
    Command,
    before,
    command,
    council_of,
    document,
    eve,
    names,
    scores,
    seats,
    sitting,
    step,
    voting,
    without,
    world,
)

DAY = "2026-03-02"


def meeting(present: list[str], **fields: Any) -> Command:
    return step(HP_SECTOR, "appraise.session", present=present, **fields)


def with_reviewers(reviewers: list[str], present: list[str]) -> Command:
    return sitting("appraise", DAY, present=present, reviewers=reviewers)


@pytest.mark.rule("customary.quorum", "refuses")
def test_four_of_seven_members_are_no_quorum(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"))
    spec.when(meeting(["m1", "m3", "m4", "m5"]))

    spec.then_refused("customary.quorum")


@pytest.mark.rule("customary.quorum", "passes")
def test_five_of_seven_members_are_a_quorum(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"))
    spec.when(meeting(["m1", "m3", "m4", "m5", "m6"]))

    spec.then_recorded()


@pytest.mark.rule("customary.quorum", "refuses")
def test_five_of_nine_members_are_no_quorum(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"), *council_of(9, "HP36"))
    spec.when(meeting(names(5), council="HD-X"))

    spec.then_refused("customary.quorum")


@pytest.mark.rule("customary.quorum", "passes")
def test_exactly_two_thirds_of_the_members_are_a_quorum(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"), *council_of(9, "HP36"))
    spec.when(meeting(names(6), council="HD-X"))

    spec.then_recorded()


@pytest.mark.rule("customary.quorum", "refuses")
def test_a_session_without_chair_and_vice_chair_is_refused(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"))
    spec.when(meeting(["m3", "m4", "m5", "m6", "m7"]))

    spec.then_refused("customary.quorum")


@pytest.mark.rule("customary.quorum", "passes")
def test_the_vice_chair_alone_may_lead_a_session(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"))
    spec.when(meeting(["m2", "m3", "m4", "m5", "m6"]))

    spec.then_recorded()


@pytest.mark.rule("customary.quorum", "refuses")
def test_a_session_without_one_of_the_reviewers_is_refused(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"))
    spec.when(meeting(["m1", "m2", "m4", "m5", "m6", "m7"]))

    spec.then_refused("customary.quorum")


@pytest.mark.rule("customary.quorum", "refuses")
def test_somebody_who_is_no_member_may_not_be_listed_as_present(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"))
    spec.when(meeting([*DEPARTMENT_MEMBERS, "pi2"]))

    spec.then_refused("customary.quorum")


@pytest.mark.rule("customary.quorum", "passes")
def test_somebody_who_is_no_member_may_be_a_guest(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"))
    spec.when(meeting([*DEPARTMENT_MEMBERS], guests=["Khách Mời Bịa"]))

    spec.then_recorded()


@pytest.mark.rule("customary.quorum", "refuses")
def test_opinions_of_absent_members_do_not_make_a_quorum(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"))
    spec.when(meeting(["m1", "m3", "m4", "m5"], absent_opinions=[{"person": "m6", "text": "Đồng ý"}]))

    spec.then_refused("customary.quorum")


@pytest.mark.rule("customary.quorum", "passes")
def test_opinions_of_absent_members_are_kept(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"))
    spec.when(meeting(["m1", "m3", "m4", "m5", "m6"], absent_opinions=[{"person": "m7", "text": "Đồng ý"}]))

    spec.then_recorded()


@pytest.mark.rule("customary.quorum", "passes")
def test_reviewers_named_for_the_item_stand_in_for_those_of_the_council(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"))
    spec.when(with_reviewers(["m6", "m7"], present=["m1", "m2", "m5", "m6", "m7"]))

    spec.then_recorded()


@pytest.mark.rule("customary.quorum", "refuses")
def test_a_reviewer_named_for_the_item_must_be_present(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"))
    spec.when(with_reviewers(["m6", "m7"], present=["m1", "m2", "m3", "m4", "m5", "m6"]))

    spec.then_refused("customary.quorum")


@pytest.mark.rule("customary.quorum", "refuses")
def test_a_reviewer_named_for_the_item_must_be_a_member(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"))
    spec.when(with_reviewers(["m6", "pi2"], present=[*DEPARTMENT_MEMBERS]))

    spec.then_refused("customary.quorum")


@pytest.mark.rule("customary.quorum", "refuses")
def test_an_empty_list_of_reviewers_means_those_of_the_council(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"))
    spec.when(with_reviewers([], present=["m1", "m2", "m5", "m6", "m7"]))

    spec.then_refused("customary.quorum")


@pytest.mark.rule("customary.quorum", "refuses")
@pytest.mark.parametrize("stranger", ["m7", "pi2"])
def test_a_ballot_of_somebody_not_present_is_refused(spec: Spec, stranger: str) -> None:
    present = ["m1", "m2", "m3", "m4", "m5", "m6"]
    spec.given(*eve(HP_SECTOR, "appraise.session"), meeting(present))
    spec.when(voting("appraise", DAY, scores(80, [*present, stranger])))

    spec.then_refused("customary.quorum")


@pytest.mark.rule("customary.quorum", "refuses")
def test_two_ballots_of_one_member_are_refused(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.ballots"))
    spec.when(voting("appraise", DAY, scores(80, [*DEPARTMENT_MEMBERS, "m7"])))

    spec.then_refused("customary.quorum")


@pytest.mark.rule("customary.quorum", "passes")
def test_a_member_present_may_cast_no_ballot(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.ballots"))
    spec.when(voting("appraise", DAY, scores(80, DEPARTMENT_MEMBERS[:6])))

    spec.then_recorded()


@pytest.mark.rule("customary.quorum", "refuses")
def test_the_quorum_is_taken_again_without_the_recused(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"), meeting(["m1", "m3", "m4", "m5", "m6"]))
    spec.when(voting("appraise", DAY, scores(80, ["m1", "m3", "m4", "m5"]), recused=["m6"]))

    spec.then_refused("customary.quorum")


@pytest.mark.rule("customary.quorum", "passes")
def test_five_of_seven_left_after_a_recusal_are_a_quorum(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"), meeting(["m1", "m3", "m4", "m5", "m6", "m7"]))
    spec.when(voting("appraise", DAY, scores(80, ["m1", "m3", "m4", "m5", "m7"]), recused=["m6"]))

    spec.then_recorded()


@pytest.mark.rule("customary.quorum", "refuses")
def test_a_recused_chair_without_vice_chair_present_breaks_the_quorum(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"), meeting(["m1", "m3", "m4", "m5", "m6", "m7"]))
    spec.when(voting("appraise", DAY, scores(80, ["m3", "m4", "m5", "m6", "m7"]), recused=["m1"]))

    spec.then_refused("customary.quorum")


@pytest.mark.rule("customary.quorum", "passes")
def test_a_recused_chair_leaves_the_item_to_the_vice_chair(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.ballots"))
    spec.when(voting("appraise", DAY, scores(80, DEPARTMENT_MEMBERS[1:]), recused=["m1"]))

    spec.then_recorded()


@pytest.mark.rule("customary.quorum", "refuses")
def test_a_recused_reviewer_breaks_the_quorum(spec: Spec) -> None:
    others = ["m1", "m2", "m4", "m5", "m6", "m7"]
    spec.given(*eve(HP_SECTOR, "appraise.ballots"))
    spec.when(voting("appraise", DAY, scores(80, others), recused=["m3"]))

    spec.then_refused("customary.quorum")


@pytest.mark.rule("customary.quorum", "passes")
def test_a_reviewer_of_the_council_may_recuse_where_the_item_names_its_own(spec: Spec) -> None:
    others = ["m1", "m2", "m4", "m5", "m6", "m7"]
    spec.given(*eve(HP_SECTOR, "appraise.session"), with_reviewers(["m6", "m7"], present=[*DEPARTMENT_MEMBERS]))
    spec.when(voting("appraise", DAY, scores(80, others), recused=["m3"]))

    spec.then_recorded()


@pytest.mark.rule("customary.quorum", "refuses")
def test_a_member_who_left_the_council_may_not_be_listed_as_present(spec: Spec) -> None:
    paper = document("30/QĐ-SYT", "2026-02-10")
    spec.given(*eve(HP_SECTOR, "appraise.session"))
    spec.given(
        command("change_council_member", "sec", "2026-02-10", council="HD-NGANH", out="m7", document=paper),
    )
    spec.when(meeting([*DEPARTMENT_MEMBERS]))

    spec.then_refused("customary.quorum")


@pytest.mark.rule("house.in_force", "refuses")
@pytest.mark.parametrize(("since", "until"), [("2026-03-03", "2026-12-31"), ("2026-02-05", "2026-03-01")])
def test_a_council_not_in_force_on_the_day_is_refused(spec: Spec, since: str, until: str) -> None:
    span = {"in_force_from": since, "in_force_until": until}
    spec.given(*eve(HP_SECTOR, "appraise.session"), *council_of(5, "HP36", **span))
    spec.when(meeting(names(5), council="HD-X"))

    spec.then_refused("house.in_force")


@pytest.mark.rule("house.in_force", "passes")
@pytest.mark.parametrize(("since", "until"), [("2026-03-02", "2026-12-31"), ("2026-02-05", "2026-03-02")])
def test_a_council_passes_on_the_first_and_the_last_day_it_is_in_force(spec: Spec, since: str, until: str) -> None:
    span = {"in_force_from": since, "in_force_until": until}
    spec.given(*eve(HP_SECTOR, "appraise.session"), *council_of(5, "HP36", **span))
    spec.when(meeting(names(5), council="HD-X"))

    spec.then_recorded()


@pytest.mark.rule("house.unique_id", "refuses")
def test_a_session_id_used_before_is_refused(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.ballots"))
    spec.when(meeting([*DEPARTMENT_MEMBERS], guests=["Khách Mời Bịa"]))

    spec.then_refused("house.unique_id")


@pytest.mark.rule("house.document", "refuses")
def test_a_session_without_minutes_is_refused(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"))
    spec.when(without(step(HP_SECTOR, "appraise.session"), "minutes"))

    spec.then_refused("house.document")


@pytest.mark.rule("customary.quorum", "passes")
def test_two_items_of_one_session_are_voted_on_apart(spec: Spec) -> None:
    items = [{"task": "T1", "purpose": "appraise"}, {"task": "T2", "purpose": "appraise"}]
    spec.given(*world("HP36"), *before(HP_SECTOR, "appraise.session"), *before(HP_SECTOR, "appraise.session", "T2"))
    spec.given(sitting("appraise", DAY, items=items))
    spec.given(voting("appraise", DAY, scores(80, DEPARTMENT_MEMBERS[:6]), recused=["m7"]))
    spec.when(voting("appraise", DAY, scores(80, DEPARTMENT_MEMBERS), task="T2", session="T1-appraise"))

    spec.then_recorded()


@pytest.mark.rule("customary.quorum", "passes")
def test_a_council_with_a_chair_and_no_vice_chair_meets_with_its_chair(spec: Spec) -> None:
    chaired = [{**seat, "role": "member"} if seat["role"] == "vice_chair" else seat for seat in seats(names(5))]
    spec.given(*eve(HP_SECTOR, "appraise.session"), *council_of(5, "HP36", members=chaired))
    spec.when(meeting(names(4), council="HD-X"))

    spec.then_recorded()
