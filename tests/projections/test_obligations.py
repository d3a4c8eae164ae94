"""Obligations of units on any day: open, overdue, done on time, done late. "Before the 25th" excludes the 25th."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from projections.duties import duties
from projections.obligations import owing
from projections.registries import registry
from tests.plans.plans import plan
from tests.spec import Spec, adopt
from tests.unityears import inspection, paper, report
from tests.world import Command, changed, command, document, new_unit, seminar, unit, world

LATER = datetime(2027, 3, 1, 3, tzinfo=UTC)  # when the clock stands past every last day of the two plans' years
Done = Callable[[str], Command]


def of(name: str, plan: str, year: int, **fields: Any) -> Done:
    return lambda on: paper(name, on, year, plan, **fields)


def reported(plan: str, period: str) -> Done:
    return lambda on: report(period, on, plan)


def talked(on: str) -> Command:
    return seminar(on, task=None)


OWED: dict[tuple[str, str, str], tuple[str, str, Done]] = {
    ("VP57", "unit_plan", "2025"): ("VP57-V.end.a", "2025-03-30", of("submit_unit_plan", "VP57", 2025)),
    ("VP57", "regulation", "2025"): ("VP57-V.4.c", "2025-12-31", of("issue_regulation", "VP57", 2025, incentive=True)),
    ("VP57", "half_year_report", "2025-H1"): ("VP57-V.end.b", "2025-07-04", reported("VP57", "2025-H1")),
    ("VP57", "half_year_report", "2026-H1"): ("VP57-V.end.b", "2026-07-04", reported("VP57", "2026-H1")),
    ("VP57", "year_report", "2025"): ("VP57-V.end.c", "2025-12-04", reported("VP57", "2025")),
    ("VP57", "year_report", "2026"): ("VP57-V.end.c", "2026-12-04", reported("VP57", "2026")),
    ("VP57", "seminar", "2025-03"): ("VP57-V.4.d", "2025-03-31", talked),
    ("VP57", "seminar", "2026-02"): ("VP57-V.4.d", "2026-02-28", talked),
    ("HP36", "unit_plan", "2026"): ("HP36-III.end", "2026-02-14", of("submit_unit_plan", "HP36", 2026)),
    ("HP36", "unit_procedure", "2026"): ("HP36-II.2.d", "2026-12-31", of("issue_procedure", "HP36", 2026)),
    ("HP36", "self_inspection", "2026"): ("HP36-II.4.a", "2026-12-31", inspection),
    ("HP36", "quarter_report", "2026-Q1"): ("HP36-II.5", "2026-03-24", reported("HP36", "2026-Q1")),
    ("HP36", "quarter_report", "2026-Q2"): ("HP36-II.5", "2026-06-24", reported("HP36", "2026-Q2")),
    ("HP36", "quarter_report", "2026-Q3"): ("HP36-II.5", "2026-09-24", reported("HP36", "2026-Q3")),
    ("HP36", "quarter_report", "2026-Q4"): ("HP36-II.5", "2026-12-24", reported("HP36", "2026-Q4")),
}
BY_ITS_DAY = ("seminar", "self_inspection")  # what is done later is done for the next period
EACH = pytest.mark.parametrize("which", OWED, ids=" ".join)
CATCHES_UP = pytest.mark.parametrize("which", [key for key in OWED if key[1] not in BY_ITS_DAY], ids=" ".join)
PASSES_BY = pytest.mark.parametrize("which", [key for key in OWED if key[1] in BY_ITS_DAY], ids=" ".join)


def after(day: str, days: int = 1) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def begun(spec: Spec, plan: str, *more: Command) -> Spec:
    spec.now = LATER
    return spec.given(*world(plan), *more)


def on(spec: Spec, day: str) -> list[Any]:
    """What is owed, as known on a day: by the registry, and the same by `due`."""
    asked = date.fromisoformat(day)
    rows = registry(spec.log, "obligations", day=asked, as_of=asked)
    assert owing(spec.log, day=asked, today=spec.desk.today()) == rows
    return rows


def standing(spec: Spec, which: tuple[str, str, str], day: str, unit: str = "BV1") -> list[tuple[str, str | None]]:
    """How one duty of a unit stands on a day: status and when it was done; empty where it is not owed."""
    found = [row for row in on(spec, day) if (row["plan"], row["what"], row["period"]) == which]
    return [(row["status"], row["done_on"]) for row in found if row["unit"] == unit]


@EACH
def test_it_is_open_up_to_its_last_day_and_overdue_from_the_next(spec: Spec, which: tuple[str, str, str]) -> None:
    clause, due, _ = OWED[which]
    begun(spec, which[0])
    (row,) = [row for row in on(spec, due) if row["unit"] == "BV1" and row["due"] == due and row["what"] == which[1]]

    told = {"unit": "BV1", "plan": which[0], "clause": clause, "what": which[1], "period": which[2], "due": due}
    assert row == told | {"status": "open", "done_on": None}
    assert standing(spec, which, after(due, -1)) == [("open", None)]
    assert standing(spec, which, after(due)) == [("overdue", None)]


@EACH
def test_done_on_its_last_day_it_is_done_on_time(spec: Spec, which: tuple[str, str, str]) -> None:
    _, due, done = OWED[which]
    begun(spec, which[0], done(due))

    assert standing(spec, which, after(due, -1)) == [("open", None)]
    assert standing(spec, which, due) == [("on_time", due)]
    assert standing(spec, which, after(due)) == [("on_time", due)]
    assert standing(spec, which, due, "BV2") == [("open", None)]


@CATCHES_UP
def test_done_the_day_after_it_is_done_late(spec: Spec, which: tuple[str, str, str]) -> None:
    _, due, done = OWED[which]
    begun(spec, which[0], done(after(due)))

    assert standing(spec, which, due) == [("open", None)]
    assert standing(spec, which, after(due)) == [("late", after(due))]


@PASSES_BY
def test_what_is_held_a_day_late_is_held_for_the_next_period(spec: Spec, which: tuple[str, str, str]) -> None:
    _, due, done = OWED[which]
    begun(spec, which[0], done(after(due)))

    assert standing(spec, which, after(due)) == [("overdue", None)]


def test_a_seminar_of_the_next_month_counts_for_that_month(spec: Spec) -> None:
    begun(spec, "VP57", talked("2025-04-01"))

    assert standing(spec, ("VP57", "seminar", "2025-04"), "2025-04-01") == [("on_time", "2025-04-01")]


def test_the_first_time_it_was_done_counts_whenever_it_was_recorded(spec: Spec) -> None:
    which = ("HP36", "quarter_report", "2026-Q1")
    begun(
        spec, "HP36", report("2026-Q1", "2026-04-02"), report("2026-Q1", "2026-03-24"), report("2026-Q1", "2026-05-04")
    )

    assert standing(spec, which, "2026-12-31") == [("on_time", "2026-03-24")]


def test_a_regulation_without_an_incentive_mechanism_is_not_what_is_owed(spec: Spec) -> None:
    which = ("VP57", "regulation", "2025")
    begun(spec, "VP57", paper("issue_regulation", "2025-05-05", 2025, "VP57"))
    assert standing(spec, which, "2025-12-31") == [("open", None)]

    spec.given(paper("issue_regulation", "2025-06-05", 2025, "VP57", incentive=True))
    assert standing(spec, which, "2025-12-31") == [("on_time", "2025-06-05")]


@pytest.mark.parametrize(
    "other",
    [
        inspection("2026-05-05", "department"),
        report("2026-H1", "2026-03-02"),
        report("2025-Q1", "2026-03-02"),
        paper("submit_unit_plan", "2026-02-10", 2027),
    ],
    ids=["by the Department", "another report", "of another year", "of the next year"],
)
def test_what_is_something_else_fulfils_nothing(spec: Spec, other: Command) -> None:
    begun(spec, "HP36", other)

    assert {row["status"] for row in on(spec, "2026-12-31") if row["done_on"]} == set()


def test_vp57s_reports_come_back_every_year_and_its_seminar_every_month(spec: Spec) -> None:
    begun(spec, "VP57")
    mine = [(row["what"], row["period"]) for row in on(spec, "2026-12-31") if row["unit"] == "BV1"]
    months = [f"{year}-{month:02}" for year in (2025, 2026) for month in range(1, 13)][2:]

    assert [period for what, period in mine if what == "seminar"] == months
    assert [(what, period) for what, period in mine if what != "seminar"] == [
        ("unit_plan", "2025"),
        ("half_year_report", "2025-H1"),
        ("year_report", "2025"),
        ("regulation", "2025"),
        ("half_year_report", "2026-H1"),
        ("year_report", "2026"),
    ]


def test_hp36_is_for_2026(spec: Spec) -> None:
    begun(spec, "HP36")
    mine = [(row["what"], row["period"]) for row in on(spec, "2028-01-01") if row["unit"] == "BV1"]

    assert mine == [
        ("unit_plan", "2026"),
        ("quarter_report", "2026-Q1"),
        ("quarter_report", "2026-Q2"),
        ("quarter_report", "2026-Q3"),
        ("quarter_report", "2026-Q4"),
        ("self_inspection", "2026"),
        ("unit_procedure", "2026"),
    ]


def test_a_unit_owes_nothing_of_a_plan_in_which_it_takes_no_part(spec: Spec) -> None:
    begun(spec, "HP36", unit("BV3", "2026-02-05", []))

    assert [row for row in on(spec, "2026-12-31") if row["unit"] == "BV3" or row["plan"] != "HP36"] == []


@pytest.mark.parametrize(("first", "owed"), [("2026-03-24", [("open", None)]), ("2026-03-25", [])])
def test_a_unit_owes_what_falls_due_from_its_first_day_on(spec: Spec, first: str, owed: list[Any]) -> None:
    begun(spec, "HP36", *new_unit("BV3", first, ["HP36"]))

    assert standing(spec, ("HP36", "quarter_report", "2026-Q1"), "2026-03-24", "BV3") == owed[:1]
    assert len([row for row in on(spec, "2026-12-31") if row["unit"] == "BV3"]) == (6 if owed else 5)


def merger(day: str) -> Command:
    return command("merge_units", "admin", day, units=["BV1"], into="BV2", document=document("1/NQ", day))


def test_a_merged_unit_owes_what_fell_due_before_the_merger_and_no_more(spec: Spec) -> None:
    begun(spec, "HP36", merger("2026-06-24"))

    assert [row["period"] for row in on(spec, "2026-12-31") if row["unit"] == "BV1"] == ["2026", "2026-Q1"]
    assert standing(spec, ("HP36", "quarter_report", "2026-Q2"), "2026-06-25", "BV2") == [("overdue", None)]


def test_a_merged_units_duties_go_on_under_a_successor_that_takes_no_part(spec: Spec) -> None:
    begun(spec, "VP57", *new_unit("PT", "2025-03-05", []))
    spec.given(
        command("merge_units", "admin", "2025-07-01", units=["BV1"], into="PT", document=document("1/NQ", "2025-07-01"))
    )
    owed = ("VP57", "year_report", "2025")

    assert standing(spec, owed, "2025-12-31", "BV1") == []
    assert standing(spec, owed, "2025-12-31", "PT") == [("overdue", None)]
    spec.when(command("submit_report", "off-PT", "2025-12-04", unit="PT", plan="VP57", period="2025"))
    spec.then_recorded()
    assert standing(spec, owed, "2025-12-31", "PT") == [("on_time", "2025-12-04")]


def test_what_a_merged_unit_left_undone_its_successor_can_still_do(spec: Spec) -> None:
    begun(spec, "HP36", merger("2026-05-04"))
    left = ("HP36", "quarter_report", "2026-Q1")
    listed = [
        (row["unit"], row["period"])
        for row in owing(spec.log, day=date(2026, 5, 5), today=date(2026, 5, 5), unit="BV2")
    ]

    assert ("BV1", "2026-Q1") in listed
    spec.given(report("2026-Q1", "2026-05-06", unit="BV2", actor="off2"))
    assert standing(spec, left, "2026-05-06", "BV1") == [("late", "2026-05-06")]


def test_a_seminar_without_a_report_is_none(spec: Spec) -> None:
    begun(spec, "VP57", changed(seminar("2025-10-10"), reports=[]))

    assert standing(spec, ("VP57", "seminar", "2025-10"), "2025-10-31") == [("open", None)]


def test_before_the_merger_it_was_not_known(spec: Spec) -> None:
    begun(spec, "HP36", merger("2026-06-24"))

    assert standing(spec, ("HP36", "quarter_report", "2026-Q2"), "2026-06-23") == [("open", None)]


def test_a_unit_that_is_merged_the_day_after_still_owes_it(spec: Spec) -> None:
    begun(spec, "HP36", merger("2026-06-25"))

    assert standing(spec, ("HP36", "quarter_report", "2026-Q2"), "2026-06-30") == [("overdue", None)]


def test_what_was_recorded_later_was_not_known_then(spec: Spec) -> None:
    spec.now = datetime(2026, 12, 1, 3, tzinfo=UTC)
    spec.given(*world("HP36"))
    spec.now = LATER
    spec.given(report("2026-Q1", "2026-03-24"))
    day, then = date(2026, 12, 31), datetime(2026, 12, 2, tzinfo=UTC)

    def first(**asked: Any) -> str:
        (row,) = [
            r
            for r in registry(spec.log, "obligations", day=day, **asked)
            if (r["unit"], r["period"]) == ("BV1", "2026-Q1")
        ]
        return str(row["status"])

    assert (first(), first(known_at=then), first(as_of=day, known_at=then)) == ("on_time", "overdue", "overdue")


def test_what_is_owed_is_said_by_the_version_of_the_plan_that_governed_the_day(spec: Spec) -> None:
    begun(spec, "HP36")
    first = on(spec, "2026-12-31")
    adopt(spec, obligations=[{"what": "unit_plan", "clause": "HP36-III.end", "years": [2026], "last_days": ["02-14"]}])

    assert on(spec, "2026-12-31") == first  # also before the adoption of the first version
    assert [(row["unit"], row["what"]) for row in on(spec, "2027-03-01")] == [
        ("BV1", "unit_plan"),
        ("BV2", "unit_plan"),
    ]


def due(spec: Spec, day: str, **asked: Any) -> list[tuple[str, str, str]]:
    rows = owing(spec.log, day=date.fromisoformat(day), today=spec.desk.today(), **asked)
    return [(row["unit"], row["period"], row["status"]) for row in rows]


def test_within_so_many_days_are_the_open_ones_and_all_that_is_overdue(spec: Spec) -> None:
    begun(spec, "HP36", report("2026-Q1", "2026-03-24"), paper("submit_unit_plan", "2026-02-20", 2026))
    overdue = [("BV2", "2026", "overdue"), ("BV2", "2026-Q1", "overdue")]

    assert due(spec, "2026-06-14", within=9) == overdue
    assert due(spec, "2026-06-14", within=10) == [*overdue, ("BV1", "2026-Q2", "open"), ("BV2", "2026-Q2", "open")]
    assert due(spec, "2026-06-24", within=0, unit="BV1") == [("BV1", "2026-Q2", "open")]


def test_within_reaches_over_the_end_of_the_year(spec: Spec) -> None:
    begun(spec, "VP57")

    assert ("BV1", "2026-01", "open") in due(spec, "2025-12-20", within=42)
    assert ("BV1", "2026-01", "open") not in due(spec, "2025-12-20", within=41)


def test_a_unit_asks_for_its_own(spec: Spec) -> None:
    begun(spec, "HP36")

    assert {unit for unit, _, _ in due(spec, "2026-06-14", unit="BV2")} == {"BV2"}
    assert due(spec, "2026-06-14", unit="BV9") == []


def test_a_third_plan_owes_by_its_data_alone() -> None:
    third = plan("SYT27")
    found = duties(third.obligations, since=third.issued_on, until=date(2028, 12, 31))

    assert [(duty.what, duty.period, duty.due.isoformat()) for duty in found] == [
        ("unit_plan", "2027", "2027-02-28"),
        ("half_year_report", "2027-H1", "2027-06-30"),
        ("half_year_report", "2028-H1", "2028-06-30"),
        ("self_inspection", "2027", "2027-12-31"),
        ("self_inspection", "2028", "2028-12-31"),
    ]


def test_the_register_of_units_tells_the_newest_papers(spec: Spec) -> None:
    begun(
        spec,
        "HP36",
        paper("submit_unit_plan", "2026-02-14", 2026),
        paper("submit_unit_plan", "2026-02-10", 2026),
        paper("issue_regulation", "2026-03-02", 2026),
        paper("issue_procedure", "2026-04-02", 2026),
    )
    rows = registry(spec.log, "units", day=date(2026, 12, 31))
    papers = [[row[name] for name in ("plan_submitted", "regulation", "procedure")] for row in rows]

    assert papers == [["2026-02-14", "2026-03-02", "2026-04-02"], [None, None, None]]
