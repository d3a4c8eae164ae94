"""Always: a step is one that the workflow has from the present state, on a session that carries it."""

from typing import Any

import pytest

from tests.spec import Spec
from tests.world import (
    DEPARTMENT_MEMBERS,
    HP_GRASSROOTS,
    HP_SECTOR,
    UNIT_COUNCIL,
    UNIT_MEMBERS,
    VP_GRASSROOTS,
    VP_PROVINCIAL,
    Command,
    before,
    command,
    deciding,
    document,
    eve,
    favourable,
    sitting,
    step,
    story,
    voting,
)

LATER = "2026-11-02"
PAPER = document("70/QĐ-SYT", LATER)


def decided(name: str, on: str = LATER) -> Command:
    return command(name, "lead", on, task="T1", document=PAPER, reason="Lý do bịa")


def sent_back(on: str = LATER) -> Command:
    return command("return_task", "sec", on, task="T1", reason="Thiếu hồ sơ", missing=["lý lịch khoa học"])


def resubmitted(on: str = LATER) -> Command:
    return command("resubmit_task", "off1", on, task="T1", changes="Đã bổ sung")


def withdrawn() -> Command:
    return command("withdraw_task", "off1", LATER, task="T1", reason="Chủ nhiệm nghỉ")


def held(purpose: str, on: str, session: str) -> list[Command]:
    """A session of the Department's council with ballots in favour."""
    ballots = favourable(purpose, DEPARTMENT_MEMBERS)
    return [sitting(purpose, on, session=session), voting(purpose, on, ballots, session=session)]


REPORT = step(HP_SECTOR, "report_progress", on=LATER)
SPENT = step(HP_SECTOR, "disburse", on=LATER)
WRONG = [
    ("appraised", sent_back()),
    ("approved", sent_back()),
    ("registered", resubmitted()),
    ("appraised", resubmitted()),
    ("approved", decided("reject_task")),
    ("in_progress", decided("reject_task")),
    ("in_progress", withdrawn()),
    ("accepted", withdrawn()),
    ("funded", decided("suspend_task")),
    ("submitted", decided("suspend_task")),
    ("in_progress", decided("resume_task")),
    ("appraised", decided("terminate_task")),
    ("accepted", decided("terminate_task")),
    ("funded", REPORT),
    ("submitted", REPORT),
    ("funded", SPENT | {"amount": 1}),
    ("closed", decided("terminate_task")),
    ("registered", step(HP_SECTOR, "fund_task", on=LATER)),
    ("appraised", step(HP_SECTOR, "fund_task", on=LATER)),
    ("approved", step(HP_SECTOR, "approve_task", on=LATER)),
    ("in_progress", step(HP_SECTOR, "start_task", on=LATER)),
    ("submitted", step(HP_SECTOR, "publish_task", on=LATER)),
    ("published", step(HP_SECTOR, "publish_task", on=LATER)),
    ("approved", step(HP_SECTOR, "close_task", on=LATER)),
    ("submitted", step(HP_SECTOR, "submit_for_acceptance", on=LATER)),
]
RIGHT = [
    ("registered", sent_back()),
    ("registered", decided("reject_task")),
    ("appraised", decided("reject_task")),
    ("registered", withdrawn()),
    ("appraised", withdrawn()),
    ("approved", withdrawn()),
    ("funded", withdrawn()),
    ("in_progress", decided("suspend_task")),
    ("approved", decided("terminate_task")),
    ("funded", decided("terminate_task")),
    ("in_progress", decided("terminate_task")),
    ("submitted", decided("terminate_task")),
    ("submitted", SPENT | {"amount": 1}),
    ("accepted", SPENT | {"amount": 1}),
    ("published", SPENT | {"amount": 1}),
    ("funded", step(HP_SECTOR, "return_funds", on=LATER)),
]


@pytest.mark.rule("house.order_of_steps", "refuses")
@pytest.mark.parametrize(
    ("state", "decision"),
    [pytest.param(state, decision, id=f"{decision['command']}-{state}") for state, decision in WRONG],
)
def test_a_step_the_workflow_does_not_have_from_here_is_refused(spec: Spec, state: str, decision: Command) -> None:
    spec.given(*story(HP_SECTOR, until=state))
    spec.when(decision)

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "passes")
@pytest.mark.parametrize(
    ("state", "decision"),
    [pytest.param(state, decision, id=f"{decision['command']}-{state}") for state, decision in RIGHT],
)
def test_a_step_the_workflow_has_from_here_passes(spec: Spec, state: str, decision: Command) -> None:
    spec.given(*story(HP_SECTOR, until=state))
    spec.when(decision)

    spec.then_recorded()


