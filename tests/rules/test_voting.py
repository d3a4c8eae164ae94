"""Voting: what the ballots decide; the engine counts, nobody types a result in."""

from typing import Any

import pytest

from tests.spec import Spec
from tests.world import (
    DEPARTMENT_MEMBERS,
    HP_GRASSROOTS,
    HP_SECTOR,
    VP_GRASSROOTS,
    VP_PROVINCIAL,
    Command,
    council_of,
    deciding,
    eve,
    names,
    scores,
    sitting,
    step,
    votes,
    voting,
)

MOTIONS = [("select", VP_PROVINCIAL, "2025-04-05"), ("recognise", VP_GRASSROOTS, "2026-04-10")]
FIVE = names(5)
SEVEN = DEPARTMENT_MEMBERS


def motion(purpose: str, workflow: str, on: str, ballots: list[Command], present: list[str]) -> list[Command]:
    """A sector council of five votes on T1."""
    met = sitting(purpose, on, council="HD-X", present=present)
    return [*eve(workflow, f"{purpose}.session"), *council_of(5, "VP57"), met, voting(purpose, on, ballots)]


def accepted_by(*ballots: list[Command], present: tuple[str, ...]) -> list[Command]:
    met = sitting("accept", "2026-09-21", present=[*present])
    cast = [each for group in ballots for each in group]
    return [
        *eve(HP_SECTOR, "accept.session"),
        met,
        voting("accept", "2026-09-21", cast),
        deciding("accept", "2026-09-21"),
    ]


def appraised_by(ballots: list[Command]) -> list[Command]:
    return [
        *eve(HP_SECTOR, "appraise.ballots"),
        voting("appraise", "2026-03-02", ballots),
        deciding("appraise", "2026-03-02"),
    ]


@pytest.mark.rule("customary.majority", "refuses")
@pytest.mark.parametrize(("purpose", "workflow", "on"), MOTIONS)
def test_exactly_three_quarters_in_favour_do_not_carry_it(spec: Spec, purpose: str, workflow: str, on: str) -> None:
    ballots = votes("yes", ["x1", "x3", "x4"]) + votes("no", ["x5"])
    spec.given(*motion(purpose, workflow, on, ballots, present=["x1", "x3", "x4", "x5"]))
    spec.when(deciding(purpose, on))

    spec.then_refused("customary.majority")


@pytest.mark.rule("customary.majority", "refuses")
@pytest.mark.parametrize(("purpose", "workflow", "on"), MOTIONS)
def test_an_abstention_counts_as_present(spec: Spec, purpose: str, workflow: str, on: str) -> None:
    ballots = votes("yes", ["x1", "x3", "x4"])
    spec.given(*motion(purpose, workflow, on, ballots, present=["x1", "x3", "x4", "x5"]))
    spec.when(deciding(purpose, on))

    spec.then_refused("customary.majority")


@pytest.mark.rule("customary.majority", "passes")
@pytest.mark.parametrize(("purpose", "workflow", "on"), MOTIONS)
def test_four_of_five_in_favour_carry_it(spec: Spec, purpose: str, workflow: str, on: str) -> None:
    ballots = votes("yes", FIVE[:4]) + votes("no", FIVE[4:])
    spec.given(*motion(purpose, workflow, on, ballots, present=FIVE))
    spec.when(deciding(purpose, on))

    spec.then_recorded()


@pytest.mark.rule("customary.majority", "passes")
def test_a_recused_member_is_not_counted_as_present(spec: Spec) -> None:
    ballots = votes("yes", SEVEN[:5]) + votes("no", ["m6"])
    spec.given(*eve(VP_PROVINCIAL, "select.ballots"), voting("select", "2025-04-05", ballots, recused=["m7"]))
    spec.when(deciding("select", "2025-04-05"))

    spec.then_recorded()


@pytest.mark.rule("customary.majority", "refuses")
def test_five_of_seven_in_favour_do_not_carry_it(spec: Spec) -> None:
    ballots = votes("yes", SEVEN[:5]) + votes("no", ["m6"])
    spec.given(*eve(VP_PROVINCIAL, "select.ballots"), voting("select", "2025-04-05", ballots))
    spec.when(deciding("select", "2025-04-05"))

    spec.then_refused("customary.majority")


@pytest.mark.rule("customary.majority", "passes")
def test_a_later_session_may_vote_again(spec: Spec) -> None:
    spec.given(*eve(VP_PROVINCIAL, "select.ballots"), voting("select", "2025-04-05", votes("no", SEVEN)))
    spec.given(
        sitting("select", "2025-04-12", session="P2"),
        voting("select", "2025-04-12", votes("yes", SEVEN), session="P2"),
    )
    spec.when(deciding("select", "2025-04-12", session="P2"))

    spec.then_recorded()


@pytest.mark.parametrize(
    ("ballots", "state"),
    [
        (scores(70, SEVEN), "appraised"),
        (scores(70, SEVEN[:6]) + scores(69.99, SEVEN[6:]), "revision_requested"),
        (scores(70, SEVEN[:5]) + scores(69.99, ["m6"]) + scores(70.01, ["m7"]), "appraised"),
        (scores(50, SEVEN), "revision_requested"),
        (scores(50, SEVEN[:6]) + scores(49.99, SEVEN[6:]), "rejected"),
        (scores(0, SEVEN), "rejected"),
        (scores(100, SEVEN), "appraised"),
    ],
)
def test_the_exact_average_of_the_scores_decides_an_appraisal(spec: Spec, ballots: list[Command], state: str) -> None:
    spec.given(*appraised_by(ballots))

    assert state == spec.task("T1")["state"]


