"""Which texts name a period, from which day to which, and what is said of the others."""

from __future__ import annotations

from datetime import date

import pytest

from projections.reports.periods import PeriodWrong, period_of

EVERY = ("year", "half-year", "quarter")


@pytest.mark.parametrize(
    ("text", "kind", "since", "until"),
    [
        ("2025", "year", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-H1", "half-year", date(2025, 1, 1), date(2025, 6, 30)),
        ("2025-H2", "half-year", date(2025, 7, 1), date(2025, 12, 31)),
        ("2026-Q1", "quarter", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", "quarter", date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_has_its_first_and_its_last_day(text: str, kind: str, since: date, until: date) -> None:
    period = period_of(text, EVERY)

    assert (period.kind, period.since, period.until) == (kind, since, until)
    assert [period.has(day.isoformat()) for day in (since, until)] == [True, True]
    assert not period.has(None)


@pytest.mark.parametrize("text", ["", "25", "2025-H3", "2025-Q0", "2025-Q5", "2025-06", "2025-h1", "Q1-2025", "0000"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(PeriodWrong):
        period_of(text, EVERY)


def test_a_period_of_another_kind_is_refused_with_those_that_fit() -> None:
    with pytest.raises(PeriodWrong) as refused:
        period_of("2025-Q1", ("half-year", "year"))

    assert refused.value.examples == ["2026-H1", "2026"]
