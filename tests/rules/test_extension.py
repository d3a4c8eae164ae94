"""Extension: decided before the end in force, once, and by no more than half a year, or a year for a long task."""

from typing import Any

import pytest

from tests.spec import Spec, adopt, builtin_contents
from tests.world import HP_GRASSROOTS, HP_SECTOR, VP_GRASSROOTS, Command, command, document, story

END = "2026-06-15"
LONG, SHORT = "2024-06-16", "2024-06-17"  # 24 months to END, both days counted, and a day less
STARTS = {"long": LONG, "short": SHORT}


def amendment(on: str = "2026-05-04", **fields: Any) -> Command:
    """An amendment of T1 by the leader, who names its new end or something else."""
    paper = document("71/QĐ-SYT", on)
    return command("amend_task", "lead", on, task="T1", document=paper, reason="Thiếu mẫu", **fields)


def waiver(on: str = "2026-05-04") -> Command:
    fields = {"task": "T1", "rule": "customary.extension", "step": "amend_task", "reason": "Dịch bệnh"}
    return command("waive_rule", "lead", on, document=document("60/QĐ-SYT", on), **fields)


def running(start: str = SHORT, end: str = END) -> list[Command]:
    """A task in progress since 1 April 2026 that was to run from `start` to `end`."""
    return story(HP_SECTOR, until="in_progress", start=start, end=end)


@pytest.mark.rule("customary.extension", "passes")
@pytest.mark.parametrize(("length", "end"), [("long", "2027-06-15"), ("short", "2026-12-15")])
def test_a_task_of_two_years_is_extended_by_a_year_and_a_shorter_one_by_half_a_year(
    spec: Spec, length: str, end: str
) -> None:
    spec.given(*running(STARTS[length]))
    spec.when(amendment(end=end))

    spec.then_recorded()


@pytest.mark.rule("customary.extension", "refuses")
@pytest.mark.parametrize(("length", "end"), [("long", "2027-06-16"), ("short", "2026-12-16")])
def test_a_day_more_is_refused(spec: Spec, length: str, end: str) -> None:
    spec.given(*running(STARTS[length]))
    spec.when(amendment(end=end))

    spec.then_refused("customary.extension")


@pytest.mark.rule("customary.extension", "passes")
def test_half_a_year_from_the_end_of_a_long_month_is_the_end_of_a_short_one(spec: Spec) -> None:
    spec.given(*running("2026-01-01", "2026-08-31"))
    spec.when(amendment(end="2027-02-28"))

    spec.then_recorded()


@pytest.mark.rule("customary.extension", "refuses")
def test_half_a_year_from_the_end_of_a_long_month_does_not_reach_the_next_month(spec: Spec) -> None:
    spec.given(*running("2026-01-01", "2026-08-31"))
    spec.when(amendment(end="2027-03-01"))

    spec.then_refused("customary.extension")


@pytest.mark.rule("customary.extension", "passes")
def test_an_extension_may_be_decided_the_day_before_the_end(spec: Spec) -> None:
    spec.given(*running())
    spec.when(amendment("2026-06-14", end="2026-07-15"))

    spec.then_recorded()


@pytest.mark.rule("customary.extension", "refuses")
@pytest.mark.parametrize("on", [END, "2026-06-16"])
def test_an_extension_is_not_decided_on_the_day_of_the_end_or_later(spec: Spec, on: str) -> None:
    spec.given(*running())
    spec.when(amendment(on, end="2026-07-15"))

    spec.then_refused("customary.extension")


@pytest.mark.rule("customary.extension", "refuses")
def test_a_task_is_extended_once(spec: Spec) -> None:
    spec.given(*running(), amendment(end="2026-06-16"))
    spec.when(amendment("2026-05-05", end="2026-06-17"))

    spec.then_refused("customary.extension")


def extensible(times: int) -> dict[str, Any]:
    """The workflows of HP36 in which a task may be extended so many times."""
    workflows: dict[str, Any] = next(content for ident, content, _ in builtin_contents() if ident == "HP36")[
        "workflows"
    ]
    workflows["sector"]["steps"]["amend_task"]["rules"]["extension"]["with"]["times"] = times
    return workflows


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_task_is_extended_as_often_as_its_plan_says(spec: Spec, times: int) -> None:
    adopt(spec, workflows=extensible(times))
    ends = [f"2026-06-{16 + number}" for number in range(times)]
    spec.given(*running(), amendment(team=["m6"]), *(amendment("2026-05-05", end=end) for end in ends))
    spec.when(amendment("2026-05-06", end="2026-06-30"))

    spec.then_refused("customary.extension")
    assert spec.result is not None
    (verdict,) = spec.result.refusals
    assert [problem.message.render("en") for problem in verdict.problems] == [
        f"Extensions of T1 so far: {times}; the plan allows {times}."
    ]


def test_a_task_that_its_plan_lets_nobody_extend(spec: Spec) -> None:
    adopt(spec, workflows=extensible(0))
    spec.given(*running(), amendment(end="2026-06-14"))
    spec.when(amendment("2026-05-06", end="2026-06-15"))

    spec.then_refused("customary.extension")