def test_an_abstention_does_not_count_in_the_average(spec: Spec) -> None:
    spec.given(*appraised_by(scores(70, SEVEN[:6])))

    assert spec.task("T1")["state"] == "appraised"


@pytest.mark.parametrize("score", [101, 100.01, -1, 70.005])
def test_a_score_out_of_range_or_with_three_decimals_is_invalid(spec: Spec, score: float) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.ballots"))
    spec.when(voting("appraise", "2026-03-02", scores(score, SEVEN)))

    spec.then_invalid("ballots")


@pytest.mark.parametrize(
    ("score", "told"),
    [
        (100.01, "This must be at most 100."),
        (70.001, "At most 2 decimals are allowed."),
        ("70", "This is not a number."),
    ],
)
def test_of_one_ballot_with_a_bad_score_it_is_not_said_that_none_was_given(spec: Spec, score: Any, told: str) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.ballots"))
    spec.when(voting("appraise", "2026-03-02", scores(score, SEVEN[:1])))

    assert [("ballots.0.score", told)] == errors(spec)


def test_no_ballot_at_all_is_invalid(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.ballots"))
    spec.when(voting("appraise", "2026-03-02", []))

    assert errors(spec) == [("ballots", "At least 1 must be given.")]


def errors(spec: Spec) -> list[tuple[str, str]]:
    """What the last answer says is wrong, field by field."""
    assert spec.result is not None
    return [(error.field, error.message.render("en")) for error in spec.result.errors]


def test_a_vote_that_is_none_of_the_words_is_invalid(spec: Spec) -> None:
    spec.given(*eve(VP_PROVINCIAL, "select.ballots"))
    spec.when(voting("select", "2025-04-05", votes("maybe", SEVEN)))

    spec.then_invalid("ballots")


@pytest.mark.parametrize(
    ("ballots", "present", "grade"),
    [
        ([votes("excellent", SEVEN)], SEVEN, "excellent"),
        ([votes("excellent", SEVEN[:6]), votes("pass", SEVEN[6:])], SEVEN, "excellent"),
        ([votes("excellent", SEVEN[:5]), votes("pass", SEVEN[5:])], SEVEN, "pass"),
        ([votes("excellent", SEVEN[:6]), votes("fail", SEVEN[6:])], SEVEN, "pass"),
        ([votes("excellent", SEVEN[:6])], SEVEN, "excellent"),
        ([votes("excellent", SEVEN[:5])], SEVEN, "pass"),
        ([votes("fail", SEVEN[:2]), votes("pass", SEVEN[2:6])], SEVEN[:6], "pass"),
        ([votes("fail", SEVEN[:2]), votes("pass", SEVEN[2:])], SEVEN, "pass"),
    ],
)
def test_the_grade_follows_from_the_ballots(
    spec: Spec, ballots: list[list[Command]], present: tuple[str, ...], grade: str
) -> None:
    spec.given(*accepted_by(*ballots, present=present))
    shown = spec.task("T1")

    assert ("accepted", grade) == (shown["state"], shown["grade"])


@pytest.mark.parametrize(
    ("ballots", "present"),
    [
        ([votes("fail", SEVEN[:3]), votes("pass", SEVEN[3:])], SEVEN),
        ([votes("fail", SEVEN[:3]), votes("excellent", SEVEN[3:6])], SEVEN[:6]),
        ([votes("fail", SEVEN[:3])], SEVEN),
    ],
)
def test_more_than_one_third_fail_is_not_accepted(
    spec: Spec, ballots: list[list[Command]], present: tuple[str, ...]
) -> None:
    spec.given(*accepted_by(*ballots, present=present))

    assert spec.task("T1")["state"] == "not_accepted"


def test_exactly_three_quarters_excellent_are_excellent(spec: Spec) -> None:
    ballots = votes("excellent", ["b1", "b2", "b3"]) + votes("pass", ["b4"])
    spec.given(*eve(HP_GRASSROOTS, "accept.session"))
    spec.given(
        step(HP_GRASSROOTS, "accept.session", present=["b1", "b2", "b3", "b4"]),
        voting("accept", "2026-09-21", ballots),
        deciding("accept", "2026-09-21"),
    )

    assert spec.task("T1")["grade"] == "excellent"


@pytest.mark.parametrize(
    ("key", "typed"), [("appraise_task", {"result": "passed"}), ("accept_task", {"grade": "pass"})]
)
def test_nobody_types_in_the_result_of_a_council(spec: Spec, key: str, typed: dict[str, Any]) -> None:
    spec.given(*eve(HP_SECTOR, key))
    spec.when(step(HP_SECTOR, key, **typed))

    spec.then_invalid(*typed)


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_second_ballots_for_an_item_are_refused(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise_task"))
    spec.when(voting("appraise", "2026-03-02", scores(90, SEVEN)))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_ballots_for_an_item_the_session_does_not_have_are_refused(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.ballots"))
    spec.when(voting("accept", "2026-03-02", votes("pass", SEVEN), session="T1-appraise"))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "refuses")
@pytest.mark.parametrize("on", ["2026-03-01", "2026-03-03"])
def test_ballots_of_another_day_than_the_session_are_refused(spec: Spec, on: str) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.ballots"))
    spec.when(voting("appraise", on, scores(80, SEVEN)))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "passes")
def test_ballots_on_the_day_of_the_session_pass(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.ballots"))
    spec.when(voting("appraise", "2026-03-02", scores(80, SEVEN)))

    spec.then_recorded()
