"""Working days in Vietnam: public holidays, Saturdays worked in exchange, and what a file puts right.

The judge is the calendar of PyPI `holidays` 0.109 (MIT) as files; two years of it are bundled."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import Calendar, CalendarWrong, read_overrides
from workflows.merge import HERE

BUNDLED = Path(__file__).parents[1] / "data" / "calendar"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "calendar"
SOURCES = [
    pytest.param(BUNDLED, id="bundled"),
    pytest.param(
        SHARED,
        id="shared",
        marks=pytest.mark.skipif(not SHARED.exists(), reason=f"the whole calendar is not at {SHARED}"),
    ),
]
PUBLIC = Calendar()
DAYS = st.dates(date(2023, 1, 1), date(2027, 12, 31))
SATURDAY = 5


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("folder", SOURCES)
def test_public_holidays_are_not_worked(folder: Path) -> None:
    days = [date.fromisoformat(row["date"]) for row in table(folder, "vn_public_holidays_2019_2027.csv")]

    assert [day for day in days if PUBLIC.working(day)] == []


@pytest.mark.parametrize("folder", SOURCES)
def test_saturdays_in_exchange_are_worked_and_no_others(folder: Path) -> None:
    worked = {date.fromisoformat(row["date"]) for row in table(folder, "vn_weekend_workdays.csv")}
    first, last = date(2019, 1, 1), date(2027, 12, 31)
    days = [first + timedelta(days=place) for place in range((last - first).days + 1)]

    assert {day for day in days if day.weekday() >= SATURDAY and PUBLIC.working(day)} == {
        d for d in worked if d >= first
    }


@pytest.mark.parametrize("folder", SOURCES)
def test_each_month_has_as_many_working_days_as_it_has(folder: Path) -> None:
    rows = table(folder, "vn_working_days_per_month_2023_2027.csv")
    expected = {(row["year"], row["month"]): int(row["working_days"]) for row in rows}

    def counted(year: int, month: int) -> int:
        first, following = date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
        return PUBLIC.working_days_between(first - timedelta(days=1), following - timedelta(days=1))

    assert {key: counted(int(key[0]), int(key[1])) for key in expected} == expected


def test_five_working_days_over_tet() -> None:
    assert PUBLIC.add_working_days(date(2026, 2, 13), 5) == date(2026, 2, 27)
    assert PUBLIC.working_days_between(date(2026, 2, 13), date(2026, 2, 27)) == 5


def test_a_saturday_in_exchange_for_a_monday() -> None:
    assert (PUBLIC.working(date(2026, 8, 22)), PUBLIC.working(date(2026, 8, 31))) == (True, False)


@given(day=DAYS, count=st.integers(1, 60))
def test_adding_and_counting_agree(day: date, count: int) -> None:
    end = PUBLIC.add_working_days(day, count)

    assert PUBLIC.working(end)
    assert PUBLIC.working_days_between(day, end) == count


@given(day=DAYS, count=st.integers(1, 60))
def test_going_back_ends_on_a_working_day_that_leads_there_again(day: date, count: int) -> None:
    start = PUBLIC.add_working_days(day, -count)

    assert PUBLIC.working(start)
    assert PUBLIC.working_days_between(start - timedelta(days=1), day - timedelta(days=1)) == count


def test_no_working_day_on_is_the_day_itself_and_none_lie_behind() -> None:
    assert PUBLIC.add_working_days(date(2026, 2, 14), 0) == date(2026, 2, 14)
    assert PUBLIC.working_days_between(date(2026, 2, 27), date(2026, 2, 13)) == 0


def overrides(folder: Path, text: str) -> dict[date, bool]:
    file = folder / "days.yaml"
    file.write_text(text, "utf-8")
    return read_overrides(file)


def test_a_file_puts_days_right(tmp_path: Path) -> None:
    text = "days:\n  - {date: 2027-02-13, working: true, note: làm bù}\n  - {date: 2027-02-11, working: false}\n"
    there = Calendar(overrides(tmp_path, text))

    assert (there.working(date(2027, 2, 13)), there.working(date(2027, 2, 11))) == (True, False)
    assert PUBLIC.working(date(2027, 2, 13)) is False


@pytest.mark.parametrize("text", ["", "days:\n", "days: []\n", "- {date: 2027-02-13, working: true}\n"])
def test_a_file_may_hold_no_days_or_the_bare_list(tmp_path: Path, text: str) -> None:
    assert overrides(tmp_path, text) in ({}, {date(2027, 2, 13): True})


@pytest.mark.parametrize(
    "text",
    [
        "days: soon\n",
        "days: [2027-02-13]\n",
        "days:\n  - {date: 2027-02-30, working: true}\n",
        "days:\n  - {date: 13/02/2027, working: true}\n",
        "days:\n  - {date: 2027-02-13, working: maybe}\n",
        "days:\n  - {date: 2027-02-13}\n",
        "days: [\n",
    ],
)
def test_a_file_that_says_something_else_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(CalendarWrong, match=r"days\.yaml"):
        overrides(tmp_path, text)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CalendarWrong, match=r"none\.yaml"):
        read_overrides(tmp_path / "none.yaml")


def test_the_file_that_comes_with_the_product_can_be_read() -> None:
    assert read_overrides(HERE / "calendar.yaml") == {}
