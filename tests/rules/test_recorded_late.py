"""Papers come late and in any order: each is judged by its own day, and by what is known of the days after it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.states import Task
from projections.views import NotOnRecord
from tests.projections.shelves import listed
from tests.properties.stores import copied
from tests.spec import Spec
from tests.world import (
    HP_SECTOR,
    LABOUR,
    SUM,
    VP_PROVINCIAL,
    Command,
    command,
    document,
    eve,
    life,
    line,
    scores,
    sitting,
    step,
    story,
    voting,
    world,
)

SPRING, MAY, JUNE, JULY = "2026-04-10", "2026-05-05", "2026-06-22", "2026-07-06"
OTHER = [{"content": "Hội thảo", "amount": SUM}]


def allocated(amount: int, on: str, source: str = "L-X") -> Command:
    return step(HP_SECTOR, "fund_task", amount=amount, on=on, line=source)


def adjusted(amount: int, on: str) -> Command:
    paper = document("80/QĐ-SYT", on)
    return command("adjust_budget_line", "fin", on, line="L-X", amount=amount, reason="Điều chỉnh", document=paper)


def paid(amount: int, on: str, **changes: Any) -> Command:
    return step(HP_SECTOR, "disburse", amount=amount, on=on, line="L-X", voucher=f"UNC-{on}", **changes)


def given_back(amount: int, on: str) -> Command:
    return step(HP_SECTOR, "return_funds", amount=amount, on=on, line="L-X", voucher=f"PT-{on}")


def amended(on: str, **fields: Any) -> Command:
    return command("amend_task", "lead", on, task="T1", document=document("71/QĐ-SYT", on), reason="Lý do", **fields)


def running(first: int, of: int = SUM) -> list[Command]:
    """T1 in progress, with its first allocation of 2026-03-16 from a line of its own."""
    return [
        *eve(HP_SECTOR, "fund_task"),
        line("L-X", "department", "HP36", of),
        allocated(first, "2026-03-16"),
        step(HP_SECTOR, "start_task"),
    ]


@pytest.mark.rule("HP36-II.6.a", "refuses")
def test_an_allocation_of_a_day_before_the_line_was_raised_is_refused(spec: Spec) -> None:
    spec.given(*running(40, of=50), adjusted(100, MAY))
    spec.when(allocated(20, SPRING))

    spec.then_refused("HP36-II.6.a")


@pytest.mark.rule("HP36-II.6.a", "passes")
def test_an_allocation_of_the_day_on_which_the_line_was_raised_is_recorded(spec: Spec) -> None:
    spec.given(*running(40, of=50), adjusted(100, MAY))
    spec.when(allocated(20, MAY))

    spec.then_recorded()


@pytest.mark.rule("HP36-II.6.a", "refuses")
def test_what_is_on_record_as_allocated_later_is_not_there_to_be_allocated_before(spec: Spec) -> None:
    spec.given(*running(40, of=100), allocated(50, MAY))
    spec.when(allocated(11, SPRING))

    spec.then_refused("HP36-II.6.a")


@pytest.mark.rule("HP36-II.6.a", "refuses")
def test_what_is_returned_later_is_not_there_to_be_allocated_before(spec: Spec) -> None:
    spec.given(*running(100, of=100), given_back(30, MAY))
    spec.when(allocated(30, SPRING))

    spec.then_refused("HP36-II.6.a")


@pytest.mark.rule("HP36-II.6.a", "refuses")
def test_a_line_is_not_lowered_below_what_was_allocated_on_that_day(spec: Spec) -> None:
    spec.given(*running(60, of=100), given_back(30, MAY))
    spec.when(adjusted(50, SPRING))

    spec.then_refused("HP36-II.6.a")


@pytest.mark.rule("HP36-II.6.a", "passes")
def test_an_adjustment_recorded_late_holds_until_the_next_one(spec: Spec) -> None:
    spec.given(*running(40, of=50), adjusted(100, MAY), allocated(50, JUNE))
    spec.when(adjusted(45, SPRING))

    spec.then_recorded()
    assert [(row["amount"], row["left"]) for row in _lines(spec)] == [(100, 10)]
    assert [(row["amount"], row["left"]) for row in _lines(spec, SPRING)] == [(45, 5)]


@pytest.mark.rule("house.within_approved_sum", "refuses")
def test_what_is_returned_later_is_within_the_approved_sum_only_then(spec: Spec) -> None:
    spec.given(*running(SUM, of=2 * SUM), given_back(30, MAY))
    spec.when(allocated(30, SPRING))

    spec.then_refused("house.within_approved_sum")


@pytest.mark.rule("HP36-III.1.2.b", "refuses")
def test_money_is_not_spent_before_it_was_allocated(spec: Spec) -> None:
    spec.given(*running(40), allocated(50, JUNE))
    spec.when(paid(41, MAY))

    spec.then_refused("HP36-III.1.2.b")


@pytest.mark.rule("HP36-III.1.2.b", "passes")
def test_money_is_spent_on_the_day_of_its_allocation(spec: Spec) -> None:
    spec.given(*running(40), allocated(50, JUNE))
    spec.when(paid(90, JUNE))

    spec.then_recorded()


@pytest.mark.rule("HP36-III.1.2.b", "refuses")
def test_what_is_on_record_as_spent_later_is_not_there_to_be_returned_before(spec: Spec) -> None:
    spec.given(*running(40), paid(35, JUNE))
    spec.when(given_back(6, MAY))

    spec.then_refused("HP36-III.1.2.b")


@pytest.mark.rule("HP36-III.1.2.b", "passes")
def test_a_beneficiary_is_on_the_task_on_the_day_of_the_payment(spec: Spec) -> None:
    spec.given(*running(40), amended(JUNE, investigator="pi2", estimate=OTHER))
    before = [paid(1, MAY, beneficiary="pi1", content=LABOUR), paid(2, JUNE, beneficiary="pi2", content="Hội thảo")]

    for each in before:
        spec.when(each).then_recorded()


@pytest.mark.rule("HP36-III.1.2.b", "refuses")
@pytest.mark.parametrize(
    ("on", "who", "content"),
    [
        (MAY, "pi2", LABOUR),
        (JUNE, "pi1", "Hội thảo"),
        (MAY, "pi1", "Hội thảo"),
        (JUNE, "pi2", LABOUR),
    ],
)
def test_a_beneficiary_or_content_of_another_day_is_refused(spec: Spec, on: str, who: str, content: str) -> None:
    spec.given(*running(40), amended(JUNE, investigator="pi2", estimate=OTHER))
    spec.when(paid(1, on, beneficiary=who, content=content))

    spec.then_refused("HP36-III.1.2.b")


def test_of_two_amendments_the_later_by_date_holds_whichever_was_recorded_first(spec: Spec) -> None:
    spec.given(*running(40), amended(JULY, investigator="pi2"), amended(JUNE, investigator="tm1", end="2027-05-31"))

    assert [_leads(spec, on) for on in (None, JULY, JUNE, MAY)] == [
        ("pi2",) * 2,
        ("pi2",) * 2,
        ("tm1",) * 2,
        ("pi1",) * 2,
    ]
    assert (_task(spec).end, _task(spec).on(date.fromisoformat(MAY)).end.isoformat()) == (
        date(2027, 5, 31),
        "2027-03-31",
    )


@pytest.mark.rule("house.progress_report", "refuses")
def test_a_progress_report_of_a_later_day_does_not_count(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="in_progress"), step(HP_SECTOR, "report_progress", on="2026-09-02"))
    spec.when(step(HP_SECTOR, "submit_for_acceptance"))

    spec.then_refused("house.progress_report")


@pytest.mark.rule("house.progress_report", "passes")
def test_a_progress_report_of_the_day_of_submission_counts(spec: Spec) -> None:
    late = [step(HP_SECTOR, "report_progress", on=on) for on in ("2026-09-02", "2026-09-01")]
    spec.given(*story(HP_SECTOR, until="in_progress"), *late)
    spec.when(step(HP_SECTOR, "submit_for_acceptance"))

    spec.then_recorded()


def to_revise() -> list[Command]:
    """The council asks for changes, and the dossier is handed in again on the same day."""
    session = sitting("appraise", "2026-03-02", session="P1")
    cast = voting("appraise", "2026-03-02", scores(60, [f"m{n}" for n in range(1, 8)]), session="P1")
    asked = step(HP_SECTOR, "appraise_task", session="P1", on="2026-03-02")
    again = command("resubmit_task", "off1", "2026-03-02", task="T1", changes="Đã sửa")
    return [*world("HP36"), *life(HP_SECTOR, until="registered"), session, cast, asked, again]


@pytest.mark.rule("house.order_of_steps", "refuses")
def test_ballots_from_which_a_step_followed_do_not_decide_again(spec: Spec) -> None:
    spec.given(*to_revise())
    spec.when(step(HP_SECTOR, "appraise_task", session="P1", on="2026-03-02"))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.order_of_steps", "passes")
def test_another_session_of_the_day_decides_again(spec: Spec) -> None:
    spec.given(*to_revise(), sitting("appraise", "2026-03-02", session="P2"))
    spec.given(voting("appraise", "2026-03-02", scores(80, [f"m{n}" for n in range(1, 8)]), session="P2"))
    spec.when(step(HP_SECTOR, "appraise_task", session="P2", on="2026-03-02"))

    spec.then_recorded()


@pytest.mark.rule("house.order_of_steps", "passes")
def test_ballots_of_a_step_that_was_rescinded_decide_again(spec: Spec) -> None:
    spec.given(*story(VP_PROVINCIAL, until="selected"))
    paper = document("90/QĐ-SYT", "2025-04-07")
    rescinded = {"stream": "task:T1", "version": 2, "reason": "Ghi nhầm", "document": paper}
    spec.given(command("rescind", "lead", "2025-04-07", **rescinded))
    spec.when(step(VP_PROVINCIAL, "select_task", on="2025-04-07"))

    spec.then_recorded()


@settings(deadline=None)
@given(
    moves=st.lists(
        st.tuples(
            st.sampled_from(["allocate", "adjust", "pay", "return"]),
            st.integers(1, 60),
            st.integers(0, 40),
        ),
        max_size=12,
    )
)
def test_on_no_day_is_more_allocated_than_the_line_had_or_spent_than_was_allocated(
    prepared_sqlite: Any, moves: list[tuple[str, int, int]]
) -> None:
    with copied(prepared_sqlite) as url:
        spec = Spec(url)
        spec.given(*running(40, of=100))
        for name, amount, days in moves:
            on = (date(2026, 4, 1) + timedelta(days=days)).isoformat()
            match name:
                case "allocate":
                    spec.when(allocated(amount, on))
                case "adjust":
                    spec.when(adjusted(2 * amount, on))
                case "pay":
                    spec.when(paid(amount, on))
                case "return":
                    spec.when(given_back(amount, on))
        seen = [_on_a_day(spec, date(2026, 4, 1) + timedelta(days=day)) for day in range(42)]
        spec.close()

    assert [each for each in seen if min(each) < 0] == []


def _on_a_day(spec: Spec, day: date) -> tuple[int, int]:
    """What the line had left on a day, and what the task had."""
    [row] = _lines(spec, day.isoformat())
    return row["left"], row["allocated"] - row["disbursed"] - row["returned"]


def _lines(spec: Spec, as_of: str | None = None) -> list[Any]:
    day = date.fromisoformat(as_of) if as_of else None
    return [row for row in listed(spec.log, "funding", as_of=day) if row["line"] == "L-X"]


def _task(spec: Spec) -> Task:
    with spec.desk.reading() as work:
        task = work.get("task:T1")
    assert isinstance(task, Task)
    return task


def _leads(spec: Spec, as_of: str | None) -> tuple[str, str]:
    day = date.fromisoformat(as_of) if as_of else None
    [row] = listed(spec.log, "tasks", as_of=day)
    return spec.task("T1", as_of=as_of)["investigator"], row["investigator"]


@pytest.mark.rule("house.within_approved_sum", "refuses")
def test_nothing_is_allocated_before_the_approval(spec: Spec) -> None:
    spec.given(*running(40))
    spec.when(allocated(1, "2026-03-09"))

    spec.then_refused("house.within_approved_sum")


@pytest.mark.rule("house.within_approved_sum", "passes")
def test_a_later_allocation_may_be_of_the_day_of_the_approval(spec: Spec) -> None:
    spec.given(*running(40))
    spec.when(allocated(1, "2026-03-10"))

    spec.then_recorded()


def test_a_rescission_of_a_day_before_its_step_takes_nothing_from_the_days_between(spec: Spec) -> None:
    paper = document("90/QĐ-SYT", "2026-03-12")
    step_of = {"stream": "task:T1", "version": 4, "reason": "Ghi nhầm", "document": paper}
    spec.given(*running(40)[:-1], command("rescind", "lead", "2026-03-12", **step_of), allocated(40, "2026-03-16"))

    assert [(row["allocated"], row["left"]) for row in _lines(spec, "2026-03-13")] == [(0, 100_000_000)]
    assert [(row["allocated"], row["left"]) for row in _lines(spec)] == [(40, 99_999_960)]


def test_as_of_a_day_before_its_registration_a_task_is_not_there(spec: Spec) -> None:
    paper = document("90/QĐ-SYT", "2026-02-19")
    step_of = {"stream": "task:T1", "version": 4, "reason": "Ghi nhầm", "document": paper}
    spec.given(*running(40)[:-1], command("rescind", "lead", "2026-02-19", **step_of))

    with pytest.raises(NotOnRecord):
        spec.task("T1", as_of="2026-02-19")
