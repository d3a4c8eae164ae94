"""A rescinded step leaves the task and its line as they were before it, but for records of money made since."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from engine import events as e
from engine.envelope import Event, Fact
from projections.funding import FundingRow, funding
from projections.tasks import TaskRow, tasks

OPENED = e.BudgetLineOpened(line="L", plan="HP36", year=2026, payer="state", purpose="research", amount=500)
REGISTERED = e.TaskRegistered(
    task="T1",
    source="new",
    target="registered",
    plan="HP36",
    plan_version=1,
    level="state",
    year=2026,
    title="Đề tài",
    lead_unit="BV1",
    investigator="pi1",
    start=date(2026, 4, 1),
    end=date(2027, 3, 31),
    estimate=(),
)


def step(fact: type[Fact], source: str, target: str, **fields: Any) -> Fact:
    return fact(task="T1", source=source, target=target, **fields)  # type: ignore[call-arg]


def rescinded(version: int, name: str, source: str, target: str, **money: Any) -> Fact:
    fields: dict[str, Any] = {
        "version": version,
        "step": name,
        "source": source,
        "target": target,
        "reason": "Lý do bịa",
    }
    return e.StepRescinded(task="T1", **fields, **money)


def events(*facts: Fact) -> list[Event]:
    """Facts a day after each other, versions counted in the task's stream."""
    now = datetime(2026, 11, 20, tzinfo=UTC)
    return [
        Event(place, fact.stream(), place, fact, date(2026, 3, place), now, "lead", "leader", "any")
        for place, fact in enumerate(facts, start=1)
    ]


APPROVED = step(e.TaskApproved, "registered", "approved", authority="Sở Y tế", amount=100, estimate=())
FUNDED = step(e.TaskFunded, "approved", "funded", line="L", amount=80)
MORE = step(e.TaskFunded, "funded", "funded", line="L", amount=20)


def row(*facts: Fact) -> TaskRow:
    return tasks.fold(events(*facts))["T1"]


def line(*facts: Fact) -> FundingRow:
    return funding.fold(events(OPENED, *facts))["L"]


def test_the_newest_step_is_taken_back() -> None:
    assert row(REGISTERED, APPROVED, rescinded(2, "approve_task", "approved", "registered")) == row(REGISTERED)


def test_steps_are_taken_back_one_after_the_other() -> None:
    undone = (
        rescinded(3, "fund_task", "funded", "approved", line="L", amount=80),
        rescinded(2, "approve_task", "approved", "registered"),
    )

    assert row(REGISTERED, APPROVED, FUNDED, *undone) == row(REGISTERED)


def test_an_allocation_taken_back_leaves_the_later_ones() -> None:
    facts = (REGISTERED, APPROVED, FUNDED, MORE, rescinded(3, "fund_task", "funded", "approved", line="L", amount=80))
    after = row(*facts)

    assert (after.state, after.allocated, after.funded_on) == ("approved", 20, None)
    assert (line(*facts).allocated, line(*facts).left) == (20, 480)


def test_a_state_reached_again_has_the_new_day() -> None:
    again = row(REGISTERED, APPROVED, rescinded(2, "approve_task", "approved", "registered"), APPROVED)

    assert (again.state, again.approved, again.approved_on) == ("approved", 100, "2026-03-04")


def test_a_task_resumed_no_more_is_suspended_and_was_started_when_it_was() -> None:
    contract = {"contract": {"number": "1", "date": "2026-03-04", "issuer": "BV1"}}
    facts = (
        REGISTERED,
        step(e.TaskStarted, "funded", "in_progress", **contract),
        step(e.TaskSuspended, "in_progress", "suspended", reason="Lý do bịa"),
        step(e.TaskResumed, "suspended", "in_progress", reason="Lý do bịa"),
        rescinded(4, "resume_task", "in_progress", "suspended"),
    )
    after = row(*facts)

    assert (after.state, after.started_on) == ("suspended", "2026-03-02")


def test_as_of_a_day_on_which_the_step_was_not_taken_nothing_is_taken_back() -> None:
    assert row(REGISTERED, rescinded(9, "approve_task", "approved", "registered")) == row(REGISTERED)