@pytest.mark.rule("customary.extension", "passes")
@pytest.mark.parametrize("fields", [{"team": ["tm1", "m6"]}, {"end": "2026-06-14"}, {"end": END}])
def test_another_amendment_before_it_is_no_extension(spec: Spec, fields: Command) -> None:
    spec.given(*running(), amendment(**fields))
    spec.when(amendment("2026-05-05", end="2026-07-15"))

    spec.then_recorded()


@pytest.mark.rule("customary.extension", "passes")
@pytest.mark.parametrize("end", [END, "2026-06-14"])
def test_an_earlier_end_is_no_extension(spec: Spec, end: str) -> None:
    spec.given(*running(), amendment(end="2026-06-20"))
    spec.when(amendment("2026-06-16", end=end))

    spec.then_recorded()


@pytest.mark.rule("customary.extension", "passes")
@pytest.mark.parametrize("fields", [{"team": ["m6"]}, {"suppliers": ["Công ty Bịa"]}, {"investigator": "tm1"}])
def test_an_amendment_of_something_else_may_come_after_the_end(spec: Spec, fields: Command) -> None:
    spec.given(*running())
    spec.when(amendment("2026-06-20", **fields))

    spec.then_recorded()


@pytest.mark.rule("customary.extension", "refuses")
def test_an_extension_is_measured_from_the_end_in_force(spec: Spec) -> None:
    spec.given(*running(), amendment(end="2026-05-31"))
    spec.when(amendment("2026-05-05", end="2026-12-01"))

    spec.then_refused("customary.extension")


@pytest.mark.rule("customary.extension", "refuses")
def test_an_extension_is_decided_before_the_end_in_force(spec: Spec) -> None:
    spec.given(*running(), amendment(end="2026-05-31"))
    spec.when(amendment("2026-05-31", end="2026-07-15"))

    spec.then_refused("customary.extension")


@pytest.mark.rule("customary.extension", "passes")
@pytest.mark.parametrize(
    ("on", "end"), [("2026-05-04", "2029-01-01"), ("2026-06-20", "2026-07-15")], ids=["too long", "too late"]
)
def test_the_limits_may_be_waived(spec: Spec, on: str, end: str) -> None:
    spec.given(*running(), waiver(on))
    spec.when(amendment(on, end=end))

    spec.then_recorded()


@pytest.mark.rule("customary.extension", "passes")
def test_a_second_extension_may_be_waived(spec: Spec) -> None:
    spec.given(*running(), amendment(end="2026-07-15"), waiver())
    spec.when(amendment("2026-05-05", end="2026-08-15"))

    spec.then_recorded()


@pytest.mark.rule("customary.extension", "refuses")
def test_a_waiver_is_spent_by_the_next_amendment_whatever_it_amends(spec: Spec) -> None:
    spec.given(*running(), waiver(), amendment(team=["m6"]))
    spec.when(amendment("2026-05-05", end="2029-01-01"))

    spec.then_refused("customary.extension")


@pytest.mark.rule("customary.extension", "refuses")
def test_a_waiver_of_the_day_after_does_not_count(spec: Spec) -> None:
    spec.given(*running(), waiver("2026-05-05"))
    spec.when(amendment("2026-05-04", end="2029-01-01"))

    spec.then_refused("customary.extension")


@pytest.mark.rule("customary.extension", "passes")
@pytest.mark.parametrize("workflow", [HP_GRASSROOTS, VP_GRASSROOTS])
def test_the_limit_holds_for_every_workflow_up_to_the_day(spec: Spec, workflow: str) -> None:
    end = {"VP57": "2026-06-15", "HP36": "2027-06-15"}[workflow[:4]]
    spec.given(*story(workflow, until="in_progress", end=end))
    spec.when(amendment(end={"VP57": "2026-12-15", "HP36": "2027-12-15"}[workflow[:4]]))

    spec.then_recorded()


@pytest.mark.rule("customary.extension", "refuses")
@pytest.mark.parametrize("workflow", [HP_GRASSROOTS, VP_GRASSROOTS])
def test_the_limit_holds_for_every_workflow(spec: Spec, workflow: str) -> None:
    end = {"VP57": "2026-06-15", "HP36": "2027-06-15"}[workflow[:4]]
    spec.given(*story(workflow, until="in_progress", end=end))
    spec.when(amendment(end={"VP57": "2026-12-16", "HP36": "2027-12-16"}[workflow[:4]]))

    spec.then_refused("customary.extension")


@pytest.mark.parametrize(("extended", "late"), [([], True), (["2026-08-02"], False), (["2026-08-01"], True)])
def test_whether_a_submission_is_late_is_judged_by_the_extended_end(
    spec: Spec, extended: list[str], late: bool
) -> None:
    spec.given(*running(), *(amendment(end=end) for end in extended))
    spec.given(command("report_progress", "off1", "2026-06-19", task="T1", period="Q2", percent=40, summary="Đủ"))
    spec.given(command("submit_for_acceptance", "off1", "2026-09-01", task="T1", dossier=["báo cáo"]))

    assert late is spec.task("T1")["late"]