@pytest.mark.rule("house.order_of_steps", "passes")
@pytest.mark.parametrize("decision", [sent_back(), decided("reject_task"), withdrawn()])
def test_a_selected_task_may_be_returned_rejected_or_withdrawn(spec: Spec, decision: Command) -> None:
    spec.given(*story(VP_PROVINCIAL, until="selected"))
    spec.when(decision)

    spec.then_recorded()


@pytest.mark.rule("house.order_of_steps", "passes")
@pytest.mark.parametrize("decision", [decided("reject_task"), withdrawn(), resubmitted()])
def test_a_returned_task_may_be_rejected_withdrawn_or_resubmitted(spec: Spec, decision: Command) -> None:
    spec.given(*story(HP_SECTOR, until="registered"), sent_back("2026-02-25"))
    spec.when(decision)

    spec.then_recorded()


@pytest.mark.rule("house.order_of_steps", "refuses")
@pytest.mark.parametrize(
    ("workflow", "purpose", "state", "on"),
    [
        (HP_SECTOR, "select", "registered", "2026-03-02"),
        (HP_SECTOR, "recognise", "accepted", "2026-10-01"),
        (HP_SECTOR, "accept", "in_progress", "2026-08-03"),
        (HP_SECTOR, "appraise", "approved", "2026-03-20"),
        (VP_PROVINCIAL, "appraise", "registered", "2025-04-20"),
        (VP_PROVINCIAL, "recognise", "submitted", "2026-04-10"),
        (VP_GRASSROOTS, "recognise", "submitted", "2026-04-10"),
    ],
)
def test_a_council_may_meet_but_its_step_waits_for_its_turn(
    spec: Spec, workflow: str, purpose: str, state: str, on: str
) -> None:
    spec.given(*story(workflow, until=state), *held(purpose, on, "P9"))
    spec.when(deciding(purpose, on, session="P9"))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "refuses")
@pytest.mark.parametrize("workflow", [VP_GRASSROOTS, HP_GRASSROOTS])
def test_a_grassroots_task_has_no_selection(spec: Spec, workflow: str) -> None:
    on = {"VP57": "2025-04-05", "HP36": "2026-03-01"}[workflow[:4]]
    spec.given(*story(workflow, until="registered"), sitting("select", on, council=UNIT_COUNCIL))
    spec.given(voting("select", on, favourable("select", UNIT_MEMBERS)))
    spec.when(deciding("select", on))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_a_session_without_this_task_on_its_list_carries_nothing(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"), *before(HP_SECTOR, "appraise_task", "T2"))
    spec.when(deciding("appraise", "2026-03-02", session="T2-appraise"))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_a_session_without_ballots_on_this_task_carries_nothing(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.ballots"))
    spec.when(deciding("appraise", "2026-03-02"))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_a_step_from_before_the_day_of_its_session_is_refused(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise_task"))
    spec.when(deciding("appraise", "2026-03-01"))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "passes")
@pytest.mark.parametrize("on", ["2026-03-02", "2026-03-05"])
def test_a_step_on_the_day_of_its_session_or_later_passes(spec: Spec, on: str) -> None:
    spec.given(*eve(HP_SECTOR, "appraise_task"))
    spec.when(deciding("appraise", on))

    spec.then_recorded()


def once_returned(session_on: str) -> list[Command]:
    """A session, and a resubmission of 6 March."""
    return [
        *story(HP_SECTOR, until="registered"),
        *held("appraise", session_on, "P1"),
        sent_back("2026-03-04"),
        resubmitted("2026-03-06"),
    ]


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_a_session_from_before_the_resubmission_does_not_count(spec: Spec) -> None:
    spec.given(*once_returned("2026-03-05"))
    spec.when(deciding("appraise", "2026-03-09", session="P1"))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "passes")
def test_a_session_of_the_day_of_the_resubmission_counts(spec: Spec) -> None:
    spec.given(*once_returned("2026-03-06"))
    spec.when(deciding("appraise", "2026-03-09", session="P1"))

    spec.then_recorded()


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_a_session_from_before_the_submission_does_not_count(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="submitted"), *held("accept", "2026-08-31", "P1"))
    spec.when(deciding("accept", "2026-09-21", session="P1"))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "passes")
def test_a_session_of_the_day_of_the_submission_counts(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="submitted"), *held("accept", "2026-09-01", "P1"))
    spec.when(deciding("accept", "2026-09-21", session="P1"))

    spec.then_recorded()


@pytest.mark.parametrize("name", ["select_task", "appraise_task", "accept_task"])
@pytest.mark.parametrize("basis", [{}, {"session": "T1-appraise", "document": PAPER}])
def test_neither_or_both_of_session_and_document_are_invalid(spec: Spec, name: str, basis: dict[str, Any]) -> None:
    spec.given(*eve(HP_SECTOR, "appraise_task"))
    spec.when(command(name, "sec", LATER, task="T1", **basis))

    assert spec.result is not None
    assert spec.result.outcome == "invalid"
